"""Two associations with everything in them twice: what the sweep of all routes puts into addresses.

A route with parameters finds its arguments here: for a record of the person's own association (or their own), for one of
others, and for one that does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models

from coaching.links import CONFIRM, DAYS, FOLLOW, RESUME
from coaching.models import CaseFile, CoachingRequest, Task
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.models import AccessLog, BreakGlass, Transition
from promo_portal.core import links
from promo_portal.core.scope import association_scope
from promo_portal.mailing.models import AddressSuppression, MailHold, OutgoingMail
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.models import Absence, Deadline, Heartbeat, Holiday, Reminder
from tests import factories
from tests.security.rows import case_in

MISSING = 987_654_321
SHARED = {"mailing_mailhold"}  # of the installation, not of an association
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
    case: Any = None
    foreign_case: Any = None

    @classmethod
    def build(cls, here: Association, there: Association, tavannes: Municipality, nidau: Municipality) -> "World":
        """Make everything; call it within a transaction that is rolled back."""
        people = {role: _person(role, here, tavannes) for role in Role if role != Role.VISITOR}
        stranger = factories.member("founder", there, first_name="Xaver", last_name="Anderswo")
        foreign_coach = factories.member("coach", there, first_name="Beat", last_name="Kunz")
        world = cls(here, there, people)
        world.case = case_in(here, tavannes, people[Role.FOUNDER], people[Role.COACH], title="Atelier")
        world.foreign_case = case_in(there, nidau, stranger, foreign_coach, title="Brasserie")
        world._collect(stranger)
        return world

    def _collect(self, stranger: User) -> None:
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
        for model in (OutgoingMail, AddressSuppression, MailHold):
            pair = (_mail_row(model, here, self.people[Role.COACH]), _mail_row(model, there, stranger))
            self.rows[f"mailing_{model._meta.model_name}"] = pair
        self.rows["reminders_deadline"] = (_deadline(self.case), _deadline(self.foreign_case))
        self.rows["reminders_reminder"] = tuple(_reminder(row) for row in self.rows["reminders_deadline"])  # type: ignore[assignment]
        self.rows["reminders_holiday"] = (_holiday(here), _holiday(there))
        Heartbeat.objects.update_or_create(name="beat", defaults={"at": datetime(2026, 11, 2, 9, tzinfo=UTC)})
        for model in (AccessLog, Transition, BreakGlass):
            pair = (_record(model, here, self.people[Role.MANAGER]), _record(model, there, stranger))
            self.rows[f"audit_{model._meta.model_name}"] = pair

    def _request(self, association: Association) -> Any:
        with association_scope(association.pk):
            return CoachingRequest.unscoped.get(association=association)

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
        if route.startswith("admin:coaching_coachingrequest_"):
            return self._pair("coaching_coachingrequest", "pk")
        if route.startswith(("admin:coaching_casefile_", "coaching:case", "coaching:task")):
            return self._case(parameters)
        raise KeyError(route)

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
        everything = role == Role.ADMINISTRATOR and not stem.startswith("coaching_")
        return Addresses(pair.own, None, pair.missing) if everything else pair

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

    def _case(self, parameters: frozenset[str]) -> Addresses:
        def of(case: CaseFile) -> Arguments:
            with association_scope(case.association_id):
                task = Task.objects.get(case_file=case)
            return {"pk": case.pk, "task_pk": task.pk} if "task_pk" in parameters else {"pk": case.pk}

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


SPECIAL: dict[str, Callable[[World, Role], Addresses]] = {
    "mfa_edit_webauthn": _passkey,
    "mfa_remove_webauthn": _passkey,
    "coaching:question": lambda world, role: Addresses({"number": 1}, None, {"number": 99}),
    "coaching:autosave": lambda world, role: Addresses({"number": 1}, None, {"number": 99}),
    "coaching:confirm": lambda world, role: Addresses(world.token(CONFIRM), None, {"token": "x"}),
    "coaching:resume_link": lambda world, role: Addresses(world.token(RESUME), None, {"token": "x"}),
    "coaching:follow": lambda world, role: Addresses(world.token(FOLLOW), None, {"token": "x"}),
    "coaching:withdraw": lambda world, role: Addresses(world.token(FOLLOW), None, {"token": "x"}),
    "admin:app_list": lambda world, role: Addresses({"app_label": "coaching"}),
    "admin:catch_all_view": lambda world, role: Addresses({"url": "nothing/here/"}),
    "admin:view": lambda world, role: Addresses({"object_id": "7"}),
    "admin:mailing_sample": _sample,
    "demo:mail_detail": lambda world, role: Addresses(None, None, {"name": "nothing"}),
    "demo:mail_html": lambda world, role: Addresses(None, None, {"name": "nothing"}),
    "demo:problem": lambda world, role: Addresses({"status": 404}),
}
