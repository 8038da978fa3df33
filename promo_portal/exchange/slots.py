"""What news shows on pages that are not its own."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from promo_portal.accounts.permissions import may_open
from promo_portal.core import clock, slots
from promo_portal.core.slots import NavItem, Panel
from promo_portal.exchange.models import NewsItem
from promo_portal.exchange.views.news import news_url

ON_HOME, ON_CLUSTER = 2, 3


def _lines(rows: Any) -> list[dict[str, Any]]:
    return [{"item": item, "url": news_url(item)} for item in rows]


def home_panel(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The two latest pieces of news."""
    lines = _lines(NewsItem.objects.published(clock.now())[:ON_HOME])
    return {"lines": lines} if lines else None


def cluster_panel(request: HttpRequest, cluster: Any) -> dict[str, Any] | None:
    """The latest news about a cluster."""
    lines = _lines(NewsItem.objects.published(clock.now()).filter(clusters=cluster)[:ON_CLUSTER])
    return {"lines": lines} if lines else None


def sitemap_pages() -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """News for search engines."""
    yield "exchange:news", (), None
    for item in NewsItem.objects.published(clock.now())[:500]:
        yield "exchange:news_item", (item.pk, item.slug), item.changed_at.date()


def may_see_news(request: HttpRequest) -> bool:
    """Whether news is part of this person's work."""
    return may_open(request.rights, "news", "write")  # type: ignore[attr-defined]


def register() -> None:
    """Put all of it into place."""
    slots.home_panels.register("exchange.news", Panel(30, "exchange/panel.html", home_panel))
    slots.cluster_panels.register("exchange.news", Panel(10, "exchange/panel.html", cluster_panel))
    slots.sitemap_pages.register("exchange.news", sitemap_pages)
    item = NavItem("directory", 50, gettext_lazy("News"), "admin:exchange_newsitem_changelist", None, may_see_news)
    slots.staff_nav.register("exchange.news", item)
