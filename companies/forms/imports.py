"""What staff say about a file: which one, and what its columns hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from companies.imports.columns import has_number_or_name
from companies.imports.headers import LABELS
from companies.imports.labels import label_of
from companies.imports.words import SENTENCES
from companies.models import ImportRun
from promo_portal.core.formats import words
from promo_portal.core.forms import UploadInput
from promo_portal.core.forms.base import PortalFormMixin

ENDINGS = ("xlsx", "csv", "tsv", "txt")
FORMATS = "XLSX, CSV, TSV"


class TableField(forms.FileField):
    """A table: its size and ending are looked at here, its content when it is read."""

    def __init__(self, **kwargs: Any) -> None:
        accept = ",".join(f".{ending}" for ending in ENDINGS)
        megabytes = settings.FILES_MAX_BYTES // 1_000_000
        kwargs.setdefault("widget", UploadInput(attrs={"accept": accept}, formats=FORMATS, megabytes=megabytes))
        kwargs.setdefault("allow_empty_file", True)  # so that our own words tell of it
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if not data:
            return found
        ending = Path(data.name or "").suffix.lower().removeprefix(".")
        if not data.size:
            raise ValidationError(str(SENTENCES["empty"]), code="empty")
        if data.size > settings.FILES_MAX_BYTES:
            sizes = {"size": words.file_size(data.size), "most": words.file_size(settings.FILES_MAX_BYTES)}
            raise ValidationError(
                _("This file has %(size)s and the limit is %(most)s. Divide it, or ask the operator to import it.")
                % sizes
            )
        if ending == "xls":
            raise ValidationError(str(SENTENCES["old_excel"]), code="old_excel")
        if ending not in ENDINGS:
            raise ValidationError(
                _("We take %(formats)s. Save the table in one of these formats.") % {"formats": FORMATS}, code="ending"
            )
        return found


class ChooseFileForm(PortalFormMixin, forms.Form):
    """The file to import."""

    file = TableField(label=pgettext_lazy("upload", "File"))


class ColumnsForm(PortalFormMixin, forms.Form):
    """What each column holds; guessed, and corrected here."""

    has_header = forms.BooleanField(label=gettext_lazy("The first row names the columns"), required=False)

    def __init__(self, *args: Any, run: ImportRun, **kwargs: Any) -> None:
        named = {int(position): str(field) for field, position in run.columns}
        header, examples = run.reading.get("header", []), run.reading.get("examples", [])
        self.width = max(len(examples), len(header), max(named, default=-1) + 1)
        kwargs.setdefault("initial", {"has_header": run.reading.get("has_header", True)})
        super().__init__(*args, **kwargs)
        choices = [("", gettext_lazy("not used")), *((name, label_of(name)) for name in LABELS)]
        self.titles: list[str] = []
        for position in range(self.width):
            title = (header[position] if position < len(header) else "") or _("Column %(number)s") % {
                "number": position + 1
            }
            self.titles.append(title)
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=title, choices=choices, required=False, initial=named.get(position, "")
            )
        self.examples = [examples[position] if position < len(examples) else [] for position in range(self.width)]

    def lines(self) -> list[dict[str, Any]]:
        """Each column with its title, examples and field, for the page."""
        return [
            {"title": self.titles[n], "examples": self.examples[n], "field": self[f"column_{n}"]}
            for n in range(self.width)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        columns: dict[str, int] = {}
        for position in range(self.width):
            name = cleaned.get(f"column_{position}")
            if name and name in columns:
                self.add_error(
                    f"column_{position}",
                    _("“%(field)s” was chosen for another column already.") % {"field": label_of(name)},
                )
            elif name:
                columns[name] = position
        if not self.errors and not has_number_or_name(columns):
            raise ValidationError(_("Say which column holds the name, the UID or the number of the register."))
        cleaned["columns"] = columns
        return cleaned

    @property
    def columns(self) -> Mapping[str, int]:
        """Field to position, as chosen."""
        return dict(self.cleaned_data["columns"])
