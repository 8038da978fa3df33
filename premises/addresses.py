"""Public addresses of what is on offer, in the language that is active."""

from django.urls import reverse

from premises.models import Offer, Plot, Unit
from premises.titles import slug_of
from promo_portal.regions.models import Municipality


def thing_url(thing: Unit | Plot, place: Municipality) -> str:
    """The page of a unit or a plot."""
    name = "premises:detail" if isinstance(thing, Unit) else "premises:plot"
    return reverse(name, args=[thing.pk, slug_of(thing, place)])


def offer_url(offer: Offer) -> str:
    """The page of what is on offer."""
    return thing_url(offer.thing, offer.site.municipality)
