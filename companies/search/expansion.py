"""From typed words to everything they may mean: spellings, word forms, synonyms, parts of compounds, slips of the pen.

One statement asks the vocabulary; a second one only where a word is unknown. The documents hold plain words and tokens,
so whatever language does to words happens here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from companies.search.text import accented_words, keys, query_words, words_of
from companies.search.vocabulary import MOST_ACTIVITIES, without_descendants

EXACT, SYNONYM, STEM, PREFIX, PART, SLIP = range(6)
MOST_STRONG, MOST_WEAK = 30, 15
LONGEST_PHRASE = 4
FEW = 3  # documents below which a word is taken for a slip
SHORTEST_COMPOUND, SHORTEST_PART = 9, 4
LINKS = ("", "s", "n", "en", "es", "er")  # what German puts between the parts of a compound

# Read along with a statement, in the same round trip: these queries live by their indexes, whatever the planner guesses.
PLANS = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off; SET LOCAL random_page_cost = 1.1;"

_WORDS = """
SELECT w.number, x.how, x.lex, x.frequency, x.entities, x.is_place
  FROM unnest(%(lexes)s::text[], %(written)s::text[], %(keys)s::text[]) WITH ORDINALITY
       AS w (lex, written, own_keys, number),
  LATERAL (
    SELECT 0 AS how, t.lex, t.frequency, t.entities, t.is_place FROM companies_search_term t WHERE t.lex = w.lex
    UNION ALL
    SELECT 1, t.lex, t.frequency, t.entities, t.is_place
      FROM companies_search_synonym s JOIN companies_search_term t ON t.lex = s.other WHERE s.lex = w.lex
    UNION ALL
    (SELECT 2, t.lex, t.frequency, t.entities, t.is_place FROM companies_search_term t
      WHERE w.number <= %(words)s AND length(w.lex) >= 4
        AND t.stems && (companies_stems(w.lex, w.written) || string_to_array(w.own_keys, ' '))
        AND NOT EXISTS (SELECT 1 FROM companies_search_term p WHERE p.lex = w.lex AND p.is_place)
      ORDER BY t.frequency DESC LIMIT 40)
    UNION ALL
    (SELECT 3, t.lex, t.frequency, t.entities, t.is_place FROM companies_search_term t
      WHERE w.number = %(words)s AND length(w.lex) >= 3 AND t.lex >= w.lex AND t.lex < w.lex || '~'
        AND position(' ' in t.lex) = 0
      ORDER BY t.frequency DESC LIMIT 15)
    UNION ALL
    (SELECT 4, t.lex, t.frequency, t.entities, t.is_place FROM companies_search_term t
      WHERE w.number <= %(words)s AND length(w.lex) >= 5 AND t.lex LIKE '%%' || w.lex || '%%'
        AND position(' ' in t.lex) = 0
      ORDER BY t.frequency DESC LIMIT 15)
  ) AS x
"""
_SLIPS = """
WITH close AS (
    SELECT w.number, t.*, levenshtein_less_equal(w.lex, t.lex, 2) AS distance, similarity(w.lex, t.lex) AS likeness
      FROM unnest(%(lexes)s::text[], %(numbers)s::int[]) AS w (lex, number)
      JOIN companies_search_term t ON t.lex %% w.lex
     WHERE length(w.lex) >= 4 AND position(' ' in t.lex) = 0
       AND levenshtein_less_equal(w.lex, t.lex, 2) <= CASE WHEN length(w.lex) <= 4 THEN 1 ELSE 2 END
), best AS (
    SELECT *, row_number() OVER (PARTITION BY number ORDER BY distance, likeness DESC, frequency DESC) AS place FROM close
)
SELECT number, lex, frequency, entities, is_place FROM best WHERE place <= 8
UNION
SELECT w.number, t.lex, t.frequency, t.entities, t.is_place
  FROM unnest(%(lexes)s::text[], %(numbers)s::int[]) AS w (lex, number), generate_series(1, 4) AS shorter,
       companies_search_term t
 WHERE t.lex = left(w.lex, -shorter) AND length(w.lex) - shorter >= 5
UNION
SELECT b.number, t.lex, t.frequency, t.entities, t.is_place FROM best b
  JOIN companies_search_term t ON t.stems && b.stems AND NOT b.is_place
 WHERE b.place <= 3 AND position(' ' in t.lex) = 0
"""


@dataclass
class Meaning:
    """What one typed word (or the phrase it begins) may stand for."""

    typed: str
    strong: dict[str, int] = field(default_factory=dict)  # the word, its forms and synonyms, with their frequency
    weak: dict[str, int] = field(default_factory=dict)  # words that begin with it, hold it, or look like it
    entities: set[str] = field(default_factory=set)
    is_corrected: bool = False

    @property
    def words(self) -> dict[str, int]:
        """All words, strong ones first."""
        return {**self.strong, **{lex: count for lex, count in self.weak.items() if lex not in self.strong}}

    @property
    def frequency(self) -> int:
        """An upper bound of the documents that hold one of them."""
        return sum(self.words.values())


@dataclass
class Expansion:
    """The meanings of a search: all must be met. A phrase of the labels stands for the words it covers."""

    text: str = ""
    words: list[Meaning] = field(default_factory=list)
    phrases: list[tuple[int, int, set[str]]] = field(default_factory=list)  # first word, last word, what it leads to

    @property
    def lexes(self) -> set[str]:
        """Every word that counts as a hit: to be shown in bold."""
        return {lex for word in self.words for lex in word.words}

    @property
    def entities(self) -> set[str]:
        """Every token that counts as a hit."""
        return {token for word in self.words for token in word.entities} | {
            token for *_span, tokens in self.phrases for token in tokens
        }


_PARTS = """
SELECT lex, frequency FROM companies_search_term
 WHERE lex = ANY(%(lexes)s) AND NOT is_place AND (frequency > 0 OR entities <> '{}')
"""
# Parts that stand in other compounds only: "präzision" of "Präzisionsdrehteile".
_PARTS_OF_OTHERS = """
SELECT w.lex, max(t.frequency) FROM unnest(%(lexes)s::text[]) AS w (lex)
  JOIN companies_search_term t ON t.lex LIKE '%%' || w.lex || '%%'
 WHERE length(w.lex) >= 5 AND t.frequency > 0 AND NOT t.is_place GROUP BY w.lex
"""


def expand(text: str) -> Expansion:
    """Ask the vocabulary what the words of a search may mean; a German compound that nobody writes means its parts."""
    expansion = _expand(text)
    unknown = [word.typed for word in expansion.words if _is_unknown(word) and len(word.typed) >= SHORTEST_COMPOUND]
    parts = _parts(unknown) if unknown and not expansion.phrases else {}
    if not parts:
        return expansion
    divided = _expand(" ".join(parts.get(word, word) for word in words_of(text)))
    divided.text = text
    return divided


def _is_unknown(word: Meaning) -> bool:
    return not word.entities and not any(word.words.values()) and word.typed.isalpha()


def _parts(words: Iterable[str]) -> dict[str, str]:
    """Compounds in two known parts, the most usual ones: "präzisionsteile" as "präzision teile"."""
    ways: dict[str, list[tuple[str, str]]] = {}
    for word in words:
        cuts = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
        ways[word] = [
            (word[: at - len(link)], word[at:])
            for at in cuts
            for link in LINKS
            if word[:at].endswith(link) and at - len(link) >= SHORTEST_PART
        ]
    chosen: dict[str, str] = {}
    with connection.cursor() as cursor:
        for statement in (_PARTS, _PARTS_OF_OTHERS):
            open_ways = {word: pairs for word, pairs in ways.items() if word not in chosen and pairs}
            if not open_ways:
                break
            parts = {part for pairs in open_ways.values() for pair in pairs for part in pair}
            cursor.execute(f"{PLANS} {statement}", {"lexes": list(parts)})
            chosen.update(_most_usual(open_ways, dict(cursor.fetchall())))
    return chosen


def _most_usual(ways: dict[str, list[tuple[str, str]]], known: dict[str, int]) -> dict[str, str]:
    """Of each word the pair whose rarer part is the most frequent."""
    chosen = {}
    for word, pairs in ways.items():
        whole = [
            (min(known[left], known[right]), left, right) for left, right in pairs if {left, right} <= known.keys()
        ]
        if whole:
            _frequency, left, right = max(whole)
            chosen[word] = f"{left} {right}"
    return chosen


def _expand(text: str) -> Expansion:
    words = query_words(text)
    if not words:
        return Expansion(text)
    written = dict(accented_words(text))
    expansion = Expansion(text, [Meaning(word) for word in words])
    phrases = _phrases(text, words)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{PLANS} {_WORDS}",
            {
                "lexes": [*words, *phrases],
                "written": [*(written.get(word, word) for word in words), *phrases],
                "keys": [*(" ".join(keys(word)) for word in words), *("" for _ in phrases)],
                "words": len(words),
            },
        )
        for number, how, lex, frequency, entities, is_place in cursor.fetchall():
            if number > len(words):
                if how == EXACT and entities:
                    first, last = list(phrases.values())[number - len(words) - 1]
                    expansion.phrases.append((first, last, set(entities)))
                continue
            _take(expansion.words[number - 1], how, lex, frequency, entities, is_place=is_place)
        _correct(cursor, expansion)
    for word in expansion.words:
        _cut(word)
    return expansion


def _phrases(text: str, words: list[str]) -> dict[str, tuple[int, int]]:
    """Neighbouring words that may be a label of their own ("contrôle optique", "la neuveville"): first and last word."""
    everything = words_of(text)
    found: dict[str, tuple[int, int]] = {}
    for start in range(len(everything)):
        for end in range(start + 2, min(start + LONGEST_PHRASE, len(everything)) + 1):
            part = everything[start:end]
            covered = [words.index(word) for word in part if word in words]
            if covered:
                found[" ".join(part)] = (min(covered), max(covered))
    for start in range(len(words) - 1):
        found.setdefault(" ".join(words[start : start + 2]), (start, start + 1))
    return found


def _take(word: Meaning, how: int, lex: str, frequency: int, entities: Iterable[str], *, is_place: bool) -> None:
    if how <= STEM:
        word.strong[lex] = frequency
    elif lex not in word.strong:
        word.weak[lex] = frequency
    if how == STEM and is_place:  # a place has no word forms: "Präzision" is not Praz
        word.entities.update(token for token in entities if not token.startswith("m:"))
    elif how in {EXACT, SYNONYM, STEM} or (how in {PREFIX, PART} and not is_place) or how == SLIP:
        word.entities.update(entities)


def _correct(cursor: Any, expansion: Expansion) -> None:
    """Offer neighbours of the words that hardly occur."""
    in_phrase = {index for first, last, _tokens in expansion.phrases for index in range(first, last + 1)}
    unknown = {
        number: word
        for number, word in enumerate(expansion.words)
        if sum(word.strong.values()) < FEW
        and not word.entities
        and number not in in_phrase
        and not word.typed.isdigit()
    }
    if not unknown:
        return
    cursor.execute(_SLIPS, {"lexes": [word.typed for word in unknown.values()], "numbers": list(unknown)})
    for number, lex, frequency, entities, is_place in cursor.fetchall():
        unknown[number].is_corrected = True
        _take(unknown[number], SLIP, lex, frequency, entities, is_place=is_place)


def _cut(word: Meaning) -> None:
    """Keep a word's meanings to those that say something."""
    word.strong = dict(sorted(word.strong.items(), key=lambda item: (item[0] != word.typed, -item[1]))[:MOST_STRONG])
    word.weak = dict(sorted(word.weak.items(), key=lambda item: -item[1])[:MOST_WEAK])
    activities = without_descendants(token for token in word.entities if token.startswith("n:"))
    others = {token for token in word.entities if not token.startswith("n:")}
    word.entities = others | (activities if len(activities) <= MOST_ACTIVITIES else set())
    word.strong.setdefault(word.typed, 0)
