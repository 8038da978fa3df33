"""Floor 0: the outbox."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingConfig(AppConfig):
    """Every mail passes here."""

    name = "promo_portal.mailing"
    label = "mailing"
    verbose_name = _("mail")

    def ready(self) -> None:
        from promo_portal.mailing import emails, signin  # noqa: F401
