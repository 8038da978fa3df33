"""Servers, workers and beats of a test's own, to be killed, stopped and frozen at will.

The test's own process works on the rig's database too, so that it can queue and look with the portal's own models.
"""

import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil
from django.db import connections, transaction

from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.embedded import Services, State
from promo_portal.embedded.children import Child, start_child
from promo_portal.mailing.models import PRIORITY, MailClass, MailState, OutgoingMail
from promo_portal.mailing.transport import courier
from promo_portal.regions.models import Association
from promo_portal.reminders.models import Deadline, Reminder
from tests.engine.fixtures import Postbox

CHECKOUT = Path(__file__).resolve().parents[2]
QUIET = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]


class Processes:
    """Workers and beats on some servers."""

    def __init__(self, state: State, environment: dict[str, str]) -> None:
        self.state, self._environment = state, environment
        self.children: dict[str, Child] = {}
        self.lease = 6.0

    @property
    def environment(self) -> dict[str, str]:
        """What our processes need to work on the test's servers and on nothing else."""
        return {
            **os.environ,
            **self._environment,
            "DJANGO_SETTINGS_MODULE": "tests.engine.settings",
            "PYTHONPATH": str(CHECKOUT),
            "TEST_LEASE_SECONDS": str(self.lease),
            "TEST_TICK_SECONDS": "1",
            "PYTHONWARNINGS": "default",
        }

    def worker(self, name: str = "one", *, children: int = 2, **extra: str) -> Child:
        """Start a worker of both queues."""
        command = ["worker", "-c", str(children), "-n", f"{name}@rig", *QUIET]
        return self._celery(f"worker-{name}", command, extra)

    def beat(self, name: str = "beat", **extra: str) -> Child:
        """Start a beat; several at once must do no harm."""
        return self._celery(name, ["beat", "--pidfile=", "--loglevel", "WARNING"], extra)

    def _celery(self, name: str, command: list[str], extra: dict[str, str]) -> Child:
        child = start_child(
            name,
            [sys.executable, "-m", "celery", "-A", "promo_portal.celery", *command],
            state=self.state,
            environment=self.environment | extra,
            folder=CHECKOUT,
        )
        self.children[name] = child
        return child

    def end(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End a process, and with kill -9 nothing but that process."""
        child = self.children.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.process.pid, signal.SIGCONT)
            os.kill(child.process.pid, how)
        child.process.wait(30)

    def grandchildren(self, name: str) -> list[psutil.Process]:
        """The processes a worker has forked."""
        try:
            return psutil.Process(self.children[name].process.pid).children()
        except psutil.NoSuchProcess:
            return []

    def kill_one_child(self, name: str) -> bool:
        """kill -9 one of a worker's children."""
        found = self.grandchildren(name)
        if not found:
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            random.choice(found).kill()
        return True

    def log_of(self, name: str) -> str:
        return (self.state.log / f"{name}.log").read_text(errors="replace")

    def wait(self, until: Callable[[], Any], *, seconds: float, what: str) -> float:
        """Wait until something is true; returns the seconds it took, fails with the processes' last words."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if until():
                return time.monotonic() - began
            time.sleep(0.1)
        words = "\n".join(f"--- {name}\n{child.last_lines(15)}" for name, child in self.children.items())
        msg = f"not within {seconds} s: {what}; {self.situation()}\n{words}"
        raise AssertionError(msg)

    def situation(self) -> str:
        """For the message of a failure."""
        return ""

    def end_all(self) -> None:
        """Leave no process behind."""
        for name in list(self.children):
            self.end(name, signal.SIGKILL)


class Rig(Processes):
    """One set of servers with the processes that work on them."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.services = Services(State.at(folder), durable=durable, private=True)
        super().__init__(self.services.state, {})

    # -- servers -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self.services.start()
        self._environment = self.services.environment
        assert self.services.mail is not None
        self.postbox = Postbox(self.services.mail)
        self.manage("migrate", "--verbosity", "0", MIGRATING="1")

    def stop(self) -> None:
        self.end_all()
        self.services.stop()

    def manage(self, *arguments: str, **extra: str) -> str:
        """Run a command to its end and return what it printed."""
        import subprocess

        environment = self.environment | extra
        if "MIGRATING" in extra:
            environment["DATABASE_URL"] = environment["MIGRATION_DATABASE_URL"]
        answer = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr[-3000:]
        return answer.stdout

    @contextlib.contextmanager
    def here(self) -> Iterator[None]:
        """Let this process's models read and write the rig's database and use its mail server."""
        from django.conf import settings

        connection = connections["default"]
        connection.close()
        before = dict(connection.settings_dict)
        mail_before = settings.EMAIL_HOST, settings.EMAIL_PORT
        assert self.services.postgres is not None
        connection.settings_dict.update(
            HOST=str(self.services.postgres.state.sockets), NAME="portal", USER="portal_app", PORT=""
        )
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", self.services.mail.port  # type: ignore[union-attr]
        try:
            yield
        finally:
            courier.close()
            connection.close()
            connection.settings_dict.clear()
            connection.settings_dict.update(before)
            settings.EMAIL_HOST, settings.EMAIL_PORT = mail_before

    def empty(self) -> None:
        """No processes, no mail, no queue, no rows."""
        self.end_all()
        connections["default"].close()  # the server may have been restarted under it
        self.postbox.empty()
        if self.services.valkey:
            self.services.valkey.restart()
        assert self.services.postgres is not None
        owner = self.services.postgres.connect(role="portal_owner")
        with owner.cursor() as cursor:
            cursor.execute(
                "TRUNCATE reminders_deadline, reminders_reminder, reminders_heartbeat, reminders_absence,"
                " mailing_outgoingmail, mailing_mailhold, mailing_addresssuppression, accounts_user, regions_association"
                " CASCADE"
            )
        owner.close()

    # -- givens and results --------------------------------------------------------------------------------------------

    def people(self, count: int = 1) -> list[User]:
        """An association with founders who may be reminded."""
        association, _new = Association.objects.get_or_create(code="cep", defaults={"name_fr": "CEP", "name_de": "CEP"})
        users = User.objects.bulk_create(
            User(email=f"p{n}@exemple.example", last_name=f"Nom{n}", password="!") for n in range(count)
        )
        Membership.objects.bulk_create(
            Membership(user=user, role=Role.FOUNDER, association=association, valid_from=date(2024, 1, 1))
            for user in users
        )
        return users

    def due_reminders(self, count: int, *, kind: str = "engine.date", due: timedelta = timedelta(minutes=1)) -> None:
        """So many dates, each with one reminder that is due."""
        now = clock.now()
        with transaction.atomic():
            people = self.people(count)
            association = Association.objects.get()
            dates = Deadline.objects.bulk_create(
                Deadline(
                    association=association, subject_kind="accounts.user", subject_id=person.pk, kind=kind,
                    local_date=clock.today() + timedelta(days=7), created_at=now, set_at=now,
                )
                for person in people
            )  # fmt: skip
            Reminder.objects.bulk_create(
                Reminder(
                    deadline=deadline, deadline_version=1, step="-7d", recipient=f"user:{person.pk}", user=person,
                    due_at=now - due, expires_at=now + timedelta(days=1),
                )
                for deadline, person in zip(dates, people, strict=True)
            )  # fmt: skip

    def queue(
        self, count: int, *, kind: str = "engine.letter", mail_class: MailClass = MailClass.TRANSACTIONAL
    ) -> None:
        """So many mails in the outbox."""
        now = clock.now()
        OutgoingMail.objects.bulk_create(
            OutgoingMail(
                idempotency_key=f"{kind}:{n}:{now.timestamp()}", kind=kind, mail_class=mail_class, priority=PRIORITY[mail_class],
                to_address=f"p{n}@exemple.example", params={"number": n}, send_after=now, created_at=now,
            )
            for n in range(count)
        )  # fmt: skip

    def situation(self) -> str:
        return f"states {self.states()}"

    def states(self) -> dict[str, int]:
        """How many mails are in which state, read with a connection of its own (the shared one may be broken)."""
        assert self.services.postgres is not None
        connection = self.services.postgres.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT state, count(*) FROM mailing_outgoingmail GROUP BY state")
                return {str(state): int(count) for state, count in cursor.fetchall()}
        finally:
            connection.close()

    def sent(self) -> int:
        return self.states().get(MailState.SENT, 0)

    def copies(self) -> Counter[str]:
        """How many copies of each message arrived."""
        marks = []
        for raw in self.services.mail.messages:  # type: ignore[union-attr]
            head = raw.partition(b"\r\n\r\n")[0]
            line = next(line for line in head.splitlines() if line.lower().startswith(b"message-id:"))
            marks.append(line.partition(b":")[2].strip().decode())
        return Counter(marks)


@contextlib.contextmanager
def running_rig(*, durable: bool = True) -> Iterator[Rig]:
    """A rig from start to end; nothing of it is left."""
    folder = Path(tempfile.mkdtemp(prefix="portal-rig-"))
    folder.chmod(0o755)
    rig = Rig(folder, durable=durable)
    try:
        rig.start()
        with rig.here():
            yield rig
    finally:
        rig.stop()
        rig.services.state.delete()
        shutil.rmtree(folder, ignore_errors=True)
