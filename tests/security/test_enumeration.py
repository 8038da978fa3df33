"""F10: nobody learns whether an address has an account: same status, same page, same time."""

import re
import statistics
import time
from collections.abc import Callable

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.test import Client, override_settings
from django.urls import reverse

from promo_portal.accounts.models import User

pytestmark = pytest.mark.django_db
Forget = Callable[[], None]
UNKNOWN = "personne.inconnue@exemple.example"
HASHER = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
MARGIN = 0.050
FORMS = {
    "code by mail": ("account_login", "login", {}),
    "password": ("account_password_login", "login", {"password": "falsches-passwort-1"}),
    "new password": ("account_reset_password", "email", {}),
}


def post(form: str, address: str, forget: Forget) -> tuple[int, str, str]:
    """Status, place and page of the answer, followed one step, without the address and form tokens."""
    forget()
    name, field, more = FORMS[form]
    client = Client()
    answer = client.post(reverse(name), {field: address, **more})
    page = client.get(answer["Location"]) if answer.status_code == 302 else answer
    text = page.content.decode().replace(address, "ADDRESS")
    return (
        answer.status_code,
        answer.headers.get("Location", ""),
        re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", text),
    )


@pytest.mark.parametrize("form", FORMS)
def test_known_and_unknown_addresses_get_the_same_answer(form: str, founder: User, fresh_cache: Forget) -> None:
    assert post(form, founder.email, fresh_cache) == post(form, UNKNOWN, fresh_cache)


def test_a_wrong_code_is_answered_alike_for_both(founder: User, fresh_cache: Forget) -> None:
    def enter(address: str) -> str:
        fresh_cache()
        client = Client()
        client.post(reverse("account_login"), {"login": address})
        page = client.post(reverse("account_confirm_login_code"), {"code": "000000"}).content.decode()
        return re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", page.replace(address, "ADDRESS"))

    assert enter(founder.email) == enter(UNKNOWN)


def medians(
    form: str, known: str, tries: int, forget: Forget, clock: Callable[[], float] = time.process_time
) -> tuple[float, float]:
    """Median seconds for the known and the unknown address, asked in turns.

    The short form counts the process's own effort, so that a busy machine proves nothing; the long one reads the wall.
    """
    name, field, more = FORMS[form]
    times: dict[str, list[float]] = {known: [], UNKNOWN: []}
    for _try in range(tries):
        for address, taken in times.items():
            forget()
            client = Client()
            begin = clock()
            client.post(reverse(name), {field: address, **more})
            taken.append(clock() - begin)
    return statistics.median(times[known]), statistics.median(times[UNKNOWN])


def with_real_hashes(person: User) -> None:
    person.set_password("une-phrase-de-passe-bien-longue")
    person.save()


@pytest.mark.parametrize("form", FORMS)
def test_known_and_unknown_addresses_take_the_same_time(form: str, founder: User, fresh_cache: Forget) -> None:
    with override_settings(PASSWORD_HASHERS=HASHER):
        with_real_hashes(founder)
        known, unknown = medians(form, founder.email, 6, fresh_cache)

    assert abs(known - unknown) <= MARGIN


def test_control_without_the_equal_effort_the_clock_would_tell(
    founder: User, monkeypatch: pytest.MonkeyPatch, fresh_cache: Forget
) -> None:
    monkeypatch.setattr(AuthenticationBackend, "_mitigate_timing_attack", lambda self, password: None)

    with override_settings(PASSWORD_HASHERS=HASHER):
        with_real_hashes(founder)
        known, unknown = medians("password", founder.email, 3, fresh_cache)

    assert known - unknown > MARGIN


@pytest.mark.endurance
@pytest.mark.parametrize("form", FORMS)
def test_over_two_hundred_tries_the_medians_stay_together(form: str, founder: User, fresh_cache: Forget) -> None:
    with override_settings(PASSWORD_HASHERS=HASHER):
        with_real_hashes(founder)
        known, unknown = medians(form, founder.email, 200, fresh_cache, time.perf_counter)

    assert abs(known - unknown) <= MARGIN


def test_asking_for_codes_is_limited_per_address_and_alike_for_both(founder: User, fresh_cache: Forget) -> None:
    def asks(address: str) -> list[int]:
        fresh_cache()
        return [Client().post(reverse("account_login"), {"login": address}).status_code for _ask in range(5)]

    assert asks(founder.email) == asks(UNKNOWN) == [302, 302, 302, 200, 200]


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
