"""Production starts with a complete environment only, says what is missing, and refuses a role that sees too much."""

import os
import subprocess
import sys

import pytest

from promo_portal.core.checks import HINT
from promo_portal.settings import base

COMPLETE = {
    "PORTAL_PRODUCTION": "1",
    "DJANGO_SETTINGS_MODULE": "promo_portal.settings.base",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_",
    "SITE_URL": "https://portal.example.ch",
    "DATABASE_URL": "postgresql://portal_app:secret@database:5432/portal",
    "REDIS_URL": "redis://broker:6379/0",
    "CACHE_URL": "redis://cache:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.ch:587",
    "DEFAULT_FROM_EMAIL": "portal@example.ch",
    "MEDIA_ROOT": "/srv/portal/media",
    "CLAMD_URL": "tcp://clamd:3310",
}
NEEDED = sorted(set(COMPLETE) - {"PORTAL_PRODUCTION", "DJANGO_SETTINGS_MODULE"})


def run(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that knows this environment and nothing else."""
    basic = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code], env={**basic, **environment}, capture_output=True, text=True, check=False
    )


CHECK = """
import django
django.setup()
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
"""


def test_the_deployment_check_is_clean_with_a_complete_environment() -> None:
    """F12: ``check --deploy --fail-level WARNING``."""
    result = run(CHECK, COMPLETE)

    assert result.returncode == 0, result.stderr[-2000:]
    assert "no issues" in result.stdout


def test_control_the_deployment_check_sees_a_weak_key() -> None:
    """F12's control."""
    result = run(CHECK, {**COMPLETE, "SECRET_KEY": "short"})

    assert result.returncode != 0


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_missing_is_named(name: str) -> None:
    result = run("import promo_portal.settings.base", {key: value for key, value in COMPLETE.items() if key != name})

    assert result.returncode != 0
    assert f"{name} is not set" in result.stderr


def test_uploads_without_a_scanner_need_a_word() -> None:
    without = {key: value for key, value in COMPLETE.items() if key != "CLAMD_URL"}

    assert run("import promo_portal.settings.base", {**without, "ALLOW_UNSCANNED": "1"}).returncode == 0


def test_broker_and_cache_must_be_two_servers() -> None:
    result = run("import promo_portal.settings.base", {**COMPLETE, "CACHE_URL": "redis://broker:6379/1"})

    assert "CACHE_URL names the same server" in result.stderr


def test_production_has_neither_demo_nor_movable_clock() -> None:
    assert base.IS_DEMO is False
    assert base.CLOCK_MAY_BE_MOVED is False
    assert "promo_portal.demo" not in base.INSTALLED_APPS
    assert base.DEBUG is False


WEB = """
from promo_portal import wsgi
from django.db import connection
connection.ensure_connection()
print("connected as", connection.settings_dict["USER"])
"""


def as_role(role: str) -> dict[str, str]:
    from django.conf import settings

    database = settings.DATABASES["default"]
    address = f"postgresql://{role}@/{database['NAME']}?host={database['HOST']}"
    return {**COMPLETE, "DATABASE_URL": address}


@pytest.mark.django_db
def test_a_web_process_with_the_owners_role_serves_nothing() -> None:
    result = run(WEB, as_role("portal_owner"))

    assert result.returncode != 0
    assert HINT in result.stderr
    assert "connected" not in result.stdout


@pytest.mark.django_db
def test_control_a_web_process_with_the_applications_role_starts() -> None:
    result = run(WEB, as_role("portal_app"))

    assert result.stdout.strip() == "connected as portal_app", result.stderr[-1000:]
