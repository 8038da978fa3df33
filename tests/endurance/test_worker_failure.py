"""Workers, queue and database are killed while mail leaves: nothing is lost, copies are few and known (R1 to R5).

Each with its control: the same rig with a guard removed (``tests.engine.sabotage``) must lose or double mail.
"""

import contextlib
import http.cookiejar
import os
import random
import re
import signal
import socket
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from promo_portal.embedded.children import start_child
from tests.engine.rig import CHECKOUT, Rig

pytestmark = pytest.mark.endurance
DUE = 1000
FORM = "/fr/compte/connexion/"


def test_a_worker_killed_ten_times_loses_nothing(rig: Rig) -> None:
    """R1. Child and parent in turn, at random instants; the parent comes back after a second."""
    rig.lease = 30.0
    rig.due_reminders(DUE)
    rig.postbox.behave("ok", delay=0.01)
    rig.beat()
    rig.worker()
    rig.wait(rig.sent, seconds=30, what="the first mail")

    kills = 0
    while kills < 10:
        time.sleep(random.uniform(0.2, 1.0))
        killed_at = time.monotonic()
        if kills % 2 == 0:
            kills += rig.kill_one_child("worker-one")
        else:
            rig.end("worker-one", signal.SIGKILL)
            kills += 1
            time.sleep(1)
            rig.worker()
            before = rig.sent()
            rig.wait(lambda: rig.sent() > before or rig.sent() == DUE, seconds=30, what="mail after a restart")  # noqa: B023
    rig.wait(lambda: rig.sent() == DUE, seconds=100, what="all mails")
    took = time.monotonic() - killed_at

    copies = rig.copies()
    extra = sum(copies.values()) - DUE
    print(
        f"\nR1: {DUE} mails, {kills} kills, {extra} extra copies, all sent {took:.1f} s after the last kill, {load()}"
    )
    assert took <= 2 * rig.lease
    assert len(copies) == DUE
    assert extra <= kills * 2
    assert rig.states() == {"sent": DUE}


def test_without_the_claims_lock_the_same_rig_sees_doubles(rig: Rig) -> None:
    """R1's control, and R5's: they would pass with an engine that cannot send twice at all."""
    rig.queue(300)
    rig.beat()
    for name in ("one", "two"):
        rig.worker(name, SABOTAGE="claim-lock")
    rig.wait(lambda: rig.sent() == 300, seconds=90, what="all mails")

    doubles = sum(rig.copies().values()) - 300
    print(f"\nwithout the lock: {doubles} doubles among 300")
    assert doubles > 4


def test_without_the_sweep_of_lost_leases_a_killed_sender_takes_its_mail_along(rig: Rig) -> None:
    """R1's control for the loss: what was in a killed child's hands is sent by nobody."""
    rig.queue(40)
    rig.postbox.behave("ok", delay=0.3)
    rig.beat()
    rig.worker(SABOTAGE="lease-sweep")
    rig.wait(rig.sent, seconds=30, what="the first mail")
    rig.wait(lambda: rig.states().get("sending"), seconds=30, what="a mail in somebody's hands")
    for process in rig.grandchildren("worker-one"):
        process.kill()
    rig.wait(lambda: rig.states().keys() <= {"sent", "sending"} and rig.sent() > 20, seconds=60, what="an end")
    time.sleep(2 * rig.lease)  # whoever lives has finished by now, and whoever is missed would have been

    left = rig.states().get("sending", 0)
    print(f"\nwithout the sweep: {left} of 40 left behind")
    assert 0 < left < 40


def test_a_queue_that_forgets_everything_loses_nothing(rig: Rig) -> None:
    """R2. FLUSHALL and kill -9 of the broker, twice."""
    rig.due_reminders(DUE)
    rig.postbox.behave("ok", delay=0.01)
    rig.beat()
    rig.worker()
    valkey = rig.services.valkey
    assert valkey is not None

    for down in (1, 6):
        sent = rig.sent()
        rig.wait(lambda: rig.sent() > sent, seconds=30, what="mail before the blow")  # noqa: B023
        _flush(rig)
        valkey.kill()
        time.sleep(down)
        valkey.start()
    rig.wait(lambda: rig.sent() == DUE, seconds=90, what="all mails")

    copies = rig.copies()
    assert (len(copies), sum(copies.values())) == (DUE, DUE)


def test_one_task_a_mail_without_an_outbox_is_lost_with_the_queue(rig: Rig) -> None:
    """R2's control: the naive way loses what was queued before the blow, and brings what comes after it."""
    import redis

    from promo_portal.celery import app
    from tests.engine import naive

    url = rig.services.environment["REDIS_URL"]
    with app.connection_for_write(url) as connection:
        for number in range(300):
            naive.send_naively.apply_async((rig.postbox.sink.port, number), connection=connection, queue="celery")
        client = redis.Redis(unix_socket_path=str(rig.services.valkey.socket))  # type: ignore[union-attr]
        assert client.llen("celery") == 300
        _flush(rig)
    with app.connection_for_write(url) as connection:
        naive.send_naively.apply_async((rig.postbox.sink.port, 300), connection=connection, queue="celery")
    rig.worker()
    rig.wait(rig.copies, seconds=60, what="the mail that was queued after the blow")

    assert set(rig.copies()) == {"<naive-300@exemple.example>"}


def test_without_any_queue_one_command_still_sends_all(rig: Rig) -> None:
    """R3 and R6: the broker is gone, workers never ran."""
    rig.due_reminders(200)
    assert rig.services.valkey is not None
    rig.services.valkey.kill()
    try:
        rig.manage("tick")
    finally:
        rig.services.valkey.start()

    assert rig.states() == {"sent": 200}
    assert set(rig.copies().values()) == {1}


def test_a_database_that_restarts_in_the_middle_loses_nothing(rig: Rig) -> None:
    """R4. ``pg_ctl restart -m immediate``, three times."""
    rig.lease = 30.0
    rig.due_reminders(DUE)
    rig.postbox.behave("ok", delay=0.01)
    rig.beat()
    rig.worker()
    postgres = rig.services.postgres
    assert postgres is not None
    for _ in range(3):
        sent = rig.sent()
        rig.wait(lambda: rig.sent() > sent + 50, seconds=40, what="mail before the blow")  # noqa: B023
        postgres.kill()
        postgres.start()
    took = rig.wait(lambda: rig.sent() == DUE, seconds=100, what="all mails")

    copies = rig.copies()
    extra = sum(copies.values()) - DUE
    print(f"\nR4: {extra} extra copies after 3 crashes of the database, all sent {took:.1f} s after the last, {load()}")
    assert len(copies) == DUE
    assert extra <= 3 * 2
    assert rig.states() == {"sent": DUE}
    assert took <= 2 * rig.lease


def test_without_second_tries_and_sweep_a_crash_of_the_database_loses_mail(rig: Rig) -> None:
    """R4's control: what was on its way while the database went is never finished, and nobody looks for it."""
    rig.queue(60)
    rig.postbox.behave("ok", delay=0.5)
    rig.beat()
    rig.worker(SABOTAGE="reconnect lease-sweep")
    postgres = rig.services.postgres
    assert postgres is not None
    rig.wait(lambda: rig.sent() > 4 and rig.states().get("sending"), seconds=60, what="mail under way")
    postgres.kill()
    postgres.start()
    rig.wait(lambda: rig.states().keys() <= {"sent", "sending"}, seconds=90, what="an end")

    left = rig.states().get("sending", 0)
    print(f"\nR4 without its guards: {left} of 60 left behind")
    assert left > 0


def test_three_beats_four_workers_and_a_hand_run_tick_send_each_mail_once(rig: Rig) -> None:
    """R5. The courtesy lock is taken away, so that only the rows keep the ticks apart."""
    crowd(rig, sabotage="courtesy")

    copies = rig.copies()
    assert (len(copies), sum(copies.values())) == (DUE, DUE)


def test_without_the_rows_locks_the_same_crowd_sends_twice(rig: Rig) -> None:
    """R5's control."""
    crowd(rig, sabotage="courtesy claim-lock")

    doubles = sum(rig.copies().values()) - DUE
    print(f"\nR5 without the rows' locks: {doubles} doubles among {DUE}")
    assert doubles > 0


def crowd(rig: Rig, *, sabotage: str) -> None:
    """Three beats, four workers and a tick by hand, all at the same thousand reminders."""
    rig.due_reminders(DUE)
    for number in range(3):
        rig.beat(f"beat-{number}")
    for number in range(4):
        rig.worker(f"w{number}", children=1, SABOTAGE=sabotage)
    rig.manage("tick", "--seconds", "5", SABOTAGE=sabotage)
    rig.wait(lambda: rig.sent() == DUE, seconds=90, what="all mails")


def test_two_senders_stopped_in_the_middle_of_a_mail_leave_it_to_the_others(rig: Rig) -> None:
    """A sender that hangs longer than its lease is not waited for; when it wakes it changes nothing."""
    rig.queue(400)
    rig.postbox.behave("ok", delay=0.01)
    rig.beat()
    for name in ("one", "two"):
        rig.worker(name, children=1)
    rig.wait(lambda: rig.sent() > 40, seconds=30, what="the first mails")
    frozen = rig.grandchildren("worker-one")
    os.kill(rig.children["worker-one"].process.pid, signal.SIGSTOP)
    for process in frozen:
        process.suspend()
    rig.wait(lambda: rig.sent() == 400, seconds=60, what="all mails by the other worker")
    for process in frozen:
        process.resume()
    os.kill(rig.children["worker-one"].process.pid, signal.SIGCONT)
    time.sleep(2)

    copies = rig.copies()
    assert len(copies) == 400
    assert sum(copies.values()) - 400 <= 2
    assert rig.states() == {"sent": 400}


@pytest.mark.parametrize("how", ["hangs", "is gone"])
def test_a_form_that_queues_mail_answers_at_once_whatever_the_queue_does(rig: Rig, how: str) -> None:
    """R3: a request writes a row and calls no broker; the mail arrives by the next pass, without one."""
    took, answer = sign_in_while_the_queue(how, rig)

    print(f"\nR3: a form that queues mail answered {answer} within {took:.2f} s while the broker {how}, {load()}")
    assert answer == 302
    assert took < 1
    assert rig.states() == {"sent": 1}


@pytest.mark.parametrize("how", ["hangs", "is gone"])
def test_a_form_that_rings_the_queue_itself_keeps_people_waiting_or_fails(rig: Rig, how: str) -> None:
    """R3's control."""
    took, answer = sign_in_while_the_queue(how, rig, SABOTAGE="doorbell")

    print(f"\nR3 without its guard: {answer} after {took:.2f} s while the broker {how}")
    assert took > 1 or answer == 500


def sign_in_while_the_queue(how: str, rig: Rig, **sabotage: str) -> tuple[float, int]:
    """Ask for a code; how long the answer took and what it was. Then one pass by hand, the broker still away."""
    person = rig.people(1)[0]
    valkey = rig.services.valkey
    assert valkey is not None
    with web(rig, **sabotage) as browser:
        browser.get(FORM)
        (valkey.freeze if how == "hangs" else valkey.kill)()
        try:
            took, answer = browser.post(FORM, login=person.email)
            rig.manage("tick")
        finally:
            (valkey.thaw if how == "hangs" else valkey.start)()
    return took, answer


class Browser:
    """A few requests with cookies, timed."""

    def __init__(self, address: str) -> None:
        self.address, self.cookies = address, http.cookiejar.CookieJar()
        processor = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener = urllib.request.build_opener(processor, NoRedirects())

    def get(self, path: str) -> str:
        return str(self.opener.open(self.address + path, timeout=30).read().decode())

    def post(self, path: str, **fields: str) -> tuple[float, int]:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path))
        assert token
        data = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token[1]}).encode()
        request = urllib.request.Request(self.address + path, data, {"Referer": self.address})
        began = time.monotonic()
        try:
            status = self.opener.open(request, timeout=30).status
        except urllib.error.HTTPError as error:
            status = error.code
        return time.monotonic() - began, status


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        return None


@contextlib.contextmanager
def web(rig: Rig, **extra: str) -> Iterator[Browser]:
    """The portal's web process on the rig. Its cache is refused at once: in production that is another server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "promo_portal.wsgi:application", "-b", f"127.0.0.1:{port}"]
    environment = rig.environment | {"CACHE_URL": "unix:///nonexistent/cache.sock?db=1"} | extra
    rig.children["web"] = start_child(
        "web", command, state=rig.services.state, environment=environment, folder=CHECKOUT
    )
    browser = Browser(f"http://127.0.0.1:{port}")

    def answers() -> bool:
        try:
            return bool(browser.get("/health/live"))
        except OSError:
            return False

    rig.wait(answers, seconds=60, what="the web process")
    yield browser


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


def _flush(rig: Rig) -> None:
    import redis

    redis.Redis(unix_socket_path=str(rig.services.valkey.socket)).flushall()  # type: ignore[union-attr]
