"""Who did what, when and why: transitions of state, confidential reads, and broken glass.

Rows here can only be added. People are kept as a number and the name they had at the time, since this floor lies below
the accounts.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from promo_portal.core.scope import ScopedManager


class Actor(models.Model):
    """The person or job behind a record; a job has no number and says its name."""

    actor_id = models.BigIntegerField(_("person's number"), null=True, blank=True, db_index=True)
    actor_name = models.CharField(_("by"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        abstract = True


class Transition(Actor):
    """A state moved: what the history of a request or a file tells, with its reason."""

    subject_kind = models.CharField(_("kind of record"), max_length=60)
    subject_id = models.BigIntegerField(_("record"))
    association_id = models.BigIntegerField(_("association"), null=True, blank=True)
    action = models.CharField(_("action"), max_length=60)
    from_state = models.CharField(_("from"), max_length=30, blank=True)
    to_state = models.CharField(_("to"), max_length=30, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = ScopedManager["Transition"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["-at", "-id"]
        base_manager_name = "unscoped"
        indexes = [models.Index(name="transition_subject", fields=["subject_kind", "subject_id", "-at"])]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}: {self.action}"


class AccessLog(Actor):
    """A confidential record was opened, downloaded or exported; the founder may ask who did (OPDo art. 4)."""

    class Act(models.TextChoices):
        VIEW = "view", _("opened")
        DOWNLOAD = "download", _("downloaded")
        EXPORT = "export", _("exported")

    subject_kind = models.CharField(_("kind of record"), max_length=60)
    subject_id = models.BigIntegerField(_("record"))
    association_id = models.BigIntegerField(_("association"), null=True, blank=True)
    act = models.CharField(_("act"), max_length=10, choices=Act)
    role = models.CharField(_("role"), max_length=30, blank=True)
    break_glass_id = models.BigIntegerField(_("break-glass session"), null=True, blank=True)

    class Meta:
        verbose_name = _("confidential read")
        verbose_name_plural = _("confidential reads")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(name="accesslog_subject", fields=["subject_kind", "subject_id", "-at"]),
            models.Index(name="accesslog_association", fields=["association_id", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}: {self.act}"


class BreakGlass(Actor):
    """An administrator opened an association's confidential files for a stated reason and a short time.

    ``at`` is the opening. The association's manager is told by mail at once.
    """

    association_id = models.BigIntegerField(_("association"), db_index=True)
    reason = models.TextField(_("reason"))
    expires_at = models.DateTimeField(_("ends"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("break-glass session")
        verbose_name_plural = _("break-glass sessions")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(name="breakglass_has_reason", condition=~models.Q(reason="")),
            models.CheckConstraint(name="breakglass_ends_later", condition=models.Q(expires_at__gt=models.F("at"))),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}, {self.at:%Y-%m-%d %H:%M}"
