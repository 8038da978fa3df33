"""A change to many entries between its choice and its doing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from companies.forms.staff import BulkForm, NoteForm, ReasonForm
from companies.models import Organisation
from companies.workflow.bulk import Outcome, preview_step, preview_value, set_value, take_step

MOST = 1_000
TITLES = {
    "confirm": _("Confirm the chosen entries"),
    "publish": _("Publish the chosen entries"),
    "hide": _("Hide the chosen entries"),
    "value": _("Give the chosen entries the same value"),
}
FORMS = {"confirm": NoteForm, "publish": NoteForm, "hide": ReasonForm, "value": BulkForm}


@dataclass
class Bulk:
    """The chosen entries, the change, and what was typed."""

    step: str
    rows: Sequence[Organisation]
    data: Mapping[str, Any] | None
    form: Any = field(init=False)

    def __post_init__(self) -> None:
        self.form = FORMS[self.step](self.data)

    @property
    def title(self) -> Any:
        """What is about to happen."""
        return TITLES[self.step]

    @property
    def is_ready(self) -> bool:
        """Whether the preview shows what the press of the button would do."""
        return self.step != "value" or (self.form.is_bound and self.form.is_valid())

    def _value(self) -> tuple[str, str]:
        name = self.form.cleaned_data["field"]
        return name, self.form.cleaned_data[name]

    def preview(self) -> Outcome | None:
        """Who would change and who not; nothing yet where the value is still to be chosen."""
        if self.step != "value":
            return preview_step(self.rows, self.step)
        return preview_value(self.rows, *self._value()) if self.is_ready else None

    def carry_out(self, *, by: Any, now: datetime) -> Outcome:
        """Do it."""
        if self.step != "value":
            text = next(iter(self.form.cleaned_data.values()))
            return take_step(self.rows, self.step, by=by, now=now, reason=text)
        return set_value(self.rows, *self._value(), by=by, now=now)
