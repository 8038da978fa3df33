"""A whole portal for browser tests: web, worker and beat as real processes on a database of their own.

The journeys sign in through ``/demo/`` and move the date through ``/demo/clock/``, as a visitor of the demo does.
Every page visited is watched: console messages, policy violations and requests to other hosts fail the test.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default as modern
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from promo_portal.embedded.assets import build_assets
from promo_portal.mail_sink import stored_messages
from tests.databases import copy_of_all_tables, drop

CHROMIUM = os.environ.get("PORTAL_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-smooth-scrolling",  # where the focus is shows at once, not after an animation
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests share one worker, hence one portal; where Chromium lacks they are skipped by name, never in CI."""
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if not CHROMIUM and os.environ.get("CI") != "true":
                item.add_marker(pytest.mark.skip(reason="Chromium was not found; install it to run the journeys"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    assert CHROMIUM, "Chromium must be installed where CI=true"
    return {"executable_path": CHROMIUM, "args": FLAGS, "headless": True}


class LivePortal:
    """The running portal: its address, its database and the mails it sent."""

    def __init__(self, url: str, database: str, mail_folder: Path) -> None:
        self.url, self.database, self.mail_folder = url, database, mail_folder
        self._unblocked: Any = None

    @contextmanager
    def rows(self) -> Iterator[None]:
        """Work on the live portal's rows with the ORM (committed at once)."""
        connection = connections["default"]
        name = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = self.database
        try:
            with self._unblocked.unblock():
                yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name

    def mails(self, to: str = "") -> list[Message]:
        """The mails delivered so far, oldest first; with ``to`` only those for that address."""
        found = [message_from_bytes(path.read_bytes(), policy=modern) for path in stored_messages(self.mail_folder)]
        return [mail for mail in found if to.lower() in str(mail["To"]).lower()]

    def wait_for_mail(self, to: str, containing: str = "", *, after: int = 0, seconds: float = 60) -> Message:
        """The first mail to ``to`` beyond the first ``after`` ones, whose subject or text holds ``containing``."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for mail in self.mails(to)[after:]:
                if containing in str(mail["Subject"]) or containing in text_of(mail):
                    return mail
            time.sleep(0.2)  # polling a folder with a deadline
        seen = [str(mail["Subject"]) for mail in self.mails(to)]
        msg = f"no mail to {to} with {containing!r} within {seconds} s; seen: {seen}"
        raise AssertionError(msg)


def text_of(mail: Message) -> str:
    """The written text part."""
    part = mail.get_body(preferencelist=("plain",))  # type: ignore[attr-defined]
    return str(part.get_content()) if part else ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def manage(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "django", *arguments], env=environment, check=True, capture_output=True)


@pytest.fixture(scope="session")
def live_portal(django_test_environment: None, django_db_blocker: Any) -> Iterator[LivePortal]:
    """Start a portal with the demo's data on a fresh database, and stop it in order."""
    if "PGHOST" not in os.environ:
        pytest.skip("the journeys create their own database on the embedded server")
    database = f"portal_live_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with django_db_blocker.unblock():
        copy_of_all_tables(database)

    port = free_port()
    url = f"http://localhost:{port}"
    folder = Path(tempfile.mkdtemp(prefix="portal-live-"))
    mails = Path(os.environ["MAIL_SINK_FOLDER"])
    base = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "promo_portal.settings.dev",
        "SITE_URL": url,
        "PYTHONUNBUFFERED": "1",
    }
    application = base | {"DATABASE_URL": address("portal_app", database), "PORTAL_MAIL_DIR": str(mails)}
    application["TRUSTED_PROXIES"] = (
        "127.0.0.0/8,::1/128"  # so that each test is a visitor of its own (`from_elsewhere`)
    )
    application["MIGRATION_DATABASE_URL"] = address("portal_owner", database)
    build_assets()
    manage(application, "load_regions")
    manage(application, "seed_demo")

    log = (folder / "log").open("wb")
    commands = [
        ["gunicorn", "promo_portal.wsgi", "-b", f"127.0.0.1:{port}", "-w", "1", "--threads", "8"],
        [
            "celery",
            "-A",
            "promo_portal",
            "worker",
            "-c",
            "2",
            "-Q",
            "mail,files,reports,celery",
            "-l",
            "warning",
            "--without-gossip",
            "--without-mingle",
        ],
        ["celery", "-A", "promo_portal", "beat", "--pidfile=", "-s", str(folder / "beat"), "-l", "warning"],
    ]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", *command], env=application, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        for command in commands
    ]
    try:
        wait_until_answers(f"{url}/health/live", processes[0], folder / "log")
        portal = LivePortal(url, database, mails)
        portal._unblocked = django_db_blocker
        yield portal
    finally:
        for process in reversed(processes):
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        log.close()
        if os.environ.get("PORTAL_KEEP_LOGS"):
            shutil.copy(folder / "log", os.environ["PORTAL_KEEP_LOGS"])
        shutil.rmtree(folder, ignore_errors=True)
        with django_db_blocker.unblock():
            drop(database)


def address(role: str, database: str) -> str:
    return f"postgresql://{role}@/{database}?host={os.environ['PGHOST']}"


def wait_until_answers(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until the web answers; shows its log where it does not."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)  # polling a port with a deadline
    raise AssertionError(log.read_text(errors="replace")[-4000:])


@pytest.fixture(scope="session")
def base_url(live_portal: LivePortal) -> str:
    return live_portal.url


_visitors = count(1)


def from_elsewhere() -> dict[str, str]:
    """Headers of a visitor from an address of their own: limits count networks, and tests must not share one."""
    number = next(_visitors)
    return {"X-Forwarded-For": f"203.0.{113 + number // 250}.{number % 250 + 1}"}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "fr-CH",
        "timezone_id": "Europe/Zurich",
        "extra_http_headers": from_elsewhere(),
    }


def listen(message: Any, page: Any, complaints: list[str]) -> None:
    """Note a console message, unless it only repeats the status of a form that was refused (4xx of the page itself)."""
    is_own_status = message.text.startswith("Failed to load resource: the server responded with a status of 4")
    if not (is_own_status and message.location.get("url") == page.url):
        complaints.append(f"console: {message.text} ({page.url})")


@pytest.fixture
def watched(context: Any, live_portal: LivePortal) -> Iterator[list[str]]:
    """Complaints of every page of this test's browser; none may remain."""
    complaints: list[str] = []

    def watch(page: Any) -> None:
        page.on("console", lambda message: listen(message, page, complaints))
        page.on("pageerror", lambda error: complaints.append(f"script: {error} ({page.url})"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((live_portal.url, "data:", "blob:", "about:"))
                else complaints.append(f"request to another host: {request.url}")
            ),
        )

    context.on("page", watch)
    yield complaints
    assert complaints == []


@pytest.fixture
def page(watched: list[str], page: Any) -> Any:
    """A page whose console, policy and requests are watched."""
    return page


@pytest.fixture(autouse=True, scope="session")
def orm_beside_playwright() -> Iterator[None]:
    """Playwright's loop runs in this thread; the ORM is used between its steps, never inside it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture(scope="session")
def scene(live_portal: LivePortal) -> Any:
    """People and records in the states that pages are looked at."""
    from tests.browser.scene import Scene

    return Scene(live_portal)
