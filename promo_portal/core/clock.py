"""The portal's clock: the database's, plus an offset that only the demo and the tests may set.

Every rule that depends on a date takes it from here or gets it as an argument. Leases use ``real_now``: they protect
work in progress and must not jump when a demonstration moves its date.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import DateTimeField, DurationField, Func, Subquery, Value
from django.db.models.functions import Coalesce

ZURICH = ZoneInfo("Europe/Zurich")
_fixed: ContextVar[datetime | None] = ContextVar("fixed_now", default=None)
_remembered: ContextVar[list[datetime] | None] = ContextVar("remembered_now", default=None)


def now() -> datetime:
    """The present instant (aware, UTC), from the database's clock and the demo's offset."""
    fixed = _fixed.get()
    if fixed is not None:
        return fixed
    memory = _remembered.get()
    if memory is None:
        return _read()
    if not memory:
        memory.append(_read())
    return memory[0]


def _read() -> datetime:
    if not settings.CLOCK_MAY_BE_MOVED:
        return real_now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp() + coalesce((SELECT shift FROM core_clockoffset LIMIT 1), interval '0')"
        )
        return cursor.fetchone()[0]


def expression() -> Any:
    """``now()`` as part of a query: an instant on the rows that spares a query of its own."""
    from promo_portal.core.models import ClockOffset

    fixed = _fixed.get()
    if fixed is not None:
        return Value(fixed, output_field=DateTimeField())
    instant = Func(function="clock_timestamp", output_field=DateTimeField())
    if not settings.CLOCK_MAY_BE_MOVED:
        return instant
    shift = Subquery(ClockOffset.objects.order_by().values("shift")[:1])
    return instant + Coalesce(shift, Value(timedelta(0)), output_field=DurationField())


@contextmanager
def remembering() -> Iterator[list[datetime]]:
    """Read the clock at most once, when it is first asked: for a request, whose rows then share one "now".

    The list holds the instant once it is known; who knows it already may put it there.
    """
    memory: list[datetime] = []
    token = _remembered.set(memory)
    try:
        yield memory
    finally:
        _remembered.reset(token)


def learn(instant: datetime) -> None:
    """Let the request at work remember an instant that another query has just read, which spares a query."""
    memory = _remembered.get()
    if memory is not None and not memory:
        memory.append(instant)


def real_now() -> datetime:
    """The database's own instant (aware, UTC), never moved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def today() -> date:
    """Today's date in Zurich."""
    return now().astimezone(ZURICH).date()


@contextmanager
def standing_still(at: datetime | None = None) -> Iterator[datetime]:
    """Read the clock once for a request or a pass of work: one query, and one "now" for all rows written."""
    instant = at or now()
    token = _fixed.set(instant)
    try:
        yield instant
    finally:
        _fixed.reset(token)


def move(shift: timedelta) -> None:
    """Set the demo's offset to ``shift``; refused where the clock may not be moved."""
    from promo_portal.core.models import ClockOffset
    from promo_portal.core.page_cache import forget_pages

    if not settings.CLOCK_MAY_BE_MOVED:
        msg = "the clock can be moved in the demo and in tests only"
        raise PermissionDenied(msg)
    ClockOffset.objects.update_or_create(pk=1, defaults={"shift": shift})
    forget_pages()
    memory = _remembered.get()
    if memory:
        memory.clear()
