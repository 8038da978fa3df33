"""The way in: the story to follow, and every role in one press."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from promo_portal.accounts.models import User
from promo_portal.accounts.session import vouch_for_second_factor
from promo_portal.core import clock
from promo_portal.demo.access import demo_only
from promo_portal.demo.people import BY_EMAIL, CAST, PASSWORD, Account, code_of
from promo_portal.regions.models import Association

SIGN_IN = "allauth.account.auth_backends.AuthenticationBackend"
View = Callable[..., HttpResponseBase]


def in_readers_language(view: View) -> View:
    """Take ``?language=`` of the demo's pages, whose addresses have none, into the cookie that keeps the choice."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        chosen = request.GET.get("language", "")
        if chosen not in dict(settings.LANGUAGES):
            return view(request, *args, **kwargs)
        with translation.override(chosen):
            response = view(request, *args, **kwargs)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, samesite="Lax", httponly=True, max_age=settings.SESSION_COOKIE_AGE
        )
        return response

    return wrapper


def languages(request: HttpRequest) -> dict[str, str]:
    """The same page in the other languages."""
    return {code: f"{request.path}?language={code}" for code, _name in settings.LANGUAGES}


@demo_only
@require_safe
@in_readers_language
def start(request: HttpRequest) -> HttpResponse:
    """Explain the demo in five minutes, and list its people by association."""
    found = User.objects.filter(email__in=BY_EMAIL)
    people = {user.email: user for user in found}
    secrets = dict(
        Authenticator.objects.filter(user__in=found, type=Authenticator.Type.TOTP).values_list("user__email", "data")
    )
    groups = [
        {
            "association": association,
            "rows": [_row(account, people, secrets) for account in CAST if account.association == code],
        }
        for code, association in _associations()
    ]
    context = {
        "groups": groups,
        "password": PASSWORD,
        "is_seeded": bool(people),
        "today": clock.today(),
        "alternate_urls": languages(request),
    }
    return render(request, "demo/start.html", context)


def _associations() -> list[tuple[str | None, Association | None]]:
    known = {association.code: association for association in Association.objects.all()}
    codes = list(dict.fromkeys(account.association for account in CAST))
    return [(code, known.get(code or "")) for code in codes]


def _row(account: Account, people: dict[str, User], secrets: dict[str, Any]) -> dict[str, Any]:
    data = secrets.get(account.email)
    return {
        "account": account,
        "name": f"{account.first_name} {account.last_name}",
        "role": account.role.label,
        "is_there": account.email in people,
        "code": code_of(data["secret"]) if data else "",
    }


@demo_only
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in as somebody of the cast, password and second factor passed, as if they had typed both."""
    account = BY_EMAIL.get(request.POST.get("email", ""))
    user = User.objects.filter(email=account.email, is_active=True).first() if account else None
    if account is None or user is None:
        raise Http404
    login(request, user, backend=SIGN_IN)
    record_authentication(request, user, "password", email=user.email)
    if account.has_second_factor:
        vouch_for_second_factor(request, "totp")
    with translation.override(user.language):
        response = HttpResponseRedirect(reverse("portal:arrival"))
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax", httponly=True)
    return response
