"""Founders' requests and files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoachingConfig(AppConfig):
    """Brings its mails, dates, queues and panels to the pages below and beside it."""

    name = "coaching"
    label = "coaching"
    verbose_name = _("coaching")

    def ready(self) -> None:
        from coaching import check_dates, course_dates, deadlines, engagement_dates, slots
        from coaching.emails import after, course, founder, network, staff
        from promo_portal.core.slots import append_only
        from promo_portal.files.verdicts import listeners
        from promo_portal.mailing.kinds import register_mail_kind

        for kind in (*founder.KINDS, *staff.KINDS, *course.KINDS, *after.KINDS, *network.KINDS):
            register_mail_kind(kind)
        # A ledger is only ever added to: what was wrong is put right by a line of its own.
        for table in ("coaching_timeentry", "coaching_timeentryshare"):
            append_only.register(table, table)
        deadlines.register()
        course_dates.register()
        check_dates.register()
        engagement_dates.register()
        listeners.register("coaching", course.on_verdict)
        slots.register()
