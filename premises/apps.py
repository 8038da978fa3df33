"""Premises and land."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PremisesConfig(AppConfig):
    """Premises and land."""

    name = "premises"
    label = "premises"
    verbose_name = _("premises and land")
