"""``manage.py bench``: what pages cost, as ratios within one run, since absolute times mean little on a shared machine."""

import json
import os
from argparse import ArgumentParser
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from promo_portal.demo.bench.pages import PAGES, Page, session_cookie
from promo_portal.demo.bench.server import Timing, Web, web_worker

EMPTY, STATIC = "/demo/empty/", "/static/css/portal.css"

WIDTHS = (9, 6, 7, 9, 9, 9, 9, 9, 9)


@dataclass
class Row:
    """A measured page."""

    name: str
    path: str
    queries_cold: int
    queries_warm: int
    bytes: int
    p50_ms: float
    p90_ms: float
    times_empty: float
    times_static: float
    cached_p50_ms: float | None
    cached_times_empty: float | None


class Command(BaseCommand):
    help = "Measures query counts, response times as ratios, memory and cold start of the main pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--requests", type=int, default=60, help="requests per page and round")
        parser.add_argument("--rounds", type=int, default=3)
        parser.add_argument("--json", type=Path, help="write the figures as data, too")

    def handle(self, *args: Any, **options: Any) -> None:
        cookies = {page.role: session_cookie(page.role) for page in PAGES if page.role}
        counts = {page.name: self._queries(page, cookies.get(page.role)) for page in PAGES}
        load_before = os.getloadavg()
        with web_worker() as web:
            for page in PAGES:  # warm code paths once, everywhere
                web.time(page.path(), 3, cookies.get(page.role))
            timings = self._rounds(web, cookies, options["requests"], options["rounds"])
            memory, cold_start = web.memory_mb(), web.cold_start
        rows = [self._row(page, counts[page.name], timings) for page in PAGES]
        self._print(rows, timings, memory, cold_start, load_before)
        if options["json"]:
            data = {
                "load": [load_before, os.getloadavg()],
                "empty_ms": Timing(timings["empty"]).p50,
                "static_ms": Timing(timings["static"]).p50,
                "memory_mb": memory,
                "cold_start_s": cold_start,
                "pages": [asdict(row) for row in rows],
            }
            options["json"].write_text(json.dumps(data, indent=1, ensure_ascii=False))

    def _queries(self, page: Page, cookie: dict[str, str] | None) -> tuple[int, int, int]:
        counted, size = [], 0
        cache.clear()
        for _turn in ("cold", "warm"):
            client = Client(
                SERVER_NAME="localhost",
                headers={"accept-language": "fr", **({"cookie": cookie["Cookie"]} if cookie else {})},
            )
            with CaptureQueriesContext(connection) as captured:
                response = client.get(page.path())
            size = len(response.content)
            counted.append(len(captured))
        return counted[0], counted[1], size

    def _rounds(self, web: Web, cookies: dict[str, Any], requests: int, rounds: int) -> dict[str, list[float]]:
        """Every page, the empty view and a static file in each round, so that a busy moment hits all alike."""
        timings: dict[str, list[float]] = {"empty": [], "static": []}
        serial = 0
        for _round in range(rounds):
            timings["empty"] += web.time(EMPTY, requests)
            timings["static"] += web.time(STATIC, requests)
            for page in PAGES:
                cookie = cookies.get(page.role)
                fresh = timings.setdefault(page.name, [])
                for _request in range(requests):
                    serial += 1
                    fresh += web.time(page.path(serial), 1, cookie)
                if page.is_kept:
                    timings.setdefault(f"{page.name} kept", []).extend(web.time(page.path(), requests, cookie))
        return timings

    def _row(self, page: Page, counts: tuple[int, int, int], timings: dict[str, list[float]]) -> Row:
        empty, static = Timing(timings["empty"]).p50, Timing(timings["static"]).p50
        timing = Timing(timings[page.name])
        kept = Timing(timings[f"{page.name} kept"]).p50 if page.is_kept else None
        return Row(
            name=page.name,
            path=page.path(),
            queries_cold=counts[0],
            queries_warm=counts[1],
            bytes=counts[2],
            p50_ms=round(timing.p50, 2),
            p90_ms=round(timing.p90, 2),
            times_empty=round(timing.p50 / empty, 1),
            times_static=round(timing.p50 / static, 1),
            cached_p50_ms=round(kept, 2) if kept else None,
            cached_times_empty=round(kept / empty, 1) if kept else None,
        )

    def _print(self, rows: list[Row], timings: dict[str, list[float]], memory: float, cold: float, load: Any) -> None:
        empty, static = Timing(timings["empty"]), Timing(timings["static"])
        self.stdout.write(f"load average {load[0]:.2f} before, {os.getloadavg()[0]:.2f} after")
        self.stdout.write(
            f"empty view {empty.p50:.2f} ms (p90 {empty.p90:.2f}), static file {static.p50:.2f} ms (p90 {static.p90:.2f})"
        )
        self.stdout.write(f"web worker {memory:.0f} MB after load, cold start to first page {cold:.2f} s")
        columns = ("SQL cold", "warm", "kB", "p50 ms", "p90 ms", "× empty", "× static", "kept ms", "× empty")
        head = f"{'page':28}" + "".join(f"{column:>{width}}" for column, width in zip(columns, WIDTHS, strict=True))
        self.stdout.write(head)
        for row in rows:
            kept = (
                f"{row.cached_p50_ms:9.2f}{row.cached_times_empty:9.1f}" if row.cached_p50_ms else f"{'–':>9}{'–':>9}"
            )
            self.stdout.write(
                f"{row.name:28}{row.queries_cold:9}{row.queries_warm:6}{row.bytes / 1000:7.1f}{row.p50_ms:9.2f}"
                f"{row.p90_ms:9.2f}{row.times_empty:9.1f}{row.times_static:9.1f}{kept}"
            )
