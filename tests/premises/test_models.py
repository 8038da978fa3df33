"""The database refuses nonsense about premises, in words that a person can act on."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from premises.enums import ClosureReason, OfferFreshness, OfferKind, OfferState, Visibility
from premises.models import Building, Closure, Enquiry, Match, Offer, OwnerContact, Shortlist, Site, SpaceSearch, Unit
from promo_portal.accounts.models import User
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from tests import factories as people
from tests.premises import factories
from tests.premises.factories import TODAY

pytestmark = pytest.mark.django_db


def broken_rows(place: Municipality, officer: User) -> list[tuple[str, Callable[[], Any]]]:
    """Each constraint with a row that breaks it."""
    hall, land = factories.unit(place), factories.plot(place)
    taken = factories.offer(hall)
    ended = factories.offer(land, state=OfferState.LET)
    own = {"association": taken.association}
    return [
        ("site_once", lambda: Site.objects.create(municipality=place, name="Zone de la Combe")),
        ("site_place_is_whole", lambda: Site.objects.create(municipality=place, name="Ailleurs", lon=7)),
        ("building_once", lambda: Building.objects.create(site=hall.building.site, name="Bâtiment A")),
        (
            "building_renovated_after_built",
            lambda: Building.objects.create(site=hall.building.site, name="B", built_year=1990, renovated_year=1980),
        ),
        ("unit_once", lambda: factories.unit(place)),
        ("unit_has_area", lambda: factories.unit(place, name="X", area_gross=None, area_usable=None)),
        ("unit_has_area", lambda: factories.unit(place, name="X", area_gross=0, area_usable=0)),
        ("unit_usable_within_gross", lambda: factories.unit(place, name="X", area_gross=300, area_usable=400)),
        (
            "unit_smallest_within_largest",
            lambda: factories.unit(place, name="X", smallest_divisible=300, largest_contiguous=200),
        ),
        ("unit_parts_within_whole", lambda: factories.unit(place, name="X", area_gross=None, smallest_divisible=900)),
        ("unit_parts_within_whole", lambda: factories.unit(place, name="X", largest_contiguous=900)),
        ("plot_once", lambda: factories.plot(place)),
        ("plot_has_area", lambda: factories.plot(place, name="Y", area_total=0)),
        ("plot_parts_within_whole", lambda: factories.plot(place, name="Y", largest_contiguous=7000)),
        ("offer_once_per_unit", lambda: factories.offer(hall, state=OfferState.DRAFT)),
        ("offer_building_right_for_land", lambda: factories.offer(hall, kind=OfferKind.BUILDING_RIGHT)),
        ("offer_price_or_on_request", lambda: factories.offer(hall, kind=OfferKind.SALE, price_on_request=True)),
        ("offer_price_or_on_request", lambda: factories.offer(hall, kind=OfferKind.SALE, price=0)),
        ("offer_public_has_dates", lambda: factories.offer(hall, kind=OfferKind.SALE, confirmed_on=None)),
        ("offer_ended_has_day", lambda: Offer.objects.filter(pk=ended.pk).update(ended_on=None)),
        ("offer_ended_has_day", lambda: Offer.objects.filter(pk=taken.pk).update(ended_on=TODAY)),
        ("offer_of_one_thing", lambda: Offer.objects.filter(pk=taken.pk).update(plot=land)),
        ("ownercontact_can_be_reached", lambda: OwnerContact.objects.create(offer=taken, name="Marc Rossé")),
        (
            "closure_taken_names_channel",
            lambda: Closure.objects.create(**own, offer=taken, reason=ClosureReason.TAKEN, closed_on=TODAY),
        ),
        ("spacesearch_area_in_order", lambda: factories.search(place, area_from=700)),
        ("spacesearch_names_somebody", lambda: factories.search(place, organisation_name="")),
        (
            "match_score_within_hundred",
            lambda: Match.objects.create(**own, search=factories.search(place), offer=taken, score=101),
        ),
        (
            "enquiry_received_has_promise",
            lambda: Enquiry.objects.create(offer=taken, name="A", email="a@exemple.example", state="received"),
        ),
        (
            "shortlist_shared_has_time",
            lambda: Shortlist.objects.create(
                **own, recipient="B", valid_until=TODAY, author=officer, state="shared"
            ),
        ),
    ]  # fmt: skip


def test_each_constraint_refuses_the_row_that_breaks_it(in_cep: None, tavannes: Municipality, officer: User) -> None:
    kept = []
    for name, make in broken_rows(tavannes, officer):
        try:
            with transaction.atomic():
                make()
        except IntegrityError as refusal:
            if name not in str(refusal):
                kept.append(f"{name}: {refusal}")
        else:
            kept.append(name)

    assert kept == []


def test_what_the_database_refuses_is_said_in_words(tavannes: Municipality) -> None:
    hall = factories.unit(tavannes)
    hall.smallest_divisible = 900

    with pytest.raises(ValidationError, match=r"[Pp]artie"):
        hall.full_clean()


def test_a_site_belongs_to_the_association_of_its_municipality(
    cep: Association, seeland: Association, tavannes: Municipality, nidau: Municipality
) -> None:
    place = factories.site(tavannes)

    assert place.association == cep

    place.municipality = nidau
    place.save(update_fields=["municipality"])
    place.refresh_from_db()
    assert place.association == seeland


def test_a_place_that_no_association_covers_is_refused_in_words(db: None) -> None:
    abroad = people.MunicipalityFactory(bfs=6711, official_name="Delémont", district=None)

    with pytest.raises(ValidationError) as refusal:
        Site(municipality=abroad, name="Zone industrielle").full_clean()

    assert list(refusal.value.message_dict) == ["municipality"]


def test_an_offer_ages_by_the_days_since_its_owner_confirmed_it(tavannes: Municipality) -> None:
    found = factories.offer(factories.unit(tavannes))
    aged = {}

    for days in (0, 44, 45, 89, 90):
        found.confirmed_on = TODAY - timedelta(days=days)
        found.save(update_fields=["confirmed_on"])
        listed = Offer.objects.published(TODAY).filter(pk=found.pk).exists()
        assert found.is_public(TODAY) is listed
        aged[days] = (found.freshness(TODAY), listed)

    assert aged == {
        0: (OfferFreshness.CONFIRMED, True),
        44: (OfferFreshness.CONFIRMED, True),
        45: (OfferFreshness.TO_CONFIRM, True),
        89: (OfferFreshness.TO_CONFIRM, True),
        90: (OfferFreshness.HIDDEN, False),
    }


def test_only_what_is_on_the_market_and_not_internal_is_published(tavannes: Municipality) -> None:
    public = set()

    for state in OfferState.values:
        for visibility in Visibility.values:
            hall = factories.unit(tavannes, name=f"{state} {visibility}")
            found = factories.offer(hall, state=state, visibility=visibility)
            if found.is_public(TODAY):
                public.add((state, visibility))

    listed = set(Offer.objects.published(TODAY).values_list("state", "visibility"))
    assert public == listed == {(state, who) for state in ("published", "reserved") for who in ("public", "on_request")}


def test_areas_come_from_what_is_on_offer(tavannes: Municipality) -> None:
    factories.offer(factories.unit(tavannes))
    factories.offer(factories.plot(tavannes, largest_contiguous=4000))

    areas = Offer.objects.with_areas().order_by("pk").values_list("whole", "smallest", "largest")

    assert list(areas) == [(800, 200, 800), (6000, 6000, 4000)]


def test_demand_and_owners_show_to_their_association_only(
    cep: Association, seeland: Association, tavannes: Municipality, officer: User
) -> None:
    found = factories.offer(factories.unit(tavannes))
    factories.search(tavannes)
    with association_scope(cep.pk):
        OwnerContact.objects.create(offer=found, name="Marc Rossé", phone="+41320000000")
        Enquiry.objects.create(offer=found, name="Anna", email="anna@exemple.example")
        Shortlist.objects.create(association=cep, recipient="Firme", valid_until=date(2027, 1, 1), author=officer)
        assert SpaceSearch.objects.count() == OwnerContact.objects.count() == Enquiry.objects.count() == 1

    with association_scope(seeland.pk), connection.cursor() as cursor:
        assert not SpaceSearch.objects.exists()
        seen = {}
        for table in (
            "spacesearch",
            "spacesearchhistory",
            "ownercontact",
            "ownercontacthistory",
            "enquiry",
            "shortlist",
        ):
            cursor.execute(f"SELECT count(*) FROM premises_{table}")
            seen[table] = cursor.fetchone()[0]
    assert set(seen.values()) == {0}, seen


def test_history_keeps_every_price(tavannes: Municipality) -> None:
    found = factories.offer(factories.unit(tavannes))
    found.price = 110
    found.save(update_fields=["price"])

    assert sorted(found.history.values_list("price", flat=True)) == [95, 110]  # type: ignore[attr-defined]


def test_a_unit_tells_which_area_it_counts_with(tavannes: Municipality) -> None:
    known = factories.unit(tavannes)
    gross_only = factories.unit(tavannes, name="Halle 2", area_usable=None)

    assert (known.area, known.area_is_usable) == (800, True)
    assert (gross_only.area, gross_only.area_is_usable) == (880, False)
    assert Unit.objects.count() == 2


def test_a_form_says_in_words_what_an_empty_field_breaks(tavannes: Municipality) -> None:
    """Django leaves rules about empty fields out of a form's checks; without ours the database would fail."""
    hall = factories.unit(tavannes)
    rows = [
        Offer(kind=OfferKind.RENT),
        Offer(unit=hall, kind=OfferKind.BUILDING_RIGHT),
        Unit(building=hall.building, name="Vide", use="hall"),
        Unit(building=hall.building, name="Petite", use="hall", area_usable=100, smallest_divisible=200),
        Site(municipality=tavannes, name="Sans latitude", lon=7),
        OwnerContact(name="Marc Rossé"),
        SpaceSearch(title="Qui ?", area_from=1, open_until=TODAY),
    ]

    for row in rows:
        with pytest.raises(ValidationError):
            row.clean()
