"""The entries that the rows of a batch may be about, read together: the same few statements whatever the batch holds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from companies import entry
from companies.enums import OrganisationState, Undoing, Verdict
from companies.imports.further import More
from companies.imports.links import Links
from companies.imports.values import RowValues
from companies.workflow.proposals import ASKED_BEFORE

NUMBERS = ("uid", "register_number")
LINKED = {"municipality": "municipality_id", "legal_form": "legal_form_id"}
# What a file may say of an entry; municipality and legal form by their numbers.
SAID = (
    "name", "uid", "register_number", "legal_form", "street", "address_extra", "postcode", "locality", "municipality",
    "phone", "email", "website", "purpose_fr", "purpose_de", "purpose_en",
)  # fmt: skip
# What only a file with further columns says; asked only for such a file.
SAID_FURTHER = ("kind", "size_class", "founded_year", "language", "languages", "lon", "lat")
_FIRST = ("o.id", "o.state", "o.association_id", "o.parent_link", "o.name_key", "o.name_core", "o.changed_at")


def _columns(*names: str) -> str:
    return ", ".join([*_FIRST, *(f"o.{LINKED.get(name, name)}" for name in names)])


_COLUMNS = {False: _columns(*SAID), True: _columns(*SAID, *SAID_FURTHER)}
_BY_NUMBER = """
SELECT {columns} FROM companies_organisation o WHERE o.uid = ANY(%s) AND o.uid <> ''
UNION
SELECT {columns} FROM companies_organisation o WHERE o.register_number = ANY(%s) AND o.register_number <> ''
"""
_BY_NAME = """
SELECT {columns} FROM companies_organisation o
 WHERE (o.municipality_id, o.name_core) IN (SELECT * FROM unnest(%s::bigint[], %s::text[])) AND o.state <> 'merged'
"""
_ACTIVITIES = """
SELECT l.organisation_id, string_agg(a.code, ' ' ORDER BY l.is_main DESC, a.code)
  FROM companies_organisationactivity l JOIN regions_activitycode a ON a.id = l.activity_id
 WHERE l.organisation_id = ANY(%s) GROUP BY l.organisation_id
"""
_ASKED = "SELECT organisation_id, field, proposed FROM companies_changeproposal WHERE organisation_id = ANY(%s) AND state = ANY(%s)"
_UNDONE = """
SELECT r.organisation_id, max(i.finished_at) FROM companies_importrow r JOIN companies_importrun i ON i.id = r.run_id
 WHERE r.organisation_id = ANY(%s) AND r.verdict = %s AND r.outcome = %s GROUP BY r.organisation_id
"""


@dataclass(slots=True)
class KnownEntry:
    """An entry as far as a row is compared with it."""

    pk: int
    state: str
    association: int | None
    name_key: str
    said: tuple[Any, ...]  # in the order of SAID and, where they were asked, SAID_FURTHER

    def says(self, name: str) -> Any:
        """Its value in one field."""
        return self.said[_AT[name]]


_AT = {name: position for position, name in enumerate((*SAID, *SAID_FURTHER))}


class Known:
    """Entries by their numbers, and by name in a municipality; what was proposed for them; what an undone import left."""

    def __init__(self, rows: Sequence[RowValues], *, is_further: bool = False) -> None:
        self._asked_columns = _COLUMNS[is_further]
        self._numbered: dict[tuple[str, str], list[KnownEntry]] = defaultdict(list)
        self._named: dict[tuple[int, str], list[KnownEntry]] = defaultdict(list)
        self._codes: dict[int, str] = {}
        self._undone: set[int] = set()
        self.asked: set[tuple[int, str, str]] = set()
        self._links = Links()
        with connection.cursor() as cursor:
            found = self._by_numbers(cursor, rows)
            found += self._by_names(cursor, rows)
            numbers = list({one[0] for one in found})
            if numbers:
                self._read_about(cursor, numbers, found, rows)

    def _by_numbers(self, cursor: CursorWrapper, rows: Iterable[RowValues]) -> list[tuple[Any, ...]]:
        uids = {row.fields["uid"] for row in rows if "uid" in row.fields}
        numbers = {row.fields["register_number"] for row in rows if "register_number" in row.fields}
        if not uids and not numbers:
            return []
        cursor.execute(_BY_NUMBER.format(columns=self._asked_columns), [list(uids), list(numbers)])
        found: list[tuple[Any, ...]] = cursor.fetchall()
        # Entries that stand come before merged ones, heads of a house before its branches.
        for record in sorted(found, key=lambda o: (o[1] == OrganisationState.MERGED, bool(o[3]), o[0])):
            one = _entry(record)
            for name in NUMBERS:
                self._numbered[name, one.says(name)].append(one)
        return found

    def _by_names(self, cursor: CursorWrapper, rows: Iterable[RowValues]) -> list[tuple[Any, ...]]:
        """Rows that a number has found are not looked for by name."""
        wanted = {
            (row.place, row.core)
            for row in rows
            if row.core and row.place and not any(self.numbered(row, name) for name in NUMBERS)
        }
        if not wanted:
            return []
        cursor.execute(
            _BY_NAME.format(columns=self._asked_columns), [list(column) for column in zip(*wanted, strict=True)]
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
        for record in sorted(found, key=lambda o: (bool(o[3]), o[0])):
            one = _entry(record)
            self._named[one.says("municipality"), record[5]].append(one)
        return found

    def _read_about(
        self, cursor: CursorWrapper, numbers: list[int], found: Sequence[tuple[Any, ...]], rows: Sequence[RowValues]
    ) -> None:
        cursor.execute(_ACTIVITIES, [numbers])
        self._codes = dict(cursor.fetchall())
        cursor.execute(_ASKED, [numbers, [str(state) for state in ASKED_BEFORE]])
        self.asked = set(cursor.fetchall())
        self._links.read(cursor, numbers, [row.more for row in rows if row.more])
        hidden = {one[0]: one[6] for one in found if one[1] == OrganisationState.HIDDEN and one[6]}
        if hidden:
            cursor.execute(_UNDONE, [list(hidden), str(Verdict.CREATE), str(Undoing.UNDONE)])
            self._undone = {pk for pk, ended in cursor.fetchall() if ended and hidden[pk] <= ended}

    def was_undone(self, known: KnownEntry) -> bool:
        """Whether an import entered it, was undone, and nobody has touched the entry since."""
        return known.pk in self._undone

    def matches(self, row: RowValues) -> tuple[list[KnownEntry], str]:
        """The entry that a row is about, or why that is for people to say."""
        by_uid, by_number = self.numbered(row, "uid"), self.numbered(row, "register_number")
        found = by_uid or by_number
        if found:
            strange = by_number and by_uid and found[0].pk not in {one.pk for one in by_number}
            strange = strange or (not by_uid and _differs(found[0].says("uid"), row.fields.get("uid", "")))
            if len(found) > 1 and not strange:  # a head and its branches share a number
                found = sorted(found, key=lambda one: (one.name_key, one.says("municipality")) != (row.key, row.place))
            return ([], "two_numbers") if strange else (found, "")
        return self._by_name(row)

    def is_new(self, row: RowValues) -> bool:
        """Whether the row may be about an entry that is not known yet."""
        if row.refusal or any(self.numbered(row, name) for name in NUMBERS):
            return False
        return (row.place, row.core) not in self._named or any(name in row.fields for name in NUMBERS)

    def numbered(self, row: RowValues, name: str) -> list[KnownEntry]:
        """The entries with the row's UID or register number."""
        return self._numbered.get((name, row.fields[name]), []) if name in row.fields else []

    def _by_name(self, row: RowValues) -> tuple[list[KnownEntry], str]:
        if not row.core or row.place is None or (row.place, row.core) not in self._named:
            return [], ""
        found, get = self._named[row.place, row.core], row.fields.get
        others = [one for one in found if any(_differs(one.says(name), get(name, "")) for name in NUMBERS)]
        if any(one.name_key == row.key for one in others):
            return [], "other_number"
        strange = {one.pk for one in others}
        found = [one for one in found if one.pk not in strange]
        return ([], "several_known") if len(found) > 1 else (found, "")

    def changes(self, known: KnownEntry, row: RowValues) -> dict[str, tuple[str, str]]:
        """What the row says otherwise, as texts: current, proposed. Empty cells say nothing."""
        changes = {}
        for name, value in row.fields.items():
            current = known.said[_AT[name]]
            if current == value:
                continue
            before, after = entry.as_text(current), entry.as_text(value)
            if not _is_same(name, before, after):
                changes[name] = before, after
        if row.activity:
            codes = self._codes.get(known.pk, "")
            missing = _missing(row, codes.split())
            if missing:
                changes["activities"] = codes, " ".join([*codes.split(), *missing])
        if row.more:
            changes |= self._links.changes(known.pk, row.more)
        return changes

    def remark(self, known: KnownEntry, row: RowValues) -> list[Any] | None:
        """What the row says of a person and nobody is asked about, since the entry knows better or it is too little."""
        return self._links.remark(known.pk, row.more.person) if row.more and row.more.person else None

    def gains(self, known: KnownEntry, row: RowValues) -> tuple[list[str], bool, More]:
        """Of an entry that comes back: activities it lacks and whether the first is its main one; what else it lacks."""
        codes = self._codes.get(known.pk, "").split()
        missing = _missing(row, codes) if row.activity else []
        return missing, not codes, self._links.lacking(known.pk, row.more or More())


def _missing(row: RowValues, codes: Sequence[str]) -> list[str]:
    wanted = (row.activity, *row.more.activities) if row.more else (row.activity,)
    return [code for code in wanted if code not in codes]


def _is_same(name: str, before: str, after: str) -> bool:
    """Whether two texts say the same: a number's other spelling, languages in another order, other ends of lines."""
    if name == "phone":
        return entry.shown(name, before) == entry.shown(name, after)
    if name == "languages":
        return set(before.split()) == set(after.split())
    return name.startswith("purpose_") and before.split() == after.split()


def _entry(record: tuple[Any, ...]) -> KnownEntry:
    return KnownEntry(record[0], record[1], record[2], record[4], record[len(_FIRST) :])


def _differs(known: str, given: str) -> bool:
    return bool(known and given and known != given)
