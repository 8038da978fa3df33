"""Doors for the worker."""

from celery import shared_task

from premises.workflow import enquiries
from promo_portal.core import clock


@shared_task
def forget_unconfirmed_enquiries() -> None:
    """Delete enquiries that were never confirmed."""
    enquiries.forget_unconfirmed(now=clock.now())
