"""The vocabulary: every word of documents and labels, its stems, and what it leads to.

What a word means is kept here and nowhere else: a renamed capability or a new synonym changes a few rows of this table,
and no document.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from companies.models import Capability, CapabilitySynonym
from companies.search.text import STOP_WORDS, accented_words, keys, telling_words, words_of
from promo_portal.core import clock
from promo_portal.regions.models import ActivityCode, Municipality
from promo_portal.regions.names import spellings

LONGEST_LEX = 120
# Words of official labels that say nothing of a trade.
_EMPTY_WORDS = frozenset(
    """
    autre autres activite activites services service fabrication commerce production exploitation nca ailleurs classe
    classes article articles produit produits travaux metiers general generale autrement dienstleistungen dienstleistung
    herstellung handel sonstige sonstiger sonstigen anderweitig genannt genannte tatigkeit tatigkeiten ag other activities
    manufacture manufacturing wholesale retail services trade elsewhere classified products gros detail kompte dritter
    """.split()  # noqa: SIM905 - a list of words
)
_PLACE_WORDS = frozenset(
    [
        "saint",
        "st",
        "sankt",
        "la",
        "le",
        "les",
        "bei",
        "am",
        "an",
        "der",
        "im",
        "ob",
        "sur",
        "sous",
        "mont",
        "petit",
        "grand",
        "be",
        "ju",
        "so",
        "ne",
        "fr",
        "vd",
    ]
)
TRADES = Path(__file__).parents[1] / "data" / "trades.csv"
MOST_ACTIVITIES = 12  # a word that leads to more activities than that leads to none
_FAMILIES = (
    ("st", "saint", "sankt"),
    ("ste", "sainte"),
    ("cie", "compagnie"),
    ("ets", "etablissements", "etablissement"),
)

_STORE = """
INSERT INTO companies_search_term AS t (lex, written, frequency, stems, entities, is_place)
SELECT lex, written, frequency, companies_stems(lex, written) || own_keys, entities, is_place FROM search_words
{only}
ON CONFLICT (lex) DO UPDATE SET frequency = {frequency}, written = excluded.written, stems = excluded.stems,
    entities = {entities},
    is_place = t.is_place OR excluded.is_place
WHERE (t.frequency, t.written, t.stems, t.entities) IS DISTINCT FROM
    ({frequency}, excluded.written, excluded.stems, {entities})
"""


@dataclass
class Word:
    """What is known of a word of labels."""

    written: str = ""
    entities: set[str] = field(default_factory=set)
    is_place: bool = False


Words = dict[str, Word]


def rebuild_terms(cursor: Any, frequencies: Counter[str], written: dict[str, str]) -> None:
    """Make all rows anew from the documents' words and all labels."""
    words = label_words()
    _stage(cursor, words, frequencies, written)
    cursor.execute(
        "DELETE FROM companies_search_term t WHERE NOT EXISTS (SELECT 1 FROM search_words w WHERE w.lex = t.lex)"
    )
    cursor.execute(_STORE.format(frequency="excluded.frequency", entities="excluded.entities", only=""))
    cursor.execute(
        "INSERT INTO companies_search_synonym (lex, other) SELECT * FROM unnest(%s::text[], %s::text[])"
        " ON CONFLICT DO NOTHING",
        [list(column) for column in zip(*_family_pairs(), strict=True)],
    )


# A word that is known as often and as it is written here stays as it is; to make its stems costs more than to look.
_ONLY_NEW = """
WHERE NOT EXISTS (SELECT 1 FROM companies_search_term k
                   WHERE k.lex = search_words.lex AND k.written = search_words.written
                     AND k.frequency >= search_words.frequency)
"""


def add_words(cursor: Any, frequencies: Counter[str], written: dict[str, str]) -> None:
    """Add the words of changed documents; their frequencies are counted anew by night."""
    _stage(cursor, {}, frequencies, written)
    greatest = "greatest(t.frequency, excluded.frequency)"
    cursor.execute(_STORE.format(frequency=greatest, entities="t.entities", only=_ONLY_NEW))


@transaction.atomic
def capability_changed(pk: int) -> None:
    """Let the words of a capability lead to it, and no other words: after a new synonym, a new label, the end of one."""
    words: Words = defaultdict(Word)
    capability = Capability.objects.prefetch_related("synonyms").filter(pk=pk, is_active=True).first()
    if capability:
        _add_capability(words, capability, [synonym.text for synonym in capability.synonyms.all()])
    token = f"c:{pk}"
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE companies_search_term SET entities = array_remove(entities, %s)"
            " WHERE entities @> ARRAY[%s] AND NOT lex = ANY(%s)",
            [token, token, list(words)],
        )
        for lex, word in words.items():
            cursor.execute(
                "INSERT INTO companies_search_term AS t (lex, written, frequency, stems, entities, is_place)"
                " VALUES (%s, %s, 0, companies_stems(%s, %s) || %s::text[], ARRAY[%s], false)"
                " ON CONFLICT (lex) DO UPDATE SET entities = t.entities || excluded.entities"
                " WHERE NOT t.entities @> excluded.entities",
                [lex, word.written or lex, lex, word.written or lex, keys(lex), token],
            )


def label_words() -> Words:
    """The words of all labels, each with what it leads to."""
    words: Words = defaultdict(Word)
    synonyms: dict[int, list[str]] = defaultdict(list)
    for pk, text in CapabilitySynonym.objects.values_list("capability_id", "text"):
        synonyms[pk].append(text)
    for capability in Capability.objects.filter(is_active=True):
        _add_capability(words, capability, synonyms[capability.pk])
    _add_activities(words)
    _add_municipalities(words)
    return words


def _add_capability(words: Words, capability: Capability, synonyms: Iterable[str]) -> None:
    token = f"c:{capability.pk}"
    for label in (capability.label_fr, capability.label_de, capability.label_en, *synonyms):
        telling = telling_words(label)
        for word, written in accented_words(label):
            if word in telling and word not in _EMPTY_WORDS:
                _add(words, word, token, written)
        if len(telling) > 1:
            _add(words, " ".join(words_of(label)), token)
            _add(words, " ".join(telling), token)


@cache
def trades() -> dict[str, tuple[str, ...]]:
    """What people call a trade, by the code of its activity: nobody types an official label."""
    with TRADES.open(encoding="utf-8") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter=";")
        return {
            row["code"]: tuple(text for language in ("fr", "de", "en") for text in row[language].split("|"))
            for row in rows
        }


def _add_activities(words: Words) -> None:
    found: Words = defaultdict(Word)
    for activity in ActivityCode.objects.all():
        token = f"n:{activity.code}"
        _add(found, activity.code.lower(), token)
        _add(found, " ".join(words_of(activity.display_code)), token)
        for label in (activity.label_fr, activity.label_de, activity.label_en):
            telling = telling_words(label)
            for word, written in accented_words(label):
                if word in telling and word not in _EMPTY_WORDS:
                    _add(found, word, token, written)
            if len(telling) > 1:
                _add(found, " ".join(words_of(label)), token)
        for text in trades().get(activity.code, ()):
            parts = words_of(text)
            _add(found, " ".join(parts), token, text.lower() if len(parts) == 1 else "")
            if len(telling := telling_words(text)) > 1:
                _add(found, " ".join(telling), token)
    for lex, found_word in found.items():
        entities = without_descendants(found_word.entities)
        if len(entities) <= MOST_ACTIVITIES:
            for token in entities:
                _add(words, lex, token, found_word.written)


def without_descendants(tokens: Iterable[str]) -> set[str]:
    """Activities without those whose division or group is there too."""
    tokens = set(tokens)
    return {token for token in tokens if not any(token[:end] in tokens for end in range(4, len(token)))}


def _add_municipalities(words: Words) -> None:
    today = clock.today()
    for place in Municipality.objects.select_related("successor"):
        standing = place.standing(today)
        if standing is None:
            continue
        token = f"m:{standing.bfs}"
        names = [name for name in place.search_name.strip("|").split("|") if name and not name.startswith("#")]
        for name in dict.fromkeys(spelling for one in names for spelling in spellings(one)):
            parts = name.split()
            telling = [part for part in parts if part not in _PLACE_WORDS and part not in STOP_WORDS]
            for lex in {name, *(telling if len(telling) == 1 else [])}:
                _add(words, lex, token, is_place=True)
            if len(parts) > 1 and len(parts[-1]) == 2:  # noqa: PLR2004 - "Renan (BE)": the canton is seldom typed
                _add(words, " ".join(parts[:-1]), token, is_place=True)


def _add(words: Words, lex: str, token: str, written: str = "", *, is_place: bool = False) -> None:
    if not lex or len(lex) > LONGEST_LEX or lex in STOP_WORDS:
        return
    word = words[lex]
    word.entities.add(token)
    word.is_place = word.is_place or is_place
    if written and (not word.written or not written.isascii()):
        word.written = written


def _family_pairs() -> list[tuple[str, str]]:
    return [(one, other) for family in _FAMILIES for one in family for other in family if one != other]


def _stage(cursor: Any, words: Words, frequencies: Counter[str], written: dict[str, str]) -> None:
    cursor.execute(
        'CREATE TEMPORARY TABLE IF NOT EXISTS search_words (lex text COLLATE "C", frequency int, written text,'
        " own_keys text[], entities text[], is_place boolean) ON COMMIT DROP"
    )
    cursor.execute("TRUNCATE search_words")
    buffer = io.StringIO()
    for lex in frequencies.keys() | words.keys():
        word = words.get(lex)
        spelling = written.get(lex) or (word.written if word else "") or lex
        entities = ",".join(f'"{token}"' for token in sorted(word.entities)) if word else ""
        place = "t" if word and word.is_place else "f"
        buffer.write(
            f"{lex}\t{frequencies.get(lex, 0)}\t{spelling}\t{{{','.join(keys(lex))}}}\t{{{entities}}}\t{place}\n"
        )
    buffer.seek(0)
    cursor.copy_expert("COPY search_words FROM STDIN", buffer)
