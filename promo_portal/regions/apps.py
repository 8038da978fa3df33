"""Floor 0: geography and official lists."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionsConfig(AppConfig):
    """Places and mandated associations."""

    name = "promo_portal.regions"
    label = "regions"
    verbose_name = _("regions and lists")
