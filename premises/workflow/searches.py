"""The register of demand: searches are entered, paused, found or given up."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from premises.models import SpaceSearch
from premises.workflow import tables
from premises.workflow.matching import refresh_of_search
from premises.workflow.moving import Actor, locked, move
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality


@transaction.atomic
def register_search(
    *,
    association: Association,
    values: Mapping[str, Any],
    municipalities: Iterable[Municipality] = (),
    in_charge: User | None = None,
    by: Actor,
    now: datetime,
) -> SpaceSearch:
    """Enter what a company or an investor looks for, and look through the offers at once."""
    with association_scope(association.pk):
        search = SpaceSearch(association=association, in_charge=in_charge, created_at=now, **values)
        search.save()
        search.municipalities.set(municipalities)
        record_transition(subject=search, action="register", from_state="", to_state=search.state, by=by, at=now)
        refresh_of_search(search)
    return search


@transaction.atomic
def move_search(*, search: SpaceSearch, action: str, by: Actor, now: datetime, reason: str = "") -> SpaceSearch:
    """Pause, resume, end or reopen a search; an open one is matched afresh, others lose their suggestions."""
    search = move(locked(search), tables.SEARCH, action, by=by, now=now, reason=reason)
    refresh_of_search(search)
    return search
