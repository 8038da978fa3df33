"""Beat's scheduler: keeps its times in memory, since every entry may come late or twice, and gives a sign of life."""

import time
from datetime import timedelta
from typing import Any

import structlog
from celery.beat import Scheduler
from django.db import DatabaseError, connection

from promo_portal.reminders import heartbeat

log = structlog.get_logger(__name__)
EVERY_SECONDS = 20


class LivelyScheduler(Scheduler):
    """Says that beat is alive straight to the database: a broken queue or worker must not be taken for a dead beat."""

    _signed_at = 0.0

    def setup_schedule(self) -> None:
        """Start with every order due: after a restart nobody waits a minute for the first look."""
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = (entry.last_run_at or entry.default_now()) - timedelta(days=1)

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        """One round of beat."""
        if time.monotonic() - self._signed_at > EVERY_SECONDS:
            self._signed_at = time.monotonic()
            try:
                heartbeat.sign_of_life(heartbeat.BEAT)
            except DatabaseError:
                log.warning("beat_cannot_sign")
            finally:
                connection.close()
        return super().tick(*args, **kwargs)
