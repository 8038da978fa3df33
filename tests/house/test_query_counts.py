"""A list costs the same number of queries with one row and with twenty: every list of the portal, found in the registry
and named here.
"""

import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clusters.models import Event
from clusters.workflow.members import cover_step
from clusters.workflow.registrations import register
from coaching.models import CaseNote, Task
from companies.links import token_for
from companies.models import Campaign, CampaignRecipient, Contact, ImportRow
from premises.models import Enquiry, Match, Offer
from premises.titles import slug_of
from promo_portal.accounts.enums import Role
from promo_portal.audit.models import AccessLog, BreakGlass, Transition
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.mailing.models import AddressSuppression, MailHold, OutgoingMail
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.models import Absence, Deadline, Holiday, Reminder
from tests import factories
from tests.clusters import factories as cluster_factories
from tests.clusters import rows as clusters
from tests.clusters.conftest import answers
from tests.coaching import factories as coaching
from tests.coaching import rows
from tests.companies import factories as companies
from tests.house.scenery import World
from tests.premises import factories as premises
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


def _of_row(name: str, stem: str, *fields: str) -> Callable[[World], str]:
    return lambda world: reverse(name, args=[getattr(world.rows[stem][0], field) for field in fields])


def changelists() -> list[Listing]:
    """The list of every registered model, as the first of our staff who may see it."""
    found = []
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        found += [Listing(f"{name} as {role.value}", role, _plain(name)) for role in STAFF_IN_TURN]
    return found


def _stock(model: str) -> Callable[[World], str]:
    return lambda world: reverse(f"admin:premises_{model}_change", args=[world.rows[f"premises_{model}"][0].pk])


def _unit(world: World) -> str:
    hall = world.rows["premises_unit"][0]
    return reverse("premises:detail", args=[hall.pk, slug_of(hall, hall.building.site.municipality)])


def _compared(world: World) -> str:
    numbers = Offer.objects.order_by("pk").values_list("pk", flat=True)[:4]
    return f"{reverse('premises:compare')}?{'&'.join(f'o={number}' for number in numbers)}"


def _of_entry(name: str) -> Callable[[World], str]:
    return lambda world: reverse(name, args=[world.rows["companies_organisation"][0].pk])


def _of_campaign(page: str) -> Callable[[World], str]:
    return lambda world: reverse(f"admin:companies_campaign_{page}", args=[world.rows["companies_campaign"][0].pk])


def _planned_campaign(world: World) -> str:
    draft = Campaign.objects.filter(association=world.here, state="draft").first()
    draft = draft or companies.campaign(world.rows["companies_organisation"][0], state="draft", sent_at=None)
    return reverse("admin:companies_campaign_recipients", args=[draft.pk])


def _own_entry(world: World) -> str:
    return reverse("companies:entry", args=[token_for(world.company.pk, None, world.company.email)])


NAMED = [
    Listing("My day of the manager", Role.MANAGER, _plain("admin:index"), MOST_MY_DAY),
    Listing("My day of the team", Role.MANAGER, _plain("admin:index", "?team=1"), MOST_MY_DAY),
    Listing("My day of a coach", Role.COACH, _plain("admin:index"), MOST_MY_DAY),
    Listing("staff search", Role.MANAGER, _plain("admin:search", "?q=Atelier")),
    Listing("journal of a file", Role.MANAGER, _of_case("change")),
    Listing("tasks of a file", Role.MANAGER, _of_case("tasks")),
    Listing("reminders of a file", Role.MANAGER, _of_case("reminders")),
    Listing("history of a file", Role.MANAGER, _of_case("history")),
    Listing("proposed changes", Role.MANAGER, _plain("admin:companies_changeproposal_accept_all")),
    Listing(
        "rows of an import", Role.OFFICER, _of_row("admin:companies_importrun_change", "companies_importrun", "pk")
    ),
    Listing("changes of an entry", Role.MANAGER, _of_entry("admin:companies_changeproposal_decide")),
    Listing("a campaign", Role.MANAGER, _of_campaign("change")),
    Listing("recipients of a campaign", Role.MANAGER, _of_campaign("recipients")),
    Listing("calls of a campaign", Role.MANAGER, _of_campaign("phone")),
    Listing("plan of a campaign", Role.MANAGER, _planned_campaign),
    Listing("own entry", Role.VISITOR, _own_entry, MOST_PUBLIC + 4),
    Listing("quality of entries", Role.MANAGER, _plain("admin:companies_organisation_quality")),
    Listing("milestones of a file", Role.MANAGER, _of_case("milestones")),
    Listing("documents of a file", Role.MANAGER, _of_case("documents")),
    Listing("hours of a file", Role.MANAGER, _of_case("hours")),
    Listing("board of the files", Role.MANAGER, _plain("admin:coaching_casefile_board")),
    Listing("an annex", Role.MANAGER, _of_row("admin:coaching_annex_change", "coaching_annex", "pk")),
    Listing("funding keys", Role.MANAGER, _plain("admin:coaching_timeentry_keys")),
    Listing("specialists of a file", Role.MANAGER, _of_case("engagements")),
    Listing("specialists", Role.VISITOR, _plain("coaching:specialists", "?u=1"), MOST_PUBLIC),
    Listing("names to remove", Role.MANAGER, _plain("admin:coaching_coachingrequest_retention", "?show=later")),
    Listing("indicators", Role.MANAGER, _plain("admin:coaching_casefile_indicators")),
    Listing(
        "files behind an indicator",
        Role.MANAGER,
        lambda world: reverse("admin:coaching_casefile_indicator", args=["opened"]),
    ),
    Listing(
        "a later check", Role.MANAGER, _of_row("admin:coaching_outcomecheck_change", "coaching_outcomecheck", "pk")
    ),
    Listing("figures for the canton", Role.CANTON_OFFICER, _plain("coaching:canton_figures"), MOST_PUBLIC),
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
    Listing("clusters", Role.VISITOR, _plain("clusters:list", "?u=1"), MOST_PUBLIC),
    Listing("a cluster", Role.VISITOR, _of_row("clusters:detail", "clusters_cluster", "slug"), MOST_PUBLIC),
    Listing("events", Role.VISITOR, _plain("clusters:events", "?u=1"), MOST_PUBLIC),
    Listing("an event", Role.VISITOR, _of_row("clusters:event", "clusters_event", "pk", "slug"), MOST_PUBLIC),
    Listing("calendar", Role.VISITOR, _plain("events_feed", "?u=1"), MOST_PUBLIC),
    Listing("news", Role.VISITOR, _plain("exchange:news", "?u=1"), MOST_PUBLIC),
    Listing("news feed", Role.VISITOR, _plain("news_feed", "?u=1"), MOST_PUBLIC),
    Listing("check-in", Role.MANAGER, _of_row("admin:clusters_event_check_in", "clusters_event", "pk")),
    Listing(
        "a registration", Role.MANAGER, _of_row("admin:clusters_registration_change", "clusters_registration", "pk")
    ),
    Listing("a cluster for staff", Role.MANAGER, _of_row("admin:clusters_cluster_change", "clusters_cluster", "pk")),
    Listing("premises", Role.VISITOR, _plain("premises:list", "?u=1"), MOST_PUBLIC),
    Listing("plots", Role.VISITOR, _plain("premises:list", "?kind=plots"), MOST_PUBLIC),
    Listing("premises of a page", Role.VISITOR, _unit, MOST_PUBLIC),
    Listing("comparison", Role.VISITOR, _compared, MOST_PUBLIC),
    Listing("premises feed", Role.VISITOR, _plain("premises_rss"), MOST_PUBLIC),
    Listing("an offer", Role.OFFICER, _stock("offer")),
    Listing("a space search", Role.OFFICER, _stock("spacesearch")),
    Listing("an enquiry", Role.OFFICER, _stock("enquiry")),
    Listing("My day of an officer", Role.OFFICER, _plain("admin:index"), MOST_MY_DAY),
    Listing("coaching start", Role.VISITOR, _plain("coaching:start", "?u=1"), MOST_PUBLIC),
]


def grow(world: World, tavannes: Municipality, numbers: Iterable[int]) -> None:  # noqa: PLR0915 - a list of lists
    """More of everything that a list shows."""
    here, people = world.here, world.people
    manager, coach, founder = people[Role.MANAGER], people[Role.COACH], people[Role.FOUNDER]
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    for number in numbers:
        case = case_in(here, tavannes, founder, coach, number=number, title=f"Atelier {number}")
        coaching.submitted(tavannes, now=clock.now(), email=f"personne{number}@exemple.example")
        hall = premises.unit(tavannes, name=f"Halle {number}")
        on_offer = premises.offer(hall, confirmed_on=clock.today(), published_on=clock.today())
        premises.offer(premises.plot(tavannes, name=f"Champ {number}"), confirmed_on=clock.today() - timedelta(days=60))
        wanted = premises.search(tavannes, title=f"Recherche {number}")
        with association_scope(here.pk):
            Match.objects.create(association=here, search=wanted, offer=on_offer, score=80)
            Match.objects.create(
                association=here, search=world.rows["premises_spacesearch"][0], offer=on_offer, score=80
            )
            Match.objects.create(association=here, search=wanted, offer=world.rows["premises_offer"][0], score=70)
            for asked_about in (on_offer, world.rows["premises_offer"][0]):
                Enquiry.objects.create(
                    offer=asked_about, name=f"Personne {number}", email=f"p{number}@exemple.example", state="received",
                    received_at=clock.now(), answer_by=clock.today() - timedelta(days=1),
                )  # fmt: skip
        with association_scope(here.pk):
            shared = {"association": here, "case_file": world.case}
            CaseNote.objects.create(**shared, author=coach, text=f"Note {number}", is_shared=number % 2 == 0)
            Task.objects.create(**shared, title=f"Tâche {number}", assignee=founder, due_on=date(2026, 11, 2))
            Task.objects.create(**shared, title=f"Suite {number}", assignee=coach, due_on=clock.today())
        rows.parts_of(case, number=number)
        rows.more_of(world.case)
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
        _grow_clusters(world, tavannes, number)
        record = {"association_id": here.pk, "actor_id": manager.pk, "actor_name": str(manager), "at": at}
        subject = {"subject_kind": "coaching.casefile", "subject_id": case.pk}
        AccessLog.objects.create(**record, **subject)
        Transition.unscoped.create(**record, **subject)
        firm = companies.organisation(tavannes, name=f"Atelier {number} SA")
        twin = companies.organisation(tavannes, name=f"Atelier {number}")
        companies.proposal(firm, field="activities", proposed=companies.activity(f"26{number:02d}").code)
        companies.pair(firm, twin)
        companies.campaign(firm)
        companies.proposal(world.rows["companies_organisation"][0], field="street", proposed=f"Chemin {number}")
        CampaignRecipient.objects.create(
            campaign=world.rows["companies_campaign"][0], organisation=firm, state="unreachable", why="no_address"
        )
        Contact.objects.create(organisation=world.company, last_name=f"Nom{number}")
        companies.capability(f"capability-{number}")
        companies.import_run(firm)
        companies.job(here)
        ImportRow.objects.create(
            run=world.rows["companies_importrun"][0], number=number + 100, verdict="propose", name=firm.name,
            organisation=firm,
        )  # fmt: skip
        for kind in ("premises.enquiry", "premises.offer"):
            AccessLog.objects.create(**record, subject_kind=kind, subject_id=1)
        BreakGlass.objects.create(**record, reason="Contrôle", expires_at=at + timedelta(hours=1))
        Authenticator.objects.create(user=coach, type="webauthn", data={"name": f"Clé {number}", "credential": {}})


def _grow_clusters(world: World, tavannes: Municipality, number: int) -> None:
    """One more of everything, also within the cluster and the event that single pages show."""
    clusters.rows_in(world.here, tavannes, world.people[Role.MANAGER], number=number)
    cluster, event = world.rows["clusters_cluster"][0], world.rows["clusters_event"][0]
    for order in (number * 2, number * 2 + 1):
        step = cluster_factories.step(cluster, order)
        if order % 2:
            cover_step(membership=cluster_factories.member(cluster, tavannes), step=step)
    Event.objects.filter(pk=event.pk).update(capacity=99)
    register(event=event, answers=answers(f"hote{number}"), proved=True, now=clock.now())


def counts(world: World, browsers: dict[Role, Client], only: Collection[str] | None = None) -> dict[str, int]:
    """Queries of each list that opens, after one visit that fills what is remembered between requests."""
    found = {}
    for listing in [*changelists(), *NAMED]:
        if only is not None and listing.name not in only:
            continue
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
    cep: Association,
    seeland: Association,
    tavannes: Municipality,
    nidau: Municipality,
    settings: Any,
    fresh_cache: Callable[[], None],
) -> None:
    settings.HEALTH_SUMMARY_SECONDS = 3600  # the clockwork keeps it
    world = World.build(cep, seeland, tavannes, nidau)
    browsers = {Role.VISITOR: Client()}
    for role in {listing.role for listing in [*changelists(), *NAMED]} - {Role.VISITOR}:
        browsers[role] = Client()
        factories.sign_in(browsers[role], world.people[role])

    grow(world, tavannes, [2])
    with_one = counts(world, browsers)
    reads = {name for name in with_one if "audit_accesslog" in name}
    with_one |= counts(world, browsers, reads)  # by now it names every kind of record that these visits opened
    grow(world, tavannes, range(3, 3 + MORE))
    with_twenty = counts(world, browsers)
    doubtful = {name for name, one in with_one.items() if with_twenty[name] > one}
    with_twenty |= counts(world, browsers, doubtful)  # what is remembered for a minute may have run out just then

    grown = {name: (one, with_twenty[name]) for name, one in with_one.items() if with_twenty[name] > one}
    most = {listing.name: listing.most for listing in [*changelists(), *NAMED]}
    costly = {name: count for name, count in with_twenty.items() if count > most[name]}
    print("\n".join(f"{count:4} {name}" for name, count in sorted(with_twenty.items(), key=lambda item: -item[1])))
    assert not grown, grown
    assert not costly, costly
    assert len(with_twenty) >= 42
