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
    "mailing.outgoingmail": "mail",
    "mailing.addresssuppression": "mail",
    "mailing.mailhold": "mail",
    "reminders.deadline": "case task",
    "reminders.reminder": "mail",
    "reminders.absence": "people",
    "reminders.holiday": "closing day",
    "reminders.heartbeat": "operation",
    "coaching.coachingrequest": "coaching request",
    "coaching.decision": "commission decision",
    "coaching.casefile": "case file",
    "coaching.casenote": "case note",
    "coaching.task": "case task",
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
