"""One press makes a visitor anybody of the cast, second factor passed; by hand it works too."""

import re

import pytest
from django.test import Client

from promo_portal.accounts.models import User
from promo_portal.demo.people import CAST, PASSWORD, create_cast, equip
from promo_portal.regions.loading import load_regions

pytestmark = pytest.mark.django_db

ADMIN = {"coach", "officer", "manager", "administrator"}


@pytest.fixture(autouse=True)
def _cast() -> None:
    load_regions()
    create_cast()
    equip(1)


def test_every_role_is_played_in_two_associations() -> None:
    played = {(account.role.value, account.association) for account in CAST}

    assert len({role for role, _ in played}) == 10
    assert {code for role, code in played if role == "manager"} == {"cep", "bienne-seeland"}


def test_one_press_leads_everybody_where_their_work_is(client: Client) -> None:
    arrived = {}
    for account in CAST:
        if not account.comes_from_a_story:
            answer = client.post("/demo/enter/", {"email": account.email}, follow=True)
            arrived[answer.context["user"].email] = answer.redirect_chain[-1][0]

    spaces = {"fr": "/fr/espace/", "de": "/de/bereich/"}
    assert arrived == {
        account.email: "/admin/" if account.role.value in ADMIN else spaces[account.language]
        for account in CAST
        if not account.comes_from_a_story
    }


def test_pressing_another_role_leaves_the_first_behind(client: Client) -> None:
    client.post("/demo/enter/", {"email": "claire.moser@cep.example"})
    before = client.session.session_key

    client.post("/demo/enter/", {"email": "kurt.amstutz@kanton.example"})

    assert client.session.session_key != before
    assert client.get("/de/bereich/").context["user"].first_name == "Kurt"


def test_nobody_else_can_be_entered(client: Client) -> None:
    User.objects.create_user("somebody@else.example")
    User.objects.filter(email="claire.moser@cep.example").update(is_active=False)

    for email in ("", "somebody@else.example", "ada.minder@portail.example\x00", "%", "claire.moser@cep.example"):
        assert client.post("/demo/enter/", {"email": email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_looking_at_the_button_signs_nobody_in(client: Client) -> None:
    assert client.get("/demo/enter/").status_code == 405


def test_by_hand_the_password_and_the_shown_code_open_the_door(client: Client) -> None:
    page = client.get("/demo/").content.decode()
    row = page.split("claire.moser@cep.example")[1]
    shown = re.search(r">(\d{6})<", row)
    assert shown

    client.post("/fr/compte/connexion/mot-de-passe/", {"login": "claire.moser@cep.example", "password": PASSWORD})
    answer = client.post("/fr/compte/connexion/second-facteur/", {"code": shown[1]}, follow=True)

    assert answer.redirect_chain[-1][0] == "/admin/"


def test_the_demos_own_pages_change_language(client: Client) -> None:
    for language, words in (("de", "in fünf Minuten"), ("en", "in five minutes")):
        chosen = client.get(f"/demo/?language={language}").content.decode()
        later = client.get("/demo/").content.decode()
        assert words in chosen
        assert words in later
