"""The demo's invented organisations: believable, the same from the same seed, loaded in bulk without history."""

from collections import Counter
from datetime import date, timedelta

import pytest
from stdnum.ch import uid as swiss_uid

from companies.enums import Freshness, OrganisationKind, OrganisationState, SizeClass
from companies.models import Contact, Organisation, OrganisationActivity
from companies.names import core_of, key_of
from promo_portal.core import clock
from promo_portal.demo.directory.entries import Entry
from promo_portal.demo.directory.generator import Generator
from promo_portal.demo.directory.loader import load_organisations
from promo_portal.demo.directory.places import read_places
from promo_portal.demo.directory.words import trades
from promo_portal.regions.loading import DATA, load_regions

TODAY = date(2026, 11, 26)


@pytest.fixture(scope="module")
def generator() -> Generator:
    return Generator(read_places(DATA), seed=1, today=TODAY)


@pytest.fixture(scope="module")
def entries(generator: Generator) -> list[Entry]:
    return generator.batch(0, 3000)


def test_the_same_seed_makes_the_same_organisations(generator: Generator, entries: list[Entry]) -> None:
    again = Generator(read_places(DATA), seed=1, today=TODAY).batch(0, 300)
    other = Generator(read_places(DATA), seed=2, today=TODAY).batch(0, 300)

    assert again == entries[:300]
    assert [entry.name for entry in other] != [entry.name for entry in again]


def test_the_first_four_hundred_lie_in_the_region_the_others_all_over_the_country(entries: list[Entry]) -> None:
    near = Counter(entry.place.name for entry in entries[:400])
    far = {entry.place.bfs for entry in entries[400:]}

    assert all(entry.place.is_perimeter for entry in entries[:400])
    assert near.most_common(1)[0][0] == "Biel/Bienne"
    assert {"Tavannes", "Saint-Imier", "Tramelan"} <= set(near)
    assert len(far) > 800
    assert Counter(entry.place.name for entry in entries[400:]).most_common(1)[0][0] == "Zürich"


def test_uids_have_right_check_digits_and_come_once_but_for_branches(
    generator: Generator, entries: list[Entry]
) -> None:
    numbers = [entry.uid for entry in [*entries, *generator.batch(1, 500)] if entry.uid and entry.parent is None]

    assert all(swiss_uid.is_valid(f"CHE{number}") and number[0] == "9" for number in numbers)
    assert len(set(numbers)) == len(numbers) > 3000
    branches = [entry for entry in entries if entry.parent is not None]
    assert branches
    assert all(entries[branch.parent or 0].parent is None for branch in branches)


def test_every_kind_size_state_and_freshness_is_met_in_both_languages(entries: list[Entry]) -> None:
    fresh = Counter(
        Organisation(confirmed_on=entry.confirmed_on, listed_on=entry.listed_on).freshness(TODAY) for entry in entries
    )

    assert {entry.kind for entry in entries} == set(OrganisationKind.values)
    assert {entry.size_class for entry in entries} == {*SizeClass.values, ""}
    assert {entry.state for entry in entries} == set(OrganisationState.values) - {"merged"}
    assert set(fresh) == set(Freshness)
    assert fresh[Freshness.CONFIRMED] > len(entries) / 2
    assert {entry.language for entry in entries} == {"fr", "de"}
    assert all(entry.listed_on <= (entry.confirmed_on or entry.listed_on) <= TODAY for entry in entries)
    assert all(TODAY - timedelta(days=3000) < entry.listed_on for entry in entries)


def test_addresses_are_nobodys_and_no_cell_breaks_the_loading(entries: list[Entry]) -> None:
    texts = [text for entry in entries for text in (entry.name, entry.purpose_fr, entry.purpose_de, entry.street)]

    assert all(entry.domain.endswith(".example") for entry in entries if entry.domain)
    assert all(entry.phone.startswith("+4132000") for entry in entries if entry.phone)
    assert not any(set(text) & set("\t\n\\{}") for text in texts)
    assert max(len(entry.name) for entry in entries) < 160
    assert {code for trade in trades() for code in trade.codes} >= {"2652", "2553", "2841", "3250", "2630", "7020"}


@pytest.mark.django_db
def test_they_are_loaded_in_bulk_without_history_and_more_can_be_added_later() -> None:
    load_regions()

    first, second, third = (load_organisations(count, seed=1) for count in (60, 450, 450))

    rows = Organisation.objects.all()
    one = rows.select_related("municipality").first()
    assert (first, second, third) == (60, 390, 0)
    assert rows.filter(is_demonstration=True).count() == 450
    assert rows.published(clock.today()).count() > 350
    assert not Organisation.history.rel.related_model.objects.exists()  # type: ignore[attr-defined]
    assert one is not None
    assert (one.name_key, one.name_core) == (key_of(one.name), core_of(one.name))
    assert Contact.objects.filter(is_main=True).count() > 250
    assert OrganisationActivity.objects.filter(is_main=True).count() <= 450
    rows.filter(pk=one.pk).update(street="Rue Neuve 1")
    assert one.history.count() == 1  # type: ignore[attr-defined]
