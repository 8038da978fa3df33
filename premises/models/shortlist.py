"""A shortlist: the few objects that staff put together for one investor, behind a private link that ends."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models import Organisation
from premises.enums import ShortlistState
from premises.models.demand import SpaceSearch, new_key
from premises.models.offer import LANGUAGES, Offer
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.core.scope import ScopedManager
from promo_portal.regions.models import Association


@tracked(exclude=["key"], confidential=True)
class Shortlist(models.Model):
    """Three to six objects for one reader, in their language, valid until a day."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    key = models.CharField(_("key"), max_length=40, unique=True, default=new_key, editable=False)
    recipient = models.CharField(_("for whom"), max_length=120)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation"), null=True, blank=True
    )
    search = models.ForeignKey(
        SpaceSearch, on_delete=models.SET_NULL, related_name="shortlists", verbose_name=_("space search"), null=True, blank=True
    )  # fmt: skip
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="en")
    introduction = models.TextField(_("opening words"), max_length=2000, blank=True)
    state = models.CharField(_("state"), max_length=6, choices=ShortlistState, default=ShortlistState.DRAFT)
    valid_until = models.DateField(_("valid until"))
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("put together by"))
    created_at = MomentField(_("created"), editable=False)
    shared_at = models.DateTimeField(_("shared"), null=True, blank=True, editable=False)

    objects = ScopedManager["Shortlist"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("shortlist")
        verbose_name_plural = _("shortlists")
        ordering = ["-created_at", "-id"]
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                name="shortlist_shared_has_time",
                condition=~Q(state="shared") | Q(shared_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.recipient

    def is_open(self, today: date) -> bool:
        """Whether its link opens on a day."""
        return self.state == ShortlistState.SHARED and self.valid_until >= today


class ShortlistItem(models.Model):
    """One object of a shortlist, with a word to the reader."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    shortlist = models.ForeignKey(
        Shortlist, on_delete=models.CASCADE, related_name="items", verbose_name=_("shortlist")
    )
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+", verbose_name=_("offer"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    note = models.CharField(_("why it suits"), max_length=300, blank=True)

    objects = ScopedManager["ShortlistItem"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("object of a shortlist")
        verbose_name_plural = _("objects of a shortlist")
        ordering = ["shortlist", "position", "id"]
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                name="shortlistitem_once",
                fields=["shortlist", "offer"],
                violation_error_message=_("This object is on the list already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.shortlist_id}: {self.offer_id}"


class ShortlistView(models.Model):
    """The link was opened: when, and in which language; the page tells its reader that this is noted."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    shortlist = models.ForeignKey(
        Shortlist, on_delete=models.CASCADE, related_name="views", verbose_name=_("shortlist")
    )
    at = MomentField(_("at"))
    language = models.CharField(_("language"), max_length=2)

    objects = ScopedManager["ShortlistView"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("opening of a shortlist")
        verbose_name_plural = _("openings of shortlists")
        ordering = ["-at", "-id"]
        base_manager_name = "unscoped"

    def __str__(self) -> str:
        return f"{self.shortlist_id}, {self.at:%Y-%m-%d}"
