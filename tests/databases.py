"""The tables are made once in a run: every database of the suite is a copy of the first.

With ``KEEP_TEST_TABLES=1`` and a ``DATABASE_URL`` of one's own the first one stays for later runs, until a migration
changes: a single test file then begins after a second or two.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, ProgrammingError, connections

from promo_portal.embedded.stamps import fingerprint, migration_sources

OWNER = "portal_owner"
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
KEEP = bool(os.environ.get("KEEP_TEST_TABLES"))
SOURCES = fingerprint(migration_sources())[:12] if KEEP else RUN
TEMPLATE, UNFINISHED = f"test_template_{SOURCES}", f"test_unfinished_{SOURCES}"
LOCK = 20_261_126  # any number: those who come at once wait for the first


@contextmanager
def as_owner() -> Iterator[Any]:
    """The connection as the owner of databases and tables; closed before and after."""
    connection = connections[DEFAULT_DB_ALIAS]
    before = connection.settings_dict["USER"], connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["USER"] = OWNER
    try:
        yield connection
    finally:
        connection.close()
        connection.settings_dict["USER"], connection.settings_dict["NAME"] = before


def copy_of_all_tables(name: str) -> None:
    """Make a database with all tables and what migrations put into them, as the owner, in place of one of that name."""
    with as_owner() as connection, connection._nodb_cursor() as cursor:
        cursor.execute(
            "SET lock_timeout = 0; SET statement_timeout = 0"
        )  # the first may take minutes on a busy machine
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
        if not cursor.fetchone():
            cursor.execute(f"DROP DATABASE IF EXISTS {UNFINISHED} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {UNFINISHED} TEMPLATE template0")
            _migrate(connection)
            cursor.execute(f"ALTER DATABASE {UNFINISHED} RENAME TO {TEMPLATE}")
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _migrate(connection: Any) -> None:
    connection.settings_dict["NAME"] = UNFINISHED
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()


def drop(*names: str) -> None:
    """Throw databases away, if they are there; one that a killed process of the application still holds is left."""
    with as_owner() as connection, connection._nodb_cursor() as cursor:
        for name in names:
            _drop(cursor, name, until=time.monotonic() + 10)


def _drop(cursor: Any, name: str, *, until: float) -> None:
    while True:
        try:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        except (
            OperationalError,
            ProgrammingError,
        ):  # sessions of the other role cannot be ended; theirs end by themselves
            if time.monotonic() > until:
                return
            time.sleep(0.2)  # polling with a deadline
        else:
            return
