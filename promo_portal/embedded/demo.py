"""``make demo``: everything the portal consists of, in the foreground of one terminal, stopped by one Ctrl-C."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from promo_portal.embedded.assets import assets_are_fresh
from promo_portal.embedded.children import Child, start_child
from promo_portal.embedded.errors import EmbeddedError
from promo_portal.embedded.places import CHECKOUT, State
from promo_portal.embedded.services import Services
from promo_portal.embedded.sharing import DEVELOPMENT_SETTINGS, Ownership, adopt, running
from promo_portal.embedded.stamps import Stamp, command_exists, migration_sources

QUEUES = "mail,files,reports,celery"
WEB_LIMIT_SECONDS = 60
OTHER_COMMAND_LIMIT_SECONDS = 30


class StopRequested(Exception):  # noqa: N818 - not an error
    """Somebody pressed Ctrl-C or sent SIGTERM."""


class Demo:
    """Servers, then database, then web, worker and beat; the first that ends unasked ends all."""

    def __init__(self, port: int) -> None:
        settings = os.environ.setdefault("DJANGO_SETTINGS_MODULE", DEVELOPMENT_SETTINGS[0])
        if settings != DEVELOPMENT_SETTINGS[0]:
            msg = f"The demo and its private servers are for development; DJANGO_SETTINGS_MODULE is {settings}."
            raise EmbeddedError(msg)
        self.port = port
        self.state = State.of_checkout()
        self.ownership = Ownership(self.state)
        if os.environ.pop("EMAIL_URL", ""):
            print("EMAIL_URL is set aside: the demo's mail stays on this machine.")
        self.services = Services(self.state)
        self.children: list[Child] = []
        self.steps: list[Child] = []
        self.stop_requested = False
        self.environment: dict[str, str] = {}

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    # -- life ----------------------------------------------------------------------------------------------------------

    def run(self) -> int:
        """Run until asked to stop; return the process's exit code."""
        self.state.prepare()
        if not self._become_owner():
            return 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            with reserve_port(self.port) as listener:
                self._start_servers()
                self._prepare_data()
                self._start_web(listener)
            self._start_workers()
            self._tell_addresses()
            self._watch()
        except StopRequested:
            return 0
        finally:
            self._stop()
        return 1

    def _become_owner(self) -> bool:
        """Take the state folder; return False where a demo already runs in it."""
        deadline = time.monotonic() + OTHER_COMMAND_LIMIT_SECONDS
        while not self.ownership.take():
            note = running(self.state) or {}
            if note.get("kind") == "demo" and "address" in note:
                print(f"The demo already runs: {note['address']} (process {note['pid']}). Stop it there with Ctrl-C.")
                return False
            if time.monotonic() > deadline:
                holder = note.get("pid", "unknown")
                msg = f"Another command (process {holder}) uses the servers of this checkout. End it, then try again."
                raise EmbeddedError(msg)
            time.sleep(0.2)
        return True

    def _on_signal(self, number: int, frame: object) -> None:
        if self.stop_requested:
            for child in [*self.children, *self.steps]:
                child.insist(signal.SIGKILL)
        self.stop_requested = True

    def _stop(self) -> None:
        """Stop in order: first who writes, last who keeps; PostgreSQL never by SIGKILL."""
        self.ownership.withdraw()
        if self.children or self.steps:
            print("\nStopping …", flush=True)
        for child in [*self.steps, *self.children]:
            child.ask_to_stop()
        for child in [*self.steps, *self.children]:
            child.stop(patience=10)
        self.services.stop()
        self.ownership.release()

    def _watch(self) -> None:
        """Wait for Ctrl-C, or for the first process that ends by itself."""
        servers = [
            server.child for server in (self.services.postgres, self.services.valkey, self.services.mail) if server
        ]
        with follow(self.children):
            while not self.stop_requested:
                for child in [*self.children, *filter(None, servers)]:
                    if not child.alive:
                        report_end(child)
                        return
                time.sleep(0.3)
        raise StopRequested

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _start_servers(self) -> None:
        self.services.start()
        self.environment = self.services.environment | {
            "DJANGO_SETTINGS_MODULE": DEVELOPMENT_SETTINGS[0],
            "PORT": str(self.port),
            "SITE_URL": self.address,
            "MEDIA_ROOT": os.environ.get("MEDIA_ROOT") or str(self.state.base / "media"),
        }
        adopt(self.environment)
        self.ownership.announce("starting", {})

    def _prepare_data(self) -> None:
        """Build files and bring the database up to date, each only when its sources have changed."""
        builds = None
        if not assets_are_fresh():
            builds = self._begin("build", "-m", "promo_portal.embedded", "build")
        database = os.environ["DATABASE_URL"]
        migrated = Stamp(self.state.run / "migrated.stamp", migration_sources(), database)
        if not migrated.fresh:
            self._finish(self._begin("migrate", "manage.py", "migrate", "--no-input"), "Preparing the database")
            migrated.renew()
        if builds:
            self._finish(builds, "Building translations, typeface and static files")
        seeded = Stamp(self.state.run / "seeded.stamp", (), database)
        if command_exists("seed_demo") and not seeded.fresh:
            self._finish(self._begin("seed_demo", "manage.py", "seed_demo"), "Loading the demo's data")
            seeded.renew()

    def _begin(self, name: str, *command: str) -> Child:
        child = self._start(name, *command)
        self.steps.append(child)
        return child

    def _finish(self, child: Child, title: str) -> None:
        print(f"{title} …", end=" ", flush=True)
        began = time.monotonic()
        while child.alive:
            self._leave_if_asked()
            time.sleep(0.05)
        self.steps.remove(child)
        child.note.unlink(missing_ok=True)
        if child.process.returncode != 0:
            print("failed")
            msg = f"The step `{child.name}` ended with {child.process.returncode}:\n{child.last_lines(40)}"
            raise EmbeddedError(msg)
        print(f"{time.monotonic() - began:.1f} s", flush=True)

    def _leave_if_asked(self) -> None:
        if self.stop_requested:
            raise StopRequested

    def _start(self, name: str, *command: str, pass_fds: tuple[int, ...] = ()) -> Child:
        return start_child(
            name,
            [sys.executable, *command],
            state=self.state,
            environment=os.environ | {"PYTHONUNBUFFERED": "1"},
            folder=CHECKOUT,
            pass_fds=pass_fds,
        )

    def _start_web(self, listener: socket.socket) -> None:
        """Start the web server on the reserved port and wait for its first answer."""
        options = ["--workers", "2", "--threads", "4", "--preload", "--no-control-socket", "--log-level", "warning"]
        self._leave_if_asked()
        descriptor = listener.fileno()
        command = ["-m", "gunicorn", "promo_portal.wsgi:application", "--bind", f"fd://{descriptor}", *options]
        web = self._start("web", *command, pass_fds=(descriptor,))
        self.children.append(web)
        listener.close()
        deadline = time.monotonic() + WEB_LIMIT_SECONDS
        while fetch_status(f"http://127.0.0.1:{self.port}/health/live") is None:
            self._leave_if_asked()
            if not web.alive or time.monotonic() > deadline:
                msg = f"The web server does not answer; the end of {web.log}:\n{web.last_lines(40)}"
                raise EmbeddedError(msg)
            time.sleep(0.05)

    def _start_workers(self) -> None:
        """Start worker and beat after the web, so that the first page does not share its processors with them."""
        options = f"--pool prefork --concurrency 2 --without-gossip --without-mingle --queues {QUEUES}".split()
        celery = (
            "-W",
            "ignore:You're running the worker with superuser",
            "-m",
            "celery",
            "--quiet",
            "-A",
            "promo_portal",
        )
        self.children.append(self._start("worker", *celery, "worker", *options, "--loglevel", "WARNING"))
        schedule = str(self.state.run / "beat")
        beat = ("beat", "--pidfile=", "-s", schedule, "--loglevel", "WARNING")
        self.children.append(self._start("beat", *celery, *beat))

    def _tell_addresses(self) -> None:
        self.ownership.announce("demo", self.environment, address=self.address, port=self.port)
        print(f"\n  The portal                {self.address}/")
        print(f"  Every role in one press   {self.address}/demo/")
        print(f"  Every mail it sent        {self.address}/demo/mail/")
        print(f"  Move the demo's date      {self.address}/demo/clock/\n", flush=True)
        if command_exists("demo_accounts"):
            subprocess.run([sys.executable, "manage.py", "demo_accounts"], cwd=CHECKOUT, check=False)
        print(f"\nData and logs: {self.state.base} (`make reset` drops them). Ctrl-C stops everything.", flush=True)


def run_demo(port: int) -> int:
    """Run the demo on a port of the loopback interface until it is stopped; return the exit code."""
    return Demo(port).run()


@contextlib.contextmanager
def reserve_port(port: int):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Hold the port from the first moment, so that a taken one is told before anything slow begins."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        taken = _answers_on_ipv6(port)
    except OSError:
        taken = True
    if taken:
        listener.close()
        msg = f"Port {port} is taken by another program. Choose another one: make demo PORT={port + 1}"
        raise EmbeddedError(msg)
    with listener:
        yield listener


def _answers_on_ipv6(port: int) -> bool:
    """Tell whether somebody else would answer to http://localhost in a browser that tries IPv6 first."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("::1", port)) == 0
    return False


def fetch_status(address: str, seconds: float = 30) -> int | None:
    """Return the HTTP status of an address on this machine, None where nobody answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=seconds) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code
    except OSError:
        return None


def report_end(child: Child) -> None:
    """Say which process ended by itself, how, and what it said last."""
    code = child.process.returncode
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
    print(f"\n{child.name} {how}; everything stops. The end of {child.log}:\n{child.last_lines()}", file=sys.stderr)


@contextlib.contextmanager
def follow(children: list[Child]):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Show new lines of the children's logs on the terminal, whole and with the child's name before them."""
    ended = threading.Event()
    places = {child.log: child.log.stat().st_size for child in children}
    names = {child.log: child.name for child in children}

    def show() -> None:
        while not ended.wait(0.3):
            for log, place in places.items():
                places[log] = _show_lines(log, names[log], place)

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _show_lines(log: Path, name: str, place: int) -> int:
    with log.open("rb") as file:
        file.seek(place)
        new = file.read()
    whole = new.rpartition(b"\n")[0]
    for line in whole.splitlines():
        print(f"{name:7}| {line.decode(errors='replace')}", flush=True)
    return place + (len(whole) + 1 if whole else 0)
