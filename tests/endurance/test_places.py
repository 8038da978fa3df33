"""A rush for an event, by HTTP on real servers: never too many people, whoever cancels or changes meanwhile (C1 to C5)."""

import http.client
import os
import random
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from clusters.forms.registration import RegistrationForm
from clusters.links import MANAGE, token_for
from clusters.models import Registration
from clusters.workflow.events import change_event
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.core.spam import new_challenge, stamp
from promo_portal.embedded.children import start_child
from promo_portal.mailing.models import OutgoingMail
from tests import factories
from tests.clusters import factories as cluster_factories
from tests.core.proofs import solved
from tests.engine.rig import CHECKOUT, Rig

pytestmark = pytest.mark.endurance
SEATS, PEOPLE = 50, 500
CONNECTIONS = 32  # eight clients with four connections each
COOKIE = "k" * 32
RUNS = int(os.environ.get("RUNS", "1"))
FOUND, BUSY = 302, 503


class Rush:
    """A web server on the rig, an event with few places, and people who come at the same moment."""

    def __init__(self, rig: Rig, *, locks: bool = True) -> None:
        self.rig, self.answers = rig, Counter[int]()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "promo_portal.wsgi", "-b", f"127.0.0.1:{self.port}"]
        more = {"TRUSTED_PROXIES": "127.0.0.1/32", "TEST_PLACES_LOCK": "on" if locks else "off"}
        rig.children["web"] = start_child(
            "web",
            [*command, "-w", "4", "--log-level", "error"],
            state=rig.state,
            environment=rig.environment | more,
            folder=CHECKOUT,
        )
        rig.wait(self._answers, seconds=60, what="the web server")
        place = factories.MunicipalityFactory(district__region__association__code="cep")
        association = place.district.region.association
        self.event = cluster_factories.event(
            association, place, capacity=SEATS, starts_at=clock.now() + timedelta(days=20), published_at=clock.now()
        )

    def _answers(self) -> bool:
        try:
            return self.ask("GET", "/health/live")[0] < BUSY
        except OSError:
            return False

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, address: str = "") -> tuple[int, str]:
        """One request on a connection of its own, by way of a proxy that says whose it is; a 503 is tried again."""
        body = urlencode({"csrfmiddlewaretoken": COOKIE, **(form or {})})
        headers = {
            "Host": "localhost",
            "Cookie": f"{settings.CSRF_COOKIE_NAME}={COOKIE}",
            "Content-Type": "application/x-www-form-urlencoded",
            **({"X-Forwarded-For": address} if address else {}),
        }
        for _attempt in range(20):
            link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            link.request(method, path, body if method == "POST" else None, headers)
            answer = link.getresponse()
            answer.read()
            link.close()
            self.answers[answer.status] += 1
            if answer.status != BUSY:
                return answer.status, answer.getheader("Location") or ""
            time.sleep(random.random() * 2)
        return answer.status, ""

    def form(self, number: int, **values: str) -> dict[str, str]:
        """What a browser sends that has read the page for a minute and proved its work."""
        return {
            "first_name": f"Hôte {number}", "last_name": "Favre", "email": f"hote{number}@exemple.example",
            "form_key": f"form-{number}", "opened": stamp(RegistrationForm, seconds_ago=60),
            "proof": solved(new_challenge()), **values,
        }  # fmt: skip

    def register(self, form: dict[str, str], number: int) -> tuple[int, str]:
        with translation.override("fr"):
            path = reverse("clusters:register", args=[self.event.pk, self.event.slug])
        return self.ask("POST", path, form, f"10.{number // 250}.{number % 250}.7")

    def all_come(self, count: int = PEOPLE) -> float:
        """Everybody at once; the forms are filled in before. Returns the seconds it took."""
        forms = [self.form(number) for number in range(count)]
        began = time.monotonic()
        self.at_once([lambda n=n, form=form: self.register(form, n) for n, form in enumerate(forms)])  # type: ignore[misc]
        return time.monotonic() - began

    def at_once(self, work: list[Callable[[], Any]]) -> list[Any]:
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            return list(pool.map(lambda one: one(), work))

    def rows(self) -> list[Registration]:
        with transaction.atomic(), association_scope(self.event.association_id):
            return list(Registration.objects.filter(event=self.event).select_related("event").order_by("pk"))

    def counts(self) -> Counter[str]:
        return Counter(row.state for row in self.rows())

    def numbers(self) -> list[int]:
        return sorted(row.waiting_number for row in self.rows() if row.waiting_number)

    def cancel(self, row: Registration) -> tuple[int, str]:
        with translation.override("fr"):
            path = reverse("clusters:cancel", args=[token_for(MANAGE, row)])
        return self.ask("POST", path)

    def change_capacity(self, capacity: int) -> None:
        change_event(event=self.event, values={"capacity": capacity}, by="test", now=clock.now())


@pytest.mark.parametrize("run", range(RUNS))
def test_five_hundred_people_at_once_for_fifty_places(rig: Rig, run: int) -> None:
    rush = Rush(rig)

    took = rush.all_come()

    print(f"\nC1: {PEOPLE} registrations in {took:.1f} s, load {os.getloadavg()[0]:.1f}, answers {dict(rush.answers)}")
    assert rush.counts() == {"confirmed": SEATS, "waiting": PEOPLE - SEATS}
    assert rush.numbers() == list(range(1, PEOPLE - SEATS + 1))
    assert set(rush.answers) <= {200, FOUND, BUSY, 404}
    assert took < 120


def test_control_without_the_lock_too_many_get_a_place(rig: Rig) -> None:
    rush = Rush(rig, locks=False)

    rush.all_come(PEOPLE // 3)

    print(f"\nC2, without the lock: {dict(rush.counts())}, answers {dict(rush.answers)}")
    assert rush.counts()["confirmed"] > SEATS


def test_ten_cancel_at_once_and_the_first_ten_in_the_queue_get_one_offer_each(rig: Rig) -> None:
    rush = Rush(rig)
    rush.all_come(SEATS + 30)
    leaving = [row for row in rush.rows() if row.state == "confirmed"][:10]
    sweep = [lambda: rig.manage("tick")] * 2

    rush.at_once([*(lambda row=row: rush.cancel(row) for row in leaving), *sweep])  # type: ignore[misc]

    offered = sorted(row.waiting_number or 0 for row in rush.rows() if row.state == "offered")
    mails = OutgoingMail.objects.filter(kind="clusters.offer")
    print(f"\nC3: offered to {offered}, {mails.count()} mails, {dict(rush.counts())}")
    assert offered == list(range(1, 11))
    assert mails.count() == len(offered)
    assert rush.counts()["confirmed"] + rush.counts()["offered"] == SEATS


def test_fifty_presses_of_one_person_are_one_registration_and_one_mail(rig: Rig) -> None:
    rush = Rush(rig)
    spellings = ("ines@valtour.example", "Ines@Valtour.example", "INES@VALTOUR.EXAMPLE")
    forms = [rush.form(1, email=spellings[number % 3]) for number in range(50)]

    rush.at_once([lambda n=n, form=form: rush.register(form, n) for n, form in enumerate(forms)])  # type: ignore[misc]

    print(f"\nC4: {len(rush.rows())} row, {OutgoingMail.objects.count()} mail, answers {dict(rush.answers)}")
    assert len(rush.rows()) == 1
    assert OutgoingMail.objects.count() == 1


def test_capacity_changes_during_the_rush_and_nobody_loses_a_place(rig: Rig) -> None:
    rush = Rush(rig)
    forms = [rush.form(number) for number in range(120)]
    work: list[Callable[[], Any]] = [lambda n=n, form=form: rush.register(form, n) for n, form in enumerate(forms)]  # type: ignore[misc]

    rush.at_once(work[:80])
    before = {row.pk for row in rush.rows() if row.state == "confirmed"}
    rush.change_capacity(40)
    rush.at_once(work[80:])
    after = {row.pk for row in rush.rows() if row.state == "confirmed"}
    rush.change_capacity(60)

    offered = sorted(row.waiting_number or 0 for row in rush.rows() if row.state == "offered")
    print(f"\nC5: {len(before)} confirmed before and {len(after)} after, then offered to {offered}")
    assert before == after
    assert len(after) == SEATS
    assert offered == list(range(1, 11))
