"""Error pages: what happened, what was kept, what to do next."""

import secrets
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from promo_portal.core.access import public

log = structlog.get_logger(__name__)

REFERENCE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is misheard on the phone
REFERENCE_LENGTH = 4


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from an ended session: nothing was saved, the way back is one press."""
    return render(request, "403_csrf.html", status=403)


@public
def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """The address or what was sent makes no sense, or is more than anybody types (found out before any view is asked)."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


@public
def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Nothing here, or nothing for this person: the same page for both."""
    return render(request, "404.html", status=404)


@public
def refused(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Somebody without the right learns no more than that there is nothing here for them."""
    return not_found(request, exception)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault: a page that needs neither database nor session, with a code that stands in the log too."""
    reference = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))
    log.error("page_failed", reference=reference)
    return HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)
