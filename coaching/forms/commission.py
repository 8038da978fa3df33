"""Forms of the commission: a session, its members, its items, the decisions of the day; a member's word and conflict."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from coaching.enums import Advice, ItemOutcome, SessionKind
from coaching.forms.fields import LineField, TextBlockField
from coaching.forms.staff import TIME_INPUT, ComingDayField, PersonField, VersionedForm, coaches_of
from coaching.models import AgendaItem, CommissionSession, SessionMember
from coaching.workflow.votes import Votes
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.core.forms import PortalFormMixin

MOST_MEMBERS = 30
SHORT_TEXT = {"rows": 3}
PRESETS: Mapping[str, tuple[str, Any]] = {
    "viable": (ItemOutcome.ACCEPT, gettext_lazy("The project is viable and fits the region.")),
    "jobs": (ItemOutcome.ACCEPT, gettext_lazy("The project creates or keeps jobs in the region.")),
    "elsewhere": (ItemOutcome.REFUSE, gettext_lazy("Another address is better placed to help with this project.")),
    "market": (ItemOutcome.REFUSE, gettext_lazy("The market is already well served within a short distance.")),
    "unclear": (ItemOutcome.POSTPONE, gettext_lazy("Important points of the file are still open.")),
}


def members_of(association_id: int) -> list[User]:
    """The commission's members in office."""
    held = Membership.objects.active(clock.today()).in_association(association_id, Role.COMMISSION_MEMBER)
    people = User.objects.filter(pk__in=held.values("user_id"))
    return list(people.order_by("last_name", "first_name", "pk"))


class PeopleField(forms.MultipleChoiceField):
    """Some of a few people, ticked; anybody else is no choice."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        self.people: dict[str, User] = {}
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The people behind the numbers; the choices were checked before."""
        return [self.people[str(number)] for number in super().clean(value)]

    def offer(self, people: list[User]) -> None:
        """Set who can be ticked."""
        self.people = {str(person.pk): person for person in people}
        self.choices = [(key, str(person)) for key, person in self.people.items()]


class SessionForm(VersionedForm):
    """Day, hour and place of a session, or the last day of a circular decision."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    held_on = ComingDayField(label=gettext_lazy("Day"))
    held_at = forms.TimeField(label=gettext_lazy("Time"), required=False, widget=TIME_INPUT)
    place = LineField(label=gettext_lazy("Place"), required=False, max_length=120)
    video_url = forms.URLField(
        label=gettext_lazy("Video link"), required=False, max_length=300, assume_scheme="https", widget=forms.URLInput
    )
    quorum = forms.IntegerField(
        label=gettext_lazy("Quorum"),
        min_value=1,
        max_value=MOST_MEMBERS,
        help_text=gettext_lazy("So many members at least must be there for a valid decision."),
    )

    def __init__(
        self, *args: Any, association_id: int, session: CommissionSession | None = None, is_circular: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.association_id, self.session, self.is_circular = association_id, session, is_circular
        if is_circular:
            for name in ("held_at", "place", "video_url"):
                del self.fields[name]
            self.fields["held_on"].label = _("Vote by")
            self.fields["quorum"].help_text = _("So many votes at least must come in for a valid decision.")

    def _clean_fields(self) -> None:
        """The day of a session that was not held may stay as it is while the rest is put right."""
        field: Any = self.fields["held_on"]
        if self.session is not None and self.data.get(self.add_prefix("held_on")) == words.day(self.session.held_on):
            field.validate = lambda value: None
        super()._clean_fields()  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        day = values.get("held_on")
        is_nowhere = not self.is_circular and not values.get("place") and not values.get("video_url")
        if is_nowhere and not self.errors:
            self.add_error("place", _("Give a place, a video link, or both"))
        kind = SessionKind.CIRCULAR if self.is_circular else SessionKind.MEETING
        others = CommissionSession.objects.filter(kind=kind).exclude(state="cancelled")
        if self.session is not None:
            others = others.exclude(pk=self.session.pk)
        if day and others.filter(held_on=day).exists():
            self.add_error("held_on", self._taken())
        return values

    def _taken(self) -> str:
        """A session and a circular decision may share a day, two of a kind may not: nobody could tell them apart."""
        if self.is_circular:
            return _("There is a circular decision with this last day already. Add the requests to that one.")
        return _("There is a session on this day already.")

    def values(self) -> dict[str, Any]:
        """What the workflow is given; a circular decision has neither hour nor place."""
        given = {name: self.cleaned_data.get(name) for name in ("held_on", "held_at", "place", "video_url", "quorum")}
        return {**given, "place": given["place"] or "", "video_url": given["video_url"] or ""}


class PlanForm(SessionForm):
    """A new session, with its members."""

    members = PeopleField(label=gettext_lazy("Members"))
    chair = PersonField(label=gettext_lazy("In the chair"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_members(self, members_of(self.association_id))

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        check_members(self, values, values.get("quorum"))
        return values

    def seated(self) -> list[User]:
        """The members, the chair first."""
        chair = self.cleaned_data["chair"]
        return [chair, *(member for member in self.cleaned_data["members"] if member != chair)]


def offer_members(form: Any, people: list[User]) -> None:
    """Set who can be invited."""
    form.fields["members"].offer(people)
    form.fields["chair"].offer(people)
    form.fields["members"].error_messages["required"] = _("Tick at least one member")


def check_members(form: Any, values: Mapping[str, Any], quorum: int | None) -> None:
    """The chair sits in the session, and a quorum can be reached at all."""
    members = values.get("members")
    if members and values.get("chair") and values["chair"] not in members:
        form.add_error("chair", _("Whoever chairs the session is one of its members. Tick them as well."))
    if members and quorum and quorum > len(members):
        form.add_error(
            "members",
            _("The quorum is %(quorum)s: with %(count)s members it can never be reached.")
            % {"quorum": quorum, "count": len(members)},
        )


class MembersForm(PortalFormMixin, forms.Form):
    """Who sits in a session that exists."""

    members = PeopleField(label=gettext_lazy("Members"))
    chair = PersonField(label=gettext_lazy("In the chair"))

    def __init__(self, *args: Any, session: CommissionSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        seated = [
            seat.member
            for seat in SessionMember.objects.filter(session=session).select_related("member").order_by("pk")
        ]
        people = members_of(session.association_id)
        offer_members(self, [*people, *(member for member in seated if member not in people)])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        check_members(self, values, self.session.quorum)
        return values


class PresenceForm(PortalFormMixin, forms.Form):
    """Who is here."""

    present = PeopleField(
        label=gettext_lazy("Present"), error_messages={"required": gettext_lazy("Tick who is here, or call it off")}
    )

    def __init__(self, *args: Any, seats: list[SessionMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].offer([seat.member for seat in seats])  # type: ignore[attr-defined]


class ListForm(PortalFormMixin, forms.Form):
    """A request of the queue, put on the agenda."""

    request = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class ItemForm(VersionedForm):
    """What the members read first, how long it takes, and who would lead the file."""

    title = LineField(label=gettext_lazy("Name of the project"), max_length=120)
    summary = TextBlockField(
        label=gettext_lazy("Summary for the members"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    minutes = forms.IntegerField(label=gettext_lazy("Minutes planned"), min_value=1, max_value=240)
    lead = PersonField(label=gettext_lazy("Proposed coach"), required=False)

    def __init__(self, *args: Any, association_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].offer(coaches_of(association_id), empty=True)  # type: ignore[attr-defined]


class ReasonForm(PortalFormMixin, forms.Form):
    """Why an item or a session falls away."""

    reason = LineField(label=gettext_lazy("Reason"), max_length=300)


class ConflictForm(PortalFormMixin, forms.Form):
    """A member's own word that a request touches them."""

    reason = LineField(
        label=gettext_lazy("What connects you with this request"),
        max_length=300,
        help_text=gettext_lazy("Such as a family tie, a mandate or an order. It stands in the minutes."),
        error_messages={"required": gettext_lazy("Say in a few words what connects you with it")},
    )


class AsideForm(ConflictForm):
    """The same, noted by the manager for a member."""

    member = PersonField(label=gettext_lazy("Member"))
    field_order = ("member", "reason")

    def __init__(self, *args: Any, members: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].offer(members)  # type: ignore[attr-defined]
        self.fields["reason"].label = _("What connects the member with this request")


class OpinionForm(PortalFormMixin, forms.Form):
    """A member's opinion before the day, or their vote in a circular decision."""

    advice = forms.ChoiceField(
        label=gettext_lazy("My opinion"),
        choices=Advice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the four")},
    )
    text = TextBlockField(
        label=gettext_lazy("In a few lines"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Needed unless you are in favour: the others want to know why."),
    )

    def __init__(self, *args: Any, is_vote: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_vote:
            self.fields["advice"].label = _("My vote")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        needs_words = values.get("advice") not in {None, "", Advice.FAVOURABLE} and not values.get("text")
        if needs_words and "text" not in self.errors:
            self.add_error("text", _("Write a line or two: reservations, opposition and questions need words"))
        return values


class DecisionForm(VersionedForm):
    """What the commission says of one item; complete only when it could take effect as it stands."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=ItemOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the decision")},
    )
    votes_for = forms.IntegerField(label=gettext_lazy("For"), required=False, min_value=0, max_value=MOST_MEMBERS)
    votes_against = forms.IntegerField(
        label=gettext_lazy("Against"), required=False, min_value=0, max_value=MOST_MEMBERS
    )
    votes_abstained = forms.IntegerField(
        label=gettext_lazy("Abstained"), required=False, min_value=0, max_value=MOST_MEMBERS
    )
    preset = forms.ChoiceField(label=gettext_lazy("Usual reason"), required=False)
    reasons = TextBlockField(
        label=gettext_lazy("Reasons"), required=False, max_length=1800, widget=forms.Textarea(attrs=SHORT_TEXT),
        help_text=gettext_lazy("The founder reads these words."),
    )  # fmt: skip
    conditions = TextBlockField(
        label=gettext_lazy("Conditions"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    addresses = TextBlockField(
        label=gettext_lazy("Better addresses"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("For a refusal: who may help instead."),
    )  # fmt: skip
    title = LineField(label=gettext_lazy("Name of the project"), required=False, max_length=120)
    lead = PersonField(label=gettext_lazy("Coach"), required=False)
    deputy = PersonField(label=gettext_lazy("Deputy"), required=False)
    first_date = ComingDayField(label=gettext_lazy("First date"), required=False)
    first_what = LineField(label=pgettext_lazy("of a date", "What for"), required=False, max_length=200)

    def __init__(self, *args: Any, item: AgendaItem, coaches: list[User], is_circular: bool, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"item{item.pk}", **kwargs)
        self.item = item
        self.fields["lead"].offer(coaches, empty=True)  # type: ignore[attr-defined]
        self.fields["deputy"].offer(coaches, empty=True)  # type: ignore[attr-defined]
        self.fields["preset"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((key, text) for key, (_outcome, text) in PRESETS.items()),
        ]
        if is_circular:
            for name in ("votes_for", "votes_against", "votes_abstained"):
                del self.fields[name]

    @classmethod
    def initial_of(cls, item: AgendaItem, proposal: Mapping[str, Any]) -> dict[str, Any]:
        """What stands in the item; where nothing does, what can be proposed."""
        names = ("outcome", "reasons", "conditions", "addresses", "votes_for", "votes_against", "votes_abstained")
        stands = {name: getattr(item, name) for name in names}
        return {
            **stands,
            "version": item.version,
            "title": item.title or item.request.founder_name,
            "lead": item.lead_id or item.request.reviewer_id,
            "deputy": item.deputy_id,
            "first_date": item.first_date or proposal["first_date"],
            "first_what": item.first_what or proposal["first_what"],
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        values["reasons"] = self._reasons(values)
        if not values["reasons"] and "reasons" not in self.errors:
            self.add_error("reasons", _("Write the reasons: the founder has a right to them"))
        if values.get("outcome") == ItemOutcome.ACCEPT:
            for name, said in (
                ("title", _("Give the project a name")),
                ("lead", _("Choose the coach")),
                ("first_date", _("Agree on the first date: an open file has one from its first minute")),
                ("first_what", _("Say what the first date is for")),
            ):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, said)
        if values.get("lead") and values.get("lead") == values.get("deputy"):
            self.add_error("deputy", _("Choose somebody else as deputy, or nobody."))
        return values

    def _reasons(self, values: Mapping[str, Any]) -> str:
        """The usual reason in the founder's language, then what was typed."""
        typed = values.get("reasons") or ""
        if not values.get("preset"):
            return typed
        with override(self.item.request.language):
            usual = str(PRESETS[values["preset"]][1])
        return typed if usual in typed else f"{usual} {typed}".strip()

    def votes(self) -> Votes:
        """What was counted."""
        values = self.cleaned_data
        return Votes(values.get("votes_for"), values.get("votes_against"), values.get("votes_abstained"))

    def entered(self) -> dict[str, Any]:
        """What the workflow is given; a refusal or a postponement carries no date."""
        values = self.cleaned_data
        names = ("outcome", "reasons", "conditions", "addresses", "title", "lead", "deputy")
        is_accepted = values["outcome"] == ItemOutcome.ACCEPT
        return {
            **{name: values[name] for name in names},
            "first_date": values["first_date"] if is_accepted else None,
            "first_what": values["first_what"] if is_accepted else "",
        }


class CloseForm(PortalFormMixin, forms.Form):
    """The last press: remarks for the minutes, and what its reader has seen."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=4000, required=False, strip=True)
    minutes = TextBlockField(
        label=gettext_lazy("Remarks for the minutes"), required=False, max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What was said beside the items. Decisions, votes and recusals stand there by themselves."),
    )  # fmt: skip


class MinutesForm(VersionedForm):
    """Remarks put right before the minutes are approved."""

    minutes = TextBlockField(
        label=gettext_lazy("Remarks for the minutes"), required=False, max_length=8000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )  # fmt: skip


def waiting_filter(text: str) -> Q:
    """Requests of the queue that fit some words."""
    found = Q()
    for word in text.split()[:5]:
        found &= (
            Q(reference__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(municipality__official_name__icontains=word)
        )
    return found
