"""Rooms and eyes for the launcher's tests: state folders of their own, clean environments, a look at all processes."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from promo_portal.embedded.places import CHECKOUT, State
from promo_portal.embedded.pytest_plugin import temporary_base

SETTINGS = ("ALLOWED_HOSTS", "CACHE_URL", "DATABASE_URL", "DEFAULT_FROM_EMAIL", "DJANGO_SETTINGS_MODULE", "EMAIL_URL")
SETTINGS += ("MAIL_SINK_FOLDER", "MEDIA_ROOT", "MIGRATION_DATABASE_URL", "PORT", "REDIS_URL", "SECRET_KEY", "SITE_URL")


@pytest.fixture
def state() -> Iterator[State]:
    """A state folder of the test's own, with spaces in its path."""
    folder = temporary_base()
    found = State.at(folder / "a path with spaces" / "state")
    yield found
    found.delete()
    shutil.rmtree(folder, ignore_errors=True)


def clean_environment(state: State, **more: str) -> dict[str, str]:
    """The environment of a person who has just cloned the portal, with this state folder."""
    dropped = (*SETTINGS, "PYTHONWARNINGS")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    kept = {name: value for name, value in kept.items() if not name.startswith(("PG", "PORTAL_", "PYTEST_"))}
    return {**kept, "PORTAL_STATE": str(state.base), **more}


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(state: State) -> Iterator[Start]:
    """Start a Python command line in the checkout as that person would; whatever is left is ended afterwards."""
    begun: list[subprocess.Popen[str]] = []

    def starter(*command: str, folder: Path = CHECKOUT, **variables: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            env=clean_environment(state, **variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield starter
    for process in begun:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=40)
    until(lambda: not processes_of(state), seconds=40)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], object], seconds: float = 20) -> bool:
    """Wait for a condition with a deadline; tell whether it came true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def processes_of(state: State) -> dict[int, str]:
    """Return all living processes that belong to a state folder: by command line, environment or current folder."""
    marks = (os.fsencode(state.base), os.fsencode(state.sockets))
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            alive = (entry / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
            traces = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            traces += bytes((entry / "cwd").readlink())
        except OSError:
            continue
        if alive and any(mark in traces for mark in marks):
            found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Looking at all processes needs Linux."""
    for item in items:
        if "tests/embedded" in item.nodeid and not Path("/proc/self/environ").exists():
            item.add_marker(pytest.mark.skip(reason="needs /proc, which this system does not have"))
