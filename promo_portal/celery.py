"""The worker: looks when told to look; what must happen is in PostgreSQL."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_process_init, worker_shutdown
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "promo_portal.settings.base")

app = Celery("promo_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# A worker without -Q serves all queues; production may give each its own.
app.conf.task_queues = [Queue("celery"), Queue("mail"), Queue("files"), Queue("reports")]
app.conf.beat_scheduler = "promo_portal.reminders.scheduler:LivelyScheduler"
# Intervals only, counted in UTC: summer time and a second beat change nothing. An order nobody took in time is void.
app.conf.beat_schedule = {
    "deadlines": {"task": "promo_portal.reminders.tasks.tick", "schedule": 60.0, "options": {"expires": 55}},
    "outbox": {"task": "promo_portal.reminders.tasks.sweep", "schedule": 2.0, "options": {"expires": 10}},
    "reconciliation": {
        "task": "promo_portal.reminders.tasks.reconcile",
        "schedule": 900.0,
        "options": {"expires": 800},
    },
    "scanner": {"task": "promo_portal.files.tasks.scan", "schedule": 10.0, "options": {"expires": 9}},
    "long work": {"task": "promo_portal.jobs.tasks.ring", "schedule": 2.0, "options": {"expires": 10}},
    "old results": {"task": "promo_portal.jobs.tasks.forget", "schedule": 6 * 3600.0, "options": {"expires": 3600}},
    "old imports": {
        "task": "companies.tasks.forget_import_files",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "undecided pictures": {
        "task": "companies.tasks.lapse_undecided_pictures",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "old drafts": {"task": "coaching.tasks.drop_old_drafts", "schedule": 6 * 3600.0, "options": {"expires": 3600}},
    "names past their time": {
        "task": "coaching.tasks.forget_due",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "later checks": {"task": "coaching.tasks.ask_due_checks", "schedule": 900.0, "options": {"expires": 800}},
    "agreements": {"task": "coaching.tasks.follow_agreements", "schedule": 6 * 3600.0, "options": {"expires": 3600}},
    "lapsed offers": {"task": "clusters.tasks.end_lapsed_offers", "schedule": 60.0, "options": {"expires": 55}},
    "unconfirmed registrations": {
        "task": "clusters.tasks.drop_unconfirmed",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "unconfirmed enquiries": {
        "task": "premises.tasks.forget_unconfirmed_enquiries",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "ended sessions": {
        "task": "promo_portal.accounts.tasks.drop_ended_sessions",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "freshness": {"task": "companies.tasks.keep_fresh", "schedule": 30.0, "options": {"expires": 25}},
    "imports": {"task": "companies.tasks.follow_imports", "schedule": 60.0, "options": {"expires": 50}},
    "alerts": {"task": "companies.tasks.send_alerts", "schedule": 900.0, "options": {"expires": 800}},
    "open data": {"task": "companies.tasks.queue_open_data", "schedule": 900.0, "options": {"expires": 800}},
    "old searches": {
        "task": "companies.tasks.forget_saved_searches",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "search": {"task": "companies.tasks.keep_search", "schedule": 900.0, "options": {"expires": 800}},
    "digest": {"task": "promo_portal.reminders.tasks.digest", "schedule": 900.0, "options": {"expires": 800}},
}


@worker_init.connect
def refuse_a_privileged_role(sender: Any = None, **kwargs: Any) -> None:
    """A worker whose database role could read past the walls does nothing."""
    from promo_portal.core.checks import refuse_privileged_role

    refuse_privileged_role()


@worker_process_init.connect
def look_past_what_stays(**kwargs: Any) -> None:
    """What is loaded by now stays for good: searching it for rubbish again and again took a tenth of the sending."""
    gc.collect()
    gc.freeze()


@worker_shutdown.connect
def say_farewell(sender: Any = None, **kwargs: Any) -> None:
    """A worker that is stopped in good order is not missed."""
    from promo_portal.reminders import heartbeat

    heartbeat.farewell(f"{heartbeat.WORKER}{getattr(sender, 'hostname', '')}")
