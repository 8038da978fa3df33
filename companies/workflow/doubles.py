"""The whole directory is searched for doubles: every entry against every other that shares something with it.

Comparing all with all would be 5,000 million pairs at a hundred thousand entries. So entries meet only in groups that share
a number (UID), a phone, an e-mail address, a website, or a part of the name within one municipality; a group that is too
large says nothing (a fiduciary's phone, a frequent word). Only within the groups names are compared, by ``pg_trgm``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from companies.enums import DuplicateState, OrganisationState
from companies.imports.likeness import ALIKE_FROM
from promo_portal.jobs.progress import Progress

LISTED = [str(OrganisationState.PUBLISHED), str(OrganisationState.HIDDEN)]
ALIKE_PERCENT = round(100 * ALIKE_FROM)  # of one municipality; an import asks from the same likeness on
REACHED_PERCENT = 40  # with the same phone, e-mail or website, wherever they are
LARGEST = 40  # entries that share a part of a name in a municipality
LARGEST_REACHED = 8  # entries that share a phone, an e-mail or a website
MOST = 5_000  # questions that wait at a time; the likeliest first, the others when these are answered
AT_ONCE = 10_000  # entries between two looks at the wish to stop
GROUPING = gettext_noop("Entries that share something are being grouped.")
COMPARING = gettext_noop("Names are being compared.")

_CLEARED = "DROP TABLE IF EXISTS pg_temp.twin_entry, pg_temp.twin_group, pg_temp.twin_found"
_ENTRIES = """
CREATE TEMP TABLE twin_entry ON COMMIT DROP AS
SELECT id, municipality_id AS place, name_core AS core, uid, parent_id AS parent, phone, lower(email) AS email,
       lower(substring(website FROM '^[a-zA-Z]+://(?:www[.])?([^/:?#]+)')) AS host
  FROM companies_organisation
 WHERE state = ANY(%(listed)s) AND (%(association)s::bigint IS NULL OR association_id = %(association)s)
"""
# Kinds of groups: u the same UID, r the same way to reach them, n a part of the name in one municipality.
_GROUPS = """
CREATE TEMP TABLE twin_group ON COMMIT DROP AS
WITH shared AS (
    SELECT 'u' AS kind, hashtextextended(uid, 1) AS key, id FROM twin_entry WHERE uid <> ''
    UNION ALL SELECT 'r', hashtextextended(phone, 2), id FROM twin_entry WHERE phone <> ''
    UNION ALL SELECT 'r', hashtextextended(email, 3), id FROM twin_entry WHERE email <> ''
    UNION ALL SELECT 'r', hashtextextended(host, 4), id FROM twin_entry WHERE host <> ''
    UNION ALL SELECT 'n', hashtextextended(core, place), id FROM twin_entry
    UNION ALL SELECT 'n', hashtextextended(left(replace(core, ' ', ''), 5) || '*', place), id FROM twin_entry
    UNION SELECT 'n', hashtextextended(word, place), id
      FROM twin_entry, unnest(string_to_array(core, ' ')) AS word WHERE length(word) >= 4
), counted AS (
    SELECT kind, key, id, count(*) OVER (PARTITION BY kind, key) AS size FROM shared
)
SELECT kind, key, id FROM counted
 WHERE size BETWEEN 2 AND CASE kind WHEN 'r' THEN %(reached)s ELSE %(largest)s END
"""
_READY = """
ALTER TABLE twin_entry ADD PRIMARY KEY (id);
CREATE INDEX ON twin_group (id); CREATE INDEX ON twin_group (key, kind, id);
ANALYZE twin_entry; ANALYZE twin_group;
CREATE TEMP TABLE twin_found (one bigint, other bigint, likeness int) ON COMMIT DROP
"""
# Two different UIDs are two legal entities; a branch is no double of what it belongs to, nor of its sisters.
_COMPARE = """
INSERT INTO twin_found
SELECT id, other,
       CASE WHEN same_uid THEN 100 WHEN same_reach THEN (alike + 100) / 2 ELSE alike END
       * CASE WHEN same_place OR same_uid THEN 1 ELSE 0.9 END
  FROM (
    SELECT pair.*, one.place = two.place AS same_place, round(100 * similarity(one.core, two.core))::int AS alike
      FROM (
        SELECT a.id, b.id AS other, bool_or(a.kind = 'u') AS same_uid, bool_or(a.kind = 'r') AS same_reach
          FROM twin_group a JOIN twin_group b ON b.key = a.key AND b.kind = a.kind AND b.id > a.id
         WHERE a.id > %(after)s AND a.id <= %(until)s
         GROUP BY a.id, b.id
      ) pair JOIN twin_entry one ON one.id = pair.id JOIN twin_entry two ON two.id = pair.other
     WHERE (one.uid = '' OR two.uid = '' OR one.uid = two.uid)
       AND one.parent IS DISTINCT FROM two.id AND two.parent IS DISTINCT FROM one.id
       AND (one.parent IS NULL OR two.parent IS NULL OR one.parent <> two.parent)
  ) compared
 WHERE same_uid OR (same_place AND alike >= %(alike)s) OR (same_reach AND alike >= %(reached)s)
"""
# What somebody has answered is not asked again; what waits already counts among the likeliest and stays as it is.
_ASK = """
INSERT INTO companies_duplicatepair (first_id, second_id, likeness, state, found_at, decider_name)
SELECT one, other, likeness, %(open)s, %(now)s, ''
  FROM (
    SELECT found.* FROM twin_found found
      LEFT JOIN companies_duplicatepair known ON known.first_id = found.one AND known.second_id = found.other
     WHERE known.id IS NULL OR known.state = %(open)s
     ORDER BY found.likeness DESC, found.one, found.other LIMIT %(most)s
  ) likeliest
ON CONFLICT (first_id, second_id) DO NOTHING
"""


@dataclass(frozen=True)
class Searched:
    """What a search came to: entries looked at, pairs that are alike, questions that are new."""

    entries: int
    alike: int
    asked: int


@transaction.atomic
def search_doubles(*, association_id: int | None, now: datetime, progress: Progress) -> Searched:
    """Ask about every two entries of an association (of all, where none is named) that may be one.

    May run twice: pairs that were judged never come back, pairs that wait are left alone. Stopped on the way it leaves
    nothing behind.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLEARED)
        cursor.execute(_ENTRIES, {"listed": LISTED, "association": association_id})
        cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM twin_entry")
        entries, _last = cursor.fetchone()
        progress.at(0, entries, GROUPING)
        cursor.execute(_GROUPS, {"reached": LARGEST_REACHED, "largest": LARGEST})
        for statement in _READY.split(";"):
            cursor.execute(statement)
        progress.at(0, entries, COMPARING)
        limits = {"alike": ALIKE_PERCENT, "reached": REACHED_PERCENT}
        after, done = 0, 0
        while part := _next_part(cursor, after):
            until, count = part
            cursor.execute(_COMPARE, {**limits, "after": after, "until": until})
            after, done = until, done + count
            progress.at(done)
        cursor.execute("SELECT count(*) FROM twin_found")
        alike = cursor.fetchone()[0]
        cursor.execute(_ASK, {"open": str(DuplicateState.OPEN), "now": now, "most": MOST})
        return Searched(entries, alike, cursor.rowcount)


def _next_part(cursor: Any, after: int) -> tuple[int, int] | None:
    """The last number of the next entries to compare, and how many they are."""
    cursor.execute(
        "SELECT max(id), count(*) FROM (SELECT id FROM twin_entry WHERE id > %s ORDER BY id LIMIT %s) part",
        [after, AT_ONCE],
    )
    until, count = cursor.fetchone()
    return (until, count) if count else None
