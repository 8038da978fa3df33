"""The six questions of a request: one form each, in the founder's words."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from coaching.enums import Need, Stage
from coaching.forms.fields import LineField, PhoneField, TextBlockField
from coaching.forms.place import PlaceForm
from coaching.models import CoachingRequest
from promo_portal.core.forms import CountedTextarea, EmailInput, PhoneInput, PortalFormMixin
from promo_portal.core.spam import GuardedForm

IDEA_LENGTH, SHORT_LENGTH = 1000, 500


class ReachForm(PortalFormMixin, forms.Form):
    """Question 1: an address and a name, from which on the draft is kept."""

    first_name = LineField(
        label=gettext_lazy("First name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "class": "w-name"}),
        error_messages={"required": gettext_lazy("Enter your first name")},
    )
    last_name = LineField(
        label=gettext_lazy("Last name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "family-name", "class": "w-name"}),
        error_messages={"required": gettext_lazy("Enter your last name")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("We only write to you about this request."),
        widget=EmailInput,
        error_messages={"required": gettext_lazy("Enter a full e-mail address, such as name@example.ch")},
    )
    phone = PhoneField(
        label=gettext_lazy("Phone"),
        required=False,
        max_length=40,
        widget=PhoneInput,
        help_text=gettext_lazy("So that we can call you if a question remains."),
    )


class GuardedReachForm(GuardedForm, ReachForm):
    """Question 1 as long as there is no draft: the one form here that strangers can make us keep something with."""

    field_order = ("first_name", "last_name", "email", "phone")


class StageForm(PortalFormMixin, forms.Form):
    """Question 3: how far the project has come."""

    stage = forms.ChoiceField(
        label=gettext_lazy("How far along are you?"),
        choices=Stage.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the sentence that fits best")},
    )


class IdeaForm(PortalFormMixin, forms.Form):
    """Question 4: the idea in a few sentences."""

    idea = TextBlockField(
        label=gettext_lazy("Your idea"),
        max_length=IDEA_LENGTH,
        widget=CountedTextarea(maximum=IDEA_LENGTH),
        error_messages={"required": gettext_lazy("Describe your project, even in two lines")},
    )


class StartForm(PortalFormMixin, forms.Form):
    """Question 5: when and with whom; may be skipped."""

    start = TextBlockField(
        label=gettext_lazy("When and with whom"),
        required=False,
        max_length=SHORT_LENGTH,
        widget=CountedTextarea(maximum=SHORT_LENGTH, attrs={"rows": "4"}),
    )


class NeedForm(PortalFormMixin, forms.Form):
    """Question 6: the main need."""

    need = forms.ChoiceField(
        label=gettext_lazy("What do you need most?"),
        choices=Need.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what would help you most today")},
    )
    need_detail = TextBlockField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=SHORT_LENGTH,
        widget=CountedTextarea(maximum=SHORT_LENGTH, attrs={"rows": "3"}),
    )


@dataclass(frozen=True)
class Question:
    """A page of the request: its heading, its hint, its form, and the answers it holds."""

    number: int
    title: Any
    hint: Any
    form: type[forms.Form]
    answers: tuple[str, ...]
    is_optional: bool = False

    @property
    def stands_alone(self) -> bool:
        """Whether the heading is the label of the one field."""
        return len(self.answers) == 1

    def is_answered(self, request: CoachingRequest) -> bool:
        """Whether its first required answer is there."""
        return bool(getattr(request, self.answers[0]))


QUESTIONS = (
    Question(
        1,
        gettext_lazy("How can we reach you?"),
        gettext_lazy("From this answer on your draft is kept. A mail lets you take it up again on any device."),
        ReachForm,
        ("email", "first_name", "last_name", "phone"),
    ),
    Question(
        2,
        gettext_lazy("In which municipality will your project be?"),
        gettext_lazy("If you hesitate, enter the one where you live. It decides who answers you."),
        PlaceForm,
        ("municipality",),
    ),
    Question(
        3,
        gettext_lazy("How far along are you?"),
        gettext_lazy("There is no wrong moment: the coach starts where you stand."),
        StageForm,
        ("stage",),
    ),
    Question(
        4,
        gettext_lazy("Describe your idea in a few sentences"),
        gettext_lazy(
            "What you want to sell, to whom, and how far you are. No business plan needed: you will write it with your coach."
        ),
        IdeaForm,
        ("idea",),
    ),
    Question(
        5,
        gettext_lazy("When do you want to start, and with whom?"),
        gettext_lazy("A season is enough. Alone, as a couple, with partners? You may leave this out."),
        StartForm,
        ("start",),
        is_optional=True,
    ),
    Question(
        6,
        gettext_lazy("What do you need most?"),
        gettext_lazy("One answer; the rest will come up with your coach."),
        NeedForm,
        ("need", "need_detail"),
    ),
)


def question(number: int) -> Question:
    """The question of that number (1 to 6)."""
    return QUESTIONS[number - 1]


def first_unanswered(request: CoachingRequest) -> Question | None:
    """Where to take the draft up again. A question that may be skipped counts as passed once a later one is answered."""
    for asked in QUESTIONS:
        passed = any(later.is_answered(request) for later in QUESTIONS[asked.number :])
        if not asked.is_answered(request) and not (asked.is_optional and passed):
            return asked
    return None


def initial(asked: Question, request: CoachingRequest) -> dict[str, Any]:
    """What the draft already says to a question."""
    values = {name: getattr(request, name) for name in asked.answers}
    if "municipality" in values:
        values["municipality"] = request.municipality.name if request.municipality else ""
    return values
