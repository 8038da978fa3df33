"""The commission: its sessions, who sits in them, what is on the agenda and what members say of it."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coaching.enums import Advice, ItemOutcome, ItemState, RecusalSource, SessionKind, SessionState
from coaching.models.request import CoachingRequest
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.core.scope import ScopedManager
from promo_portal.regions.models import Association


class OfCommission(models.Model):
    """A row of an association's commission; open to staff through the scope, to members through their session."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )

    class Meta:
        abstract = True
        base_manager_name = "unscoped"


@tracked(confidential=True)
class CommissionSession(OfCommission):
    """A day on which the commission decides. A quorum is a number of members present, those standing aside included.

    A circular decision is a session without a room: its day is the last one for the members' votes, and present is who
    has voted.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=SessionKind, default="meeting", db_default="meeting")
    held_on = models.DateField(_("day"))
    held_at = models.TimeField(_("time"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    video_url = models.URLField(_("video link"), max_length=300, blank=True, db_default="")
    quorum = models.PositiveSmallIntegerField(_("quorum"), default=3, validators=[MinValueValidator(1)])
    state = models.CharField(_("state"), max_length=10, choices=SessionState, default=SessionState.PLANNED)
    state_reason = models.CharField(_("reason"), max_length=300, blank=True)
    minutes = models.TextField(_("remarks for the minutes"), max_length=8000, blank=True)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    approved_at = models.DateTimeField(_("minutes approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("minutes approved by"),
        null=True,
        blank=True,
        db_index=False,  # nobody asks what somebody approved, and the table is not locked to make one
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScopedManager["CommissionSession"]()
    unscoped = models.Manager()

    class Meta(OfCommission.Meta):
        verbose_name = _("commission session")
        verbose_name_plural = _("commission sessions")
        ordering = ["-held_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="commissionsession_day_once_a_kind",
                fields=["association", "kind", "held_on"],
                condition=~Q(state="cancelled"),
                violation_error_message=_("There is a session, or a circular decision, with this day already."),
            ),
            models.CheckConstraint(
                name="commissionsession_quorum_is_positive",
                condition=Q(quorum__gte=1),
                violation_error_message=_("A quorum is at least one member."),
            ),
            models.CheckConstraint(
                name="commissionsession_closed_was_open",
                condition=~Q(state__in=["closed", "approved"]) | Q(opened_at__isnull=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="commissionsession_approved_by_whom",
                condition=Q(state="approved", approved_at__isnull=False, approved_by__isnull=False)
                | (~Q(state="approved") & Q(approved_at=None, approved_by=None)),
            ),
            models.CheckConstraint(
                name="commissionsession_cancelled_has_reason",
                condition=~Q(state="cancelled") | ~Q(state_reason=""),
                violation_error_message=_("Calling off a session needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%d.%m.%Y}"

    @property
    def is_circular(self) -> bool:
        """Whether the members vote from their own desks."""
        return self.kind == SessionKind.CIRCULAR

    @property
    def is_over(self) -> bool:
        """Whether everything has been decided."""
        return self.state in {SessionState.CLOSED, SessionState.APPROVED}


@tracked(confidential=True)
class SessionMember(OfCommission):
    """Somebody invited to a session, and whether they came."""

    session = models.ForeignKey(
        CommissionSession, on_delete=models.CASCADE, related_name="seats", verbose_name=_("session")
    )
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    is_chair = models.BooleanField(_("in the chair"), default=False)
    is_present = models.BooleanField(_("present"), null=True, blank=True)

    objects = ScopedManager["SessionMember"]()
    unscoped = models.Manager()

    class Meta(OfCommission.Meta):
        verbose_name = _("member of a session")
        verbose_name_plural = _("members of a session")
        ordering = ["session", "-is_chair", "id"]
        constraints = [
            models.UniqueConstraint(name="sessionmember_once", fields=["session", "member"]),
            models.UniqueConstraint(
                name="sessionmember_one_chair",
                fields=["session"],
                condition=Q(is_chair=True),
                violation_error_message=_("A session has one chair."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)


@tracked(confidential=True)
class AgendaItem(OfCommission):
    """A request before the commission. What is said while it sits is kept here; it takes effect when the session closes."""

    session = models.ForeignKey(
        CommissionSession, on_delete=models.PROTECT, related_name="items", verbose_name=_("session")
    )
    request = models.ForeignKey(
        CoachingRequest, on_delete=models.PROTECT, related_name="agenda_items", verbose_name=_("request")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    summary = models.TextField(_("summary for the members"), max_length=2000, blank=True)
    minutes_planned = models.PositiveSmallIntegerField(
        _("planned minutes"), default=15, db_default=15, validators=[MinValueValidator(1)]
    )
    state = models.CharField(_("state"), max_length=10, choices=ItemState, default=ItemState.LISTED)
    outcome = models.CharField(_("entered decision"), max_length=10, choices=ItemOutcome, blank=True)
    reasons = models.TextField(_("reasons"), max_length=2000, blank=True)
    conditions = models.TextField(_("conditions"), max_length=2000, blank=True, db_default="")
    addresses = models.TextField(_("better addresses"), max_length=1000, blank=True, db_default="")
    votes_for = models.PositiveSmallIntegerField(_("votes for"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("votes against"), null=True, blank=True)
    votes_abstained = models.PositiveSmallIntegerField(_("abstentions"), null=True, blank=True)
    title = models.CharField(_("name of the project"), max_length=120, blank=True)
    lead = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("coach"), null=True, blank=True
    )
    deputy = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("deputy"), null=True, blank=True
    )
    first_date = models.DateField(_("first date"), null=True, blank=True)
    first_what = models.CharField(pgettext_lazy("of a date", "what for"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScopedManager["AgendaItem"]()
    unscoped = models.Manager()

    class Meta(OfCommission.Meta):
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["session", "position", "id"]
        constraints = [
            models.UniqueConstraint(name="agendaitem_once_a_session", fields=["session", "request"]),
            models.UniqueConstraint(
                name="agendaitem_one_open_agenda",
                fields=["request"],
                condition=Q(state="listed"),
                violation_error_message=_("This request is on another agenda."),
            ),
            models.CheckConstraint(
                name="agendaitem_decided_has_outcome",
                condition=~Q(state="decided") | (Q(outcome__in=["accept", "refuse"]) & ~Q(reasons="")),
                violation_error_message=_("A decision needs its reasons."),
            ),
            models.CheckConstraint(
                name="agendaitem_coach_is_not_deputy",
                condition=Q(lead=None) | Q(deputy=None) | ~Q(lead=models.F("deputy")),
                violation_error_message=_("Choose somebody else as deputy, or nobody."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.request_id}"


class OfItem(OfCommission):
    """What one member says of one item, once."""

    item = models.ForeignKey(
        AgendaItem, on_delete=models.CASCADE, related_name="%(class)ss", verbose_name=_("agenda item")
    )
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))

    class Meta(OfCommission.Meta):
        abstract = True


@tracked(confidential=True)
class Recusal(OfItem):
    """A member stands aside from one item: neither dossier nor opinion nor vote."""

    source = models.CharField(_("how it came to light"), max_length=10, choices=RecusalSource)
    reason = models.CharField(_("reason"), max_length=300)
    declared_at = MomentField(_("noted at"))

    objects = ScopedManager["Recusal"]()
    unscoped = models.Manager()

    class Meta(OfItem.Meta):
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        ordering = ["item", "id"]
        constraints = [
            models.UniqueConstraint(name="recusal_once", fields=["item", "member"]),
            models.CheckConstraint(
                name="recusal_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Standing aside needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_source_display()}"


@tracked(confidential=True)
class Opinion(OfItem):
    """What a member thinks of a request before the day, in a word and a few lines; may be changed until the session opens."""

    advice = models.CharField(_("opinion"), max_length=10, choices=Advice)
    text = models.TextField(_("in a few lines"), max_length=2000, blank=True)
    given_at = MomentField(_("given at"))

    objects = ScopedManager["Opinion"]()
    unscoped = models.Manager()

    class Meta(OfItem.Meta):
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        ordering = ["item", "id"]
        constraints = [
            models.UniqueConstraint(name="opinion_once", fields=["item", "member"]),
            models.CheckConstraint(
                name="opinion_doubt_says_why",
                condition=Q(advice="favourable") | ~Q(text=""),
                violation_error_message=_("Reservations and opposition need a few words."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_advice_display()}"
