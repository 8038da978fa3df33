"""What the search finds, and how soon it follows."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.changed import organisations_changed
from companies.models import Capability, CapabilitySynonym, Organisation, SearchDocument, SearchTerm
from companies.search import drop_aged, rebuild, refresh
from companies.search.boxes import Box
from companies.search.conditions import Filters
from companies.search.expansion import expand
from companies.search.finding import CONFIRMED, NAME, Criteria, find
from companies.search.mapping import cells
from companies.search.suggesting import suggest
from companies.search.text import fold, query_words, uid_in
from promo_portal.core import clock
from promo_portal.regions.models import Municipality
from tests.companies.conftest import TODAY
from tests.companies.corpus import Corpus
from tests.companies.factories import organisation

REGION = Box(6.8, 47.0, 7.5, 47.4)


def names(corpus: Corpus, text: str = "", page: int = 1, sort: str = "relevance", **filters: list[str]) -> list[str]:
    by_pk = {pk: name for name, pk in corpus.pk.items()}
    found = find(Criteria(text, Filters(filters), sort=sort, page=page))
    return [by_pk[pk] for pk in found.ids]


@pytest.fixture
def directory(corpus: Corpus, db: None) -> Any:
    """The corpus for a test that changes it: what it does is taken back."""
    with clock.standing_still():
        yield corpus


@pytest.mark.parametrize(
    ("text", "uid"),
    [
        ("CHE-109.322.551", "109322551"),
        ("che109322551", "109322551"),
        ("CHE 109 322 551 MWST", "109322551"),
        ("109.322.551", "109322551"),
        ("109322551", "109322551"),
        ("CHE-109.322.55", ""),
        ("032 000 00 00", ""),
        ("décolletage", ""),
    ],
)
def test_a_uid_is_read_in_any_spelling(text: str, uid: str) -> None:
    assert uid_in(text) == uid


def test_small_words_and_legal_forms_count_only_where_there_is_nothing_else() -> None:
    assert query_words("Pièces de l'horlogerie SA") == ["pieces", "horlogerie"]
    assert query_words("SA") == ["sa"]
    assert fold("mueller") == fold("muller")
    assert query_words("\x00 ; -- %_'") == []


def test_entries_follow_a_change_within_the_same_transaction(directory: Corpus) -> None:
    entry = Organisation.objects.get(pk=directory.pk["Ressorts du Jura SA"])
    entry.name, entry.purpose_fr = "Spiraux Zénith SA", "Spiraux et balanciers"
    entry.save()

    with CaptureQueriesContext(connection) as queries:
        organisations_changed([entry.pk])

    assert find(Criteria("spiraux")).ids == [entry.pk]
    assert find(Criteria("ressorts du jura")).ids == []
    assert len(queries) <= 15  # one of them for those who follow searches


def test_hidden_ended_and_aged_entries_are_not_found_and_nothing_is_deleted(directory: Corpus) -> None:
    hidden, aged = (Organisation.objects.get(pk=directory.pk[name]) for name in ("Arcadec SA", "Joint Étanche SA"))
    Organisation.objects.filter(pk=hidden.pk).update(state="hidden")
    Organisation.objects.filter(pk=aged.pk).update(confirmed_on=date(2025, 5, 2))

    organisations_changed([hidden.pk, aged.pk])

    assert not SearchDocument.objects.filter(pk__in=[hidden.pk, aged.pk]).exists()
    assert drop_aged(date(2028, 5, 3)) > 100
    assert Organisation.objects.filter(pk__in=[hidden.pk, aged.pk]).count() == 2


def test_a_new_synonym_is_found_at_once_and_no_document_is_written(directory: Corpus) -> None:
    capability = Capability.objects.get(slug="traitement-thermique")
    holders = {directory.pk[name] for name in directory.with_capability("traitement-thermique")}
    assert find(Criteria("bainitique")).count == 0

    with CaptureQueriesContext(connection) as queries:
        synonym = CapabilitySynonym.objects.create(capability=capability, language="fr", text="trempe bainitique")

    assert set(find(Criteria("bainitique")).ids) == holders
    assert not any("companies_search_document" in query["sql"] for query in queries)
    synonym.delete()
    assert find(Criteria("bainitique")).count == 0


def test_a_renamed_capability_is_found_by_its_new_name_only(directory: Corpus) -> None:
    capability = Capability.objects.get(slug="electroerosion")
    capability.label_fr, capability.label_de = "Enfonçage", "Senkerodieren"
    capability.save()

    assert set(find(Criteria("senkerodieren")).ids) == {
        directory.pk[name] for name in directory.with_capability("electroerosion")
    }
    assert "c:" not in " ".join(SearchTerm.objects.get(lex="funkenerosion").entities) if _has("funkenerosion") else True


def _has(lex: str) -> bool:
    return SearchTerm.objects.filter(lex=lex).exists()


def test_a_rebuild_finds_the_same_and_writes_no_document_twice(directory: Corpus) -> None:
    before = {row.pk: row for row in SearchDocument.objects.all()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, ctid::text FROM companies_search_document")
        places = dict(cursor.fetchall())

    counts = rebuild(TODAY)

    assert counts["documents"] == len(before) == len(directory.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, ctid::text FROM companies_search_document")
        assert dict(cursor.fetchall()) == places


def test_refreshing_an_entry_gives_the_document_that_a_rebuild_gives(directory: Corpus) -> None:
    pk = directory.pk["Drehteile Seeland AG"]
    before = SearchDocument.objects.filter(pk=pk).values().get()
    SearchDocument.objects.filter(pk=pk).delete()

    refresh([pk])

    assert SearchDocument.objects.filter(pk=pk).values().get() == before


def test_filters_meet_and_their_choices_are_counted_as_if_each_were_off(corpus: Corpus, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        found = find(Criteria("", Filters({"municipality": ["m:371"], "activity": ["n:25"]}), sort=NAME))

    expected = corpus.at(371)
    assert found.count == found.facets[""][""] <= len(expected)
    assert found.facets["municipality"]["446"] > 0  # one may add Tramelan
    assert sum(found.facets["kind"].values()) == found.count
    assert found.facets["activity"]["16"] >= 0


def test_pages_by_name_hold_each_entry_once_and_sort_accents_as_letters(corpus: Corpus, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        pages = [names(corpus, page=page, sort=NAME) for page in range(1, 10)]
        by_date = names(corpus, sort=CONFIRMED)

    seen = [name for page in pages for name in page]
    unique = list(dict.fromkeys(seen))
    assert set(unique) == set(corpus.pk)
    assert unique.index("École technique Müller") < unique.index("Fiduciaire Gobat SA")
    assert len(by_date) == 25


def test_relevance_pages_hold_each_hit_once(corpus: Corpus, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        found = find(Criteria("SA"))
        seen = [pk for page in range(1, -(-found.count // 25) + 1) for pk in find(Criteria("SA", page=page)).ids]

    assert len(seen) == len(set(seen)) == found.count > 25


def test_the_map_shows_every_hit_once_and_gathers_them_from_afar(corpus: Corpus, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        near, _ = cells("", Filters({}), REGION, 15)
        far, sampled = cells("", Filters({}), REGION, 5)
        some, _ = cells("décolletage", Filters({"municipality": ["m:446"]}), REGION, 13)
        hits = find(Criteria("décolletage", Filters({"municipality": ["m:446"]}))).count

    assert sum(cell.count for cell in far) == len(corpus.pk)
    assert not sampled
    assert len(far) < 6 < len(near)
    assert sum(cell.count for cell in some) == hits


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("arca", "name", "Arcadec SA"),
        ("tavan", "place", "m:713"),
        ("dachsf", "place", "m:713"),
        ("decoll", "capability", "c:"),
        ("trem", "capability", "c:"),
        ("horlog", "word", "horlogerie"),
        ("horlogerei", "word", "horlogerie"),
        ("109322551", "name", "Arcadec SA"),
    ],
)
def test_suggestions_name_entries_places_capabilities_and_words(
    text: str, kind: str, value: str, corpus: Corpus, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        found = suggest(text)

    assert any(one.kind == kind and (one.text == value or one.value.startswith(value)) for one in found), found


@pytest.mark.parametrize("text", ["\x00", "'", "% _ \\", "a" * 5000, "& | ! ( )", "::", "…", "^acier", "c:1", "👩🏽‍🔧"])
def test_hostile_words_break_nothing(text: str, corpus: Corpus, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        assert find(Criteria(text.replace("\x00", " "))).count >= 0
        assert suggest(text.replace("\x00", " ")) is not None
        assert cells(text.replace("\x00", " "), Filters({}), REGION, 10)


@pytest.mark.parametrize(
    ("typed", "parts"), [("Uhrenfräserei", ["uhren", "fraserei"]), ("Uhrenxyzzyq", ["uhrenxyzzyq"])]
)
def test_a_compound_that_nobody_writes_means_its_known_parts(typed: str, parts: list[str], directory: Corpus) -> None:
    found = expand(typed)

    assert found.text == typed
    assert [word.typed for word in found.words] == parts


def test_a_place_is_not_meant_by_a_word_of_the_same_stem(directory: Corpus) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT companies_stems('renanesque', 'renanesque')")
        SearchTerm.objects.filter(lex="renan").update(stems=cursor.fetchone()[0])

    assert "m:441" in expand("Renan").entities
    assert "m:441" not in expand("renanesque").entities


def test_a_short_word_lists_as_many_entries_as_it_counts(directory: Corpus) -> None:
    place = Municipality.objects.get(bfs=446)
    made = [organisation(place, name=name) for name in ("Zo Usinage SA", "Zoologie SA", "Zorro SA")]
    organisations_changed([one.pk for one in made])

    found = find(Criteria("zo"))

    assert (found.count, found.ids) == (1, [made[0].pk])


@pytest.mark.parametrize("typed", ["Bäckereien", "boulanger", "bakery"])
def test_a_trade_is_found_by_its_everyday_name(typed: str, directory: Corpus) -> None:
    assert "n:1071" in expand(typed).entities
