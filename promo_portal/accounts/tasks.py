"""Upkeep of accounts, run now and then; twice or a day late makes no difference."""

from celery import shared_task

from promo_portal.accounts import session


@shared_task
def drop_ended_sessions() -> None:
    """Forget sessions that have ended, with the addresses and devices they were opened from."""
    session.drop_ended()
