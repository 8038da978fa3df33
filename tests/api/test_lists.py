"""Lists for programs: complete by steps, published rows only, explicit fields, forgiving, the same cost at any length."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from companies.changed import organisations_changed
from companies.models import Organisation, OrganisationCapability
from companies.search import rebuild
from promo_portal.core import clock
from promo_portal.regions.loading import load_regions
from promo_portal.regions.models import Municipality
from tests.api.conftest import Get
from tests.companies.factories import capability

COMPANY_FIELDS = {
    *(
        "id",
        "name",
        "uid",
        "kind",
        "legal_form",
        "size",
        "founded_year",
        "municipality",
        "address",
        "lon",
        "lat",
        "phone",
    ),
    *("email", "website", "languages", "purpose", "activities", "capabilities", "clusters", "confirmed_on"),
    *("is_demonstration", "url", "logo_url", "photo_url"),
}
LISTS = ("companies", "premises", "clusters", "events", "municipalities", "activities")


def read_all(get: Get, path: str, **query: Any) -> tuple[list[dict[str, Any]], set[int]]:
    """Every step of a list, with the counts it told."""
    rows: list[dict[str, Any]] = []
    counts: set[int] = set()
    cursor: dict[str, str] = {}
    for _step in range(60):
        answer = get(path, **query, **cursor)
        rows += answer["items"]
        counts.add(answer["count"])
        if answer["next"] is None:
            return rows, counts
        cursor = {"cursor": answer["next"]}
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("sort", ["name", "confirmed"])
def test_steps_bring_every_published_entry_once_and_in_order(
    directory: list[Organisation], get: Get, sort: str
) -> None:
    rows, counts = read_all(get, "companies", limit=7, sort=sort)

    public = [entry for entry in directory if entry.is_public(clock.today())]
    assert 60 < len(public) < 90
    assert counts == {len(public)}
    if sort == "name":
        assert [row["id"] for row in rows] == [entry.pk for entry in public]
    else:
        days = [row["confirmed_on"] or "" for row in rows]
        assert sorted(row["id"] for row in rows) == sorted(entry.pk for entry in public)
        assert days == sorted(days, reverse=True)


def test_a_company_has_the_fields_of_the_contract_and_no_internal_one(
    directory: list[Organisation], get: Get, client: Client
) -> None:
    row = get("companies", limit=1)["items"][0]

    assert set(row) == COMPANY_FIELDS
    assert get(f"companies/{row['id']}") == row
    assert set(row["municipality"]) == {"bfs", "name"}
    answer = client.get("/api/v1/companies", {"limit": "1000"}).content.decode()
    assert "direction@" not in answer
    assert all(key not in answer for key in ("internal", "contact", "association_id", "note"))


def test_filters_and_words_are_those_of_the_public_list(directory: list[Organisation], get: Get) -> None:
    places = {entry["municipality"]["bfs"] for entry in get("companies", municipality=[371, 713])["items"]}
    kinds = {entry["kind"] for entry in get("companies", kind=["school", "authority"])["items"]}
    searched = get("companies", q="décolletage")
    several, counts = read_all(get, "companies", q="decolletage", limit=1)

    assert places == {371, 713}
    assert kinds <= {"school", "authority"}
    assert searched["count"] == len(several) > 1
    assert counts == {searched["count"]}


def test_suppliers_are_found_by_what_they_can_do(directory: list[Organisation], get: Get) -> None:
    able = next(entry for entry in directory if entry.is_public(clock.today()))
    OrganisationCapability.objects.create(organisation=able, capability=capability("turning"))
    organisations_changed([able.pk])

    answer = get("companies", capability=["turning", "unheard-of"])

    assert [entry["id"] for entry in answer["items"]] == [able.pk]
    assert len(answer["hints"]) == 1


def test_what_is_hidden_is_not_there_under_any_address(directory: list[Organisation], get: Get, client: Client) -> None:
    hidden = next(entry for entry in directory if not entry.is_public(clock.today()))

    answers = [client.get(f"/api/v1/companies/{pk}") for pk in (hidden.pk, 999_999_999, "x", "9" * 40)]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert {json.loads(answer.content)["status"] for answer in answers} == {404}


def test_broken_parameters_are_told_and_the_rest_applies(directory: list[Organisation], get: Get) -> None:
    answer = get("companies", municipality=["371", "x"], kind="shop", limit="many", colour="red", cursor="abc")
    heir = Municipality.objects.get(bfs=690)
    Municipality.objects.filter(bfs=681).update(valid_to=date(2025, 12, 31), successor=heir)
    moved = get("companies", municipality="681")
    foreign = get("companies", kind="company", cursor=get("companies", limit=1)["next"], limit=2)

    assert len(answer["hints"]) == 5
    assert {row["municipality"]["bfs"] for row in answer["items"]} == {371}
    assert "Court" in moved["hints"][0]
    assert len(foreign["hints"]) == 1
    assert len(foreign["items"]) == 2


def test_features_have_a_place_or_none(directory: list[Organisation], get: Get) -> None:
    answer = get("companies.geojson", limit=1000)

    with_place = [feature for feature in answer["features"] if feature["geometry"]]
    assert answer["type"] == "FeatureCollection"
    assert "OFS" in answer["source"]
    assert 0 < len(with_place) <= answer["count"]
    assert {len(feature["geometry"]["coordinates"]) for feature in with_place} == {2}
    assert {5 < feature["geometry"]["coordinates"][0] < 11 for feature in with_place} == {True}


@pytest.mark.django_db
def test_official_lists_are_complete_and_in_the_order_of_their_codes(get: Get) -> None:
    load_regions()

    places, counts = read_all(get, "municipalities", limit=1000)
    found = {row["bfs"]: row for row in get("municipalities", q="tavannes")["items"]}

    assert counts == {2110} == {len(places)}
    assert [row["bfs"] for row in places] == sorted(row["bfs"] for row in places)
    assert found[713] == {**found[713], "name": "Tavannes", "canton": "BE", "region": "jura-bernois"}
    assert get("municipalities", canton="BE", limit=1)["count"] == 334
    sections, counts = read_all(get, "activities", level="section")
    assert counts == {22} == {len(sections)}


def test_an_unchanged_answer_is_not_sent_twice_and_any_page_may_read_it(
    directory: list[Organisation], client: Client
) -> None:
    first = client.get("/api/v1/companies", {"limit": "3"})
    again = client.get("/api/v1/companies", {"limit": "3"}, headers={"if-none-match": first["ETag"]})
    head = client.head("/api/v1/companies", {"limit": "3"})
    asked = client.options("/api/v1/companies")
    written = client.post("/api/v1/companies")

    assert (first.status_code, again.status_code, head.status_code) == (200, 304, 200)
    assert (asked.status_code, written.status_code) == (204, 405)
    assert head["ETag"] == first["ETag"]
    assert {answer["Access-Control-Allow-Origin"] for answer in (first, again, head, asked)} == {"*"}
    assert not first.cookies
    Organisation.objects.filter(pk=first.json()["items"][0]["id"]).update(phone="+41320000099")
    assert client.get("/api/v1/companies", {"limit": "3"})["ETag"] != first["ETag"]


def test_a_longer_list_asks_no_more_questions(directory: list[Organisation], client: Client) -> None:
    for path in (*LISTS, "companies.geojson", "premises.geojson"):
        counted = []
        for limit in ("1", "20"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"/api/v1/{path}", {"limit": limit}).status_code == 200
            counted.append(len(captured))

        assert counted[0] >= counted[1] - 1, path
        assert max(counted) <= 12, path


def test_an_empty_directory_is_an_empty_list(db: None, get: Get) -> None:
    rebuild()

    answers = [get(path) for path in LISTS if path != "municipalities"]

    assert [(answer["items"], answer["next"], answer["count"]) for answer in answers] == [([], None, 0)] * 5
