"""Doors for the worker: the rows say what to do."""

from celery import shared_task

from promo_portal.mailing.workflow import send_waiting

BATCH_SECONDS = 10  # of claiming, so that a worker asked to stop does so soon


@shared_task
def send_batch() -> None:
    """Send what waits."""
    send_waiting(seconds=BATCH_SECONDS)
