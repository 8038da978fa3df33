"""Clusters and events."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClustersConfig(AppConfig):
    """Brings its mails, dates, queues and panels to the pages below and beside it."""

    name = "clusters"
    label = "clusters"
    verbose_name = _("clusters and events")

    def ready(self) -> None:
        from clusters import deadlines, emails, slots
        from promo_portal.mailing.kinds import register_mail_kind

        for kind in emails.KINDS:
            register_mail_kind(kind)
        deadlines.register()
        slots.register()
