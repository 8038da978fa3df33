"""Doors for the worker: ids in, one call."""

from celery import shared_task

from companies.search import refresh
from companies.search.upkeep import nightly_pass
from companies.workflow.importing import forget_files
from companies.workflow.sending import freshness_pass
from promo_portal.core import clock


@shared_task
def refresh_documents(ids: list[int]) -> None:
    """Let the search follow the entries that a run has changed."""
    refresh(ids)


@shared_task(soft_time_limit=3600, time_limit=3700)
def keep_search() -> None:
    """Once a day: entries that aged out, frequencies, totals, tiles."""
    nightly_pass()


@shared_task
def forget_import_files() -> None:
    """Delete the files of old imports."""
    forget_files(now=clock.now())


@shared_task
def keep_fresh() -> None:
    """Every minute: campaigns on their way, what came back, confirmations that grow old."""
    freshness_pass()
