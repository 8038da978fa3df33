"""How an offer is called: what it is, how large, where. The same words in list, page, mail and feed."""

from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from premises.models import Offer, Plot, Unit
from promo_portal.core.formats import words
from promo_portal.regions.models import Municipality
from promo_portal.regions.names import plain


def thing_words(thing: Unit | Plot) -> str:
    """Industrial hall, building land."""
    return capfirst(thing.get_use_display() if isinstance(thing, Unit) else _("building land"))


def title_of(thing: Unit | Plot, place: Municipality) -> str:
    """Industrial hall, 800 m², Tavannes."""
    return f"{thing_words(thing)}, {words.area(thing.area)}, {place.name}"


def offer_title(offer: Offer) -> str:
    """The title of what is on offer."""
    return title_of(offer.thing, offer.site.municipality)


def slug_of(thing: Unit | Plot, place: Municipality) -> str:
    """The readable part of an address; the number before it decides."""
    return slugify(plain(f"{thing_words(thing)} {place.name}"))[:60] or "objet"


def price_words(offer: Offer) -> str:
    """CHF 95.00 / m² and year; CHF 145.00 / m²; on request; empty where nobody has told."""
    if offer.price_on_request:
        return pgettext("price", "On request")
    if offer.price is None:
        return ""
    if offer.is_yearly:
        return words.rent_m2(offer.price)
    return _("%(amount)s / m²") % {"amount": words.money(offer.price)}
