"""What every page knows: the ways to the portal's parts, to one's own space, and to the pages about the portal."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

# The parts of the portal in the order of the main navigation; one whose app brings no pages yet does not appear.
_PARTS = (
    (gettext_lazy("Companies"), "companies:list"),
    (gettext_lazy("Premises and land"), "premises:list"),
    (gettext_lazy("Clusters"), "clusters:list"),
    (gettext_lazy("Events"), "clusters:events"),
    (gettext_lazy("Support measures"), "support:list"),
    (gettext_lazy("Coaching"), "coaching:start"),
    (gettext_lazy("Contact"), "portal:contact"),
)
_ABOUT = (
    (gettext_lazy("Contact"), "portal:contact"),
    (gettext_lazy("Data protection"), "portal:privacy"),
    (gettext_lazy("Accessibility"), "portal:accessibility"),
    (gettext_lazy("Sources"), "portal:sources"),
    (gettext_lazy("Open data"), "companies:open_data"),
    (gettext_lazy("Imprint"), "portal:imprint"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``main_nav``, ``footer_nav``, ``account_url``, ``account_label``."""
    return {
        "main_nav": _entries(request, _PARTS),
        "footer_nav": _entries(request, _ABOUT),
        **_account(request),
    }


def url_or_none(name: str) -> str | None:
    """The address of a page, if its app brings pages."""
    return _address(name, get_language(), settings.ROOT_URLCONF)


@lru_cache(maxsize=256)
def _address(name: str, _language: str | None, _urlconf: str) -> str | None:
    """Kept: every page asks for a dozen, and they change with the language alone."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def _entries(request: HttpRequest, pages: tuple[tuple[Any, str], ...]) -> list[dict[str, Any]]:
    entries = []
    for label, name in pages:
        url = url_or_none(name)
        if url is None:
            continue
        entries.append({"label": label, "url": url, "current": request.path.startswith(url)})
    return entries


def _account(request: HttpRequest) -> dict[str, str]:
    """The way in, or to one's own place; an error before sign-in is read has neither."""
    user = getattr(request, "user", None)
    if user is None:
        return {"account_url": "", "account_label": ""}
    if not user.is_authenticated:
        return {"account_url": reverse(settings.LOGIN_URL), "account_label": _("Sign in")}
    rights = getattr(request, "rights", None)
    if rights is not None and rights.may_enter_admin:
        return {"account_url": reverse("admin:index"), "account_label": _("My day")}
    return {"account_url": reverse("portal:space"), "account_label": _("My space")}
