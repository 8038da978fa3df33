"""Every route of the portal and who may come in: the resolver's own list, held against ``routes.toml``.

The views decide by themselves (decorators, the matrix, the scope); this table says what they must decide, and the sweep in
``tests/house/test_routes.py`` proves that they do. A route without an entry fails there.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from promo_portal.accounts.enums import ADMIN_ROLES, Role
from promo_portal.accounts.permissions import Act, may, may_open

ROUTES = Path(__file__).with_name("routes.toml")
Access = Literal["public", "door", "signed-in", "enrolment", "staff", "staff-some", "closed", "object"]
ACCESSES = frozenset(get_args(Access)) - {"object"}
READING_PAGES = ("changelist", "history", "change")


@dataclass(frozen=True)
class Route:
    """A route as the resolver knows it."""

    name: str
    parameters: frozenset[str]
    view: Callable[..., Any]


@dataclass(frozen=True)
class Entry:
    """Who may come in by a route."""

    access: Access
    what: str = ""
    act: Act = "read"
    roles: frozenset[Role] = frozenset()
    metadata: bool = False

    def admits(self, role: Role) -> bool:
        """Whether somebody with this role alone may come in, for a record of their own."""
        if self.access in {"public", "door"}:
            return True
        if role == Role.VISITOR or self.access == "closed":
            return False
        if self.access in {"staff", "staff-some"}:
            return role in ADMIN_ROLES
        if self.access != "object":
            return True
        if self.roles and role not in self.roles:
            return False
        return bool(may([role], self.what, self.act)) if self.metadata else may_open([role], self.what, self.act)


def walk(
    patterns: Iterable[URLPattern | URLResolver], namespace: str = "", above: frozenset[str] = frozenset()
) -> Iterator[Route]:
    """All routes below ``patterns``, with their full names; one without a name is called after its view."""
    for entry in patterns:
        parameters = above | frozenset(entry.pattern.converters) | frozenset(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry.url_patterns, inner, parameters)
        else:
            own = entry.name or getattr(entry.callback, "__name__", type(entry.callback).__name__)
            yield Route(f"{namespace}{own}", parameters, entry.callback)


def all_routes() -> list[Route]:
    """Every route of the resolver, each name once."""
    found = {route.name: route for route in walk(get_resolver().url_patterns)}
    return sorted(found.values(), key=lambda route: route.name)


@cache
def table() -> dict[str, Entry]:
    """The entries of ``routes.toml``, pages of admin models spread out."""
    entries: dict[str, Entry] = {}
    for section in tomllib.loads(ROUTES.read_text(encoding="utf-8")).values():
        for name, given in section.items():
            entries |= _spread(name, given)
    return entries


def _spread(name: str, given: Any) -> dict[str, Entry]:
    if isinstance(given, str):
        if given not in ACCESSES:
            msg = f"{ROUTES.name}: {name} = {given!r} means nothing"
            raise ImproperlyConfigured(msg)
        return {name: Entry(access=given)}  # type: ignore[arg-type]
    roles = frozenset(Role(role) for role in given.get("roles", ()))
    staff = roles or (ADMIN_ROLES if name.startswith("admin:") else roles)

    def entry(act: Act) -> Entry:
        return Entry("object", given["object"], act, staff, given.get("metadata", False))

    if not name.endswith("_*"):
        return {name: entry(given.get("act", "read"))}
    stem, closed = name.removesuffix("*"), Entry("closed")
    pages = {f"{stem}{page}": entry("read") for page in READING_PAGES}
    for page in ("add", "delete"):
        pages[f"{stem}{page}"] = entry("write") if given.get(page) else closed
    return pages
