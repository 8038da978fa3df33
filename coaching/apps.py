"""Founders' requests and files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoachingConfig(AppConfig):
    """Brings its mails, dates, queues and panels to the pages below and beside it."""

    name = "coaching"
    label = "coaching"
    verbose_name = _("coaching")

    def ready(self) -> None:
        from coaching import (
            agreement_dates,
            check_dates,
            course_dates,
            deadlines,
            engagement_dates,
            session_dates,
            slots,
        )
        from coaching.annexes import jobs as annex_jobs
        from coaching.emails import after, commission, course, file, founder, network, staff, talk
        from coaching.exports import jobs as export_jobs
        from promo_portal.core.slots import append_only
        from promo_portal.files.verdicts import listeners
        from promo_portal.mailing.kinds import register_mail_kind

        kinds = (founder, file, staff, course, commission, talk, after, network)
        for kind in (kind for mails in kinds for kind in mails.KINDS):
            register_mail_kind(kind)
        # A ledger is only ever added to, wrong lines are put right by others; a kept version of a plan stays as it was.
        for table in ("coaching_timeentry", "coaching_timeentryshare", "coaching_annexline", "coaching_planversion"):
            append_only.register(table, table)
        deadlines.register()
        course_dates.register()
        session_dates.register()
        check_dates.register()
        engagement_dates.register()
        agreement_dates.register()
        listeners.register("coaching", course.on_verdict)
        slots.register()
        annex_jobs.register()
        export_jobs.register()
