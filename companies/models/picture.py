"""The logo and the photo of an organisation: an upload held privately, and what is drawn from it for everybody."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from companies.enums import PictureKind, PictureState
from companies.models.freshness import ChangeProposal
from companies.models.organisation import Organisation
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.files.models import StoredFile

ALTERNATIVES = ("alternative_fr", "alternative_de", "alternative_en")


@tracked(exclude=["key", "digest", "keeper_id"])
class OrganisationPicture(models.Model):
    """The logo or the photo that the public sees of an organisation, one of each.

    What was uploaded stays private and is looked at by the scanner first. The public gets a drawing of it made anew, in two
    sizes and without what cameras write into their files (place, date, device). ``key`` names the drawing: a new one has a
    new address.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="pictures", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=PictureKind)
    state = models.CharField(_("state"), max_length=8, choices=PictureState, default=PictureState.CHECKING)
    alternative_fr = models.CharField(_("what it shows (French)"), max_length=200, blank=True)
    alternative_de = models.CharField(_("what it shows (German)"), max_length=200, blank=True)
    alternative_en = models.CharField(_("what it shows (English)"), max_length=200, blank=True)
    credit = models.CharField(_("credit"), max_length=120, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    # The scope that the file was brought under: the entry may have moved to another association since.
    keeper_id = models.BigIntegerField(_("association of the file"), null=True, blank=True, editable=False)
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True, default="", db_default="", editable=False)
    key = models.UUIDField(_("key"), null=True, blank=True, unique=True, editable=False)
    width = models.PositiveSmallIntegerField(_("width in pixels"), default=0)
    height = models.PositiveSmallIntegerField(_("height in pixels"), default=0)
    added_at = MomentField(_("added"))
    added_by_name = models.CharField(_("added by"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("logo or photo")
        verbose_name_plural = _("logos and photos")
        ordering = ["organisation", "kind"]
        constraints = [
            models.UniqueConstraint(name="organisationpicture_once", fields=["organisation", "kind"]),
            models.CheckConstraint(
                name="organisationpicture_shown_is_drawn",
                condition=Q(state="shown", key__isnull=False, width__gt=0, height__gt=0)
                | (~Q(state="shown") & Q(key=None)),
            ),
            models.CheckConstraint(
                name="organisationpicture_photo_is_told",
                condition=Q(kind="logo") | ~Q(alternative_fr="", alternative_de="", alternative_en=""),
                violation_error_message=_("Say what the photo shows, for those who do not see it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.organisation_id}"

    @property
    def told(self) -> tuple[str, str]:
        """What it shows and the language of these words: the reader's where there are any."""
        language = (get_language() or "fr")[:2]
        codes = dict.fromkeys([language, "fr", "de", "en"])
        found = ((getattr(self, f"alternative_{code}"), code) for code in codes)
        return next(((text, code) for text, code in found if text), ("", language))


class ProposedPicture(models.Model):
    """The picture that a proposal of a company brings: held for staff and for the company itself until it is decided.

    It lives no longer than the question: what is accepted becomes the entry's picture, everything else is deleted with its
    file. ``state`` "shown" means here that it was checked and drawn, so that staff can see it.
    """

    proposal = models.OneToOneField(
        ChangeProposal, on_delete=models.CASCADE, related_name="picture", verbose_name=_("proposed change")
    )
    state = models.CharField(_("state"), max_length=8, choices=PictureState, default=PictureState.CHECKING)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    keeper_id = models.BigIntegerField(_("association of the file"))
    key = models.UUIDField(_("key"), null=True, blank=True, unique=True, editable=False)
    width = models.PositiveSmallIntegerField(_("width in pixels"), default=0)
    height = models.PositiveSmallIntegerField(_("height in pixels"), default=0)

    class Meta:
        verbose_name = _("proposed picture")
        verbose_name_plural = _("proposed pictures")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="proposedpicture_shown_is_drawn",
                condition=Q(state="shown", key__isnull=False, width__gt=0, height__gt=0)
                | (~Q(state="shown") & Q(key=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}"

    @property
    def kind(self) -> str:
        """Logo or photo, as the proposal's field says."""
        return self.proposal.field
