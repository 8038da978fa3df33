"""The pages that are measured, each with the role that opens it and the statements it may need."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from promo_portal.demo.bench.long_file import long_file
from promo_portal.demo.bench.queries import FILTERS, MAPS, SEARCHES, STAFF_SEARCHES, SUGGESTIONS
from promo_portal.demo.people import CAST
from promo_portal.portal.sitemap import part_count

MOST_PUBLIC, MOST_STAFF, MOST_MY_DAY, MOST_FILE = 12, 25, 15, 15  # statements of a page, by kind
DETAILS = 5  # how many pages of a kind are taken where they are many
NUMBERED, NAMED = r"\d+-[^\"/?]+/", r"[^\"/?]+/"  # how addresses of single pages end
FRENCH = {"accept-language": "fr"}
Addresses = Callable[[], Sequence[str]]


@dataclass(frozen=True)
class Page:
    """A page, or several of a kind that share a row; their addresses are known once there are data."""

    name: str
    addresses: Addresses
    role: str = ""
    most: int = MOST_PUBLIC
    goal: tuple[float, float] | None = None  # median and 90th percentile in milliseconds under several clients


def renewed(address: str, serial: int) -> str:
    """The same page under an address that no cache has seen; the staff's pages are in no cache and stay as they are."""
    if address.startswith("/admin/"):
        return address
    return f"{address}{'&' if '?' in address else '?'}_={serial}"


def at(url_name: str, *arguments: Any, query: str = "") -> Addresses:
    """The page of a URL name."""
    return lambda: [_address(url_name, *arguments) + (f"?{query}" if query else "")]


def asked(url_name: str, queries: Sequence[str], parameter: str = "q") -> Addresses:
    """The same page with each of these words typed."""
    return lambda: [f"{_address(url_name)}?{parameter}={quote(text)}" for text in queries]


def with_parameters(url_name: str, queries: Sequence[str]) -> Addresses:
    """The same page with each of these parameters."""
    return lambda: [f"{_address(url_name)}?{quote(query, safe='=&,')}" for query in queries]


def linked(url_name: str, ending: str, query: str = "") -> Addresses:
    """The first pages below a list that it leads to, as a visitor would go on."""

    def found() -> list[str]:
        start = _address(url_name)
        text = Client(SERVER_NAME="localhost", headers=FRENCH).get(start + query).content.decode()
        links = dict.fromkeys(re.findall(f'href="({re.escape(start)}{ending})"', text))
        return list(islice(links, DETAILS))

    return found


def _address(url_name: str, *arguments: Any) -> str:
    with override("fr"):
        return str(reverse(url_name, args=arguments))


PAGES = (
    Page("home", at("portal:home")),
    Page("directory", at("companies:list")),
    Page("directory, filters", with_parameters("companies:list", FILTERS)),
    Page("search", asked("companies:list", SEARCHES), goal=(100, 200)),
    Page("suggestions", asked("companies:suggest", SUGGESTIONS), goal=(25, 50)),
    Page("map points", with_parameters("companies:map", MAPS), goal=(100, 150)),
    Page("company", linked("companies:list", NUMBERED, "?municipality=371")),
    Page("premises", at("premises:list")),
    Page("premises, one", linked("premises:list", NUMBERED)),
    Page("clusters", at("clusters:list")),
    Page("cluster", linked("clusters:list", NAMED)),
    Page("events", at("clusters:events")),
    Page("event", linked("clusters:events", NUMBERED)),
    Page("news", at("exchange:news")),
    Page("coaching start", at("coaching:start")),
    Page("question 1", at("coaching:question", 1)),
    Page("contact", at("portal:contact")),
    Page("data protection", at("portal:privacy")),
    Page("sign-in", at("account_login")),
    Page("API companies", at("api:companies")),
    Page("API companies, words", asked("api:companies", SEARCHES[:12])),
    Page("API companies.geojson", at("api:companies_geojson")),
    Page("API premises", at("api:premises")),
    Page("API clusters", at("api:clusters")),
    Page("API events", at("api:events")),
    Page("news.rss", at("news_feed")),
    Page("premises.rss", at("premises_rss")),
    Page("events.ics", at("events_feed")),
    Page("sitemap.xml", at("sitemap")),
    Page("sitemap, last part", lambda: [_address("sitemap_part", part_count())]),
    Page("space (founder)", at("portal:space"), "founder"),
    Page("my day (coach)", at("admin:index"), "coach", MOST_MY_DAY),
    Page("my day (manager)", at("admin:index"), "manager", MOST_MY_DAY),
    Page("staff: organisations", at("admin:companies_organisation_changelist"), "manager", MOST_STAFF),
    Page("staff: organisations, words", asked("admin:companies_organisation_changelist", STAFF_SEARCHES), "manager", MOST_STAFF),
    Page("staff: requests", at("admin:coaching_coachingrequest_changelist"), "manager", MOST_STAFF),
    Page("staff: files", at("admin:coaching_casefile_changelist"), "coach", MOST_STAFF),
    Page("staff: file with 500 entries", long_file, "coach", MOST_FILE),
    Page("staff: board of the files", at("admin:coaching_casefile_board"), "manager", MOST_STAFF),
    Page("staff: ledger", at("admin:coaching_timeentry_changelist"), "manager", MOST_STAFF),
    Page("staff: outbox", at("admin:mailing_outgoingmail_changelist"), "manager", MOST_STAFF),
    Page("staff: planned mails", at("admin:mailing_planned"), "manager", MOST_STAFF),
)  # fmt: skip


def session_cookie(role: str) -> dict[str, str]:
    """A signed-in session of the demo's person of that role, as a request header."""
    account = next(account for account in CAST if account.role == role)
    client = Client(SERVER_NAME="localhost")
    response = client.post(reverse("demo:enter"), {"email": account.email})
    if response.status_code != HTTPStatus.FOUND:
        msg = f"the demo could not sign in a {role}: seed it with `manage.py seed_demo`"
        raise RuntimeError(msg)
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
