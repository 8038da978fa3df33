"""What is new in a search since a moment: entries that fit it now and did not before, found by the same words and tokens.

Every change of an entry's words leaves a line with the words it had (``SearchNews``), so that nothing need be remembered
of what each search had found: a new phone number is no news, a new capability is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from companies.search.conditions import Tiers, all_of
from companies.search.expansion import PLANS, expand
from companies.search.finding import Criteria
from companies.search.text import query_words, uid_in

_NOTE = """
INSERT INTO companies_search_news (organisation_id, at, before)
SELECT s.organisation_id, %(at)s, d.tokens
  FROM search_stage s LEFT JOIN companies_search_document d ON d.organisation_id = s.organisation_id
 WHERE (d.organisation_id IS NULL OR d.tokens <> array_to_tsvector(s.tokens))
   AND EXISTS (SELECT FROM companies_savedsearch WHERE state = 'active')
   AND EXISTS (SELECT FROM companies_search_document)
"""
_NOTE_NEWCOMERS = """
INSERT INTO companies_search_news (organisation_id, at)
SELECT number, %(at)s FROM unnest(%(numbers)s::bigint[]) AS number
 WHERE EXISTS (SELECT FROM companies_savedsearch WHERE state = 'active')
"""
# The words of before are those of the first change in the time: what came and went within it is judged as a whole.
_FIRST = """
(SELECT {what} FROM companies_search_news f
  WHERE f.organisation_id = d.organisation_id AND f.at > %(since)s AND f.at <= %(until)s ORDER BY f.at, f.id LIMIT 1)
"""
_NEW = f"""
SELECT d.organisation_id FROM companies_search_document d
 WHERE d.organisation_id IN (SELECT organisation_id FROM companies_search_news WHERE at > %(since)s AND at <= %(until)s)
   AND {{fits}} AND NOT coalesce({_FIRST}, false) AND NOT d.organisation_id = ANY(%(told)s)
 LIMIT %(limit)s
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True)
class Watched:
    """A search as documents are asked for it: a UID, a query of tokens, both, or nothing at all (every entry fits)."""

    uid: str = ""
    tokens: str = ""
    is_empty: bool = False  # words were typed, but none that says anything: nothing fits

    @classmethod
    def of(cls, criteria: Criteria) -> "Watched":
        """Ask the vocabulary once for all that the words may mean."""
        filters = criteria.filters.query()
        if uid := uid_in(criteria.text):
            return cls(uid, filters)
        if criteria.text and not query_words(criteria.text):
            return cls(is_empty=True)
        return cls(tokens=all_of([Tiers.of(expand(criteria.text)).anywhere if criteria.text else "", filters]))


def note_newcomers(cursor: Any, at: datetime, numbers: Sequence[int]) -> None:
    """Write down entries that were stored past the stage because nobody knew them before, as large imports do."""
    cursor.execute(_NOTE_NEWCOMERS, {"at": at, "numbers": list(numbers)})


def note_news(cursor: Any, at: datetime) -> None:
    """Write down whose words are about to change, where anybody follows a search; called before documents are stored."""
    cursor.execute(_NOTE, {"at": at})


def news_since(cursor: Any, since: datetime) -> bool:
    """Whether anything at all has changed after a moment."""
    cursor.execute("SELECT EXISTS (SELECT FROM companies_search_news WHERE at > %s)", [since])
    return bool(cursor.fetchone()[0])


def new_matches(
    cursor: Any, watched: Watched, *, since: datetime, until: datetime, told: list[int], limit: int
) -> list[int]:
    """Numbers of the entries that fit now and did not at ``since``, at most ``limit``, without those of ``told``."""
    if watched.is_empty:
        return []
    conditions, before = ["true"], "f.before IS NOT NULL"
    if watched.tokens:
        conditions.append("d.tokens @@ %(tokens)s::tsquery")
        before = "f.before @@ %(tokens)s::tsquery"
    if watched.uid:
        conditions.append("d.uid = %(uid)s")
    cursor.execute(
        f"{PLANS} {_NEW.format(fits=' AND '.join(conditions), what=before)}",
        {
            "since": since,
            "until": until,
            "tokens": watched.tokens,
            "uid": watched.uid,
            "told": told,
            "limit": limit,
        },
    )
    return [row[0] for row in cursor.fetchall()]


def forget_news(cursor: Any, before: datetime | None) -> int:
    """Drop what no search needs any more (all of it where nobody follows one); returns how many lines."""
    if before is None:
        cursor.execute("DELETE FROM companies_search_news")
    else:
        cursor.execute("DELETE FROM companies_search_news WHERE at <= %s", [before])
    return int(cursor.rowcount)
