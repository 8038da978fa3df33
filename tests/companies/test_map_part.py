"""The directory restricted to a part of the map: one parameter of the address, exact, removable, with all other filters."""

import json
import re

import pytest
from django.test import Client

from companies.models import SearchDocument
from companies.search.boxes import Box
from companies.search.conditions import Filters
from companies.search.finding import Criteria, find
from tests.companies.corpus import Corpus
from tests.companies.test_pages import LIST, pages, text_of, titles

__all__ = ["pages"]
AROUND_TAVANNES = "7.1500,47.1900,7.2500,47.2500"


def inside(box: str) -> set[int]:
    """What lies in the box, asked of the places alone."""
    left, top, right, bottom = Box.read(box).pixels()  # type: ignore[union-attr]
    rows = SearchDocument.objects.filter(map_x__range=(left, right), map_y__range=(top, bottom))
    return set(rows.values_list("organisation_id", flat=True))


@pytest.mark.parametrize(
    "box", [AROUND_TAVANNES, "7.2100,47.2180,7.2200,47.2250", "6.8,46.9,7.3,47.2", "5.9,45.8,10.6,47.9"]
)
def test_exactly_what_lies_in_the_part_is_found_whatever_the_tiles_that_cover_it(
    corpus: Corpus, db: None, box: str
) -> None:
    filters = Filters({}, Box.read(box))

    found = find(Criteria("", filters, "name", per_page=10_000))
    facets = {key: count for key, count in found.facets.get("municipality", {}).items() if key}

    assert set(found.ids) == inside(box)
    assert found.count == len(found.ids)
    assert sum(facets.values()) == found.count
    assert not found.is_capped


def test_words_filters_and_the_part_hold_together_and_pages_go_on(corpus: Corpus, db: None) -> None:
    area = Box.read(AROUND_TAVANNES)
    words = find(Criteria("décolletage", Filters({}), per_page=10_000))

    both = find(Criteria("décolletage", Filters({}, area), per_page=10_000))
    kind = find(Criteria("", Filters({"kind": ["k:company"]}, area), "name", per_page=10_000))
    second = find(Criteria("", Filters({"kind": ["k:company"]}, area), "name", page=2, per_page=5))

    assert set(both.ids) == set(words.ids) & inside(AROUND_TAVANNES)
    assert 0 < both.count < words.count
    assert second.ids == kind.ids[5:10]
    assert kind.facets["kind"]["company"] == kind.count


def test_the_part_stands_in_the_address_and_goes_with_one_press(pages: Client) -> None:
    page = pages.get(LIST, {"bbox": AROUND_TAVANNES, "kind": "company"})
    body = page.content.decode()

    assert "Partie de la carte" in text_of(page)
    assert f'name="bbox" value="{AROUND_TAVANNES}"' in body
    assert 'href="/fr/entreprises/?kind=company"' in body
    assert f'data-area="{AROUND_TAVANNES}"' in body
    assert "Chercher dans cette partie de la carte" in body
    assert "In diesem Kartenausschnitt suchen" in pages.get("/de/unternehmen/").content.decode()


@pytest.mark.parametrize("box", ["1,2,3", "nan,nan,nan,nan", "10,50,5,40", "a,b,c,d", "7,47,7.2,inf"])
def test_what_is_no_part_of_the_map_is_left_out_with_a_hint(pages: Client, box: str) -> None:
    page = pages.get(LIST, {"bbox": box})

    assert page.status_code == 200
    assert "bbox" in text_of(page)
    assert len(titles(page)) == 25


def test_an_empty_part_leads_back_to_the_whole_map(pages: Client) -> None:
    page = pages.get(LIST, {"q": "décolletage", "bbox": "8.9,46.1,8.95,46.15"})

    assert titles(page) == []
    assert "La même recherche sur toute la carte" in text_of(page)


def test_the_maps_own_question_shows_what_lies_beside_the_part_too(pages: Client) -> None:
    page = pages.get(LIST, {"bbox": AROUND_TAVANNES}).content.decode()
    wide = pages.get("/fr/entreprises/carte/", {"bbox": "6.8,47,7.5,47.4", "zoom": "9"})

    assert "data-url" in page
    count = sum(one["properties"].get("count", 1) for one in json.loads(wide.content)["features"])
    assert count > len(inside(AROUND_TAVANNES))


def test_a_followed_search_leaves_the_part_of_the_map_out(pages: Client) -> None:
    body = pages.get(LIST, {"q": "décolletage", "bbox": AROUND_TAVANNES}).content.decode()

    (follow,) = re.findall(r'list-follow" rel="nofollow" href="([^"]+)"', body)

    assert "q=d" in follow
    assert "bbox" not in follow
