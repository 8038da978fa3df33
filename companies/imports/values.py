"""What a row says about an organisation: its cells checked and put into the form of the directory's fields."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.validators import validate_email

from companies.imports.columns import Columns, chid
from companies.imports.further import LONGEST_PURPOSE, Further, More
from companies.imports.headers import FURTHER
from companies.imports.memory import remember
from companies.imports.places import Places
from companies.imports.reachable import USUAL_EMAIL, USUAL_PHONE, USUAL_SITE, check_url, is_valid, phone_number
from companies.imports.skills import Skills
from companies.models import Organisation
from companies.names import keys_of_name
from companies.search.text import plain_words, written_words
from companies.uid import WrongUid, parse_uid
from promo_portal.regions.models import ActivityCode, LegalForm
from promo_portal.regions.names import plain

_PLAIN_FIELDS = ("name", "register_number", "address_extra", "postcode", "locality")
_STOP_WORDS = {
    "fr": set("le la les de du des et en une pour dans l d ainsi que toutes".split()),  # noqa: SIM905 - words
    "de": set("der die das und von mit im den des zur sowie fur aller ist".split()),  # noqa: SIM905
    "en": set("the of and for in to with is all other".split()),  # noqa: SIM905
    "it": set("il lo gli di e del della dei nonche per che nel commercio".split()),  # noqa: SIM905
}
_LANGUAGES_OF = {
    word: [language for language, others in _STOP_WORDS.items() if word in others]
    for words in _STOP_WORDS.values()
    for word in words
}
_MOST: Mapping[str, int] = {
    column.name: int(most) for column in Organisation._meta.fields if (most := getattr(column, "max_length", None))
}
_NOGA = re.compile(r"[0-9]{2,6}\Z")
_SPACED = re.compile(r"[0-9]{2}[\s.,][0-9]{1,2}(?:[\s.,]?[0-9]{1,2})?\Z")  # 26 52, 26,52, 26.52.00
_BETWEEN_CODES = re.compile(r"[;,|/\n\r]+")


@dataclass(slots=True)
class RowValues:
    """The filled fields of a row, its place, its activity, and what was left out; lists by their numbers."""

    number: int
    cells: list[str]
    fields: dict[str, Any] = field(default_factory=dict)
    key: str = ""  # of its name, as ``companies.names`` makes them
    core: str = ""
    place: int | None = None
    place_text: str = ""
    activity: str = ""
    language: str = ""
    words: list[str] = field(default_factory=list)  # of its purpose, as written
    more: More | None = None
    notes: list[list[Any]] = field(default_factory=list)
    refusal: list[Any] | None = None


class Vocabulary:
    """The official lists a run compares with, read once; the vocabulary of capabilities only where a file has some."""

    def __init__(self, *, with_skills: bool = False) -> None:
        self.skills = Skills() if with_skills else None
        forms = list(LegalForm.objects.all())
        self.forms = {form.register_code: form for form in forms if form.register_code}
        self.forms |= {form.code: form for form in forms}
        for form in forms:
            for label in (form.label_fr, form.label_de, form.label_en, form.short_fr, form.short_de):
                self.forms.setdefault(plain(label), form)
        self.activities = dict(ActivityCode.objects.values_list("code", "pk"))
        self._found_forms: dict[str, int | None] = {}
        self._codes: dict[str, tuple[list[str], list[str]]] = {}

    def form_name(self, pk: int) -> str:
        """What a legal form is called in the reader's language."""
        return next((str(form) for form in self.forms.values() if form.pk == pk), "")

    def form(self, text: str) -> int | None:
        """The number of a legal form, by either code system or by its label."""
        if text not in self._found_forms:
            form = self.forms.get(text) or self.forms.get(text.zfill(4)) or self.forms.get(plain(text))
            remember(self._found_forms, text, form.pk if form else None)
        return self._found_forms[text]

    def codes(self, text: str, *, is_list: bool = False) -> tuple[list[str], list[str]]:
        """The NOGA codes of the list that a cell names, finer ones as their class, and the parts that are none.

        In a list blanks divide codes; elsewhere ``26 52`` is one code.
        """
        key = f"{text} " if is_list else text
        return self._codes.get(key) or remember(self._codes, key, self._read_codes(text, is_list))

    def _read_codes(self, text: str, is_list: bool) -> tuple[list[str], list[str]]:
        if not is_list and _SPACED.match(text):
            text = re.sub(r"[\s,]", ".", text)
        found: dict[str, None] = {}
        unknown: list[str] = []
        for part in filter(None, map(str.strip, _BETWEEN_CODES.split(text))):
            words = part.split()
            codes = [self._code(word) for word in words]
            if not all(codes):
                codes = codes[:1]  # a code and its label
            found |= dict.fromkeys(code for code in codes if code)
            if not any(codes):
                unknown.append(part)
        return list(found), unknown

    def _code(self, text: str) -> str:
        code = text.replace(".", "").upper()
        if code in self.activities:
            return code
        return next((code[:n] for n in (4, 3, 2) if code[:n] in self.activities), "") if _NOGA.match(code) else ""


def language_of(text: str) -> str:
    """The language that most small words of a text belong to; French where there is no hint."""
    return _language_of(written_words(text))


def _language_of(written: list[str]) -> str:
    counted = dict.fromkeys(_STOP_WORDS, 0)
    for word in plain_words(written):
        if word in _LANGUAGES_OF:
            for language in _LANGUAGES_OF[word]:
                counted[language] += 1
    return max(counted, key=counted.__getitem__)


class Reader:
    """Checks the cells of rows, one after the other; asks the database nothing."""

    def __init__(self, columns: Columns, places: Places, lists: Vocabulary) -> None:
        self._columns, self._places, self._lists = list(columns.items()), places, lists
        has_further = not FURTHER.isdisjoint(columns)
        self._further = Further(columns, lists.skills, places.today) if has_further else None

    def row(self, number: int, cells: list[str]) -> RowValues:
        """The values of one row; ``refusal`` is set where the row cannot be used."""
        width = len(cells)
        cell = {name: cells[at] for name, at in self._columns if at < width and cells[at]}
        _postal(cell)
        row, get = RowValues(number, cells), cell.get
        values: dict[str, Any] = {name: cell[name] for name in _PLAIN_FIELDS if name in cell}
        if "register_number" in cell:
            values["register_number"] = chid(cell["register_number"])
        if "street" in cell or "house_no" in cell:
            values["street"] = f"{get('street', '')} {get('house_no', '')}".strip()
        if "uid" in cell:
            try:
                values["uid"] = parse_uid(cell["uid"])
            except WrongUid as wrong:
                row.refusal = ["wrong_uid", {"uid": cell["uid"][:40], "why": wrong.message, "why_values": wrong.values}]
        if "purpose" in cell:
            _purpose(row, values, cell["purpose"])
        if self._further is not None:
            self._further.purposes(row, values, cell)
        _reachable(row, values, cell)
        for name, value in values.items():
            if len(value) > _MOST.get(name, LONGEST_PURPOSE):
                row.refusal = row.refusal or ["too_long", {"field": name, "most": _MOST[name]}]
            elif value.startswith("="):
                row.refusal = row.refusal or ["formula", {"field": name, "formula": value[:40]}]
        row.fields = {name: value for name, value in values.items() if value}
        if "name" in row.fields:
            row.key, row.core = keys_of_name(values["name"])
        self._listed(row, cell)
        if self._further is not None:
            self._further.values(row, cell, self._lists.codes)
        self._place(row, cell)
        return row

    def _listed(self, row: RowValues, cell: dict[str, str]) -> None:
        """What official lists hold: legal form and activity; what they do not hold is left out and said."""
        if "legal_form" in cell:
            form = self._lists.form(cell["legal_form"])
            if form:
                row.fields["legal_form"] = form
            else:
                row.notes.append(["left_out", {"field": "legal_form", "value": cell["legal_form"][:40]}])
        if "noga" in cell:
            codes, unknown = self._lists.codes(cell["noga"])
            if codes:
                row.activity = codes[0]
                if len(codes) > 1:
                    row.more = More(activities=tuple(codes[1:]))
            if unknown:
                row.notes += [["left_out", {"field": "noga", "value": text[:40]}] for text in unknown]

    def _place(self, row: RowValues, cell: dict[str, str]) -> None:
        names = [cell[name] for name in ("seat", "locality") if name in cell]
        postcode = cell.get("postcode", "")
        row.place_text = " ".join([part for part in (postcode, *dict.fromkeys(names)) if part])[:120]
        found = self._places.find(cell.get("bfs", ""), names, postcode)
        if len(found) == 1:
            row.place = row.fields["municipality"] = found[0].pk
        elif found:
            row.notes.append(["several_places", {"place": row.place_text}])


def _purpose(row: RowValues, values: dict[str, Any], text: str) -> None:
    row.words = written_words(text[:LONGEST_PURPOSE])
    row.language = _language_of(row.words)
    column = "purpose_fr" if row.language == "it" else f"purpose_{row.language}"
    values[column] = text if len(text) <= LONGEST_PURPOSE else f"{text[: LONGEST_PURPOSE - 1]}…"


_COUNTRY = re.compile(r"CH[- ]?([1-9][0-9]{3})\Z")
_POSTAL = re.compile(r"(?:CH[- ]?)?([1-9][0-9]{3})\s+([^\W\d].*)\Z")


def _reachable(row: RowValues, values: dict[str, Any], cell: dict[str, str]) -> None:
    """Phone, e-mail and address on the web; what is not valid is left out and said."""
    if "email" in cell:
        _checked(row, values, "email", cell["email"], USUAL_EMAIL, validate_email)
    if "website" in cell:
        site = cell["website"]
        _checked(row, values, "website", site if "://" in site else f"https://{site}", USUAL_SITE, check_url)
    if "phone" in cell:
        phone = cell["phone"]
        values["phone"] = phone if USUAL_PHONE.match(phone) else phone_number(phone)
        if not values["phone"] and any(map(str.isdecimal, phone)):
            row.notes.append(["left_out", {"field": "phone", "value": phone[:40]}])


def _postal(cell: dict[str, str]) -> None:
    """Postcode and locality in one cell are told apart; the country before a Swiss postcode says nothing."""
    if found := _COUNTRY.match(cell.get("postcode", "")):
        cell["postcode"] = found[1]
    found = _POSTAL.match(cell.get("locality", ""))
    if found and cell.get("postcode", found[1]) == found[1]:
        cell["postcode"], cell["locality"] = found[1], found[2]


def _checked(
    row: RowValues, values: dict[str, Any], name: str, text: str, usual: re.Pattern[str], check: Callable[[str], None]
) -> None:
    if is_valid(text, usual, check):
        values[name] = text
    else:
        row.notes.append(["left_out", {"field": name, "value": text[:40]}])
