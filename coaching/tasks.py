"""Doors for the worker."""

from celery import shared_task

from coaching.workflow import agreements, checks, drafts, forgetting
from promo_portal.core import clock


@shared_task
def drop_old_drafts() -> None:
    """Delete drafts that were left behind."""
    drafts.drop_old_drafts(now=clock.now())


@shared_task
def ask_due_checks() -> None:
    """Put the three questions to founders whose day has come."""
    checks.ask_due_checks(now=clock.now())


@shared_task
def forget_due() -> None:
    """Remove names whose time is over."""
    forgetting.forget_due(now=clock.now())


@shared_task
def follow_agreements() -> None:
    """Remind of every agreement's end, however its row came in."""
    agreements.follow_forgotten_agreements(now=clock.now())
