"""A list costs the same number of queries with one row and with twenty: every list of the portal, found in the registry
and named here.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.models import CaseNote, Task
from promo_portal.accounts.enums import Role
from promo_portal.audit.models import AccessLog, BreakGlass, Transition
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.mailing.models import AddressSuppression, MailHold, OutgoingMail
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.models import Absence, Deadline, Holiday, Reminder
from tests import factories
from tests.coaching import factories as coaching
from tests.house.scenery import World
from tests.security.rows import case_in

MORE = 19
MOST_PUBLIC, MOST_STAFF, MOST_MY_DAY = 12, 25, 15  # ux.md, section 7, and the figures of the spine
STAFF_IN_TURN = (Role.MANAGER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Listing:
    """A page with rows, and who opens it."""

    name: str
    role: Role
    path: Callable[[World], str]
    most: int = MOST_STAFF


def _of_case(page: str) -> Callable[[World], str]:
    return lambda world: reverse(f"admin:coaching_casefile_{page}", args=[world.case.pk])


def _plain(name: str, query: str = "") -> Callable[[World], str]:
    return lambda world: reverse(name) + query


def changelists() -> list[Listing]:
    """The list of every registered model, as the first of our staff who may see it."""
    found = []
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        found += [Listing(f"{name} as {role.value}", role, _plain(name)) for role in STAFF_IN_TURN]
    return found


NAMED = [
    Listing("My day of the manager", Role.MANAGER, _plain("admin:index"), MOST_MY_DAY),
    Listing("My day of the team", Role.MANAGER, _plain("admin:index", "?team=1"), MOST_MY_DAY),
    Listing("My day of a coach", Role.COACH, _plain("admin:index"), MOST_MY_DAY),
    Listing("staff search", Role.MANAGER, _plain("admin:search", "?q=Atelier")),
    Listing("journal of a file", Role.MANAGER, _of_case("change")),
    Listing("tasks of a file", Role.MANAGER, _of_case("tasks")),
    Listing("reminders of a file", Role.MANAGER, _of_case("reminders")),
    Listing("history of a file", Role.MANAGER, _of_case("history")),
    Listing("planned mails", Role.MANAGER, _plain("admin:mailing_planned")),
    Listing("failed mails", Role.MANAGER, _plain("admin:mailing_failed")),
    Listing("space of a founder", Role.FOUNDER, _plain("portal:space"), MOST_PUBLIC + 8),
    Listing(
        "file of a founder", Role.FOUNDER, lambda world: reverse("coaching:case", args=[world.case.pk]), MOST_PUBLIC + 8
    ),
    Listing("passkeys", Role.COACH, _plain("mfa_list_webauthn")),
    Listing("devices", Role.COACH, _plain("usersessions_list")),
    Listing("contact", Role.VISITOR, _plain("portal:contact", "?place=Tavannes"), MOST_PUBLIC),
    Listing("home", Role.VISITOR, _plain("portal:home", "?u=1"), MOST_PUBLIC),
    Listing("coaching start", Role.VISITOR, _plain("coaching:start", "?u=1"), MOST_PUBLIC),
]


def grow(world: World, tavannes: Municipality, numbers: Iterable[int]) -> None:
    """More of everything that a list shows."""
    here, people = world.here, world.people
    manager, coach, founder = people[Role.MANAGER], people[Role.COACH], people[Role.FOUNDER]
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    for number in numbers:
        case = case_in(here, tavannes, founder, coach, number=number, title=f"Atelier {number}")
        coaching.submitted(tavannes, now=clock.now(), email=f"personne{number}@exemple.example")
        with association_scope(here.pk):
            shared = {"association": here, "case_file": world.case}
            CaseNote.objects.create(**shared, author=coach, text=f"Note {number}", is_shared=number % 2 == 0)
            Task.objects.create(**shared, title=f"Tâche {number}", assignee=founder, due_on=date(2026, 11, 2))
            Task.objects.create(**shared, title=f"Suite {number}", assignee=coach, due_on=clock.today())
        deadline = Deadline.objects.create(
            association=here,
            subject_kind="coaching.casefile",
            subject_id=case.pk,
            kind="coaching.next_date",
            local_date=date(2027, 3, 1),
        )
        due_at = clock.now() + timedelta(days=3)
        for step in ("-7d", "-1d"):
            Reminder.objects.create(
                deadline=deadline, deadline_version=1, step=step, recipient=f"user:{coach.pk}", user=coach,
                due_at=due_at, expires_at=due_at + timedelta(days=5),
            )  # fmt: skip
        OutgoingMail.objects.create(
            idempotency_key=f"grown-{number}", kind="accounts.security_notice", mail_class="transactional", association=here,
            to_user=coach, to_address=coach.email, params={"event": "password_set"}, state="failed",
        )  # fmt: skip
        AddressSuppression.objects.create(email=f"perdu{number}@exemple.example", reason="bounced")
        MailHold.objects.create(kind=f"kind{number}", reason="Contrôle", until=clock.now() + timedelta(days=1))
        Holiday.objects.create(day=date(2027, 1, number), name=f"Pont {number}", association=here)
        person = factories.member("coach", here, first_name=f"Prénom{number}")
        Absence.objects.create(user=person, first_day=date(2026, 12, 21), last_day=date(2026, 12, 24))
        record = {"association_id": here.pk, "actor_id": manager.pk, "actor_name": str(manager), "at": at}
        subject = {"subject_kind": "coaching.casefile", "subject_id": case.pk}
        AccessLog.objects.create(**record, **subject)
        Transition.unscoped.create(**record, **subject)
        BreakGlass.objects.create(**record, reason="Contrôle", expires_at=at + timedelta(hours=1))
        Authenticator.objects.create(user=coach, type="webauthn", data={"name": f"Clé {number}", "credential": {}})


def counts(world: World, browsers: dict[Role, Client]) -> dict[str, int]:
    """Queries of each list that opens, after one visit that fills what is remembered between requests."""
    found = {}
    for listing in [*changelists(), *NAMED]:
        client, path = browsers[listing.role], listing.path(world)
        if client.get(path).status_code != HTTPStatus.OK:
            assert listing.name.startswith("admin:"), f"{listing.name} does not open"
            continue
        fresh = f"{path}{'&' if '?' in path else '?'}u={secrets.token_hex(4)}" if listing.role == Role.VISITOR else path
        with CaptureQueriesContext(connection) as captured:
            client.get(fresh)  # visitors' pages under an address that no cache knows
        found[listing.name] = sum("SAVEPOINT" not in query["sql"] for query in captured)
    return found


def test_every_list_costs_the_same_with_one_row_and_with_twenty(
    cep: Association, seeland: Association, tavannes: Municipality, nidau: Municipality
) -> None:
    world = World.build(cep, seeland, tavannes, nidau)
    browsers = {Role.VISITOR: Client()}
    for role in (Role.MANAGER, Role.ADMINISTRATOR, Role.COACH, Role.FOUNDER):
        browsers[role] = Client()
        factories.sign_in(browsers[role], world.people[role])

    grow(world, tavannes, [2])
    with_one = counts(world, browsers)
    grow(world, tavannes, range(3, 3 + MORE))
    with_twenty = counts(world, browsers)

    grown = {name: (one, with_twenty[name]) for name, one in with_one.items() if with_twenty[name] > one}
    most = {listing.name: listing.most for listing in [*changelists(), *NAMED]}
    costly = {name: count for name, count in with_twenty.items() if count > most[name]}
    print("\n".join(f"{count:4} {name}" for name, count in sorted(with_twenty.items(), key=lambda item: -item[1])))
    assert not grown, grown
    assert not costly, costly
    assert len(with_twenty) >= 30
