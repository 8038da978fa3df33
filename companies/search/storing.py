"""Keeping the search tables true: single entries at once, everything by night, entries that aged out."""

# ruff: noqa: S608 - statements are put together from constants of this package; values are parameters

import io
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction

from companies.search import totals, vocabulary
from companies.search.alerting import note_newcomers, note_news
from companies.search.documents import Document, Lists, NewEntry, count_words, document_of, gather
from companies.search.text import spellings
from promo_portal.core import clock
from promo_portal.core.db.copy_in import copy_in

_COLUMNS = (
    "organisation_id, name_key, name_core, uid, municipality, division, kind, size_class, map_x, map_y, confirmed_on,"
    " ages_on, marks, tokens"
)
NULL = r"\N"
_STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS search_stage (
    organisation_id bigint, name_key text, name_core text, uid text, municipality int, division text, kind text,
    size_class text, map_x int, map_y int, confirmed_on date, ages_on date, marks text[], tokens text[]
) ON COMMIT DROP
"""
# In the order of a hash: the first ten thousand that a broad search meets are then a fair sample, not the letters A to C.
_STORE = f"""
INSERT INTO companies_search_document AS d ({_COLUMNS})
SELECT {_COLUMNS.replace("tokens", "array_to_tsvector(tokens)")} FROM search_stage ORDER BY hashint8(organisation_id)
ON CONFLICT (organisation_id) DO UPDATE SET
    name_key = excluded.name_key, name_core = excluded.name_core, uid = excluded.uid, division = excluded.division,
    municipality = excluded.municipality, kind = excluded.kind, size_class = excluded.size_class, marks = excluded.marks,
    map_x = excluded.map_x, map_y = excluded.map_y, confirmed_on = excluded.confirmed_on, ages_on = excluded.ages_on,
    tokens = excluded.tokens
WHERE (d.name_key, d.uid, d.tokens, d.map_x, d.map_y, d.confirmed_on, d.ages_on, d.division) IS DISTINCT FROM
    (excluded.name_key, excluded.uid, excluded.tokens, excluded.map_x, excluded.map_y, excluded.confirmed_on,
     excluded.ages_on, excluded.division)
"""


def refresh(ids: Collection[int]) -> int:
    """Make the documents of these entries anew; those no longer public disappear. Returns how many are found now."""
    wanted = {int(pk) for pk in ids}
    if not wanted:
        return 0
    kept: set[int] = set()
    frequencies: Counter[str] = Counter()
    written: set[str] = set()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STAGE)
        cursor.execute("TRUNCATE search_stage")
        for documents in gather(Lists.read(clock.today(), wanted), wanted):
            _copy(cursor, documents)
            count_words(documents, frequencies, written)
            kept.update(document.row[0] for document in documents)
        gone = wanted - kept
        if gone:
            cursor.execute("DELETE FROM companies_search_document WHERE organisation_id = ANY(%s)", [list(gone)])
        note_news(cursor, clock.now())
        cursor.execute(_STORE)
        vocabulary.add_words(cursor, frequencies, spellings(written))
    return len(kept)


class Newcomers:
    """Documents of entries that a long run makes, stored batch by batch in the run's transaction.

    Their words are gathered and added to the vocabulary once, at the end: most batches bring the same ones.
    """

    def __init__(self, today: date) -> None:
        self._lists = Lists.read(today)
        self._frequencies: Counter[str] = Counter()
        self._written: set[str] = set()
        self._numbers: list[int] = []

    def lines(self, entries: Iterable[NewEntry]) -> str:
        """The documents of entries just made, as ``store`` takes them; counts their words."""
        documents = [document_of(entry, self._lists) for entry in entries]
        count_words(documents, self._frequencies, self._written)
        documents.sort(key=_scattered)
        self._numbers += [document.row[0] for document in documents]
        return "".join(_line(document) for document in documents)

    @staticmethod
    def store(cursor: Any, lines: str) -> None:
        """Let them be found. They are new, so nothing is compared."""
        if lines:
            copy_in(cursor, f"COPY companies_search_document ({_COLUMNS}) FROM STDIN", lines)

    def tell(self, cursor: Any) -> None:
        """Add the words of all that was stored to the vocabulary, and let who follows a search hear of it."""
        note_newcomers(cursor, clock.now(), self._numbers)
        if self._frequencies:
            vocabulary.add_words(cursor, self._frequencies, spellings(self._written))


def _scattered(document: Document) -> int:
    """An order by chance, the same for the same number (see ``_STORE``)."""
    return int(document.row[0]) * 2_654_435_761 % 4_294_967_296


def _line(document: Document) -> str:
    """A document in COPY's text form. Tokens hold letters, digits and a few signs, never a quote or backslash."""
    row = document.row if document.row[1].replace(" ", "").isalnum() else [_cell(cell) for cell in document.row]
    cells = "\t".join([NULL if cell is None else str(cell) for cell in row])
    tokens = "' '".join(document.tokens)
    return f"{cells}\t{_array(document.marks)}\t'{tokens}'\n"


@transaction.atomic
def rebuild(today: date | None = None) -> dict[str, int]:
    """Make everything anew: documents, vocabulary, totals, tiles. Rows that stay the same are not written.

    Reads the whole directory: a few minutes at a million entries, moments for a region. Returns row counts.
    """
    day = today or clock.today()
    frequencies: Counter[str] = Counter()
    written: set[str] = set()
    with connection.cursor() as cursor:
        # No limit of a web request holds here; one rebuild at a time, others wait.
        cursor.execute("SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('companies.search.rebuild'))")
        cursor.execute(_STAGE)
        cursor.execute("TRUNCATE search_stage")
        for documents in gather(Lists.read(day)):
            _copy(cursor, documents)
            count_words(documents, frequencies, written)
        cursor.execute("CREATE INDEX ON search_stage (organisation_id)")
        cursor.execute("ANALYZE search_stage")
        note_news(cursor, clock.now())
        cursor.execute(
            "DELETE FROM companies_search_document d WHERE NOT EXISTS"
            " (SELECT 1 FROM search_stage s WHERE s.organisation_id = d.organisation_id)"
        )
        cursor.execute(_STORE)
        vocabulary.rebuild_terms(cursor, frequencies, spellings(written))
        _analyse(cursor, "companies_search_document", "companies_search_term")
        cursor.execute(
            "SELECT (SELECT count(*) FROM companies_search_document), (SELECT count(*) FROM companies_search_term)"
        )
        counts = dict(zip(("documents", "terms"), cursor.fetchone(), strict=True)) | totals.rebuild_totals(cursor)
        _analyse(cursor, "companies_search_total", "companies_search_anchor", "companies_search_tile")
    return counts


def drop_aged(today: date | None = None) -> int:
    """Take out the entries that grew too old today; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM companies_search_document WHERE ages_on <= %s", [today or clock.today()])
        return int(cursor.rowcount)


def _analyse(cursor: Any, *tables: str) -> None:
    """Let the planner know the new sizes where the role may; elsewhere the server's own upkeep does it."""
    for table in tables:
        cursor.execute("SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = %s::regclass", [table])
        if cursor.fetchone()[0]:
            cursor.execute(f"ANALYZE {table}")


def _copy(cursor: Any, documents: Iterable[Document]) -> None:
    buffer = io.StringIO()
    for document in documents:
        cells = [*document.row, _array(document.marks), _array(document.tokens)]
        buffer.write("\t".join(_cell(cell) for cell in cells) + "\n")
    buffer.seek(0)
    cursor.copy_expert(f"COPY search_stage ({_COLUMNS}) FROM STDIN", buffer)


def _cell(value: Any) -> str:
    if value is None:
        return NULL
    text = str(value)
    return text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")


def _array(words: Iterable[str]) -> str:
    """A text[] literal; tokens hold letters, digits and a few signs, never quotes."""
    return "{" + ",".join(f'"{word}"' for word in words if '"' not in word and "\\" not in word) + "}"
