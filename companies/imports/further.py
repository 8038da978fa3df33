"""The columns that few files have: who to turn to, how many people, since when, which languages, what they can do, where.

Looked at only where a file has one of them. What cannot be used is left out and said.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from companies.enums import OrganisationKind, SizeClass
from companies.imports.coordinates import place_of
from companies.imports.headers import FURTHER
from companies.imports.memory import remember
from companies.imports.people import COLUMNS as OF_PERSON
from companies.imports.people import Person, read_person, too_long
from companies.imports.skills import Skills
from companies.models.organisation import LANGUAGES
from companies.search.text import written_words
from promo_portal.regions.names import plain

LONGEST_PURPOSE = 4000
EARLIEST_YEAR = 1200
_PURPOSES = {"purpose_fr": "fr", "purpose_de": "de", "purpose_en": "en"}
_ABILITIES = ("capabilities", "materials", "machines", "certificates")
_SHOWN = 40
_KINDS: Mapping[OrganisationKind, str] = {
    OrganisationKind.COMPANY: "company|entreprise|societe|firma|unternehmen|betrieb|firm|business|pme|kmu|sme|industrie",
    OrganisationKind.SCHOOL: "school|ecole|schule|haute ecole|hochschule|fachhochschule|universite|universitat|university"
    "|formation|centre de formation|bildung|bildungsinstitution|ecole professionnelle|berufsschule|college",
    OrganisationKind.RESEARCH: "research|research institute|institut de recherche|recherche|forschungsinstitut|forschung"
    "|institut|institute|centre de recherche|forschungszentrum|laboratoire de recherche|research centre|research center",
    OrganisationKind.ASSOCIATION: "association|verein|verband|federation|club|societe faitiere|dachverband|vereinigung",
    OrganisationKind.AUTHORITY: "authority|autorite|behorde|commune|gemeinde|canton|kanton|administration|verwaltung"
    "|administration publique|offentliche verwaltung|office|amt|service public|municipality|public authority",
}
_KIND_OF = {word: str(kind) for kind, words in _KINDS.items() for word in words.split("|")}
_SIZE_WORDS: Mapping[str, SizeClass] = {
    word: size
    for size, words in {
        SizeClass.MICRO: "micro|micro entreprise|microentreprise|mikro|mikrounternehmen|kleinst|kleinstunternehmen",
        SizeClass.SMALL: "petite|petite entreprise|klein|kleine|kleinunternehmen|kleines unternehmen|small",
        SizeClass.MEDIUM: "moyenne|moyenne entreprise|mittel|mittlere|mittleres unternehmen|medium|medium sized",
        SizeClass.LARGE: "grande|grande entreprise|gross|grosse|grossunternehmen|large",
    }.items()
    for word in words.split("|")
}
_SMALLEST = ((250, SizeClass.LARGE), (50, SizeClass.MEDIUM), (10, SizeClass.SMALL), (1, SizeClass.MICRO))
# "1-9" and "10-49" are days to a spreadsheet program; it keeps them as such, or writes the month in letters.
_DAYS = (
    (re.compile(r"[0-9]{4}-(?:09-01|01-09)\Z|0?1[. -]*sep\w*\.?\Z|0?9[. -]*jan\w*\.?\Z"), SizeClass.MICRO),
    (re.compile(r"(?:19|20)49-10-01\Z|o[ck]t\w*[. -]*49\Z"), SizeClass.SMALL),
)
_COUNT = re.compile(r"(?<![\d.,])\d{1,3}(?:['\u2019\s\u00a0\u202f]\d{3})+|\d+(?:[.,]\d+)?")
_BELOW = re.compile(r"<|moins|unter\b|weniger|less|under|fewer")
_UP_TO = re.compile(r"≤|\bbis\b|jusqu|up to|max")
_ABOVE = re.compile(r">|plus de|\büber\b|mehr als|more than|\bover\b")
_AND_MORE = re.compile(r"≥|\+|et plus|und mehr|and more|or more|ou plus|oder mehr|\bab\b|dès|from")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_CODES = [code for code, _label in LANGUAGES]
_LANGUAGE_OF = {
    word: code
    for code, words in {
        "fr": "fr|f|fra|fre|francais|francaise|franzosisch|french|franz",
        "de": "de|d|deu|ger|all|allemand|allemande|deutsch|german|dt|suisse allemand|schweizerdeutsch",
        "en": "en|e|eng|gb|uk|anglais|anglaise|englisch|english|ang|engl",
        "it": "it|i|ita|italien|italienne|italienisch|italian|ital",
    }.items()
    for word in words.split("|")
}
_BETWEEN_LANGUAGES = re.compile(r"[\s;,/|+&\n-]+|\bet\b|\bund\b|\band\b")


@dataclass(slots=True)
class More:
    """What a row says beyond single values: activities after the first, capabilities with their details, a person."""

    activities: tuple[str, ...] = ()
    capabilities: dict[str, str] = field(default_factory=dict)  # short name: detail
    person: Person = field(default_factory=dict)

    def said(self) -> tuple[Any, ...]:
        """All of it, to be compared."""
        return self.activities, tuple(self.capabilities.items()), tuple(self.person.items())

    def __bool__(self) -> bool:
        return bool(self.activities or self.capabilities or self.person)


class Further:
    """Reads those columns of a row; asks the database nothing."""

    def __init__(self, columns: Mapping[str, int], skills: Skills | None, today: date) -> None:
        self._columns, self._skills, self._today = FURTHER & columns.keys(), skills, today
        self._abilities = [name for name in _ABILITIES if name in columns]
        self._has_person = bool(self._columns & set(OF_PERSON))
        self._sizes: dict[str, str] = {}
        self._spoken: dict[str, tuple[str, list[str]]] = {}

    def purposes(self, row: Any, values: dict[str, Any], cell: Mapping[str, str]) -> None:
        """A purpose for each language; the first one's language is the entry's, where nothing else says it."""
        for name, language in _PURPOSES.items():
            text = cell.get(name)
            if not text:
                continue
            if values.get(name, text) != text:
                row.notes.append(["said_twice", {"field": name, "value": values[name][:_SHOWN]}])
            values[name] = text if len(text) <= LONGEST_PURPOSE else f"{text[: LONGEST_PURPOSE - 1]}…"
            row.language = row.language or language
        if cell.keys() & _PURPOSES.keys():
            row.words = [word for name in _PURPOSES if name in values for word in written_words(values[name])]

    def values(self, row: Any, cell: Mapping[str, str], codes: Callable[..., tuple[list[str], list[str]]]) -> None:
        """All others."""
        self._single(row, cell)
        if "lon" in cell or "lat" in cell:
            self._place(row, cell)
        more = row.more or More()
        activities = [code for code in (row.activity, *more.activities) if code]
        for name in ("noga_2", "noga_3", "activities"):
            if name in cell:
                found, unknown = codes(cell[name], is_list=name == "activities")
                activities += found
                row.notes += [_left_out(name, text) for text in unknown]
        if activities:
            row.activity, *rest = dict.fromkeys(activities)
            more.activities = tuple(rest)
        for name in self._abilities:
            if name in cell:
                self._can(row, more, name, cell[name])
        if self._has_person:
            more.person, notes = read_person(cell)
            row.notes += notes
            self._fits(row, more.person)
        row.more = more or None

    def _single(self, row: Any, cell: Mapping[str, str]) -> None:
        readers: tuple[tuple[str, Callable[[str], Any]], ...] = (
            ("kind", lambda text: _KIND_OF.get(plain(text), "")), ("size_class", self._size),
            ("founded_year", self._year), ("language", lambda text: _LANGUAGE_OF.get(plain(text), "")),
        )  # fmt: skip
        for name, read in readers:
            if name in cell:
                value = read(cell[name])
                if value:
                    row.fields[name] = value
                else:
                    row.notes.append(_left_out(name, cell[name]))
        if "languages" in cell:
            text = cell["languages"]
            spoken, unknown = self._spoken.get(text) or remember(self._spoken, text, _languages(text))
            if spoken:
                row.fields["languages"] = spoken
            row.notes += [_left_out("languages", word) for word in unknown]

    def _size(self, text: str) -> str:
        known = self._sizes.get(text)
        return known if known is not None else remember(self._sizes, text, size_of(text))

    def _year(self, text: str) -> int | None:
        years = _YEAR.findall(text)
        year = int(years[0]) if len(years) == 1 else 0
        return year if EARLIEST_YEAR <= year <= self._today.year else None

    def _place(self, row: Any, cell: Mapping[str, str]) -> None:
        place = place_of(cell.get("lon", ""), cell.get("lat", ""))
        if place is None:
            both = " / ".join(cell[name] for name in ("lon", "lat") if name in cell)
            row.notes.append(_left_out("lon" if "lon" in cell else "lat", both))
        else:
            row.fields["lon"], row.fields["lat"] = place

    def _can(self, row: Any, more: More, name: str, text: str) -> None:
        assert self._skills is not None
        said = self._skills.read(text)
        for slug, detail in said.found:
            more.capabilities[slug] = detail or more.capabilities.get(slug, "")
        row.notes += [["unknown_word", {"field": name, "value": word[:_SHOWN]}] for word in said.unknown]
        for word, slugs in said.unsure:
            names = ", ".join(self._skills.label_of(slug) for slug in slugs)
            row.notes.append(["several_words", {"field": name, "value": word[:_SHOWN], "names": names}])

    def _fits(self, row: Any, person: Person) -> None:
        if long := too_long(person):
            row.refusal = row.refusal or ["too_long", {"field": long[0], "most": long[1]}]
        formula = next((name for name, value in person.items() if value.startswith("=")), "")
        if formula:
            values = {"field": f"contact_{formula}", "formula": person[formula][:_SHOWN]}
            row.refusal = row.refusal or ["formula", values]


def _left_out(name: str, text: str) -> list[Any]:
    return ["left_out", {"field": name, "value": text[:_SHOWN]}]


def size_of(text: str) -> str:
    """The class of a number of people, of a range within one class, or of words; empty where it is none."""
    low = text.lower()
    for day, size in _DAYS:
        if day.match(low):
            return str(size)
    if word := _SIZE_WORDS.get(plain(text)):
        return str(word)
    counts = [float(re.sub(r"['\u2019\s\u00a0\u202f]", "", found).replace(",", ".")) for found in _COUNT.findall(low)]
    if len(counts) == 1:
        counts = _span(counts[0], low)
    sizes = {_class_of(count) for count in counts}
    return sizes.pop() if len(sizes) == 1 and len(counts) <= 2 else ""  # noqa: PLR2004 - from, to


def _span(count: float, low: str) -> list[float]:
    """From how many to how many people; nothing where there is no end but the last class is not meant."""
    if _BELOW.search(low) or _UP_TO.search(low):
        return [1, count - bool(_BELOW.search(low))]
    if _ABOVE.search(low) or _AND_MORE.search(low):
        count += bool(_ABOVE.search(low))
        return [count] if count >= _SMALLEST[0][0] else []
    return [count]


def _class_of(count: float) -> str:
    people = max(1, int(count)) if count > 0 else 0  # half a post is one person
    return next((str(size) for smallest, size in _SMALLEST if people >= smallest), "")


def _languages(text: str) -> tuple[str, list[str]]:
    """Codes in the directory's order, and words that are no language of it."""
    words = [word for word in _BETWEEN_LANGUAGES.split(text) if word]
    if len(words) == 1 and plain(text) not in _LANGUAGE_OF and set(text.lower()) <= set("fdei"):
        words = list(text)  # FDE
    found = {_LANGUAGE_OF.get(plain(word), "") for word in words}
    unknown = [word for word in words if plain(word) not in _LANGUAGE_OF]
    return " ".join(code for code in _CODES if code in found), unknown
