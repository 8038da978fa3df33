"""The whole directory as a file for everybody: the one that is whole stays until the next one is."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from promo_portal.core.fields import MomentField


class BulkFile(models.Model):
    """All published entries in one format, with the words of one language, as they stood when the file was made."""

    format = models.CharField(_("format"), max_length=8)
    language = models.CharField(_("language"), max_length=2, default="fr", db_default="fr")
    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, validators=[RegexValidator(r"\A[0-9a-f]{64}\Z")])
    entries = models.PositiveIntegerField(_("entries"))
    made_at = MomentField(_("made"))

    class Meta:
        verbose_name = _("bulk file")
        verbose_name_plural = _("bulk files")
        ordering = ["format", "language"]
        constraints = [
            models.UniqueConstraint(name="bulkfile_once", fields=["format", "language"]),
            models.CheckConstraint(name="bulkfile_is_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.language}"

    @property
    def path(self) -> str:
        """Where it lies below the media folder."""
        return f"open-data/{self.key.hex}"
