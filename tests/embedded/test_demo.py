"""``make demo`` as a person meets it, from a fresh copy in a folder with spaces in its name."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from promo_portal.embedded.loopback import fetch_status
from promo_portal.embedded.places import CHECKOUT, State
from promo_portal.embedded.pytest_plugin import temporary_base
from tests.embedded.conftest import clean_environment, free_port, processes_of, until

FIRST_PAGE_SECONDS = 10


@dataclass
class Person:
    """Somebody with a fresh copy of the portal, in a folder with spaces, who types commands into it."""

    checkout: Path
    state: State

    def starts(self, *command: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=self.checkout,
            env=clean_environment(self.state),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def starts_demo(self, port: int) -> "subprocess.Popen[str]":
        return self.starts("-m", "promo_portal.embedded", "run", "--without-data", "--port", str(port))


@dataclass
class FirstDemo:
    """What was seen and said while the first demo ran and after Ctrl-C."""

    port: int
    page: int | None
    second: tuple[int, str]
    attached: tuple[str, str]
    said: tuple[str, str]
    code: int
    left: dict[int, str]


@pytest.fixture(scope="module")
def person() -> Iterator[Person]:
    """The files of this checkout in a new place, built files included to save a minute."""
    room = temporary_base()
    person = Person(room / "a checkout with spaces", State.at(room / "a state with spaces"))
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=CHECKOUT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in listed:
        if name and (CHECKOUT / name).is_file():
            (person.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, person.checkout / name)
    if (CHECKOUT / ".build").exists():
        shutil.copytree(CHECKOUT / ".build", person.checkout / ".build")
    yield person
    person.state.delete()
    shutil.rmtree(room, ignore_errors=True)


@pytest.fixture(scope="module")
def first_demo(person: Person) -> FirstDemo:
    port = free_port()
    demo = person.starts_demo(port)
    see(demo, lambda: '"kind": "demo"' in read(person.state.environment_file), seconds=150)

    second = person.starts_demo(port + 1)
    second_said, _ = second.communicate(timeout=30)
    asking = "from django.conf import settings; print(settings.SITE_URL)"
    command = person.starts("manage.py", "shell", "-v0", "-c", asking)
    attached = command.communicate(timeout=60)
    page = fetch_status(f"http://127.0.0.1:{port}/fr/")
    demo.send_signal(signal.SIGINT)
    said = demo.communicate(timeout=40)

    return FirstDemo(
        port, page, (second.returncode, second_said), attached, said, demo.returncode, processes_of(person.state)
    )


def test_the_demo_shows_its_page_and_tells_where(first_demo: FirstDemo) -> None:
    assert first_demo.page == 200
    assert f"http://localhost:{first_demo.port}/demo/" in first_demo.said[0]


def test_a_second_demo_of_the_same_checkout_points_to_the_first(first_demo: FirstDemo) -> None:
    code, said = first_demo.second

    assert code == 0
    assert f"already runs: http://localhost:{first_demo.port}" in said


def test_a_command_attaches_to_the_running_demo(first_demo: FirstDemo) -> None:
    printed, complaint = first_demo.attached

    assert printed.strip() == f"http://localhost:{first_demo.port}", complaint


def test_ctrl_c_stops_the_demo_in_order_and_without_a_trace(first_demo: FirstDemo, person: Person) -> None:
    assert first_demo.code == 0, first_demo.said
    assert first_demo.left == {}
    assert "database system is shut down" in read(person.state.log / "postgres.log")


def test_a_later_demo_shows_its_first_page_soon_and_leaves_nothing_even_after_kill_9(
    first_demo: FirstDemo, person: Person
) -> None:
    port = free_port()
    began = time.monotonic()
    demo = person.starts_demo(port)
    see(demo, lambda: fetch_status(f"http://127.0.0.1:{port}/fr/", 20) == 200, seconds=60)
    waited = time.monotonic() - began
    see(demo, (person.state.run / "beat.pid").exists, seconds=30)
    others = processes_of(person.state)

    os.kill(demo.pid, signal.SIGKILL)
    said, _ = demo.communicate(timeout=10)

    assert len(others) > 8
    assert until(lambda: not processes_of(person.state), 20), processes_of(person.state)
    assert fetch_status(f"http://127.0.0.1:{port}/fr/", 2) is None
    assert "Preparing the database" not in said
    assert "Loading the demo" not in said
    assert waited < FIRST_PAGE_SECONDS


def see(demo: "subprocess.Popen[str]", condition: Callable[[], object], seconds: float) -> None:
    """Wait for a sign of the demo; where it ends instead, fail with what it said."""
    came_true = until(lambda: demo.poll() is not None or condition(), seconds)
    if not came_true:
        demo.terminate()
    if demo.poll() is not None or not came_true:
        pytest.fail("\n".join(demo.communicate(timeout=40)))


def read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
