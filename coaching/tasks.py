"""Doors for the worker."""

from celery import shared_task

from coaching.workflow import checks, drafts
from promo_portal.core import clock


@shared_task
def drop_old_drafts() -> None:
    """Delete drafts that were left behind."""
    drafts.drop_old_drafts(now=clock.now())


@shared_task
def ask_due_checks() -> None:
    """Put the three questions to founders whose day has come."""
    checks.ask_due_checks(now=clock.now())
