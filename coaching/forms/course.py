"""Forms of a file's course: meeting, milestone, readiness, document, ledger."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from coaching.enums import DocumentKind, MeetingKind, MeetingTopic, MilestoneKind, TimeKind
from coaching.forms.fields import LineField, NumberField, TextBlockField
from coaching.forms.staff import ComingDayField
from coaching.models import CaseDocument, CaseFile
from coaching.models.progress import AREAS, HIGHEST, LONGEST_DAY, READINESS_MONTHS, ReadinessScore
from coaching.workflow.ledger import agreed_shares
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.core.forms import DateTextInput, PortalFormMixin
from promo_portal.files.fields import PrivateFileField
from promo_portal.regions.models import Funder

BY_KEY = ""
DURATIONS = ((15, "15 min"), (30, "30 min"), (60, "1 h"), (90, "1 h 30"), (120, "2 h"), (180, "3 h"))
NUMBER = {"inputmode": "numeric", "class": "w-year"}


class PastDayField(forms.DateField):
    """A day up to today: what has not happened yet is no fact."""

    widget = DateTextInput

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value > clock.today():
            raise ValidationError(
                _("%(day)s has not come yet. Enter it on the day, or later.") % {"day": words.day(value)}
            )
        if value and value.year < 2000:  # noqa: PLR2004 - coaching exists since 2002
            raise ValidationError(_("Check the year."))


class FunderField(forms.TypedChoiceField):
    """Who pays: by the key of the period, or one of the funders that it names."""

    def __init__(self, **kwargs: Any) -> None:
        self.funders: dict[str, Funder] = {}
        super().__init__(required=False, empty_value=None, **kwargs)

    def _coerce(self, value: Any) -> Funder | None:
        """The funder behind the number; the choices were checked before."""
        return self.funders.get(str(value))

    def offer(self, case: CaseFile) -> None:
        """The funders of the file, and the key that is in force today, in words."""
        shares = agreed_shares(case, on=clock.today())
        self.funders = {str(funder.pk): funder for funder, _share in shares}
        key = ", ".join(f"{funder} {words.percent(Decimal(share) / 100)}" for funder, share in shares)
        by_key = (BY_KEY, _("by the key: %(key)s") % {"key": key} if key else _("by the association itself"))
        self.choices = [by_key, *((number, str(funder)) for number, funder in self.funders.items())]


class MinutesField(forms.IntegerField):
    """Minutes of one day."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs=NUMBER))
        super().__init__(min_value=0, max_value=LONGEST_DAY, **kwargs)


class MeetingForm(PortalFormMixin, forms.Form):
    """A meeting in twenty seconds: topics ticked, one hour by default, paid for by the key."""

    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics"), choices=MeetingTopic.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    text = TextBlockField(
        label=gettext_lazy("What was decided"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contact_minutes = forms.TypedChoiceField(
        label=gettext_lazy("Duration"), choices=DURATIONS, coerce=int, initial=60, widget=forms.RadioSelect
    )
    is_shared = forms.BooleanField(label=gettext_lazy("The founder may read the minutes"), required=False)
    held_on = PastDayField(label=gettext_lazy("Day"))
    kind = forms.ChoiceField(
        label=gettext_lazy("How you met"), choices=MeetingKind.choices, widget=forms.RadioSelect, initial="office"
    )
    preparation_minutes = MinutesField(label=gettext_lazy("Preparation, in minutes"), required=False)
    funder = FunderField(label=gettext_lazy("Paid by"))

    def __init__(self, *args: Any, case: CaseFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["funder"].offer(case)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("topics") and not values.get("text") and "text" not in self.errors:
            self.add_error("topics", _("Tick a topic or write a line."))
        values["preparation_minutes"] = values.get("preparation_minutes") or 0
        return values


class PlanMilestoneForm(PortalFormMixin, forms.Form):
    """Until when."""

    kind = forms.ChoiceField(label=gettext_lazy("Milestone"), choices=MilestoneKind.choices)
    due_on = ComingDayField(label=gettext_lazy("To reach by"))


class ReachForm(PortalFormMixin, forms.Form):
    """The day and the proof."""

    on = PastDayField(label=gettext_lazy("Reached on"))
    proof = forms.TypedChoiceField(label=gettext_lazy("Document that proves it"), required=False, empty_value=None)
    proof_text = LineField(
        label=gettext_lazy("Or proof in words"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Such as the entry in the commercial register, with its number."),
    )

    def __init__(self, *args: Any, case: CaseFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        documents = CaseDocument.objects.filter(case_file=case, withdrawn_at=None).order_by("title", "pk")
        found = {str(row.pk): row for row in documents}
        field: Any = self.fields["proof"]
        field.choices = [("", "–"), *((number, row.title) for number, row in found.items())]
        field.coerce = found.get

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("proof") and not values.get("proof_text") and not self.errors:
            self.add_error("proof", _("Choose a document or write what proves it."))
        return values


class DropForm(PortalFormMixin, forms.Form):
    """Why."""

    reason = LineField(label=gettext_lazy("Reason"), max_length=300)


class ReadinessForm(PortalFormMixin, forms.Form):
    """Five areas from 0 to 5, at one of four moments."""

    month = forms.TypedChoiceField(label=gettext_lazy("Moment"), coerce=int, widget=forms.RadioSelect)
    comment = LineField(label=gettext_lazy("Remark"), max_length=300, required=False)
    is_shared = forms.BooleanField(label=gettext_lazy("The founder may see the grid"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months: Any = self.fields["month"]
        months.choices = [(month, _("after %(months)s months") % {"months": month}) for month in READINESS_MONTHS]
        scale = [(step, str(step)) for step in range(HIGHEST + 1)]
        for area in AREAS:
            label = str(ReadinessScore._meta.get_field(area).verbose_name)  # type: ignore[union-attr]
            self.fields[area] = forms.TypedChoiceField(
                label=label[:1].upper() + label[1:],
                choices=scale,
                coerce=int,
                widget=forms.RadioSelect(attrs={"class": "scale"}),
                error_messages={"required": _("Choose a step: %(label)s") % {"label": label}},
            )
        self.order_fields(["month", *AREAS, "comment", "is_shared"])


class TitledByName(PortalFormMixin, forms.Form):
    """A document without a title is called as its file."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("title") and values.get("file"):
            values["title"] = values["file"].name.rpartition(".")[0][:160] or values["file"].name[:160]
        return values


class DocumentForm(TitledByName):
    """One document with its title."""

    file = PrivateFileField(label=pgettext_lazy("upload", "File"))
    title = LineField(
        label=gettext_lazy("Title"), max_length=160, required=False, help_text=gettext_lazy("Empty: the file’s name.")
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=DocumentKind.choices, initial="other")
    is_shared = forms.BooleanField(label=gettext_lazy("The founder may open it"), required=False)


class BringForm(TitledByName):
    """A founder's document: the file, and what it is."""

    file = PrivateFileField(label=pgettext_lazy("upload", "File"))
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=DocumentKind.choices, initial="other")
    title = LineField(
        label=gettext_lazy("Title"), max_length=160, required=False, help_text=gettext_lazy("Empty: the file’s name.")
    )


class AskForm(PortalFormMixin, forms.Form):
    """Which document, until when."""

    kind = forms.ChoiceField(label=gettext_lazy("Which document"), choices=DocumentKind.choices)
    due_on = ComingDayField(label=gettext_lazy("To do by"))
    detail = TextBlockField(
        label=gettext_lazy("Details"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class VersionForm(PortalFormMixin, forms.Form):
    """A newer version of a document."""

    file = PrivateFileField(label=gettext_lazy("New version"))


class BookForm(PortalFormMixin, forms.Form):
    """Time or costs that belong to no meeting."""

    worked_on = PastDayField(label=gettext_lazy("Day"))
    kind = forms.ChoiceField(
        label=pgettext_lazy("of a date", "What for"),
        choices=[choice for choice in TimeKind.choices if choice[0] != TimeKind.CONTACT],
        initial=TimeKind.FOLLOW_UP,
    )
    minutes = MinutesField(label=gettext_lazy("Minutes"), required=False)
    amount = NumberField(
        label=gettext_lazy("Amount in CHF"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        help_text=gettext_lazy("For bills and expenses. Time is priced by itself."),
    )
    note = LineField(label=gettext_lazy("Remark"), max_length=300, required=False)
    funder = FunderField(label=gettext_lazy("Paid by"))

    def __init__(self, *args: Any, case: CaseFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["funder"].offer(case)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("minutes") and not values.get("amount") and not self.errors:
            self.add_error("minutes", _("Enter minutes or an amount."))
        if values.get("kind") not in {TimeKind.COST, TimeKind.SPECIALIST}:
            values["amount"] = None
            if not values.get("minutes") and not self.errors:
                self.add_error("minutes", _("Enter the minutes: time is priced by the hour."))
        values["minutes"] = values.get("minutes") or 0
        return values


class CorrectForm(PortalFormMixin, forms.Form):
    """What the line should have said, and why."""

    minutes = MinutesField(label=gettext_lazy("Right minutes"))
    amount = NumberField(
        label=gettext_lazy("Right amount in CHF"),
        required=False,
        min_value=Decimal(0),
        max_digits=9,
        decimal_places=2,
    )
    note = LineField(label=gettext_lazy("Why"), max_length=300)

    def __init__(self, *args: Any, is_priced: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_priced:
            del self.fields["amount"]


__all__ = [
    "AskForm",
    "BookForm",
    "BringForm",
    "CorrectForm",
    "DocumentForm",
    "DropForm",
    "MeetingForm",
    "PlanMilestoneForm",
    "ReachForm",
    "ReadinessForm",
    "VersionForm",
]
