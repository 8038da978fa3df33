"""Floor 5: pages that join apps, and the staff's admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Home, My day, search, spaces."""

    name = "promo_portal.portal"
    label = "portal"
    verbose_name = _("portal")

    def ready(self) -> None:
        from promo_portal.core import slots
        from promo_portal.portal import emails  # noqa: F401 - registers its kinds of mail
        from promo_portal.portal.sitemap import own_pages

        slots.sitemap_pages.register("portal", own_pages)
