"""Whose rows may be seen: the scope of the person or job at work, enforced twice.

A scope names associations and, for people who see their own rows only, a person. Confidential models read it when their
SQL is compiled (no scope: ``ScopeMissing``), and PostgreSQL's row-level security reads the same values from the
transaction (no scope: no rows). Forgetting a filter therefore shows nothing instead of everything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.db.models.expressions import Expression

ModelT = TypeVar("ModelT", bound=models.Model)


class ScopeMissing(ImproperlyConfigured):
    """A confidential table was read without saying on whose behalf."""


@dataclass(frozen=True)
class Scope:
    """The associations whose files are open, and the person whose own rows are."""

    associations: frozenset[int] = field(default_factory=frozenset)
    user_id: int | None = None

    def settings(self) -> tuple[str, str]:
        """The two values that the row-level policies read."""
        return ",".join(str(pk) for pk in sorted(self.associations)), str(self.user_id or "")


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current_scope() -> Scope | None:
    """The scope in force, or ``None`` where nothing confidential may be read."""
    return _current.get()


def tell_database(wrapper: Any, scope: Scope | None) -> None:
    """Hand the scope to the open transaction; it ends with the transaction."""
    if wrapper.connection is None or wrapper.needs_rollback:
        return
    associations, user = scope.settings() if scope else ("", "")
    with wrapper.connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('portal.associations', %s, true), set_config('portal.user', %s, true)",
            [associations, user],
        )


@contextmanager
def scope(wanted: Scope) -> Iterator[Scope]:
    """Work on behalf of ``wanted``; the previous scope returns afterwards."""
    before = _current.get()
    token = _current.set(wanted)
    if connection.in_atomic_block:
        tell_database(connection, wanted)
    try:
        yield wanted
    finally:
        _current.reset(token)
        if connection.in_atomic_block:
            tell_database(connection, before)


def association_scope(*association_ids: int) -> Any:
    """The scope of a job that works for these associations, such as the worker that sends a reminder.

    Confidential rows are read and written within a transaction: ``with transaction.atomic(), association_scope(pk):``.
    """
    return scope(Scope(associations=frozenset(association_ids)))


class InScope(Expression):
    """SQL condition: the row belongs to an association of the scope, or to its person."""

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, association: str = "association_id", own: str | None = None) -> None:
        super().__init__()
        self.association: Any = models.F(association)
        self.own: Any = models.F(own) if own else None

    def get_source_expressions(self) -> list[Any]:
        return [self.association, self.own]

    def set_source_expressions(self, exprs: Any) -> None:
        self.association, self.own = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        active = current_scope()
        if active is None:
            msg = "a confidential table was read outside a scope"
            raise ScopeMissing(msg)
        if not connection.in_atomic_block:
            # The database knows the scope of a transaction only; outside of one it would quietly show no row.
            msg = "a confidential table was read outside a transaction: wrap the scope and the query in atomic()"
            raise ScopeMissing(msg)
        sql, params = compiler.compile(self.association)
        sql, params = f"{sql} = ANY(%s::bigint[])", [*params, sorted(active.associations)]
        if self.own is not None and active.user_id is not None:
            own_sql, own_params = compiler.compile(self.own)
            sql, params = f"({sql} OR {own_sql} = %s)", [*params, *own_params, active.user_id]
        return sql, params


class ScopedManager(models.Manager[ModelT]):
    """The default manager of a confidential model: every query is bound to the scope in force when it runs."""

    def __init__(self, association: str = "association_id", own: str | None = None) -> None:
        super().__init__()
        self.association_path, self.own_path = association, own

    def get_queryset(self) -> models.QuerySet[ModelT]:
        return super().get_queryset().filter(InScope(self.association_path, self.own_path))
