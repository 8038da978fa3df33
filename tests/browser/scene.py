"""People and records that the pages of the table are opened with, made once on the live portal.

Besides the demo's data there are a draft, a request that waits for confirmation, one that was sent, a file with the longest
names that the forms allow, a link that has ended, and an association to which nothing belongs yet.
"""

import os
import re
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.apps import apps
from django.conf import global_settings, settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.translation import override
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from clusters.models import Event, Registration
from coaching.links import BROWSER, CONFIRM, DAYS, FOLLOW, PROVED, RESUME
from coaching.models import CaseFile, CoachingRequest, Task
from coaching.workflow.acceptance import FirstSteps, accept_request
from coaching.workflow.drafts import ask_confirmation, begin_request, save_answer
from coaching.workflow.files import close_case
from coaching.workflow.requests import submit_request
from companies.changed import organisations_changed
from companies.links import ALERT_MANAGE, ENTRY, alert_token
from companies.links import token_for as entry_token
from companies.models import Campaign, ChangeProposal, Contact, ImportRun, Organisation, SavedSearch
from promo_portal.accounts.models import User
from promo_portal.audit.models import BreakGlass
from promo_portal.core import clock, links
from promo_portal.core.scope import association_scope
from promo_portal.mail_sink import stored_messages
from promo_portal.mailing.models import AddressSuppression, MailHold, OutgoingMail
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.models import Absence, Holiday, Reminder
from tests import factories
from tests.browser.commission import Commission
from tests.browser.conftest import LivePortal
from tests.browser.course import Course
from tests.browser.market import Market
from tests.clusters import factories as cluster_factories
from tests.clusters import rows as clusters
from tests.companies import factories as companies

STAFF = ("manager", "administrator", "coach")
OF = "staff of "
RECENT_SECONDS = 600  # pages that ask for the sign-in once more take one of the last fifteen minutes
WITH_PASSWORD = {"login": "mot-de-passe@essai.example", "password": "une phrase assez longue 42"}
LONG_NAME = "Marie-Antoinette-Geneviève de Montmollin-Freudenreich-Wattenwyl von Graffenried-Villars"[:80]
LONG_TITLE = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft Saint-Imier-Sonceboz-Sombeval"
)
ANSWERS: dict[str, Any] = {
    "stage": "preparing",
    "idea": "Reprise d’un petit atelier de taillage à Reconvilier, avec deux machines et un client principal dans "
    "l’horlogerie. Je veux l’ouvrir au médical d’ici deux ans.",
    "start": "Au printemps 2027, avec mon frère.",
    "need": "finance",
    "need_detail": "Un plan de trésorerie que la banque comprend.",
}


def passkey() -> dict[str, Any]:
    """What a browser sends when a passkey is made; its private half is thrown away."""

    def text(value: bytes) -> str:
        return urlsafe_b64encode(value).decode().rstrip("=")

    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(bytes(16), b"passkey-of-tests", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(bytes(32), flags, 1, bytes(made))
    return {
        "id": text(b"passkey-of-tests"),
        "rawId": text(b"passkey-of-tests"),
        "type": "public-key",
        "clientExtensionResults": {"credProps": {"rk": True}},
        "response": {
            "clientDataJSON": text(b'{"type":"webauthn.create","challenge":"AAAA","origin":"http://localhost"}'),
            "attestationObject": text(bytes(AttestationObject.create("none", data, {}))),
            "transports": ["internal"],
        },
    }


class Scene(Market, Course, Commission):
    """What the table's rows ask for; everything is made when first asked for."""

    def __init__(self, portal: LivePortal) -> None:
        self.portal = portal
        self._is_inside = False
        self._sessions: dict[str, str] = {}
        self._signed_in_at: dict[str, float] = {}
        self._staff: dict[str, str] = {}

    @contextmanager
    def inside(self) -> Iterator[None]:
        """The live portal's rows, and its key for whatever is signed; may be entered again within."""
        if self._is_inside:
            yield
            return
        self._is_inside = True
        try:
            with self._portal_rows():
                yield
        finally:
            self._is_inside = False

    @contextmanager
    def _portal_rows(self) -> Iterator[None]:
        with (
            self.portal.rows(),
            override_settings(
                SECRET_KEY=os.environ["SECRET_KEY"],
                SITE_URL=self.portal.url,
                PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS,
            ),
        ):
            yield

    @contextmanager
    def working(self, *associations: Association) -> Iterator[None]:
        with self.inside(), transaction.atomic(), association_scope(*(one.pk for one in associations)):
            yield

    # -- people ------------------------------------------------------------------------------------------------------

    @cached_property
    def association(self) -> Association:
        with self.inside():
            return Association.objects.get(code=settings.OPERATOR_ASSOCIATION)

    @cached_property
    def empty_association(self) -> Association:
        """One that has just begun: nothing belongs to it."""
        with self.inside():
            return factories.AssociationFactory(code="nouvelle", name_fr="Association nouvelle", name_de="Neuer Verein")

    @cached_property
    def people(self) -> dict[str, User]:
        """One person per role of the operator's association, and some who are special."""
        with self.inside():
            place = Municipality.objects.filter(district__region__association=self.association).order_by("pk")[0]
            people = {
                role: factories.member(
                    role, self.association, first_name=first, last_name=last, email=f"{role}@essai.example"
                )
                for role, first, last in (
                    ("manager", "Claire", "Moser"),
                    ("coach", "Odile", "Vuilleumier"),
                    ("officer", "Olivier", "Racine"),
                    ("specialist", "Anne", "Huguenin"),
                    ("company_contact", "Ivo", "Gerber"),
                    ("commission_member", "Paul", "Voirol"),
                )
            }
            delegate = {"municipality": place, "first_name": "Sara", "last_name": "Lutz"}
            people["municipality_delegate"] = factories.member("municipality_delegate", self.association, **delegate)
            people["canton_officer"] = factories.member("canton_officer", None, first_name="Kurt", last_name="Amstutz")
            people["administrator"] = factories.member("administrator", None, first_name="Ada", last_name="Minder")
            people["empty manager"] = factories.member(
                "manager", self.empty_association, first_name="Lea", last_name="Neu"
            )
            people["empty founder"] = factories.member("founder", self.association, first_name="Zoé", last_name="Gigon")
            people["long founder"] = factories.UserFactory(
                first_name=LONG_NAME, last_name="Chappuis", email="longue@essai.example"
            )
            people["without second factor"] = factories.member(
                "coach", self.association, first_name="Luc", last_name="Juillard"
            )
            people["without second factor"].authenticator_set.all().delete()
            people["with password"] = factories.member(
                "coach", self.association, first_name="Ines", email=WITH_PASSWORD["login"]
            )
            people["with password"].set_password(WITH_PASSWORD["password"])
            people["with password"].save()
            people["with passkey"] = factories.member(
                "coach", self.association, first_name="Remo", last_name="Kappeler"
            )
            return people

    @cached_property
    def passkey(self) -> int:
        """A passkey as a browser would have left it; nobody signs in with it here."""
        with self.inside():
            data = {"name": "Clé de bureau", "passwordless": True, "credential": passkey()}
            return Authenticator.objects.create(
                user=self.people["with passkey"], type=Authenticator.Type.WEBAUTHN, data=data
            ).pk

    def person(self, role: str) -> User:
        """Somebody of that role; the founder is the one of the long file's sister, an ordinary case."""
        if role in {"founder", "closed founder"}:
            return (self.case if role == "founder" else self.case_closed).founder
        return self.people[role]

    def cookies(self, role: str) -> dict[str, str]:
        """What a browser holds that this person has signed in with; "draft" and the like are founders without account."""
        role = self.staff_of(role.removeprefix(OF)) if role.startswith(OF) else role
        if role in {"draft", "answered", "awaiting"}:
            found = {"draft": self.draft, "answered": self.answered, "awaiting": self.awaiting}[role]
            return {"coaching": self.token(BROWSER, f"{found.key}{PROVED}")}
        if role == "with passkey":
            assert self.passkey
        if time.monotonic() - self._signed_in_at.get(role, -RECENT_SECONDS) >= RECENT_SECONDS:
            person = self.person(role)
            with self.inside():
                client = Client()
                factories.sign_in(client, person)
                session = client.session
                session["account_authentication_methods"] = [
                    {**method, "at": time.time()} for method in session["account_authentication_methods"]
                ]  # only just, so that pages which ask for it once more open
                session.save()
                self._signed_in_at[role] = time.monotonic()
                self._sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return {settings.SESSION_COOKIE_NAME: self._sessions[role]}

    # -- coaching ----------------------------------------------------------------------------------------------------

    def token(self, purpose: str, key: str, *, has_ended: bool = False) -> str:
        """A link's token, signed with the live portal's key."""
        with self.inside():
            now = clock.now() - timedelta(days=DAYS[purpose] + 1) if has_ended else None
            return links.sign(purpose, key, days=DAYS[purpose], now=now)

    def _begin(self, email: str, **answers: Any) -> CoachingRequest:
        names = {"first_name": "Léa", "last_name": "Chappuis", "phone": "+41790000000", **answers}
        with self.working(self.association):
            return begin_request(answers={"email": email, **names}, language="fr", now=clock.now())

    def _answer(self, found: CoachingRequest, **answers: Any) -> CoachingRequest:
        with self.working(self.association):
            place = Municipality.objects.get(official_name="Tavannes", valid_to=None)
            return save_answer(request=found, answers={**ANSWERS, "municipality": place, **answers}, now=clock.now())

    def _send(self, found: CoachingRequest) -> CoachingRequest:
        with self.working(self.association):
            return submit_request(request=found, confirmed=True, now=clock.now())

    def _accept(self, found: CoachingRequest, title: str) -> CaseFile:
        with self.working(self.association):
            today = clock.today()
            steps = FirstSteps(
                on=today + timedelta(days=14),
                what="Première séance",
                task="Apporter les comptes des deux dernières années",
                task_due_on=today + timedelta(days=10),
            )
            people = self.people
            return accept_request(
                request=found,
                title=title,
                lead=people["coach"],
                deputy=None,
                steps=steps,
                reasons="Projet viable, marché connu.",
                by=people["manager"],
                now=clock.now(),
            )

    def _company(self, *, is_confirmed: bool = False, **values: Any) -> tuple[int, str]:
        with self.working(self.association):
            place = Municipality.objects.get(bfs=446)
            today = clock.today()
            entry = Organisation.objects.create(
                municipality=place,
                association=self.association,
                listed_on=today,
                confirmed_on=today if is_confirmed else None,
                **values,
            )
            organisations_changed([entry.pk])
        return entry.pk, entry.slug

    @cached_property
    def company(self) -> tuple[int, str]:
        """An entry with everything a company may say of itself."""
        return self._company(
            name="Décolletage Essai SA",
            street="Rue du Vallon 8",
            postcode="2720",
            locality="Tramelan",
            phone="+41320000011",
            email="info@essai.example",
            website="https://essai.example",
            purpose_fr="Décolletage de pièces d’essai en laiton.",
            size_class="10-49",
            founded_year=1987,
            is_confirmed=True,
            lon="7.10030",
            lat="47.22370",
        )

    @cached_property
    def company_long(self) -> tuple[int, str]:
        """A name of ninety letters without a space, and nothing else."""
        return self._company(name=("Präzisionsdrehteileherstellung" * 3)[:90], purpose_de="Drehteile. " * 120)

    @cached_property
    def company_pictured(self) -> tuple[int, str]:
        """An entry with a logo and a photo."""
        number, slug = self._company(name="Atelier Imagé SA", purpose_fr="Pièces tournées.", is_confirmed=True)
        with self.working(self.association), self._on_disk():
            entry = Organisation.objects.get(pk=number)
            companies.picture(entry)
            companies.picture(entry, "photo", alternative_fr="Deux personnes devant un tour.", credit="Atelier Imagé")
        return number, slug

    def _on_disk(self) -> Any:
        """Files go where the portal that runs looks for them."""
        disk = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
        place = os.environ.get("MEDIA_ROOT") or str(settings.BASE_DIR / ".build" / "media")
        return override_settings(STORAGES={**settings.STORAGES, "default": disk}, MEDIA_ROOT=place)

    @cached_property
    def pictured(self) -> int:
        """Its number."""
        return self.company_pictured[0]

    def _import(self, **changes: Any) -> ImportRun:
        number, _slug = self.company
        with self.working(self.association):
            run = companies.import_run(Organisation.objects.get(pk=number), rows=4)
            ImportRun.objects.filter(pk=run.pk).update(**changes)
        return run

    @cached_property
    def import_judged(self) -> ImportRun:
        """A file whose rows were looked at."""
        return self._import()

    @cached_property
    def import_done(self) -> ImportRun:
        """A file that was imported."""
        return self._import(state="done", finished_at=datetime.now(UTC))

    @cached_property
    def import_running(self) -> ImportRun:
        """A file on its way, in the hands of a worker that nobody sees."""
        with self.working(self.association):
            job = companies.job(
                self.association, state="running", lease_token=uuid.uuid4(), done=400, total=1000, result_key=None,
                lease_until=datetime.now(UTC) + timedelta(days=1), message="Rows are being imported",
            )  # fmt: skip
        return self._import(state="running", job_id=job.pk)

    @cached_property
    def company_gone(self) -> tuple[int, str]:
        """An entry that is hidden."""
        return self._company(name="Ancienne Fabrique SA", state="hidden")

    def entry_link(self, purpose: str = "", *, has_ended: bool = False) -> str:
        """The signed link of the company with everything."""
        pk, _slug = self.company
        with self.inside():
            address = Organisation.objects.values_list("email", flat=True).get(pk=pk)
            if not Contact.objects.filter(organisation=pk).exists():
                Contact.objects.create(organisation_id=pk, first_name="Anna", last_name="Frei", function="direction")
            key = entry_token(pk, None, address).split("~")[0]
            days = -1 if has_ended else 90
            return links.sign(purpose or ENTRY, key, days=days)

    @cached_property
    def decided_entry(self) -> int:
        """An entry with changes that wait for a decision."""
        pk, _slug = self.company_long
        with self.working(self.association):
            entry = Organisation.objects.get(pk=pk)
            companies.proposal(entry, answer_to="info@essai.example")
            companies.proposal(entry, field="purpose_de", proposed="Präzisionsdrehteile. " * 30)
            with self._on_disk():
                companies.proposed_picture(entry, "photo", alternative_fr="Deux personnes devant un tour.")
            return pk

    @property
    def proposal(self) -> int:
        """One of these changes."""
        with self.working(self.association):
            rows = ChangeProposal.objects.filter(organisation=self.decided_entry).order_by("pk")
            return rows.values_list("pk", flat=True)[0]

    @cached_property
    def campaign(self) -> Campaign:
        """One that runs, with somebody to call."""
        pk, _slug = self.company
        association = self.association
        with self.working(association):
            return companies.campaign(Organisation.objects.get(pk=pk))

    @property
    def pair(self) -> tuple[int, int]:
        """Two entries that may be one: the one that goes, the one that stays."""
        return self.company_gone[0], self.company[0]

    def line_of(self, campaign: Campaign) -> int:
        """Its line that waits for a call."""
        with self.inside():
            return campaign.recipients.values_list("pk", flat=True)[0]

    @cached_property
    def campaign_draft(self) -> Campaign:
        """One that has not been sent."""
        pk, _slug = self.company
        with self.working(self.association):
            entry = Organisation.objects.get(pk=pk)
            return companies.campaign(entry, state="draft", sent_at=None, title=LONG_TITLE[:120])

    @cached_property
    def draft(self) -> CoachingRequest:
        return self._begin("brouillon@essai.example")

    @cached_property
    def answered(self) -> CoachingRequest:
        return self._answer(self._begin("complet@essai.example"))

    @cached_property
    def awaiting(self) -> CoachingRequest:
        found = self._answer(self._begin("attente@essai.example"))
        with self.working(self.association):
            return ask_confirmation(request=found, now=clock.now())

    @cached_property
    def sent(self) -> CoachingRequest:
        return self._send(self._answer(self._begin("envoye@essai.example")))

    @cached_property
    def to_decide(self) -> CoachingRequest:
        """One that a test may decide on."""
        return self._send(self._answer(self._begin("adecider@essai.example")))

    @cached_property
    def sent_long(self) -> CoachingRequest:
        """Every answer as long as its field allows, without a space where a person might leave none."""
        found = self._begin("longue@essai.example", first_name=LONG_NAME, last_name="Chappuis")
        return self._send(self._answer(found, idea=("Apfelstrudelhersteller " * 40)[:1000], start="x" * 480))

    @cached_property
    def accepted(self) -> CoachingRequest:
        return self._send(self._answer(self._begin("accepte@essai.example")))

    @cached_property
    def case(self) -> CaseFile:
        return self._accept(self.accepted, "Atelier de taillage")

    @cached_property
    def case_long(self) -> CaseFile:
        return self._accept(
            self._send(self._answer(self._begin("longue@essai.example", first_name=LONG_NAME))), LONG_TITLE
        )

    @cached_property
    def case_closed(self) -> CaseFile:
        case = self._accept(self._send(self._answer(self._begin("clos@essai.example"))), "Boulangerie")
        with self.working(self.association):
            return close_case(
                case=case, reason="Entreprise inscrite au registre.", by=self.people["manager"], now=clock.now()
            )

    # -- clusters and events -----------------------------------------------------------------------------------------

    @cached_property
    def cluster_rows(self) -> dict[str, Any]:
        """One of everything; the event has places left."""
        with self.working(self.association):
            place = Municipality.objects.get(official_name="Tavannes", valid_to=None)
            return clusters.rows_in(self.association, place, self.people["officer"])

    @property
    def open_event(self) -> Event:
        """An event with places left."""
        return self.cluster_rows["clusters_event"]

    @property
    def news(self) -> Any:
        return self.cluster_rows["exchange_newsitem"]

    def _event(self, **values: Any) -> Event:
        with self.working(self.association):
            place = Municipality.objects.get(official_name="Tavannes", valid_to=None)
            begins = clock.now() + timedelta(days=values.pop("days", 20))
            return cluster_factories.event(self.association, place, starts_at=begins, published_at=begins, **values)

    @cached_property
    def full_event(self) -> Event:
        """No place left, somebody waits; every text as long as its field allows."""
        title = LONG_TITLE[:120]
        return self._event(title_fr=title, title_de=title, title_en=title, seats_taken=2, seats_waiting=3)

    @cached_property
    def past_event(self) -> Event:
        return self._event(days=-20)

    @cached_property
    def cancelled_event(self) -> Event:
        return self._event(state="cancelled", state_reason="La salle est inondée.")

    def registration(self, state: str) -> str:
        """The own link of a registration in a state."""
        event = self.cluster_rows["clusters_event"]
        with self.working(self.association):
            now = clock.now()
            values = {
                "pending": {},
                "confirmed": {"confirmed_at": now},
                "waiting": {"waiting_number": 7},
                "offered": {"waiting_number": 8, "offer_until": now + timedelta(hours=40)},
                "cancelled": {"cancelled_at": now},
            }[state]
            made, _is_new = Registration.objects.get_or_create(
                association=self.association,
                event=event,
                state=state,
                email=f"{state}@essai.example",
                defaults={"first_name": "Inès", "last_name": LONG_NAME[:60], **values},
            )
            purpose = clusters.CONFIRM if state == "pending" else clusters.MANAGE
            return clusters.token(purpose, made)["token"]

    @cached_property
    def reminder(self) -> int:
        """A planned reminder of the association's."""
        assert self.case
        with self.working(self.association):
            planned = Reminder.objects.filter(deadline__association=self.association, state="planned")
            return planned.order_by("pk").values_list("pk", flat=True)[0]

    @cached_property
    def records(self) -> list[Any]:
        """A line in lists that the demo leaves empty."""
        with self.working(self.association):
            today, coach = clock.today(), self.people["coach"]
            period = {"first_day": today + timedelta(days=30), "last_day": today + timedelta(days=35)}
            ends = clock.now() + timedelta(minutes=1)
            person = self.people["administrator"]
            return [
                self.case,
                self.import_judged,
                companies.job(self.association, state="done", done=4, total=4, finished_at=clock.now()),
                self.campaign,
                self.embed,
                companies.saved_search(self.association, "liste@essai.example"),
                Absence.objects.create(user=coach, **period),
                Holiday.objects.create(day=today + timedelta(days=60), name="Pont", association=self.association),
                AddressSuppression.objects.create(email="perdu@essai.example", reason="bounced"),
                MailHold.objects.create(kind="nothing", reason="Contrôle", until=ends),
                OutgoingMail.objects.create(
                    idempotency_key="scene", kind="accounts.security_notice", mail_class="transactional",
                    association=self.association, to_user=coach, to_address="perdu@essai.example", state="failed",
                    params={"event": "password_set"},
                ),
                BreakGlass.objects.create(
                    association_id=self.association.pk, actor_id=person.pk, actor_name=str(person),
                    reason="Contrôle demandé par la direction", at=clock.now(), expires_at=ends,
                ),
            ]  # fmt: skip

    @property
    def mail_name(self) -> str:
        """A mail that has arrived."""
        assert self.draft
        self.portal.wait_for_mail(self.draft.email)
        return stored_messages(self.portal.mail_folder)[0].stem

    @cached_property
    def task(self) -> Task:
        case = self.case
        with self.working(self.association):
            return Task.objects.filter(case_file=case).order_by("pk")[0]

    @cached_property
    def bulk_files(self) -> list[Any]:
        """The open data files of the night."""
        with self.inside():
            return [companies.bulk_file(kind) for kind in ("csv", "json", "geojson")]

    def followed(self, purpose: str, state: str = "active", *, has_ended: bool = False) -> str:
        """A reader's link about a search in a state."""
        with self.working(self.association):
            address = f"{state}@essai.example"
            times = {"waiting": {"confirmed_at": None}, "ended": {"ended_at": clock.now()}}.get(state, {})
            found = SavedSearch.objects.filter(reader__email=address).first()
            found = found or companies.saved_search(
                self.association, address, state=state, title=f"« {LONG_TITLE[:80]} » · Tavannes · 10 à 49", **times
            )
            key = found.reader.key if purpose == ALERT_MANAGE else found.key
            return links.sign(purpose, key, days=-1) if has_ended else alert_token(purpose, key)

    @cached_property
    def embed(self) -> Any:
        """A list that a municipality's website shows."""
        with self.inside():
            return companies.embed(self.association, "commune", origins="https://www.commune.example")

    # -- staff pages -------------------------------------------------------------------------------------------------

    def _client(self, role: str) -> Client:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies(role)[settings.SESSION_COOKIE_NAME]
        return client

    def staff_of(self, label: str) -> str:
        """Who opens the pages of a registered model: the manager, else the next who may."""
        if label not in self._staff:
            path = reverse(f"admin:{label}_changelist")
            with self.inside():
                self._staff[label] = next(
                    role for role in STAFF if self._client(role).get(path).status_code == HTTPStatus.OK
                )
        return self._staff[label]

    def record(self, label: str) -> str:
        """The key of the first record on a model's list; the scene's own file is on the list of files."""
        path = reverse(f"admin:{label}_changelist")
        assert self.records
        assert self.cluster_rows
        with self.inside():
            if label == "audit_accesslog":  # somebody has looked
                self._client("manager").get(reverse("admin:coaching_casefile_change", args=[self.case.pk]))
            html = self._client(self.staff_of(label)).get(path).content.decode()
        found = re.search(rf'href="{path}([^/"?]+)/change/', html)
        if found:
            return found[1]
        with self.working(self.association):  # a list of our own that leads elsewhere, such as the ledger
            return str(apps.get_model(label.replace("_", ".", 1)).objects.earliest("pk").pk)

    # -- addresses ---------------------------------------------------------------------------------------------------

    def path(self, route: str, *arguments: Any, language: str = "fr", query: str = "") -> str:
        """The address of a route in a language."""
        with override(language):
            return reverse(route, args=arguments) + query

    def link(self, purpose: str, found: CoachingRequest, *, has_ended: bool = False) -> str:
        return self.token(purpose, found.key, has_ended=has_ended)


__all__ = ["CONFIRM", "FOLLOW", "LONG_NAME", "LONG_TITLE", "RESUME", "WITH_PASSWORD", "Scene"]
