"""The rights matrix, read from ``matrix.toml`` once and asked everywhere else.

``may(rights, "case file", "read")`` answers with the grants that allow it, which say how far they reach; an empty answer is
no. A break-glass grant counts only while the person's break-glass session is open. Deny by default: an object or a role
that the file does not name has no access.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from django.core.exceptions import ImproperlyConfigured

from promo_portal.accounts.enums import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from promo_portal.accounts.rights import Rights

Act = Literal["read", "write"]
MATRIX = Path(__file__).with_name("matrix.toml")
BREAK_GLASS = "break-glass"
LETTERS: dict[str, tuple[Act, ...]] = {"R": ("read",), "W": ("write",), "RW": ("read", "write")}
REACHES = frozenset(
    {
        *("own", "association", "case", "assigned", "municipality", "figures", "state", "shared", "token", "published"),
        *("proposal", "agenda", "redacted", "routed", "consented", "referred", "pack", "acts", "profile", "metadata"),
        *("totals", "limited", "break-glass"),
    }
)
NUMBERS_ONLY = frozenset({"figures", "state", "metadata", "totals"})  # such a grant opens no record


@dataclass(frozen=True)
class Grant:
    """One permission of a role on an object; every word of ``reach`` narrows it."""

    role: Role
    act: Act
    reach: frozenset[str]

    @property
    def opens_records(self) -> bool:
        """Whether it shows records at all, and not only numbers or states drawn from them."""
        return not self.reach & NUMBERS_ONLY


def parse_cell(role: Role, cell: str) -> list[Grant]:
    """Read a cell such as ``R association, W proposal own``; ``ImproperlyConfigured`` for a word that means nothing."""
    grants = []
    for part in cell.split(","):
        letters, *reach = part.split()
        if letters not in LETTERS or not set(reach) <= REACHES:
            msg = f"{MATRIX.name}: {cell!r} is no grant"
            raise ImproperlyConfigured(msg)
        grants += [Grant(role, act, frozenset(reach)) for act in LETTERS[letters]]
    return grants


@cache
def matrix() -> dict[str, tuple[Grant, ...]]:
    """All objects with all grants."""
    rows = tomllib.loads(MATRIX.read_text(encoding="utf-8"))
    known = {role.value for role in Role} | {"title"}
    for name, row in rows.items():
        if not set(row) <= known:
            msg = f"{MATRIX.name}: {name!r} names an unknown role: {sorted(set(row) - known)}"
            raise ImproperlyConfigured(msg)
    return {
        name: tuple(grant for role in Role if role in row for grant in parse_cell(role, row[role]))
        for name, row in rows.items()
    }


def may(who: "Rights | Iterable[Role]", what: str, act: Act) -> tuple[Grant, ...]:
    """The grants that allow somebody (their rights, or bare roles) to read or write an object; empty means no.

    Bare roles are asked for the sake of tables and tests; they never hold an open break-glass session.
    """
    from promo_portal.accounts.rights import Rights

    if what not in matrix():
        msg = f"{what!r} is no object of {MATRIX.name}"
        raise ImproperlyConfigured(msg)
    rights = who if isinstance(who, Rights) else Rights(roles=frozenset(who))
    return tuple(
        grant
        for grant in matrix()[what]
        if grant.role in rights.roles
        and grant.act == act
        and (BREAK_GLASS not in grant.reach or rights.break_glass is not None)
    )


def may_open(who: "Rights | Iterable[Role]", what: str, act: Act = "read") -> bool:
    """Whether somebody may open records of an object, not only count them."""
    return any(grant.opens_records for grant in may(who, what, act))


# -- Django's permission names ------------------------------------------------------------------------------------------

MODEL_OBJECTS = {
    "accounts.user": "people",
    "accounts.membership": "people",
    "audit.accesslog": "history",
    "audit.transition": "history",
    "audit.breakglass": "break-glass",
    "jobs.job": "long work",
    "mailing.outgoingmail": "mail",
    "mailing.addresssuppression": "mail",
    "mailing.mailhold": "mail",
    "reminders.deadline": "case task",
    "reminders.reminder": "mail",
    "reminders.absence": "people",
    "reminders.holiday": "closing day",
    "reminders.heartbeat": "operation",
    "companies.organisation": "organisation",
    "companies.organisationactivity": "organisation",
    "companies.organisationcapability": "organisation",
    "companies.contact": "organisation internals",
    "companies.confirmation": "organisation internals",
    "companies.changeproposal": "organisation internals",
    "companies.duplicatepair": "organisation internals",
    "companies.mergerecord": "organisation internals",
    "companies.campaign": "organisation internals",
    "companies.campaignrecipient": "organisation internals",
    "companies.mailrefusal": "organisation internals",
    "companies.importrun": "organisation internals",
    "companies.columnmemory": "organisation internals",
    "companies.importrow": "organisation internals",
    "companies.capability": "capability",
    "companies.capabilitysynonym": "capability",
    "premises.site": "premises",
    "premises.building": "premises",
    "premises.unit": "premises",
    "premises.plot": "premises",
    "premises.picture": "premises",
    "premises.offer": "premises",
    "premises.ownercontact": "premises internals",
    "premises.closure": "premises internals",
    "premises.spacesearch": "space search",
    "premises.match": "space search",
    "premises.enquiry": "space search",
    "premises.shortlist": "space search",
    "premises.shortlistitem": "space search",
    "premises.shortlistview": "space search",
    "coaching.coachingrequest": "coaching request",
    "coaching.decision": "commission decision",
    "coaching.casefile": "case file",
    "coaching.casenote": "case note",
    "coaching.task": "case task",
    "clusters.cluster": "event",
    "clusters.clustermembership": "event",
    "clusters.valuestep": "event",
    "clusters.valuestepmember": "event",
    "clusters.event": "event",
    "clusters.session": "event",
    "clusters.registration": "registration",
    "clusters.guest": "registration",
    "clusters.checkin": "registration",
    "clusters.needoffer": "need and offer",
    "clusters.introduction": "need and offer",
    "exchange.newsitem": "news",
    "coaching.commissionsession": "commission decision",
    "coaching.sessionmember": "commission decision",
    "coaching.agendaitem": "commission decision",
    "coaching.recusal": "commission decision",
    "coaching.opinion": "commission decision",
    "coaching.meeting": "case note",
    "coaching.readinessscore": "case note",
    "coaching.milestone": "case task",
    "coaching.casedocument": "case document",
    "coaching.shareddocument": "case document",
    "coaching.financialplan": "case document",
    "coaching.planline": "case document",
    "coaching.planversion": "case document",
    "coaching.plancomment": "case document",
    "coaching.casemessage": "case document",
    "coaching.calendarfeed": "people",
    "coaching.engagement": "case file",
    "coaching.specialist": "specialist profile",
    "coaching.specialistterms": "specialist profile",
    "coaching.fundingshare": "cost ledger",
    "coaching.annex": "cost ledger",
    "coaching.annexline": "cost ledger",
    "coaching.timeentry": "cost ledger",
    "coaching.timeentryshare": "cost ledger",
    "coaching.costrate": "cost ledger",
    "coaching.outcomecheck": "outcome check",
}


def object_of(model_label: str) -> str | None:
    """The matrix's name for a model, by its label in small letters; regions are known to everybody."""
    if model_label.startswith("regions."):
        return "reference data"
    return MODEL_OBJECTS.get(model_label)


def may_by_django_name(rights: "Rights", permission: str) -> bool:
    """Answer ``app.view_model`` and its sisters; what the matrix does not name is refused."""
    app, _, name = permission.partition(".")
    verb, _, model = name.partition("_")
    what = object_of(f"{app}.{model}")
    if what is None or verb not in {"view", "add", "change", "delete"}:
        return False
    return may_open(rights, what, "read" if verb == "view" else "write")
