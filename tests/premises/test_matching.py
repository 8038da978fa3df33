"""The score of an offer for a search, and its reasons: a pure function, tried without a database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from premises.matching import Criteria, Supply, suits

WANTED: dict[str, Any] = {"area_from": 300, "area_to": 600}
THERE: dict[str, Any] = {"smallest": 200, "largest": 800, "municipality": 1}


def score(wanted: dict[str, Any], there: dict[str, Any]) -> int | None:
    found = suits(Criteria(**{**WANTED, **wanted}), Supply(**{**THERE, **there}))
    return found.value if found else None


@pytest.mark.parametrize(
    ("wanted", "there", "expected"),
    [
        ({}, {}, 100),
        # out of the question
        ({"wanted": "plots"}, {}, None),
        ({"deal": "buy"}, {"kind": "rent"}, None),
        ({"deal": "rent"}, {"kind": "sale"}, None),
        ({}, {"smallest": 50, "largest": 200}, None),
        ({}, {"smallest": 800, "largest": 900}, None),
        # terms
        ({"deal": "buy"}, {"kind": "sale"}, 100),
        ({"deal": "rent"}, {"kind": "building_right"}, 100),
        # the area misses by no more than a fifth
        ({}, {"smallest": 100, "largest": 250}, 0),
        ({"municipalities": frozenset({1})}, {"smallest": 100, "largest": 250}, 40),
        ({"area_to": None}, {"smallest": 5000, "largest": 9000}, 100),
        # place
        ({"municipalities": frozenset({1, 2})}, {}, 100),
        ({"municipalities": frozenset({2})}, {}, 60),
        # price: met, not met, not known
        ({"price_to": Decimal(100)}, {"price": Decimal(95)}, 100),
        ({"price_to": Decimal(100)}, {"price": Decimal(120)}, 67),
        ({"price_to": Decimal(100)}, {}, 83),
        # dates
        ({"needed_by": date(2027, 1, 1)}, {"free_on": date(2027, 1, 1)}, 100),
        ({"needed_by": date(2027, 1, 1)}, {"free_on": date(2027, 2, 1)}, 75),
        # technique
        ({"height": Decimal(5)}, {"height": Decimal("5.2")}, 100),
        ({"crane": 5000}, {"crane": 0}, 75),
        ({"needs_dock": True, "needs_clean_room": True}, {"has_dock": False, "has_clean_room": None}, 78),
    ],
)
def test_an_offer_is_scored_by_what_the_search_names(
    wanted: dict[str, Any], there: dict[str, Any], expected: int | None
) -> None:
    assert score(wanted, there) == expected


def test_the_reasons_say_what_is_met_not_met_and_not_known() -> None:
    found = suits(
        Criteria(**WANTED, price_to=Decimal(100), power=250, crane=3000), Supply(**THERE, price=Decimal(120), power=400)
    )

    assert found is not None
    assert {reason.code: reason.fits for reason in found.reasons} == {
        "area": True,
        "price": False,
        "power": True,
        "crane": None,
    }
