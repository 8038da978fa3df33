"""The staff's admin site."""

from django.contrib.admin import AdminSite


class PortalAdminSite(AdminSite):
    """My day, queues and the association's records."""
