"""Admin forms that notice a colleague: the page carries a fingerprint of what its reader saw (reliability, C6).

It covers the fields of the form and those of the rows shown with it. Nothing is kept on the server, and models need no
column for it; what steps and workers move beside the form does not disturb it.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

FIELD = "_seen"
Shown = tuple[models.Model, Iterable[str]]  # a row and the names in its form

if TYPE_CHECKING:
    _Form = forms.ModelForm
else:
    _Form = object


def fingerprint(shown: Iterable[Shown]) -> str:
    """A digest of rows as the database holds them; names that are no columns are left out."""
    digest = sha256()
    for row, names in shown:
        columns = {field.name: field for field in row._meta.concrete_fields}
        digest.update(f"\n{row._meta.label_lower} {row.pk}".encode())
        for name in sorted(set(names) & columns.keys()):
            digest.update(f"\n{name}={columns[name].value_to_string(row)}".encode())
    return digest.hexdigest()[:32]


class NoticesColleagues(_Form):
    """Refuses to overwrite what was saved since the page was opened; what was typed stays in the form.

    A form posted without a fingerprint, by a program say, is taken as it is.
    """

    read_again: Callable[[Iterable[str]], str]  # locks the rows and returns their present fingerprint
    fresh = ""  # the fingerprint to go on with, once the reader has been told

    def clean(self) -> Any:
        values = super().clean()
        seen = self.data.get(FIELD)
        if not seen:
            return values
        now = type(self).read_again(self.fields)
        if now != seen:
            self.fresh = now
            raise ValidationError([self._told(), *self._differences()], code="changed")
        return values

    def _told(self) -> str:
        return _(
            "This record has been saved since you opened it, by a colleague or in another window."
            " Your entry is kept below: compare and save again."
        )

    def _differences(self) -> list[str]:
        labels = [str(self.fields[name].label or name) for name in self.changed_data if name in self.fields]
        if not labels:
            return []
        return [_("Yours differs from the saved record in: %(fields)s.") % {"fields": ", ".join(labels)}]


def noticing(form: type[forms.ModelForm], read_again: Callable[[Iterable[str]], str]) -> type[forms.ModelForm]:
    """The same form, which notices."""
    made: type[forms.ModelForm] = type(
        form.__name__, (NoticesColleagues, form), {"read_again": staticmethod(read_again)}
    )
    return made
