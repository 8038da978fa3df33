"""Kept pages: quick for visitors, and never one person's page for another."""

import secrets

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from promo_portal.accounts.models import User
from promo_portal.core.page_cache import forget_pages
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> str:
    """The home page under an address that nobody has asked for yet."""
    return f"{reverse('portal:home')}?u={secrets.token_hex(4)}"


def test_the_second_visitor_costs_no_query(home: str, django_assert_num_queries: object) -> None:
    first = Client().get(home)

    with django_assert_num_queries(0):  # type: ignore[operator]
        second = Client().get(home)

    assert second.content == first.content


def test_a_kept_page_sets_no_cookie_and_holds_no_token(home: str) -> None:
    for answer in (Client().get(home), Client().get(home)):
        assert not answer.cookies
        assert b"csrfmiddlewaretoken" not in answer.content
        assert "Cookie" in answer["Vary"]


def test_who_is_signed_in_gets_a_page_of_their_own(home: str, sign_in: SignIn, founder: User) -> None:
    Client().get(home)

    answer = sign_in(founder).get(home)

    assert "Se connecter" not in answer.content.decode()
    assert "Se connecter" in Client().get(home).content.decode()


def test_a_browser_with_a_draft_is_never_answered_from_memory() -> None:
    start = f"{reverse('coaching:start')}?u={secrets.token_hex(4)}"
    Client().get(start)
    founder = Client()
    founder.cookies["coaching"] = "anything"

    with CaptureQueriesContext(connection) as captured:
        founder.get(start)

    assert len(captured) > 0


@pytest.mark.parametrize("cookie", [{"theme": "dark"}, {settings.LANGUAGE_COOKIE_NAME: "de"}])
def test_a_choice_of_colour_or_language_has_a_page_of_its_own(home: str, cookie: dict[str, str]) -> None:
    plain = Client().get(home)
    other = Client()
    for name, value in cookie.items():
        other.cookies[name] = value

    chosen = other.get(home)

    assert ('data-theme="dark"' in chosen.content.decode()) == ("theme" in cookie)
    assert Client().get(home).content == plain.content


def test_pages_are_made_anew_when_they_are_forgotten(home: str) -> None:
    Client().get(home)

    forget_pages()

    with CaptureQueriesContext(connection) as captured:
        Client().get(home)

    assert len(captured) > 0
