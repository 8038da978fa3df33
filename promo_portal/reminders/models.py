"""The deadline engine's rows: what was agreed, which reminders follow from it, and whether the clockwork runs."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.models import User
from promo_portal.core.fields import MomentField
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association


class DeadlineState(models.TextChoices):
    """An open deadline may still cause mail; the others never do."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class Deadline(models.Model):
    """A date that people agreed on, for a record of some app; instants are derived from it, never stored as agreed."""

    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        related_name="deadlines",
        verbose_name=_("association"),
        null=True,
        blank=True,
    )
    subject_kind = models.CharField(_("kind of record"), max_length=60)
    subject_id = models.BigIntegerField(_("record"))
    kind = models.CharField(_("kind"), max_length=60)
    local_date = models.DateField(_("date"))
    local_time = models.TimeField(_("time"), null=True, blank=True)
    tz = models.CharField(_("time zone"), max_length=40, default="Europe/Zurich")
    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=DeadlineState, default=DeadlineState.OPEN)
    created_at = MomentField(_("created"), editable=False)
    set_at = MomentField(
        _("date set at"), editable=False
    )  # of this version: steps that lay behind it then are not planned
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["local_date", "id"]
        constraints = [
            models.UniqueConstraint(
                name="deadline_open_once",
                fields=["subject_kind", "subject_id", "kind"],
                condition=Q(state="open"),
                violation_error_message=_("This date is already set; move it instead."),
            ),
            models.CheckConstraint(
                name="deadline_ended_has_time",
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(name="deadline_open_by_date", fields=["association", "local_date"], condition=Q(state="open")),
            models.Index(name="deadline_subject", fields=["subject_kind", "subject_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.local_date:%Y-%m-%d}"


class ReminderState(models.TextChoices):
    """What became of one step of a deadline for one recipient."""

    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    QUEUED = "queued", _("handed to the outbox")
    SUPERSEDED = "superseded", _("replaced by a later step")
    EXPIRED = "expired", _("too late to be useful")
    CANCELLED = "cancelled", _("cancelled")


class Reminder(models.Model):
    """One step (such as seven days before) of one version of a deadline, for one recipient; unique by construction."""

    deadline = models.ForeignKey(
        Deadline, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("deadline")
    )
    deadline_version = models.PositiveIntegerField(_("version"))
    step = models.CharField(_("step"), max_length=20)
    recipient = models.CharField(_("recipient"), max_length=300, help_text=_("user:NUMBER or mail:ADDRESS"))
    language = models.CharField(_("language"), max_length=2, default="fr")
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("person"), null=True, blank=True
    )
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(_("expires"))
    state = models.CharField(_("state"), max_length=12, choices=ReminderState, default=ReminderState.PLANNED)
    held_reason = models.CharField(_("why held"), max_length=300, blank=True)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    mail = models.OneToOneField(
        OutgoingMail, on_delete=models.SET_NULL, related_name="reminder", verbose_name=_("mail"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(name="reminder_once", fields=["deadline", "deadline_version", "step", "recipient"]),
            models.CheckConstraint(name="reminder_expires_later", condition=Q(expires_at__gt=models.F("due_at"))),
        ]
        indexes = [
            models.Index(name="reminder_due", fields=["due_at"], condition=Q(state="planned")),
            models.Index(name="reminder_of_deadline", fields=["deadline", "deadline_version"]),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} v{self.deadline_version} {self.step}"


class Absence(models.Model):
    """Somebody is away; what falls due meanwhile also reaches the deputy."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences", verbose_name=_("person"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    deputy = models.ForeignKey(
        User, on_delete=models.SET_NULL, related_name="+", verbose_name=_("deputy"), null=True, blank=True
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-first_day"]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_start",
                condition=Q(last_day__gte=models.F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.first_day:%d.%m.%Y}–{self.last_day:%d.%m.%Y}"


class Holiday(models.Model):
    """A day on which no reminder leaves, beyond the canton's public holidays (those come from the calendar library)."""

    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=120)
    association = models.ForeignKey(
        Association,
        on_delete=models.CASCADE,
        related_name="holidays",
        verbose_name=_("association"),
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("closing day")
        verbose_name_plural = _("closing days")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(name="holiday_once", fields=["day", "association"], nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y} {self.name}"


class Heartbeat(models.Model):
    """When a part of the clockwork last did its work, by the real clock."""

    name = models.CharField(_("part"), max_length=60, primary_key=True)
    at = models.DateTimeField(_("last seen"))
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
