"""F15: sessions end when they are idle or old, and a new password ends the others.

Second factors and their codes are asked about in ``tests/accounts/test_signin.py``, what opens before them in
``tests/house/test_routes.py``.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.urls import reverse

from promo_portal.accounts.models import User
from promo_portal.accounts.session import drop_ended
from promo_portal.mailing.models import OutgoingMail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
START = "2026-11-23T08:00:00Z"
SignIn = Callable[[User], Client]


def is_open(client: Client) -> bool:
    return client.get(reverse("accounts:profile")).status_code == 200


def test_a_session_ends_after_two_idle_hours(founder: User, sign_in: SignIn) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = sign_in(founder)
        clock.shift(7200)
        assert is_open(client)
        clock.shift(7201)
        assert not is_open(client)


def test_work_keeps_a_session_open_for_twelve_hours_and_no_longer(founder: User, sign_in: SignIn) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = sign_in(founder)
        for _hour in range(12):
            clock.shift(3600)
            assert is_open(client)
        clock.shift(60)
        assert not is_open(client)


@pytest.mark.parametrize("switched_off", ["SESSION_IDLE_SECONDS", "SESSION_ABSOLUTE_SECONDS"])
def test_control_without_its_limit_a_session_would_go_on(founder: User, sign_in: SignIn, switched_off: str) -> None:
    """F15's control for the two tests above: the same waiting, one limit taken away, the other still there."""
    step, most = (3 * 3600, 3) if switched_off == "SESSION_IDLE_SECONDS" else (3600, 14)
    with time_machine.travel(START, tick=False) as clock, override_settings(**{switched_off: 10**9}):
        client = sign_in(founder)
        for _step in range(most):
            clock.shift(step)
            assert is_open(client)


def test_an_ended_session_says_so_and_brings_one_back(founder: User, sign_in: SignIn) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = sign_in(founder)
        clock.shift(7300)
        answer = client.get(reverse("accounts:profile"))
        page = client.get(answer.url)

    assert answer.url.endswith(f"?next={reverse('accounts:profile')}")
    assert page.status_code == 200
    assert 'class="bar' in page.content.decode()


def test_idleness_is_written_at_most_once_a_minute(founder: User, sign_in: SignIn) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = sign_in(founder)
        client.get(reverse("accounts:profile"))
        first = client.session["seen_at"]
        clock.shift(30)
        client.get(reverse("accounts:profile"))
        assert client.session["seen_at"] == first
        clock.shift(40)
        client.get(reverse("accounts:profile"))
        assert client.session["seen_at"] == first + 70


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(founder: User, sign_in: SignIn) -> None:
    founder.set_password("ancienne-phrase-de-passe")
    founder.save()
    here, there = sign_in(founder), sign_in(founder)

    new_password(here)

    assert is_open(here)
    assert not is_open(there)


def new_password(client: Client) -> None:
    client.post(
        reverse("account_change_password"),
        {
            "oldpassword": "ancienne-phrase-de-passe",
            "password1": "nouvelle-phrase-de-passe",
            "password2": "nouvelle-phrase-de-passe",
        },
    )


def test_control_sessions_that_do_not_know_the_password_would_live_on(
    founder: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F15's control: the same change, with sessions that are not bound to it."""
    monkeypatch.setattr(User, "get_session_auth_hash", lambda self: "always the same")
    founder.set_password("ancienne-phrase-de-passe")
    founder.save()
    here, there = sign_in(founder), sign_in(founder)

    new_password(here)

    founder.refresh_from_db()
    assert founder.check_password("nouvelle-phrase-de-passe")
    assert is_open(there)


def test_a_password_set_anew_by_code_ends_every_session(founder: User, sign_in: SignIn) -> None:
    here = sign_in(founder)
    forgetful = Client()

    forgetful.post(reverse("account_reset_password"), {"email": founder.email})
    code = OutgoingMail.objects.get(kind="accounts.reset_code").params["code"]
    forgetful.post(reverse("account_confirm_password_reset_code"), {"code": code})
    forgetful.post(
        reverse("account_complete_password_reset"),
        {"password1": "encore-une-phrase-longue", "password2": "encore-une-phrase-longue"},
    )

    assert not is_open(here)


def test_control_a_refused_password_ends_nothing(founder: User, sign_in: SignIn) -> None:
    founder.set_password("ancienne-phrase-de-passe")
    founder.save()
    here, there = sign_in(founder), sign_in(founder)

    here.post(reverse("account_change_password"), {"oldpassword": "falsch", "password1": "kurz", "password2": "kurz"})

    assert is_open(here)
    assert is_open(there)


def by_mail(person: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": person.email})
    client.cookies["before"] = client.session.session_key
    code = OutgoingMail.objects.get(kind="accounts.login_code").params["code"]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    return client


def test_signing_in_gives_a_fresh_session_key(founder: User) -> None:
    client = by_mail(founder)

    assert client.session.session_key != client.cookies["before"].value


def test_pages_of_signed_in_people_are_kept_in_no_cache(founder: User, sign_in: SignIn) -> None:
    client = sign_in(founder)

    for url in (reverse("accounts:profile"), reverse("portal:home"), "/fr/nulle-part/"):
        assert client.get(url)["Cache-Control"] == "no-store, private", url


def test_signing_out_needs_a_post(founder: User, sign_in: SignIn) -> None:
    client = sign_in(founder)

    client.get(reverse("account_logout"))
    assert is_open(client)

    client.post(reverse("account_logout"))
    assert not is_open(client)


def test_a_person_sees_their_devices_and_signs_the_others_out(founder: User, sign_in: SignIn) -> None:
    here, there = by_mail(founder), sign_in(founder)
    page = here.get(reverse("usersessions_list")).content.decode()
    assert len(re.findall(r'class="row-item"', page)) == 1

    here.post(reverse("usersessions_list"))

    assert is_open(here)
    assert not is_open(there)


def test_ended_sessions_are_forgotten_with_their_devices(founder: User) -> None:
    client = by_mail(founder)
    assert UserSession.objects.count() == 1
    assert drop_ended() == 0

    Session.objects.update(expire_date=datetime(2026, 1, 1, tzinfo=UTC))
    drop_ended()

    assert not Session.objects.exists()
    assert not UserSession.objects.exists()
    assert not is_open(client)
