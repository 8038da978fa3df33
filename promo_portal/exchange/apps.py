"""Information both ways: news, bulletins, messages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    """Information both ways; brings news to the home page and the pages of clusters."""

    name = "promo_portal.exchange"
    label = "exchange"
    verbose_name = _("information")

    def ready(self) -> None:
        from promo_portal.exchange import slots

        slots.register()
