"""Measures every page of one database: statements and bytes in this process, times at a web worker over HTTP."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count, cycle, islice

from django.db import DatabaseError, connection

from promo_portal.demo.bench.pages import PAGES, Page, renewed, session_cookie
from promo_portal.demo.bench.server import PageFailed, Web, web_worker
from promo_portal.demo.bench.sql import BareConnection, Replayed, Statements, further_statements_of, statements_of
from promo_portal.demo.bench.together import Together, measure_together

EMPTY, STATIC = "/demo/empty/", "/static/css/portal.css"
WARMING = 3  # requests of each page before the first that counts
ROUND_SECONDS = 2.5  # of a page and a round; a slow page is asked less often
UNITS = 5  # requests of the empty view and of the static file per page and round
REPLAYS = 5  # of a page's statements and round, at least one of each address

Headers = dict[str, str] | None


@dataclass
class Sample:
    """What was seen of one page, in milliseconds; ``kept`` are the answers from the page cache.

    ``empty`` and ``static`` were asked for right before it in every round: a busy minute then weighs on all three.
    """

    page: Page
    statements: list[Statements]
    times: list[float] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)
    empty: list[float] = field(default_factory=list)
    static: list[float] = field(default_factory=list)
    replayed: Replayed = field(default_factory=Replayed)
    failure: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the second visitor gets the page from memory."""
        return any(found.warm == 0 < len(found.own) for found in self.statements)


@dataclass
class Measured:
    """One database and its pages."""

    samples: list[Sample]
    together: list[Together] = field(default_factory=list)
    memory_mb: float = 0.0
    cold_start_s: float = 0.0
    load_before: tuple[float, float, float] = (0.0, 0.0, 0.0)
    load_after: tuple[float, float, float] = (0.0, 0.0, 0.0)
    organisations: int = 0
    database_mb: float = 0.0


def measure(*, requests: int, rounds: int, told: Callable[[str], object], pages: Sequence[Page] = PAGES) -> Measured:
    """Measure the pages: ``requests`` of each per round, each time beside the empty view and the static file."""
    load_before = os.getloadavg()
    cookies = {page.role: session_cookie(page.role) for page in pages if page.role}
    samples = [_look(page, cookies.get(page.role)) for page in pages]
    measured = Measured(samples, load_before=load_before)
    measured.organisations, measured.database_mb = _size()
    serial = count(2)
    with web_worker() as web, closing(BareConnection()) as bare:
        for sample in samples:
            _in_time(sample, lambda: _warm(web, sample, cookies.get(sample.page.role)))  # noqa: B023 - called at once
        for number in range(1, rounds + 1):
            told(f"round {number} of {rounds}, load {os.getloadavg()[0]:.1f}")
            for sample in samples:
                headers = cookies.get(sample.page.role)
                _in_time(sample, lambda: _round(web, bare, sample, headers, requests, serial))  # noqa: B023
        measured.memory_mb, measured.cold_start_s = web.memory_mb(), web.cold_start
    measured.together = measure_together(pages, told)
    measured.load_after = os.getloadavg()
    return measured


def _size() -> tuple[int, float]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), pg_database_size(current_database()) / 1e6 FROM companies_organisation")
        organisations, megabytes = cursor.fetchone()
    return int(organisations), float(megabytes)


def _look(page: Page, headers: Headers) -> Sample:
    found: list[Statements] = []
    for address in page.addresses():
        found.append(further_statements_of(address, headers, found[0]) if found else statements_of(address, headers))
    sample = Sample(page, found)
    wrong = [f"{one.address} answered {one.status}" for one in found if one.status != 200]  # noqa: PLR2004
    sample.failure = wrong[0] if wrong else "" if found else "there is no such page among the data"
    return sample


def _in_time(sample: Sample, step: Callable[[], None]) -> None:
    """A page that fails is told in its row; the others go on."""
    if sample.failure:
        return
    try:
        step()
    except (PageFailed, DatabaseError) as error:
        sample.failure = str(error).strip().partition("\n")[0]


def _warm(web: Web, sample: Sample, headers: Headers) -> None:
    for found in islice(cycle(sample.statements), WARMING):
        web.time(found.address, 1, headers)


def _round(
    web: Web, bare: BareConnection, sample: Sample, headers: Headers, requests: int, serial: Iterator[int]
) -> None:
    sample.empty += web.time(EMPTY, UNITS)
    sample.static += web.time(STATIC, UNITS)
    wanted = max(requests, len(sample.statements))
    for found in _until_late(sample.statements, wanted):
        sample.times += web.time(renewed(found.address, next(serial)), 1, headers)
    if sample.is_kept:
        for found in _until_late(sample.statements, requests):
            sample.kept += web.time(found.address, 1, headers)
    for found in _until_late(sample.statements, max(REPLAYS, len(sample.statements))):
        bare.replay(found.own, sample.replayed)


def _until_late(found: Sequence[Statements], wanted: int) -> Iterator[Statements]:
    """The addresses in turn until there were enough; a slow page stops after its time, but not before each had a turn."""
    end = time.monotonic() + ROUND_SECONDS
    for number, one in enumerate(islice(cycle(found), wanted)):
        if number >= len(found) and time.monotonic() > end:
            return
        yield one
