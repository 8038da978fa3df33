"""How far the work is: counted in memory, written a few times a second by a connection of its own.

The work usually runs in one transaction, which nobody else can look into; a second connection tells the world how far it
is, keeps the lease alive and brings back the wish to stop.
"""

import time
from types import TracebackType
from typing import Any, Self

from django.db import connections

from promo_portal.jobs.models import Job, JobState

SECONDS_BETWEEN = 0.3


class Cancelled(Exception):
    """A person wants the work stopped; raised out of ``Progress.at`` so that the transaction is undone."""


class LeaseLost(Exception):
    """Somebody else took the work over, since this worker was silent for too long: leave everything alone."""


class Progress:
    """For work without a job, such as a command at a terminal: counts, tells nobody, is never stopped."""

    def __init__(self) -> None:
        self.done, self.total, self.message = 0, 0, ""

    def at(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """So many steps are done; ``total`` and ``message`` (an English sentence) stay as they were unless given."""
        self.done = done
        if total is not None:
            self.total = total
        if message is not None:
            self.message = message


class LiveProgress(Progress):
    """The progress of a claimed job, seen by whoever looks."""

    def __init__(self, job: Job, *, lease_seconds: float) -> None:
        super().__init__()
        self._job, self._lease = job, lease_seconds
        self._written = 0.0
        self._connection: Any = connections["default"].copy()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def at(self, done: int, total: int | None = None, message: str | None = None) -> None:
        is_news = (total is not None and total != self.total) or (message is not None and message != self.message)
        super().at(done, total, message)
        if is_news or time.monotonic() - self._written >= SECONDS_BETWEEN:
            self.write()

    def write(self) -> None:
        """Write what is known now; ``Cancelled`` or ``LeaseLost`` where the work is to end."""
        with self._connection.cursor() as cursor:
            cursor.execute(
                "UPDATE jobs_job SET done = %s, total = %s, message = %s, message_values = '{}',"
                " lease_until = clock_timestamp() + make_interval(secs => %s)"
                " WHERE id = %s AND lease_token = %s RETURNING state",
                [self.done, self.total, self.message, self._lease, self._job.pk, self._job.lease_token],
            )
            found = cursor.fetchone()
        self._written = time.monotonic()
        if found is None:
            raise LeaseLost
        if found[0] == JobState.CANCELLING:
            raise Cancelled
