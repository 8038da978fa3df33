"""Signs of life, by the real clock: each part writes its own while it works, so that a silent one is noticed."""

from datetime import datetime
from typing import Any

from django.db import connection

from promo_portal.reminders.models import Heartbeat

TICK, SWEEP, BEAT, WORKER = "tick", "sweep", "beat", "worker:"
EVERY_SECONDS = 5  # a sign is not written more often, the sweep works every two seconds

_BEAT = """
INSERT INTO reminders_heartbeat (name, at, detail) VALUES (%s, clock_timestamp(), '{}')
ON CONFLICT (name) DO UPDATE SET at = excluded.at
WHERE reminders_heartbeat.at < excluded.at - %s * interval '1 second'
"""
_ONCE = """
INSERT INTO reminders_heartbeat (name, at, detail)
VALUES (%(name)s, clock_timestamp(), jsonb_build_object('for', %(day)s))
ON CONFLICT (name) DO UPDATE SET at = excluded.at, detail = excluded.detail
WHERE coalesce(reminders_heartbeat.detail->>'for', '') < %(day)s
RETURNING name
"""


def sign_of_life(name: str, *, every: float = EVERY_SECONDS) -> None:
    """Write that a part is alive."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [name, every])


def worker_is_alive(hostname: str | None) -> None:
    """Write that a worker consumes: called from within a task it runs."""
    if hostname:
        sign_of_life(f"{WORKER}{hostname}"[:60])


def farewell(name: str) -> None:
    """A part ends in good order: nobody need miss it."""
    Heartbeat.objects.filter(name=name[:60]).delete()


def first_today(name: str, moment: datetime) -> bool:
    """Whether this is the day's first call; only one caller hears yes, however many ask at once."""
    with connection.cursor() as cursor:
        cursor.execute(_ONCE, {"name": name, "day": f"{moment:%Y-%m-%d}"})
        return cursor.fetchone() is not None


def ages() -> dict[str, float]:
    """Seconds since each part's last sign."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, extract(epoch FROM clock_timestamp() - at)::float FROM reminders_heartbeat")
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return {str(name): max(0.0, float(age)) for name, age in rows}
