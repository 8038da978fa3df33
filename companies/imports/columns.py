"""Which column holds what: by its header in French, German or English, or by its content where there is no header."""

import re
from collections.abc import Callable, Mapping, Sequence

from companies.imports.headers import HEADERS
from companies.imports.places import Places
from companies.imports.words import UnreadableFile
from companies.names import LEGAL_WORDS
from companies.uid import looks_like_uid
from promo_portal.regions.names import plain

Columns = Mapping[str, int]
_BY_HEADER = {alias: field for field, aliases in HEADERS.items() for alias in aliases.split("|")}
_CHID = re.compile(r"CH-?[0-9]{3}\.?[0-9]\.?[0-9]{3}\.?[0-9]{3}-?[0-9]\Z")
_BARE_CHID = re.compile(r"CH[0-9]{11}\Z")
_POSTCODE = re.compile(r"[1-9][0-9]{3}\Z")
_FORM = re.compile(r"[0-9]{1,2}\Z|0[0-9]{3}\Z")
_MOST, _SOME, _WORDS = 0.8, 0.2, 25
_OF_ANYBODY = frozenset({"nom", "name"})  # of a person or of a company


def chid(text: str) -> str:
    """A register number without dots and hyphens, or what was typed where it is none."""
    if _BARE_CHID.match(text):
        return text
    return re.sub(r"[.\-\s]", "", text) if _CHID.match(text.strip()) else text.strip()


_IDENTIFYING = frozenset({"name", "uid", "register_number"})


def has_number_or_name(columns: Columns) -> bool:
    """Whether the columns say which organisation a row is about."""
    return bool(columns.keys() & _IDENTIFYING)


def _by_names(row: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    more: list[tuple[str, str, int]] = []  # columns of a field that another column has already
    for position, cell in enumerate(row):
        header = plain(cell)
        field = _BY_HEADER.get(header)
        if field and found.setdefault(field, position) != position:
            more.append((field, header, position))
    _of_the_person(row, found, more)
    if "house_no" in found and found["house_no"] != found.get("street", -2) + 1:
        del found["house_no"]  # "No" counts the rows, unless it stands behind the street
    return found


def _of_the_person(row: Sequence[str], found: dict[str, int], more: Sequence[tuple[str, str, int]]) -> None:
    """Beside a column of the company, "Nom" next to "Prénom" is the person's name; a second phone or e-mail is theirs."""
    if "contact_first_name" in found and "contact_last_name" not in found and "contact" not in found:
        named = [("name", plain(row[found["name"]]), found["name"])] if "name" in found else []
        named += [one for one in more if one[0] == "name"]
        of_person = next((at for _field, header, at in named if header in _OF_ANYBODY), None)
        of_company = next((at for _field, _header, at in named if at != of_person), None)
        if of_person is not None and of_company is not None:
            found["contact_last_name"], found["name"] = of_person, of_company
    has_person = "contact" in found or "contact_last_name" in found
    for field in ("phone", "email"):
        others = f"contact_{field}"
        if has_person:
            for again in (at for name, _header, at in more if name == field):
                found.setdefault(others, again)
        elif field not in found and others in found:
            found[field] = found.pop(others)  # "Natel", and nobody it belongs to: the company's


def lines_above(rows: Sequence[Sequence[str]]) -> int:
    """How many rows stand above the header: a title, a date, what the spreadsheet program notes for itself.

    Only where a row below names columns, and where those above are narrower than it: rows of data are as wide.
    """
    for at, row in enumerate(rows):
        named = _by_names(row)
        if len(named) > 1 and has_number_or_name(named):
            wide = sum(bool(cell) for cell in row)
            return at if all(sum(bool(cell) for cell in above) < wide for above in rows[:at]) else 0
    return 0


def is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names columns: by two known names, or since it holds words only where others hold numbers."""
    first, others = rows[0], rows[1:]
    if len(_by_names(first)) > 1:
        return True
    words = [cell for cell in first if cell]
    if not others or len(set(words)) < len(words) or any(_has_digit(cell) for cell in words):
        return False
    return any(
        cell and sum(position < len(row) and _has_digit(row[position]) for row in others) >= _MOST * len(others)
        for position, cell in enumerate(first)
    )


def _has_digit(text: str) -> bool:
    return any(char.isdecimal() for char in text)


def name_columns(rows: Sequence[Sequence[str]], places: Places) -> tuple[Columns, bool]:
    """Field to column, and whether the first row is a header."""
    is_raw = any(_CHID.match(cell) for cell in rows[0])
    found = _by_names(rows[0])
    if has_number_or_name(found) and not is_raw:
        return found, True
    has_header = not is_raw and len(rows) > 1 and is_header(rows)
    guessed = _by_content(rows[has_header:], places)
    if has_header:
        taken = set(found.values())
        guessed = found | {name: at for name, at in guessed.items() if name not in found and at not in taken}
    if not has_number_or_name(guessed):
        raise UnreadableFile("no_columns")
    return guessed, has_header


def _by_content(rows: Sequence[Sequence[str]], places: Places) -> dict[str, int]:
    width = max(len(row) for row in rows)
    columns = [[row[position] for row in rows if position < len(row) and row[position]] for position in range(width)]
    found: dict[str, int] = {}

    def take(field: str, test: Callable[[str], bool], among: Sequence[int], share: float = _MOST) -> None:
        for position in among:
            cells = columns[position] if 0 <= position < width else []
            if cells and position not in found.values() and sum(map(test, cells)) >= share * len(cells):
                found.setdefault(field, position)

    everywhere = range(width)
    take("register_number", lambda cell: bool(_CHID.match(cell)), everywhere)
    take("uid", lambda cell: cell.upper().startswith("CHE") and any(map(str.isdecimal, cell)), everywhere)
    if "uid" not in found:
        take("uid", lambda cell: bool(looks_like_uid(cell)), everywhere)
    take("legal_form", lambda cell: bool(_FORM.match(cell)), [found.get("register_number", -2) + 1])
    _municipality(rows, width, places, found)
    for position in everywhere:
        if position + 1 < width and any(char.isalpha() for cell in columns[position + 1] for char in cell):
            take("postcode", lambda cell: bool(_POSTCODE.match(cell)), [position])
    at = found.get("postcode")
    if at is not None:
        take("locality", lambda cell: not cell[:1].isdecimal(), [at + 1])
        before = range(max(0, at - 5), at)
        take("address_extra", lambda cell: cell.lower().startswith("c/o"), before, _SOME)
        take("street", lambda cell: len(cell) > 2 and cell[:1].isalpha(), before)  # noqa: PLR2004 - shorter is no street
        if "street" in found:
            take("house_no", lambda cell: cell[:1].isdecimal(), [found["street"] + 1])
    texts = [p for p in everywhere if p not in found.values() and columns[p]]
    take("name", lambda cell: bool(LEGAL_WORDS & set(plain(cell).split())) and len(cell) <= 200, texts, _SOME)  # noqa: PLR2004
    lengths = {p: sum(map(len, columns[p])) / len(columns[p]) for p in texts if p not in found.values()}
    if lengths and lengths[longest := max(lengths, key=lambda p: lengths[p])] > _WORDS:
        if "name" in found and sum(map(len, columns[found["name"]])) / len(columns[found["name"]]) > lengths[longest]:
            found["name"], longest = longest, found["name"]
        found["purpose"] = longest
    elif "name" in found and at is not None and found["name"] > at and lengths == {}:
        found["purpose"] = found.pop("name")  # a purpose that names a company is still no name
    return found


def _municipality(rows: Sequence[Sequence[str]], width: int, places: Places, found: dict[str, int]) -> None:
    """A number and beside it the name of the municipality that has it."""
    best = 0
    for position in range(width - 1):
        hits = 0
        for row in rows:
            number, name = [*row, *[""] * width][position : position + 2]
            place = places.by_bfs.get(int(number)) if number.isdecimal() else None
            names = f"{place.search_name}" if place else ""
            hits += bool(place and plain(name) and f"|{plain(name)}|" in names)
        if hits > best:
            best, found["bfs"], found["seat"] = hits, position, position + 1
