"""All addresses: composition, the only place that knows every app."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _

from clusters.views import events
from premises.views import feed
from promo_portal.exchange.views import news
from promo_portal.portal.views import about, home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.root, name="root"),
    path("robots.txt", about.robots, name="robots"),
    path("sitemap.xml", about.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", about.sitemap_part, name="sitemap_part"),
    path("events.ics", events.calendar_feed, name="events_feed"),
    path("news.rss", news.feed, name="news_feed"),
    path("premises.rss", feed.rss, name="premises_rss"),
    path("admin/", admin.site.urls),
    path("health/", include("promo_portal.reminders.urls")),
    path("map/", include("promo_portal.regions.urls")),
    path("api/v1/", include("promo_portal.api.urls")),
]

if settings.IS_DEMO:
    urlpatterns.append(path("demo/", include("promo_portal.demo.urls")))

urlpatterns += i18n_patterns(
    path(_("account/"), include("promo_portal.accounts.urls")),
    path(_("account/"), include("promo_portal.accounts.signin_urls")),
    path(_("companies/"), include("companies.urls")),
    path(_("coaching/"), include("coaching.urls")),
    path(_("premises/"), include("premises.urls")),
    path("", include("clusters.urls")),
    path("", include("promo_portal.exchange.urls")),
    path("", include("promo_portal.portal.urls")),
)

handler400 = "promo_portal.portal.views.errors.bad_request"
handler403 = "promo_portal.portal.views.errors.refused"
handler404 = "promo_portal.portal.views.errors.not_found"
handler500 = "promo_portal.portal.views.errors.server_error"
