"""A page's own statements: how many it sends, and what they cost bare, without Django and without the page."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from promo_portal.demo.bench.pages import renewed

_BRACKETS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT")


@dataclass
class Statements:
    """What one address sends to the database; ``own`` are the statements of a page made anew with warm caches."""

    address: str
    cold: int
    warm: int
    own: list[str]
    bytes: int
    status: int


@dataclass
class Replayed:
    """Milliseconds of statements sent bare: of each whole turn, and of each statement."""

    totals: list[float] = field(default_factory=list)
    single: dict[str, list[float]] = field(default_factory=dict)

    def slowest(self) -> tuple[float, str]:
        """The statement with the largest median, since a single time may be the machine's mood."""
        return max(((median(times), statement) for statement, times in self.single.items()), default=(0.0, ""))


def statements_of(address: str, headers: dict[str, str] | None = None) -> Statements:
    """Ask for a page three times in this process: with empty caches, again, and made anew.

    The brackets of transactions are not counted. Raises nothing for a page that fails: its status tells.
    """
    cache.clear()
    (_response, cold), (again, warm) = _ask(address, headers), _ask(address, headers)
    response, own = _ask(renewed(address, 1), headers)
    status = max(again.status_code, response.status_code)
    return Statements(address, len(cold), len(warm), own, len(response.content), status)


def further_statements_of(address: str, headers: dict[str, str] | None, first: Statements) -> Statements:
    """The same of a further address of the same page, asked for but once; it stands in the caches as the first one."""
    response, own = _ask(renewed(address, 1), headers)
    more = len(own) - len(first.own)
    warm = first.warm + more if first.warm else 0
    return Statements(address, first.cold + more, warm, own, len(response.content), response.status_code)


def _ask(address: str, headers: dict[str, str] | None) -> tuple[Any, list[str]]:
    given = {"accept-language": "fr"} | {name.lower(): value for name, value in (headers or {}).items()}
    client = Client(SERVER_NAME="localhost", headers=given, raise_request_exception=False)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    return response, counted(query["sql"] for query in captured.captured_queries)


def counted(statements: Iterable[str]) -> list[str]:
    """The statements without the brackets of transactions."""
    return [statement for statement in statements if not statement.upper().startswith(_BRACKETS)]


class BareConnection:
    """psycopg2 by itself, connected as the portal is: what remains of a page is then the portal's own share."""

    def __init__(self) -> None:
        self._wrapper = connection.copy()
        self._wrapper.connect()
        self._raw: Any = self._wrapper.connection

    def close(self) -> None:
        self._wrapper.close()

    def replay(self, statements: Sequence[str], into: Replayed) -> None:
        """Send the statements in their order in one transaction, fetch all rows, and leave no trace.

        Their sum is added in milliseconds; raises the database's error where one does not pass a second time.
        """
        total = 0.0
        with self._raw.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                for statement in statements:
                    start = time.perf_counter()
                    cursor.execute(statement)
                    if cursor.description:
                        cursor.fetchall()
                    took = (time.perf_counter() - start) * 1000
                    total += took
                    into.single.setdefault(statement, []).append(took)
            finally:
                cursor.execute("ROLLBACK")
        into.totals.append(total)
