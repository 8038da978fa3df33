"""The demo's pages and data; never installed in production."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """Demonstration only."""

    name = "promo_portal.demo"
    label = "demo"
    verbose_name = _("demonstration")

    def ready(self) -> None:
        from promo_portal.demo import access  # noqa: F401 - registers the check
