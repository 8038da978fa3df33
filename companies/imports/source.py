"""A file about to be imported: its first rows, which column holds what, and all its rows in batches."""

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companies.imports.columns import Columns, has_number_or_name, is_header, lines_above, name_columns
from companies.imports.headers import FURTHER, HEADERS, OURS
from companies.imports.places import Places
from companies.imports.reading import Row, is_workbook, read_rows, trimmed
from companies.imports.words import UnreadableFile
from promo_portal.core.cells import without_guard
from promo_portal.regions.names import plain

BATCH = 2_000
SAMPLE = 100
MOST_ABOVE = 15
SHOWN_ROWS, SHOWN_CHARACTERS = 3, 60


@dataclass(frozen=True)
class Look:
    """What the first rows say: the header if there is one, examples of each column, the columns as guessed."""

    header: list[str]
    examples: list[list[str]]  # one list per column
    columns: dict[str, int]
    has_header: bool

    @property
    def signature(self) -> str:
        """By what the next file of this form is recognised; empty where there is no header."""
        return signature_of(self.header) if self.has_header else ""


def signature_of(header: Sequence[str]) -> str:
    """A digest of the names of columns, whatever their spelling."""
    return hashlib.sha256("|".join(plain(cell) for cell in header).encode()).hexdigest()


def look_at(path: Path, places: Places) -> Look:
    """Read the beginning; ``UnreadableFile`` for what is no table. Columns nobody recognises are left to a person."""
    sample = _sample(path)
    try:
        columns, has_header = name_columns(sample, places)
    except UnreadableFile:
        columns, has_header = {}, is_header(sample)
    body = sample[has_header:]
    if not body:
        raise UnreadableFile("header_only")
    width = max(len(row) for row in sample)
    examples: list[list[str]] = []
    for position in range(width):
        cells = dict.fromkeys(row[position] for row in body if position < len(row) and row[position])
        examples.append([cell[:SHOWN_CHARACTERS] for cell in itertools.islice(cells, SHOWN_ROWS)])
    header = [cell[:SHOWN_CHARACTERS] for cell in sample[0]] if has_header else []
    return Look([*header, *[""] * (width - len(header))], examples, dict(columns), has_header)


def _sample(path: Path) -> list[list[str]]:
    rows = [cells for _number, cells in itertools.islice(_table(path), SAMPLE)]
    if not rows:
        raise UnreadableFile("empty")
    return rows


def _table(path: Path) -> Iterator[Row]:
    """The rows from the header on; what people write above it is passed over."""
    rows = read_rows(path)
    first = list(itertools.islice(rows, MOST_ABOVE))
    return itertools.chain(first[lines_above([cells for _number, cells in first]) :], rows)


@dataclass(frozen=True)
class Source:
    """A readable table whose columns are known."""

    path: Path
    columns: Columns
    has_header: bool
    header: tuple[str, ...] = ()

    @classmethod
    def guessed(cls, path: Path, places: Places) -> "Source":
        """As the command line reads it: nobody is there to correct the columns."""
        sample = _sample(path)
        columns, has_header = name_columns(sample, places)
        if has_header and len(sample) == 1:
            raise UnreadableFile("header_only")
        return cls(path, columns, has_header, tuple(sample[0]) if has_header else ())

    @classmethod
    def of(cls, path: Path, columns: Sequence[Sequence[Any]], reading: Mapping[str, Any]) -> "Source":
        """As it was chosen on the page."""
        named = {str(name): int(position) for name, position in columns if name in HEADERS}
        if not has_number_or_name(named):
            raise UnreadableFile("no_columns")
        return cls(path, named, bool(reading.get("has_header")), tuple(reading.get("header") or ()))

    @property
    def is_further(self) -> bool:
        """Whether it has columns that most files do not have."""
        return not FURTHER.isdisjoint(self.columns)

    @property
    def is_ours(self) -> bool:
        """Whether the directory's own export wrote it: then a text that looks like a formula stands behind an apostrophe."""
        return set(OURS) <= set(self.header)

    def batches(self) -> Iterator[tuple[list[Row], int]]:
        """All rows below the header, two thousand at a time, with the width that the header gives (0: none).

        The header of a text counts with its empty cells; the cells of a workbook have addresses and cannot slip.
        """
        rows = _table(self.path)
        width = 0
        if self.has_header:
            first = next(rows, None)
            width = len(first[1]) if first and not is_workbook(self.path) else 0
        if self.is_ours:
            rows = ((number, [without_guard(cell) for cell in cells]) for number, cells in rows)
        while batch := [(number, trimmed(cells)) for number, cells in itertools.islice(rows, BATCH)]:
            yield batch, width
