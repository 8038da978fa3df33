"""Puts our own site in the place of the stock admin's."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """The admin with rights from the matrix, a second factor and work queues."""

    default_site = "promo_portal.portal.admin_site.PortalAdminSite"
