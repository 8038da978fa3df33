"""Rows that belong to no domain: the demo's clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClockOffset(models.Model):
    """How far the demo's date runs ahead; one row, written in the demo and in tests only."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    shift = models.DurationField(_("shift"))

    class Meta:
        verbose_name = _("clock offset")
        verbose_name_plural = _("clock offsets")
        constraints = [models.CheckConstraint(name="clockoffset_single_row", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self.shift)


class Claim(models.Model):
    """A limit that is taken until a moment of real time, for when the shared cache is away; the key is a digest."""

    key = models.CharField(_("key"), max_length=64, primary_key=True)
    until = models.DateTimeField(_("until"), db_index=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return self.key
