"""Commands and their servers: who comes second attaches, who is killed leaves nothing, production gets none."""

import os
import signal
from pathlib import Path

import pytest

from promo_portal.embedded.places import State
from promo_portal.embedded.sharing import adopt, running, wants_servers
from tests.embedded.conftest import Start, processes_of, until

MEET = """
import pathlib, sys, time
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_user, pg_postmaster_start_time()::text")
    seen = " ".join(cursor.fetchone())
room = pathlib.Path({room!r})
(room / "{name}").write_text(seen)
deadline = time.monotonic() + 40
while len(list(room.iterdir())) < {wanted} and time.monotonic() < deadline:
    time.sleep(0.05)
{after}
"""


def shell(room: Path, name: str, wanted: int, after: str = "") -> tuple[str, ...]:
    return ("manage.py", "shell", "-v0", "-c", MEET.format(room=str(room), name=name, wanted=wanted, after=after))


def test_of_two_starters_at_once_one_attaches_and_both_see_the_same_server(
    state: State, start: Start, tmp_path: Path
) -> None:
    both = [start(*shell(tmp_path, name, wanted=2)) for name in ("first", "second")]

    for process in both:
        _, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, complaint

    seen = {path.read_text() for path in tmp_path.iterdir()}
    assert len(list(tmp_path.iterdir())) == 2
    assert len(seen) == 1
    assert seen.pop().startswith("portal_app ")
    assert until(lambda: not processes_of(state)), processes_of(state)
    assert running(state) is None


def test_the_owner_of_the_servers_waits_for_the_command_that_attached(
    state: State, start: Start, tmp_path: Path
) -> None:
    owner = start(*shell(tmp_path, "owner", wanted=2))
    assert until((tmp_path / "owner").exists, seconds=40)
    later = "time.sleep(1.5); connection.close(); connection.cursor().execute('SELECT 1')"
    guest = start(*shell(tmp_path, "guest", wanted=2, after=later))

    _, complaint = guest.communicate(timeout=60)
    _, told = owner.communicate(timeout=60)

    assert guest.returncode == 0, complaint
    assert owner.returncode == 0
    assert "another command" in told


def test_a_killed_command_leaves_no_process_and_the_next_one_starts(state: State, start: Start, tmp_path: Path) -> None:
    victim = start(*shell(tmp_path, "victim", wanted=2))
    assert until((tmp_path / "victim").exists, seconds=40)
    assert len(processes_of(state)) > 2

    os.kill(victim.pid, signal.SIGKILL)

    assert until(lambda: not processes_of(state), seconds=15), processes_of(state)
    survivor = start(*shell(tmp_path, "survivor", wanted=2))
    _, complaint = survivor.communicate(timeout=60)
    assert survivor.returncode == 0, complaint


def test_a_terminated_command_stops_its_servers_in_order(state: State, start: Start, tmp_path: Path) -> None:
    process = start(*shell(tmp_path, "victim", wanted=2))
    assert until((tmp_path / "victim").exists, seconds=40)

    process.terminate()
    process.communicate(timeout=30)

    assert not processes_of(state)
    assert "database system is shut down" in (state.log / "postgres.log").read_text()


def test_what_somebody_set_by_hand_outweighs_the_running_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "MIGRATION_DATABASE_URL", "CACHE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("DATABASE_URL", "postgresql://mine@db.example/mine")
    monkeypatch.setenv("PGPASSFILE", "/home/me/.pgpass")

    adopt({"DATABASE_URL": "ours", "MIGRATION_DATABASE_URL": "ours", "PGHOST": "/sockets", "CACHE_URL": "unix:///ours"})

    assert os.environ["DATABASE_URL"] == "postgresql://mine@db.example/mine"
    assert os.environ["PGPASSFILE"] == "/home/me/.pgpass"
    assert os.environ["CACHE_URL"] == "unix:///ours"
    assert not os.environ["PGHOST"]
    assert not os.environ["MIGRATION_DATABASE_URL"]


def test_a_database_of_ours_is_not_bent_by_variables_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGPORT", "PGSERVICE"):
        monkeypatch.setenv(name, "another")
    monkeypatch.setenv("DATABASE_URL", "")

    adopt({"DATABASE_URL": "ours", "PGHOST": "/sockets"})

    assert os.environ["PGHOST"] == "/sockets"
    assert "PGPORT" not in os.environ
    assert "PGSERVICE" not in os.environ


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        (["manage.py", "tick"], True),
        (["manage.py", "migrate", "--settings=promo_portal.settings.dev"], True),
        (["manage.py", "migrate", "--settings=promo_portal.settings.base"], False),
        (["manage.py", "migrate", "--settings", "promo_portal.settings.base"], False),
        (["manage.py", "migrate", "--help"], False),
        (["manage.py", "makemigrations", "--check"], False),
        (["manage.py"], False),
    ],
)
def test_only_commands_that_read_data_in_development_get_servers(
    command: list[str], wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "promo_portal.settings.dev")

    assert wants_servers(command) is wanted


def test_production_settings_name_what_is_missing_and_start_nothing(state: State, start: Start) -> None:
    variables = {"SECRET_KEY": "x" * 60, "SITE_URL": "https://portal.example"}
    process = start("manage.py", "migrate", DJANGO_SETTINGS_MODULE="promo_portal.settings.base", **variables)

    _, complaint = process.communicate(timeout=60)

    assert process.returncode != 0
    assert "DATABASE_URL is not set" in complaint
    assert not state.base.exists()


def test_the_demo_is_refused_in_production_settings(state: State, start: Start) -> None:
    process = start("-m", "promo_portal.embedded", "run", DJANGO_SETTINGS_MODULE="promo_portal.settings.base")

    _, complaint = process.communicate(timeout=60)

    assert process.returncode == 1
    assert complaint.startswith("The demo and its private servers are for development")
    assert not state.base.exists()


def test_commands_without_data_start_nothing(state: State, start: Start) -> None:
    process = start("manage.py", "diffsettings")

    _, complaint = process.communicate(timeout=60)

    assert process.returncode == 0, complaint
    assert not state.base.exists()
