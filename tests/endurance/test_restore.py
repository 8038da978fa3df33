"""Yesterday's dump comes back after this morning's mail has left: nothing leaves again before a person says so (R12)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from promo_portal.mailing.models import MailHold
from promo_portal.mailing.workflow import release_hold
from tests.engine.rig import Rig

pytestmark = pytest.mark.endurance
DUE = 20
SPARE = "portal_before_the_loss"


@pytest.fixture
def restored(rig: Rig, tmp_path: Path) -> Iterator[Rig]:
    """A dump is taken, the reminders leave, the database is lost and made anew from the dump."""
    postgres = rig.services.postgres
    assert postgres is not None
    rig.manage("tick")  # as on every day before
    rig.due_reminders(DUE)
    dump = tmp_path / "portal.dump"
    assert postgres.tool("pg_dump", "--format=custom", f"--file={dump}", "portal").returncode == 0
    rig.manage("tick")
    assert rig.states() == {"sent": DUE}

    connections["default"].close()
    tidy = postgres.connect("postgres")
    with tidy.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE portal RENAME TO {SPARE}")
        cursor.execute("CREATE DATABASE portal OWNER portal_owner TEMPLATE template0")
    assert postgres.tool("pg_restore", "--dbname=portal", str(dump)).returncode == 0
    assert rig.states() == {}
    yield rig
    connections["default"].close()
    with tidy.cursor() as cursor:
        cursor.execute("DROP DATABASE portal WITH (FORCE)")
        cursor.execute(f"ALTER DATABASE {SPARE} RENAME TO portal")
    tidy.close()


def test_what_left_this_morning_leaves_again_only_when_a_person_lets_it(restored: Rig) -> None:
    restored.manage("tick")
    restored.beat()
    restored.worker()
    restored.wait(lambda: restored.states().get("queued") == DUE, seconds=30, what="the reminders in the outbox")
    restored.manage("tick")

    assert sum(restored.copies().values()) == DUE
    release_hold(hold=MailHold.objects.get(), by="operations")
    restored.wait(lambda: restored.sent() == DUE, seconds=60, what="the released mails")
    assert sum(restored.copies().values()) == 2 * DUE


def test_control_without_the_hold_everybody_is_reminded_twice(restored: Rig) -> None:
    """R12's control."""
    restored.manage("tick", TEST_HOLD_AFTER_RESTORE="off")

    assert sum(restored.copies().values()) == 2 * DUE
