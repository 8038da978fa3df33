"""Reference numbers: one row is counted up, so that no two requests ever share a number."""

from django.db import connection

REQUEST, CASE = "request", "case"
ANNEX = "annex"


def next_number(kind: str, year: int) -> int:
    """The next number of a kind in a year, held until the transaction ends; a rolled back one is simply given again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO coaching_referencecounter (kind, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (kind, year) DO UPDATE SET last = coaching_referencecounter.last + 1 RETURNING last",
            [kind, year],
        )
        return int(cursor.fetchone()[0])


def request_reference(year: int) -> str:
    """What a founder reads and spells on the phone: COA-2026-0042."""
    return f"COA-{year}-{next_number(REQUEST, year):04d}"


def case_reference(year: int) -> str:
    """A coaching file's number: 2026-017."""
    return f"{year}-{next_number(CASE, year):03d}"


def annex_number(association_id: int, year: int) -> str:
    """A cost annex's number, counted per association so that none is missing from its row: A-2026-003."""
    return f"A-{year}-{next_number(f'{ANNEX}{association_id}', year):03d}"
