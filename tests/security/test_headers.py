"""F12: every answer carries the strict headers of production, and no page holds what the policy would block."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.accounts.routes import all_routes, table
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Municipality
from promo_portal.settings import base
from tests.house.scenery import World
from tests.house.test_routes import Walker, _url, silence

pytestmark = pytest.mark.django_db
__all__ = ["silence"]

PRODUCTION = {
    name: getattr(base, name)
    for name in (
        "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
    )
}  # fmt: skip
EXPECTED = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'", "font-src": "'self'",
    "connect-src": "'self'", "manifest-src": "'self'", "worker-src": "'self'", "form-action": "'self'", "base-uri": "'none'",
    "object-src": "'none'", "frame-ancestors": "'none'",
}  # fmt: skip
# What a browser shows of a file that somebody handed in must be able to do nothing at all.
HANDED_OUT = dict.fromkeys(("default-src", "frame-ancestors", "base-uri", "form-action"), "'none'")


class Blocked(HTMLParser):
    """Finds what the policy forbids inside a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or "style" in given:
            self.found.append(f"{tag} style")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append("inline script")
        self.found += [f"{tag} {name}" for name in given if name.startswith("on")]
        for name in ("src", "href", "action"):
            value = given.get(name) or ""
            if value.startswith(("data:", "javascript:")) or (
                name == "src" and value.startswith(("http:", "https:", "//"))
            ):
                self.found.append(f"{tag} {name}={value[:40]}")


def blocked_in(text: str) -> list[str]:
    parser = Blocked()
    parser.feed(text)
    return parser.found


def faults_of(answer: HttpResponse) -> list[str]:
    """What is wrong with an answer; an empty list for a good one."""
    faults = [
        f"{name}: {answer.headers.get(name)}" for name, value in EXPECTED.items() if answer.headers.get(name) != value
    ]
    policy = dict(
        part.strip().split(" ", 1)
        for part in answer.headers.get("Content-Security-Policy", "").split(";")
        if " " in part.strip()
    )
    is_attachment = answer.headers.get("Content-Disposition", "").startswith("attachment")
    is_inert = is_attachment or answer.headers.get("Content-Type") == "image/webp"  # drawn anew by us, pixels only
    if policy != POLICY and not (is_inert and policy == HANDED_OUT):
        faults.append(f"policy: {policy}")
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        faults.append("permissions")
    for cookie in answer.cookies.values():
        strict = cookie["secure"] and cookie["httponly"] and cookie["samesite"] in {"Lax", "Strict"}
        if not strict or not (cookie.key.startswith("__Host-") or cookie.key in NAMED_PLAINLY):
            faults.append(f"cookie {cookie.OutputString()}")
    if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
        faults += blocked_in(answer.content.decode())
    return faults


NAMED_PLAINLY = {"language", "theme"}  # hold a wish, no right


@pytest.fixture(autouse=True)
def production() -> Iterator[None]:
    with override_settings(**PRODUCTION):
        yield


@pytest.mark.parametrize("role", [Role.VISITOR, Role.FOUNDER, Role.MANAGER, Role.ADMINISTRATOR])
def test_every_route_answers_with_the_strict_headers(
    role: Role, cep: Association, seeland: Association, tavannes: Municipality, nidau: Municipality
) -> None:
    world = World.build(cep, seeland, tavannes, nidau)
    walker = Walker(world, role, secure=True)
    faults, pages = [], 0
    for route in all_routes():
        if route.name.startswith(("demo:", "portal:styleguide")):  # exist in the demo only, and show whole mails
            continue
        with transaction.atomic():
            places = world.addresses(route.name, route.parameters, role)
            arguments = places.own or places.missing
            answer = walker.ask("get", _url(route, arguments or {}))
            transaction.set_rollback(True)
        if route.name == "companies:embedded":  # framed by the websites that staff named, and by those only
            policy = answer.headers["Content-Security-Policy"].replace(
                "frame-ancestors https://www.tavannes.example", "frame-ancestors 'none'"
            )
            answer.headers["Content-Security-Policy"] = policy
            answer.headers.setdefault("X-Frame-Options", "DENY")
        pages += answer.status_code == 200
        faults += [f"{route.name}: {fault}" for fault in faults_of(answer)]

    assert not faults, "\n".join(faults)
    assert len(all_routes()) == len(table()) or len(all_routes()) >= 150
    assert pages >= 15


@pytest.mark.parametrize(
    "path", ["/fr/nulle-part/", "/static/nothing.css", "/admin/", "/fr/", "/fail/", "/health/live"]
)
def test_errors_redirects_and_plain_answers_carry_them_too(path: str) -> None:
    with override_settings(ROOT_URLCONF="tests.security.failing_urls"):
        answer = Client(raise_request_exception=False).get(path, secure=True)

    assert faults_of(answer) == []
    if path == "/fail/":
        assert answer.status_code == 500


def test_plain_http_is_sent_to_https() -> None:
    answer = Client().get("/fr/")

    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/fr/")


def test_the_session_cookie_is_bound_to_the_host(founder: User) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": founder.email}, secure=True)
    code = OutgoingMail.objects.get(kind="accounts.login_code").params["code"]

    answer = client.post(reverse("account_confirm_login_code"), {"code": code}, secure=True)

    cookie = answer.cookies["__Host-session"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        True,
        "Lax",
        "/",
        "",
    )


@pytest.mark.parametrize(
    "page",
    [
        '<p style="color:red">', "<style>p{}</style>", "<script>alert(1)</script>", '<a onclick="x()">',
        '<img src="data:image/png;base64,x">',
        '<script src="https://cdn.example/x.js"></script>', '<a href="javascript:x()">',
    ],
)  # fmt: skip
def test_control_forbidden_parts_are_seen(page: str) -> None:
    """F12's control."""
    assert blocked_in(page) != []


def test_control_a_loose_header_is_seen() -> None:
    loose: Any = HttpResponse("")
    loose["Content-Security-Policy"] = "default-src 'self' 'unsafe-inline'"

    assert any(fault.startswith("policy") for fault in faults_of(loose))
    assert re.search("X-Frame", "".join(faults_of(loose)))
