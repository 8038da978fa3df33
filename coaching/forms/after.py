"""Forms of the end and of what comes after it: the closing, the three questions, the proof."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from coaching.enums import CaseOutcome
from coaching.forms.course import NUMBER, PastDayField
from coaching.forms.fields import LineField, TextBlockField
from coaching.forms.staff import VersionedForm
from coaching.models import CaseDocument, CaseFile, OutcomeCheck
from coaching.models.progress import CHECK_MONTHS
from promo_portal.core.forms import PortalFormMixin

MOST_JOBS = 9_999
SCALE = [(step, str(step)) for step in range(1, 6)]


class JobsField(forms.IntegerField):
    """A number of jobs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=MOST_JOBS, widget=forms.TextInput(attrs=NUMBER), **kwargs)


class ClosingForm(VersionedForm):
    """What the last conversation settles: the outcome, its reasons, the founder's view, and the days of asking again."""

    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), choices=CaseOutcome.choices, widget=forms.RadioSelect)
    reason = LineField(
        label=gettext_lazy("Reasons"), max_length=300, help_text=gettext_lazy("The founder reads these words.")
    )
    jobs_planned = JobsField(
        label=gettext_lazy("Jobs planned"),
        required=False,
        help_text=gettext_lazy(
            "As the plan says on the day of the closing. What is promised or proved later stands apart."
        ),
    )
    satisfaction = forms.TypedChoiceField(
        label=gettext_lazy("The founder’s satisfaction, from 1 to 5"),
        choices=SCALE,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "scale"}),
        help_text=gettext_lazy("In the founder’s own words at the last meeting; empty if they would rather not say."),
    )
    checks = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Agreed: we ask again"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Three questions by mail each time; untick what the founder does not want."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["checks"]
        field.choices = [(month, _("after %(months)s months") % {"months": month}) for month in CHECK_MONTHS]


class AnswerForm(PortalFormMixin, forms.Form):
    """The three questions."""

    is_active = forms.TypedChoiceField(
        label=gettext_lazy("Is your company still active?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    jobs = JobsField(
        label=gettext_lazy("How many jobs are there, or firmly promised within a year, yours included?"),
        required=False,
        help_text=gettext_lazy("Whole people, part-time counts as one. Leave it empty if you cannot say."),
    )
    comment = TextBlockField(
        label=gettext_lazy("What would you like to tell us?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PhonedForm(VersionedForm, AnswerForm):
    """The same answers, told on the phone: by whom and when stands beside them."""

    told_by = LineField(label=gettext_lazy("Who answered"), max_length=160)
    told_on = PastDayField(label=gettext_lazy("Day of the call"))

    field_order = ("told_by", "told_on", "is_active", "jobs", "comment")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_active"].label = _("Is the company still active?")
        self.fields["jobs"].label = _("Jobs that exist or are promised, in the founder’s words")
        self.fields["comment"].label = _("In the founder’s words")


class ProveForm(VersionedForm):
    """How many jobs somebody has seen in writing, and where."""

    jobs = JobsField(label=gettext_lazy("Jobs proved"))
    document = forms.TypedChoiceField(label=gettext_lazy("Document of the file"), required=False, empty_value=None)
    proof = LineField(
        label=gettext_lazy("Or the source, by its name"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Such as “statement of the old-age insurance for 2027, seen on 12.03.2028”."),
    )

    def __init__(self, *args: Any, check: OutcomeCheck, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        documents = CaseDocument.objects.filter(case_file_id=check.case_file_id, withdrawn_at=None)
        found = {str(row.pk): row for row in documents.order_by("title", "pk")}
        field: Any = self.fields["document"]
        field.choices = [("", "–"), *((number, row.title) for number, row in found.items())]
        field.coerce = found.get

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("jobs") and not values.get("document") and not values.get("proof") and not self.errors:
            self.add_error(
                "proof", _("Choose a document or name the source: without one, jobs are promised, not proved.")
            )
        return values


class UnreachableForm(VersionedForm):
    """Why nobody was reached."""

    reason = LineField(label=pgettext_lazy("of giving up", "What was tried"), max_length=300)


def closing_start(case: CaseFile) -> dict[str, Any]:
    """What the closing form holds before anybody writes."""
    return {"version": case.version, "jobs_planned": case.jobs_planned, "checks": list(CHECK_MONTHS)}
