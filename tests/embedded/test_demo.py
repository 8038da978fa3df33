"""``make demo`` as a person meets it, from a fresh copy in a folder with spaces in its name."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from promo_portal.embedded.loopback import fetch_status
from promo_portal.embedded.places import CHECKOUT, State
from promo_portal.embedded.pytest_plugin import temporary_base
from tests.embedded.conftest import Start, processes_of, until

FIRST_PAGE_SECONDS = 10


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    """One folder for the module, so that the second demo of this file is a person's second demo."""
    folder = temporary_base()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def state(room: Path) -> State:
    return State.at(room / "a state with spaces")


@pytest.fixture(scope="module")
def checkout(room: Path) -> Path:
    """The files of this checkout in a folder with spaces in its name, built files included to save a minute."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    )
    copy = room / "a checkout with spaces"
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (CHECKOUT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, copy / name)
    if (CHECKOUT / ".build").exists():
        shutil.copytree(CHECKOUT / ".build", copy / ".build")
    return copy


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_demo_answers_once_and_stops_without_a_trace_at_ctrl_c(state: State, checkout: Path, start: Start) -> None:
    port = free_port()
    demo = start("-m", "promo_portal.embedded", "run", "--port", str(port), folder=checkout)
    see(demo, lambda: '"kind": "demo"' in read(state.environment_file), seconds=150)

    second = start("-m", "promo_portal.embedded", "run", "--port", str(port + 1), folder=checkout)
    said, _ = second.communicate(timeout=30)
    command = start(
        "manage.py", "shell", "-v0", "-c", "from django.conf import settings; print(settings.SITE_URL)", folder=checkout
    )
    attached, complaint = command.communicate(timeout=60)
    page = fetch_status(f"http://127.0.0.1:{port}/fr/")
    demo.send_signal(signal.SIGINT)
    told, complaints = demo.communicate(timeout=40)

    assert page == 200
    assert f"already runs: http://localhost:{port}" in said
    assert second.returncode == 0
    assert attached.strip() == f"http://localhost:{port}", complaint
    assert demo.returncode == 0, complaints
    assert f"http://localhost:{port}/demo/" in told
    assert not processes_of(state)
    assert "database system is shut down" in (state.log / "postgres.log").read_text().splitlines()[-1]


def test_a_second_demo_shows_its_first_page_soon_and_leaves_nothing_even_after_kill_9(
    state: State, checkout: Path, start: Start
) -> None:
    port = free_port()
    began = time.monotonic()
    demo = start("-m", "promo_portal.embedded", "run", "--port", str(port), folder=checkout)
    see(demo, lambda: fetch_status(f"http://127.0.0.1:{port}/fr/", 20) == 200, seconds=60)
    waited = time.monotonic() - began
    see(demo, (state.run / "beat.pid").exists, seconds=30)
    others = processes_of(state)

    os.kill(demo.pid, signal.SIGKILL)
    told, _ = demo.communicate(timeout=10)

    assert until(lambda: not processes_of(state), 20), processes_of(state)
    assert "Preparing the database" not in told
    assert "Loading the demo's data" not in told
    assert waited < FIRST_PAGE_SECONDS
    assert len(others) > 8
    assert fetch_status(f"http://127.0.0.1:{port}/fr/", 2) is None


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


def see(demo: "subprocess.Popen[str]", condition: Callable[[], object], seconds: float) -> None:
    """Wait for a sign of the demo; where it ends instead, fail with what it said."""
    came_true = until(lambda: demo.poll() is not None or condition(), seconds)
    if demo.poll() is not None:
        pytest.fail("\n".join(demo.communicate()))
    assert came_true


def read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
