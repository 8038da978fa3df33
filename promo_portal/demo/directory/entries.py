"""An invented organisation before it becomes rows."""

from dataclasses import dataclass, field
from datetime import date

from promo_portal.demo.directory.places import Place


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's name."""

    first_name: str
    last_name: str


@dataclass(slots=True)
class Contact:
    """A person at an organisation."""

    person: Person
    function: str
    is_main: bool
    is_public: bool
    left_on: date | None = None


@dataclass(slots=True)
class Entry:
    """An organisation; ``parent`` is its main house's position in the batch."""

    name: str
    uid: str
    kind: str
    state: str
    legal_form: str
    place: Place
    language: str
    street: str
    postcode: str
    locality: str
    lon: str
    lat: str
    phone: str
    domain: str
    size_class: str
    founded: int
    listed_on: date
    confirmed_on: date | None
    ceased_on: date | None
    purpose_fr: str = ""
    purpose_de: str = ""
    activities: list[str] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    parent: int | None = None
