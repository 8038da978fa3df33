"""Floor 0: people, roles, sign-in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People and what they may do."""

    name = "promo_portal.accounts"
    label = "accounts"
    verbose_name = _("people and roles")
