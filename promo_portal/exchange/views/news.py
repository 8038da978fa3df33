"""News: the list, one piece, and the feed."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clusters.languages import LANGUAGES
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.page_cache import kept_for
from promo_portal.exchange.models import NewsItem

PER_PAGE = 25
FEED_LENGTH = 30


def news_url(item: NewsItem) -> str:
    """The page of a piece of news."""
    return reverse("exchange:news_item", args=[item.pk, item.slug])


@public
@require_safe
@kept_for(300)
def news_list(request: HttpRequest) -> HttpResponse:
    """What happened, the latest first."""
    rows = NewsItem.objects.published(clock.now())
    listed = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [{"item": item, "url": news_url(item)} for item in listed.object_list]
    return render(request, "exchange/news_list.html", {"lines": lines, "page_obj": listed})


@public
@require_safe
@kept_for(300)
def news_item(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One piece of news, with the clusters it is about."""
    try:
        item = NewsItem.objects.published(clock.now()).select_related("association").get(pk=pk)
    except (NewsItem.DoesNotExist, OverflowError):
        raise Http404 from None
    if slug != item.slug:
        return redirect(news_url(item), permanent=True)
    urls = {}
    for language in LANGUAGES:
        with translation.override(language):
            urls[language] = news_url(item)
    context = {
        "item": item,
        "clusters": list(item.clusters.published()),
        "alternate_urls": urls,
        "crumbs": [{"label": _("News"), "url": reverse("exchange:news")}, {"label": item.title, "url": ""}],
    }
    return render(request, "exchange/news_item.html", context)


@public
@require_safe
@kept_for(300)
def feed(request: HttpRequest) -> HttpResponse:
    """The latest news as RSS; ``?lang=de`` chooses the language."""
    wanted = request.GET.get("lang", "fr")
    language = wanted if wanted in LANGUAGES else "fr"
    with translation.override(language):
        made = Rss201rev2Feed(
            title=_("News: %(name)s") % {"name": settings.BRANDING["name"]},
            link=f"{settings.SITE_URL}{reverse('exchange:news')}",
            description=_("What moves in the region’s economy"),
            language=language,
            feed_url=f"{settings.SITE_URL}{request.path}",
        )
        for item in NewsItem.objects.published(clock.now())[:FEED_LENGTH]:
            url = f"{settings.SITE_URL}{news_url(item)}"
            made.add_item(item.title, url, item.lead, pubdate=item.published_at, unique_id=url)
    return HttpResponse(made.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
