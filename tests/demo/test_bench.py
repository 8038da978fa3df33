"""The bench's arithmetic and its replay of a page's own statements; the measuring itself needs a machine and minutes."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from companies.models import Organisation
from promo_portal.accounts.models import User
from promo_portal.demo.bench import databases
from promo_portal.demo.bench.importing import bare_copy, fresh_entries, import_findings, import_table, write_unsure
from promo_portal.demo.bench.measuring import Measured, Sample
from promo_portal.demo.bench.pages import PAGES, Page, at, renewed
from promo_portal.demo.bench.queries import SEARCHES, SUGGESTIONS
from promo_portal.demo.bench.report import data_of, findings, growth, growth_table, ratio, row_of, table
from promo_portal.demo.bench.sql import (
    BareConnection,
    Replayed,
    Statements,
    counted,
    further_statements_of,
    statements_of,
)
from promo_portal.demo.bench.together import Together
from promo_portal.regions.models import Municipality
from tests.companies import factories

LIST = Page("list", at("companies:list"), most=12)


def sample(times: list[float], sql: list[float], empty: float = 2.0, **others: Any) -> Sample:
    statements = Statements("/fr/entreprises/", 9, 8, ["SELECT 1", "SELECT 2"], 20_000, 200)
    replayed = Replayed(totals=sql, single={"SELECT 1": [0.5, 9.0, 0.5], "SELECT 2": [1.0, 1.0, 1.0]})
    units = {"empty": [empty] * 3, "static": [0.5] * 3}
    return Sample(LIST, [statements], times=times, replayed=replayed, **units, **others)


def measured(
    organisations: int, times: list[float], empty: float = 2.0, together: Sequence[Together] = (), **others: Any
) -> Measured:
    return Measured(
        [sample(times, [5.0, 5.0, 5.0], empty, **others)],
        together=list(together),
        memory_mb=150.0,
        cold_start_s=3.0,
        load_before=(1.25, 1.0, 1.0),
        load_after=(2.5, 1.0, 1.0),
        organisations=organisations,
        database_mb=60.0,
    )


# -- ratios ------------------------------------------------------------------------------------------------------------


def test_a_page_is_told_as_ratios_of_medians_of_the_same_run() -> None:
    row = row_of(sample([10.0, 20.0, 90.0], [4.0, 5.0, 6.0]))

    assert (row.p50_ms, row.sql_p50_ms) == (20.0, 5.0)
    assert (row.times_sql, row.times_empty, row.times_static) == (4.0, 10.0, 40.0)
    assert row.p90_ms is not None
    assert row.p90_ms > 20.0


def test_what_was_not_measured_has_no_ratio() -> None:
    assert ratio(None, 2.0) is None
    assert ratio(3.0, 0.0) is None
    assert ratio(3.0, None) is None
    assert ratio(3.0, 2.0) == 1.5


def test_the_slowest_statement_is_the_one_that_is_slow_every_time() -> None:
    row = row_of(sample([10.0], [5.0]))

    assert (row.slowest_sql, row.slowest_ms, row.slowest_address) == ("SELECT 2", 1.0, "/fr/entreprises/")


# -- the report --------------------------------------------------------------------------------------------------------


def test_growth_is_counted_from_size_to_size() -> None:
    sizes = [data_of(measured(size, [ms])) for size, ms in ((1_000, 10.0), (100_000, 12.0), (1_000_000, 30.0))]

    (row,) = growth(sizes)

    assert row["p50_ms"] == {"values": [10.0, 12.0, 30.0], "factors": [1.2, 2.5]}
    assert row["sql_p50_ms"]["factors"] == [1.0, 1.0]


def test_a_page_beyond_the_goals_is_named_with_its_slow_statement() -> None:
    sizes = [data_of(measured(size, [ms])) for size, ms in ((100_000, 12.0), (1_000_000, 30.0))]
    sizes[1]["pages"][0]["queries_cold"] = 13

    many, grown = findings(sizes)

    assert many.startswith("list: 13 statements at 1,000,000, at most 12 wanted")
    assert grown.startswith("list: grows 2.5 times from 100,000 to 1,000,000 (12.0 to 30.0 ms)")


def test_the_machines_mood_makes_no_finding() -> None:
    calm, busy = data_of(measured(100_000, [12.0], empty=2.0)), data_of(measured(1_000_000, [24.0], empty=4.0))
    quick = data_of(measured(1_000_000, [13.0], empty=0.5))

    assert findings([calm, busy]) == []
    assert findings([calm, quick]) == []


def test_the_tables_name_the_load_and_every_page() -> None:
    sizes = [data_of(measured(1_000, [10.0])), data_of(measured(100_000, [], failure="/fr/ answered 500"))]

    assert "load average 1.25 before, 2.50 after" in table(sizes[0])[0]
    assert table(sizes[0])[-1].split()[:6] == ["list", "9", "8", "2", "20.0", "10.0"]
    assert table(sizes[1])[-1] == "  failed: /fr/ answered 500"
    assert "list" in growth_table(sizes)[-1]
    assert findings(sizes) == ["list: failed at 100,000: /fr/ answered 500"]


# -- statements --------------------------------------------------------------------------------------------------------


def test_brackets_of_transactions_are_no_statements_of_a_page() -> None:
    sent = ["BEGIN", "SAVEPOINT a", "SELECT 1", "RELEASE SAVEPOINT a", "COMMIT", "UPDATE t SET a = 1"]

    assert counted(sent) == ["SELECT 1", "UPDATE t SET a = 1"]


@pytest.mark.django_db
def test_a_kept_page_costs_nothing_the_second_time_and_its_own_statements_are_those_of_a_new_one() -> None:
    found = statements_of("/fr/contact/")

    assert found.status == 200
    assert found.warm == 0 < found.cold
    assert len(found.own) > 0
    assert all("%s" not in statement for statement in found.own)


@pytest.mark.django_db
def test_a_page_that_is_missing_is_told_by_its_status() -> None:
    assert statements_of("/api/v1/companies/999999999").status == 404


@pytest.mark.django_db
def test_a_further_address_stands_in_the_caches_as_the_first_one() -> None:
    first = statements_of("/fr/contact/")

    further = further_statements_of("/fr/contact/?place=Tavannes", None, first)

    assert len(further.own) > len(first.own)
    assert further.warm == 0
    assert further.cold - first.cold == len(further.own) - len(first.own)


@pytest.mark.django_db(transaction=True)
def test_statements_are_sent_bare_in_their_order_and_leave_no_trace() -> None:
    User.objects.create(email="lea@example.org")
    statements = ["SET LOCAL jit = off", "UPDATE accounts_user SET last_name = 'X'", "SELECT 1, '50 %'"]
    replayed = Replayed()

    with closing(BareConnection()) as bare:
        bare.replay(statements, replayed)
        bare.replay(statements, replayed)

    assert len(replayed.totals) == 2
    assert all(total > 0 for total in replayed.totals)
    assert {name: len(times) for name, times in replayed.single.items()} == dict.fromkeys(statements, 2)
    assert User.objects.get().last_name == ""


@pytest.mark.django_db(transaction=True)
def test_after_a_statement_that_fails_the_bare_connection_goes_on() -> None:
    replayed = Replayed()

    with closing(BareConnection()) as bare:
        with pytest.raises(psycopg2.Error):
            bare.replay(["SELECT no_such_column"], replayed)
        bare.replay(["SELECT 1"], replayed)

    assert len(replayed.totals) == 1


# -- pages and databases -----------------------------------------------------------------------------------------------


def test_enough_different_words_are_asked_of_the_search_and_of_the_suggestions() -> None:
    assert len(set(SEARCHES)) == len(SEARCHES) >= 50
    assert len(set(SUGGESTIONS)) == len(SUGGESTIONS) >= 50
    assert len({page.name for page in PAGES}) == len(PAGES)


def test_a_renewed_address_is_in_no_cache_but_the_staff_pages_take_no_strange_parameter() -> None:
    assert renewed("/fr/", 7) == "/fr/?_=7"
    assert renewed("/fr/?q=a", 7) == "/fr/?q=a&_=7"
    assert renewed("/admin/", 7) == "/admin/"


def test_each_size_has_a_database_of_its_own_for_both_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://portal_app@/portal?host=/tmp/sockets")
    monkeypatch.setenv("MIGRATION_DATABASE_URL", "postgresql://portal_owner@db.example:5433/portal")

    given = databases.environment("portal_bench_1000")

    assert given["DATABASE_URL"] == "postgresql://portal_app@/portal_bench_1000?host=/tmp/sockets"
    assert given["MIGRATION_DATABASE_URL"] == "postgresql://portal_owner@db.example:5433/portal_bench_1000"


def test_without_the_owner_there_is_no_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://portal_app@/portal")
    monkeypatch.delenv("MIGRATION_DATABASE_URL", raising=False)

    with pytest.raises(databases.NotPreparedError, match="MIGRATION_DATABASE_URL"):
        databases.environment("portal_bench_1000")


@pytest.mark.parametrize(("is_demo", "is_production"), [(False, False), (True, True)])
def test_the_bench_refuses_outside_the_demonstration(settings: Any, is_demo: bool, is_production: bool) -> None:
    settings.IS_DEMO, settings.IS_PRODUCTION = is_demo, is_production

    with pytest.raises(CommandError, match="demonstration only"):
        call_command("bench")
    assert connection.in_atomic_block is False


def test_what_several_clients_waited_for_is_held_against_the_goal() -> None:
    seen, slow, broken = (
        Together("list", (100.0, 200.0), 60, times, failure)
        for times, failure in (([50.0] * 20, ""), ([50.0] * 17 + [900.0] * 3, ""), ([], "/fr/ answered 500"))
    )
    held = data_of(measured(1_000, [10.0]))

    def told(*together: Together) -> list[str]:
        return findings(
            [held | {"several_clients": data_of(measured(1_000, [10.0], together=together))["several_clients"]}]
        )

    assert told(seen) == []
    (late,) = told(slow)
    assert "p90 900" in late
    assert "answered 500" in told(broken)[0]
    assert any("60 addresses" in line for line in table(data_of(measured(1_000, [10.0], together=(seen,)))))


# -- imports -----------------------------------------------------------------------------------------------------------


def imports(
    rows: int = 100_000, *, rate: int = 6_000, times: float = 4.0, again: dict[str, int] | None = None
) -> dict[str, Any]:
    one = {
        "rows": rows,
        "seconds": 10.0,
        "rate": rate,
        "peak_mb": 180.0,
        "load": [1.0, 2.0],
        "counts": {"create": rows},
    }
    return {
        "rows": rows, "copy_rate": 24_000, "times_copy": times, "exact": one,
        "again": {**one, "counts": again or {"unchanged": rows}}, "unsure": one,
    }  # fmt: skip


def test_imports_beyond_the_goals_are_named_and_few_rows_do_not_count() -> None:
    assert import_findings(imports(), "here") == []
    assert import_findings(imports(1_000, rate=10), "here") == []
    found = import_findings(imports(rate=400, times=11.5, again={"create": 1}), "here")

    assert [line.partition(":")[0] for line in found] == [
        "import, exact",
        "import, again",
        "import, unsure",
        "import",
        "import",
    ]
    assert "11.5 times" in found[3]
    assert "changed something" in found[4]


def test_the_figures_of_imports_are_told_with_the_load() -> None:
    text = "\n".join(import_table(imports()))

    assert "exact" in text
    assert "6,000 rows a second, 180 MB, load 1.0 before and 2.0 after: 100,000 create" in text
    assert "4.0 times as fast" in text


def test_a_bare_copy_takes_the_same_rows_and_leaves_none(db: None, tavannes: Municipality) -> None:
    factories.organisation(tavannes, name="Frêne SA", uid=factories.uid_number(1))
    factories.organisation(tavannes, name="Pivot SA")

    copied, seconds = bare_copy(0)

    assert (copied, Organisation.objects.count()) == (2, 2)
    assert seconds > 0


def test_every_fifth_row_of_the_unsure_file_has_a_known_name_with_a_slip(
    db: None, tavannes: Municipality, tmp_path: Path
) -> None:
    factories.organisation(tavannes, name="Décolletage Frêne SA")

    write_unsure(tmp_path / "unsure.csv", fresh_entries(), 10)

    lines = (tmp_path / "unsure.csv").read_text().splitlines()
    assert len(lines) == 11
    assert lines[1].startswith("Décoletage Frêne SA;;")
    assert [line.split(";")[1] == "" for line in lines[1:]] == [True, *[False] * 4, True, *[False] * 4]
