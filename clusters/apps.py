"""Clusters and their events."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClustersConfig(AppConfig):
    """Clusters and their events."""

    name = "clusters"
    label = "clusters"
    verbose_name = _("clusters and events")
