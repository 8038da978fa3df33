"""News from the draft to the page."""

from datetime import datetime

from django.db import transaction

from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import Table, next_state
from promo_portal.exchange.models import NewsItem, NewsState

ACTIONS = ("edit", "publish", "withdraw")
NEWS: Table = {
    **{(state, "edit"): state for state in NewsState},
    (NewsState.DRAFT, "publish"): NewsState.PUBLISHED,
    (NewsState.WITHDRAWN, "publish"): NewsState.PUBLISHED,
    (NewsState.PUBLISHED, "withdraw"): NewsState.WITHDRAWN,
}


@transaction.atomic
def publish_news(*, item: NewsItem, by: User | str, now: datetime, at: datetime | None = None) -> NewsItem:
    """Show a piece of news, at once or from a moment on; its first day stays when it comes back."""
    return _move(item, "publish", by=by, now=now, published_at=at or item.published_at or now)


@transaction.atomic
def withdraw_news(*, item: NewsItem, by: User | str, reason: str = "", now: datetime) -> NewsItem:
    """Take a piece of news off the pages."""
    return _move(item, "withdraw", by=by, reason=reason, now=now, published_at=item.published_at)


def _move(
    item: NewsItem, action: str, *, by: User | str, reason: str = "", now: datetime, published_at: datetime | None
) -> NewsItem:
    item = NewsItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    before, item.state = item.state, next_state(NEWS, item.state, action)
    item.published_at, item.changed_at = published_at, now
    item.version += 1
    item.save(update_fields=["state", "published_at", "changed_at", "version"])
    with association_scope(item.association_id):
        record_transition(
            subject=item, action=action, from_state=before, to_state=item.state, by=by, reason=reason, at=now
        )
    return item
