"""How a coaching advances: meetings, milestones with their proof, readiness, and what became of the company later."""

import secrets
from typing import TypeVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coaching.enums import Channel, CheckState, MeetingKind, MeetingTopic, MilestoneKind, MilestoneState
from coaching.models.documents import CaseDocument
from coaching.models.parts import PartOfCase
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import ChoiceListField, MomentField
from promo_portal.core.scope import InScope, ScopedManager
from promo_portal.regions.models import Funder

READINESS_MONTHS = (0, 3, 6, 12)
CHECK_MONTHS = (6, 12, 24, 36)
AREAS = ("plan", "finance", "market", "protection", "team")
HIGHEST = 5
LONGEST_DAY = 24 * 60

RowT = TypeVar("RowT", bound=PartOfCase)


class SharedManager(ScopedManager[RowT]):
    """Staff see every row of their association's files, a founder only what was shared with them."""

    def get_queryset(self) -> models.QuerySet[RowT]:
        return super().get_queryset().filter(InScope("association_id") | Q(is_shared=True))


@tracked(confidential=True)
class Meeting(PartOfCase):
    """Coach and founder spoke. The minutes as entered; the ledger holds what they cost, corrections included."""

    held_on = models.DateField(_("day"))
    kind = models.CharField(_("how"), max_length=10, choices=MeetingKind, default=MeetingKind.OFFICE)
    topics = ChoiceListField(_("topics"), options=MeetingTopic.choices)
    text = models.TextField(_("what was decided"), max_length=4000, blank=True)
    is_shared = models.BooleanField(_("shared with the founder"), default=False)
    preparation_minutes = models.PositiveSmallIntegerField(_("preparation (minutes)"), default=0)
    contact_minutes = models.PositiveSmallIntegerField(_("meeting (minutes)"), default=60)
    funder = models.ForeignKey(
        Funder, on_delete=models.PROTECT, related_name="+", verbose_name=_("paid by"), null=True, blank=True
    )
    coach = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("coach"))
    entered_at = MomentField(_("entered"))

    objects = SharedManager["Meeting"](own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="meeting_minutes_fit_a_day",
                condition=Q(preparation_minutes__lte=LONGEST_DAY, contact_minutes__lte=LONGEST_DAY),
                violation_error_message=_("A day has 24 hours."),
            ),
            models.CheckConstraint(
                name="meeting_says_something",
                condition=~Q(text="", topics=[]),
                violation_error_message=_("Tick a topic or write a line."),
            ),
        ]
        indexes = [
            models.Index(name="meeting_of_case", fields=["case_file", "-held_on"]),
            models.Index(name="meeting_of_period", fields=["association", "held_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%d.%m.%Y}"

    def topic_words(self) -> list[str]:
        """The topics in the reader's language."""
        field: ChoiceListField = self._meta.get_field("topics")  # type: ignore[assignment]
        return field.labels(self.topics)


@tracked(confidential=True)
class Milestone(PartOfCase):
    """One of the four stages of a coaching; reached only with a proof that somebody else can look at."""

    kind = models.CharField(_("milestone"), max_length=16, choices=MilestoneKind)
    due_on = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=MilestoneState, default=MilestoneState.OPEN)
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    proof = models.ForeignKey(
        CaseDocument, on_delete=models.PROTECT, related_name="+", verbose_name=_("proof"), null=True, blank=True
    )
    proof_text = models.CharField(
        _("proof in words"),
        max_length=300,
        blank=True,
        help_text=_("Such as “entered in the commercial register on 3 March 2027, CHE-123.456.789”."),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScopedManager["Milestone"](own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["case_file", "id"]
        constraints = [
            models.UniqueConstraint(name="milestone_once", fields=["case_file", "kind"]),
            models.CheckConstraint(
                name="milestone_reached_has_proof",
                condition=~Q(state="reached")
                | (Q(reached_on__isnull=False) & (Q(proof__isnull=False) | ~Q(proof_text=""))),
                violation_error_message=_("A milestone is reached with a day and a proof."),
            ),
        ]
        indexes = [models.Index(name="milestone_open", fields=["association", "due_on"], condition=Q(state="open"))]

    def __str__(self) -> str:
        return self.get_kind_display()


@tracked(confidential=True)
class ReadinessScore(PartOfCase):
    """How ready a project is in five areas, from 0 (nothing yet) to 5 (solid), at 0, 3, 6 and 12 months."""

    month = models.PositiveSmallIntegerField(
        _("after (months)"), choices=[(month, month) for month in READINESS_MONTHS]
    )
    plan = models.PositiveSmallIntegerField(_("plan"), validators=[MaxValueValidator(HIGHEST)])
    finance = models.PositiveSmallIntegerField(_("finances"), validators=[MaxValueValidator(HIGHEST)])
    market = models.PositiveSmallIntegerField(_("market"), validators=[MaxValueValidator(HIGHEST)])
    protection = models.PositiveSmallIntegerField(_("protection"), validators=[MaxValueValidator(HIGHEST)])
    team = models.PositiveSmallIntegerField(_("team"), validators=[MaxValueValidator(HIGHEST)])
    comment = models.CharField(_("remark"), max_length=300, blank=True)
    is_shared = models.BooleanField(_("shared with the founder"), default=False)
    scored_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    scored_at = MomentField(_("at"))

    objects = SharedManager["ReadinessScore"](own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = _("readiness")
        verbose_name_plural = _("readiness grids")
        ordering = ["case_file", "month"]
        constraints = [
            models.UniqueConstraint(name="readinessscore_once", fields=["case_file", "month"]),
            models.CheckConstraint(
                name="readinessscore_known_month",
                condition=Q(month__in=READINESS_MONTHS),
                violation_error_message=_("Readiness is judged after 0, 3, 6 and 12 months."),
            ),
            models.CheckConstraint(
                name="readinessscore_within_scale",
                condition=Q(plan__lte=5, finance__lte=5, market__lte=5, protection__lte=5, team__lte=5),
                violation_error_message=_("The scale goes from 0 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_file_id}, {self.month}"

    def values(self) -> tuple[int, ...]:
        """The five values, in the order of the grid."""
        return tuple(getattr(self, area) for area in AREAS)


def new_check_key() -> str:
    """A key that cannot be guessed (144 bits), for the founder's link to the three questions."""
    return secrets.token_urlsafe(18)


@tracked(exclude=["key"], confidential=True)
class OutcomeCheck(PartOfCase):
    """Three questions 6, 12, 24 and 36 months after the end. Jobs planned, promised and proved are never one figure."""

    months = models.PositiveSmallIntegerField(_("after (months)"), choices=[(month, month) for month in CHECK_MONTHS])
    due_on = models.DateField(_("day"))
    key = models.CharField(_("key"), max_length=40, unique=True, default=new_check_key, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=CheckState, default=CheckState.PLANNED)
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    is_active = models.BooleanField(_("company still active"), null=True, blank=True)
    jobs_planned = models.PositiveSmallIntegerField(_("jobs planned"), null=True, blank=True)
    jobs_promised = models.PositiveSmallIntegerField(_("jobs promised"), null=True, blank=True)
    jobs_proved = models.PositiveSmallIntegerField(_("jobs proved"), null=True, blank=True)
    proof = models.CharField(
        _("proof of the jobs"),
        max_length=300,
        blank=True,
        help_text=_("Such as the statement of the old-age insurance."),
    )
    proof_document = models.ForeignKey(
        CaseDocument,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("document that proves the jobs"),
        null=True,
        blank=True,
    )
    channel = models.CharField(_("received"), max_length=10, choices=Channel, blank=True, default="", db_default="")
    told_by = models.CharField(_("who answered"), max_length=160, blank=True, default="", db_default="")
    taken_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken down by"), null=True, blank=True
    )
    comment = models.TextField(_("in the founder’s words"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScopedManager["OutcomeCheck"](own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = _("outcome check")
        verbose_name_plural = _("outcome checks")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(name="outcomecheck_once", fields=["case_file", "months"]),
            models.CheckConstraint(
                name="outcomecheck_known_month",
                condition=Q(months__in=CHECK_MONTHS),
                violation_error_message=_("Checks are made after 6, 12, 24 and 36 months."),
            ),
            models.CheckConstraint(
                name="outcomecheck_answered_is_complete",
                condition=~Q(state="answered") | Q(answered_at__isnull=False, is_active__isnull=False),
                violation_error_message=_("An answer says at least whether the company is still active."),
            ),
            models.CheckConstraint(
                name="outcomecheck_proved_has_proof",
                condition=Q(jobs_proved=None) | Q(jobs_proved=0) | ~Q(proof="") | Q(proof_document__isnull=False),
                violation_error_message=_("Proved jobs need their proof."),
            ),
            models.CheckConstraint(
                name="outcomecheck_phoned_names_people",
                condition=~Q(channel="phone") | (Q(taken_by__isnull=False) & ~Q(told_by="")),
                violation_error_message=_("An answer by phone says who gave it and who took it down."),
            ),
        ]
        indexes = [models.Index(name="outcomecheck_due", fields=["association", "state", "due_on"])]

    def __str__(self) -> str:
        return f"{self.case_file_id}, {self.months}"
