"""Two things at once in one run: a thread reads the file ahead, another waits for PostgreSQL while the next batch is judged.

Python does one thing at a time, but it is free while PostgreSQL works. One connection serves all, hence one transaction:
whoever wants to ask it something waits first until nothing is being written.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, Full, Queue
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from django.db import connection

T = TypeVar("T")
_AHEAD = 2
_LOOK_SECONDS = 0.2


class Beside:
    """Writes on the caller's connection, in another thread; one thing after the other."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self._connection = connection.connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writes")
        self._now: Future[None] | None = None

    def start(self, write: Callable[[Any], None]) -> None:
        """Begin to write, after what is being written. Until ``wait`` returns nobody else may use the connection."""
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
