"""Addresses of the pages that join apps."""

from django.conf import settings
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from promo_portal.core import spam
from promo_portal.portal.views import about, home, preferences, space, styleguide

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path(_("arrival/"), home.arrival, name="arrival"),
    path(_("space/"), space.space, name="space"),
    path(_("contact/"), about.contact, name="contact"),
    path(_("data-protection/"), about.privacy, name="privacy"),
    path(_("accessibility/"), about.accessibility, name="accessibility"),
    path(_("sources/"), about.sources, name="sources"),
    path(_("imprint/"), about.imprint, name="imprint"),
    path("challenge/", spam.challenge, name="challenge"),
    path("preferences/theme/", preferences.set_theme, name="theme"),
    path("preferences/language/", preferences.set_language, name="language"),
]

if settings.IS_DEMO:
    urlpatterns += [
        path("styleguide/", styleguide.styleguide, name="styleguide"),
        path("styleguide/mail/", styleguide.styleguide_mail, name="styleguide_mail"),
    ]
