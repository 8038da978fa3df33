"""What becomes of each row of a batch, against what is known and what earlier rows said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from companies.entry import CONTACT
from companies.enums import OrganisationState, Verdict
from companies.imports.further import More
from companies.imports.known import NUMBERS, Known, KnownEntry
from companies.imports.likeness import Asked
from companies.imports.people import nameless
from companies.imports.places import Places
from companies.imports.values import RowValues
from companies.names import keys_of_name
from companies.workflow.entering import state_of_new

_TITLE = 60
Key = tuple[str, ...]


@dataclass(slots=True)
class Gains:
    """Links that an entry gets at once, since it is new or comes back: activities, capabilities, a person."""

    activities: list[str]
    has_main: bool  # whether the first of these activities is the main one
    more: More


@dataclass(slots=True)
class Judged:
    """A row with its verdict, the entry it is about, and the texts to propose."""

    row: RowValues
    verdict: Verdict
    organisation: KnownEntry | None = None
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)  # field: current, proposed
    state: str = field(default_factory=state_of_new)
    is_unnamed: bool = False
    gains: Gains | None = None  # links to be written for the entry
    number: int | None = None  # of the entry that the row is about, also of one just made

    def __post_init__(self) -> None:
        if self.organisation is not None:
            self.number = self.organisation.pk


class Judge:
    """Judges the rows of one file in their order; remembers what earlier rows were about."""

    def __init__(
        self, association: int | None, places: Places, *, has_names: bool, alike: Mapping[Asked, str] | None = None
    ) -> None:
        self._association, self._places = association, places
        self._has_names = has_names
        self._alike = alike or {}
        # By the hash of a key: the row, and a hash of what it says. Texts of a hundred thousand rows would fill the memory.
        self._seen: dict[int, tuple[int, int]] = {}
        self._asked: set[int] = set()  # hashes of what this file's earlier rows propose

    def judge(self, rows: Sequence[RowValues], known: Known) -> list[Judged]:
        """Verdicts of a batch; asks the database nothing."""
        return [self._one(row, known) for row in rows]

    def _one(self, row: RowValues, known: Known) -> Judged:
        if row.refusal:
            return Judged(row, Verdict.REJECT)
        looked_for, known_by = keys_of(row)
        if not looked_for:
            return _refused(row, "no_name" if self._has_names else "nothing_to_go_by")
        if self._association and row.place and self._places.association_of(row.place) != self._association:
            return _refused(row, "other_region")
        for key in looked_for:
            if (number := hash(key)) in self._seen:
                return self._again(row, self._seen[number])
        seen = (row.number, _said(row))
        judged = self._against(row, known)
        if not row.refusal:
            for key in known_by:
                self._seen[hash(key)] = seen
        return judged

    def _again(self, row: RowValues, earlier: tuple[int, int]) -> Judged:
        """A second row about the same: a repetition is harmless, a contradiction is for people."""
        number, said = earlier
        if said == _said(row):
            row.notes.append(["same_row", {"row": number}])
            return Judged(row, Verdict.UNCHANGED)
        row.refusal = ["row_twice", {"row": number}]
        return Judged(row, Verdict.DUPLICATE)

    def _against(self, row: RowValues, known: Known) -> Judged:
        candidates, clash = known.matches(row)
        if clash:
            return _refused(row, clash, Verdict.DUPLICATE, name=row.fields.get("name", ""))
        if not candidates:
            return self._new(row)
        found = candidates[0]
        if found.state == OrganisationState.MERGED:
            row.notes.append(["merged", {}])
            return Judged(row, Verdict.UNCHANGED, found)
        if self._association and found.association != self._association:
            return _refused(row, "other_region")
        if known.was_undone(found):
            row.notes.append(["again", {}])
            return self._back(known, found, row)
        changes = self._fresh(known, found, row)
        if row.more and (remark := known.remark(found, row)):
            row.notes.append(remark)
        return Judged(row, Verdict.PROPOSE if changes else Verdict.UNCHANGED, found, changes)

    def _back(self, known: Known, found: KnownEntry, row: RowValues) -> Judged:
        """An entry that comes back gets what it lacks; whether somebody else is its contact is for people to say."""
        gains = Gains(*known.gains(found, row))
        if row.more and (remark := known.remark(found, row)):
            row.notes.append(remark)
        asked = row.more and row.more.person and not gains.more.person
        changes = (
            {name: pair for name, pair in self._fresh(known, found, row).items() if name == CONTACT} if asked else {}
        )
        return Judged(row, Verdict.CREATE, found, changes, gains=gains)

    def _fresh(self, known: Known, found: KnownEntry, row: RowValues) -> dict[str, tuple[str, str]]:
        """What the row says otherwise, except what was asked before."""
        changes = known.changes(found, row)
        if not changes:
            return changes
        fresh = {}
        for name, pair in changes.items():
            asked = (found.pk, name, pair[1])
            if asked not in known.asked and hash(asked) not in self._asked:
                self._asked.add(hash(asked))
                fresh[name] = pair
        return fresh

    def _new(self, row: RowValues) -> Judged:
        if row.place is None:
            if any(code == "several_places" for code, _values in row.notes):
                row.refusal = row.notes.pop()
                return Judged(row, Verdict.REJECT)
            return _refused(row, "no_place", place=row.place_text)
        judged = Judged(row, Verdict.CREATE)
        if (row.place, row.core) in self._alike and is_unsure(row):
            row.refusal = ["alike", {"name": self._alike[row.place, row.core]}]
            judged.verdict = Verdict.DUPLICATE
            return judged
        if not row.fields.get("name"):
            if self._has_names:
                return _refused(row, "no_name")
            judged.is_unnamed = True
            row.notes.append(["unnamed", {}])
            title = _title(next((text for name, text in row.fields.items() if name.startswith("purpose_")), ""))
            if not title:
                judged.state = state_of_new(is_named=False)
            name = title or row.fields.get("register_number") or row.fields["uid"]
            row.fields = {**row.fields, "name": name}
            row.key, row.core = keys_of_name(name)
        if row.more:
            judged.gains = _gains_of_new(row, row.more)
        return judged


def _gains_of_new(row: RowValues, more: More) -> Gains:
    """All that the row says; somebody without a last name cannot be entered."""
    if more.person and not more.person.get("last_name"):
        row.notes.append(nameless(more.person))
        more = replace(more, person={})
    return Gains([row.activity, *more.activities] if row.activity else [], has_main=True, more=more)


def is_unsure(row: RowValues) -> bool:
    """Whether only its name says which organisation a row is about: then a name that nearly is a known one is for people."""
    return bool(row.core and row.place) and "uid" not in row.fields and "register_number" not in row.fields


def _said(row: RowValues) -> int:
    """A hash of all that a row says."""
    said = frozenset(row.fields.items()), row.activity
    return hash((said, row.more.said()) if row.more else said)


def _refused(row: RowValues, code: str, verdict: Verdict = Verdict.REJECT, **values: Any) -> Judged:
    row.refusal = [code, values]
    return Judged(row, verdict)


def _title(purpose: str) -> str:
    """The first words of a purpose, cut with an ellipsis."""
    text = " ".join(purpose.split())
    if len(text) <= _TITLE:
        return text
    return f"{text[:_TITLE].rsplit(' ', 1)[0].rstrip(' ,;:.')}…"


def keys_of(row: RowValues) -> tuple[list[Key], list[Key]]:
    """By what a row recognises earlier ones, and by what later ones recognise it.

    Numbers decide; the exact name in a municipality does too. Without its legal form a name decides only where one of
    the two rows has no number: Storella AG and Storella GmbH in one place are two companies of the register.
    """
    fields = row.fields
    shared: list[Key] = [(name, fields[name]) for name in NUMBERS if name in fields]
    is_numbered = bool(shared)
    if not row.core:
        return shared, shared
    where, core = str(row.place or row.place_text), row.core
    shared.append(("name", row.key, where))
    alike, bare = ("core", core, where), ("bare", core, where)
    return ([*shared, bare], [*shared, alike]) if is_numbered else ([*shared, alike], [*shared, alike, bare])
