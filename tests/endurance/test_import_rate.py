"""How fast files are imported, against a bare COPY in the same run; prints figures and load."""

import os
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from companies.workflow.importing import import_file
from promo_portal.demo.bench.importing import MOST_TIMES_COPY, bare_copy, fresh_entries, write_exact, write_unsure

pytestmark = [pytest.mark.endurance, pytest.mark.django_db]
ROWS = 20_000


def rate_of(path: Path) -> tuple[float, dict[str, int]]:
    """Rows a second with all deferred checks, and rows by verdict."""
    began = time.perf_counter()
    summary = import_file(path)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return ROWS / (time.perf_counter() - began), summary.as_counts()


def test_a_file_is_imported_nearly_as_fast_as_its_rows_can_be_copied(tmp_path: Path) -> None:
    call_command("load_regions", verbosity=0)
    exact, unsure, fresh = tmp_path / "exact.csv", tmp_path / "unsure.csv", fresh_entries()
    write_exact(exact, fresh, ROWS)

    new, entered = rate_of(exact)
    copied, seconds = bare_copy(0)
    again, repeated = rate_of(exact)
    write_unsure(unsure, fresh, ROWS)
    alike, doubted = rate_of(unsure)

    times = copied / seconds / new
    print(
        f"\nimport: new {new:.0f}/s (floor 5,000, aim 15,000), again {again:.0f}/s, every fifth row by its name {alike:.0f}/s"
        f" (floor 500, aim 1,000), bare COPY {copied / seconds:.0f}/s, {times:.1f} times as fast (at most"
        f" {MOST_TIMES_COPY}), load {os.getloadavg()[0]:.1f}"
    )
    assert entered["create"] == copied > ROWS * 0.9
    assert (repeated["create"], repeated["propose"]) == (0, 0)
    assert doubted["duplicate"] > ROWS * 0.1
    assert times <= MOST_TIMES_COPY
    assert alike >= 500
