"""Whatever people or robots send: a page that says what is wrong, nothing half-saved, never a fault of ours.

The forms are those that the portal's own pages show, found by opening every route as every kind of person.
"""

import gc
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from coaching.links import BROWSER, CONFIRM, DAYS, FOLLOW, PROVED, RESUME
from promo_portal.accounts.enums import Role
from promo_portal.accounts.routes import Route, all_routes, table
from promo_portal.core import clock, links
from promo_portal.mailing.models import OutgoingMail
from tests import factories
from tests.client import rendering_unwatched
from tests.coaching import factories as coaching
from tests.coaching.conftest import some_address
from tests.house.scenery import World

SOMEBODY_WITH_A_DRAFT = "draft"
PEOPLE = (Role.VISITOR, SOMEBODY_WITH_A_DRAFT, Role.FOUNDER, Role.COACH, Role.MANAGER, Role.ADMINISTRATOR)
# Nearly all forms of the staff are the same for every role: a short run gives each to the first of these who is offered
# it; a long one to all.
ORDER = (Role.MANAGER, Role.ADMINISTRATOR, Role.COACH, Role.FOUNDER, SOMEBODY_WITH_A_DRAFT, Role.VISITOR)
BEFORE: dict[str, tuple[str, ...]] = {person: ORDER[:number] for number, person in enumerate(ORDER)}
HOSTILE = {
    "html": '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7|add:7 }}{% now "Y" %}',
    "quotes": "O'Connor \"; DROP TABLE accounts_user; -- \\ % _ '' $$",
    "nul": "a\x00b",
    "right to left": "\u202egnp.exe\u202c \u200f\u200e",
    "emoji": "👩🏽‍🔧🇨🇭" * 10,
    "long": "x" * 5_000,
    "header": "a@b.example\r\nBcc: victim@elsewhere.example\r\n\r\nHello",
    "surrogates and blanks": "\ufeff\u00a0\u2028\u2029\t\x0b ",
    "number": "99999999999999999999999999",
    "date": "31.02.0000",
    "nothing": "",
}
TOKEN = "kWb3Zq9T" * 4
ANSWERS = {200, 302, 400, 404, 405, 409, 413, 422, 429}
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM|COPY) "?(\w+)')
NOT_ROWS_OF_OURS = ("django_session", "core_claim", "usersessions", "audit_accesslog", "_event", "context")
NOT_HERE = {"demo:clock_move"}  # lives through days, each in transactions of its own: not within a test's
# Harmless choices, where a token would make every page personal; and the one click of mail programs (RFC 8058), whose
# address is signed.
WITHOUT_TOKEN = {"portal:theme", "portal:language", "companies:entry_stop", "companies:alert_stop"}


class FormsOfAPage(HTMLParser):
    """The posting forms of a page, each with its fields as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str], set[str]]] = []
        self._open: tuple[str, dict[str, str], set[str]] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_post = found.get("method", "").lower() == "post"
            self._open = (found.get("action", ""), {}, set()) if is_post else None
        if self._open is None:
            return
        _action, values, typed = self._open
        name = found.get("name", "")
        if tag == "input" and name:
            self._input(found, name, values, typed)
        elif tag == "textarea" and name:
            values[name] = ""
            typed.add(name)
        elif tag == "select":
            self._select = name
            values.setdefault(name, "")
            typed.add(name)
        elif tag == "option" and self._select and ("selected" in found or not values[self._select]):
            values[self._select] = found.get("value", "")
        elif tag == "button" and name:
            values.setdefault(name, found.get("value", ""))

    def _input(self, found: dict[str, str], name: str, values: dict[str, str], typed: set[str]) -> None:
        kind = found.get("type", "text")
        if kind in {"radio", "checkbox"}:
            values.setdefault(name, found.get("value", "on"))
            typed.add(name)
        elif kind not in {"submit", "button", "image", "file"}:
            values[name] = found.get("value", "")
            if kind != "hidden":
                typed.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._open is not None:
            self.forms.append(self._open)
            self._open = None
        if tag == "select":
            self._select = ""


@dataclass
class Form:
    """A form of the portal, and who was offered it."""

    person: str
    action: str
    route: str
    values: dict[str, str]
    typed: set[str]

    @property
    def key(self) -> tuple[str, frozenset[str]]:
        """What makes it the same form as another: where it goes, and its fields."""
        place = urlsplit(self.action).path if self.route == "coaching:question" else self.route
        return place, frozenset(self.typed | self.values.keys())

    @property
    def name(self) -> str:
        return f"{self.person}: {self.route}({', '.join(sorted(self.typed)) or 'a press'})"

    def filled(self, text: str) -> dict[str, str]:
        """What is typed is replaced, what the page holds ready stays."""
        return {**self.values, **dict.fromkeys(self.typed, text)}


@dataclass(frozen=True)
class Page:
    """A page that opened: its address, what kind of answer it is, and the forms it offers."""

    route: Route
    url: str
    kind: str
    forms: list[Form]


class Writing:
    """Notes whether anything is written into tables of ours; only then rows need counting."""

    def __init__(self) -> None:
        self.seen = False
        self._wrapper = connection.execute_wrapper(self._notice)

    def __enter__(self) -> Self:
        self._wrapper.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._wrapper.__exit__(None, None, None)

    def _notice(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen = self.seen or any(
            not any(word in name for word in NOT_ROWS_OF_OURS) for name in WRITES.findall(str(sql))
        )
        return execute(sql, params, many, context)


@dataclass
class Portal:
    """The world with a browser for each kind of person."""

    world: World
    token: str
    browsers: dict[str, Client] = field(default_factory=dict)
    strict: dict[str, Client] = field(default_factory=dict)
    rows_before: dict[str, int] = field(default_factory=dict)  # always the same: every request is taken back
    rows_after: dict[str, int] = field(default_factory=dict)
    _pages: dict[str, list[Page]] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World, token: str) -> "Portal":
        portal = cls(world, token)
        for person in PEOPLE:
            for clients, checks in ((portal.browsers, False), (portal.strict, True)):
                client = Client(enforce_csrf_checks=checks, raise_request_exception=False, REMOTE_ADDR=some_address())
                if person == SOMEBODY_WITH_A_DRAFT:
                    client.cookies["coaching"] = token
                elif person != Role.VISITOR:
                    factories.sign_in(client, world.people[Role(person)])
                client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
                clients[person] = client
        portal.count()
        return portal

    def count(self) -> None:
        """Note the rows that every request begins with."""
        self.rows_before = self.rows_after = rows()

    def ask(
        self,
        person: str,
        method: str,
        url: str,
        data: Any = None,
        *,
        strict: bool = False,
        **more: Any,
    ) -> HttpResponse:
        """One request in a browser that remembers nothing of it, in a transaction that is taken back."""
        client = (self.strict if strict else self.browsers)[person]
        client.cookies = copy(client.cookies)
        before = copy(client.cookies)
        with taken_back(), Writing() as writing:
            answer: HttpResponse = getattr(client, method)(url, data, **more)
            _ = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            self.rows_after = rows() if writing.seen else self.rows_before
        client.cookies = before
        return answer

    def changed(self) -> dict[str, int]:
        """Tables that have more or fewer rows since the request."""
        return {
            name: self.rows_after[name] - count
            for name, count in self.rows_before.items()
            if self.rows_after[name] != count
        }

    def pages(self, person: str, *, whole: bool = True) -> list[Page]:
        """Every page that the person can open, walked once; not ``whole``: without those that somebody before opens."""
        if person not in self._pages:
            self._pages[person] = list(self._walk(person))
            self.count()  # the addresses may have needed rows
        if whole:
            return self._pages[person]
        known = {page.route.name for before in BEFORE[person] for page in self.pages(before)}
        return [page for page in self._pages[person] if page.route.name not in known]

    def _walk(self, person: str) -> Iterator[Page]:
        role = Role(person) if person != SOMEBODY_WITH_A_DRAFT else Role.VISITOR
        for route in all_routes():
            if route.name not in table():
                continue
            for arguments in self._arguments(route, role):
                url = _url(route, arguments)
                if url and (answer := self.ask(person, "get", url)).status_code == HTTPStatus.OK:
                    kind = answer.get("Content-Type", "")
                    yield Page(route, url, kind, list(self._forms(person, url, answer)) if "html" in kind else [])

    def _arguments(self, route: Route, role: Role) -> list[dict[str, Any]]:
        if route.name == "coaching:question":
            return [{"number": number} for number in range(1, 7)]
        try:
            own = self.world.addresses(route.name, route.parameters, role).own
        except (KeyError, StopIteration):
            return []
        return [own] if own is not None else []

    def _forms(self, person: str, url: str, answer: HttpResponse) -> Iterator[Form]:
        parser = FormsOfAPage()
        parser.feed(answer.content.decode())
        for action, values, typed in parser.forms:
            target = urljoin(url, action)
            try:
                name = resolve(urlsplit(target).path).view_name
            except Resolver404:
                raise AssertionError(f"a form of {url} leads to {target}, which does not exist") from None
            ready = {key: value for key, value in values.items() if key != "csrfmiddlewaretoken"}
            yield Form(person, target, name, ready, typed)

    def forms(self, person: str, *, whole: bool = True) -> list[Form]:
        """Every posting form on those pages, each once; not ``whole``: without those that somebody before is offered."""
        found: dict[tuple[str, frozenset[str]], Form] = {}
        for page in self.pages(person):
            for form in page.forms:
                if form.route not in NOT_HERE:
                    found.setdefault(form.key, form)
        if not whole:
            for before in BEFORE[person]:
                for form in self.forms(before):
                    found.pop(form.key, None)
        return list(found.values())


def _url(route: Route, arguments: dict[str, Any]) -> str:
    if route.name in {"admin:catch_all_view", "admin:view"}:
        return ""
    return reverse(route.name, kwargs=arguments)


def rows() -> dict[str, int]:
    """How many rows each table of ours holds (sessions, limits and logs of reading apart)."""
    names = [
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.managed and not any(word in model._meta.db_table for word in NOT_ROWS_OF_OURS)
    ]
    counts = ", ".join(f'(SELECT count(*) FROM "{name}")' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return dict(zip(names, cursor.fetchone(), strict=True))


@contextmanager
def taken_back() -> Iterator[None]:
    """A transaction that leaves nothing, within which our own outermost transactions may begin as in a test case."""
    outer = transaction.atomic()
    outer._from_testcase = True  # type: ignore[attr-defined]
    with outer:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def portal(django_db_setup: None, django_db_blocker: Any) -> Iterator[Portal]:
    """Everything is made once and walked once: each request is taken back, so nothing of it reaches the next."""
    with django_db_blocker.unblock(), taken_back():
        cep, seeland = (factories.AssociationFactory(code=code) for code in ("cep", "seeland"))
        tavannes = factories.MunicipalityFactory(bfs=713, official_name="Tavannes", district__region__association=cep)
        nidau = factories.MunicipalityFactory(bfs=743, official_name="Nidau", district__region__association=seeland)
        world = World.build(cep, seeland, tavannes, nidau)
        begun = coaching.draft(email="hostile@exemple.example", now=clock.now())
        gc.freeze()  # a world that stays need not be searched for rubbish after every few requests
        with rendering_unwatched():
            yield Portal.of(world, links.sign(BROWSER, f"{begun.key}{PROVED}", days=DAYS[BROWSER]))


def faults_of(answer: HttpResponse, what: str, text: str = "") -> list[str]:
    """What is wrong with an answer, whatever was asked."""
    found = []
    if answer.status_code not in ANSWERS:
        found.append(f"{what}: {answer.status_code}")
    if "html" not in answer.get("Content-Type", "") or not answer.content:
        return found
    page = answer.content.decode()
    if "<html lang=" not in page and not page.lstrip().startswith("<div"):  # a part that htmx puts into a page
        found.append(f"{what}: a page without language, {page[:60]!r}")
    if text and "<script>alert(1)" in page:
        found.append(f"{what}: shows what was sent as markup")
    if text and "14{% now" in page:
        found.append(f"{what}: runs what was sent as a template")
    return found


RUNS = pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.endurance)], ids=["short", "long"])


def some_of(values: Iterable[Any], number: int, *, whole: bool) -> list[Any]:
    """All values, or in a short run every third one: another part for each form or page in turn."""
    return [value for place, value in enumerate(values) if whole or (place + number) % 3 == 0]


@RUNS
@pytest.mark.parametrize("person", PEOPLE)
def test_hostile_text_is_answered_in_words_and_leaves_nothing_half_saved(
    person: str, whole: bool, portal: Portal
) -> None:
    faults: list[str] = []

    for number, form in enumerate(portal.forms(person, whole=whole)):
        for kind, text in some_of(HOSTILE.items(), number, whole=whole):
            what = f"{form.name}, {kind}"
            answer = portal.ask(person, "post", form.action, form.filled(text))
            faults += faults_of(answer, what, text)
            if answer.status_code not in {200, 302} and portal.changed():
                faults.append(f"{what}: refused with {answer.status_code}, yet rows changed: {portal.changed()}")
            if answer.status_code == 422 and "Erreur" not in answer.content.decode().split("</title>")[0]:
                faults.append(f"{what}: refused, yet the title does not say so")

    assert not faults, "\n".join(faults)
    assert len(portal.forms(person)) >= LEAST_FORMS[person]


LEAST_FORMS = {
    Role.VISITOR: 7,
    SOMEBODY_WITH_A_DRAFT: 12,
    Role.FOUNDER: 10,
    Role.COACH: 14,
    Role.MANAGER: 20,
    Role.ADMINISTRATOR: 14,
}


@RUNS
@pytest.mark.parametrize("person", PEOPLE)
def test_a_field_of_ten_megabytes_is_refused_in_words(person: str, whole: bool, portal: Portal) -> None:
    faults: list[str] = []
    flood = "x" * 10_000_000

    for form in portal.forms(person, whole=whole):
        name = min(form.typed or form.values.keys() or {"more"})
        sent = {"csrfmiddlewaretoken": TOKEN, **form.values, name: flood}
        answer = portal.ask(person, "post", form.action, sent, strict=True)
        if answer.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE or b"<h1>" not in answer.content:
            faults.append(f"{form.name}: {answer.status_code} {answer.content[:80]!r}")
        if portal.changed():
            faults.append(f"{form.name}: rows changed: {portal.changed()}")

    assert not faults, "\n".join(faults)


@RUNS
@pytest.mark.parametrize("person", PEOPLE)
def test_a_form_without_its_token_changes_nothing_and_says_why(person: str, whole: bool, portal: Portal) -> None:
    faults: list[str] = []
    refused = 0

    for form in portal.forms(person, whole=whole):
        if form.route in WITHOUT_TOKEN:
            continue
        for token in ({}, {"csrfmiddlewaretoken": "x" * 64}, {"csrfmiddlewaretoken": "\x00é"}):
            answer = portal.ask(person, "post", form.action, {**form.values, **token}, strict=True)
            refused += 1
            if answer.status_code != HTTPStatus.FORBIDDEN or b"<h1>" not in answer.content:
                faults.append(f"{form.name} with {token}: {answer.status_code}")
            if portal.changed():
                faults.append(f"{form.name} with {token}: rows changed: {portal.changed()}")

    assert not faults, "\n".join(faults)
    assert refused >= 3 * (LEAST_FORMS[person] - len(WITHOUT_TOKEN)) or not whole


@RUNS
@pytest.mark.parametrize("person", PEOPLE)
def test_a_form_sent_twice_is_answered_twice(person: str, whole: bool, portal: Portal) -> None:
    faults: list[str] = []

    for form in portal.forms(person, whole=whole):
        client = portal.browsers[person]
        before = copy(client.cookies)
        with taken_back():
            first = client.post(form.action, form.values)
            saved = rows()
            second = client.post(form.action, form.values)
            faults += faults_of(first, f"{form.name}, first") + faults_of(second, f"{form.name}, second")
            if second.status_code not in {200, 302} and rows() != saved:
                faults.append(f"{form.name}: refused the second time, yet rows changed")
        client.cookies = before

    assert not faults, "\n".join(faults)


QUERIES = (
    "zzz=1&amp;=%zz&&=",
    "page=abc",
    "page=-1",
    "page=99999999999999999999",
    "q=%00",
    "q=" + "x" * 3000,
    "o=99.-99.x&p=zz&e=1&_popup=1&_to_field=password",
    "municipality=%00%F0%9F%9A%B2&place=%00",
    "next=https://elsewhere.example/&return=check",
    "next=//elsewhere.example&group=zz&team=zz&state__exact=zz&id__exact=%00&lead__id__exact=zz",
)


@RUNS
@pytest.mark.parametrize("person", PEOPLE)
def test_unknown_and_broken_parameters_never_break_a_page(person: str, whole: bool, portal: Portal) -> None:
    faults: list[str] = []
    asked = 0

    for number, page in enumerate(portal.pages(person, whole=whole)):
        for query in some_of(QUERIES, number, whole=whole):
            answer = portal.ask(person, "get", f"{page.url}?{query}")
            asked += 1
            faults += faults_of(answer, f"{page.route.name}?{query[:60]}")
            if answer.get("Location", "").startswith(("https://elsewhere", "//elsewhere")):
                faults.append(f"{page.route.name}?{query}: leads elsewhere")
            if portal.changed():
                faults.append(f"{page.route.name}?{query}: rows changed: {portal.changed()}")

    assert not faults, "\n".join(faults)
    assert asked >= 100 or not whole
    assert len(portal.pages(person)) * len(QUERIES) >= 100


def test_tokens_that_are_garbled_ended_or_of_another_purpose_open_nothing(portal: Portal) -> None:
    good = portal.world.token(FOLLOW)["token"]
    portal.count()
    key = good.split("~")[0]
    ended = {purpose: links.sign(purpose, key, days=-1) for purpose in (FOLLOW, CONFIRM, RESUME)}
    garbled = [
        good[:-1],
        good + "x",
        good.replace("~", "-"),
        good.upper(),
        "x" * 2000,
        "%00",
        "é",
        "..%2f..",
        "a~b~c",
        "~~",
    ]
    routes = {
        "coaching:follow": FOLLOW,
        "coaching:withdraw": FOLLOW,
        "coaching:confirm": CONFIRM,
        "coaching:resume_link": RESUME,
    }
    faults: list[str] = []
    asked = 0

    for name, purpose in routes.items():
        wrong = [sign for other, sign in ended.items() if other != purpose]
        for token in [*garbled, *wrong, ended[purpose]]:
            url = reverse(name, kwargs={"token": "TOKEN"}).replace("TOKEN", token)
            for method in ("get", "post"):
                answer = portal.ask(Role.VISITOR, method, url)
                asked += 1
                ours = {HTTPStatus.GONE, HTTPStatus.OK} if token == ended[purpose] else {HTTPStatus.NOT_FOUND}
                if answer.status_code not in ours and not (
                    answer.status_code == 302 and "compte" in answer["Location"]
                ):
                    faults.append(f"{name} {method} {token[:20]}: {answer.status_code}")
                changed = {
                    table: count for table, count in portal.changed().items() if table != OutgoingMail._meta.db_table
                }
                if changed:
                    faults.append(f"{name} {method} {token[:20]}: rows changed: {changed}")

    assert not faults, "\n".join(faults)
    assert asked >= 100


@RUNS
@pytest.mark.parametrize("language", ["fr", "de", "en"])
@pytest.mark.parametrize("person", [Role.VISITOR, Role.FOUNDER, Role.MANAGER])
def test_wrong_methods_get_a_page_of_the_house(person: str, language: str, whole: bool, portal: Portal) -> None:
    faults: list[str] = []
    refused = 0
    pages = [
        page for page in portal.pages(person) if page.kind.startswith("text/html")
    ]  # others refuse in their own form

    for number, page in enumerate(pages):
        for turn, method in enumerate(("put", "patch", "delete")):
            if not whole and (number + turn + len(language + person)) % 6:
                continue
            answer = portal.ask(person, method, page.url, headers={"accept": "text/html", "accept-language": language})
            if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                refused += 1
                if b"<h1>" not in answer.content:
                    faults.append(f"{page.route.name} {method}: an empty 405")
            elif answer.status_code not in ANSWERS | {HTTPStatus.FORBIDDEN}:
                faults.append(f"{page.route.name} {method}: {answer.status_code}")
            if portal.changed():
                faults.append(f"{page.route.name} {method}: rows changed: {portal.changed()}")

    assert not faults, "\n".join(faults)
    assert refused >= 5
