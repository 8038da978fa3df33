"""A merger is data: the planned Clairval (Reconvilier and Saules), entered before, in force on 1 January 2027."""

from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from companies.models import Organisation
from promo_portal.regions.loading import load_regions
from promo_portal.regions.models import Municipality
from promo_portal.regions.search import find_municipalities
from promo_portal.regions.workflow import known_as, merge_municipalities

pytestmark = pytest.mark.django_db

BEFORE, AFTER = date(2026, 12, 31), date(2027, 1, 1)
CLAIRVAL = 9725  # the official number is not known yet


@pytest.fixture
def _merged() -> None:
    load_regions()
    call_command("merge_municipalities", 703, 707, into=CLAIRVAL, name="Clairval", on=AFTER, stdout=StringIO())


def _valid(on: date) -> set[int]:
    return set(Municipality.objects.valid(on).filter(district__bfs=241).values_list("bfs", flat=True))


@pytest.mark.usefixtures("_merged")
def test_lists_and_search_change_on_the_day_of_the_merger() -> None:
    assert (len(_valid(BEFORE)), len(_valid(AFTER))) == (39, 38)
    assert _valid(BEFORE) - _valid(AFTER) == {703, 707}
    assert _valid(AFTER) - _valid(BEFORE) == {CLAIRVAL}
    for text in ("Reconvilier", "saules", "Clairval", "2732"):
        now = [place.official_name for place in find_municipalities(text, on=AFTER)]
        assert "Clairval" in now, text
        assert not {"Reconvilier", "Saules (BE)"} & set(now)
    assert "Reconvilier" in [place.official_name for place in find_municipalities("Reconvilier", on=BEFORE)]
    assert find_municipalities("Clairval", on=BEFORE) == []


@pytest.mark.usefixtures("_merged")
def test_old_and_new_numbers_find_the_same_records_and_no_record_was_touched() -> None:
    with_old = {703: Municipality.objects.get(bfs=703), 707: Municipality.objects.get(bfs=707)}
    firms = [
        Organisation.objects.create(name=f"Firme {bfs}", municipality=place, kind="company")
        for bfs, place in with_old.items()
    ]

    def found(number: int, on: date) -> set[str]:
        return set(Organisation.objects.filter(municipality__in=known_as([number], on)).values_list("name", flat=True))

    assert found(703, BEFORE) == {"Firme 703"}
    assert found(703, AFTER) == found(707, AFTER) == found(CLAIRVAL, AFTER) == {"Firme 703", "Firme 707"}
    assert [firm.municipality.bfs for firm in firms] == [703, 707]
    assert {firm.municipality.standing(AFTER).name for firm in firms} == {"Clairval"}  # type: ignore[union-attr]
    assert found(12345, AFTER) == set()


@pytest.mark.usefixtures("_merged")
def test_entering_it_again_or_loading_the_lists_again_changes_nothing() -> None:
    before = list(Municipality.objects.order_by("pk").values_list())

    merge_municipalities(numbers=[703, 707], into=CLAIRVAL, name="Clairval", on=AFTER)
    load_regions()

    assert list(Municipality.objects.order_by("pk").values_list()) == before


def test_a_merger_of_unknown_places_is_refused() -> None:
    load_regions()

    with pytest.raises(ValidationError):
        merge_municipalities(numbers=[703, 99999], into=CLAIRVAL, name="Clairval", on=AFTER)
    with pytest.raises(CommandError):
        call_command("merge_municipalities", 700, into=CLAIRVAL, name="X", on=date(2027, 6, 1))
    assert not Municipality.objects.filter(bfs=CLAIRVAL).exists()
