"""Whole pages for visitors, kept for a short while.

Only what is the same for every visitor is kept: no session, no message, no form token, and no cookie by which the page
could know somebody (a founder's draft). Keys hold path, query, language, theme and date, so that nothing of one person
can reach another, and nothing said of today is said tomorrow.
"""

import hashlib
import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from promo_portal.core.clock import ZURICH
from promo_portal.core.context import THEME_COOKIE, chosen_theme

ViewT = TypeVar("ViewT", bound=Callable[..., HttpResponse])
LONGEST_PATH = 500
FORGOTTEN = "pages:forgotten"


def _key(request: HttpRequest, seconds: int) -> str:
    parts = (
        request.get_host(),
        request.get_full_path(),
        get_language() or "",
        chosen_theme(request),
        str(seconds),
        f"{datetime.now(ZURICH):%Y-%m-%d}",
    )
    return "page:" + hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _is_for_everybody(request: HttpRequest) -> bool:
    appearance = {THEME_COOKIE, settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    return (
        request.method in {"GET", "HEAD"}
        and not request.COOKIES.keys() - appearance
        and not getattr(request, "htmx", False)
        and len(request.get_full_path()) < LONGEST_PATH
    )


def _kept(key: str) -> dict[str, Any] | None:
    found = cache.get_many([key, FORGOTTEN])
    page: dict[str, Any] | None = found.get(key)
    return page if page and page["made"] > found.get(FORGOTTEN, 0) else None


def forget_pages() -> None:
    """Make every kept page anew: the demo's date was moved, or the operator's own texts have changed."""
    cache.set(FORGOTTEN, time.time(), None)


def kept_for(seconds: int) -> Callable[[ViewT], ViewT]:
    """Keep a public view's answer for ``seconds`` where it is the same for every visitor.

    The view runs in a transaction as all do; an answer from memory needs none, hence not even the database.
    """

    def decorate(view: ViewT) -> ViewT:
        view_in_transaction = transaction.atomic(view)

        @transaction.non_atomic_requests
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not _is_for_everybody(request):
                return view_in_transaction(request, *args, **kwargs)
            key = _key(request, seconds)
            kept = _kept(key)
            if kept is not None:
                response = HttpResponse(kept["body"], content_type=kept["type"])
            else:
                response = view_in_transaction(request, *args, **kwargs)
                if hasattr(response, "render"):
                    response = response.render()
                personal = request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or response.cookies or request.session.modified
                if response.status_code != 200 or personal or response.streaming:  # noqa: PLR2004
                    return response
                page = {"body": response.content, "type": response["Content-Type"], "made": time.time()}
                cache.set(key, page, seconds)
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            patch_cache_control(response, private=True, max_age=0)
            return response

        return wrapper  # type: ignore[return-value]

    return decorate
