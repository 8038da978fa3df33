"""What a row says about an organisation: its cells checked and put into the form of the directory's fields."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from companies.imports.columns import Columns, chid
from companies.imports.places import Places
from companies.models import Organisation
from companies.uid import WrongUid, parse_uid
from promo_portal.core.formats.words import phone_uri
from promo_portal.regions.models import ActivityCode, LegalForm, Municipality
from promo_portal.regions.names import plain

_PLAIN_FIELDS = ("name", "register_number", "address_extra", "postcode", "locality")
_check_url: Callable[[str], None] = URLValidator(["http", "https"])
_LONGEST_PURPOSE = 4000
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


@dataclass
class RowValues:
    """The filled fields of a row as values of columns, its place, its activity, and what was left out."""

    number: int
    cells: list[str]
    fields: dict[str, Any] = field(default_factory=dict)
    place: Municipality | None = None
    place_text: str = ""
    activity: str = ""
    language: str = ""
    notes: list[list[Any]] = field(default_factory=list)
    refusal: list[Any] | None = None


class Vocabulary:
    """The official lists a run compares with, read once."""

    def __init__(self) -> None:
        forms = list(LegalForm.objects.all())
        self.forms = {form.register_code: form for form in forms if form.register_code}
        self.forms |= {form.code: form for form in forms}
        for form in forms:
            for label in (form.label_fr, form.label_de, form.short_fr, form.short_de):
                self.forms.setdefault(plain(label), form)
        self.activities = dict(ActivityCode.objects.values_list("code", "pk"))

    def form_name(self, pk: int) -> str:
        """What a legal form is called in the reader's language."""
        return next((str(form) for form in self.forms.values() if form.pk == pk), "")

    def form(self, text: str) -> LegalForm | None:
        """A legal form by either code system, or by its label."""
        return self.forms.get(text) or self.forms.get(text.zfill(4)) or self.forms.get(plain(text))

    def activity(self, text: str) -> str:
        """A NOGA code of the list; finer ones lead to their class."""
        code = text.replace(".", "").replace(" ", "")[:6]
        return next((code[:n] for n in (4, 3, 2) if code[:n] in self.activities), "") if _NOGA.match(code) else ""


def language_of(text: str) -> str:
    """The language that most small words of a text belong to; French where there is no hint."""
    counted = dict.fromkeys(_STOP_WORDS, 0)
    for word in plain(text).split():
        for language in _LANGUAGES_OF.get(word, ()):
            counted[language] += 1
    return max(counted, key=lambda language: counted[language])


def row_values(number: int, cells: list[str], columns: Columns, places: Places, lists: Vocabulary) -> RowValues:
    """Check the cells of one row; ``refusal`` is set where the row cannot be used."""
    cell = {name: cells[at] if at < len(cells) else "" for name, at in columns.items()}
    row = RowValues(number, cells)
    values = {name: cell.get(name, "") for name in _PLAIN_FIELDS}
    values["register_number"] = chid(values["register_number"])
    values["street"] = f"{cell.get('street', '')} {cell.get('house_no', '')}".strip()
    try:
        values["uid"] = parse_uid(cell.get("uid", ""))
    except WrongUid as wrong:
        row.refusal = ["wrong_uid", {"uid": cell["uid"][:40], "why": wrong.message, "why_values": wrong.values}]
    _purpose(row, values, cell.get("purpose", ""))
    _reachable(row, values, cell)
    for name, value in values.items():
        most = _MOST.get(name)
        if most and len(value) > most:
            row.refusal = row.refusal or ["too_long", {"field": name, "most": most}]
    form = lists.form(cell["legal_form"]) if cell.get("legal_form") else None
    row.fields = {name: value for name, value in values.items() if value}
    if form:
        row.fields["legal_form"] = form
    elif cell.get("legal_form"):
        row.notes.append(["left_out", {"field": "legal_form", "value": cell["legal_form"][:40]}])
    row.activity = lists.activity(cell.get("noga", ""))
    if cell.get("noga") and not row.activity:
        row.notes.append(["left_out", {"field": "noga", "value": cell["noga"][:40]}])
    _place(row, cell, places)
    return row


def _purpose(row: RowValues, values: dict[str, str], text: str) -> None:
    if text:
        row.language = language_of(text)
        column = "purpose_fr" if row.language == "it" else f"purpose_{row.language}"
        values[column] = text if len(text) <= _LONGEST_PURPOSE else f"{text[: _LONGEST_PURPOSE - 1]}…"


def _reachable(row: RowValues, values: dict[str, str], cell: dict[str, str]) -> None:
    """Phone, e-mail and address on the web; what is not valid is left out and said."""
    site = cell.get("website", "")
    wanted: dict[str, tuple[str, Callable[[str], None]]] = {
        "email": (cell.get("email", ""), validate_email),
        "website": (f"https://{site}" if site and "://" not in site else site, _check_url),
    }
    for name, (text, check) in wanted.items():
        try:
            if text:
                check(text)
                values[name] = text
        except ValidationError:
            row.notes.append(["left_out", {"field": name, "value": text[:40]}])
    if cell.get("phone"):
        values["phone"] = phone_uri(cell["phone"])[:20]


def _place(row: RowValues, cell: dict[str, str], places: Places) -> None:
    names = [name for name in (cell.get("seat", ""), cell.get("locality", "")) if name]
    postcode = cell.get("postcode", "")
    row.place_text = " ".join(part for part in (postcode, *dict.fromkeys(names)) if part)[:120]
    found = places.find(cell.get("bfs", ""), names, postcode)
    if len(found) == 1:
        row.place = row.fields["municipality"] = found[0]
    elif found:
        row.notes.append(["several_places", {"place": row.place_text}])
