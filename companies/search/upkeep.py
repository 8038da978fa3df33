"""When the search follows: entries that change, at once; the rest by night. May come late or twice."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from companies.models import Organisation
from companies.search.storing import drop_aged, rebuild, refresh
from promo_portal.core import clock
from promo_portal.reminders import heartbeat

HEARTBEAT = "search"
AT_ONCE = 500
LONGEST_RUN = timedelta(hours=1)
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
    _follow_what_changed_meanwhile(now)
    return True


def _follow_what_changed_meanwhile(began: datetime) -> None:
    """A rebuild reads the directory as it stood at its beginning: what came in or changed while it ran, it has put back.

    Entries are written with the moment at which a run began, so that those of a run begun a while before belong to it.
    """
    since = began - LONGEST_RUN
    changed = Organisation.objects.filter(Q(created_at__gte=since) | Q(changed_at__gte=since))
    numbers = list(changed.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(numbers), AT_ONCE):
        refresh(numbers[start : start + AT_ONCE])
