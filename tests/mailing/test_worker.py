"""A real worker and a real beat, killed while they work: the short form of the endurance tests (R1, R5)."""

import os
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from promo_portal.core import clock
from promo_portal.embedded import State
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.regions.models import Association
from promo_portal.reminders.models import Deadline, Reminder
from tests import factories
from tests.engine.fixtures import Postbox
from tests.engine.rig import Processes

pytestmark = pytest.mark.django_db(transaction=True)
DUE = 60


@pytest.fixture
def processes(postbox: Postbox) -> Iterator[Processes]:
    """Processes on the suite's own servers: this test's database, a queue of their own, this test's mail server."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    wanted = connection.settings_dict
    environment = {
        "DATABASE_URL": f"postgresql://{wanted['USER']}@/{wanted['NAME']}?host={wanted['HOST']}",
        "REDIS_URL": os.environ["REDIS_URL"].partition("?")[0] + f"?virtual_host={4 + number % 10}",
        "EMAIL_URL": f"smtp://127.0.0.1:{postbox.sink.port}",
    }
    with tempfile.TemporaryDirectory(prefix="portal-worker-") as folder:
        Path(folder).chmod(0o755)
        state = State.at(Path(folder))
        state.prepare()
        running = Processes(state, environment)
        running.lease = 2.0
        yield running
        running.end_all()
        state.delete()


@pytest.fixture
def due(cep: Association) -> None:
    """Sixty dates with a reminder each, due since a minute."""
    now = clock.now()
    for _ in range(DUE):
        person = factories.member("founder", cep)
        deadline = Deadline.objects.create(
            association=cep,
            subject_kind="accounts.user",
            subject_id=person.pk,
            kind="engine.date",
            local_date=clock.today(),
        )
        Reminder.objects.create(
            deadline=deadline, deadline_version=1, step="-7d", recipient=f"user:{person.pk}", user=person,
            due_at=now - timedelta(minutes=1), expires_at=now + timedelta(days=1),
        )  # fmt: skip


def sent() -> int:
    return OutgoingMail.objects.filter(state=MailState.SENT).count()


def test_killed_workers_and_two_beats_lose_nothing_and_double_little(
    processes: Processes, due: None, postbox: Postbox
) -> None:
    postbox.behave("ok", delay=0.05)
    for name in ("beat-one", "beat-two"):
        processes.beat(name)
    processes.worker()
    processes.wait(lambda: sent() >= 5, seconds=30, what="the first mails")

    assert processes.kill_one_child("worker-one")
    processes.wait(lambda: sent() >= 20, seconds=30, what="mail after a child was killed")
    processes.end("worker-one", signal.SIGKILL)
    processes.worker()
    processes.wait(lambda: sent() == DUE, seconds=40, what="all mails")

    copies = Counter(postbox.message_ids)
    assert len(copies) == DUE
    assert sum(copies.values()) - DUE <= 2 * 2
    assert set(Reminder.objects.filter(step="-7d").values_list("state", flat=True)) == {"queued"}
