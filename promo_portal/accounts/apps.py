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
        register_navigation()
        from promo_portal.accounts.search import find_people
        from promo_portal.core import slots

        slots.staff_search.register("accounts.people", find_people)


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


def register_navigation() -> None:
    """The staff's ways to people and to the record, for those who keep or read them."""
    from promo_portal.accounts.enums import Role
    from promo_portal.core.slots import NavItem, staff_nav

    def only(*roles: Role) -> Any:
        return lambda request: request.rights.has(*roles)

    keepers = only(Role.MANAGER, Role.ADMINISTRATOR)
    for key, order, label, page, visible in (
        ("people", 80, _("People"), "accounts_user_changelist", keepers),
        ("access", 90, _("Who opened what"), "audit_accesslog_changelist", keepers),
        ("transitions", 91, _("What was decided"), "audit_transition_changelist", keepers),
        ("break-glass", 92, _("Break-glass"), "break_glass", only(Role.ADMINISTRATOR)),
        ("regions", 95, _("Associations"), "regions_association_changelist", only(Role.ADMINISTRATOR)),
    ):
        staff_nav.register(f"accounts.{key}", NavItem("steering", order, label, f"admin:{page}", None, visible))
