"""Everybody who signs in arrives where their work is, and sees what belongs to them, or what will."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client

from promo_portal.accounts.models import User
from promo_portal.core import slots
from promo_portal.core.slots import Panel
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db

STAFF = ["coach", "officer", "manager", "administrator"]
OTHERS = ["founder", "company_contact", "specialist", "commission_member", "municipality_delegate", "canton_officer"]


@pytest.mark.parametrize(("roles", "place"), [(STAFF, "/admin/"), (OTHERS, "/fr/espace/")])
def test_people_arrive_where_their_work_is(
    roles: list[str], place: str, request: pytest.FixtureRequest, sign_in: SignIn
) -> None:
    arrived = {role: sign_in(request.getfixturevalue(role)).get("/fr/arrivee/")["Location"] for role in roles}

    assert set(arrived.values()) == {place}


@pytest.mark.parametrize("role", [role for role in (*OTHERS, *STAFF) if role != "canton_officer"])  # has figures
def test_an_empty_space_says_what_will_stand_there(role: str, request: pytest.FixtureRequest, sign_in: SignIn) -> None:
    answer = sign_in(request.getfixturevalue(role)).get("/fr/espace/")

    assert answer.status_code == 200
    assert len(answer.context["expected"]) == 1


def test_somebody_without_a_role_is_told_so(stranger: User, sign_in: SignIn) -> None:
    page = sign_in(stranger).get("/fr/espace/").content.decode()

    assert "Votre compte n’a pas de rôle" in page


def test_a_visitor_is_asked_to_sign_in_first(client: Client) -> None:
    answer = client.get("/fr/espace/")

    assert answer.status_code == 302
    assert "next=/fr/espace/" in answer["Location"]


def test_an_app_fills_the_space_with_its_panel(founder: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def context(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        return {"title": "Votre projet", "text": f"Pour {request.user}"}

    entries = {
        "shown": Panel(order=1, template="components/side.html", context=context),
        "silent": Panel(order=0, template="components/side.html", context=lambda *_: None),
    }
    monkeypatch.setattr(slots.space_panels, "_entries", entries)

    answer = sign_in(founder).get("/fr/espace/")

    assert "Pour Léa Chappuis" in answer.content.decode()
    assert answer.context["expected"] == []


def test_a_delegate_sees_the_name_of_their_municipality(municipality_delegate: User, sign_in: SignIn) -> None:
    assert "Tavannes" in sign_in(municipality_delegate).get("/de/bereich/").content.decode()
