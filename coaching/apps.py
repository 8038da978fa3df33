"""Founders' requests and files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoachingConfig(AppConfig):
    """Brings its mails, dates, queues and panels to the pages below and beside it."""

    name = "coaching"
    label = "coaching"
    verbose_name = _("coaching")

    def ready(self) -> None:
        from coaching import deadlines, slots
        from coaching.emails import founder, staff
        from promo_portal.mailing.kinds import register_mail_kind

        for kind in (*founder.KINDS, *staff.KINDS):
            register_mail_kind(kind)
        deadlines.register()
        slots.register()
