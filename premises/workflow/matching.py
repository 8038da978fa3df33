"""Suggestions, found from both sides: a new search looks through the offers, a new offer through the searches."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from premises.enums import MatchState, SearchState
from premises.matching import LEAST_SCORE, Score, criteria_of, suits, supply_of
from premises.models import Match, Offer, SpaceSearch
from premises.models.offer import ON_THE_MARKET
from premises.workflow import tables
from premises.workflow.moving import locked, move
from promo_portal.accounts.models import User

MOST = 1000  # offers or searches of one association looked through at once


def _places(search: SpaceSearch) -> frozenset[int]:
    return frozenset(place.pk for place in search.municipalities.all())


def refresh_of_search(search: SpaceSearch) -> int:
    """Look through the association's offers, internal ones too; returns how many suit."""
    if search.state != SearchState.OPEN:
        Match.objects.filter(search=search, state=MatchState.PROPOSED).delete()
        return 0
    offers = Offer.objects.filter(association_id=search.association_id, state__in=ON_THE_MARKET)
    criteria = criteria_of(search, _places(search))
    found = [(search, offer, suits(criteria, supply_of(offer))) for offer in offers.with_things().order_by("pk")[:MOST]]
    return _keep(found, Match.objects.filter(search=search))


def refresh_of_offer(offer: Offer, *, today: date) -> int:
    """Look through the association's open searches; returns how many the offer suits."""
    if offer.state not in ON_THE_MARKET:
        Match.objects.filter(offer=offer, state=MatchState.PROPOSED).delete()
        return 0
    searches = SpaceSearch.objects.filter(
        association_id=offer.association_id, state=SearchState.OPEN, open_until__gte=today
    )
    supply = supply_of(offer)
    found = [
        (search, offer, suits(criteria_of(search, _places(search)), supply))
        for search in searches.prefetch_related("municipalities").order_by("pk")[:MOST]
    ]
    return _keep(found, Match.objects.filter(offer=offer))


def _keep(found: Iterable[tuple[SpaceSearch, Offer, Score | None]], existing: object) -> int:
    """Write what suits; suggestions that no longer do fall away, those that staff have worked with stay."""
    known = {(row.search_id, row.offer_id): row for row in existing.order_by("pk")}  # type: ignore[attr-defined]
    good: set[tuple[int, int]] = set()
    new, changed = [], []
    for search, offer, score in found:
        if score is None or score.value < LEAST_SCORE:
            continue
        pair = (search.pk, offer.pk)
        good.add(pair)
        reasons = [reason.as_data() for reason in score.reasons]
        row = known.get(pair)
        if row is None:
            row = Match(association_id=offer.association_id, search=search, offer=offer)
            new.append(row)
        elif (row.score, row.reasons) != (score.value, reasons):
            changed.append(row)
        row.score, row.reasons = score.value, reasons
    for row in new:
        row.save()
    for row in changed:
        row.save(update_fields=["score", "reasons"])
    stale = [row.pk for pair, row in known.items() if pair not in good and row.state == MatchState.PROPOSED]
    if stale:
        Match.objects.filter(pk__in=stale).delete()
    return len(good)


@transaction.atomic
def move_match(*, match: Match, action: str, by: User, now: datetime, reason: str = "") -> Match:
    """Staff showed an offer to whoever looks, keep it in view, or know that it does not suit."""
    return move(locked(match), tables.MATCH, action, by=by, now=now, reason=reason)
