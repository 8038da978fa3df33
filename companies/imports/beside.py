"""Several things at once in one run: a thread reads the file ahead, others wait for PostgreSQL while a batch is judged.

Python does one thing at a time, but it is free while PostgreSQL works. What a run enters goes through one connection, hence
one transaction: whoever wants to ask it something waits first until nothing is being written. Only what the search is told
of new entries may go through a second one (``apart``): it can be made again from the entries at any time.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, Full, Queue
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)
T = TypeVar("T")
_AHEAD = 2
_LOOK_SECONDS = 0.2
# It waits for the other transaction, however long that one takes; a process that ends closes it.
_LIMITS = """
SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),
       set_config('idle_in_transaction_session_timeout', '0', true)
"""


class Beside:
    """Writes on a connection, the caller's own by default, in another thread; one thing after the other."""

    def __init__(self, other: BaseDatabaseWrapper | None = None) -> None:
        used = other or connection
        used.ensure_connection()
        self._connection = used.connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writes")
        self._now: Future[None] | None = None

    def start(self, write: Callable[[Any], None]) -> None:
        """Begin to write when all before is written. Until ``wait`` returns nobody else may use the connection."""
        self.wait()
        self._now = self._thread.submit(self._write, write)

    def _write(self, write: Callable[[Any], None]) -> None:
        with self._connection.cursor() as cursor:
            write(cursor)

    def wait(self) -> None:
        """Return when nothing is being written; an error of the writing is raised here."""
        now, self._now = self._now, None
        if now is not None:
            now.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown()  # waits: the connection is the caller's again


class Apart:
    """A transaction beside the caller's, committed right after it or not at all."""

    def __init__(self, other: BaseDatabaseWrapper) -> None:
        self.connection = other
        self._last: list[tuple[str, list[Any]]] = []

    def at_last(self, statement: str, parameters: list[Any]) -> None:
        """A statement for the moment when the caller's transaction is committed and this one is about to be."""
        self._last.append((statement, parameters))

    def commit(self) -> None:
        """Commit; where that fails, the caller's work stands, and what is missing here has to be made again later."""
        try:
            with self.connection.cursor() as cursor:
                for statement, parameters in self._last:
                    cursor.execute(statement, parameters)
            self.connection.commit()
        except DatabaseError:
            log.exception("the second transaction was lost")


@contextmanager
def apart() -> Iterator[Apart | None]:
    """A transaction of its own for what may come a moment later; to be entered before the caller's own transaction.

    Nothing where a transaction is open already: nobody knows when that one will end, so all has to be written in it.
    """
    if connection.in_atomic_block:
        yield None
        return
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(_LIMITS)
        both = Apart(other)
        yield both
        both.commit()
    finally:
        other.close()  # what is not committed is gone


_END = object()


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items, each made in another thread while the one before is used. They must not ask the database."""
    ready: Queue[Any] = Queue(_AHEAD)
    is_over = Event()

    def put(item: Any) -> None:
        while not is_over.is_set():
            try:
                ready.put(item, timeout=_LOOK_SECONDS)
            except Full:
                continue
            return

    def make() -> None:
        try:
            for item in items:
                put(item)
                if is_over.is_set():
                    return
            put(_END)
        except BaseException as error:  # noqa: BLE001 - raised where the items are used
            put(error)

    maker = Thread(target=make, name="reads", daemon=True)
    maker.start()
    try:
        while True:
            try:
                item = ready.get(timeout=_LOOK_SECONDS)
            except Empty:
                continue
            if item is _END:
                return
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        is_over.set()
        maker.join()
