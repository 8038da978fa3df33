"""Who is asking, on whose behalf, and how far they have proved it."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlsplit

import pghistory
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django_htmx.http import HttpResponseClientRedirect

from promo_portal.accounts.rights import NOBODY, rights_of
from promo_portal.accounts.session import BEGAN, SEEN, has_second_factor
from promo_portal.core import clock
from promo_portal.core.access import is_public
from promo_portal.core.scope import scope

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN_EVERY_SECONDS = 60  # how precisely idleness is measured, against one write per request
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for sign-in and return here afterwards; a part of a page sends the whole page there."""
    url = resolve_url(settings.LOGIN_URL)
    if getattr(request, "htmx", False):
        back = urlsplit(request.htmx.current_url or "").path or "/"  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(f"{url}?{urlencode({REDIRECT_FIELD_NAME: back})}")
    return redirect_to_login(request.get_full_path(), url)


class SessionLimitsMiddleware:
    """Ends a session after two hours without activity, and twelve hours after sign-in (ASVS 7.3.1, 7.3.2)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault(BEGAN, now)
            seen = request.session.setdefault(SEEN, now)
            if now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_ABSOLUTE_SECONDS:
                logout(request)
                messages.info(request, gettext("Your session has ended. Sign in again to go on."))
            elif now - seen >= SEEN_EVERY_SECONDS:
                request.session[SEEN] = now
        return self.get_response(request)


class ScopeMiddleware:
    """Reads the person's rights afresh, enters their scope, and keeps their pages out of every cache.

    Three queries for a signed-in request: session, person, memberships.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock.remembering():
            request.rights = rights = rights_of(request)  # type: ignore[attr-defined]
            if not rights.is_signed_in:
                return self.get_response(request)
            request.user.rights = rights  # type: ignore[union-attr]
            wanted = rights.scope(own_rows=not request.path_info.startswith(reverse("admin:index")))
            with scope(wanted) if wanted else nullcontext():
                response = self.get_response(request)
            response["Cache-Control"] = "no-store, private"
            return response

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        """Render within a transaction, which is how the database knows the scope.

        Django renders such responses after the view's own transaction has ended.
        """
        if request.rights.is_signed_in and not response.is_rendered:  # type: ignore[attr-defined]
            with transaction.atomic():
                response.render()
        return response


class ClosedByDefaultMiddleware:
    """Everything that is not public asks a visitor to sign in, whether it exists or not."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_unknown = response.status_code == 404 and request.resolver_match is None  # noqa: PLR2004
        if is_unknown and not request.user.is_authenticated and not self._has_public_neighbour(request.path_info):
            return _to_sign_in(request)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.user.is_authenticated or is_public(view):
            return None
        return _to_sign_in(request)

    def _has_public_neighbour(self, path: str) -> bool:
        """Whether Django would mend the address into a public one (slash, language), or a file is missing.

        Then the answer stays the ordinary one.
        """
        if path.startswith(settings.STATIC_URL):
            return True
        mended = [f"{path}/", f"/{get_language()}{path}", f"/{get_language()}{path}/"]
        for candidate in mended:
            try:
                if is_public(resolve(candidate).func):
                    return True
            except Resolver404:
                continue
        return False


class SecondFactorMiddleware:
    """Who needs a second factor and has not passed it reaches public pages and enrolment, and nothing else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.rights.lacks_second_factor or is_public(view):  # type: ignore[attr-defined]
            return None
        if getattr(view, "before_second_factor", False):
            return None
        door = "mfa_reauthenticate" if has_second_factor(request.user) else "accounts:second_factor"
        url = reverse(door)
        if request.method in SAFE_METHODS:
            url = f"{url}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"
        return HttpResponseRedirect(url)


class HistoryContextMiddleware:
    """Tells history who acts, where and for which association."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        rights = getattr(request, "rights", NOBODY)
        with pghistory.context(user=rights.user_id, association=rights.association_id):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.method not in SAFE_METHODS and request.resolver_match:
            pghistory.context(route=request.resolver_match.view_name)
