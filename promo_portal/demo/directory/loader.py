"""Invented organisations into the database: by COPY, in batches, without history, followed by fresh statistics.

A batch is one transaction. Codes and short names that the lists do not hold (yet) are left out, not invented.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, models, transaction

from companies.models import Capability, Contact, Organisation, OrganisationActivity, OrganisationCapability
from companies.names import core_of, key_of
from promo_portal.audit.history import without_history
from promo_portal.core import clock
from promo_portal.demo.directory.entries import Entry
from promo_portal.demo.directory.generator import Generator
from promo_portal.demo.directory.places import read_places
from promo_portal.regions.loading import DATA
from promo_portal.regions.models import ActivityCode, LegalForm, Municipality

SOURCE = "invented for demonstration"
TABLES = (Organisation, OrganisationActivity, OrganisationCapability, Contact)
ORGANISATION = (  # noqa: SIM905 - a list of words
    "id association_id state kind name name_key name_core uid register_number legal_form_id street address_extra postcode "
    "locality municipality_id lon lat phone email website language languages purpose_fr purpose_de purpose_en size_class "
    "founded_year parent_id parent_link listed_on confirmed_on ceased_on internal_email internal_note source "
    "is_demonstration created_at version"
).split()
ACTIVITY = ("organisation_id", "activity_id", "is_main")
CAPABILITY = ("organisation_id", "capability_id", "detail")
CONTACT = [
    "organisation_id",
    "first_name",
    "last_name",
    "function",
    "email",
    "phone",
    "language",
    "is_public",
    "is_main",
    "left_on",
]
BOTH = ("fr de", "de fr")
MOST_WITH_HISTORY = 5_000  # entries; a larger directory is there to be measured
Row = Sequence[Any]


@dataclass(frozen=True)
class Lists:
    """The numbers of what the lists hold, by code."""

    places: dict[int, tuple[int, int | None]]
    activities: dict[str, int]
    capabilities: dict[str, int]
    legal_forms: dict[str, int]

    @classmethod
    def read(cls, today: date) -> "Lists":
        """Read them once; a municipality that has ended leads to its successor."""
        places = {}
        for place in Municipality.objects.select_related("district__region", "successor__district__region"):
            now = place.standing(today) or place
            region = now.district.region if now.district else None
            places[place.bfs] = (now.pk, region.association_id if region else None)
        return cls(
            places=places,
            activities=dict(ActivityCode.objects.values_list("code", "pk")),
            capabilities=dict(Capability.objects.values_list("slug", "pk")),
            legal_forms=dict(LegalForm.objects.values_list("code", "pk")),
        )


def load_organisations(count: int, *, seed: int, told: Callable[[int], Any] = lambda done: None) -> int:
    """Load invented organisations until there are ``count``, and return how many were new; ``told`` hears where it stands."""
    there = Organisation.objects.filter(source=SOURCE).count()
    if there >= count:
        return 0
    generator = Generator(read_places(DATA), seed=seed, today=clock.today())
    lists, done = Lists.read(clock.today()), there
    for batch in _one_ahead(generator.batches(count, start=there)):
        _load(batch, lists)
        done += len(batch)
        told(done)
    _renew_statistics()
    return done - there


def _one_ahead(batches: Iterator[list[Entry]]) -> Iterator[list[Entry]]:
    """The same batches; while the database stores one, a thread makes up the next."""
    with ThreadPoolExecutor(1) as pool:
        coming: Future[list[Entry]] = pool.submit(next, batches, [])
        while batch := coming.result():
            coming = pool.submit(next, batches, [])
            yield batch


def begin_history() -> None:
    """In a directory that people look at, a change must be able to say what stood there before."""
    if Organisation.objects.count() <= MOST_WITH_HISTORY:
        for model in (Organisation, Contact):
            _first_lines(model)


def _first_lines(model: type[models.Model]) -> None:
    """What an insert would have written, for rows without history."""
    history = model.history.rel.related_model  # type: ignore[attr-defined]
    quote = connection.ops.quote_name
    kept = {field.column for field in history._meta.concrete_fields}
    columns = ", ".join(quote(str(field.column)) for field in model._meta.concrete_fields if field.column in kept)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(history._meta.db_table)} ({columns}, pgh_obj_id, pgh_label, pgh_created_at)"  # noqa: S608
            f" SELECT {columns}, id, 'insert', now() FROM {quote(model._meta.db_table)} AS rows"
            f" WHERE NOT EXISTS (SELECT FROM {quote(history._meta.db_table)} AS h WHERE h.pgh_obj_id = rows.id)"
        )


def _renew_statistics() -> None:
    """Tell the planner what the tables hold now; on a plan made for empty tables a search would take minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout TO 0")
        for model in TABLES:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
        cursor.execute("RESET statement_timeout")


def _load(batch: list[Entry], lists: Lists) -> None:
    with transaction.atomic(), without_history(*TABLES), connection.cursor() as cursor:
        # This statement also tells the triggers to keep still: COPY itself does not pass where that is said.
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Organisation._meta.db_table, len(batch)],
        )
        numbers = [number for (number,) in cursor.fetchall()]
        now = clock.now()
        numbered = list(zip(numbers, batch, strict=True))
        _copy(cursor, Organisation, ORGANISATION, (_organisation(n, e, lists, numbers, now) for n, e in numbered))
        _copy(cursor, OrganisationActivity, ACTIVITY, (row for n, e in numbered for row in _activities(n, e, lists)))
        _copy(cursor, OrganisationCapability, CAPABILITY, (row for n, e in numbered for row in _skills(n, e, lists)))
        _copy(cursor, Contact, CONTACT, (row for n, e in numbered for row in _contacts(n, e)))


def _organisation(number: int, entry: Entry, lists: Lists, numbers: list[int], now: Any) -> Row:
    municipality, association = lists.places[entry.place.bfs]
    is_bilingual = len(entry.place.languages) > 1
    return (
        number, association, entry.state, entry.kind, entry.name, key_of(entry.name), core_of(entry.name), entry.uid, "",
        lists.legal_forms.get(entry.legal_form), entry.street, "", entry.postcode, entry.locality, municipality,
        entry.lon or None, entry.lat or None, entry.phone, f"info@{entry.domain}" if entry.domain else "",
        f"https://{entry.domain}/" if entry.domain else "", entry.language,
        BOTH[entry.language == "de"] if is_bilingual else entry.language, entry.purpose_fr, entry.purpose_de, "",
        entry.size_class, entry.founded or None, None if entry.parent is None else numbers[entry.parent],
        "" if entry.parent is None else "branch", entry.listed_on, entry.confirmed_on, entry.ceased_on,
        f"direction@{entry.domain}" if entry.domain else "", "", SOURCE, True, now, 1,
    )  # fmt: skip


def _activities(number: int, entry: Entry, lists: Lists) -> list[Row]:
    known = [lists.activities[code] for code in entry.activities if code in lists.activities]
    return [(number, activity, not position) for position, activity in enumerate(known)]


def _skills(number: int, entry: Entry, lists: Lists) -> list[Row]:
    return [(number, lists.capabilities[slug], "") for slug in entry.skills if slug in lists.capabilities]


def _contacts(number: int, entry: Entry) -> list[Row]:
    rows: list[Row] = []
    for contact in entry.contacts:
        first, last = contact.person.first_name, contact.person.last_name
        address = f"{key_of(first)}.{key_of(last)}@{entry.domain}".replace(" ", "-") if entry.domain else ""
        rows.append(
            (number, first, last, contact.function, address, "", entry.language, contact.is_public, contact.is_main,
             contact.left_on)
        )  # fmt: skip
    return rows


def _copy(cursor: Any, model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    others = _defaults(model, columns)
    rest = "".join(f"\t{_cell(value)}" for value in others.values()) + "\n"
    text = "".join("\t".join(_cell(value) for value in row) + rest for row in rows)
    table = connection.ops.quote_name(model._meta.db_table)
    cursor.copy_expert(f"COPY {table} ({', '.join([*columns, *others])}) FROM STDIN", io.StringIO(text))


def _defaults(model: type[models.Model], columns: Sequence[str]) -> dict[str, Any]:
    """What columns hold that nobody asked for; PostgreSQL does not know Django's defaults."""
    fields = [field for field in model._meta.concrete_fields if not field.null and not field.primary_key]
    return {field.attname: field.get_default() for field in fields if field.attname not in columns}


def _cell(value: Any) -> str:
    """A value in COPY's text form; the words it is made from hold neither tab nor backslash."""
    if value is None:
        return "\\N"
    if value is True or value is False:
        return "t" if value else "f"
    return str(value)
