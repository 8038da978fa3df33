"""allauth's doors to our house: no sign-up, our words, secrets encrypted, second factors that stay where they must."""

import base64
import hashlib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.rights import needs_second_factor
from promo_portal.core.limits import allow

PASSWORD_TRIES, PASSWORD_TRIES_SECONDS = 30, 300  # right ones included, hence generous
WRONG_CODE = _("This code does not fit. Check it, or ask for a new one.")
TOO_OFTEN = _("That was too often in a short time. Wait a few minutes, then try again.")


class PortalAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; the mails leave through the outbox (``mailing.signin``)."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("Address and password do not fit together."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("This password does not fit."),
        "invalid_login": _("Enter a full e-mail address, such as name@example.ch"),
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by staff, or when a founder's request is accepted."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that ``TrustedProxyMiddleware`` settled on; no header is believed here."""
        return request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104 - an unknown address, not one to listen on

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count tries of a password per address; allauth's own count forgets everything while the cache is away."""
        address = str(credentials.get("email", "")).lower()
        if not allow(f"password of {address}", times=PASSWORD_TRIES, seconds=PASSWORD_TRIES_SECONDS):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Delicate steps ask again for a proof, unless the last one is fresh."""
        records = get_authentication_records(self.request, self.request.user)
        newest = max((record.get("at", 0) for record in records), default=0)
        return bool(time.time() - newest > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            reverse("account_reauthenticate"): gettext("Use your password"),
            reverse("mfa_reauthenticate"): gettext("Use your app or a recovery code"),
            reverse("mfa_reauthenticate_webauthn"): gettext("Use your passkey"),
        }
        return [{**way, "description": words[way["url"]]} for way in super().get_reauthentication_methods(user)]


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"second factors:{secret!s}".encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def service_name() -> str:
    """What an authenticator app and a passkey dialogue call the portal."""
    return f"{settings.BRANDING['name']} {settings.BRANDING['territory']}"


class PortalMFAAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are unreadable in a dump, and who needs one cannot take off the last."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": _(
            "Your role needs a second factor. Add another one before you remove this one."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _keys().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not needs_second_factor(context.request.rights.roles):
            return True
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=kinds).exclude(
            pk=authenticator.pk
        )
        return bool(others.exists())

    def get_totp_issuer(self) -> str:
        return service_name()

    def _get_site_name(self) -> str:
        return service_name()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's own name
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}
