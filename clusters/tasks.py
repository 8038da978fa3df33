"""Doors for the worker."""

from celery import shared_task

from clusters.workflow import registrations
from promo_portal.core import clock


@shared_task
def end_lapsed_offers() -> None:
    """Pass places on that were offered and not taken up."""
    registrations.end_lapsed_offers(now=clock.now())


@shared_task
def drop_unconfirmed() -> None:
    """Delete registrations that nobody confirmed."""
    registrations.drop_unconfirmed(now=clock.now())
