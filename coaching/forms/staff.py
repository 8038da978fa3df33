"""Forms of the staff: typing in a request, deciding on it, and working on a file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from coaching.enums import CasePhase, Channel, Need, Stage
from coaching.forms.fields import LineField, PhoneField, TextBlockField
from coaching.forms.place import PlaceForm
from coaching.forms.questions import IDEA_LENGTH, SHORT_LENGTH
from coaching.models import CaseFile, CoachingRequest, Task
from coaching.suggestions import Suggestion, suggest_coaches
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.core.forms import DateTextInput, EmailInput, PhoneInput, PortalFormMixin

AHEAD = {
    "1w": (relativedelta(weeks=1), gettext_lazy("in a week")),
    "2w": (relativedelta(weeks=2), gettext_lazy("in two weeks")),
    "1m": (relativedelta(months=1), gettext_lazy("in a month")),
    "3m": (relativedelta(months=3), gettext_lazy("in three months")),
}
TIME_INPUT = forms.TimeInput(format="%H:%M", attrs={"class": "w-year", "placeholder": "14:30"})
OTHER_DAY = "other"
LONGEST_AHEAD = timedelta(days=3 * 366)


def coaches_of(association_id: int) -> list[User]:
    """Who may lead a file: the association's coaches and managers in office."""
    held = Membership.objects.active(clock.today()).in_association(association_id, Role.COACH, Role.MANAGER)
    people = User.objects.filter(pk__in=held.values("user_id"))
    return list(people.order_by("last_name", "first_name", "pk"))


class PersonField(forms.TypedChoiceField):
    """One of a few people, by number; anybody else is no choice."""

    def __init__(self, **kwargs: Any) -> None:
        self.people: dict[str, User] = {}
        super().__init__(empty_value=None, **kwargs)

    def _coerce(self, value: Any) -> User | None:
        """The person behind the number; the choices were checked before."""
        return self.people.get(str(value))

    def offer(self, people: list[User], *, empty: bool = False, told: Mapping[int, str] | None = None) -> None:
        """Set who can be chosen, with what is ``told`` of each."""
        self.people = {str(person.pk): person for person in people}
        choices: list[tuple[str, Any]] = [
            (key, format_html('{} <span class="small muted">{}</span>', person, told[person.pk]))
            if told and person.pk in told
            else (key, str(person))
            for key, person in self.people.items()
        ]
        self.choices = [("", "–"), *choices] if empty else choices

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(getattr(initial, "pk", initial) or "") != str(data or "")


def offer_ranked(form: Any, ranked: Sequence[Suggestion], others: Iterable[User] = ()) -> None:
    """Let the coach be chosen from a ranked list that says why; nobody is chosen by the list itself."""
    told = {one.person.pk: one.told() for one in ranked}
    form.fields["lead"].offer([*(one.person for one in ranked), *others], told=told)


class ComingDayField(forms.DateField):
    """A day from today on, and not beyond three years: further away it is a slip of the pen."""

    widget = DateTextInput

    def validate(self, value: Any) -> None:
        super().validate(value)
        today = clock.today()
        if value and value < today:
            raise ValidationError(
                _("%(day)s lies in the past. Choose today or a later day.") % {"day": words.day(value)}
            )
        if value and value > today + LONGEST_AHEAD:
            raise ValidationError(
                _("%(day)s is more than three years away. Check the year.") % {"day": words.day(value)}
            )


class VersionedForm(PortalFormMixin, forms.Form):
    """A form that knows which version of the record its reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class EnterRequestForm(PlaceForm):
    """The six questions as they are asked on the phone or read from paper; the same request comes out of it."""

    channel = forms.ChoiceField(
        label=pgettext_lazy("a request", "Received"),
        choices=[choice for choice in Channel.choices if choice[0] != Channel.ONLINE],
        widget=forms.RadioSelect,
    )
    first_name = LineField(label=gettext_lazy("First name"), max_length=80)
    last_name = LineField(label=gettext_lazy("Last name"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), widget=EmailInput)
    phone = PhoneField(label=gettext_lazy("Phone"), required=False, max_length=40, widget=PhoneInput)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("fr", "Français"), ("de", "Deutsch"), ("en", "English")],
        widget=forms.RadioSelect,
    )
    stage = forms.ChoiceField(label=gettext_lazy("How far along?"), choices=Stage.choices, widget=forms.RadioSelect)
    idea = TextBlockField(label=gettext_lazy("Idea"), max_length=IDEA_LENGTH)
    start = TextBlockField(label=gettext_lazy("When and with whom"), required=False, max_length=SHORT_LENGTH)
    need = forms.ChoiceField(label=gettext_lazy("Main need"), choices=Need.choices, widget=forms.RadioSelect)
    need_detail = TextBlockField(label=gettext_lazy("In their words"), required=False, max_length=SHORT_LENGTH)
    agreed = forms.BooleanField(
        label=gettext_lazy("The person agrees that we read these answers in order to reply"),
        error_messages={"required": gettext_lazy("Ask for the person’s agreement, then tick the box")},
    )
    field_order = ("channel", "first_name", "last_name", "email", "phone", "language", "municipality")

    def __init__(self, *args: Any, association_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.association_id = association_id

    def clean_municipality(self) -> Any:
        """A municipality of our own; others are the business of their association."""
        place = super().clean_municipality()
        association = place.association()
        if association is None or association.pk != self.association_id:
            raise ValidationError(
                _("%(name)s belongs to %(association)s. Give the person its address: %(contact)s")
                % {
                    "name": place.name,
                    "association": association,
                    "contact": getattr(association, "phone", "") or getattr(association, "email", "") or "–",
                }
            )
        return place

    def answers(self) -> Mapping[str, Any]:
        """What the request is made of."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"channel", "agreed"}}


class AcceptForm(VersionedForm):
    """The circular decision, and everything that follows from it."""

    title = LineField(label=gettext_lazy("Name of the project"), max_length=120)
    lead = PersonField(label=gettext_lazy("Coach"), widget=forms.RadioSelect)
    deputy = PersonField(label=gettext_lazy("Deputy"), required=False)
    first_date = ComingDayField(label=gettext_lazy("First date"))
    first_time = forms.TimeField(label=gettext_lazy("Time"), required=False, widget=TIME_INPUT)
    first_what = LineField(label=pgettext_lazy("of a date", "What for"), max_length=200)
    task = LineField(
        label=gettext_lazy("First task for the founder"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("With its own date and reminders. Empty: no task."),
    )
    task_due_on = ComingDayField(label=gettext_lazy("To do by"), required=False)
    reasons = TextBlockField(
        label=gettext_lazy("Reasons of the decision"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    conditions = TextBlockField(
        label=gettext_lazy("Conditions"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The founder reads them in the mail. Empty: none."),
    )

    def __init__(self, *args: Any, request: CoachingRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert request.association_id is not None
        people = coaches_of(request.association_id)
        ranked = suggest_coaches(request, people, today=clock.today())
        offer_ranked(self, ranked)
        self.fields["deputy"].offer(people, empty=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("lead") and values.get("lead") == values.get("deputy"):
            self.add_error("deputy", _("Choose somebody else as deputy, or nobody."))
        due_on, first = values.get("task_due_on"), values.get("first_date")
        if values.get("task") and not due_on:
            values["task_due_on"] = first
        return values


class RefuseForm(VersionedForm):
    """Reasons that the founder reads word for word."""

    reasons = TextBlockField(
        label=gettext_lazy("Reasons"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("The founder reads these words, with the ways to have the decision looked at again."),
        error_messages={"required": gettext_lazy("Write the reasons: the founder has a right to them")},
    )
    addresses = TextBlockField(
        label=gettext_lazy("Better addresses"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Who may help instead. The founder reads it below the reasons."),
    )


class ForwardForm(VersionedForm, PlaceForm):
    """Where the project really is, and how the founder agreed to our passing the request on."""

    consent = LineField(
        label=gettext_lazy("How the person agreed"),
        max_length=200,
        help_text=gettext_lazy("Such as “on the phone, 23.11.2026”. Without agreement nothing is forwarded."),
        error_messages={"required": gettext_lazy("Say how and when the person agreed")},
    )
    field_order = ("municipality", "consent")

    def __init__(self, *args: Any, association_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.association_id = association_id

    def clean_municipality(self) -> Any:
        """A municipality of another association."""
        place = super().clean_municipality()
        association = place.association()
        if association and association.pk == self.association_id:
            raise ValidationError(_("%(name)s belongs to us: there is nothing to forward.") % {"name": place.name})
        return place


# -- the file -----------------------------------------------------------------------------------------------------------


class NextDateForm(VersionedForm):
    """Another next date: one of four distances, or a day."""

    preset = forms.ChoiceField(label=gettext_lazy("New date"), widget=forms.RadioSelect, initial=OTHER_DAY)
    on = ComingDayField(label=gettext_lazy("Day"), required=False)
    at = forms.TimeField(label=gettext_lazy("Time"), required=False, widget=TIME_INPUT)
    what = LineField(label=pgettext_lazy("of a date", "What for"), max_length=200)
    reason = LineField(
        label=gettext_lazy("Why it moves"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Stays among colleagues."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        days = {key: _weekday_from(today + distance) for key, (distance, _label) in AHEAD.items()}
        self.days = days
        self.fields["preset"].choices = [  # type: ignore[attr-defined]
            *((key, f"{label}, {words.weekday(days[key])}") for key, (_distance, label) in AHEAD.items()),
            (OTHER_DAY, gettext_lazy("another day")),
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("preset") in self.days:
            values["on"] = self.days[values["preset"]]
        elif values.get("on") is None and "on" not in self.errors:
            self.add_error("on", _("Choose a distance or enter a day"))
        return values


def _weekday_from(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)  # noqa: PLR2004 - Friday


class NoteForm(PortalFormMixin, forms.Form):
    """A few lines for the journal: internal unless the writer shares them."""

    text = TextBlockField(
        label=gettext_lazy("Note"),
        max_length=4000,
        error_messages={"required": gettext_lazy("Write a line or two before adding the note")},
    )
    is_shared = forms.TypedChoiceField(
        label=gettext_lazy("Who reads it"),
        choices=[("0", gettext_lazy("Internal")), ("1", gettext_lazy("Shared with the founder"))],
        coerce=lambda value: value == "1",
        empty_value=False,  # type: ignore[arg-type]
        required=False,
    )


class TaskForm(PortalFormMixin, forms.Form):
    """What, who, until when."""

    title = LineField(label=gettext_lazy("What"), max_length=200)
    detail = TextBlockField(
        label=gettext_lazy("Details"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    assignee = PersonField(label=gettext_lazy("Who"))
    due_on = ComingDayField(label=gettext_lazy("To do by"))

    def __init__(self, *args: Any, case: CaseFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].offer([case.founder, *case.coaches()])  # type: ignore[attr-defined]


class EditTaskForm(VersionedForm, TaskForm):
    """The same, of a task that exists; its old date may stay even when it has gone by."""

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, case=task.case_file, **kwargs)
        self.task = task

    def _clean_fields(self) -> None:
        field: Any = self.fields["due_on"]
        if self.data.get("due_on") == words.day(self.task.due_on):
            field.validate = lambda value: None
        super()._clean_fields()  # type: ignore[misc]


class EditCaseForm(VersionedForm):
    """Title, phase and coaches of a file."""

    title = LineField(label=gettext_lazy("Name of the project"), max_length=120)
    phase = forms.ChoiceField(label=gettext_lazy("Phase"), choices=CasePhase.choices, widget=forms.RadioSelect)
    lead = PersonField(label=gettext_lazy("Coach"), widget=forms.RadioSelect)
    deputy = PersonField(label=gettext_lazy("Deputy"), required=False)

    def __init__(self, *args: Any, case: CaseFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = coaches_of(case.association_id)
        gone = [person for person in case.coaches() if person not in people]
        offer_ranked(self, suggest_coaches(case.request, people, today=clock.today()), gone)
        self.fields["deputy"].offer([*people, *gone], empty=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("lead") and values.get("lead") == values.get("deputy"):
            self.add_error("deputy", _("Choose somebody else as deputy, or nobody."))
        return values


class StageForm(VersionedForm):
    """Another phase, chosen on the board."""

    phase = forms.ChoiceField(label=gettext_lazy("Phase"), choices=CasePhase.choices)


class RestForm(PortalFormMixin, forms.Form):
    """Why a file is paused or closed; the founder reads it."""

    reason = LineField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("The founder reads these words.")
    )


class ReopenForm(PortalFormMixin, forms.Form):
    """An open file has a next date from its first minute."""

    on = ComingDayField(label=gettext_lazy("Next date"))
    what = LineField(label=pgettext_lazy("of a date", "What for"), max_length=200)
    reason = LineField(label=gettext_lazy("Reason"), max_length=300)
