"""A1: every route of the resolver, for every role, with records of one's own, of others and missing ones, GET and POST.

Who is not admitted by ``accounts/routes.toml`` and ``accounts/matrix.toml`` gets the 404 of a missing record, a visitor is
asked to sign in, and the admitted get their page.
"""

import logging
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from copy import copy
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from promo_portal.accounts import rights
from promo_portal.accounts.enums import ADMIN_ROLES, SECOND_FACTOR_ROLES, Role
from promo_portal.accounts.routes import ROUTES, Entry, Route, all_routes, table
from promo_portal.core.access import is_public
from promo_portal.regions.models import Association, Municipality
from tests import factories
from tests.client import rendering_unwatched
from tests.house.scenery import MISSING, Addresses, World

ROLES = list(Role)
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
# F11: opening an address changes nothing but the session, the record of who looked, counts of tries, and (in one's own
# account) the note that recovery codes were seen.
MAY_CHANGE_ON_GET = {"django_session", "usersessions_usersession", "audit_accesslog", "core_claim", "mfa_authenticator"}
WORKED = {200, 301, 302, 303, 400, 405, 409, 410, 415, 422, 429, 503}


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """Thousands of requests are not worth a line each."""
    logging.disable(logging.ERROR)
    with rendering_unwatched():
        yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(cep: Association, seeland: Association, tavannes: Municipality, nidau: Municipality) -> World:
    return World.build(cep, seeland, tavannes, nidau)


def missing_entries(routes: list[Route], entries: dict[str, Entry]) -> list[str]:
    """What to add to the table, one line per route."""
    return [f'add to {ROUTES.name}: "{route.name}" = …' for route in routes if route.name not in entries]


def test_every_route_has_an_entry() -> None:
    assert missing_entries(all_routes(), table()) == []
    assert len(all_routes()) >= 120


def test_control_a_route_without_an_entry_is_reported() -> None:
    forgotten = Route("coaching:forgotten", frozenset(), lambda request: None)

    assert missing_entries([*all_routes(), forgotten], table()) == ['add to routes.toml: "coaching:forgotten" = …']


def test_no_entry_outlives_its_route() -> None:
    known = {route.name for route in all_routes()}
    demo_only = {name for name in table() if name.startswith("demo:")}

    assert sorted(set(table()) - known - demo_only - _made_by_patterns()) == []


def _made_by_patterns() -> set[str]:
    """Names that an ``admin:app_model_*`` entry spreads to, where the model is registered."""
    return {name for name in table() if name.startswith("admin:") and name.endswith(("_add", "_delete"))}


def test_public_routes_are_marked_public_in_the_code_and_others_are_not() -> None:
    marked = {route.name for route in all_routes() if is_public(route.view)}
    listed = {name for name, entry in table().items() if entry.access in {"public", "door"}}
    known = {route.name for route in all_routes()}

    assert marked == listed & known


def test_every_route_with_parameters_has_arguments(world: World) -> None:
    unknown = []
    for route in all_routes():
        try:
            world.addresses(route.name, route.parameters, Role.MANAGER)
        except KeyError:
            unknown.append(f"tests/house/scenery.py: arguments for {route.name}{sorted(route.parameters)}")

    assert unknown == []


class Walker:
    """One person's browser; every request is undone, so that no page depends on the one before."""

    def __init__(self, world: World, role: Role | None, *, secure: bool = False) -> None:
        self.secure = secure
        self.world, self.role, self.client = world, role, Client(raise_request_exception=True)
        self.seen: Counter[str] = Counter()
        self.faults: list[str] = []
        self.written_on_get: set[str] = set()
        self.missing: dict[str, HttpResponse] = {}
        if role is None:
            factories.sign_in(self.client, factories.UserFactory(email="niemand@exemple.example"))
        elif role != Role.VISITOR:
            factories.sign_in(self.client, world.people[role])
        session = self.client.session
        session["account_authentication_methods"] = [
            {**record, "at": time.time()} for record in session.get("account_authentication_methods", [])
        ]
        session.save()
        self.cookies = copy(self.client.cookies)

    def ask(self, method: str, url: str) -> HttpResponse:
        """Send a request and take back what it did."""
        self.client.cookies = copy(self.cookies)
        with transaction.atomic():
            with connection.execute_wrapper(self._notice) if method == "get" else nullcontext():
                answer: HttpResponse = getattr(self.client, method)(url, secure=self.secure)
                if answer.streaming:  # read while its rows exist
                    answer = HttpResponse(
                        b"".join(answer),  # type: ignore[arg-type]
                        status=answer.status_code,
                        headers=dict(answer.items()),
                    )
            transaction.set_rollback(True)
        self.seen[method] += 1
        return answer

    def _notice(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.search(sql)
        if found:
            self.written_on_get.add(found[1])
        return execute(sql, params, many, context)

    def admitted(self, entry: Entry) -> bool:
        return entry.admits(self.role) if self.role else entry.access in {"public", "door", "signed-in", "enrolment"}

    def judge(self, route: Route, entry: Entry, methods: tuple[str, ...] = ("get", "post")) -> None:
        """Walk a route with everything there is to put into its address."""
        with transaction.atomic():
            places = self.world.addresses(route.name, route.parameters, self.role or Role.VISITOR)
            for method in methods:
                self._own(route, entry, places, method)
                self._others(route, entry, places, method)
            transaction.set_rollback(True)

    def _own(self, route: Route, entry: Entry, places: Addresses, method: str) -> None:
        if places.own is None:
            return
        url = _url(route, places.own)
        answer = self.ask(method, url)
        if entry.access == "door" or route.name.startswith("demo:"):  # the demo also shows what errors look like
            fine = answer.status_code in WORKED | {403, 404}
        elif not self.admitted(entry):
            fine = self._turned_away(answer, route, places, method)
        elif entry.access == "staff-some" or (method == "post" and entry.access in {"signed-in", "enrolment"}):
            fine = answer.status_code in WORKED | {404}
        else:
            fine = answer.status_code in WORKED and not _asks_to_sign_in(answer)
            fine = fine or (answer.status_code == HTTPStatus.NOT_FOUND and self._needs_more(route, entry, method))
        self._note(fine, route, "own", method, answer)

    def _needs_more(self, route: Route, entry: Entry, method: str) -> bool:
        """Pages that show something only in the course of a journey, such as the picture of an app being enrolled."""
        reads_only = entry.access == "public" or entry.act == "read"  # there is nothing to post to
        posted = method == "post" and (reads_only or route.name in NEED_A_CHOICE)
        return entry.access == "enrolment" or route.name in JOURNEYS or posted

    def _others(self, route: Route, entry: Entry, places: Addresses, method: str) -> None:
        for kind, arguments in (("foreign", places.foreign), ("missing", places.missing)):
            if arguments is None:
                continue
            if kind == "missing" and f"{method} {route.name}" in self.missing:
                answer = self.missing[f"{method} {route.name}"]  # asked for already, to compare another one with it
            else:
                answer = self.ask(method, _url(route, arguments))
            if self.role == Role.VISITOR and entry.access not in {"public", "door"}:
                fine = _asks_to_sign_in(answer)
            else:
                fine = answer.status_code in {404, 405} or (route.name in FORGIVING and answer.status_code in WORKED)
                if kind == "foreign":
                    fine = fine and self._same_as_missing(answer, route, places, method)
            self._note(fine, route, kind, method, answer)

    def _turned_away(self, answer: HttpResponse, route: Route, places: Addresses, method: str) -> bool:
        if self.role == Role.VISITOR:
            return _asks_to_sign_in(answer)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return True
        return answer.status_code == HTTPStatus.NOT_FOUND and self._same_as_missing(answer, route, places, method)

    def _same_as_missing(self, answer: HttpResponse, route: Route, places: Addresses, method: str) -> bool:
        if places.missing is None:
            return True
        key = f"{method} {route.name}"
        if key not in self.missing:
            self.missing[key] = self.ask(method, _url(route, places.missing))
        missing = self.missing[key]
        return missing.status_code == answer.status_code and _plain(missing) == _plain(answer)

    def _note(self, fine: bool, route: Route, kind: str, method: str, answer: HttpResponse) -> None:
        self.seen[kind] += 1
        if not fine:
            self.faults.append(
                f"{route.name} {method.upper()} {kind}: {answer.status_code} {answer.headers.get('Location', '')}"
            )


# Routes whose page exists only with something begun (a draft in the browser, recovery codes, an open challenge).
JOURNEYS = {
    "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_deactivate_totp", "account_change_password",
}  # fmt: skip
# Posts that answer 404 to a choice that does not exist, hence to none.
NEED_A_CHOICE = {"admin:mailing_failed", "admin:mailing_planned", "admin:premises_spacesearch_match"}
UNNAMED = {"admin:view": "/admin/regions/canton/7/", "admin:catch_all_view": "/admin/nothing/here/"}
# Public routes that answer a broken address with a friendly page.
FORGIVING = {"coaching:confirm", "coaching:follow", "coaching:resume_link", "coaching:withdraw", "coaching:question"}


def _url(route: Route, arguments: dict[str, Any]) -> str:
    return UNNAMED.get(route.name) or reverse(route.name, kwargs=arguments)


def _asks_to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == HTTPStatus.FOUND and answer["Location"].startswith(reverse(settings.LOGIN_URL))


def _plain(answer: HttpResponse) -> str:
    """A page without what differs by itself: the address it was asked by, and form tokens."""
    text = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return re.sub(r"(/[\w%.@+~:-]+)+/?", "", text)


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.endurance)], ids=["short", "long"])
@pytest.mark.parametrize("role", [*ROLES, None], ids=lambda role: role or "nobody in particular")
def test_every_door_is_open_to_whom_the_matrix_names_and_to_nobody_else(
    role: Role | None, whole: bool, world: World
) -> None:
    """In the short run something is posted to every second closed door only, to another half of them by the next role."""
    walker = Walker(world, role)
    routes = [route for route in all_routes() if route.name in table()]
    turn = [*ROLES, None].index(role)

    for place, route in enumerate(routes):
        entry = table()[route.name]
        posts = whole or walker.admitted(entry) or (place + turn) % 2 == 0
        walker.judge(route, entry, ("get", "post") if posts else ("get",))

    assert not walker.faults, "\n".join(walker.faults)
    assert walker.written_on_get <= MAY_CHANGE_ON_GET
    assert walker.seen["get"] >= len(routes) - 15
    assert walker.seen["own"] >= (2 if whole else 1.4) * len(routes) - 30
    assert walker.seen["foreign"] >= 30
    assert walker.seen["missing"] >= 60


@pytest.mark.parametrize("role", [Role.FOUNDER, Role.OFFICER, Role.ADMINISTRATOR, None])
def test_control_a_door_left_open_is_seen(role: Role | None, world: World) -> None:
    """A1's control."""
    with override_settings(ROOT_URLCONF="tests.security.failing_urls"):
        walker = Walker(world, role)
        walker.judge(Route("leak", frozenset(), lambda request: None), Entry("object", "case note", "write"))

    assert [fault.split(":")[0] for fault in walker.faults] == ["leak GET own", "leak POST own"]


def test_control_a_foreign_record_that_lies_open_is_seen(world: World) -> None:
    """A1's control: the sweep asks for records of others."""
    own, foreign = ({"pk": user.pk} for user in world.rows["accounts_user"])
    with override_settings(ROOT_URLCONF="tests.security.failing_urls"):
        walker = Walker(world, Role.COACH)
        route = Route("leak_row", frozenset({"pk"}), lambda request: None)
        places = Addresses(own, foreign, {"pk": MISSING})
        walker._others(route, Entry("object", "people", "read"), places, "get")

    assert walker.faults == ["leak_row GET foreign: 200 "]


def test_control_a_page_that_changes_something_when_opened_is_seen(world: World) -> None:
    """F11's control: of the sweep's look at what opening writes."""
    with override_settings(ROOT_URLCONF="tests.security.failing_urls"):
        walker = Walker(world, Role.COACH)
        walker.ask("get", "/write/")

    assert "accounts_user" in walker.written_on_get - MAY_CHANGE_ON_GET


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_ROLES))
def test_before_the_second_factor_nothing_but_enrolment_opens(role: Role, world: World) -> None:
    """F15: neither admin nor export nor any other page."""
    client = Client()
    factories.sign_in(client, world.people[role], second_factor=False)
    closed = [route for route in all_routes() if table()[route.name].access not in {"public", "door", "enrolment"}]

    for route in closed:
        places = world.addresses(route.name, route.parameters, role)
        url = _url(route, places.own or places.missing or {})
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code == HTTPStatus.FOUND, route.name
            assert answer["Location"].split("?")[0] == reverse("mfa_reauthenticate"), route.name

    assert len(closed) >= 60


def test_control_if_any_session_counted_as_proved_the_doors_would_stand_open(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F15's control."""
    monkeypatch.setattr(rights, "second_factor_passed", lambda request: True)
    client = Client()
    factories.sign_in(client, world.people[Role.COACH], second_factor=False)

    assert client.get(reverse("admin:index")).status_code == HTTPStatus.OK


UNKNOWN = [
    "/fr/nulle-part/",
    "/admin/nulle-part/",
    "/admin",
    "/espace",
    "/fr/compte/nulle-part/",
    "/x.php",
    "/fr/coaching/dossier/1/x/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("path", UNKNOWN)
def test_a_visitor_is_asked_to_sign_in_whether_a_page_exists_or_not(path: str) -> None:
    assert _asks_to_sign_in(Client().get(path))
    assert _asks_to_sign_in(Client().post(path))


@pytest.mark.django_db
def test_addresses_that_django_mends_into_public_pages_are_mended() -> None:
    assert Client().get("/coaching", headers={"accept-language": "fr"})["Location"].startswith("/fr/coaching")
    assert Client().get("/fr/coaching")["Location"] == "/fr/coaching/"
    assert Client().get("/static/missing.css").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("role", sorted(ADMIN_ROLES))
def test_every_admin_page_of_the_role_opens(role: Role, world: World) -> None:
    walker = Walker(world, role)
    opened = 0
    for route in all_routes():
        entry = table()[route.name]
        if not route.name.startswith("admin:") or entry.access != "object" or not entry.admits(role):
            continue
        if not route.name.endswith(("_changelist", "_change", "_add", "_history")):
            continue
        places = world.addresses(route.name, route.parameters, role)
        if places.own is None:
            continue
        answer = walker.ask("get", _url(route, places.own))
        assert answer.status_code == HTTPStatus.OK, f"{route.name}: {answer.status_code}"
        opened += 1

    assert opened >= 12
