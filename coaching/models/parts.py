"""What all parts of a coaching file have in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coaching.models.case import CaseFile
from promo_portal.regions.models import Association


class PartOfCase(models.Model):
    """A row of a coaching file; it carries the association itself, so that every wall can see whose it is."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    case_file = models.ForeignKey(
        CaseFile, on_delete=models.CASCADE, related_name="%(class)s_rows", verbose_name=_("file")
    )

    class Meta:
        abstract = True
        base_manager_name = "unscoped"
