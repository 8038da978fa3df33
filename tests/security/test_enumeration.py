"""F10: nobody learns whether an address has an account, a request or a place: same status, same page, same time.

There is no sign-up (``tests/accounts/test_signin.py``) and no register to look places up in; whoever types an address in
finds out nothing.
"""

import re
import secrets
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.test import Client, override_settings
from django.urls import reverse

from clusters.forms.registration import RegistrationForm
from coaching.views.start import LinkForm
from companies.forms.alerts import AlertForm
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.spam import stamp
from promo_portal.regions.models import Association, Municipality
from tests.clusters import factories as clusters
from tests.clusters.conftest import sent
from tests.coaching import factories as coaching
from tests.companies import factories as companies

pytestmark = pytest.mark.django_db
Forget = Callable[[], None]
HASHER = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
MARGIN = 0.050
FORMS = [
    *("code by mail", "password", "new password", "links of a request", "a place without script"),
    "a search to follow",
]
Doors = dict[str, Callable[[str], tuple[str, dict[str, Any]]]]  # for an address: where to send which form


@pytest.fixture
def doors(founder: User, cep: Association, tavannes: Municipality) -> Doors:
    """All forms that take somebody's address; the founder is known to each: account, draft, place, followed search."""
    coaching.draft(email=founder.email)
    event = clusters.event(cep, tavannes, starts_at=clock.now().replace(year=2030), capacity=9)
    sent(event, email=founder.email, now=clock.now())
    companies.saved_search(cep, founder.email)
    place = {"first_name": "Inès", "last_name": "Favre", "company": "", "others": "", "remark": "", "proof": ""}

    def of_account(name: str, field: str, **more: str) -> Callable[[str], tuple[str, dict[str, Any]]]:
        return lambda address: (reverse(name), {field: address, **more})

    return {
        "code by mail": of_account("account_login", "login"),
        "password": of_account("account_password_login", "login", password="falsches-passwort-1"),
        "new password": of_account("account_reset_password", "email"),
        "links of a request": lambda address: (
            reverse("coaching:resume"),
            {"email": address, "opened": stamp(LinkForm, seconds_ago=60), "website": ""},
        ),
        "a place without script": lambda address: (
            reverse("clusters:register", args=[event.pk, event.slug]),
            {**place, "email": address, "form_key": secrets.token_hex(10), "website": "",
             "opened": stamp(RegistrationForm, seconds_ago=60)},
        ),
        "a search to follow": lambda address: (
            reverse("companies:alert_new") + "?q=tournage",
            {"email": address, "rhythm": "weekly", "proof": "", "website": "", "opened": stamp(AlertForm, seconds_ago=60)},
        ),
    }  # fmt: skip


def stranger() -> str:
    """An address that nobody has used yet: what was once typed in is known from then on."""
    return f"inconnu.{secrets.token_hex(4)}@exemple.example"


def post(door: Callable[[str], tuple[str, dict[str, Any]]], address: str, forget: Forget) -> tuple[int, str, str]:
    """Status, place and page of the answer, followed one step, without the address and form tokens."""
    forget()
    url, data = door(address)
    client = Client()
    answer = client.post(url, data)
    page = client.get(answer["Location"]) if answer.status_code == 302 else answer
    text = page.content.decode().replace(address, "ADDRESS")
    return (
        answer.status_code,
        answer.headers.get("Location", ""),
        re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", text),
    )


@pytest.mark.parametrize("form", FORMS)
def test_known_and_unknown_addresses_get_the_same_answer(
    form: str, doors: Doors, founder: User, fresh_cache: Forget
) -> None:
    known, unknown = post(doors[form], founder.email, fresh_cache), post(doors[form], stranger(), fresh_cache)

    assert known == unknown
    assert known[0] in {200, 302}


def test_control_without_the_promise_the_answers_would_differ(doors: Doors, founder: User, fresh_cache: Forget) -> None:
    """F10's control for status and page."""
    with override_settings(ACCOUNT_PREVENT_ENUMERATION=False):
        known = post(doors["new password"], founder.email, fresh_cache)
        unknown = post(doors["new password"], stranger(), fresh_cache)

    assert known != unknown


def test_a_wrong_code_is_answered_alike_for_both(founder: User, fresh_cache: Forget) -> None:
    def enter(address: str) -> str:
        fresh_cache()
        client = Client()
        client.post(reverse("account_login"), {"login": address})
        page = client.post(reverse("account_confirm_login_code"), {"code": "000000"}).content.decode()
        return re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", page.replace(address, "ADDRESS"))

    assert enter(founder.email) == enter(stranger())


def medians(
    door: Callable[[str], tuple[str, dict[str, Any]]],
    known: str,
    tries: int,
    forget: Forget,
    watch: Callable[[], float] = time.process_time,
) -> tuple[float, float]:
    """Median seconds for the known and an unknown address, asked in turns.

    The short form counts the process's own effort, so that a busy machine proves nothing; the long one reads the wall.
    """
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for _try in range(tries):
        for who, taken in times.items():
            forget()
            url, data = door(known if who == "known" else stranger())
            client = Client()
            begin = watch()
            client.post(url, data)
            taken.append(watch() - begin)
    return statistics.median(times["known"]), statistics.median(times["unknown"])


def with_real_hashes(person: User) -> None:
    person.set_password("une-phrase-de-passe-bien-longue")
    person.save()


@pytest.mark.parametrize("form", FORMS)
def test_known_and_unknown_addresses_take_the_same_time(
    form: str, doors: Doors, founder: User, fresh_cache: Forget
) -> None:
    with override_settings(PASSWORD_HASHERS=HASHER):
        with_real_hashes(founder)
        known, unknown = medians(doors[form], founder.email, 6, fresh_cache)

    assert abs(known - unknown) <= MARGIN


def test_control_without_the_equal_effort_the_clock_would_tell(
    doors: Doors, founder: User, monkeypatch: pytest.MonkeyPatch, fresh_cache: Forget
) -> None:
    """F10's control for the time."""
    monkeypatch.setattr(AuthenticationBackend, "_mitigate_timing_attack", lambda self, password: None)

    with override_settings(PASSWORD_HASHERS=HASHER):
        with_real_hashes(founder)
        known, unknown = medians(doors["password"], founder.email, 3, fresh_cache)

    assert known - unknown > MARGIN


@pytest.mark.endurance
@pytest.mark.parametrize("form", FORMS)
def test_over_two_hundred_tries_the_medians_stay_together(
    form: str, doors: Doors, founder: User, fresh_cache: Forget
) -> None:
    with override_settings(PASSWORD_HASHERS=HASHER):
        with_real_hashes(founder)
        known, unknown = medians(doors[form], founder.email, 200, fresh_cache, time.perf_counter)

    assert abs(known - unknown) <= MARGIN


def test_asking_for_codes_is_limited_per_address_and_alike_for_both(founder: User, fresh_cache: Forget) -> None:
    def asks(address: str) -> list[int]:
        fresh_cache()
        return [Client().post(reverse("account_login"), {"login": address}).status_code for _ask in range(5)]

    assert asks(founder.email) == asks(stranger()) == [302, 302, 302, 200, 200]


def test_guessing_is_limited_while_the_cache_is_away(
    founder: User, coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.cache import caches

    from tests.accounts.test_signin import CODE, SECOND, ask_for_code, code_of_app, is_signed_in

    with_real_hashes(founder)
    waiting = Client()
    waiting.post(reverse(CODE), {"code": ask_for_code(waiting, coach)})
    monkeypatch.setattr(caches["default"], "_servers", ["unix:///nonexistent/valkey.sock"])
    caches["default"].__dict__.pop("_cache", None)
    try:
        for _guess in range(31):
            Client().post(reverse("account_password_login"), {"login": founder.email, "password": "geraten-geraten"})
            waiting.post(reverse(SECOND), {"code": "000000"})
        right = Client().post(
            reverse("account_password_login"), {"login": founder.email, "password": "une-phrase-de-passe-bien-longue"}
        )
        waiting.post(reverse(SECOND), {"code": code_of_app(coach)})
    finally:
        caches["default"].__dict__.pop("_cache", None)

    assert right.status_code == 200
    assert not is_signed_in(waiting)


def test_guessing_passwords_is_limited(founder: User, fresh_cache: Forget) -> None:
    with_real_hashes(founder)
    for _guess in range(6):
        Client().post(reverse("account_password_login"), {"login": founder.email, "password": "geraten-geraten"})

    answer = Client().post(
        reverse("account_password_login"), {"login": founder.email, "password": "une-phrase-de-passe-bien-longue"}
    )

    assert answer.status_code == 200  # refused although right: too many tries
