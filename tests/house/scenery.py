"""Two associations with everything in them twice: what the sweep of all routes puts into addresses.

A route with parameters finds its arguments here: for a record of the person's own association (or their own), for one of
others, and for one that does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models

from coaching.check_links import token_for as token_of_check
from coaching.engagement_links import token_for as token_of_engagement
from coaching.links import CONFIRM, DAYS, FOLLOW, RESUME
from coaching.models import (
    CalendarFeed,
    CaseDocument,
    CaseFile,
    CoachingRequest,
    Engagement,
    Milestone,
    PlanComment,
    PlanLine,
    Task,
    TimeEntry,
)
from companies.changed import organisations_changed
from companies.links import ALERT_CONFIRM, ALERT_MANAGE, ALERT_STOP, STOP, alert_token
from companies.links import token_for as entry_token
from companies.models import Organisation
from premises.links import OWNER, SENDER, token_for
from premises.models import Enquiry, Match
from premises.titles import slug_of
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.models import AccessLog, BreakGlass, Transition
from promo_portal.core import clock, links
from promo_portal.core.scope import association_scope
from promo_portal.mailing.models import AddressSuppression, MailHold, OutgoingMail
from promo_portal.regions.models import (
    ActivityCode,
    Association,
    Funder,
    FundingKey,
    LegalForm,
    Municipality,
    PostalLocality,
)
from promo_portal.reminders.models import Absence, Deadline, Heartbeat, Holiday, Reminder
from tests import factories
from tests.clusters import rows as clusters
from tests.coaching import rows
from tests.companies import factories as companies
from tests.premises import factories as premises
from tests.security.rows import case_in

MISSING = 987_654_321
SHARED = {"mailing_mailhold", "companies_capability"}  # of the installation, not of an association
CLOSED_PARTS = {  # behind walls
    "clusters_registration", "clusters_needoffer", "clusters_introduction", "premises_spacesearch", "premises_enquiry",
}  # fmt: skip
Arguments = dict[str, Any]


@dataclass(frozen=True)
class Addresses:
    """Arguments of one route for one person; ``None`` where there is no such record."""

    own: Arguments | None
    foreign: Arguments | None = None
    missing: Arguments | None = None


@dataclass
class World:
    """The cast, and in each association a file, a request, a person and a line of every record."""

    here: Association
    there: Association
    people: dict[Role, User]
    rows: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # "app_model" -> (of here, of there)
    company: Any = None
    case: Any = None
    foreign_case: Any = None
    places: tuple[Municipality, ...] = ()

    @classmethod
    def build(cls, here: Association, there: Association, tavannes: Municipality, nidau: Municipality) -> "World":
        """Make everything; call it within a transaction that is rolled back."""
        people = {role: _person(role, here, tavannes) for role in Role if role != Role.VISITOR}
        stranger = factories.member("founder", there, first_name="Xaver", last_name="Anderswo")
        foreign_coach = factories.member("coach", there, first_name="Beat", last_name="Kunz")
        world = cls(here, there, people)
        world.case = case_in(here, tavannes, people[Role.FOUNDER], people[Role.COACH], title="Atelier")
        world.foreign_case = case_in(there, nidau, stranger, foreign_coach, title="Brasserie")
        world.places = (tavannes, nidau)
        world._collect(stranger, tavannes, nidau)
        return world

    def _collect(self, stranger: User, tavannes: Municipality, nidau: Municipality) -> None:
        here, there = self.here, self.there
        self.rows = {
            "coaching_casefile": (self.case, self.foreign_case),
            "coaching_coachingrequest": (self._request(here), self._request(there)),
            "accounts_user": (self.people[Role.FOUNDER], stranger),
            "accounts_membership": (
                Membership.objects.get(user=self.people[Role.FOUNDER]),
                Membership.objects.get(user=stranger),
            ),
        }
        self._collect_directory(tavannes, nidau)
        _lists(here)
        of_here = clusters.rows_in(here, tavannes, self.people[Role.OFFICER])
        of_there = clusters.rows_in(there, nidau, stranger)
        self.rows |= {stem: (row, of_there[stem]) for stem, row in of_here.items()}
        pairs = zip(*(_premises_rows(place, number) for number, place in enumerate(self.places)), strict=True)
        self.rows |= {f"premises_{mine._meta.model_name}": (mine, theirs) for mine, theirs in pairs}
        for model in (OutgoingMail, AddressSuppression, MailHold):
            pair = (_mail_row(model, here, self.people[Role.COACH]), _mail_row(model, there, stranger))
            self.rows[f"mailing_{model._meta.model_name}"] = pair
        parts = tuple(rows.parts_of(case) for case in (self.case, self.foreign_case))
        self.rows |= {f"coaching_{name}": (parts[0][name], parts[1][name]) for name in parts[0]}
        for one, person in zip(parts, (self.people[Role.SPECIALIST], None), strict=True):
            rows.engaged(one["engagement"], person)
        self.rows["reminders_deadline"] = (_deadline(self.case), _deadline(self.foreign_case))
        self.rows["reminders_reminder"] = tuple(_reminder(row) for row in self.rows["reminders_deadline"])  # type: ignore[assignment]
        self.company = _company(self.people[Role.MANAGER], here)
        self.rows["reminders_holiday"] = (_holiday(here), _holiday(there))
        Heartbeat.objects.update_or_create(name="beat", defaults={"at": datetime(2026, 11, 2, 9, tzinfo=UTC)})
        for model in (AccessLog, Transition, BreakGlass):
            pair = (_record(model, here, self.people[Role.MANAGER]), _record(model, there, stranger))
            self.rows[f"audit_{model._meta.model_name}"] = pair

    def _collect_directory(self, tavannes: Municipality, nidau: Municipality) -> None:
        firms = tuple(
            [companies.organisation(place, name=name, lon=7.2, lat=47.2) for name in ("Mécatis SA", "Mécatis")]
            for place in (tavannes, nidau)
        )
        self.rows["companies_organisation"] = (firms[0][0], firms[1][0])
        self.rows["companies_changeproposal"] = tuple(companies.proposal(pair[0]) for pair in firms)  # type: ignore[assignment]
        self.rows["companies_duplicatepair"] = tuple(companies.pair(*pair) for pair in firms)  # type: ignore[assignment]
        self.rows["companies_importrun"] = tuple(companies.import_run(pair[0]) for pair in firms)  # type: ignore[assignment]
        self.rows["jobs_job"] = (companies.job(self.here), companies.job(self.there))
        self.rows["companies_campaign"] = tuple(companies.campaign(pair[0]) for pair in firms)  # type: ignore[assignment]
        self.rows["companies_embed"] = (companies.embed(self.here, "ici"), companies.embed(self.there, "ailleurs"))
        self.rows["companies_savedsearch"] = (
            companies.saved_search(self.here),
            companies.saved_search(self.there, "ursi@lecture.example"),
        )
        capability = companies.capability()
        self.rows["companies_capability"] = (capability, capability)

    def _request(self, association: Association) -> Any:
        with association_scope(association.pk):
            return CoachingRequest.unscoped.get(association=association)

    def calendar(self) -> str:
        """The key of the founder's calendar."""
        return CalendarFeed.objects.get_or_create(user=self.case.founder)[0].key

    @property
    def bulk_file(self) -> str:
        """The format of an open data file that is there."""
        return companies.bulk_file().format

    def token(self, purpose: str) -> Arguments:
        request = self._request(self.here)
        return {"token": links.sign(purpose, request.key, days=DAYS[purpose])}

    def addresses(self, route: str, parameters: frozenset[str], role: Role) -> Addresses:
        """The arguments of a route for somebody; ``KeyError`` where this file does not know how to make them."""
        if not parameters:
            return Addresses(own={})
        if route in SPECIAL:
            return SPECIAL[route](self, role)
        if route.startswith("admin:") and "object_id" in parameters:
            return self._admin_page(route.removeprefix("admin:").rpartition("_")[0], role)
        return self._of_app(route, parameters, role)

    def _of_app(self, route: str, parameters: frozenset[str], role: Role) -> Addresses:
        stems = ("changeproposal", "duplicatepair", "importrun", "campaign")
        for stem in (*(f"companies_{one}" for one in stems), "jobs_job"):
            if route.startswith(f"admin:{stem}_") and parameters == {"pk"}:
                return self._for_administrators_too(self._pair(stem, "pk"), role)
        if route.removeprefix("admin:").startswith(("clusters", "exchange")):
            return self._clusters(route, parameters, role)
        if route.startswith(("admin:premises_", "premises:")):
            return self._premises(route, parameters, role)
        if route.startswith(("admin:coaching_commissionsession_", "coaching:session")):
            return self._session(route, parameters, role)
        for stem in ("coaching_coachingrequest", "coaching_annex", "coaching_outcomecheck"):
            if route.startswith(f"admin:{stem}_"):
                return self._pair(stem, "pk")
        if route.startswith(("admin:coaching_casefile_", "coaching:")) and "pk" in parameters:
            return self._case(parameters)
        raise KeyError(route)

    def _for_administrators_too(self, found: Addresses, role: Role) -> Addresses:
        return Addresses(found.own, None, found.missing) if role == Role.ADMINISTRATOR else found

    def _admin_page(self, stem: str, role: Role) -> Addresses:
        if stem == "reminders_absence":
            return self._absence(role)
        if stem == "reminders_heartbeat":
            return Addresses({"object_id": "beat"}, None, {"object_id": "nothing"})
        if stem not in self.rows:
            model = apps.get_model(*stem.split("_", 1))
            first = model._default_manager.order_by("pk").first()
            if first is None or not stem.startswith("regions_"):
                raise KeyError(stem)
            return Addresses({"object_id": first.pk}, None, {"object_id": MISSING})
        pair = self._pair(stem, "object_id")
        if stem == "mailing_outgoingmail":
            pair = Addresses(pair.own, pair.foreign, {"object_id": "5b7e0f3c-7a52-4a3c-9a0e-000000000000"})
        if stem == "reminders_reminder" and role == Role.COACH:
            Reminder.objects.filter(pk=self.rows[stem][0].pk).update(user=self.people[role])
        if stem == "reminders_deadline" and role == Role.COACH:
            Reminder.objects.filter(deadline=self.rows[stem][0]).update(user=self.people[role])
        if stem.startswith("audit_") and role in {Role.COACH, Role.OFFICER}:
            own = (
                _record(type(self.rows[stem][0]), self.here, self.people[role]) if stem != "audit_breakglass" else None
            )
            return Addresses(own and {"object_id": own.pk}, pair.own, pair.missing)
        if stem in SHARED:
            return Addresses(pair.own, None, pair.missing)
        everything = role == Role.ADMINISTRATOR and not stem.startswith("coaching_") and stem not in CLOSED_PARTS
        return Addresses(pair.own, None, pair.missing) if everything else pair

    def _clusters(self, route: str, parameters: frozenset[str], role: Role) -> Addresses:
        if route.startswith("admin:"):
            return self._part(route.removeprefix("admin:"), role)
        return self._public(route, parameters)

    def _part(self, route: str, role: Role) -> Addresses:
        """A step or page of a record of clusters, events or news."""
        stem = route.removesuffix("_check_in").removesuffix("_step")
        steps = {"clusters_introduction": "order", "clusters_registration": "accept"}
        more = {"step": steps.get(stem, "publish")} if route.endswith("_step") else {}
        pair = self._pair(stem, "pk")
        everything = role == Role.ADMINISTRATOR and stem not in CLOSED_PARTS
        places = [arguments and {**arguments, **more} for arguments in (pair.own, pair.foreign, pair.missing)]
        return Addresses(places[0], None if everything else places[1], places[2])

    def _public(self, route: str, parameters: frozenset[str]) -> Addresses:
        if "token" in parameters:
            purpose = clusters.CONFIRM if route == "clusters:confirm" else clusters.MANAGE
            with association_scope(self.here.pk):
                return Addresses(clusters.token(purpose, self.rows["clusters_registration"][0]), None, {"token": "x"})
        if route == "clusters:detail":
            return Addresses({"slug": self.rows["clusters_cluster"][0].slug}, None, {"slug": "nothing"})
        row = self.rows["exchange_newsitem" if route.startswith("exchange:") else "clusters_event"][0]
        return Addresses({"pk": row.pk, "slug": row.slug}, None, {"pk": MISSING, "slug": "x"})

    def _premises(self, route: str, parameters: frozenset[str], role: Role) -> Addresses:
        """Steps of staff, and the public's pages, which know no associations."""
        if route.startswith("admin:"):
            stem = "_".join(route.removeprefix("admin:").split("_")[:2])
            own, foreign = self.rows[stem]
            if "match_pk" in parameters:
                mine, theirs = ({"match_pk": row.pk} for row in self.rows["premises_match"])
                return Addresses(
                    {"pk": own.pk, **mine}, {"pk": foreign.pk, **theirs}, {"pk": own.pk, "match_pk": MISSING}
                )
            pair = self._pair(stem, "pk")
            everything = role == Role.ADMINISTRATOR and stem == "premises_offer"
            return Addresses(pair.own, None, pair.missing) if everything else pair
        offer, enquiry = self.rows["premises_offer"][0], self.rows["premises_enquiry"][0]
        missing: Arguments = {"token": "x"} if "token" in parameters else {"pk": MISSING}
        if "slug" in parameters:
            kind = "plot" if route == "premises:plot" else "unit"
            thing = self.rows[f"premises_{kind}"][0]
            own_page: Arguments = {"pk": thing.pk, "slug": slug_of(thing, self.places[0])}
            return Addresses(own_page, None, {**missing, "slug": "x"})
        own_arguments: dict[str, Arguments] = {
            "premises:enquire": {"pk": offer.pk},
            "premises:owner": {"token": token_for(OWNER, offer.association_id, str(offer.pk))},
            "premises:enquiry_confirm": {"token": token_for(SENDER, enquiry.association_id, enquiry.key)},
        }
        return Addresses(own_arguments[route], None, missing)

    def _absence(self, role: Role) -> Addresses:
        def of(person: User) -> Arguments:
            row = Absence.objects.create(user=person, first_day=date(2026, 12, 21), last_day=date(2026, 12, 24))
            return {"object_id": row.pk}

        missing: Arguments = {"object_id": MISSING}
        if role == Role.ADMINISTRATOR:
            return Addresses(of(self.people[Role.COACH]), None, missing)
        return Addresses(of(self.people.get(role, self.people[Role.COACH])), of(self.rows["accounts_user"][1]), missing)

    def _pair(self, stem: str, name: str) -> Addresses:
        own, foreign = self.rows[stem]
        return Addresses({name: own.pk}, {name: foreign.pk}, {name: MISSING})

    def _session(self, route: str, parameters: frozenset[str], role: Role) -> Addresses:
        """A session with its items; the member's is one they were called to, papers are of one that is over."""
        found = []
        for number, row in enumerate(self.rows["coaching_commissionsession"]):
            person = self.people[role] if number == 0 and role in self.people else self.people[Role.MANAGER]
            with association_scope(row.association_id):
                is_over = route in {"coaching:session_minutes", "admin:coaching_commissionsession_minutes_file"}
                values = rows.session_for(row, person, is_over=is_over, is_circular=route.endswith("_count"))
            found.append({name: values[name] for name in parameters})
        return Addresses(*found, {**found[0], "pk": MISSING})

    def _case(self, parameters: frozenset[str]) -> Addresses:
        def of(case: CaseFile) -> Arguments:
            with association_scope(case.association_id):
                every = {
                    "pk": case.pk,
                    "task_pk": Task.objects.get(case_file=case).pk,
                    "milestone_pk": Milestone.objects.get(case_file=case).pk,
                    "document_pk": CaseDocument.objects.get(case_file=case).pk,
                    "entry_pk": TimeEntry.objects.get(case_file=case).pk,
                    "number": 1,
                    "kind": "sales",
                    "line_pk": PlanLine.objects.filter(case_file=case).earliest("pk").pk,
                    "comment_pk": PlanComment.objects.get(case_file=case).pk,
                    "engagement_pk": Engagement.objects.get(case_file=case).pk,
                }
            return {name: value for name, value in every.items() if name in parameters}

        own = of(self.case)
        return Addresses(own, of(self.foreign_case), {**own, "pk": MISSING})


def _person(role: Role, association: Association, municipality: Municipality) -> User:
    bound = None if role in {Role.CANTON_OFFICER, Role.ADMINISTRATOR} else association
    return factories.member(
        role.value, bound, municipality=municipality if role == Role.MUNICIPALITY_DELEGATE else None
    )


def _record(model: type[models.Model], association: Association, person: User) -> Any:
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    values: dict[str, Any] = {
        "association_id": association.pk,
        "actor_id": person.pk,
        "actor_name": str(person),
        "at": at,
    }
    if model is BreakGlass:
        values |= {"reason": "Contrôle demandé par la direction", "expires_at": datetime(2026, 11, 2, 10, tzinfo=UTC)}
    else:
        values |= {"subject_kind": "coaching.casefile", "subject_id": 1}
    manager = Transition.unscoped if model is Transition else model._default_manager
    return manager.create(**values)


def _mail_row(model: type[models.Model], association: Association, person: User) -> Any:
    number = OutgoingMail.objects.count()
    if model is OutgoingMail:
        return OutgoingMail.objects.create(
            idempotency_key=f"sweep-{number}",
            kind="accounts.security_notice",
            mail_class="transactional",
            association=association,
            to_user=person,
            to_address=f"{association.code}@exemple.example",
            params={"event": "password_set"},
        )
    if model is AddressSuppression:
        return AddressSuppression.objects.create(email=f"{association.code}@exemple.example", reason="bounced")
    return MailHold.objects.create(reason=f"Contrôle {association.code}")


def _lists(association: Association) -> None:
    """A line of each official list that the database of tests does not hold."""
    ActivityCode.objects.get_or_create(code="C", level="section", label_fr="Industrie", label_de="Industrie")
    LegalForm.objects.get_or_create(code="0106", label_fr="Société anonyme", label_de="Aktiengesellschaft")
    PostalLocality.objects.get_or_create(postcode="2710", name="Tavannes")
    Funder.objects.get_or_create(code="bund", kind="confederation", name_fr="Confédération", name_de="Bund")
    FundingKey.objects.get_or_create(association=association, valid_from=date(2024, 1, 1))


def _premises_rows(place: Municipality, number: int) -> list[Any]:
    """One of everything about premises, in a municipality: hall, land, offers, a search that they suit, an enquiry."""
    hall, land = premises.unit(place), premises.plot(place)
    offer = premises.offer(hall, confirmed_on=clock.today(), published_on=clock.today())
    premises.offer(land, confirmed_on=clock.today(), published_on=clock.today())
    search = premises.search(place)
    with association_scope(offer.association_id):
        match = Match.objects.create(association_id=offer.association_id, search=search, offer=offer, score=80)
        enquiry = Enquiry.objects.create(
            offer=offer,
            name="Anna Frei",
            email=f"anna{number}@exemple.example",
            state="received",
            received_at=clock.now(),
            answer_by=clock.today(),
        )
    return [hall.building.site, hall.building, hall, land, offer, search, match, enquiry]


def _deadline(case: CaseFile) -> Deadline:
    return Deadline.objects.create(
        association_id=case.association_id,
        subject_kind="coaching.casefile",
        subject_id=case.pk,
        kind="sweep",
        local_date=date(2027, 3, 1),
    )


def _reminder(deadline: Deadline) -> Reminder:
    return Reminder.objects.create(
        deadline=deadline,
        deadline_version=1,
        step="-7d",
        recipient="mail:personne@exemple.example",
        due_at=datetime(2027, 2, 22, 7, tzinfo=UTC),
        expires_at=datetime(2027, 3, 1, 22, tzinfo=UTC),
    )


def _holiday(association: Association) -> Holiday:
    return Holiday.objects.create(day=date(2026, 12, 24), name=f"Pont {association.code}", association=association)


def _company(person: User, association: Association) -> Organisation:
    place = Municipality.objects.filter(district__region__association=association).first()
    company = Organisation.objects.create(
        name="Établi Gerber SA",
        municipality=place,
        association=association,
        listed_on=clock.today(),
        email="info@etabli.example",
    )
    organisations_changed([company.pk])
    return company


def _of_company(*names: str) -> Callable[[World, Role], Addresses]:
    """The public page of an entry; a missing number is found nowhere."""

    def addresses(world: World, role: Role) -> Addresses:
        own = {"pk": world.company.pk, "slug": world.company.slug}
        missing = {"pk": MISSING, "slug": "x"}
        return Addresses({name: own[name] for name in names}, None, {name: missing[name] for name in names})

    return addresses


def _own_entry(purpose: str) -> Callable[[World, Role], Addresses]:
    """A company's signed link."""

    def addresses(world: World, role: Role) -> Addresses:
        company = world.company
        token = entry_token(company.pk, None, company.email, **({"purpose": purpose} if purpose else {}))
        return Addresses({"token": token}, None, {"token": "x"})

    return addresses


def _own_picture(world: World, role: Role) -> Addresses:
    """A picture for whoever holds the link of its company."""
    token = entry_token(world.company.pk, None, world.company.email)
    rest = {"key": companies.picture(world.company).key, "size": "small"}
    return Addresses({"token": token, **rest}, None, {"token": "x", **rest})


def _followed(purpose: str) -> Callable[[World, Role], Addresses]:
    """A reader's link about a search, or about all of theirs."""

    def addresses(world: World, role: Role) -> Addresses:
        search = world.rows["companies_savedsearch"][0]
        key = search.reader.key if purpose == ALERT_MANAGE else search.key
        return Addresses({"token": alert_token(purpose, key)}, None, {"token": "x"})

    return addresses


def _decide(world: World, role: Role) -> Addresses:
    """All proposals of an entry."""
    own, foreign = world.rows["companies_organisation"]
    found = [{"organisation_pk": pk} for pk in (own.pk, foreign.pk, MISSING)]
    return world._for_administrators_too(Addresses(*found), role)


def _call(world: World, role: Role) -> Addresses:
    """A line of a campaign."""
    own, foreign = world.rows["companies_campaign"]
    found = [{"pk": one.pk, "line_pk": one.recipients.get().pk} for one in (own, foreign)]
    return world._for_administrators_too(Addresses(*found, {"pk": own.pk, "line_pk": MISSING}), role)


def _passkey(world: World, role: Role) -> Addresses:
    """A passkey of one's own and one of somebody else."""
    mine, other = world.people.get(role), world.rows["accounts_user"][1]

    def key(user: User) -> int:
        return Authenticator.objects.create(user=user, type="webauthn", data={"name": "Clé", "credential": {}}).pk

    return Addresses({"pk": key(mine)} if mine else None, {"pk": key(other)}, {"pk": MISSING})


def _sample(world: World, role: Role) -> Addresses:
    own, foreign = world.rows["reminders_reminder"]
    reads = role not in {Role.OFFICER, Role.MANAGER, Role.COACH}  # whether a sample may be read depends on its mail
    return Addresses({"pk": own.pk} if reads else None, {"pk": foreign.pk}, {"pk": MISSING})


def _step(world: World, role: Role) -> Addresses:
    """A step of an entry."""
    own, foreign = world.rows["companies_organisation"]
    found = [{"pk": pk, "action": "hide"} for pk in (own.pk, foreign.pk, MISSING)]
    return world._for_administrators_too(Addresses(*found), role)


def _entry_page(world: World, role: Role) -> Addresses:
    """A page of an entry for those who keep it."""
    own, foreign = world.rows["companies_organisation"]
    return world._for_administrators_too(Addresses(*({"pk": pk} for pk in (own.pk, foreign.pk, MISSING))), role)


def _import_step(world: World, role: Role) -> Addresses:
    """Having the rows of a file checked again."""
    own, foreign = world.rows["companies_importrun"]
    found = [{"pk": pk, "step": "judge"} for pk in (own.pk, foreign.pk, MISSING)]
    return world._for_administrators_too(Addresses(*found), role)


def _job_result(world: World, role: Role) -> Addresses:
    """The result of an import is for those who keep the directory; coaches read only."""
    own, foreign = ({"pk": job.pk} for job in world.rows["jobs_job"])
    found = Addresses(None if role == Role.COACH else own, foreign, {"pk": MISSING})
    return world._for_administrators_too(found, role)


def _merge(world: World, role: Role) -> Addresses:
    """Two entries of one place; one of them may not exist."""
    own, foreign = world.rows["companies_duplicatepair"]
    found = [{"merged_pk": pair.second_id, "into_pk": pair.first_id} for pair in (own, foreign)]
    missing = {"merged_pk": MISSING, "into_pk": own.first_id}
    return world._for_administrators_too(Addresses(*found, missing), role)


def _afterwards(world: World, role: Role) -> Addresses:
    """A founder's link to the three questions."""
    return Addresses({"token": token_of_check(world.rows["coaching_outcomecheck"][0])}, None, {"token": "x"})


def _engagement(world: World, role: Role) -> Addresses:
    """A founder's link to an engagement."""
    return Addresses({"token": token_of_engagement(world.rows["coaching_engagement"][0])}, None, {"token": "x"})


def _work(world: World, role: Role) -> Addresses:
    return world._pair("coaching_engagement", "pk")


def _work_document(world: World, role: Role) -> Addresses:
    """A document shared with an engagement."""
    pairs = zip(world.rows["coaching_engagement"], world.rows["coaching_casedocument"], strict=True)
    own, foreign = ({"pk": engagement.pk, "document_pk": document.pk} for engagement, document in pairs)
    return Addresses(own, foreign, {**own, "document_pk": MISSING})


def _engagement_step(world: World, role: Role) -> Addresses:
    """A step of an engagement, on its file's page."""
    own, foreign = ({"pk": row.case_file_id, "engagement_pk": row.pk} for row in world.rows["coaching_engagement"])
    return Addresses(own, foreign, {**own, "engagement_pk": MISSING})


def _specialist(world: World, role: Role) -> Addresses:
    return Addresses({"pk": world.rows["coaching_specialist"][0].pk}, None, {"pk": MISSING})


SPECIAL: dict[str, Callable[[World, Role], Addresses]] = {
    "companies:detail": _of_company("pk", "slug"),
    "companies:detail_short": _of_company("pk"),
    "companies:vcard": _of_company("pk", "slug"),
    "companies:entry_ask": _of_company("pk"),
    "companies:picture": lambda world, role: Addresses(
        {"key": companies.picture(world.company).key, "size": "small"}, None, {"key": UUID(int=7), "size": "small"}
    ),
    "companies:bulk_file": lambda world, role: Addresses({"kind": world.bulk_file}, None, {"kind": "exe"}),
    "companies:list_file": lambda world, role: Addresses({"kind": "csv"}, None, {"kind": "exe"}),
    "companies:embedded": lambda world, role: Addresses({"key": "ici"}, None, {"key": "nulle-part"}),
    "companies:entry": _own_entry(""),
    "companies:entry_edit": _own_entry(""),
    "companies:entry_left": _own_entry(""),
    "companies:entry_picture": _own_picture,
    "companies:entry_closed": _own_entry(""),
    "companies:entry_not_ours": _own_entry(""),
    "companies:entry_undo": _own_entry(""),
    "companies:entry_thanks": _own_entry(""),
    "companies:entry_stop": _own_entry(STOP),
    "companies:alert_confirm": _followed(ALERT_CONFIRM),
    "companies:alerts": _followed(ALERT_MANAGE),
    "companies:alert_stop": _followed(ALERT_STOP),
    "mfa_edit_webauthn": _passkey,
    "mfa_remove_webauthn": _passkey,
    "api:company": lambda world, role: Addresses({"number": world.company.pk}, None, {"number": MISSING}),
    "coaching:calendar_feed": lambda world, role: Addresses({"key": world.calendar()}, None, {"key": "x"}),
    "coaching:template": lambda world, role: Addresses(
        {"name": "liquidity-plan", "form": "word"}, None, {"name": "nothing", "form": "word"}
    ),
    "coaching:question": lambda world, role: Addresses({"number": 1}, None, {"number": 99}),
    "coaching:autosave": lambda world, role: Addresses({"number": 1}, None, {"number": 99}),
    "coaching:confirm": lambda world, role: Addresses(world.token(CONFIRM), None, {"token": "x"}),
    "coaching:resume_link": lambda world, role: Addresses(world.token(RESUME), None, {"token": "x"}),
    "coaching:follow": lambda world, role: Addresses(world.token(FOLLOW), None, {"token": "x"}),
    "coaching:withdraw": lambda world, role: Addresses(world.token(FOLLOW), None, {"token": "x"}),
    "admin:coaching_casefile_handover": lambda world, role: Addresses(
        {"person_pk": world.case.lead_id}, {"person_pk": world.foreign_case.lead_id}, {"person_pk": MISSING}
    ),
    "coaching:afterwards": _afterwards,
    "coaching:specialist": _specialist,
    "coaching:engagement": _engagement,
    "coaching:work": _work,
    "coaching:work_plan": _work,
    "coaching:work_document": _work_document,
    "admin:coaching_casefile_engagement_report": _engagement_step,
    "admin:coaching_casefile_engagement_step": _engagement_step,
    "admin:coaching_casefile_indicator": lambda world, role: Addresses({"name": "requests"}, None, {"name": "nothing"}),
    "admin:app_list": lambda world, role: Addresses({"app_label": "coaching"}),
    "admin:catch_all_view": lambda world, role: Addresses({"url": "nothing/here/"}),
    "admin:view": lambda world, role: Addresses({"object_id": "7"}),
    "sitemap_part": lambda world, role: Addresses({"number": 1}, None, {"number": 999}),
    "map_outlines": lambda world, role: Addresses({"area": "241-242"}, None, {"area": "999"}),
    "admin:mailing_sample": _sample,
    "admin:companies_organisation_step": _step,
    "admin:companies_organisation_pictures": _entry_page,
    "admin:companies_duplicatepair_merge": _merge,
    "admin:companies_importrun_step": _import_step,
    "admin:jobs_job_result": _job_result,
    "admin:companies_changeproposal_decide": _decide,
    "admin:companies_campaign_call": _call,
    "demo:mail_detail": lambda world, role: Addresses(None, None, {"name": "nothing"}),
    "demo:mail_html": lambda world, role: Addresses(None, None, {"name": "nothing"}),
    "demo:problem": lambda world, role: Addresses({"status": 404}),
}
