"""Premises and land."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PremisesConfig(AppConfig):
    """Premises and land: brings its mails, dates, queues and panels to the pages below and beside it."""

    name = "premises"
    label = "premises"
    verbose_name = _("premises and land")

    def ready(self) -> None:
        from premises import deadlines, slots
        from premises.emails import public, staff
        from promo_portal.mailing.kinds import register_mail_kind

        for kind in (*public.KINDS, *staff.KINDS):
            register_mail_kind(kind)
        deadlines.register()
        slots.register()
