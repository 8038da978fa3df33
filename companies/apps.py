"""The company directory."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    """The company directory."""

    name = "companies"
    label = "companies"
    verbose_name = _("company directory")
