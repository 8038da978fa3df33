"""Suggestions while typing: names that begin so, capabilities, places, words of the vocabulary; slips corrected."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from companies.names import key_of
from companies.search.expansion import PLANS
from companies.search.text import uid_in, words_of

NAMES, TERMS = 5, 40
ENOUGH = 8

_SUGGEST = """
(SELECT 'name' AS kind, o.name AS text, o.id::text AS leads_to, 0 AS frequency FROM (
    SELECT organisation_id, name_key FROM companies_search_document
     WHERE name_key >= %(key)s AND name_key < %(key)s || '~' ORDER BY name_key, organisation_id LIMIT 5
 ) AS d JOIN companies_organisation o ON o.id = d.organisation_id ORDER BY d.name_key)
UNION ALL
(SELECT CASE WHEN is_place THEN 'place' ELSE 'word' END, coalesce(nullif(written, ''), lex),
        array_to_string(entities, ' '), frequency FROM (
    SELECT * FROM companies_search_term WHERE lex >= %(last)s AND lex < %(last)s || '~'
     ORDER BY (entities <> '{}') DESC, frequency DESC LIMIT 40) AS t)
UNION ALL
(SELECT 'uid', o.name, o.id::text, 0 FROM companies_search_document d JOIN companies_organisation o
     ON o.id = d.organisation_id WHERE o.uid = %(uid)s AND o.uid <> '')
"""
_SLIPS = """
SELECT 'word', coalesce(nullif(written, ''), lex), array_to_string(entities, ' '), frequency FROM companies_search_term
 WHERE lex %% %(last)s AND position(' ' in lex) = 0 AND levenshtein_less_equal(lex, %(last)s, 2) <= 2
 ORDER BY levenshtein_less_equal(lex, %(last)s, 2), frequency DESC LIMIT 5
"""


@dataclass(frozen=True)
class Suggestion:
    """A line under the search field: an entry (its number), a token to filter by, or a word to look for."""

    kind: str  # "name", "place", "capability", "word"
    text: str
    value: str


def suggest(text: str) -> list[Suggestion]:
    """The best continuations of what is being typed; labels of tokens are filled in by the caller."""
    words = words_of(text)
    if not words:
        return []
    values = {"key": key_of(text), "last": words[-1], "uid": uid_in(text)}
    with connection.cursor() as cursor:
        cursor.execute(f"{PLANS} {_SUGGEST}", values)
        rows = cursor.fetchall()
        if not rows and len(words[-1]) > 3:  # noqa: PLR2004 - shorter words are no slips
            cursor.execute(_SLIPS, values)
            rows = cursor.fetchall()
    return _choose(rows, " ".join(words[:-1]))


def _choose(rows: Iterable[tuple[str, str, str, int]], before: str) -> list[Suggestion]:
    """Names, then places and capabilities, then words, each once."""
    rows = list(rows)
    names = [Suggestion("name", text, pk) for kind, text, pk, _frequency in rows if kind in {"name", "uid"}][:NAMES]
    tokens: dict[str, Suggestion] = {}
    words: list[Suggestion] = []
    for kind, lex, leads_to, frequency in rows:
        if kind in {"name", "uid"}:
            continue
        for token in leads_to.split():
            if token.startswith("m:") and kind == "place":
                tokens.setdefault(token, Suggestion("place", lex, token))
            elif token.startswith("c:"):
                tokens.setdefault(token, Suggestion("capability", lex, token))
        if frequency and " " not in lex and not lex.isdigit():
            words.append(Suggestion("word", f"{before} {lex}".strip(), f"{before} {lex}".strip()))
    words.sort(key=lambda one: len(one.text))
    chosen = [*names, *list(tokens.values())[:4]]
    return [*chosen, *words[: max(0, ENOUGH - len(chosen))]]
