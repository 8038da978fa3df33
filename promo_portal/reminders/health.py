"""Whether the clockwork runs: asked by watchers from outside (``/health/jobs``) and shown to staff as a banner."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from promo_portal.core import clock
from promo_portal.mailing.workflow.sweeping import unsent
from promo_portal.reminders import heartbeat
from promo_portal.reminders.models import Reminder, ReminderState

# Seconds of silence after which a part counts as dead: all well under three minutes, within which somebody must know.
PATIENCE = {heartbeat.BEAT: 90, heartbeat.TICK: 150, heartbeat.SWEEP: 90}
WORKER_PATIENCE = 120
WORKER_FORGOTTEN = 3600  # a worker that never came back is mourned for an hour
UNSENT_PATIENCE = 150  # what is due leaves within a minute; bulletins may queue behind the limit per minute
CLOCKWORK = frozenset({*PATIENCE, "worker"})
_SUMMARY_KEY, _TURN_KEY = "reminders.health_summary", "reminders.health_turn"


@dataclass
class Health:
    """The clockwork's state, for machines; ``problems`` holds short fixed words, no names."""

    heartbeats: dict[str, float | None] = field(default_factory=dict)  # seconds since the last sign; None: never
    oldest_unsent: float = 0.0  # seconds a mail or reminder is overdue
    waiting: int = 0
    failed: int = 0
    unknown: int = 0
    on_hold: bool = False
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What ``/health/jobs`` answers."""
        return {
            "status": "bad" if self.problems else "ok",
            "problems": self.problems,
            "heartbeats": {name: None if age is None else round(age, 1) for name, age in self.heartbeats.items()},
            "oldest_unsent_seconds": round(self.oldest_unsent, 1),
            "waiting": self.waiting,
            "failed": self.failed,
            "unknown": self.unknown,
            "on_hold": self.on_hold,
        }


def health() -> Health:
    """Look at the signs of life and at what waits."""
    now, found = clock.now(), Health()
    ages = heartbeat.ages()
    since_start = _seconds_since_start()
    for name, patience in PATIENCE.items():
        age = ages.get(name)
        found.heartbeats[name] = age
        if min(age if age is not None else inf, since_start) > patience:
            found.problems.append(name)
    workers = {name: age for name, age in ages.items() if name.startswith(heartbeat.WORKER) and age < WORKER_FORGOTTEN}
    found.heartbeats |= dict(sorted(workers.items()))
    beat_lives = (
        heartbeat.BEAT not in found.problems
    )  # a dead beat gives no orders: then a worker's silence says nothing
    if beat_lives and since_start > WORKER_PATIENCE and (not workers or max(workers.values()) > WORKER_PATIENCE):
        found.problems.append("worker")
    mail = unsent(now)
    found.waiting, found.failed, found.unknown, found.on_hold = mail.due, mail.failed, mail.unknown, mail.on_hold
    found.oldest_unsent = _age_of_oldest(mail.overdue_since, now)
    if found.oldest_unsent > UNSENT_PATIENCE:
        found.problems.append("unsent")
    if mail.failed_technically:
        found.problems.append("failed")
    return found


def _seconds_since_start() -> float:
    """Seconds since all parts were started together, where one launcher does so: their patience begins then."""
    return max(0.0, time.time() - settings.STARTED_AT) if settings.STARTED_AT else inf


def _age_of_oldest(mail_since: datetime | None, now: datetime) -> float:
    """Seconds since the oldest mail might have left, or the oldest reminder fell due; held ones are no delay.

    A mail that the mail server postpones is not late through our fault; when it is given up it counts as failed. One that
    found no mail server at all is late, however often it is tried.
    """
    reminder = Reminder.objects.filter(state=ReminderState.PLANNED, due_at__lte=now).aggregate(first=Min("due_at"))
    ages = [(now - moment).total_seconds() for moment in (mail_since, reminder["first"]) if moment]
    return max([0.0, *ages])


def renew_summary() -> None:
    """Keep the summary that staff pages read; of many passes one in a while does, so that the pages need not look."""
    seconds = settings.HEALTH_SUMMARY_SECONDS
    if seconds and cache.add(_TURN_KEY, True, seconds / 3):
        _look(keep=2 * seconds)


def _look(*, keep: float) -> dict[str, Any]:
    state = health()
    found = {"problems": state.problems, "hold": state.on_hold, "failed": state.failed + state.unknown}
    cache.set(_SUMMARY_KEY, found, keep)
    return found


def health_summary() -> list[str]:
    """Sentences for staff about what does not run; empty when all is well.

    The clockwork itself keeps it fresh. Once it falls silent pages look themselves, every quarter of a minute.
    """
    found = cache.get(_SUMMARY_KEY) or _look(keep=settings.HEALTH_SUMMARY_SECONDS)
    sentences = []
    if CLOCKWORK & set(found["problems"]):
        sentences.append(_("Reminders and mail stand still: the portal's background service does not answer."))
    elif "unsent" in found["problems"]:
        sentences.append(_("Mail is late: some should have left minutes ago."))
    if "failed" in found["problems"]:
        sentences.append(
            ngettext("%(count)s mail could not be sent.", "%(count)s mails could not be sent.", found["failed"])
            % {"count": found["failed"]}
        )
    if found["hold"]:
        sentences.append(_("All mail is on hold. Nothing leaves until somebody releases it."))
    return sentences


def is_ready() -> list[str]:
    """What keeps the portal from answering: the database, or migrations that lack. Empty: ready."""
    from django.db import DatabaseError
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return ["database"]
    return ["migrations"] if pending else []
