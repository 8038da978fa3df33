"""Long work as a row: who asked for it, how far it is, what became of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from promo_portal.core import slots
from promo_portal.core.fields import MomentField


class JobState(models.TextChoices):
    """Where a piece of long work stands."""

    QUEUED = "queued", pgettext_lazy("job", "waiting")
    RUNNING = "running", pgettext_lazy("job", "at work")
    CANCELLING = "cancelling", pgettext_lazy("job", "being stopped")
    CANCELLED = "cancelled", pgettext_lazy("job", "cancelled")
    DONE = "done", pgettext_lazy("job", "done")
    FAILED = "failed", pgettext_lazy("job", "failed")


WORKING = (JobState.RUNNING, JobState.CANCELLING)
OPEN = (JobState.QUEUED, *WORKING)


class Job(models.Model):
    """A piece of work that takes longer than a page may: an import, a printed directory, an export.

    It names no content (parameters hold numbers, messages are sentences of the portal), so that the worker finds it
    without a scope. While somebody works on it the row carries a lease; a lease that ran out means that the worker died.
    """

    kind = models.CharField(_("kind"), max_length=40)
    association_id = models.BigIntegerField(_("association"), null=True, blank=True)
    asked_by_id = models.BigIntegerField(_("asked for by (number)"), null=True, blank=True)
    asked_by_name = models.CharField(_("asked for by"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2, default="fr")
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.QUEUED)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    done = models.PositiveBigIntegerField(_("steps done"), default=0)
    total = models.PositiveBigIntegerField(_("steps in all"), default=0)
    message = models.CharField(_("what it says"), max_length=300, blank=True)  # a sentence in English, told by `told`
    message_values = models.JSONField(_("values of what it says"), default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    lease_token = models.UUIDField(_("lease"), null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True, editable=False)
    result_key = models.UUIDField(_("key of the result"), null=True, blank=True, editable=False)
    result_name = models.CharField(_("result"), max_length=200, blank=True)
    result_type = models.CharField(_("type of the result"), max_length=100, blank=True)
    result_size = models.PositiveBigIntegerField(_("size of the result"), default=0)
    created_at = MomentField(_("asked for"), editable=False)
    started_at = models.DateTimeField(_("begun"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("long work")
        verbose_name_plural = _("long works")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="job_at_work_has_lease",
                condition=Q(state__in=WORKING, lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state__in=WORKING) & Q(lease_token=None, lease_until=None)),
            ),
            models.CheckConstraint(
                name="job_ended_has_date",
                condition=Q(state__in=OPEN, finished_at=None) | (~Q(state__in=OPEN) & Q(finished_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="job_result_has_name", condition=Q(result_key=None) | (~Q(result_name="") & Q(result_size__gt=0))
            ),
        ]
        indexes = [
            models.Index(name="job_open", fields=["created_at"], condition=Q(state__in=OPEN)),
            models.Index(name="job_of", fields=["association_id", "-created_at"]),
            models.Index(name="job_result", fields=["finished_at"], condition=Q(result_key__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.pk}"

    @property
    def label(self) -> str:
        """The kind in words."""
        kind = slots.job_kinds.get(self.kind)
        return str(kind.label) if kind else self.kind

    @property
    def is_open(self) -> bool:
        """Whether it waits or is worked on."""
        return self.state in OPEN

    @property
    def told(self) -> str:
        """What it says, in the reader's language."""
        return gettext(self.message) % self.message_values if self.message else ""

    @property
    def result_path(self) -> str:
        """Where the result lies below the media folder; nothing of its name is in it."""
        return path_of(self.result_key) if self.result_key else ""


def path_of(key: uuid.UUID) -> str:
    """The private place of a result."""
    return f"jobs/{key.hex[:2]}/{key.hex}"
