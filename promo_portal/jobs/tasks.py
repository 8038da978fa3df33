"""Doors for the worker: look what waits, do one job, forget old results."""

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from promo_portal.core import clock
from promo_portal.jobs import workflow

log = structlog.get_logger(__name__)
RING_EXPIRES_SECONDS = 4


@shared_task
def ring() -> None:
    """Bring back what a dead worker left, and ring once for each job that waits."""
    workflow.recover_lost()
    try:
        for pk in workflow.waiting():
            run.apply_async((pk,), expires=RING_EXPIRES_SECONDS, retry=False)
    except OperationalError:
        log.warning("doorbell_broken")


@shared_task(soft_time_limit=3600, time_limit=3700)
def run(job_id: int) -> None:
    """Do one job; whoever comes second finds nothing to do."""
    workflow.run_job(job_id=job_id)


@shared_task
def forget() -> None:
    """Delete results whose time is over."""
    workflow.forget_results(now=clock.now())
