"""Private files: a row that knows name, size, kind and the scanner's word; on disk only a number nobody can guess."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from promo_portal.core.fields import MomentField
from promo_portal.core.scope import ScopedManager


class FileState(models.TextChoices):
    """Nothing is handed out before it is clean; what could not be scanned yet stays held back."""

    PENDING = "pending", pgettext_lazy("file", "Being checked")
    CLEAN = "clean", pgettext_lazy("file", "Checked")
    INFECTED = "infected", pgettext_lazy("file", "Infected")
    REFUSED = "refused", pgettext_lazy("file", "Refused")


class StoredFile(models.Model):
    """An uploaded file of an association. Its name lives here; on disk it is called by its key.

    Later versions share the series of the first. The hash is taken when the file arrives and compared before it is handed
    out, so that what was scanned is what is read. ``scanner`` says who looked at it: ``none`` where an installation runs
    without a scanner.
    """

    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    series = models.UUIDField(_("series"), default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    association_id = models.BigIntegerField(_("association"))
    name = models.CharField(_("name"), max_length=200)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, validators=[RegexValidator(r"\A[0-9a-f]{64}\Z")])
    content_type = models.CharField(_("type by content"), max_length=100)
    state = models.CharField(_("state"), max_length=8, choices=FileState, default=FileState.PENDING)
    scanner = models.CharField(_("scanned by"), max_length=10, blank=True)
    scanned_at = models.DateTimeField(_("scanned at"), null=True, blank=True)
    finding = models.CharField(_("finding"), max_length=200, blank=True)
    uploaded_by_id = models.BigIntegerField(_("uploaded by (number)"), null=True, blank=True)
    uploaded_by_name = models.CharField(_("uploaded by"), max_length=200, blank=True)
    uploaded_at = MomentField(_("uploaded"))

    objects = ScopedManager["StoredFile"](own="uploaded_by_id")
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ["-uploaded_at", "-id"]
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(name="storedfile_version_once", fields=["series", "version"]),
            models.CheckConstraint(name="storedfile_is_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="storedfile_judged_has_scanner",
                condition=Q(state="pending") | (Q(scanned_at__isnull=False) & ~Q(scanner="")),
            ),
            models.CheckConstraint(
                name="storedfile_infected_has_finding",
                condition=~Q(state__in=["infected", "refused"]) | ~Q(finding=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where it lies below the media folder; nothing of its name is in it."""
        return f"files/{self.key.hex[:2]}/{self.key.hex}"

    @property
    def may_leave(self) -> bool:
        """Whether it may be handed out to somebody who has the right to it."""
        return self.state == FileState.CLEAN

    @property
    def was_scanned(self) -> bool:
        """Whether a scanner has really looked at it."""
        return self.state == FileState.CLEAN and self.scanner != "none"


class WaitingScan(models.Model):
    """A file that the scanner has yet to look at. It names no content, so that the worker finds it without a scope."""

    file = models.OneToOneField(
        StoredFile, on_delete=models.CASCADE, related_name="waiting", verbose_name=_("file"), primary_key=True
    )
    association_id = models.BigIntegerField(_("association"))
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), db_index=True)

    class Meta:
        verbose_name = _("file to scan")
        verbose_name_plural = _("files to scan")
        ordering = ["next_try_at"]

    def __str__(self) -> str:
        return str(self.pk)
