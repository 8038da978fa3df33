"""F13: forged hosts and forwarding headers steer neither links nor limits."""

import pytest
from django.test import Client, override_settings
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


def test_headers_with_underscores_never_become_forwarding_headers() -> None:
    """We run WSGI behind gunicorn, which drops them; a client's own spelling reaches no code of ours either."""
    from promo_portal import wsgi

    assert wsgi.application is not None
    with override_settings(TRUSTED_PROXIES=[]):
        assert guesses(X_FORWARDED_FOR="203.0.113.{}")[-1] == "too often"
