"""Rows of text from CSV and Excel files as people have them, one after the other and within limits."""

import codecs
import csv
import itertools
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from companies.imports.words import UnreadableFile

MOST_COLUMNS = 100
MOST_ROWS = 2_000_000
LONGEST_LINE = 1_000_000
MOST_UNPACKED_MB = 300
MOST_WORDS_MB = 60
_CHUNK = 1 << 20
_SAMPLE_ROWS = 30
_SAMPLE = 200_000
_DELIMITERS = ";,\t|"
_TEXT_SUFFIXES = {".csv", ".tsv", ".txt", ".tab"}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
Row = tuple[int, list[str]]


def read_rows(path: Path) -> Iterator[Row]:
    """Line numbers and cells of every row that is not empty; ``UnreadableFile`` with a sentence."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise UnreadableFile("unreadable", why=error.strerror) from error
    if not start:
        raise UnreadableFile("empty")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile("old_excel")
    suffix, is_zip = path.suffix.lower(), start.startswith(b"PK\x03\x04")
    if start.startswith(b"%PDF"):
        raise UnreadableFile("not_its_name", kind="PDF")
    if is_zip and suffix in _TEXT_SUFFIXES:
        raise UnreadableFile("not_its_name", kind="ZIP / Excel")
    if not is_zip and suffix in {".xlsx", ".xlsm"}:
        raise UnreadableFile("not_its_name", kind="text")
    return _limited(_sheet_rows(path) if is_zip else _text_rows(path))


def _limited(rows: Iterable[Row]) -> Iterator[Row]:
    for count, (number, cells) in enumerate(rows):
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise UnreadableFile("many_columns", most=MOST_COLUMNS)
        if count > MOST_ROWS:
            raise UnreadableFile("many_rows", most=MOST_ROWS)
        yield number, [cell.strip() for cell in cells]


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is; else Windows' Western table, or what the bytes look like."""
    with path.open("rb") as file:
        start = file.read(4)
        bom = next((name for mark, name in _BOMS if start.startswith(mark)), "")
        if bom == "utf-16":
            return bom
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        is_utf8, line = True, 0
        while chunk := file.read(_CHUNK):
            if b"\0" in chunk:
                raise UnreadableFile("nul")
            line = _longest(chunk, line)
            if is_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
        if is_utf8:
            return "utf-8-sig"
        file.seek(0)
        return _eight_bits(file.read(_SAMPLE))


def _longest(chunk: bytes, before: int) -> int:
    """How long the line is that goes on after the chunk; a line without end is stopped here."""
    parts = chunk.replace(b"\r", b"\n").split(b"\n")
    parts_longest = max(before + len(parts[0]), *(len(part) for part in parts))
    if parts_longest > LONGEST_LINE:
        raise UnreadableFile("long_line", most=LONGEST_LINE)
    return len(parts[-1]) if len(parts) > 1 else before + len(chunk)


def _eight_bits(sample: bytes) -> str:
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(sample).best()
        return best.encoding if best else "latin-1"
    return "cp1252"


def _lines(path: Path) -> Iterator[str]:
    """The lines of a text. Parts pasted together from two sources may be in two encodings: each line is read by its own,
    since what is valid UTF-8 is hardly ever anything else.
    """
    encoding = _encoding(path)
    if encoding in {"utf-8-sig", "utf-16"}:
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            while line := file.readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE:
                    raise UnreadableFile("long_line", most=LONGEST_LINE)
                if "\0" in line:
                    raise UnreadableFile("nul")
                yield line
        return
    with path.open("rb") as raw:
        for number, written in enumerate(raw):
            try:
                yield written.decode("utf-8" if number else "utf-8-sig")
            except UnicodeDecodeError:
                yield written.decode(encoding, "replace")


def _text_rows(path: Path) -> Iterator[Row]:
    lines = _lines(path)
    first = list(itertools.islice(lines, _SAMPLE_ROWS))
    reader = csv.reader(itertools.chain(first, lines), **_dialect([line for line in first if line.strip()]))
    number = 1
    try:
        for cells in reader:
            yield number, cells
            number = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile("bad_table", row=number, why=error) from error


def estimated_rows(path: Path) -> int:
    """About how many rows the file has, for the progress bar; cheap, and wrong where cells hold line breaks."""
    with path.open("rb") as file:
        if file.read(4) == b"PK\x03\x04":
            return _sheet_length(path)
        file.seek(0)
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_CHUNK), b"")) + 1


def _sheet_length(path: Path) -> int:
    """What the sheet says of itself, without reading it."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True)
        try:
            return min(book.worksheets[0].max_row or 0, MOST_ROWS)
        finally:
            book.close()
    except Exception:  # noqa: BLE001 - whatever is wrong with the file, its reading will say
        return 0


def _dialect(lines: list[str]) -> dict[str, Any]:
    """The delimiter by which most lines have the same number of cells."""
    best, score = "", (0.0, 0)
    for delimiter in _DELIMITERS:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if len(cells) > 1)
        if widths:
            width, times = widths.most_common(1)[0]
            score, best = max((score, best), ((times / len(lines), width), delimiter))
    if not best:
        raise UnreadableFile("one_column" if lines else "empty")
    if best == "\t" and len({line.count("\t") for line in lines}) == 1 and not any('\t"' in line for line in lines):
        return {"delimiter": best, "quoting": csv.QUOTE_NONE}  # a register's raw form: quotes are part of the text
    return {"delimiter": best}


def _bounded(path: Path) -> None:
    """What the archive says it unpacks to is known before anything is unpacked; of a lie no more than that is read."""
    with zipfile.ZipFile(path) as archive:
        sizes = {entry.filename.lower(): entry.file_size for entry in archive.infolist()}
    if sum(sizes.values()) > MOST_UNPACKED_MB << 20:
        raise UnreadableFile("large_excel", most=MOST_UNPACKED_MB)
    words = max((size for name, size in sizes.items() if name.endswith("sharedstrings.xml")), default=0)
    if words > MOST_WORDS_MB << 20:  # these are held in memory
        raise UnreadableFile("large_excel", most=MOST_WORDS_MB)


def _sheet_rows(path: Path) -> Iterator[Row]:
    """The first sheet. Formulas are not computed: what the spreadsheet program stored last counts."""
    from openpyxl import load_workbook

    try:
        _bounded(path)
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            rows = book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
            for number, cells in enumerate(rows, 1):
                yield number, [_text(cell) for cell in cells]
        finally:
            book.close()
    except UnreadableFile:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise UnreadableFile("broken_excel") from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return (
        value.date().isoformat()
        if isinstance(value, datetime)
        else (value.isoformat() if isinstance(value, date) else str(value))
    )
