"""Settings of the worker processes that tests start: the suite's, with the engine's times from the environment."""

import os

from promo_portal.settings.test import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.engine"]  # noqa: F405
MAIL_LEASE_SECONDS = float(os.environ.get("TEST_LEASE_SECONDS", "15"))
MAIL_MAX_PER_MINUTE = int(os.environ.get("TEST_MAX_PER_MINUTE", "0"))
MAIL_RETRY_SECONDS = [float(part) for part in os.environ.get("TEST_RETRY_SECONDS", "1 1 2 2 5 5").split()]
EVENTS_LOCK_PLACES = os.environ.get("TEST_PLACES_LOCK", "on") == "on"
MAIL_ON_HOLD_AFTER_RESTORE = os.environ.get("TEST_HOLD_AFTER_RESTORE", "on") == "on"
JOBS_LEASE_SECONDS = float(os.environ.get("TEST_LEASE_SECONDS", "15"))
