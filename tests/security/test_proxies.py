"""F13: forged hosts and forwarding headers steer neither links nor limits."""

import contextlib
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from promo_portal.accounts.models import User
from promo_portal.mailing.kinds import mail_kind
from promo_portal.mailing.models import OutgoingMail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]


@pytest.mark.parametrize(
    "forged",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_FORWARDED": "host=evil.example"},
        {"HTTP_X_HOST": "evil.example"},
    ],
)
def test_no_mail_names_a_forged_host(forged: dict[str, str], founder: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": founder.email}, **forged)

    for mail in OutgoingMail.objects.all():
        message = mail_kind(mail.kind).render(mail)
        assert "evil.example" not in message.text + message.html + message.subject


FORGED_HOST = {"HTTP_HOST": "evil.example", "HTTP_X_FORWARDED_HOST": "evil.example"}


@override_settings(ALLOWED_HOSTS=["*"], USE_X_FORWARDED_HOST=True, TRUSTED_PROXIES=["127.0.0.1/32"])
def test_no_mail_names_a_forged_host_even_where_every_host_is_let_in(founder: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": founder.email}, **FORGED_HOST)

    mail = OutgoingMail.objects.get(kind="accounts.reset_code")
    message = mail_kind(mail.kind).render(mail)
    assert "evil.example" not in message.text + message.html + message.subject


@override_settings(ALLOWED_HOSTS=["*"], USE_X_FORWARDED_HOST=True)
def test_control_an_address_made_from_the_request_would_name_it() -> None:
    """F13's control: the settings of the test above do let the forged host through."""
    request = RequestFactory().post(reverse("account_reset_password"), **FORGED_HOST)

    assert request.build_absolute_uri("/") == "http://evil.example/"


def test_an_unknown_host_is_refused() -> None:
    assert Client().get(reverse("account_login"), HTTP_HOST="evil.example").status_code == 400


def test_control_the_reset_mail_is_made_for_the_true_host(founder: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": founder.email}, HTTP_X_FORWARDED_HOST="evil.example")

    assert OutgoingMail.objects.filter(kind="accounts.reset_code").count() == 1


def guesses(**headers_of: str) -> list[int]:
    """Statuses of twelve wrong passwords for as many addresses, each with its own forged origin."""
    found = []
    for number in range(12):
        forged = {name: value.format(number) for name, value in headers_of.items()}
        answer = Client().post(
            reverse("account_password_login"),
            {"login": f"x{number}@exemple.example", "password": "geraten-geraten"},
            **forged,
        )
        found.append(
            "too often" if b"trop souvent" in answer.content or "too often" in answer.content.decode() else "tried"
        )
    return found  # type: ignore[return-value]


@pytest.mark.parametrize(
    "header",
    [
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_REAL_IP",
        "HTTP_X_CLIENT_IP",
        "HTTP_TRUE_CLIENT_IP",
        "HTTP_FORWARDED",
        "HTTP_CF_CONNECTING_IP",
    ],
)
def test_a_forged_origin_does_not_evade_the_limit(header: str) -> None:
    assert guesses(**{header: "203.0.113.{}"})[-1] == "too often"


def test_control_behind_a_known_proxy_the_forwarded_address_counts() -> None:
    with override_settings(TRUSTED_PROXIES=["127.0.0.1/32"]):
        assert set(guesses(HTTP_X_FORWARDED_FOR="203.0.113.{}")) == {"tried"}


def test_behind_a_known_proxy_only_the_last_untrusted_hop_counts() -> None:
    with override_settings(TRUSTED_PROXIES=["127.0.0.1/32"]):
        assert guesses(HTTP_X_FORWARDED_FOR="198.51.100.{}, 203.0.113.9")[-1] == "too often"


def test_neighbours_in_one_ipv6_network_share_a_limit() -> None:
    with override_settings(TRUSTED_PROXIES=["127.0.0.1/32"]):
        assert guesses(HTTP_X_FORWARDED_FOR="2001:db8:1:{}::7")[-1] == "too often"


ECHO = """
import json
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({k: v for k, v in environ.items() if isinstance(v, str)}).encode()]
"""


@contextlib.contextmanager
def web_process(folder: Path, *options: str) -> Iterator[int]:
    """The server that production runs, around an application that says what has reached it."""
    (folder / "echo.py").write_text(ECHO)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "echo:application", "-b", f"127.0.0.1:{port}", "--no-control-socket"]
    server = subprocess.Popen([*command, *options], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        server.terminate()
        server.wait(30)


def reached(port: int, header: str) -> str | None:
    """What the application finds where a forwarding header would stand."""
    for _try in range(300):
        with contextlib.suppress(ConnectionRefusedError):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("GET", "/", headers={header: "203.0.113.7"})
            found: dict[str, str] = json.loads(asked.getresponse().read())
            return found.get("HTTP_X_FORWARDED_FOR")
        time.sleep(0.1)
    raise AssertionError("no answer")


def test_headers_with_underscores_never_become_forwarding_headers(tmp_path: Path) -> None:
    """We run WSGI behind gunicorn, which drops them (CVE-2026-3902 is about ASGI)."""
    with web_process(tmp_path) as port:
        assert reached(port, "X_Forwarded_For") is None
        assert reached(port, "X-Forwarded-For") == "203.0.113.7"


def test_control_a_server_that_takes_them_is_seen(tmp_path: Path) -> None:
    """F13's control."""
    with web_process(tmp_path, "--header-map", "dangerous") as port:
        assert reached(port, "X_Forwarded_For") == "203.0.113.7"
