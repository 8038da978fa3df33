"""Whether the demo's data were loaded, from which seed, and to the end."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Seeding(models.Model):
    """One row: a second run finds it and leaves everything as it is."""

    seed = models.IntegerField(_("seed"))
    began_at = models.DateTimeField(_("began"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("demo data")
        verbose_name_plural = _("demo data")

    def __str__(self) -> str:
        return str(self.seed)
