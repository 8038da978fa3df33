"""What hands out identities and moves the clock exists in the demonstration only."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import get_resolver, reverse

from promo_portal.accounts.models import User
from promo_portal.demo.models import Seeding

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "PORTAL_PRODUCTION": "1",
    "SECRET_KEY": "k" * 60,
    "SITE_URL": "https://portal.example.ch",
    "DATABASE_URL": "postgresql://portal_app@localhost/portal",
    "REDIS_URL": "redis://broker:6379/0",
    "CACHE_URL": "redis://cache:6379/0",
    "EMAIL_URL": "smtp://mail.example.ch:25",
    "DEFAULT_FROM_EMAIL": "portal@example.ch",
    "MEDIA_ROOT": "/srv/media",
    "ALLOW_UNSCANNED": "1",
    "DJANGO_SETTINGS_MODULE": "promo_portal.settings.base",
}


@pytest.fixture(autouse=True)
def _addresses_are_those_of_the_demo() -> None:
    """Let the addresses be read before a test plays production, or the whole run would miss them."""
    assert "demo" in get_resolver().namespace_dict


def demo_pages() -> list[tuple[str, str]]:
    pages = [("get", reverse(f"demo:{name}")) for name in ("start", "mail", "clock")]
    pages += [("get", reverse(f"demo:{name}", args=["1"])) for name in ("mail_detail", "mail_html")]
    return [*pages, ("post", reverse("demo:enter")), ("post", reverse("demo:clock_move"))]


@pytest.mark.django_db
def test_no_page_of_the_demo_exists_outside_it(client: Client, settings: Any) -> None:
    settings.IS_DEMO = False

    answers = {url: getattr(client, method)(url).status_code for method, url in demo_pages()}

    assert set(answers.values()) == {404}
    assert len(answers) == 7


@pytest.mark.django_db
def test_a_production_that_says_it_is_a_demo_is_none(client: Client, settings: Any) -> None:
    settings.IS_PRODUCTION = True

    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/enter/", {"email": "claire.moser@cep.example"}).status_code == 404


def test_an_installation_that_carries_the_demo_without_being_one_does_not_start(settings: Any) -> None:
    assert "demo.E001" not in [message.id for message in run_checks()]

    settings.IS_DEMO = False

    assert "demo.E001" in [message.id for message in run_checks()]


@pytest.mark.django_db
def test_the_demos_data_are_refused_outside_it(settings: Any) -> None:
    settings.IS_DEMO = False

    for command in ("seed_demo", "demo_accounts"):
        with pytest.raises(CommandError):
            call_command(command)
    assert not Seeding.objects.exists()
    assert not User.objects.exists()


def test_production_settings_know_neither_the_demo_nor_a_movable_clock() -> None:
    program = (
        "import django; django.setup()\n"
        "from django.conf import settings; from django.apps import apps; from django.urls import get_resolver\n"
        "print(apps.is_installed('promo_portal.demo'), settings.IS_DEMO, settings.CLOCK_MAY_BE_MOVED,"
        " 'demo' in get_resolver().namespace_dict)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"], **PRODUCTION},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.split() == ["False"] * 4, done.stderr
