"""The feed of new offers, for readers and other programs: ``/premises.rss``, in French unless ``?lang=`` says otherwise."""

from datetime import UTC, datetime, time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from premises.addresses import offer_url
from premises.published import published_offers
from premises.titles import offer_title, price_words
from promo_portal.core.access import public
from promo_portal.core.page_cache import kept_for

LATEST = 50


@public
@require_GET
@kept_for(300)
def rss(request: HttpRequest) -> HttpResponse:
    """The fifty newest offers."""
    wanted = request.GET.get("lang", "fr")
    with translation.override(wanted if wanted in dict(settings.LANGUAGES) else "fr"):
        feed = Rss201rev2Feed(
            title=_("Premises and land"),
            link=f"{settings.SITE_URL}{reverse('premises:list')}",
            description=_("What is free in the region."),
            language=translation.get_language(),
        )
        for offer in published_offers().order_by("-published_on", "-pk")[:LATEST]:
            address = f"{settings.SITE_URL}{offer_url(offer)}"
            day = offer.published_on
            feed.add_item(
                title=f"{offer_title(offer)}, {offer.get_kind_display()}",
                link=address,
                description=price_words(offer) or _("Price not communicated"),
                unique_id=f"{address}#{offer.pk}",
                pubdate=datetime.combine(day, time(8), tzinfo=UTC) if day else None,
            )
        text = feed.writeString("utf-8")
    return HttpResponse(text, content_type="application/rss+xml; charset=utf-8")
