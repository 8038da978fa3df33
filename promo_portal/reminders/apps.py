"""Floor 0: the deadline engine."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    """Deadlines and their reminders."""

    name = "promo_portal.reminders"
    label = "reminders"
    verbose_name = _("deadlines")
