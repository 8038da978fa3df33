"""All addresses: composition, the only place that knows every app."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _

from promo_portal.portal.views import about, home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.root, name="root"),
    path("robots.txt", about.robots, name="robots"),
    path("admin/", admin.site.urls),
    path("health/", include("promo_portal.reminders.urls")),
]

if settings.IS_DEMO:
    urlpatterns.append(path("demo/", include("promo_portal.demo.urls")))

urlpatterns += i18n_patterns(
    path(_("account/"), include("promo_portal.accounts.urls")),
    path(_("account/"), include("promo_portal.accounts.signin_urls")),
    path(_("coaching/"), include("coaching.urls")),
    path("", include("promo_portal.portal.urls")),
)

handler400 = "promo_portal.portal.views.errors.bad_request"
handler403 = "promo_portal.portal.views.errors.refused"
handler404 = "promo_portal.portal.views.errors.not_found"
handler500 = "promo_portal.portal.views.errors.server_error"
