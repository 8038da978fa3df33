"""Activities are found from words of three languages, and a code means all that lies below it."""

import pytest

from promo_portal.regions.activities import activity_with_ancestors, activity_with_descendants, find_activities
from promo_portal.regions.loading import load_regions

pytestmark = pytest.mark.django_db


def test_words_and_codes_lead_to_activities() -> None:
    load_regions()
    expected = {
        "26.52": "2652",
        "c": "C",
        "horlogerie": "2652",
        "Uhren": "2652",
        "revetement metaux": "2551",
        "METALLBEARB": "2553",
        "watches": "2652",
    }

    found = {text: [one.code for one in find_activities(text, 12)] for text in expected}

    assert {text: code for text, code in expected.items() if code not in found[text]} == {}
    assert [found["26.52"][0], found["c"][0]] == ["2652", "C"]
    assert {len(find_activities(text)) for text in ("", "   ", "qqqqqq", "\x00", "(*[", "é" * 5000)} == {0}


def test_a_code_of_any_level_means_all_below_it() -> None:
    load_regions()

    def codes(*asked: str) -> set[str]:
        return set(activity_with_descendants(asked).values_list("code", flat=True))

    assert codes("26.5") == {"265", "2651", "2652"}
    assert codes("2652", "26.52", "2652 ") == {"2652"}
    assert {"C", "26", "265", "2652"} <= codes("c")
    assert "4110" not in codes("C")
    assert codes("9999", "", "\x00", "ZZ") == set()
    assert [one.code for one in activity_with_ancestors("26.52")] == ["C", "26", "265", "2652"]
    assert activity_with_ancestors("0000") == []
