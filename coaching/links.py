"""A founder's own addresses, and how a browser remembers its draft: always a signature over the request's key.

Each purpose has its own salt and its own life. None of these addresses changes anything when it is opened.
"""

from typing import TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from coaching.models import CoachingRequest
from promo_portal.core import links

RESUME, CONFIRM, FOLLOW, BROWSER = "coaching.resume", "coaching.confirm", "coaching.follow", "coaching.browser"
DAYS = {RESUME: 30, CONFIRM: 3, FOLLOW: 400, BROWSER: 30}
ROUTES = {RESUME: "coaching:resume_link", CONFIRM: "coaching:confirm", FOLLOW: "coaching:follow"}
PROVED = ".mail"  # the browser came by a mailed link, so its founder owns the address

ResponseT = TypeVar("ResponseT", bound=HttpResponse)


def path_to(purpose: str, request: CoachingRequest) -> str:
    """The path of a fresh link, in the language that is active."""
    return reverse(ROUTES[purpose], args=[links.sign(purpose, request.key, days=DAYS[purpose])])


def url_to(purpose: str, request: CoachingRequest) -> str:
    """The whole address for a mail, in the founder's language."""
    with translation.override(request.language):
        return f"{settings.SITE_URL}{path_to(purpose, request)}"


def opened(purpose: str, token: str) -> tuple[CoachingRequest, bool]:
    """The request behind a link, and whether the link's time is over; 404 for anything that is no link of ours."""
    link = links.read(purpose, token)
    found = by_key(link.key) if link else None
    if link is None or found is None:
        raise Http404
    return found, link.has_ended()


def by_key(key: str) -> CoachingRequest | None:
    """The request with that key. Who has the key, from a signature of ours, is its founder."""
    related = ("association", "municipality__canton", "forwarded_to")
    return CoachingRequest.unscoped.select_related(*related).filter(key=key).first()


# -- the browser's memory ----------------------------------------------------------------------------------------------


def cookie_name() -> str:
    """With the prefix that binds a cookie to this host, where https allows it."""
    return "__Host-coaching" if settings.SESSION_COOKIE_SECURE else "coaching"


def remember(response: ResponseT, request: CoachingRequest, *, proved: bool = False) -> ResponseT:
    """Let this browser find its request again for thirty days; ``proved`` when it came by a mailed link."""
    value = links.sign(BROWSER, f"{request.key}{PROVED if proved else ''}", days=DAYS[BROWSER])
    response.set_cookie(
        cookie_name(),
        value,
        max_age=DAYS[BROWSER] * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def forget(response: ResponseT) -> ResponseT:
    """Let this browser forget its request; the mailed links still lead there."""
    response.delete_cookie(cookie_name(), samesite="Lax")
    return response


def in_browser(http_request: HttpRequest) -> CoachingRequest | None:
    """The request that this browser began or took up, whatever its state."""
    link = links.read(BROWSER, http_request.COOKIES.get(cookie_name(), ""))
    if link is None or link.has_ended():
        return None
    return by_key(link.key.removesuffix(PROVED))


def is_proved(http_request: HttpRequest) -> bool:
    """Whether this browser came by a mailed link."""
    link = links.read(BROWSER, http_request.COOKIES.get(cookie_name(), ""))
    return link is not None and link.key.endswith(PROVED)


def masked(email: str) -> str:
    """i…@valtour.example: enough to recognise one's own address, too little to learn somebody else's."""
    name, _, host = email.partition("@")
    return f"{name[:1]}…@{host}"
