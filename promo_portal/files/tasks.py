"""The worker's door to the scanner."""

from celery import shared_task

from promo_portal.core import clock
from promo_portal.files.workflow import scan_waiting


@shared_task(ignore_result=True)
def scan() -> None:
    """Look at what waits; called every ten seconds, may run twice."""
    scan_waiting(now=clock.now())
