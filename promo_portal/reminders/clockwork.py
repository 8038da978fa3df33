"""The clockwork's passes, whoever calls: beat through a worker, a timer through ``manage.py tick``, or a person."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from promo_portal.core import clock, slots
from promo_portal.mailing.emails import queue_digest
from promo_portal.mailing.workflow import sweep
from promo_portal.mailing.workflow.sweeping import Swept
from promo_portal.reminders import heartbeat
from promo_portal.reminders.health import renew_summary
from promo_portal.reminders.reconciliation import Reconciled, reconcile
from promo_portal.reminders.restoration import hold_after_restore
from promo_portal.reminders.tick import Ticked, tick

NIGHT_ENDS_AFTER_HOURS = 3  # the night's work is due from three o'clock on


def deadlines_pass(*, worker: str | None = None, **options: Any) -> Ticked:
    """Look at the deadlines once; the sign of life comes last, since it says that the work was done."""
    done = tick(**options)
    heartbeat.sign_of_life(heartbeat.TICK)
    heartbeat.worker_is_alive(worker)
    return done


def outbox_pass(*, worker: str | None = None) -> Swept:
    """Look at the outbox once: whether it may leave at all, what is stuck, what is late, how much waits."""
    hold_after_restore()
    found = sweep()
    heartbeat.sign_of_life(heartbeat.SWEEP)
    heartbeat.worker_is_alive(worker)
    renew_summary()
    return found


def nightly_pass() -> Reconciled | None:
    """Reconcile once a day, from three o'clock in Zurich on, whoever comes first."""
    local = clock.now().astimezone(clock.ZURICH) - timedelta(hours=NIGHT_ENDS_AFTER_HOURS)
    return reconcile() if heartbeat.first_today("reconciliation", local) else None


def digest_pass() -> int:
    """Queue the digest of failed mails once a day, in the morning."""
    local = clock.now().astimezone(clock.ZURICH) - timedelta(hours=7)
    with transaction.atomic():
        return queue_digest() if heartbeat.first_today("digest", local) else 0


def other_work() -> None:
    """What apps above the engine have to do as time goes by."""
    for work in slots.clock_work:
        work()
