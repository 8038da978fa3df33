"""A file's rows read by a process of its own: where there are two processors, Python can use the second one.

The child only computes. It is forked before the run starts a thread, closes every file but its own, asks the database nothing,
and ends with the run: by itself when the last row is read, else by a signal, or at its next row when nobody listens any more.
"""

import fcntl
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from companies.imports.pieces import put, taken

_END, _ERROR = "end", "error"
_MOST_PIPED = 1 << 20  # bytes that wait in the pipe, at most what Linux grants everybody
WORTH_IT = 5_000  # rows; fewer are read before a process has begun


class ChildLost(Exception):
    """The process that read the rows ended before the last one, or found a fault of the program; its words are the reason."""


def is_possible() -> bool:
    """Whether this process may be forked: where other threads run, one of them could hold a lock that nobody releases."""
    return sys.platform == "linux" and threading.active_count() == 1 and (os.cpu_count() or 1) > 1


def by_child(items: Callable[[], Iterable[Any]], *, needs: Iterable[int] = ()) -> Iterator[Any]:
    """What ``items()`` yields, made in a child; they are copied on their way.

    ``needs`` are the files, by number, that it reads. Raises ``ChildLost``.
    """
    hears, tells = os.pipe()
    with suppress(OSError):
        fcntl.fcntl(tells, fcntl.F_SETPIPE_SZ, _MOST_PIPED)
    number = os.fork()
    if not number:
        _make(items, tells, {*needs})
    os.close(tells)
    try:
        with os.fdopen(hears, "rb", _MOST_PIPED) as pipe:
            for kind, item in taken(pipe):
                if kind == _END:
                    return
                if kind == _ERROR:
                    raise ChildLost(item)
                yield item
        msg = "the process that reads the rows was lost"
        raise ChildLost(msg)
    finally:
        os.kill(
            number, signal.SIGKILL
        )  # it may be waiting to be heard; one that has ended is still there to be asked for
        with suppress(ChildProcessError):
            os.waitpid(number, 0)


def _make(items: Callable[[], Iterable[Any]], tells: int, needs: set[int]) -> NoReturn:
    """What the child does, whatever happens to it: no handler, no ``finally`` of its parent runs here a second time."""
    code = 1
    try:
        for one in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            signal.signal(one, signal.SIG_DFL)
        _close_all_but({0, 1, 2, tells, *needs})
        with os.fdopen(tells, "wb", 0) as pipe:
            try:
                for item in items():
                    put(pipe, ("", item))
                put(pipe, (_END, None))
            except BrokenPipeError:
                raise
            except Exception as fault:  # noqa: BLE001 - told to the one who waits for it
                put(pipe, (_ERROR, f"{type(fault).__name__}: {fault}"))
        code = 0
    finally:
        os._exit(code)


def _close_all_but(kept: set[int]) -> None:
    """The parent's connections are its own: a server has to notice at once when the parent ends."""
    for number in [int(path.name) for path in Path("/proc/self/fd").iterdir()]:
        if number not in kept:
            with suppress(OSError):
                os.close(number)
