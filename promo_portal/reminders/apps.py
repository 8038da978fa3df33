"""Floor 0: the deadline engine."""

from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


def _sees_mail(request: HttpRequest) -> bool:
    from promo_portal.mailing.permissions import sees_mail

    return sees_mail(request.rights)  # type: ignore[attr-defined]


def _upcoming(request: HttpRequest) -> Any:
    from promo_portal.reminders.preview import upcoming

    return upcoming(request.rights)  # type: ignore[attr-defined]


def _failed(request: HttpRequest) -> Any:
    from promo_portal.mailing.views import failed_mails

    return failed_mails(request.rights)  # type: ignore[attr-defined]


class RemindersConfig(AppConfig):
    """Deadlines and their reminders."""

    name = "promo_portal.reminders"
    label = "reminders"
    verbose_name = _("deadlines")

    def ready(self) -> None:
        from promo_portal.core import slots
        from promo_portal.reminders import preview  # noqa: F401 - registers the mail kind of samples

        entries = (
            ("mailing_planned", _("Outgoing mail"), _upcoming, 40),
            ("mailing_failed", _("Failed mails"), _failed, 45),
        )
        for name, label, count, order in entries:
            entry = slots.NavItem("to_handle", order, label, f"admin:{name}", count, _sees_mail)
            slots.staff_nav.register(name, entry)
