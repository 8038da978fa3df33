"""The directory's public pages: the address is the state, every answer leads on, nothing bends them to a fault."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from companies.models import Capability, Organisation
from promo_portal.core import clock, slots
from promo_portal.regions.models import Municipality
from tests.companies.conftest import TODAY
from tests.companies.corpus import Corpus

LIST = "/fr/entreprises/"


@pytest.fixture
def pages(corpus: Corpus, db: None) -> Any:
    """A visitor on the day of the corpus."""
    with clock.standing_still(clock.now().replace(year=TODAY.year, month=TODAY.month, day=TODAY.day)):
        yield Client()


def text_of(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def titles(page: Any) -> list[str]:
    found = re.findall(r'<h2 class="item-title"><a href="[^"]+">(.*?)</a>', page.content.decode())
    return [re.sub(r"<[^>]+>", "", one).replace("&#x27;", "'") for one in found]


def test_a_search_shows_the_count_the_hit_in_bold_and_the_places(pages: Client, corpus: Corpus) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = pages.get(LIST, {"q": "décolletage"})

    body = page.content.decode()
    assert page.status_code == 200
    assert len(statements(queries)) <= 12, statements(queries)
    assert f"{len(corpus.of_trade('decolletage'))} entreprises" in text_of(page)
    assert "<mark>Décolletage</mark>" in body
    assert "Résultats par commune" in body
    assert 'name="municipality" value="446"' in body
    assert '<meta name="htmx-config"' in body
    assert "style=" not in body


@pytest.mark.parametrize(
    ("address", "words", "line"),
    [
        (LIST, "Automatendreherei", "Savoir-faire\u202f: <mark>Décolletage</mark>"),
        ("/de/unternehmen/", "tournage automatique", "Fähigkeit: <mark>Décolletage</mark> (<mark>Drehteile</mark>)"),
    ],
)
def test_an_entry_found_by_what_it_can_do_says_so(address: str, words: str, line: str, pages: Client) -> None:
    assert line in pages.get(address, {"q": words}).content.decode()


def statements(queries: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, without the test's own savepoints (a request's transaction is no question)."""
    return [query["sql"][:90] for query in queries if "SAVEPOINT" not in query["sql"]]


def test_every_filter_of_the_contract_narrows_the_list_and_shows_as_a_chip(pages: Client, corpus: Corpus) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = pages.get(
            LIST,
            {"q": "usinage", "municipality": ["371", "446"], "activity": "25.62", "kind": "company", "size": "10-49",
             "capability": "fraisage", "sort": "confirmed"},
        )  # fmt: skip

    assert page.status_code == 200
    assert len(statements(queries)) <= 12, statements(queries)
    assert page.content.decode().count('class="chip"') == 6
    for name in titles(page):
        assert corpus.place[name] in {371, 446}


def test_a_list_asks_as_much_for_one_row_as_for_twenty_five(pages: Client) -> None:
    counts = []
    for query in ({"activity": "8532"}, {"activity": "C"}):
        with CaptureQueriesContext(connection) as queries:
            pages.get(LIST, query)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_htmx_gets_the_list_alone_and_a_step_back_gets_the_page(pages: Client) -> None:
    part = pages.get(LIST, {"q": "montres"}, headers={"HX-Request": "true"})
    whole = pages.get(LIST, {"q": "montres"}, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})

    assert "<html" not in part.content.decode()
    assert 'id="list"' in part.content.decode()
    assert "<title>" in part.content.decode()
    assert "<html" in whole.content.decode()
    assert "HX-Request" in part["Vary"]


@pytest.mark.parametrize(
    "query",
    [
        "municipality=zz&activity=99&kind=castle&size=7&cluster=%00&capability=%F0%9F%9A%B2&sort=price&page=-1&zzz=1",
        "municipality=99999999999999999999&page=99999999999999999999&q=%00%00",
        "activity=&activity=%00&activity=" + "x" * 3000,
        "q=" + "x" * 5000 + "&municipality=1&page=abc",
        "bbox=1,2,3&zoom=x",
        "bbox=nan,nan,nan,nan&zoom=99999999999",
        "bbox=10,50,5,40&zoom=-1",
    ],
)
def test_broken_parameters_give_a_page_with_hints(query: str, pages: Client) -> None:
    page = pages.get(f"{LIST}?{query}")
    assert page.status_code == 200
    assert "list-hints" in page.content.decode()
    assert pages.get(f"/fr/entreprises/carte/?{query}").status_code == 200
    assert pages.get(f"/fr/entreprises/suggestions/?{query}").status_code == 200


def test_a_municipality_that_ended_leads_to_its_successor_with_a_hint(pages: Client, corpus: Corpus) -> None:
    court, valbirse = Municipality.objects.get(bfs=690), Municipality.objects.get(bfs=717)
    Municipality.objects.filter(pk=court.pk).update(valid_to=date(2025, 12, 31), successor=valbirse)

    page = pages.get(LIST, {"municipality": "690"})

    assert "Court fait maintenant partie de Valbirse" in text_of(page)
    assert set(titles(page)) <= corpus.at(717)
    assert "municipality=717" in page.content.decode()


def test_a_page_beyond_the_last_one_is_the_last_one(pages: Client) -> None:
    page = pages.get(LIST, {"page": "900"})

    assert page.status_code == 200
    assert titles(page)
    assert 'aria-current="page"' in page.content.decode()


def test_an_empty_list_says_what_to_do(pages: Client) -> None:
    page = pages.get(LIST, {"q": "décolletage", "municipality": "306", "kind": "school"})

    assert "Aucune entreprise ne correspond à" in text_of(page)
    assert "La même recherche sans filtre" in text_of(page)
    assert not titles(page)


def test_a_company_page_tells_who_they_are_and_leads_on(pages: Client, corpus: Corpus) -> None:
    entry = Organisation.objects.get(pk=corpus.pk["Arcadec SA"])
    entry.phone, entry.email, entry.website = "+41320000001", "info@arcadec.example", "https://arcadec.example"
    entry.save()

    with CaptureQueriesContext(connection) as queries:
        page = pages.get(f"/fr/entreprises/{entry.pk}-arcadec-sa/")
    card = pages.get(f"/fr/entreprises/{entry.pk}-arcadec-sa/card.vcf")

    body = page.content.decode()
    assert page.status_code == 200
    assert len(statements(queries)) <= 12, statements(queries)
    for part in (
        "CHE-109.322.551",
        "032\u00a0000\u00a000\u00a001",
        "info@arcadec.example",
        "Titane",
        "25.62",
        "Même activité",
        'itemprop="name"',
    ):
        assert part in body, part
    assert card["Content-Type"].startswith("text/vcard")
    assert "FN:Arcadec SA\r\n" in card.content.decode()


def test_a_company_page_tells_languages_place_and_who_belongs_to_whom(pages: Client, corpus: Corpus) -> None:
    head = Organisation.objects.get(pk=corpus.pk["Arcadec SA"])
    names = {"Ressorts du Jura SA": "branch", "Joint Étanche SA": "branch", "Bienne Logistique SA": "subsidiary"}
    for name, link in names.items():
        Organisation.objects.filter(pk=corpus.pk[name]).update(parent=head, parent_link=link)
    Organisation.objects.filter(pk=corpus.pk["Joint Étanche SA"]).update(state="hidden")
    Organisation.objects.filter(pk=head.pk).update(languages="fr de")
    below = Organisation.objects.get(pk=corpus.pk["Ressorts du Jura SA"])

    whole = pages.get(f"/fr/entreprises/{head.pk}-arcadec-sa/")
    part = text_of(pages.get(f"/fr/entreprises/{below.pk}-{below.slug}/"))
    Organisation.objects.filter(pk=head.pk).update(state="hidden")
    orphan = text_of(pages.get(f"/fr/entreprises/{below.pk}-{below.slug}/"))

    text = text_of(whole)
    assert "Langues Français, Allemand" in text
    assert "Succursale Ressorts du Jura SA" in text
    assert "Filiale Bienne Logistique SA" in text
    assert "Joint Étanche" not in text
    assert f'itemprop="latitude" content="{head.lat}"' in whole.content.decode()
    assert "Succursale de Arcadec SA" in part
    assert "Arcadec" not in orphan


def test_a_capability_out_of_use_is_no_choice_any_more(pages: Client, corpus: Corpus) -> None:
    choice = 'name="capability" value="fraisage"'
    before = pages.get(LIST, {"q": "fraisage"}).content.decode()
    Capability.objects.filter(slug="fraisage").update(is_active=False)

    after = pages.get(LIST, {"q": "fraisage"}).content.decode()

    assert choice in before
    assert choice not in after
    assert choice in pages.get(LIST, {"capability": "fraisage"}).content.decode()


def test_addresses_that_are_old_wrong_or_withdrawn_lead_on(pages: Client, corpus: Corpus) -> None:
    right = f"/fr/entreprises/{corpus.pk['Arcadec SA']}-arcadec-sa/"
    merged = Organisation.objects.get(pk=corpus.pk["Ressorts du Jura SA"])
    Organisation.objects.filter(pk=merged.pk).update(state="merged", merged_into=corpus.pk["Arcadec SA"])
    hidden = Organisation.objects.get(pk=corpus.pk["Joint Étanche SA"])
    Organisation.objects.filter(pk=hidden.pk).update(state="hidden")

    for wrong in (f"{corpus.pk['Arcadec SA']}-autre-nom", f"{corpus.pk['Arcadec SA']}", f"{merged.pk}-{merged.slug}"):
        answer = pages.get(f"/fr/entreprises/{wrong}/")
        assert (answer.status_code, answer["Location"]) == (301, right)
    gone = pages.get(f"/fr/entreprises/{hidden.pk}-{hidden.slug}/")
    assert gone.status_code == 410
    assert 'name="q"' in gone.content.decode()
    assert pages.get("/fr/entreprises/987654321-x/").status_code == 404
    assert pages.get("/fr/entreprises/99999999999999999999999-x/").status_code == 404


def test_suggestions_carry_addresses_and_the_map_stays_light(pages: Client, corpus: Corpus) -> None:
    found = json.loads(pages.get("/de/unternehmen/vorschlaege/", {"q": "neuenst"}).content)["suggestions"]
    points = pages.get("/fr/entreprises/carte/", {"bbox": "6.8,47,7.5,47.4", "zoom": "17"})

    assert {"text": "La Neuveville", "kind": "Gemeinde", "url": "/de/unternehmen/?municipality=723"} in found
    assert len(points.content) <= 25_000
    assert points["Content-Type"].startswith("application/geo+json")
    assert (
        sum(one["properties"].get("count", 1) for one in json.loads(points.content)["features"]) >= len(corpus.pk) - 40
    )


@pytest.mark.parametrize(
    ("typed", "text", "query"),
    [
        ("fiduciaire tramel", "fiduciaire · Tramelan", "q=fiduciaire&municipality=446"),
        ("Décolletage à la neuv", "Décolletage · La Neuveville", "q=D%C3%A9colletage&municipality=723"),
        ("la neuv", "La Neuveville", "municipality=723"),
        ("St imi", "Saint-Imier", "municipality=443"),
    ],
)
def test_a_suggested_place_keeps_what_was_typed_before_it(typed: str, text: str, query: str, pages: Client) -> None:
    found = json.loads(pages.get("/fr/entreprises/suggestions/", {"q": typed}).content)["suggestions"]

    assert {"text": text, "kind": "commune", "url": f"/fr/entreprises/?{query}"} in found


def test_the_same_list_speaks_german_and_english(pages: Client) -> None:
    assert "20 Unternehmen" in text_of(pages.get("/de/unternehmen/", {"q": "Drehteile"}))
    assert "companies" in text_of(pages.get("/en/companies/", {"q": "bar turning"}))


def test_search_engines_are_told_of_published_entries_only(pages: Client, corpus: Corpus) -> None:
    Organisation.objects.filter(pk=corpus.pk["Arcadec SA"]).update(state="hidden")

    told = [arguments for _name, arguments, _day in slots.sitemap_pages["companies"]()]

    assert len(told) == len(corpus.pk) + 1  # the list itself, the open data, and all entries but one
    assert all(arguments[0] != corpus.pk["Arcadec SA"] for arguments in told[2:])


def test_search_engines_get_any_part_of_the_entries_without_the_ones_before(pages: Client, corpus: Corpus) -> None:
    told = slots.sitemap_pages["companies"]

    every = list(told())

    assert told.count() == len(every) == len(corpus.pk) + 2
    assert list(told.between(0, 3)) == every[:3]
    assert list(told.between(3, 7)) == every[3:7]
    assert list(told.between(len(every) - 1, len(every) + 5)) == every[-1:]
