"""A place is found however people write it."""

from datetime import date

import pytest

from promo_portal.regions.loading import load_regions
from promo_portal.regions.models import Municipality
from promo_portal.regions.names import plain, spellings
from promo_portal.regions.search import find_municipalities

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _lists() -> None:
    load_regions()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Bienne", "Biel/Bienne"),
        ("biel", "Biel/Bienne"),
        ("Biel/Bienne", "Biel/Bienne"),
        ("st-imier", "Saint-Imier"),
        ("SAINT IMIER", "Saint-Imier"),
        ("Sankt Immer", "Saint-Imier"),
        ("neuenstadt", "La Neuveville"),
        ("Bévilard", "Valbirse"),
        ("bevilard", "Valbirse"),
        ("pery", "Péry-La Heutte"),
        ("2720", "Tramelan"),
        ("2710 Tavannes", "Tavannes"),
        ("Dachsfelden", "Tavannes"),
        ("lengnau be", "Lengnau (BE)"),
        ("Zuerich", "Zürich"),
        ("Moutier", "Moutier"),
        ("Tavanes", "Tavannes"),
        ("tramlan", "Tramelan"),
    ],
)
def test_a_place_is_found_as_people_write_it(typed: str, first: str) -> None:
    found = find_municipalities(typed, 5, on=TODAY)

    assert found[0].official_name == first
    assert len(found) <= 5


@pytest.mark.parametrize("typed", ["", "   ", "%", "'; --", "|", "#", "\x00", "x" * 10_000, "qqqqqq", "[", "(.*)"])
def test_nonsense_finds_nothing_and_breaks_nothing(typed: str) -> None:
    assert find_municipalities(typed, on=TODAY) == []


def test_a_municipality_that_ended_is_not_offered_but_its_successor_is() -> None:
    before = find_municipalities("Moutier", 1, on=date(2025, 12, 31))
    after = find_municipalities("Moutier", 1, on=TODAY)

    assert (before[0].bfs, after[0].bfs) == (700, 6831)


def test_a_postcode_shared_by_places_offers_them_all() -> None:
    names = {place.official_name for place in find_municipalities("2740", on=TODAY)}

    assert names == {"Moutier", "Roches (BE)"}


def test_a_search_is_one_query_and_knows_the_association(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = find_municipalities("Tramelan", on=TODAY)
        association = found[0].association()

    assert association is not None
    assert association.code == "cep"


def test_plain_spelling_is_stable() -> None:
    assert plain("  Péry–La Heutte (BE) ") == "pery la heutte be"
    assert plain("Œx, Große") == "oex grosse"
    assert spellings("Münsingen") == ["munsingen", "muensingen"]
    assert set(spellings("St. Gallen")) == {"st gallen", "saint gallen", "sankt gallen"}


def test_every_municipality_is_found_by_its_official_name() -> None:
    places = Municipality.objects.valid(TODAY)

    lost = [place.official_name for place in places if f"|{plain(place.official_name)}|" not in place.search_name]

    assert lost == []
    assert len(places) == 2110
