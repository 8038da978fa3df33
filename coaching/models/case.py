"""A coaching file: who leads it, what comes next, what was noted and what remains to be done."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coaching.enums import CaseOutcome, CasePhase, CaseState, DocumentKind, TaskState
from coaching.models.request import CoachingRequest
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.core.scope import InScope, ScopedManager
from promo_portal.regions.models import Association


@tracked(confidential=True)
class CaseFile(models.Model):
    """The file of an accepted founder. An open file always has a next date; it cannot be saved without one."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="case_files", verbose_name=_("association")
    )
    request = models.OneToOneField(
        CoachingRequest, on_delete=models.PROTECT, related_name="case_file", verbose_name=_("request")
    )
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    title = models.CharField(_("project"), max_length=120)
    founder = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="own_case_files",
        verbose_name=pgettext_lazy("of a file", "founder"),
    )
    lead = models.ForeignKey(User, on_delete=models.PROTECT, related_name="led_case_files", verbose_name=_("coach"))
    deputy = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="deputised_case_files",
        verbose_name=_("deputy"),
        null=True,
        blank=True,
    )
    phase = models.CharField(_("phase"), max_length=12, choices=CasePhase, default=CasePhase.PREPARATION)
    state = models.CharField(_("state"), max_length=8, choices=CaseState, default=CaseState.OPEN)
    state_reason = models.CharField(_("reason"), max_length=300, blank=True)
    next_date = models.DateField(_("next date"), null=True, blank=True)
    next_time = models.TimeField(_("time"), null=True, blank=True)
    next_what = models.CharField(_("what for"), max_length=200, blank=True)
    opened_at = MomentField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=CaseOutcome, blank=True, default="", db_default="")
    jobs_planned = models.PositiveSmallIntegerField(_("jobs planned"), null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction (1 to 5)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    anonymised_at = models.DateTimeField(_("anonymised"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScopedManager["CaseFile"](own="founder_id")
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("coaching file")
        verbose_name_plural = _("coaching files")
        ordering = ["next_date", "id"]
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                name="casefile_open_has_next_date",
                condition=~Q(state="open") | Q(next_date__isnull=False),
                violation_error_message=_("An open file needs a next date."),
            ),
            models.CheckConstraint(
                name="casefile_paused_or_closed_has_reason",
                condition=Q(state="open") | ~Q(state_reason=""),
                violation_error_message=_("Pausing or closing a file needs a reason."),
            ),
            models.CheckConstraint(
                name="casefile_anonymised_is_closed",
                condition=Q(anonymised_at=None) | Q(state="closed"),
                violation_error_message=_("Only a closed file loses its names."),
            ),
        ]
        indexes = [
            models.Index(name="casefile_board", fields=["association", "state", "next_date"]),
            models.Index(name="casefile_stage", fields=["association", "state", "phase", "lead"]),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def coaches(self) -> list[User]:
        """Who leads the file, then the deputy."""
        return [person for person in (self.lead, self.deputy) if person]

    def is_late(self, today: date) -> bool:
        """Whether the agreed next date has gone by on an open file."""
        return self.state == CaseState.OPEN and self.next_date is not None and self.next_date < today


class SharedNoteManager(ScopedManager["CaseNote"]):
    """Staff see every note of their association's files, a founder only those shared with them."""

    def get_queryset(self) -> models.QuerySet["CaseNote"]:
        return super().get_queryset().filter(InScope("association_id") | Q(is_shared=True))


@tracked(confidential=True)
class CaseNote(models.Model):
    """An entry of the journal: what happened, in a few lines; internal unless shared with the founder."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    case_file = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="notes", verbose_name=_("file"))
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    text = models.TextField(_("text"), max_length=4000)
    is_shared = models.BooleanField(_("shared with the founder"), default=False)
    written_at = MomentField(_("written"))

    objects = SharedNoteManager(own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["-written_at", "-id"]
        base_manager_name = "unscoped"
        indexes = [
            models.Index(name="casenote_of_case", fields=["case_file", "-written_at"]),
            models.Index(name="casenote_shared", fields=["association", "written_at"], condition=Q(is_shared=True)),
        ]

    def __str__(self) -> str:
        return f"{self.case_file_id}, {self.written_at:%Y-%m-%d}"


@tracked(confidential=True)
class Task(models.Model):
    """Something to do until a date, by the founder or by the coach; its reminders come from the deadline engine."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    case_file = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("file"))
    title = models.CharField(_("what"), max_length=200)
    detail = models.TextField(_("details"), max_length=2000, blank=True)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="coaching_tasks", verbose_name=_("who"))
    due_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=TaskState, default=TaskState.OPEN)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    created_at = MomentField(_("created"), editable=False)
    wanted = models.CharField(
        _("document asked for"), max_length=16, choices=DocumentKind, blank=True, default="", db_default=""
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScopedManager["Task"](own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "id"]
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                name="task_done_has_time",
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at=None)),
            )
        ]
        indexes = [models.Index(name="task_open", fields=["association", "due_on"], condition=Q(state="open"))]

    def __str__(self) -> str:
        return self.title

    def is_late(self, today: date) -> bool:
        """Whether it is still to do though its last day has gone by."""
        return self.state == TaskState.OPEN and self.due_on < today
