"""Keeping robots out (F9): proofs, limits, claims, and what happens when the cache is away."""

import base64
import json
import secrets
import time
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from promo_portal.core import spam
from promo_portal.core.limits import allow, claim, network_of
from promo_portal.core.models import Claim
from tests.core.proofs import solved

pytestmark = pytest.mark.django_db


@pytest.fixture
def name() -> str:
    """A name that no other test uses: claims outlive a test."""
    return secrets.token_hex(8)


@pytest.fixture
def cache_away(settings: Any) -> None:
    """The cache server is unreachable."""
    default = {**settings.CACHES["default"], "LOCATION": "unix:///nonexistent/valkey.sock?db=1"}
    settings.CACHES = {"default": default}


def test_a_solved_challenge_counts_once() -> None:
    proof = solved(spam.new_challenge())

    assert spam.accept_proof(proof)
    assert not spam.accept_proof(proof)


def test_control_a_proof_that_nobody_remembers_counts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """F9's control for the replay: the second time it is refused for its use alone."""
    proof = solved(spam.new_challenge())
    monkeypatch.setattr(spam, "claim", lambda name, seconds: True)

    assert spam.accept_proof(proof)
    assert spam.accept_proof(proof)


def test_an_unsolved_or_foreign_challenge_does_not_count() -> None:
    challenge = spam.new_challenge()
    wrong = {"challenge": challenge, "solution": {"counter": 1, "derivedKey": "00" * 32}}
    own = {**challenge, "signature": "0" * 64}

    assert not spam.accept_proof(base64.b64encode(json.dumps(wrong).encode()).decode())
    assert not spam.accept_proof(solved(own))


@pytest.mark.parametrize(
    "payload", ["", "x", "e30=", "A" * 5000, "bnVsbA==", "W10=", base64.b64encode(b"\xff\x00").decode(), "é"]
)
def test_nonsense_is_no_proof(payload: str) -> None:
    assert not spam.accept_proof(payload)


def test_a_challenge_ends_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = solved(spam.new_challenge())

    monkeypatch.setattr(time, "time", lambda real=time.time: real() + spam.PROOF_SECONDS + 1)

    assert not spam.accept_proof(proof)


def test_the_challenge_is_open_to_visitors_and_never_kept(client: Client) -> None:
    response = client.get(reverse("portal:challenge"))

    assert response.status_code == 200
    assert response.json()["parameters"]["algorithm"] == "PBKDF2/SHA-256"
    assert response["Cache-Control"] == "no-store"


def test_a_claim_has_one_holder_until_it_ends(name: str) -> None:
    assert claim(name, seconds=60)
    assert not claim(name, seconds=60)
    assert claim(f"{name} other", seconds=60)


def test_no_hour_holds_more_than_its_share(name: str) -> None:
    assert [allow(name, times=3, seconds=60) for _ in range(5)] == [True, True, True, False, False]


@pytest.mark.usefixtures("cache_away")
def test_limits_hold_while_the_cache_is_away(name: str) -> None:
    assert [allow(name, times=3, seconds=60) for _ in range(5)] == [True, True, True, False, False]
    assert Claim.objects.count() == 3
    assert not Claim.objects.filter(key__contains=name).exists()


@pytest.mark.usefixtures("cache_away")
def test_a_proof_is_refused_the_second_time_while_the_cache_is_away() -> None:
    proof = solved(spam.new_challenge())

    assert spam.accept_proof(proof)
    assert not spam.accept_proof(proof)


@pytest.mark.usefixtures("cache_away")
def test_a_claim_in_the_table_ends_too(name: str) -> None:
    assert claim(name, seconds=0)
    assert claim(name, seconds=60)
    assert not claim(name, seconds=60)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::3", "2001:db8:1::"),
        ("2001:db8:1:ffff::9", "2001:db8:1::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("not an address", "unknown"),
    ],
)
def test_a_household_counts_once(address: str, network: str) -> None:
    assert network_of(address) == network


def test_each_form_has_its_own_limit(rf: RequestFactory, name: str) -> None:
    request = rf.post("/", REMOTE_ADDR="192.0.2.99")

    assert spam.within_limit(request, f"one {name}", times=1)
    assert not spam.within_limit(request, f"one {name}", times=1)
    assert spam.within_limit(request, f"two {name}", times=1)


class Form(spam.GuardedForm):
    """A guarded form with nothing else."""


@pytest.mark.parametrize(
    ("data", "stumbles"),
    [
        ({"opened": spam.stamp(Form, seconds_ago=30)}, False),
        ({"opened": spam.stamp(Form, seconds_ago=-24 * 3600)}, True),
        ({"opened": spam.stamp(Form, seconds_ago=2 * 24 * 3600)}, True),
        ({"opened": spam.stamp(Form, seconds_ago=30), "website": "https://spam.example"}, True),
        ({"opened": spam.stamp(spam.GuardedForm, seconds_ago=30)}, True),
        ({"opened": "Form 1:forged"}, True),
        ({"opened": "x" * 10_000}, True),
        ({}, True),
    ],
)
def test_robots_stumble_and_people_do_not(data: dict[str, str], stumbles: bool) -> None:
    form = Form(data)
    form.is_valid()

    assert form.stumbles() is stumbles


def test_who_stumbles_over_haste_passes_at_the_second_press(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Form({"opened": spam.stamp(Form)})
    assert first.stumbles()

    monkeypatch.setattr(time, "time", lambda real=time.time: real() + 3)
    assert not Form({"opened": first.stamp}).stumbles()
