"""The person to turn to, as files name one: a name in one cell or two, with function, e-mail and phone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from companies import entry
from companies.imports.reachable import USUAL_PHONE, is_email, phone_number
from companies.models import Contact
from promo_portal.regions.names import plain

Person = dict[str, str]  # some of ``entry.CONTACT_PARTS``
COLUMNS = ("contact", "contact_first_name", "contact_last_name", "contact_function", "contact_email", "contact_phone")
NOTES = ("nameless", "one_person", "has_left", "would_hold")  # which name people
_TITLES = frozenset(
    "m mme mlle mr mrs ms monsieur madame mademoiselle messieurs herr frau dr prof ing me maitre dipl".split()  # noqa: SIM905 - words
)
_PARTICLES = frozenset("de du des d von van der den zu zum zur di da del della le la".split())  # noqa: SIM905 - words
_BETWEEN = re.compile(r"\s*[/;&\n\r]\s*|\s+(?:et|und|and|ou|oder)\s+")
_MOST = {name: Contact._meta.get_field(name).max_length for name in entry.CONTACT_PARTS}  # type: ignore[union-attr]


def read_person(cell: Mapping[str, str]) -> tuple[Person, list[list[Any]]]:
    """The person of a row, and what was left out of it. Without a last name it can only complete somebody known."""
    notes: list[list[Any]] = []
    said = {
        name: " ".join(cell[name].replace(";", "\n").split("\n")[0].split()) for name in COLUMNS[1:] if name in cell
    }
    person = _names(cell.get("contact", ""), said, notes)
    person["function"] = " ".join(cell.get("contact_function", "").replace(";", ",").split())
    email, phone = person.pop("email", "") or said.get("contact_email", ""), said.get("contact_phone", "")
    if email and not is_email(email):
        notes.append(["left_out", {"field": "contact_email", "value": email[:40]}])
        email = ""
    if phone:
        number = phone if USUAL_PHONE.match(phone) else phone_number(phone)
        if not number:
            notes.append(["left_out", {"field": "contact_phone", "value": phone[:40]}])
        phone = number
    return {name: value for name, value in {**person, "email": email, "phone": phone}.items() if value}, notes


def too_long(person: Person) -> tuple[str, int] | None:
    """The first part that is longer than what is kept of it, and how long it may be."""
    found = (name for name, value in person.items() if len(value) > (_MOST[name] or 0))
    name = next(found, "")
    return (f"contact_{name}", int(_MOST[name] or 0)) if name else None


def _names(whole: str, said: Mapping[str, str], notes: list[list[Any]]) -> Person:
    first, last = said.get("contact_first_name", ""), said.get("contact_last_name", "")
    if "@" in whole:
        return {"first_name": first, "last_name": last, "email": whole.strip()}
    people = [part for part in _people(whole) if part]
    if len(people) > 1:
        notes.append(["one_person", {"field": "contact", "value": ", ".join(people[1:])[:80]}])
    name = _without_titles(people[0]) if people else ""
    if last and not first and not name:
        first, last = divided(_without_titles(last))
    elif name and not last:
        words = name.split()
        rest = [word for word in words if plain(word) not in plain(first).split()]
        first, last = (first, " ".join(rest)) if first else divided(name)
    return {"first_name": first, "last_name": last}


def _people(whole: str) -> list[str]:
    """Several in one cell: ``Anna Frei / Luc Roy``, ``Anna Frei, Luc Roy``; but ``Frei, Anna`` is one."""
    people = [part.strip() for part in _BETWEEN.split(whole)]
    if len(people) == 1 and whole.count(","):
        parts = [part.strip() for part in whole.split(",")]
        if len(parts) > 2 or all(" " in part for part in parts):  # noqa: PLR2004 - last name, first name
            return parts
    return people


def _without_titles(name: str) -> str:
    words = name.split()
    while len(words) > 1 and plain(words[0]) in _TITLES:
        words = words[1:]
    return " ".join(words)


def divided(name: str) -> tuple[str, str]:
    """First and last name: ``Anna Maria Frei``, ``Frei, Anna``, ``Marie de Montmollin``."""
    before, comma, after = name.partition(",")
    if comma:
        return after.strip(), before.strip()
    words = name.split()
    at = next((n for n, word in enumerate(words) if n and plain(word) in _PARTICLES), len(words) - 1)
    return " ".join(words[:at]), " ".join(words[at:])


@dataclass(frozen=True)
class Known:
    """Somebody at an entry."""

    parts: Mapping[str, str]
    is_main: bool
    has_left: bool

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.parts['first_name']} {self.parts['last_name']}".strip()


def find(person: Person, people: Sequence[Known]) -> Known | None:
    """Who of an entry's people is meant: by address, by name in whatever order; without either the main contact."""
    email, name = person.get("email", "").lower(), _key(person)
    present = [one for one in people if not one.has_left]
    for one in present:
        if email and one.parts["email"].lower() == email:
            return one
    if not name:
        return None if email else next((one for one in present if one.is_main), None)
    for one in (*present, *people):
        if _key(one.parts) == name:
            return one
    return None


def _key(parts: Mapping[str, str]) -> list[str]:
    return sorted(plain(f"{parts.get('first_name', '')} {parts.get('last_name', '')}").split())


def completed(known: Known, person: Person) -> Person:
    """Somebody known with what a file says otherwise; another spelling of the same says nothing."""
    parts = dict(known.parts)
    if _key(person) and _key(person) != _key(parts):
        parts |= {"first_name": person.get("first_name", ""), "last_name": person.get("last_name", "")}
    if person.get("function", parts["function"]) != parts["function"]:
        parts["function"] = person["function"]
    if person.get("email", parts["email"]).lower() != parts["email"].lower():
        parts["email"] = person["email"]
    if entry.shown("phone", person.get("phone", parts["phone"])) != entry.shown("phone", parts["phone"]):
        parts["phone"] = person["phone"]
    return parts


def nameless(person: Person) -> list[Any]:
    """The note on somebody who cannot be entered."""
    return ["nameless", {"field": "contact", "value": entry.shown(entry.CONTACT, entry.contact_text(person))}]


def speaks_of_somebody(note: Sequence[Any]) -> bool:
    """Whether a note on a row may name a person: then it is kept no longer than the file."""
    code, values = note
    return code in NOTES or (code in {"left_out", "would_change"} and values.get("field") in COLUMNS)
