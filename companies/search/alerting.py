"""What is new in a search since a moment: entries that fit it now and did not before, found by the same words and tokens.

Every change of an entry's words leaves a line with the words it had (``SearchNews``), so that nothing need be remembered
of what each search had found: a new phone number is no news, a new capability is.
"""

from collections import defaultdict
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
# Entries that changed in the time, with the words they have now and those they had before the first of their changes: what
# came and went within it is judged as a whole. Few and far between against the directory, so that many searches go through
# an index of these alone.
_CLEARED = "DROP TABLE IF EXISTS pg_temp.alert_changed"
_CHANGED = """
CREATE TEMP TABLE alert_changed ON COMMIT DROP AS
SELECT d.organisation_id, d.tokens, d.uid, n.last_at, n.lines, n.before
  FROM (SELECT organisation_id, max(at) AS last_at, count(*) AS lines, (array_agg(before ORDER BY at, id))[1] AS before
          FROM companies_search_news WHERE at > %(since)s AND at <= %(until)s GROUP BY organisation_id) n
  JOIN companies_search_document d USING (organisation_id)
"""
_READY = "CREATE INDEX ON alert_changed USING gin (tokens); ANALYZE alert_changed"
# Searches of one run begin at different moments: only for an entry with several changes the first one after a search's own
# moment has to be looked up.
_NEW = """
WITH told AS MATERIALIZED (SELECT * FROM unnest(%(told_by)s::int[], %(told)s::bigint[]) AS t (number, organisation_id)),
asked AS MATERIALIZED (
    SELECT number, since, {cast} AS tokens, uid
      FROM unnest(%(numbers)s::int[], %(moments)s::timestamptz[], %(tokens)s::text[], %(uids)s::text[])
           AS a (number, since, tokens, uid)
)
SELECT a.number, found.organisation_id FROM asked a, LATERAL (
    SELECT c.organisation_id FROM alert_changed c
     WHERE {fits} AND c.last_at > a.since AND (a.uid = '' OR c.uid = a.uid)
       AND NOT coalesce(CASE WHEN c.lines = 1 THEN c.before {did_fit} ELSE (
           SELECT f.before {did_fit} FROM companies_search_news f
            WHERE f.organisation_id = c.organisation_id AND f.at > a.since AND f.at <= %(until)s
            ORDER BY f.at, f.id LIMIT 1) END, false)
       AND NOT EXISTS (SELECT FROM told t WHERE t.number = a.number AND t.organisation_id = c.organisation_id)
     LIMIT %(limit)s
) AS found
"""
_BY_TOKENS = _NEW.format(cast="tokens::tsquery", fits="c.tokens @@ a.tokens", did_fit="@@ a.tokens")
_BY_UID_OR_ALL = _NEW.format(cast="tokens", fits="true", did_fit="IS NOT NULL")


@dataclass(frozen=True)
class Watched:
    """A search as documents are asked for it: a UID, a query of tokens, both, or nothing at all (every entry fits)."""

    uid: str = ""
    tokens: str = ""
    is_empty: bool = False  # words were typed, but none that says anything: nothing fits

    @classmethod
    def of(cls, criteria: Criteria, known: dict[str, str]) -> "Watched":
        """Ask the vocabulary once for all that the words may mean; ``known`` remembers what it said of a text."""
        filters = criteria.filters.query()
        if uid := uid_in(criteria.text):
            return cls(uid, filters)
        if criteria.text and not query_words(criteria.text):
            return cls(is_empty=True)
        if criteria.text and criteria.text not in known:
            known[criteria.text] = Tiers.of(expand(criteria.text)).anywhere
        return cls(tokens=all_of([known.get(criteria.text, ""), filters]))


@dataclass(frozen=True)
class Asked:
    """One reader's search: what fits, since when it counts as new, and what they know already."""

    number: int
    watched: Watched
    since: datetime
    told: Sequence[int]


def note_newcomers(cursor: Any, at: datetime, numbers: Sequence[int]) -> None:
    """Write down entries that were stored past the stage because nobody knew them before, as large imports do."""
    cursor.execute(_NOTE_NEWCOMERS, {"at": at, "numbers": list(numbers)})


def note_news(cursor: Any, at: datetime) -> None:
    """Write down whose words are about to change, where anybody follows a search; called before documents are stored."""
    cursor.execute(_NOTE, {"at": at})


def new_matches(cursor: Any, asked: Sequence[Asked], *, until: datetime, limit: int) -> dict[int, list[int]]:
    """Entries that fit now and did not at each search's own moment, at most ``limit``, without those it was told of, by
    the search's number. A handful of statements, however many searches there are.
    """
    asked = [one for one in asked if not one.watched.is_empty]
    if not asked:
        return {}
    cursor.execute(f"{PLANS} {_CLEARED}")
    cursor.execute(_CHANGED, {"since": min(one.since for one in asked), "until": until})
    if not cursor.rowcount:
        return {}
    cursor.execute(_READY)
    found: dict[int, list[int]] = defaultdict(list)
    for statement, some in (
        (_BY_TOKENS, [one for one in asked if one.watched.tokens]),
        (_BY_UID_OR_ALL, [one for one in asked if not one.watched.tokens]),
    ):
        if not some:
            continue
        cursor.execute(
            statement,
            {
                "numbers": [one.number for one in some],
                "moments": [one.since for one in some],
                "tokens": [one.watched.tokens for one in some],
                "uids": [one.watched.uid for one in some],
                "told_by": [one.number for one in some for _known in one.told],
                "told": [known for one in some for known in one.told],
                "until": until,
                "limit": limit,
            },
        )
        for number, organisation_id in cursor.fetchall():
            found[number].append(organisation_id)
    return found


def forget_news(cursor: Any, before: datetime | None) -> int:
    """Drop what no search needs any more (all of it where nobody follows one); returns how many lines."""
    if before is None:
        cursor.execute("DELETE FROM companies_search_news")
    else:
        cursor.execute("DELETE FROM companies_search_news WHERE at <= %s", [before])
    return int(cursor.rowcount)
