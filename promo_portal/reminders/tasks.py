"""Doors for the worker: look now."""

from typing import Any

import structlog
from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from promo_portal.mailing.tasks import send_batch
from promo_portal.reminders import clockwork

log = structlog.get_logger(__name__)
RING_EXPIRES_SECONDS = 4


@shared_task(bind=True)
def tick(self: Any) -> None:
    """Hand due reminders to the outbox."""
    clockwork.deadlines_pass(worker=self.request.hostname)


@shared_task(bind=True)
def sweep(self: Any) -> None:
    """Tidy the outbox and ring for at most as many senders as there are, for work they will not find twice."""
    waiting = clockwork.outbox_pass(worker=self.request.hostname).waiting
    try:
        for _ in range(min(waiting, settings.MAIL_SENDERS)):
            send_batch.apply_async(expires=RING_EXPIRES_SECONDS, retry=False)
    except OperationalError:
        log.warning("doorbell_broken")


@shared_task
def reconcile() -> None:
    """Derive all reminders anew, once a night."""
    clockwork.nightly_pass()


@shared_task
def digest() -> None:
    """Tell staff of failed mails, once a morning."""
    clockwork.digest_pass()
