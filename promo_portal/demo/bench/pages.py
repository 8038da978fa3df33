"""The pages that are measured, each with the role that opens it."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from promo_portal.demo.people import CAST


@dataclass(frozen=True)
class Page:
    """A page by its URL name; ``is_kept`` pages are also measured from the page cache."""

    name: str
    url_name: str
    role: str = ""
    is_kept: bool = False
    argument: Callable[[], int] | None = None

    def path(self, serial: int = 0) -> str:
        """Its address; a serial makes it one that no cache has seen."""
        with override("fr"):
            base = reverse(self.url_name, args=[self.argument()] if self.argument else [])
        return f"{base}?u={serial}" if serial and not self.role else base


PAGES = (
    Page("home", "portal:home", is_kept=True),
    Page("coaching start", "coaching:start", is_kept=True),
    Page("contact", "portal:contact", is_kept=True),
    Page("data protection", "portal:privacy", is_kept=True),
    Page("question 1", "coaching:question", argument=lambda: 1),
    Page("sign-in", "account_login"),
    Page("space (founder)", "portal:space", role="founder"),
    Page("my day (coach)", "admin:index", role="coach"),
    Page("my day (manager)", "admin:index", role="manager"),
    Page("request queue", "admin:coaching_coachingrequest_changelist", role="manager"),
    Page("coaching files", "admin:coaching_casefile_changelist", role="coach"),
    Page("outbox", "admin:mailing_outgoingmail_changelist", role="manager"),
    Page("planned mails", "admin:mailing_planned", role="manager"),
)


def session_cookie(role: str) -> dict[str, str]:
    """A signed-in session of the demo's person of that role, as a request header."""
    from django.test import Client

    account = next(account for account in CAST if account.role == role)
    client = Client(SERVER_NAME="localhost")
    response = client.post(reverse("demo:enter"), {"email": account.email})
    if response.status_code != HTTPStatus.FOUND:
        msg = f"the demo could not sign in a {role}: seed it with `manage.py seed_demo`"
        raise RuntimeError(msg)
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
