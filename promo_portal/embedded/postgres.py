"""One private PostgreSQL: cluster, roles, start, stop, and the rough handling that endurance tests need."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from promo_portal.embedded.binaries import Program, find_postgres
from promo_portal.embedded.children import (
    Child,
    command_of,
    end_process,
    last_lines,
    server_environment,
    start_child,
    started_at,
)
from promo_portal.embedded.errors import EmbeddedError
from promo_portal.embedded.places import State, server_account

SUPERUSER, OWNER, APPLICATION = "postgres", "portal_owner", "portal_app"
DATABASE = "portal"
START_LIMIT_SECONDS = 60
STOP_LIMIT_SECONDS = 15
_BUILTIN_LOCALE_SINCE = 17
_IO_METHOD_SINCE = 18
LEAST_BUFFERS_MB, MOST_BUFFERS_MB = 128, 2048

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "log_min_duration_statement": "500",
    # After each checkpoint a page is written whole at its first change: with 1 GB, an import into a million entries met
    # four checkpoints and wrote each of its pages four times.
    "max_wal_size": "4GB",
    "timezone": "UTC",
    "jit": "off",
}
FORGETFUL_SETTINGS = {  # tests throw their data away: nothing need survive a crash of the machine
    "shared_buffers": "64MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "log_min_duration_statement": "-1",
}


def buffers_mb() -> int:
    """An eighth of the machine's memory for PostgreSQL's own, from 128 MB to 2 GB: a million entries and their indexes fit."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return LEAST_BUFFERS_MB
    return min(MOST_BUFFERS_MB, max(LEAST_BUFFERS_MB, memory // (8 << 20)))


class EmbeddedPostgres:
    """A PostgreSQL of our own: reachable through a unix socket of mode 0700 only, owned by whoever called ``start``.

    ``durable=False`` trades crash safety for speed; tests that kill the server must keep ``durable=True``.
    """

    def __init__(self, state: State, *, durable: bool = True) -> None:
        self.state = state
        self.durable = durable
        self.program = find_postgres()
        self.child: Child | None = None

    @property
    def data(self) -> Path:
        """Return the cluster's folder; the major version is in its name, so that an upgrade never meets old files."""
        return self.state.base / f"pg{self.program.major}"

    def address(self, role: str, database: str = DATABASE) -> str:
        """Return a database address that Django's and other readers of URLs understand alike."""
        return f"postgresql://{role}@/{database}?host={self.state.sockets}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.address(APPLICATION),
            "MIGRATION_DATABASE_URL": self.address(OWNER),
            "PGHOST": str(self.state.sockets),
        }

    def start(self) -> None:
        """Start the server, making cluster, roles and database where they lack; raises EmbeddedError."""
        self.program = self.program.runnable(self.state)
        if not self.data.exists():
            self._make_cluster()
        deadline = time.monotonic() + START_LIMIT_SECONDS
        self._clear_stale_lock()
        while not self._started(deadline):
            time.sleep(0.2)  # the last server's children still hold its memory; they end within moments
        self._make_roles_and_database()

    def stop(self) -> None:
        """Stop in order (sessions are ended, data is written); never by SIGKILL, which would cost a recovery."""
        if self.child:
            self.child.stop(STOP_LIMIT_SECONDS, last_resort=signal.SIGQUIT)
            self.child = None

    def kill(self) -> None:
        """End it as a power cut would, for crash tests."""
        if self.child:
            self.child.process.kill()
            self.child.process.wait()
            self.child = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def _make_cluster(self) -> None:
        """Run initdb beside the final place and rename: a killed initdb leaves no half cluster."""
        unfinished = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        account = server_account()
        if account:
            os.chown(unfinished, account.pw_uid, account.pw_gid)
        locale = ["--locale=C.UTF-8"]
        if self.program.major >= _BUILTIN_LOCALE_SINCE:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        command: list[str | Path] = [self.program.sibling("initdb"), "-D", unfinished, "-U", SUPERUSER]
        command += ["--auth=trust", "--encoding=UTF8", *locale, *([] if self.durable else ["--no-sync"])]
        child = start_child(
            "initdb",
            command,
            state=self.state,
            environment=server_environment(),
            folder=unfinished,
            as_server=True,
        )
        code = child.process.wait()
        child.note.unlink(missing_ok=True)
        if code != 0:
            msg = f"initdb ended with {code}; the end of its log:\n{child.last_lines()}"
            raise EmbeddedError(msg)
        unfinished.rename(self.data)

    def _clear_stale_lock(self) -> None:
        """Remove a lock file whose process is not a server of this folder; end one that is (we hold the run lock)."""
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            lock.unlink(missing_ok=True)
            return
        if started_at(pid) and "postgres" in command_of(pid) and str(self.data) in command_of(pid):
            end_process(pid, signal.SIGINT, signal.SIGQUIT)
        lock.unlink(missing_ok=True)

    def _started(self, deadline: float) -> bool:
        """Start the server and wait until it answers; return False where trying again is worth it."""
        settings = SETTINGS | {"shared_buffers": f"{buffers_mb()}MB"} | ({} if self.durable else FORGETFUL_SETTINGS)
        settings["unix_socket_directories"] = f'"{self.state.sockets}"'
        if not self.durable and self.program.major >= _IO_METHOD_SINCE:
            settings["io_method"] = "sync"
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.child = start_child(
            "postgres",
            [self.program.path, "-D", self.data, *options],
            state=self.state,
            environment=server_environment(),
            folder=self.data,
            stop_signal=signal.SIGINT,
            as_server=True,
        )
        while not self._answers():
            if not self.child.alive:
                log = self.child.last_lines()
                if "pre-existing shared memory block" in log and time.monotonic() < deadline:
                    return False
                msg = f"PostgreSQL ended while starting; the end of {self.child.log}:\n{log}"
                raise EmbeddedError(msg)
            if time.monotonic() > deadline:
                log = self.child.last_lines()
                self.stop()
                msg = f"PostgreSQL did not answer within {START_LIMIT_SECONDS} s; the end of its log:\n{log}"
                raise EmbeddedError(msg)
            time.sleep(0.02)
        return True

    def _answers(self) -> bool:
        """Tell whether our own child answers; another server on the same socket must not be taken for it."""
        import psycopg2

        if self.child is None or not self.child.alive:
            return False
        try:
            first_line = (self.data / "postmaster.pid").read_text().split("\n", 1)[0]
            if int(first_line) != self.child.process.pid:
                return False
            self.connect("postgres").close()
        except (OSError, ValueError, psycopg2.OperationalError):
            return False
        return True

    def connect(self, database: str = DATABASE, role: str = SUPERUSER):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Return a psycopg2 connection in autocommit mode."""
        import psycopg2

        connection = psycopg2.connect(
            host=str(self.state.sockets), port=5432, user=role, dbname=database, connect_timeout=2, sslmode="disable"
        )
        connection.autocommit = True
        return connection

    def _make_roles_and_database(self) -> None:
        """Create the owner (migrations), the application role (owns nothing) and the database where they lack."""
        connection = self.connect("postgres")
        try:
            with connection.cursor() as cursor:
                for role, rights in ((OWNER, "CREATEDB"), (APPLICATION, "NOCREATEDB")):
                    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                    if not cursor.fetchone():
                        cursor.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS {rights}")
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0")
        finally:
            connection.close()

    def log_end(self) -> str:
        return last_lines(self.state.log / "postgres.log")

    def tool(self, name: str, *arguments: str, role: str = SUPERUSER) -> "subprocess.CompletedProcess[bytes]":
        """Run psql, pg_dump or the like of the same installation; a tool of another version may refuse the server."""
        environment = server_environment() | {"PGHOST": str(self.state.sockets), "PGUSER": role, "PGDATABASE": DATABASE}
        return subprocess.run([self.program.sibling(name), *arguments], env=environment, check=False)


def postgres_tool() -> Program:
    """Return the installation whose psql and pg_dump fit the private server."""
    return find_postgres()
