"""A leaving coach's files on one page: for each file who leads it from now on."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.forms.fields import LineField
from coaching.forms.staff import PersonField
from coaching.models import CaseFile
from coaching.workflow.handover import Handed
from promo_portal.accounts.models import User
from promo_portal.core.forms import PortalFormMixin


class HandOverForm(PortalFormMixin, forms.Form):
    """One choice per file, the deputy first; a reason that stays among colleagues."""

    reason = LineField(label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("Stays among colleagues."))

    def __init__(
        self, *args: Any, files: Sequence[CaseFile], people: Sequence[User], leaving: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cases = list(files)
        heirs = [one for one in people if one.pk != leaving.pk]
        in_office = {one.pk for one in heirs}
        for case in self.cases:
            others = [one for one in heirs if one.pk != case.lead_id]
            choice = PersonField(label=str(case), required=False)
            choice.offer(others, empty=True)
            choice.initial = case.deputy_id if case.lead_id == leaving.pk and case.deputy_id in in_office else None
            choice.widget.attrs["aria-label"] = _("Who leads %(file)s") % {"file": case}
            self.fields[f"to_{case.pk}"] = choice
            self.fields[f"version_{case.pk}"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, initial=case.version, required=False
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each file with its two fields."""
        return [
            {"case": case, "to": self[f"to_{case.pk}"], "version": self[f"version_{case.pk}"]} for case in self.cases
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and not any(values.get(f"to_{case.pk}") for case in self.cases):
            self.add_error(None, _("Choose somebody for at least one file."))
        return values

    def handed(self) -> list[Handed]:
        """The files for which somebody was chosen."""
        return [
            Handed(case, self.cleaned_data.get(f"version_{case.pk}") or 0, to)
            for case in self.cases
            if (to := self.cleaned_data.get(f"to_{case.pk}"))
        ]
