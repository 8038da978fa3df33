"""Which column holds what: by its header in French, German or English, or by its content where there is no header."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from companies.imports.places import Places
from companies.imports.words import UnreadableFile
from companies.names import LEGAL_WORDS
from companies.uid import looks_like_uid
from promo_portal.regions.names import plain

Columns = Mapping[str, int]
HEADERS: Mapping[str, str] = {
    "name": "name|nom|raison sociale|firma|firmenname|firmenbezeichnung|company|company name|entreprise|unternehmen"
    "|nom de l entreprise|nom entreprise|nom de la societe|societe|denomination|nom raison sociale|raison sociale nom"
    "|organisation|organization|nom de l organisation|name der firma|name des unternehmens|unternehmensname|betrieb"
    "|organisation name|name of company",
    "uid": "uid|ide|numero ide|no ide|n ide|uid nr|uid nummer|unternehmensnummer|uid number|ide uid|uid ide|numero uid"
    "|no uid|n uid|uid no|firmennummer",
    "register_number": "chid|ch id|numero rc|no rc|n rc|handelsregisternummer|register number|ehraid ch|hr nummer|hr nr"
    "|numero du registre du commerce|handelsregister nr|commercial register number",
    "legal_form": "legal form code|legal form|forme juridique|rechtsform|code forme juridique|rechtsform code",
    "address_extra": "care of|c o|complement|complement d adresse|adresszusatz|zusatz|address line 2|adresse 2|adresse 2e ligne"
    "|case postale|postfach|po box",
    "street": "street|rue|strasse|adresse|address|rue et numero|strasse und nummer|rue numero|rue no|rue n|rue et no"
    "|strasse nr|strasse hausnummer|adresse 1|address line 1|street and number|street address|domicile|adresse postale",
    "house_no": "house no|house number|numero|no|n|hausnummer|nr|hausnr|numero de rue|no de rue",
    "postcode": "zip|npa|plz|postcode|postleitzahl|code postal|zip code|postal code|numero postal|no postal",
    "locality": "town|localite|ort|ville|city|locality|ortschaft|lieu|npa localite|npa lieu|npa ville|code postal localite"
    "|plz ort|plz ortschaft|postleitzahl ort|zip city|zip town|postcode town|postcode locality|wohnort",
    "seat": "seat|siege|sitz|commune|gemeinde|municipality|municipalite|commune politique|politische gemeinde",
    "bfs": "bfs|ofs|bfs nr|bfs nummer|numero ofs|no ofs|n ofs|gemeindenummer|bfs number|numero de commune",
    "purpose": "purpose|but|zweck|activite|activites|tatigkeit|tatigkeiten|description|beschreibung|but social|business"
    "|domaine d activite|domaines d activite|secteur d activite|tatigkeitsbereich|field of activity|activity",
    "noga": "noga|code noga|noga code|noga nr|noga 2025|noga 2008",
    "phone": "phone|telephone|telefon|tel|numero de telephone|no de telephone|n de telephone|no tel|n tel|tel no"
    "|telefonnummer|telefon nr|phone number|tel fixe|telephone fixe|tel central|telefon zentrale",
    "email": "email|e mail|courriel|mail|adresse e mail|adresse email|adresse mail|adresse electronique|e mail adresse"
    "|email adresse|mailadresse|mail adresse|email address|e mail address",
    "website": "website|site|site internet|webseite|web|internet|url|site web|adresse internet|internetadresse|homepage"
    "|web site|page web|www|internetseite",
}
LABELS: Mapping[str, Any] = {
    "name": _("name"),
    "uid": _("UID"),
    "register_number": _("number of the commercial register"),
    "legal_form": _("legal form"),
    "address_extra": _("additional address line"),
    "street": _("street"),
    "house_no": _("house number"),
    "postcode": _("postcode"),
    "locality": _("locality"),
    "seat": _("seat (municipality)"),
    "bfs": _("BFS number of the municipality"),
    "purpose": _("purpose"),
    "noga": _("NOGA code"),
    "phone": _("phone"),
    "email": _("e-mail"),
    "website": _("website"),
}
_BY_HEADER = {alias: field for field, aliases in HEADERS.items() for alias in aliases.split("|")}
_CHID = re.compile(r"CH-?[0-9]{3}\.?[0-9]\.?[0-9]{3}\.?[0-9]{3}-?[0-9]\Z")
_BARE_CHID = re.compile(r"CH[0-9]{11}\Z")
_POSTCODE = re.compile(r"[1-9][0-9]{3}\Z")
_FORM = re.compile(r"[0-9]{1,2}\Z|0[0-9]{3}\Z")
_MOST, _SOME, _WORDS = 0.8, 0.2, 25


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
    for position, cell in enumerate(row):
        field = _BY_HEADER.get(plain(cell))
        if field:
            found.setdefault(field, position)
    if "house_no" in found and found["house_no"] != found.get("street", -2) + 1:
        del found["house_no"]  # "No" counts the rows, unless it stands behind the street
    return found


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
