"""A database for each size, beside the demo's: made once, grown from the next smaller one, kept for the next run."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.conf import settings
from psycopg2 import sql

PREFIX, UNFINISHED = "portal_bench_", "_unfinished"


class NotPreparedError(Exception):
    """A database could not be made or filled."""


def environment(name: str) -> dict[str, str]:
    """The environment of a command that works on this database; uploaded files and logs keep apart from the demo's."""
    given = dict(os.environ)
    for variable in ("DATABASE_URL", "MIGRATION_DATABASE_URL"):
        if not given.get(variable):
            msg = f"{variable} is not set: the bench makes databases of its own and needs both roles."
            raise NotPreparedError(msg)
        given[variable] = urlunsplit(urlsplit(given[variable])._replace(path=f"/{name}"))
    return given | {
        "MEDIA_ROOT": str(settings.BUILD_DIR / "bench" / "media"),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL") or "WARNING",
    }


def prepare(organisations: int, told: Callable[[str], object]) -> dict[str, str]:
    """Make the database of this size where it lacks, bring it up to date, return the environment to use it.

    A new one begins as a copy of the largest smaller one, so that only the difference is loaded. It gets its name when
    it is whole: one that was cut short is dropped and made anew. Raises ``NotPreparedError``.
    """
    name = f"{PREFIX}{organisations}"
    with closing(_as_owner()) as owner:
        there = _sizes(owner)
        if organisations not in there:
            smaller = max((size for size in there if size < organisations), default=0)
            told(f"making {name}" + (f" from {PREFIX}{smaller}" if smaller else ""))
            _create(owner, name + UNFINISHED, f"{PREFIX}{smaller}" if smaller else "template0")
            _fill(name + UNFINISHED, organisations)
            _execute(owner, "ALTER DATABASE {} RENAME TO {}", name + UNFINISHED, name)
        else:
            _fill(name, organisations)
    return environment(name)


@contextmanager
def copied(organisations: int) -> Iterator[dict[str, str]]:
    """The environment of a copy of this size's database, to be spoilt; it is dropped at the end."""
    name = f"{PREFIX}copy{UNFINISHED}"
    with closing(_as_owner()) as owner:
        _create(owner, name, f"{PREFIX}{organisations}")
        try:
            yield environment(name)
        finally:
            _drop(owner, name)


def _fill(name: str, organisations: int) -> None:
    """All of it may run again: what is there stays."""
    given = environment(name)
    manage(given, "migrate", "--verbosity", "0")
    manage(given, "load_regions")
    manage(given, "seed_demo", "--organisations", str(organisations))


def manage(given: dict[str, str], *arguments: str) -> None:
    """Run one of the portal's commands in this environment; its output is the reader's."""
    command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *arguments]
    done = subprocess.run(command, env=given, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        msg = f"`manage.py {arguments[0]}` ended with {done.returncode}."
        raise NotPreparedError(msg)


def _as_owner() -> Any:
    try:
        owner = psycopg2.connect(os.environ.get("MIGRATION_DATABASE_URL", ""))
    except psycopg2.OperationalError as error:
        msg = f"The owner of the databases cannot be reached (MIGRATION_DATABASE_URL): {error}"
        raise NotPreparedError(msg) from error
    owner.autocommit = True
    return owner


def _sizes(owner: Any) -> list[int]:
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT substr(datname, %s) FROM pg_database WHERE datname ~ %s", [len(PREFIX) + 1, f"^{PREFIX}[0-9]+$"]
        )
        return [int(size) for (size,) in cursor.fetchall()]


def _create(owner: Any, name: str, template: str) -> None:
    _execute(owner, "DROP DATABASE IF EXISTS {}", name)
    _execute(owner, "CREATE DATABASE {} TEMPLATE {}", name, template)


def _drop(owner: Any, name: str) -> None:
    """By force; where the server's own housekeeping is at work there, which we may not end, in the way that waits for it."""
    try:
        _execute(owner, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    except NotPreparedError:
        _execute(owner, "DROP DATABASE IF EXISTS {}", name)


def _execute(owner: Any, statement: str, *names: str) -> None:
    with owner.cursor() as cursor:
        try:
            cursor.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))
        except psycopg2.Error as error:
            msg = f"The bench's database could not be made: {error}"
            raise NotPreparedError(msg) from error
