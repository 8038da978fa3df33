"""Rows of text from CSV and Excel files as people have them, one after the other and within limits."""

import codecs
import csv
import itertools
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from companies.imports.words import UnreadableFile

MOST_COLUMNS = 100
MOST_SHEETS = 20  # of a workbook, looked into for rows that nobody reads
MOST_ROWS = 2_000_000
LONGEST_LINE = 1_000_000
MOST_UNPACKED_MB = 300
MOST_WORDS_MB = 60
MOST_MARKS = 500_000
_CHUNK = 1 << 20
_SAMPLE_ROWS = 30
_SAMPLE = 200_000
_ROW = re.compile(rb"<(?:\w+:)?row[ />]")
_FAR = re.compile(rb"<(?:\w+:)?row [^>]*?\br=[\"'][0-9]{8}")  # a row with a number that no sheet has
_END = "\x02end"  # put behind the last line: a quote that is never closed swallows it
_SINGLE_BYTES = ("cp1252", "mac_roman", "cp850")  # Windows, Excel's "CSV (Macintosh)", DOS
_LETTERS = frozenset("éèêëàâäçîïôöùûüñœæß")
_ALSO = frozenset("ÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŒÆ’‘“”„«»–—…•°€§²³½\xa0")
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
        raise UnreadableFile("not_excel")
    return _limited(_sheet_rows(path)) if is_zip else _limited(_text_rows(path), whole=_SAMPLE_ROWS)


def is_workbook(path: Path) -> bool:
    """Whether the file is a workbook, whatever its name: its cells have addresses, none can slip."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def trimmed(cells: list[str]) -> list[str]:
    """Cells without the empty ones at the end."""
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _limited(rows: Iterable[Row], *, whole: int = 0) -> Iterator[Row]:
    """Rows within limits; the first ``whole`` ones keep empty cells at the end, which say how wide the table is."""
    for count, (number, cells) in enumerate(rows):
        if count > MOST_ROWS:  # empty ones count, too: a sheet may have a row number two thousand million
            raise UnreadableFile("many_rows", most=MOST_ROWS)
        filled = trimmed(cells[:])
        if not filled:
            continue
        if len(filled) > MOST_COLUMNS:
            raise UnreadableFile("many_columns", most=MOST_COLUMNS)
        yield number, [cell.strip() for cell in (cells[:MOST_COLUMNS] if count < whole else filled)]


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is; else the table of single bytes that the others look like."""
    with path.open("rb") as file:
        start = file.read(4)
        if found := _two_bytes(start):
            return found
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        strange, line = b"", 0
        while chunk := file.read(_CHUNK):
            if b"\0" in chunk:
                raise UnreadableFile("nul")
            line = _longest(chunk, line)
            if not strange:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    strange = chunk
        return _single_bytes(strange) if strange else "utf-8-sig"


def _two_bytes(start: bytes) -> str:
    """UTF-16 by its mark, or since every other byte is zero."""
    bom = next((name for mark, name in _BOMS if start.startswith(mark)), "")
    if bom == "utf-16":
        return bom
    zeros = [byte == 0 for byte in start]
    if zeros == [False, True, False, True]:
        return "utf-16-le"
    return "utf-16-be" if zeros == [True, False, True, False] else ""


def _longest(chunk: bytes, before: int) -> int:
    """How long the line is that goes on after the chunk; a line without end is stopped here."""
    parts = chunk.replace(b"\r", b"\n").split(b"\n")
    parts_longest = max(before + len(parts[0]), *(len(part) for part in parts))
    if parts_longest > LONGEST_LINE:
        raise UnreadableFile("long_line", most=LONGEST_LINE)
    return len(parts[-1]) if len(parts) > 1 else before + len(chunk)


def _single_bytes(chunk: bytes) -> str:
    """The encoding in which the lines that are no UTF-8 hold the letters of our languages."""
    strange = (
        b"".join(line for line in chunk.splitlines(keepends=True) if not _is_utf8(line))[:_SAMPLE] or chunk[:_SAMPLE]
    )
    scores = {name: _likelihood(strange.decode(name, "replace")) for name in _SINGLE_BYTES}
    likeliest = max(scores, key=lambda name: scores[name])
    if scores[likeliest] >= 0:
        return likeliest
    from charset_normalizer import from_bytes

    best = from_bytes(strange).best()
    return best.encoding if best else likeliest


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _likelihood(text: str) -> int:
    """Small letters with accents speak for a table, signs that nobody writes here against it; capitals may be either."""
    signs = Counter(sign for sign in text if not sign.isascii())
    return sum(times if sign in _LETTERS else (0 if sign in _ALSO else -times) for sign, times in signs.items())


def _lines(path: Path) -> Iterator[str]:
    """The lines of a text, whatever ends them. Parts pasted together from two sources may be in two encodings: each line
    is read by its own, since what is valid UTF-8 is hardly ever anything else.
    """
    encoding = _encoding(path)
    if encoding == "utf-8-sig" or encoding.startswith("utf-16"):
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            while line := file.readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE:
                    raise UnreadableFile("long_line", most=LONGEST_LINE)
                if "\0" in line:
                    raise UnreadableFile("nul")
                yield line
        return
    with path.open(encoding="latin-1", newline="") as raw:  # one sign per byte, for the ends of lines
        for number, bytewise in enumerate(raw):
            written = bytewise.encode("latin-1")
            try:
                yield written.decode("utf-8" if number else "utf-8-sig")
            except UnicodeDecodeError:
                yield written.decode(encoding, "replace")


def _text_rows(path: Path) -> Iterator[Row]:
    lines = _lines(path)
    first = list(itertools.islice(lines, _SAMPLE_ROWS))
    dialect = _dialect([line for line in first if line.strip()])
    reader = csv.reader(itertools.chain(first, lines, [_END]), **dialect)
    number = 1
    try:
        for cells in reader:
            if cells and cells[-1].endswith(_END):
                if len(cells) > 1 or cells[0] != _END:
                    raise UnreadableFile("open_quote", row=number)
                return
            yield number, cells
            number = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            raise UnreadableFile("open_quote", row=number) from error
        raise UnreadableFile("bad_table", row=number, why=error) from error


def estimated_rows(path: Path) -> int:
    """About how many rows the file has, for the progress bar; cheap, and wrong where cells hold line breaks."""
    if is_workbook(path):
        return _sheet_length(path)
    newlines = returns = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            newlines, returns = newlines + chunk.count(b"\n"), returns + chunk.count(b"\r")
    return max(newlines, returns) + 1


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
    """What the archive says it unpacks to is known before anything is unpacked; of a lie no more than that is read.

    A sheet is read row by row, the words and all that describes the workbook are held in memory: those are kept small,
    and so is what stands between two rows.
    """
    with zipfile.ZipFile(path) as archive:
        parts = {part.filename.lower(): part for part in archive.infolist()}
        if sum(part.file_size for part in parts.values()) > MOST_UNPACKED_MB << 20:
            raise UnreadableFile("large_excel", most=MOST_UNPACKED_MB)
        for name, part in parts.items():
            if name.endswith("sharedstrings.xml"):
                if part.file_size > MOST_WORDS_MB << 20:
                    raise UnreadableFile("large_excel", most=MOST_WORDS_MB)
            elif name.startswith("xl/worksheets/") or (
                name.endswith((".xml", ".rels")) and part.file_size > MOST_MARKS
            ):
                with archive.open(part) as file:
                    _few_marks(iter(lambda: file.read(_CHUNK), b""))


def _few_marks(chunks: Iterable[bytes]) -> None:
    """Refuse what holds more marks in one piece than a spreadsheet program writes; a row begins a new piece."""
    marks = 0
    for chunk in chunks:
        if _FAR.search(chunk):
            raise UnreadableFile("many_rows", most=MOST_ROWS)
        first, *rows = _ROW.split(chunk)
        most = max([marks + first.count(b"<"), *(row.count(b"<") for row in rows[:-1])])
        marks = rows[-1].count(b"<") if rows else marks + first.count(b"<")
        if max(most, marks) > MOST_MARKS:
            raise UnreadableFile("bloated_excel")


def sheets_passed_over(path: Path) -> list[str]:
    """Names of the further sheets of a workbook that hold something: only the first one is read, which a person must know."""
    from openpyxl import load_workbook

    if not is_workbook(path):
        return []
    found: list[str] = []
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets[1:MOST_SHEETS]:
                rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS, max_row=_SAMPLE_ROWS)
                if any(cell not in {None, ""} for cells in rows for cell in cells):
                    found.append(sheet.title)
        finally:
            book.close()
    except Exception:  # noqa: BLE001 - the first sheet was readable; what is wrong with another is no reason to refuse it
        return found
    return found


def _sheet_rows(path: Path) -> Iterator[Row]:
    """The first sheet. Formulas are not computed: what the spreadsheet program stored last counts."""
    from openpyxl import load_workbook

    try:
        _bounded(path)
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            rows = book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
            for number, cells in enumerate(rows, 1):
                yield number, ([] if cells.count(None) == len(cells) else [_text(cell) for cell in cells])
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
