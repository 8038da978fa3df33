"""Founders' requests and files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoachingConfig(AppConfig):
    """Founders' requests and files."""

    name = "coaching"
    label = "coaching"
    verbose_name = _("coaching")
