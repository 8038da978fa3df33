"""Whole pages for visitors, kept for a short while.

Only what is the same for every visitor is kept: no session, no message, no form token. Keys hold path, query, language
and theme, so that nothing of one person can reach another.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

ViewT = TypeVar("ViewT", bound=Callable[..., HttpResponse])


def _key(request: HttpRequest, seconds: int) -> str:
    parts = (request.get_host(), request.get_full_path(), get_language() or "", request.COOKIES.get("theme", ""), str(seconds))
    return "page:" + hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _is_for_everybody(request: HttpRequest) -> bool:
    return request.method in {"GET", "HEAD"} and settings.SESSION_COOKIE_NAME not in request.COOKIES and not getattr(request, "htmx", False)


def kept_for(seconds: int) -> Callable[[ViewT], ViewT]:
    """Keep a public view's answer for ``seconds`` where it is the same for every visitor."""

    def decorate(view: ViewT) -> ViewT:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not _is_for_everybody(request):
                return view(request, *args, **kwargs)
            key = _key(request, seconds)
            kept = cache.get(key)
            if kept is not None:
                response = HttpResponse(kept["body"], content_type=kept["type"])
            else:
                response = view(request, *args, **kwargs)
                if hasattr(response, "render"):
                    response = response.render()
                personal = request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or response.cookies or request.session.modified
                if response.status_code != 200 or personal or response.streaming:  # noqa: PLR2004
                    return response
                cache.set(key, {"body": response.content, "type": response["Content-Type"]}, seconds)
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            patch_cache_control(response, private=True, max_age=0)
            return response

        return wrapper  # type: ignore[return-value]

    return decorate
