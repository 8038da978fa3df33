"""Doors for the worker: ids in, one call."""

from celery import shared_task

from companies.exports import bulk
from companies.search import refresh
from companies.search.upkeep import nightly_pass
from companies.workflow.alerts import alert_pass, forget_searches
from companies.workflow.forgetting import forget_files
from companies.workflow.importing import follow_owed
from companies.workflow.sending import freshness_pass
from companies.workflow.unfit_pictures import lapse_pictures
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
def follow_imports() -> None:
    """Every minute: what imports owe the search, if the server was lost between their two transactions."""
    follow_owed()


@shared_task
def forget_import_files() -> None:
    """Delete the files of old imports."""
    forget_files(now=clock.now())


@shared_task
def keep_fresh() -> None:
    """Every minute: campaigns on their way, what came back, confirmations that grow old."""
    freshness_pass()


@shared_task(soft_time_limit=600, time_limit=660)
def send_alerts() -> None:
    """Tell those who follow a search what is new in it."""
    alert_pass()


@shared_task
def forget_saved_searches() -> None:
    """Delete searches that were never confirmed or ended long ago."""
    forget_searches(now=clock.now())


@shared_task
def lapse_undecided_pictures() -> None:
    """Delete pictures that companies proposed and nobody decided on."""
    lapse_pictures(now=clock.now())


@shared_task
def queue_open_data() -> None:
    """Once a night: have the open data files made."""
    bulk.nightly_build(now=clock.now())
