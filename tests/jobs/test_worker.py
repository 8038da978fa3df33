"""A real worker and a real beat: what is asked for is done, and a worker killed in the middle costs nothing."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from promo_portal.core import clock
from promo_portal.embedded import State
from promo_portal.jobs.models import Job
from promo_portal.jobs.workflow import queue_job
from promo_portal.mailing.models import AddressSuppression
from tests.engine.rig import Processes

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = 60


@pytest.fixture
def processes() -> Iterator[Processes]:
    """Processes on the suite's own servers: this test's database, a queue of their own."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    wanted = connection.settings_dict
    environment = {
        "DATABASE_URL": f"postgresql://{wanted['USER']}@/{wanted['NAME']}?host={wanted['HOST']}",
        "REDIS_URL": os.environ["REDIS_URL"].partition("?")[0] + f"?virtual_host={4 + number % 10}",
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


def asked(kind: str) -> Job:
    return queue_job(kind=kind, by=None, now=clock.now(), parameters={"steps": STEPS, "pause": 0.05})


def test_a_killed_workers_job_is_found_and_done_anew_or_ended_in_words(processes: Processes) -> None:
    safe = asked("engine.counted")
    processes.beat()
    processes.worker(children=1)

    def is_begun() -> bool:
        safe.refresh_from_db()
        return safe.done > 5

    processes.wait(is_begun, seconds=40, what="progress that others see")
    assert processes.kill_one_child("worker-one")

    def is_done() -> bool:
        safe.refresh_from_db()
        return safe.state == "done"

    processes.wait(is_done, seconds=40, what="the work done anew")
    assert (safe.attempts, safe.done, AddressSuppression.objects.count()) == (2, STEPS, STEPS)

    AddressSuppression.objects.all().delete()
    once = asked("engine.once")

    def once_is(state: str) -> bool:
        once.refresh_from_db()
        return once.state == state

    processes.wait(lambda: once_is("running"), seconds=40, what="the second work")
    processes.end("worker-one", signal.SIGKILL)
    processes.worker("two", children=1)
    processes.wait(lambda: once_is("failed"), seconds=40, what="words about the lost work")
    assert "start it again" in once.message
