"""How fast a file is imported, beside a bare COPY of the same rows: in a copy of the bench's database, dropped afterwards.

Three files' worth: rows that a UID decides, the same file again, and rows of which every fifth has only a name that nearly
is a known one. Each import runs in a process of its own, so that its peak of memory is its own.
"""

import csv
import io
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection, transaction

from companies.models import Organisation
from companies.workflow.importing import import_file
from promo_portal.core import clock
from promo_portal.demo.bench.databases import manage
from promo_portal.demo.bench.server import memory_of_children, peak_mb
from promo_portal.demo.directory.entries import Entry
from promo_portal.demo.directory.generator import Generator
from promo_portal.demo.directory.places import read_places
from promo_portal.demo.models import Seeding
from promo_portal.regions.loading import DATA

MOST_ROWS, LEAST_ROWS = 100_000, 5_000
EXACT, AGAIN, UNSURE = "exact", "again", "unsure"
FLOORS = {EXACT: 5_000, AGAIN: 5_000, UNSURE: 500}  # rows a second (issue of the directory), at MOST_ROWS
MOST_TIMES_COPY, MOST_MB = 10, 400
EVERY = 5  # one row in so many has no number
_HEAD = "name uid legal_form street zip town bfs purpose noga phone email website".split()  # noqa: SIM905 - words
_KNOWN_NAMES = """
SELECT o.name, m.bfs, o.postcode, o.locality FROM companies_organisation o
  JOIN regions_municipality m ON m.id = o.municipality_id
 WHERE o.state = 'published' AND length(o.name) > 12 ORDER BY hashint8(o.id) LIMIT %s
"""
# What differs from the entries that the import has made: their numbers only. Invented UIDs begin with 9.
_OTHERWISE = {
    "id": "id + 1000000000",
    "uid": "CASE WHEN uid = '' THEN '' ELSE '1' || substr(uid, 2) END",
    "register_number": "''",
}


@dataclass
class Imported:
    """One import as it was measured."""

    rows: int
    seconds: float
    peak_mb: float
    counts: dict[str, int]
    load: tuple[float, float]

    @property
    def rate(self) -> float:
        """Rows a second, from the first byte read to the end of the transaction."""
        return self.rows / self.seconds


def rows_for(organisations: int) -> int:
    """How many rows are imported into a directory of this size."""
    return min(MOST_ROWS, max(LEAST_ROWS, organisations))


def import_here(path: Path) -> Imported:
    """Import a file into the database in use."""
    before, began = os.getloadavg()[0], time.perf_counter()
    summary = import_file(path, by="bench")
    took = time.perf_counter() - began
    counts = {str(verdict): count for verdict, count in summary.counts.items()}
    return Imported(sum(counts.values()), took, peak_mb(), counts, (before, os.getloadavg()[0]))


def measure_imports(rows: int, told: Callable[[str], object]) -> dict[str, Any]:
    """Import the files into the database in use, which is not the same afterwards."""
    found: dict[str, Any] = {"rows": rows}

    def measured(name: str, path: Path) -> Imported:
        one = _apart(path, path.with_suffix(".json"))
        told(f"import, {name}: {one.rate:,.0f} rows a second, load {one.load[1]:.1f}")
        found[name] = {**asdict(one), "rate": round(one.rate)}
        return one

    with TemporaryDirectory(prefix="bench-import-") as folder:
        exact, unsure, fresh = Path(folder) / "exact.csv", Path(folder) / "unsure.csv", fresh_entries()
        newest = Organisation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        write_exact(exact, fresh, rows)
        one = measured(EXACT, exact)
        copied, seconds = bare_copy(newest)
        found |= {"copy_rate": round(copied / seconds), "times_copy": round(copied / seconds / one.rate, 1)}
        measured(AGAIN, exact)
        write_unsure(unsure, fresh, rows)
        measured(UNSURE, unsure)
    return found


def _apart(path: Path, figures: Path) -> Imported:
    with memory_of_children() as together:
        manage(dict(os.environ), "bench", "--import-here", str(path), "--json", str(figures))
    found = Imported(**json.loads(figures.read_text()))
    found.peak_mb = max(found.peak_mb, *together)  # the process that reads the rows counts, too
    return found


def bare_copy(after: int) -> tuple[int, float]:
    """Copy the entries numbered above ``after`` into the same table once more, with its indexes, rules and history.

    Returns how many, and the seconds with all deferred checks; it is undone, so only the last write to disk is not in it.
    """
    columns = [str(field.column) for field in Organisation._meta.concrete_fields]
    values = ", ".join(_OTHERWISE.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table, text = Organisation._meta.db_table, io.StringIO()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout TO 0")
        cursor.copy_expert(f"COPY (SELECT {values} FROM {table} WHERE id > {after:d} ORDER BY id) TO STDOUT", text)  # noqa: S608 - names of columns
        count = text.getvalue().count("\n")
        text.seek(0)
        began = time.perf_counter()
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", text)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return count, took


# -- the files ---------------------------------------------------------------------------------------------------------


def write_exact(path: Path, fresh: Iterator[Entry], rows: int) -> None:
    """New organisations, each with a UID."""
    _write(path, (_cells(entry) for entry in islice(fresh, rows)))


def write_unsure(path: Path, fresh: Iterator[Entry], rows: int) -> None:
    """New organisations, but every fifth row has only a name: a known one with a letter too few."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_NAMES, [rows // EVERY])
        known = cursor.fetchall()
    _write(path, _mixed(fresh, known, rows))


def fresh_entries() -> Iterator[Entry]:
    """Invented organisations that the database does not hold, each with a UID."""
    seeding = Seeding.objects.first()
    generator = Generator(read_places(DATA), seed=seeding.seed if seeding else 1, today=clock.today())
    start = Organisation.objects.count()
    for batch in generator.batches(10_000_000, start=start):
        yield from (entry for entry in batch if entry.uid and entry.parent is None)


def _cells(entry: Entry) -> list[Any]:
    digits, site = entry.uid, f"https://{entry.domain}/" if entry.domain else ""
    uid = f"CHE-{digits[:3]}.{digits[3:6]}.{digits[6:]}" if digits else ""
    return [
        entry.name, uid, entry.legal_form, entry.street, entry.postcode, entry.locality, entry.place.bfs,
        entry.purpose_fr or entry.purpose_de, entry.activities[0] if entry.activities else "", entry.phone,
        f"info@{entry.domain}" if entry.domain else "", site,
    ]  # fmt: skip


def _mixed(fresh: Iterator[Entry], known: Sequence[tuple[Any, ...]], rows: int) -> Iterator[list[Any]]:
    """Every fifth row has no number: a known name with a letter too few, or where there are not enough a new one."""
    slips = iter(known)
    for number in range(rows):
        if number % EVERY:
            yield _cells(next(fresh))
        elif (one := next(slips, None)) is not None:
            name, bfs, postcode, locality = one
            yield [name[:5] + name[6:], "", "", "", postcode, locality, bfs, "", "", "", "", ""]
        else:
            entry = next(fresh)
            entry.uid = ""
            yield _cells(entry)


def _write(path: Path, lines: Iterator[list[Any]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_HEAD)
        writer.writerows(lines)


# -- the report --------------------------------------------------------------------------------------------------------


def import_table(found: dict[str, Any]) -> list[str]:
    """The figures as lines to print."""
    lines = [
        f"imports of {found['rows']:,} rows; a bare COPY into the same table: {found['copy_rate']:,} rows a second"
    ]
    for name in (EXACT, AGAIN, UNSURE):
        one = found[name]
        counts = ", ".join(f"{count:,} {verdict}" for verdict, count in one["counts"].items() if count)
        lines.append(
            f"  {name:8}{one['rate']:>8,} rows a second, {one['peak_mb']:.0f} MB, load {one['load'][0]:.1f} before and"
            f" {one['load'][1]:.1f} after: {counts}"
        )
    lines.append(f"  the bare COPY is {found['times_copy']:.1f} times as fast")
    return lines


def import_findings(found: dict[str, Any], where: str) -> list[str]:
    """What is beyond the goals; rates are set for a hundred thousand rows, fewer do not repay the beginning."""
    beyond = []
    for name, floor in FLOORS.items():
        one = found[name]
        if found["rows"] >= MOST_ROWS and one["rate"] < floor:
            beyond.append(f"import, {name}: {one['rate']:,} rows a second {where}, at least {floor:,} wanted")
        if one["peak_mb"] > MOST_MB:
            beyond.append(f"import, {name}: {one['peak_mb']:.0f} MB {where}, at most {MOST_MB} wanted")
    if found["rows"] >= MOST_ROWS and found["times_copy"] > MOST_TIMES_COPY:
        beyond.append(f"import: a bare COPY is {found['times_copy']} times as fast {where}")
    changed = {verdict: found[AGAIN]["counts"].get(verdict, 0) for verdict in ("create", "propose")}
    if any(changed.values()):
        beyond.append(f"import: the same file again changed something {where}: {changed}")
    return beyond
