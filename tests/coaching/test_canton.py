"""A6: the canton reads coaching through figures only, and none of them is small."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coaching.models import CaseFile, CoachingRequest
from coaching.workflow.files import close_case
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Municipality
from tests import factories as people
from tests.coaching import factories
from tests.coaching.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
LAST_YEAR = datetime(2025, 3, 3, 9, tzinfo=clock.ZURICH)


@pytest.fixture
def officer_of_canton() -> User:
    return people.member("canton_officer", None)


def old_requests(place: Municipality, count: int) -> None:
    for _each in range(count):
        found = factories.submitted(place)
        with association_scope(found.association_id):
            CoachingRequest.objects.filter(pk=found.pk).update(submitted_at=LAST_YEAR)


def old_closed_files(place: Municipality, outcomes: list[str], manager: User, lead: User) -> None:
    for outcome in outcomes:
        case = factories.open_case(place, manager=manager, lead=lead)
        with association_scope(case.association_id):
            close_case(case=case, reason="Fin", outcome=outcome, by=lead, now=MONDAY)
            CaseFile.objects.filter(pk=case.pk).update(closed_at=LAST_YEAR, opened_at=LAST_YEAR - timedelta(days=40))


def cells(answer: object) -> dict[str, list[str]]:
    """What stands in each line, as text."""
    kinds = {"small": "<5", "withheld": "…"}
    return {
        line.indicator.name: [
            kinds.get(cell.kind.value, f"{cell.value}{'+' if cell.kind.value == 'at least' else ''}")
            for cell in (*line.cells, line.all)
        ]
        for line in answer.context["lines"]  # type: ignore[attr-defined]
    }


def test_all_associations_side_by_side_without_small_figures(
    tavannes: Municipality,
    nidau: Municipality,
    manager: User,
    coach: User,
    officer_of_canton: User,
    sign_in: Callable[[User], Client],
) -> None:
    old_requests(tavannes, 7)
    old_requests(nidau, 3)
    old_closed_files(tavannes, ["launched"] * 6 + ["given_up"], manager, coach)

    answer = sign_in(officer_of_canton).get(reverse("coaching:canton_figures"))
    found = cells(answer)
    here = [association.pk for association in answer.context["associations"]].index(
        tavannes.district.region.association_id
    )  # type: ignore[union-attr]

    assert sorted(found["requests"]) == sorted(["7", "<5", "7+"])
    assert found["closed"][here] == "…", "else the one that was given up would follow"
    assert found["created"][here] == "…"
    assert found["turned-round"][here] == "<5"
    assert b"&lt;5" in answer.content
    assert "Le coaching en 2025" in answer.content.decode(), "a year is no number to be grouped"
    assert coach.last_name not in answer.content.decode()


def test_only_whole_years_that_are_over_can_be_asked_for(
    tavannes: Municipality, officer_of_canton: User, sign_in: Callable[[User], Client]
) -> None:
    old_requests(tavannes, 6)
    canton = sign_in(officer_of_canton)

    for asked in ("2026", "2027", "2025-01", "x", "", "2025&first=01.02.2025&last=03.03.2025&association=1"):
        answer = canton.get(reverse("coaching:canton_figures") + f"?year={asked}")
        assert answer.context["year"] == "2025", asked
        assert "6" in cells(answer)["requests"], asked
    assert canton.get(reverse("coaching:canton_figures") + "?year=2024").context["year"] == "2024"


def test_the_figures_take_a_single_statement_whatever_the_number_of_associations(
    tavannes: Municipality,
    nidau: Municipality,
    officer_of_canton: User,
    sign_in: Callable[[User], Client],
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    canton = sign_in(officer_of_canton)
    canton.get(reverse("coaching:canton_figures"))

    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        canton.get(reverse("coaching:canton_figures"))


def test_the_space_leads_there_and_nobody_else_comes_in(
    officer_of_canton: User, manager: User, coach: User, sign_in: Callable[[User], Client]
) -> None:
    url = reverse("coaching:canton_figures")

    assert url in sign_in(officer_of_canton).get(reverse("portal:space")).content.decode()
    for other in (manager, coach):
        assert sign_in(other).get(url).status_code == 404
