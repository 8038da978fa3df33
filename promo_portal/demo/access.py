"""The demonstration's own lock: what hands out identities and moves the clock must never run for real."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from promo_portal.core.access import public

View = Callable[..., HttpResponseBase]


def is_allowed() -> bool:
    """Whether this installation is a demonstration, by both settings that say so."""
    return bool(settings.IS_DEMO) and not settings.IS_PRODUCTION


def demo_only(view: View) -> View:
    """Open the page to everybody in the demonstration; outside of it the page does not exist."""

    @public
    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_allowed():
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


@register()
def demo_stays_out_of_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Stop an installation that carries the demonstration without being one."""
    if is_allowed():
        return []
    hint = "Take promo_portal.demo out of INSTALLED_APPS."
    return [Error("The demonstration is installed outside the demonstration.", hint=hint, id="demo.E001")]
