"""The suite: as development, strict, with quick password hashes and short leases."""

import os

from .dev import *

SECRET_KEY = "test-only-key-that-protects-nothing-0123456789-0123456789"  # noqa: S105
SITE_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MAIL_MAX_PER_MINUTE = 0
MAIL_LEASE_SECONDS = 15
PROOF_OF_WORK_COST = 500
HEALTH_SUMMARY_SECONDS = 0  # staff pages look each time, whatever ran before
STARTED_AT = 0.0
CELERY_TASK_ALWAYS_EAGER = False
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
# Each of xdist's workers has its own database, so it needs its own cache too.
CACHES["default"]["KEY_PREFIX"] = f"portal-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
# On a busy machine a test, or the linter of migrations, may think for minutes inside its transaction.
DATABASES["default"]["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=900000"
