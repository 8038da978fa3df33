"""The page of a unit or a plot: facts first, then what else is known, similar ones, and whom to ask."""

from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.functions import Abs
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from premises.addresses import thing_url
from premises.enums import OfferFreshness, OfferState, Visibility
from premises.facts import free_words, further_groups, groups_of, key_facts
from premises.forms.public import EnquiryForm
from premises.models import Offer, Plot, Unit
from premises.models.offer import ON_THE_MARKET
from premises.published import published_offers, shows_place
from premises.titles import price_words, slug_of, thing_words, title_of
from premises.views.places import object_map
from premises.views.search import row_of
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.formats import words
from promo_portal.core.page_cache import kept_for
from promo_portal.regions.models import Municipality

SIMILAR = 3
LANGUAGES = ("fr", "de", "en")


@public
@require_GET
@kept_for(60)
def unit(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Premises."""
    return _page(request, "unit", pk, slug)


@public
@require_GET
@kept_for(60)
def plot(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Land."""
    return _page(request, "plot", pk, slug)


def _page(request: HttpRequest, kind: str, pk: int, slug: str) -> HttpResponse:
    """What is on offer; what was taken stays, marked; what is hidden says so; drafts and internal stock do not exist."""
    today = clock.today()
    rows = Offer.objects.for_public().exclude(published_on=None).filter(**{f"{kind}_id": _number(pk)})
    known = list(rows.with_things().order_by("-published_on", "-pk")[:20])
    if not known:
        raise Http404
    thing, place = known[0].thing, known[0].site.municipality
    if slug != slug_of(thing, place):
        return redirect(thing_url(thing, place), permanent=True)
    current = [offer for offer in known if offer.is_public(today)]
    shown = current or [offer for offer in known[:1] if offer.state == OfferState.LET]
    context = {
        "title": title_of(thing, place),
        "alternate_urls": _addresses(thing, place),
        "similar": [row_of(offer, today) for offer in _similar(thing, place.pk, today)],
        "list_url": reverse("premises:list") + ("?kind=plots" if kind == "plot" else ""),
        "association": known[0].site.association,
    }
    if not shown:
        return render(request, "premises/gone.html", context, status=410)
    return render(request, "premises/detail.html", context | about(shown[0], shown, today))


def _number(pk: int) -> int:
    """A number that a row can have; anything larger is no row."""
    if pk > 2**31:
        raise Http404
    return pk


def about(offer: Offer, offers: list[Offer], today: date) -> dict[str, Any]:
    """Everything the page tells of an offer; further ones of the same thing differ in their terms only."""
    thing = offer.thing
    groups = groups_of(offer, today)
    text, language = thing.text_and_language()
    fresh = offer.freshness(today)
    is_free = offer.state in ON_THE_MARKET
    return {
        "offer": offer,
        "thing": thing,
        "what": thing_words(thing),
        "area_words": words.area_range(offer.smallest_part, offer.largest_part),
        "terms": [
            {
                "kind": one.get_kind_display(),
                "price": price_words(one) or _("Price not communicated"),
                "free": free_words(one, today) or _("not communicated"),
                "is_reserved": one.state == OfferState.RESERVED,
            }
            for one in offers
        ],
        "facts": key_facts(offer, groups),
        "groups": further_groups(offer, groups),
        "text": text,
        "text_language": language,
        "is_open": shows_place(offer),
        "is_taken": not is_free,
        "is_stale": is_free and fresh == OfferFreshness.TO_CONFIRM,
        "is_on_request": offer.visibility == Visibility.ON_REQUEST,
        "source": offer.site.facts_source,
        "checked_on": offer.site.facts_checked_on,
        "owner": offer.owner if offer.owner_is_public and shows_place(offer) else None,
        "map": object_map(offer),
        "form": EnquiryForm() if is_free else None,
        "enquire_url": reverse("premises:enquire", args=[offer.pk]),
        "compare_url": f"{reverse('premises:compare')}?o={offer.pk}",
    }


def _addresses(thing: Unit | Plot, place: Municipality) -> dict[str, str]:
    """The page in each language: its name is translated, so its address is too."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = thing_url(thing, place)
    return found


def _similar(thing: Unit | Plot, municipality_id: int, today: date) -> list[Offer]:
    """The same kind, in the same municipality first, then by area."""
    rows = published_offers(today)
    rows = rows.premises().exclude(unit=thing) if isinstance(thing, Unit) else rows.plots().exclude(plot=thing)
    here = Case(
        When(site__municipality_id=municipality_id, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return list(rows.annotate(away=Abs(F("whole") - thing.area)).order_by(here, "away", "pk")[:SIMILAR])
