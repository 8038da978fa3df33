"""The official lists are complete, can be loaded again, and keep what people entered."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db.models import Sum

from promo_portal.regions.loading import load_regions
from promo_portal.regions.models import (
    ActivityCode,
    Association,
    Canton,
    District,
    Funder,
    FundingKey,
    FundingKeyShare,
    LegalForm,
    Municipality,
    PostalLocality,
    Region,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def _loaded() -> None:
    load_regions()


@pytest.mark.usefixtures("_loaded")
def test_the_lists_are_complete() -> None:
    on = date(2026, 1, 1)

    valid = Municipality.objects.valid(on)

    assert Canton.objects.count() == 26
    assert valid.count() == 2110
    assert valid.filter(canton__code="BE").count() == valid.filter(district__isnull=False).count() == 334
    assert District.objects.count() == 10
    assert Region.objects.count() == Association.objects.count() == 6
    assert valid.filter(district__region__code="jura-bernois").count() == 39
    assert valid.filter(district__bfs=242).count() == 19
    assert not valid.filter(lon=None).exists()


@pytest.mark.usefixtures("_loaded")
def test_moutier_left_for_jura_and_its_old_number_leads_to_the_new_one() -> None:
    old = Municipality.objects.get(bfs=700)

    assert old.valid_to == date(2025, 12, 31)
    assert old.successor is not None
    assert (old.successor.bfs, old.successor.canton.code) == (6831, "JU")
    assert old.successor.valid_from == date(2026, 1, 1)
    assert old in Municipality.objects.valid(date(2025, 12, 31))
    assert old not in Municipality.objects.valid(date(2026, 1, 1))
    assert old.successor.association() is None


@pytest.mark.usefixtures("_loaded")
def test_each_place_of_the_canton_has_an_association_in_charge_and_assumptions_are_marked() -> None:
    charge = {
        name: Municipality.objects.get(official_name=name).association()
        for name in ("Tramelan", "Biel/Bienne", "Aarberg", "Bern", "Langnau im Emmental", "Langenthal", "Thun")
    }

    assert {name: found.code for name, found in charge.items() if found} == {
        "Tramelan": "cep",
        "Biel/Bienne": "bienne-seeland",
        "Aarberg": "bienne-seeland",
        "Bern": "bern-mittelland",
        "Langnau im Emmental": "emmental",
        "Langenthal": "oberaargau",
        "Thun": "oberland",
    }
    assert list(Association.objects.filter(is_assumed=False).values_list("code", flat=True)) == ["cep"]
    assert Municipality.objects.get(official_name="Zürich").association() is None


@pytest.mark.usefixtures("_loaded")
def test_loading_again_changes_nothing_and_keeps_what_staff_entered() -> None:
    cep = Association.objects.get(code="cep")
    cep.phone = "+41324930000"
    cep.save()
    Region.objects.filter(code="oberland").update(association=cep)
    Municipality.objects.filter(bfs=703).update(valid_to=date(2026, 12, 31), official_name="Renamed by mistake")

    counts = load_regions()

    cep.refresh_from_db()
    reconvilier = Municipality.objects.get(bfs=703)
    assert [counts[name] for name in ("associations", "districts", "cantons", "municipalities")] == [6, 10, 26, 2111]
    assert cep.phone == "+41324930000"
    assert Region.objects.get(code="oberland").association == cep
    assert (reconvilier.official_name, reconvilier.valid_to) == ("Reconvilier", date(2026, 12, 31))


@pytest.mark.usefixtures("_loaded")
def test_names_are_shown_in_the_readers_language() -> None:
    biel = Municipality.objects.get(bfs=371)

    assert (biel.official_name, biel.name_fr, biel.name_de) == ("Biel/Bienne", "Bienne", "Biel")
    assert Municipality.objects.get(bfs=713).name_de == "Tavannes"


def test_loading_again_changes_nothing_and_takes_a_moment(django_assert_max_num_queries: Any) -> None:
    first = load_regions()
    rows_before = list(PostalLocality.municipalities.through.objects.order_by("pk").values_list())

    with django_assert_max_num_queries(90):
        second = load_regions()

    assert first == second
    assert list(PostalLocality.municipalities.through.objects.order_by("pk").values_list()) == rows_before
    assert (second["activities"], second["legal forms"], second["funding keys"]) == (1047, 38, 6)


def test_the_lists_say_what_they_hold() -> None:
    load_regions()

    levels = dict(Counter(ActivityCode.objects.order_by("pk").values_list("level", flat=True)))
    by_old_number = dict(LegalForm.objects.exclude(register_code="").values_list("register_code", "short_fr"))
    shares = FundingKeyShare.objects.values("key").annotate(total=Sum("share")).order_by("key")

    assert levels == {"section": 22, "division": 87, "group": 287, "class": 651}
    assert ActivityCode.objects.get(code="A").label_de == "Land- und Forstwirtschaft, Fischerei"
    assert (by_old_number["3"], by_old_number["4"], by_old_number["2"]) == ("SA", "Sàrl", "SNC")
    assert {row["total"] for row in shares} == {10_000}
    assert not FundingKey.objects.filter(is_assumed=False).exists()
    assert PostalLocality.objects.get(postcode="2740", name="Moutier").municipalities.count() >= 1
    assert list(District.objects.filter(in_perimeter=True).values_list("bfs", flat=True)) == [241, 242]


def test_what_staff_entered_in_the_lists_survives_loading() -> None:
    load_regions()
    LegalForm.objects.filter(code="0105").update(register_code="12")
    FundingKey.objects.filter(association__code="cep").update(is_assumed=False)
    Funder.objects.filter(code="cep").update(name_fr="CEP")

    load_regions()

    assert LegalForm.objects.get(code="0105").register_code == "12"
    assert FundingKey.objects.get(association__code="cep").is_assumed is False
    assert Funder.objects.get(code="cep").name_fr == "CEP"
