"""One owner per state folder: who comes second attaches to the running servers instead of starting more."""

import contextlib
import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from promo_portal.embedded.errors import EmbeddedError
from promo_portal.embedded.places import BENCH, State
from promo_portal.embedded.services import Services

DEVELOPMENT_SETTINGS = ("promo_portal.settings.dev", "promo_portal.settings.test")
START_LIMIT_SECONDS = 90
_WITHOUT_SERVERS = frozenset(
    [
        "help",
        "version",
        "--help",
        "-h",
        "--version",
        "build_assets",
        "collectstatic",
        "check_catalogues",
        "compile_catalogues",
        "list_missing",
        "compilemessages",
        "diffsettings",
        "extract_messages",
        "findstatic",
        "makemessages",
        "makemigrations",
        "startapp",
        "startproject",
        "check",
    ]
)


class Lock:
    """A file lock that the kernel drops when its holder ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Take the lock; return False where somebody else has it and we do not wait."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        how = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        try:
            fcntl.flock(descriptor, how)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Ownership:
    """The right to run the servers of a state folder, and the note that tells others how to reach them."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._lock = Lock(state.run / "lock")

    def take(self) -> bool:
        """Become the owner, or return False because somebody is."""
        if not self._lock.take():
            return False
        self.state.environment_file.unlink(missing_ok=True)  # a killed owner's note
        return True

    def announce(self, kind: str, environment: dict[str, str], **more: Any) -> None:
        """Let others attach from now on."""
        note = {"kind": kind, "pid": os.getpid(), "environment": environment, **more}
        fresh = self.state.environment_file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(note, indent=1))
        fresh.replace(self.state.environment_file)

    def withdraw(self) -> None:
        self.state.environment_file.unlink(missing_ok=True)

    def release(self) -> None:
        self._lock.release()


def running(state: State) -> dict[str, Any] | None:
    """Return the note of the servers that run here now, None where nobody owns the state folder."""
    if not state.run.exists():
        return None
    probe = Lock(state.run / "lock")
    if probe.take(shared=True):
        probe.release()
        return None
    try:
        note: dict[str, Any] = json.loads(state.environment_file.read_text())
    except (OSError, ValueError):
        return {"kind": "starting", "environment": {}}
    return note


def wants_servers(arguments: Sequence[str]) -> bool:
    """Tell whether a ``manage.py`` command line needs them: development settings, and a command that reads data."""
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", DEVELOPMENT_SETTINGS[0])
    for position, argument in enumerate(arguments):
        if argument.startswith("--settings="):
            settings = argument.partition("=")[2]
        elif argument == "--settings" and position + 1 < len(arguments):
            settings = arguments[position + 1]
    if settings not in DEVELOPMENT_SETTINGS:
        return False
    if len(arguments) < 2 or {"--help", "-h"} & set(arguments):  # noqa: PLR2004 - the program's name and a command
        return False
    return arguments[1] not in _WITHOUT_SERVERS or "--database" in arguments


@contextlib.contextmanager
def run_with_servers(arguments: Sequence[str]) -> Iterator[None]:
    """Give a ``manage.py`` command its servers: the running demo's, else own ones for as long as it takes.

    Only command lines come here. Settings, Celery and gunicorn read plain environment variables and start nothing.
    """
    given = {name for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL") if os.environ.get(name)}
    if not wants_servers(arguments) or len(given) == 3:  # noqa: PLR2004
        yield
        return
    state = State.of_checkout(BENCH if arguments[1] == BENCH else "")
    state.prepare()
    with _attached_or_own(state):
        yield


@contextlib.contextmanager
def _attached_or_own(state: State) -> Iterator[None]:
    ownership, users = Ownership(state), Lock(state.run / "users")
    note = _attach(state, ownership, users)
    if note:
        adopt(note["environment"])
        try:
            yield
        finally:
            users.release()
        return
    services = Services(state)
    with _sigterm_ends_in_order():
        try:
            services.start()
            adopt(services.environment)
            ownership.announce("command", services.environment)
            yield
        finally:
            _wait_for_users(users)
            ownership.withdraw()
            services.stop()
            ownership.release()
            users.release()


def _attach(state: State, ownership: Ownership, users: Lock) -> dict[str, Any] | None:
    """Return the note of running servers with the users' lock held, or None with the ownership taken."""
    deadline = time.monotonic() + START_LIMIT_SECONDS
    told = False
    while time.monotonic() < deadline:
        if ownership.take():
            return None
        if users.take(shared=True):
            note = running(state)
            if note and note["kind"] != "starting":
                return note
            users.release()
        if not told and time.monotonic() > deadline - START_LIMIT_SECONDS + 2:
            print("Waiting for the servers that somebody else is starting or stopping …", file=sys.stderr)
            told = True
        time.sleep(0.1)
    msg = (
        f"Somebody holds {state.run / 'lock'} but no servers came up within {START_LIMIT_SECONDS} s. See `make doctor`."
    )
    raise EmbeddedError(msg)


def _wait_for_users(users: Lock) -> None:
    """Wait for commands that use our servers too; who is in a hurry presses Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):
        if not users.take():
            print("Waiting for another command that uses these servers (Ctrl-C: stop them now) …", file=sys.stderr)
            users.take(wait=True)


def adopt(environment: dict[str, str]) -> None:
    """Put the servers' addresses where settings read them; what somebody has set by hand stays.

    With a database of ours, variables that would bend its client libraries (PG*) go.
    """
    found = dict(environment)
    if os.environ.get("DATABASE_URL"):
        found.pop("PGHOST", None)
        found.pop("MIGRATION_DATABASE_URL", None)
    elif "DATABASE_URL" in found:
        for name in [name for name in os.environ if name.startswith("PG")]:
            del os.environ[name]
    os.environ.update({name: value for name, value in found.items() if not os.environ.get(name)})


@contextlib.contextmanager
def _sigterm_ends_in_order() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into an ordinary end, so that the servers are stopped on the way out."""

    def leave(number: int, frame: object) -> None:
        sys.exit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
