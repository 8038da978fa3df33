"""``make doctor``: what this machine offers, what runs, and a plain cure for what is wrong."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from promo_portal.embedded.binaries import Program, find_postgres, find_valkey
from promo_portal.embedded.errors import EmbeddedError
from promo_portal.embedded.loopback import fetch_status
from promo_portal.embedded.places import State
from promo_portal.embedded.sharing import running

NEEDED_FREE_BYTES = 1_000_000_000
OLDEST_POSTGRES = 15
OLDEST_PYTHON = (3, 11)
HTTP_OK = 200
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def examine(port: int) -> int:
    """Print one line per thing examined; return 1 when something needs a cure."""
    state = State.of_checkout()
    note = running(state)
    wrong = 0
    for well, subject, finding in (*_machine(state), *_servers(), *_running(note, port)):
        mark = {True: "ok  ", False: "BAD ", None: "-   "}[well]
        print(f"{mark}{subject:13}{finding}")
        wrong += well is False
    print("Everything is in order." if not wrong else f"{wrong} to cure.")
    return 1 if wrong else 0


Finding = tuple[bool | None, str, str]


def find_browser() -> str | None:
    """Return the browser that the browser tests drive."""
    named = os.environ.get("PORTAL_CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def _machine(state: State) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    new_enough = sys.version_info >= OLDEST_PYTHON
    yield (
        new_enough,
        "python",
        f"{version}, {sys.executable}" + ("" if new_enough else ": install Python 3.11 or later"),
    )
    for program in ("git", "make"):
        path = shutil.which(program)
        yield bool(path), program, path or f"missing: install the package {program}"
    browser = find_browser()
    yield (True if browser else None), "chromium", browser or "none: browser tests are skipped (apt install chromium)"
    place = next(folder for folder in (state.base, *state.base.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    cure = "" if free > NEEDED_FREE_BYTES else ": free some space, or choose another folder with PORTAL_STATE"
    yield free > NEEDED_FREE_BYTES, "disk", f"{free / 1e9:.1f} GB free at {place}{cure}"
    try:
        state.prepare()
        yield True, "state folder", f"{state.base} ({_size(state.base)})"
        yield True, "sockets", str(state.sockets)
    except EmbeddedError as error:
        yield False, "state folder", str(error)
    older = [path.name for path in state.base.glob("pg*") if path.is_dir() and path.name != _expected_cluster()]
    if older:
        yield None, "old data", f"{', '.join(older)}: made by another PostgreSQL; `make reset` drops it"


def _servers() -> Iterator[Finding]:
    for variable in ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "EMAIL_URL"):
        if os.environ.get(variable):
            yield None, variable, "given by the environment: used instead of a private server"
    for subject, find in (("postgresql", find_postgres), ("valkey", find_valkey)):
        try:
            program: Program = find()
            old = subject == "postgresql" and program.major < OLDEST_POSTGRES
            cure = f": too old, {OLDEST_POSTGRES} or later is needed" if old else ""
            yield not old, subject, f"{program.version} from {program.origin}: {program.path}{cure}"
        except (EmbeddedError, OSError) as error:
            yield False, subject, str(error)


def _running(note: dict[str, object] | None, port: int) -> Iterator[Finding]:
    if note and note["kind"] == "demo":
        yield True, "demo", f"runs as process {note['pid']} at {note['address']}"
        for path in ("live", "ready", "jobs"):
            status = fetch_status(f"http://127.0.0.1:{note['port']}/health/{path}", seconds=10)
            cure = "" if status == HTTP_OK else f": see the logs in {State.of_checkout().log}"
            yield status == HTTP_OK, f"health/{path}", f"{status or 'no answer'}{cure}"
        return
    if note:
        yield None, "servers", f"in use by another command (process {note.get('pid', 'starting')})"
    else:
        yield None, "demo", "does not run (start it with `make demo`)"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            yield True, "port", f"{port} is free"
        except OSError:
            yield False, "port", f"{port} is taken by another program: make demo PORT={port + 1}"


def _expected_cluster() -> str:
    try:
        return f"pg{find_postgres().major}"
    except EmbeddedError:
        return ""


def _size(folder: Path) -> str:
    total = 0
    for root, _, files in os.walk(folder):
        total += sum((Path(root) / name).lstat().st_size for name in files if (Path(root) / name).is_symlink() is False)
    return f"{total / 1e6:.0f} MB"
