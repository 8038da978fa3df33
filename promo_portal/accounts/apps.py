"""Floor 0: people, roles, sign-in."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People and what they may do."""

    name = "promo_portal.accounts"
    label = "accounts"
    verbose_name = _("people and roles")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_login_failed

        user_logged_in.connect(signed_in, dispatch_uid="accounts.signed_in")
        user_login_failed.connect(sign_in_failed, dispatch_uid="accounts.sign_in_failed")


def signed_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Start the session's clock, and log the sign-in by the person's number (ASVS 16.3.1)."""
    import structlog

    from promo_portal.accounts import session

    session.begin(request)
    structlog.get_logger("promo_portal.accounts").info("signed_in", user_id=user.pk)


def sign_in_failed(sender: Any, **kwargs: Any) -> None:
    """Log that somebody failed to sign in, without saying who was tried."""
    import structlog

    structlog.get_logger("promo_portal.accounts").info("sign_in_failed")
