"""Documents of a coaching file: a title and who may read it; the bytes and their versions lie in ``promo_portal.files``."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coaching.enums import DocumentKind
from coaching.models.parts import PartOfCase
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.core.scope import InScope, ScopedManager
from promo_portal.files.models import StoredFile


class DocumentManager(ScopedManager["CaseDocument"]):
    """Staff see every document of their association's files, founders what they brought or what was shared with them."""

    def get_queryset(self) -> models.QuerySet["CaseDocument"]:
        rows = super().get_queryset()
        return rows.filter(InScope("association_id") | Q(is_shared=True) | Q(added_by=models.F("case_file__founder")))


@tracked(confidential=True)
class CaseDocument(PartOfCase):
    """A document of a file. Each upload under the same title is another version; older ones stay."""

    kind = models.CharField(_("kind"), max_length=16, choices=DocumentKind, default=DocumentKind.OTHER)
    title = models.CharField(_("title"), max_length=160)
    is_shared = models.BooleanField(_("shared with the founder"), default=False)
    in_pack = models.BooleanField(_("in the commission’s pack"), default=False)
    series = models.UUIDField(_("series"), unique=True, default=uuid.uuid4, editable=False)
    file = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("present version")
    )
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("brought by"))
    added_at = MomentField(_("added"))
    withdrawn_at = models.DateTimeField(pgettext_lazy("document", "withdrawn"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = DocumentManager(own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-added_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="casedocument_has_title",
                condition=~Q(title=""),
                violation_error_message=_("Give the document a title."),
            )
        ]
        indexes = [models.Index(name="casedocument_of_case", fields=["case_file", "-added_at"])]

    def __str__(self) -> str:
        return self.title
