"""A founder's way through the six questions with a test browser."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from coaching.forms.questions import GuardedReachForm
from coaching.views.check import SendForm
from coaching.views.start import LinkForm
from promo_portal.core.spam import new_challenge, stamp
from tests.core.proofs import solved

REACH = {"first_name": "Léa", "last_name": "Chappuis", "phone": "032 000 00 00"}
ANSWERS: dict[int, dict[str, str]] = {
    2: {"municipality": "Tavannes"},
    3: {"stage": "preparing"},
    4: {"idea": "Reprise d’un atelier de taillage à Reconvilier."},
    5: {"start": "Au printemps, avec mon frère."},
    6: {"need": "finance", "need_detail": "Un prêt pour deux machines."},
}


def opened(form: type = GuardedReachForm, seconds_ago: float = 30) -> dict[str, str]:
    """The hidden fields of a form that a person has looked at for a while."""
    return {"opened": stamp(form, seconds_ago=seconds_ago), "website": ""}


def url(number: int) -> str:
    return reverse("coaching:question", args=[number])


def email_of(browser: Client) -> str:
    """An address of this browser's own, since limits count addresses across tests."""
    return f"lea.{browser.defaults['REMOTE_ADDR']}@exemple.example"


def begin(browser: Client, **changed: str) -> HttpResponse:
    """Answer the first question."""
    return browser.post(url(1), {**REACH, "email": email_of(browser), **opened(), **changed})  # type: ignore[return-value]


def answer(browser: Client, number: int, **more: str) -> HttpResponse:
    return browser.post(url(number), {**ANSWERS[number], **more})  # type: ignore[return-value]


def fill_in(browser: Client, until: int = 6, **reach: str) -> None:
    """Answer the questions up to one."""
    assert begin(browser, **reach).status_code == 302
    for number in range(2, until + 1):
        response = answer(browser, number)
        assert response.status_code == 302, response.content.decode()


def send(browser: Client, *, proof: str | None = None, **more: Any) -> HttpResponse:
    """Press "send" with a proof of work, as a browser with JavaScript does."""
    worked = solved(new_challenge()) if proof is None else proof
    data = {**opened(SendForm), "proof": worked, **more}
    return browser.post(reverse("coaching:check"), data)  # type: ignore[return-value]


def ask_for_links(browser: Client, email: str) -> HttpResponse:
    return browser.post(reverse("coaching:resume"), {"email": email, **opened(LinkForm)})  # type: ignore[return-value]
