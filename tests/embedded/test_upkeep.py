"""Around the demo: a taken port, dropping the data, the doctor's findings."""

import socket
from pathlib import Path

import pytest

from promo_portal.embedded.places import BENCH, State
from tests.embedded.conftest import Start, free_port, processes_of, until


def test_a_taken_port_is_told_in_one_sentence_before_anything_starts(state: State, start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        demo = start("-m", "promo_portal.embedded", "run", "--port", str(port))
        _, complaint = demo.communicate(timeout=30)

    assert demo.returncode == 1
    assert complaint.strip() == (
        f"Port {port} is taken by another program. Choose another one: make demo PORT={port + 1}"
    )
    assert not processes_of(state)


def test_reset_stops_what_runs_and_drops_the_data(state: State, start: Start, tmp_path: Path) -> None:
    waiting = f"import pathlib, time; pathlib.Path({str(tmp_path / 'up')!r}).touch(); time.sleep(60)"
    running = start("manage.py", "shell", "-v0", "-c", waiting)
    assert until((tmp_path / "up").exists, 40)

    reset = start("-m", "promo_portal.embedded", "reset")
    told, complaint = reset.communicate(timeout=60)

    assert reset.returncode == 0, complaint
    assert f"Stopping process {running.pid}" in told
    assert running.wait(10) != 0
    assert not list(state.base.glob("pg*"))
    assert not processes_of(state)


def test_the_bench_has_servers_of_its_own_and_reset_drops_them_too(
    state: State, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_STATE", str(state.base))
    bench = State.of_checkout(BENCH)
    (bench.base / "pg18").mkdir(parents=True)

    reset = start("-m", "promo_portal.embedded", "reset")
    told, complaint = reset.communicate(timeout=60)

    assert State.of_checkout().base == state.base != bench.base
    assert State.of_checkout().sockets != bench.sockets
    assert reset.returncode == 0, complaint
    assert f"Dropped the data in {bench.base}" in told
    assert not bench.base.exists()


def test_the_doctor_finds_this_machine_in_order_and_names_what_runs_it(state: State, start: Start) -> None:
    doctor = start("-m", "promo_portal.embedded", "doctor", "--port", str(free_port()))

    report, complaint = doctor.communicate(timeout=60)

    assert doctor.returncode == 0, report + complaint
    assert str(state.base) in report
    assert "postgresql" in report
    assert report.endswith("Everything is in order.\n")


def test_the_doctor_names_the_cure_for_a_missing_server(state: State, start: Start) -> None:
    doctor = start("-m", "promo_portal.embedded", "doctor", PORTAL_PG_BIN="/nonexistent")

    report, _ = doctor.communicate(timeout=60)

    assert doctor.returncode == 1
    assert "BAD postgresql" in report
    assert "PORTAL_PG_BIN is /nonexistent" in report
