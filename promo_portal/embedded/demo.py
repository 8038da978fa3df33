"""``make demo``: everything the portal consists of, in the foreground of one terminal, stopped by one Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time

from promo_portal.embedded.assets import assets_are_fresh
from promo_portal.embedded.children import Child, start_child
from promo_portal.embedded.console import follow, report_end
from promo_portal.embedded.errors import EmbeddedError
from promo_portal.embedded.loopback import fetch_status, reserve_port
from promo_portal.embedded.places import CHECKOUT, State
from promo_portal.embedded.services import Services
from promo_portal.embedded.sharing import DEVELOPMENT_SETTINGS, Ownership, adopt, running
from promo_portal.embedded.stamps import Stamp, command_exists, migration_sources

WEB = "gunicorn promo_portal.wsgi:application --workers 2 --threads 4 --preload"
WEB += " --graceful-timeout 5 --no-control-socket --log-level warning"
WORKER = "celery --quiet -A promo_portal worker --pool prefork --concurrency 2 --without-gossip --without-mingle"
WORKER += " --queues mail,files,reports,celery --loglevel WARNING"
BEAT = "celery --quiet -A promo_portal beat --pidfile= --loglevel WARNING"
AS_ROOT = "ignore:You're running the worker with superuser"  # true, known, and no help in a demo
WEB_LIMIT_SECONDS = 60
OTHER_COMMAND_LIMIT_SECONDS = 30


class StopRequested(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


class Demo:
    """Servers, then database, then web, worker and beat; the first that ends unasked ends all."""

    def __init__(self, port: int, *, with_data: bool) -> None:
        settings = os.environ.setdefault("DJANGO_SETTINGS_MODULE", DEVELOPMENT_SETTINGS[0])
        if settings != DEVELOPMENT_SETTINGS[0]:
            msg = f"The demo and its private servers are for development; DJANGO_SETTINGS_MODULE is {settings}."
            raise EmbeddedError(msg)
        self.port = port
        self.with_data = with_data
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
                self.environment["PORTAL_STARTED_AT"] = os.environ["PORTAL_STARTED_AT"] = f"{time.time():.0f}"
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
        given = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "CACHE_URL")
        self.environment = {name: os.environ[name] for name in given if os.environ.get(name)}
        self.environment |= self.services.environment | {
            "DJANGO_SETTINGS_MODULE": DEVELOPMENT_SETTINGS[0],
            "LOG_LEVEL": os.environ.get("LOG_LEVEL") or "WARNING",
            "PORT": str(self.port),
            "SITE_URL": self.address,
            "MEDIA_ROOT": os.environ.get("MEDIA_ROOT") or str(self.state.base / "media"),
        }
        adopt(self.environment)
        os.environ.update(self.environment)
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
            if command_exists("load_regions"):
                self._finish(self._begin("load_regions", "manage.py", "load_regions"), "Loading the official lists")
            migrated.renew()
        if builds:
            self._finish(builds, "Building translations, typeface and static files")
        seeded = Stamp(self.state.run / "seeded.stamp", (), database)
        if self.with_data and command_exists("seed_demo") and not seeded.fresh:
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

    def _start(
        self, name: str, *command: str, pass_fds: tuple[int, ...] = (), death_signal: signal.Signals | None = None
    ) -> Child:
        return start_child(
            name,
            [sys.executable, *command],
            state=self.state,
            environment=os.environ | {"PYTHONUNBUFFERED": "1"},
            folder=CHECKOUT,
            pass_fds=pass_fds,
            death_signal=death_signal,
        )

    def _start_web(self, listener: socket.socket) -> None:
        """Start the web server on the reserved port and wait for its first answer."""
        self._leave_if_asked()
        descriptor = listener.fileno()
        web = self._start("web", "-m", *WEB.split(), "--bind", f"fd://{descriptor}", pass_fds=(descriptor,))
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
        # Asked to end, a worker first finishes its task, for minutes if need be; the outbox bears a killed one.
        self.children.append(self._start("worker", "-W", AS_ROOT, "-m", *WORKER.split(), death_signal=signal.SIGKILL))
        schedule = str(self.state.run / "beat")
        self.children.append(self._start("beat", "-m", *BEAT.split(), "--schedule", schedule))

    def _tell_addresses(self) -> None:
        self.ownership.announce("demo", self.environment, address=self.address, port=self.port)
        print(f"\n  The portal                {self.address}/")
        print(f"  Every role in one press   {self.address}/demo/")
        print(f"  Every mail it sent        {self.address}/demo/mail/")
        print(f"  Move the demo's date      {self.address}/demo/clock/\n", flush=True)
        if self.with_data and command_exists("demo_accounts"):
            subprocess.run([sys.executable, "manage.py", "demo_accounts"], cwd=CHECKOUT, check=False)
        print(f"\nData and logs: {self.state.base} (`make reset` drops them). Ctrl-C stops everything.", flush=True)


def run_demo(port: int, *, with_data: bool = True) -> int:
    """Run the demo on a port of the loopback interface until it is stopped; return the exit code."""
    return Demo(port, with_data=with_data).run()
