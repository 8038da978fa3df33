"""What a session knows of its person: since when it runs, when it was last used, and whether a second factor was passed."""

import time
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from promo_portal.accounts.models import User
from promo_portal.core import clock

BEGAN, SEEN = "signed_in_at", "seen_at"


def has_second_factor(user: Any) -> bool:
    """Whether the person has enrolled an app or a passkey; recovery codes alone are none."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user_id=user.pk, type__in=kinds).exists()


def vouch_for_second_factor(request: HttpRequest, kind: str) -> None:
    """Note in the session that the person has just proved a second factor (as on enrolling it)."""
    record_authentication(request, request.user, "mfa", type=kind)


def begin(request: HttpRequest) -> None:
    """Start counting the session's time, at sign-in."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


def end_all_sessions(user: User) -> None:
    """End every session of a person, in whatever browser: none matches the new generation any more."""
    user.session_generation += 1
    user.save(update_fields=["session_generation"])


def drop_ended() -> int:
    """Delete sessions whose twelve hours are over, and what is known of their devices; returns how many sessions."""
    from allauth.usersessions.models import UserSession

    ended, _rows = Session.objects.filter(expire_date__lt=clock.real_now()).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(alive)).delete()
    return ended
