"""Which rows of premises a staff member works with: those of the association on the desk, internal ones only for some."""

from typing import Any, cast

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from premises.enums import Visibility
from premises.models import Building, Enquiry, Match, Offer, Plot, Shortlist, Site, SpaceSearch, Unit
from premises.models.offer import OfferQuerySet
from promo_portal.accounts.access import open_record
from promo_portal.accounts.enums import Role
from promo_portal.accounts.permissions import Act, may_open
from promo_portal.accounts.rights import Rights

PATHS = {
    Site: "association",
    Building: "site__association",
    Unit: "building__site__association",
    Plot: "site__association",
    Offer: "association",
}
OFFER_RELATED = ("site__municipality", "site__association", "unit__building", "plot", "owner", "association")
ENQUIRY_RELATED = ("association", "handler", "offer__site__municipality", "offer__unit__building", "offer__plot")


def sees_internal(rights: Rights) -> bool:
    """Whether internal stock is part of this person's work."""
    return may_open(rights, "premises internals")


def stock_for_staff(rights: Rights, model: type[Any]) -> models.QuerySet[Any]:
    """Sites, buildings, units, plots or offers for staff; administrators see every association's published stock."""
    rows: models.QuerySet[Any] = model._default_manager.all()  # noqa: SLF001 - a model that is not confidential
    if not rights.has(Role.ADMINISTRATOR):
        rows = rows.filter(**{PATHS[model]: rights.association_id or 0})
    if sees_internal(rights):
        return rows
    if model is Offer:
        return rows.exclude(visibility=Visibility.INTERNAL)
    if model in {Unit, Plot}:
        of_it = Offer.objects.filter(**{model.__name__.lower(): OuterRef("pk")})
        internal = Q(visibility=Visibility.INTERNAL)
        return rows.exclude(Exists(of_it.filter(internal)) & ~Exists(of_it.exclude(internal)))
    return rows


def offers_for_staff(rights: Rights) -> OfferQuerySet:
    """Offers of the association on the desk."""
    return cast("OfferQuerySet", stock_for_staff(rights, Offer))


def offer_for_staff(request: HttpRequest, pk: int, *, act: Act = "write") -> Offer:
    """An offer that the staff member may work with."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    rows = stock_for_staff(rights, Offer).select_related(*OFFER_RELATED)
    return open_record(request, rows, "premises", act=act, log=None, pk=pk)


def enquiry_for_staff(request: HttpRequest, pk: int, *, act: Act = "read") -> Enquiry:
    """An enquiry of the association on the desk; reading it is noted."""
    rows = received_enquiries().select_related(*ENQUIRY_RELATED)
    return open_record(request, rows, "space search", act=act, log="view" if act == "read" else None, pk=pk)


def received_enquiries() -> models.QuerySet[Enquiry]:
    """Enquiries that were sent; those that wait for their sender's press are nobody's business."""
    return Enquiry.objects.exclude(received_at=None)


def search_for_staff(request: HttpRequest, pk: int, *, act: Act = "read") -> SpaceSearch:
    """A space search of the association on the desk; reading it is noted."""
    rows = SpaceSearch.objects.select_related("organisation", "in_charge", "association")
    return open_record(request, rows, "space search", act=act, log="view" if act == "read" else None, pk=pk)


def match_for_staff(request: HttpRequest, search: SpaceSearch, pk: int) -> Match:
    """A suggestion of a search."""
    return open_record(request, Match.objects.filter(search=search), "space search", act="write", log=None, pk=pk)


def shortlist_for_staff(request: HttpRequest, pk: int, *, act: Act = "read") -> Shortlist:
    """A shortlist of the association on the desk; reading it is noted."""
    rows = Shortlist.objects.select_related("association", "author", "organisation", "search")
    return open_record(request, rows, "space search", act=act, log="view" if act == "read" else None, pk=pk)
