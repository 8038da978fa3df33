"""What becomes of each row of a batch: looked up together, a fixed number of queries whatever the batch holds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q

from companies import entry
from companies.enums import OrganisationState, Undoing, Verdict
from companies.imports.values import RowValues
from companies.models import ChangeProposal, ImportRow, Organisation
from companies.names import core_of, key_of
from companies.proposal_lines import link_texts
from companies.workflow.proposals import ASKED_BEFORE
from promo_portal.regions.models import Association

_TITLE = 60
_NUMBERS = ("uid", "register_number")
ALIKE_FROM = 0.7  # likeness of names without legal form, by their groups of three letters
# Names of much different length are not looked at: they cannot be so much alike.
_ALIKE = """
SELECT w.number, known.name
  FROM unnest(%s::int[], %s::text[], %s::bigint[]) AS w(number, core, place)
 CROSS JOIN LATERAL (
    SELECT o.name, similarity(o.name_core, w.core) AS likeness FROM companies_organisation AS o
     WHERE o.municipality_id = w.place AND o.state <> 'merged'
       AND length(o.name_core) BETWEEN length(w.core) * 0.6 AND length(w.core) * 1.7
     ORDER BY likeness DESC, o.id LIMIT 1
 ) AS known
 WHERE known.likeness >= %s
"""
Key = tuple[str, ...]


@dataclass
class Judged:
    """A row with its verdict, the entry it is about, and the texts to propose."""

    row: RowValues
    verdict: Verdict
    organisation: Organisation | None = None
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)  # field: current, proposed
    state: str = OrganisationState.PUBLISHED
    is_unnamed: bool = False
    number: int | None = None  # of the entry that the row is about, also of one just made

    def __post_init__(self) -> None:
        if self.organisation is not None:
            self.number = self.organisation.pk


class Judge:
    """Judges the rows of one file in their order; remembers what earlier rows were about."""

    def __init__(self, association: Association | None, *, has_names: bool) -> None:
        self._association = association
        self._has_names = has_names
        # By the hash of a key: the row, and a hash of what it says. Texts of a hundred thousand rows would fill the memory.
        self._seen: dict[int, tuple[int, int]] = {}

    def judge(self, rows: Sequence[RowValues]) -> list[Judged]:
        """Verdicts of a batch."""
        known = _Known(rows)
        verdicts = [self._one(row, known) for row in rows]
        _doubt_the_alike([one for one in verdicts if one.verdict == Verdict.CREATE and one.organisation is None])
        return verdicts

    def _one(self, row: RowValues, known: "_Known") -> Judged:
        if row.refusal:
            return Judged(row, Verdict.REJECT)
        looked_for, known_by = keys_of(row)
        if not looked_for:
            return _refused(row, "no_name" if self._has_names else "nothing_to_go_by")
        if self._association and row.place and row.place.association() != self._association:
            return _refused(row, "other_region")
        earlier = next((self._seen[hash(key)] for key in looked_for if hash(key) in self._seen), None)
        if earlier:
            return self._again(row, earlier)
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

    def _against(self, row: RowValues, known: "_Known") -> Judged:
        candidates, clash = known.matches(row)
        if clash:
            return _refused(row, clash, Verdict.DUPLICATE, name=row.fields.get("name", ""))
        if not candidates:
            return self._new(row)
        found = candidates[0]
        if found.state == OrganisationState.MERGED:
            row.notes.append(["merged", {}])
            return Judged(row, Verdict.UNCHANGED, found)
        if self._association and found.association_id != self._association.pk:
            return _refused(row, "other_region")
        if known.was_undone(found):
            row.notes.append(["again", {}])
            return Judged(row, Verdict.CREATE, found)
        changes = known.changes(found, row)
        return Judged(row, Verdict.PROPOSE if changes else Verdict.UNCHANGED, found, changes)

    def _new(self, row: RowValues) -> Judged:
        if row.place is None:
            if any(code == "several_places" for code, _values in row.notes):
                row.refusal = row.notes.pop()
                return Judged(row, Verdict.REJECT)
            return _refused(row, "no_place", place=row.place_text)
        judged = Judged(row, Verdict.CREATE)
        if not row.fields.get("name"):
            if self._has_names:
                return _refused(row, "no_name")
            judged.is_unnamed = True
            row.notes.append(["unnamed", {}])
            title = _title(next((text for name, text in row.fields.items() if name.startswith("purpose_")), ""))
            if not title:
                judged.state = OrganisationState.HIDDEN
            row.fields = {**row.fields, "name": title or row.fields.get("register_number") or row.fields["uid"]}
        return judged


def _said(row: RowValues) -> int:
    """A hash of all that a row says."""
    return hash(frozenset(row.fields.items()))


def _doubt_the_alike(new: Sequence[Judged]) -> None:
    """A row without a number whose name nearly is that of a known entry of the same place is for people to look at."""
    unsure = {
        judged.row.number: judged
        for judged in new
        if judged.row.place and not judged.is_unnamed and not any(judged.row.fields.get(name) for name in _NUMBERS)
    }
    if not unsure:
        return
    cores = [core_of(judged.row.fields["name"]) for judged in unsure.values()]
    places = [judged.row.place.pk for judged in unsure.values() if judged.row.place]
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, [list(unsure), cores, places, ALIKE_FROM])
        for number, name in cursor.fetchall():
            judged = unsure[number]
            judged.verdict, judged.row.refusal = Verdict.DUPLICATE, ["alike", {"name": name}]


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
    shared: list[Key] = [(name, fields[name]) for name in ("uid", "register_number") if fields.get(name)]
    is_numbered = bool(shared)
    if not fields.get("name"):
        return shared, shared
    where, core = str(row.place.pk if row.place else row.place_text), core_of(fields["name"])
    shared.append(("name", key_of(fields["name"]), where))
    alike, bare = ("core", core, where), ("bare", core, where)
    return ([*shared, bare], [*shared, alike]) if is_numbered else ([*shared, alike], [*shared, alike, bare])


class _Known:
    """The entries that the rows of a batch may be about, their links, and what was proposed before."""

    def __init__(self, rows: Iterable[RowValues]) -> None:
        uids = {row.fields["uid"] for row in rows if row.fields.get("uid")}
        numbers = {row.fields["register_number"] for row in rows if row.fields.get("register_number")}
        cores = {core_of(row.fields["name"]) for row in rows if row.fields.get("name")}
        places = {row.place.pk for row in rows if row.place}
        by_name = Q(name_core__in=cores, municipality__in=places) & ~Q(state=OrganisationState.MERGED)
        found: dict[int, Organisation] = {}
        for condition in (Q(uid__in=uids), Q(register_number__in=numbers) & ~Q(register_number=""), by_name):
            found |= {one.pk: one for one in Organisation.objects.filter(condition).order_by("pk")}
        self._by: dict[Key, list[Organisation]] = defaultdict(list)
        # Entries that stand come before merged ones, heads of a house before its branches.
        for one in sorted(found.values(), key=lambda o: (o.state == "merged", bool(o.parent_link), o.pk)):
            self._by["uid", one.uid].append(one)
            self._by["register_number", one.register_number].append(one)
            if one.state != OrganisationState.MERGED:
                self._by["name", one.name_core, str(one.municipality_id)].append(one)
        self._links = link_texts(found)
        self._undone = _undone(found.values())
        self._asked = set(
            ChangeProposal.objects.filter(organisation__in=list(found), state__in=ASKED_BEFORE)
            .order_by()
            .values_list("organisation_id", "field", "proposed")
        )

    def was_undone(self, known: Organisation) -> bool:
        """Whether an import entered it, was undone, and nobody has touched the entry since."""
        return known.pk in self._undone

    def matches(self, row: RowValues) -> tuple[list[Organisation], str]:
        """The entry that a row is about, or why that is for people to say."""
        by_uid, by_number = self._of(row, "uid"), self._of(row, "register_number")
        found = by_uid or by_number
        if found:
            strange = by_number and by_uid and found[0] not in by_number
            strange = strange or (not by_uid and _differs(found[0].uid, row.fields.get("uid", "")))
            return ([], "two_numbers") if strange else (found, "")
        return self._by_name(row)

    def _of(self, row: RowValues, name: str) -> list[Organisation]:
        return self._by.get((name, row.fields[name]), []) if row.fields.get(name) else []

    def _by_name(self, row: RowValues) -> tuple[list[Organisation], str]:
        fields = row.fields
        if not fields.get("name") or row.place is None:
            return [], ""
        found = self._by.get(("name", core_of(fields["name"]), str(row.place.pk)), [])
        others = [one for one in found if any(_differs(getattr(one, n), fields.get(n, "")) for n in _NUMBERS)]
        if any(one.name_key == key_of(fields["name"]) for one in others):
            return [], "other_number"
        found = [one for one in found if one not in others]
        return ([], "several_known") if len(found) > 1 else (found, "")

    def changes(self, known: Organisation, row: RowValues) -> dict[str, tuple[str, str]]:
        """What the row says otherwise, except what was asked before. Empty cells say nothing."""
        changes = {}
        for name, value in row.fields.items():
            current, text = entry.text_of(known, name), entry.as_text(value)
            if name == "phone":
                current, text = entry.shown(name, current), entry.shown(name, text)
            if current != text:
                changes[name] = entry.text_of(known, name), entry.as_text(value)
        codes = self._links.get((known.pk, "activities"), "")
        if row.activity and row.activity not in codes.split():
            changes["activities"] = codes, f"{codes} {row.activity}".strip()
        fresh = {name: pair for name, pair in changes.items() if (known.pk, name, pair[1]) not in self._asked}
        self._asked |= {(known.pk, name, pair[1]) for name, pair in fresh.items()}
        return fresh


def _undone(found: Iterable[Organisation]) -> set[int]:
    hidden = {one.pk: one.changed_at for one in found if one.state == OrganisationState.HIDDEN and one.changed_at}
    rows = ImportRow.objects.filter(organisation__in=list(hidden), verdict=Verdict.CREATE, outcome=Undoing.UNDONE)
    return {
        pk
        for pk, ended in rows.order_by().values_list("organisation_id", "run__finished_at")
        if ended and hidden[pk] <= ended
    }


def _differs(known: str, given: str) -> bool:
    return bool(known and given and known != given)
