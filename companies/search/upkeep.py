"""When the search follows: entries that change, at once; the rest by night. May come late or twice."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from django.db import transaction

from companies.search.storing import drop_aged, rebuild, refresh
from promo_portal.core import clock
from promo_portal.reminders import heartbeat

HEARTBEAT = "search"
AT_ONCE = 500
_is_run: ContextVar[bool] = ContextVar("search_follows_the_run", default=False)


def follow_changes(ids: Collection[int]) -> None:
    """Follow changed entries: at once what a person changed, by the worker what a run changed.

    Called within the transaction that changes them; what a person changed is found from the same moment on.
    """
    wanted = sorted({int(pk) for pk in ids})
    if len(wanted) <= AT_ONCE or _is_run.get():
        refresh(wanted)
        return
    from companies.tasks import refresh_documents

    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        transaction.on_commit(partial(refresh_documents.delay, part), robust=True)


@contextmanager
def by_the_run_itself() -> Iterator[None]:
    """Within, however many entries change, the search follows in the same transaction: for work that nobody waits for."""
    token = _is_run.set(True)
    try:
        yield
    finally:
        _is_run.reset(token)


def nightly_pass() -> bool:
    """Bring the search up to date for the day, once; ``False`` where that is done already."""
    now = clock.now()
    drop_aged()
    if not heartbeat.first_today(HEARTBEAT, now.astimezone(clock.ZURICH)):
        return False
    rebuild()
    return True
