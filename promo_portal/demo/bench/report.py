"""The figures: ratios within one run, growth from size to size, and what is beyond the goals; as a table and as data."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from promo_portal.demo.bench.measuring import Measured, Sample
from promo_portal.demo.bench.server import Timing
from promo_portal.demo.bench.together import CLIENTS, Together

MOST_GROWTH = 1.5  # of a page's median from one size to the next (design), counted from the size below
NOTICEABLE_MS = 5.0  # growth of less than that is noise on a shared machine
LONGEST_SQL = 4_000
NONE = "–"


@dataclass
class Row:
    """A page at one size. Times in milliseconds; ``times_…`` are ratios of medians of the same run."""

    name: str
    addresses: int
    example: str
    queries_cold: int
    queries_warm: int
    queries_anew: int
    most_queries: int
    bytes: int
    p50_ms: float | None
    p90_ms: float | None
    sql_p50_ms: float | None
    times_sql: float | None
    times_empty: float | None
    times_static: float | None
    kept_p50_ms: float | None
    kept_times_empty: float | None
    slowest_ms: float
    slowest_sql: str
    slowest_address: str
    failure: str


def ratio(over: float | None, under: float | None) -> float | None:
    """How many times the one holds the other; nothing where one of them was not measured or is nothing."""
    return round(over / under, 2) if over is not None and under else None


def row_of(sample: Sample) -> Row:
    """A page's line; of several addresses the largest counts and the median of all times."""
    found = sample.statements
    p50, sql, kept = _median(sample.times), _median(sample.replayed.totals), _median(sample.kept)
    empty, static = _median(sample.empty), _median(sample.static)
    slowest_ms, slowest = sample.replayed.slowest()
    largest = max(found, key=lambda one: len(one.own), default=None)
    return Row(
        name=sample.page.name,
        addresses=len(found),
        example=largest.address if largest else "",
        queries_cold=max((one.cold for one in found), default=0),
        queries_warm=max((one.warm for one in found), default=0),
        queries_anew=len(largest.own) if largest else 0,
        most_queries=sample.page.most,
        bytes=max((one.bytes for one in found), default=0),
        p50_ms=p50,
        p90_ms=round(Timing(sample.times).p90, 2) if sample.times else None,
        sql_p50_ms=sql,
        times_sql=ratio(p50, sql),
        times_empty=ratio(p50, empty),
        times_static=ratio(p50, static),
        kept_p50_ms=kept,
        kept_times_empty=ratio(kept, empty),
        slowest_ms=round(slowest_ms, 2),
        slowest_sql=slowest[:LONGEST_SQL],
        slowest_address=next((one.address for one in found if slowest in one.own), ""),
        failure=sample.failure,
    )


def _median(times: list[float]) -> float | None:
    return round(Timing(times).p50, 3) if times else None


def data_of(measured: Measured) -> dict[str, Any]:
    """One size as data."""
    empty = Timing([time for sample in measured.samples for time in sample.empty] or [0.0])
    static = Timing([time for sample in measured.samples for time in sample.static] or [0.0])
    return {
        "organisations": measured.organisations,
        "database_mb": round(measured.database_mb, 1),
        "load": [measured.load_before, measured.load_after],
        "empty_ms": round(empty.p50, 3),
        "empty_p90_ms": round(empty.p90, 3),
        "static_ms": round(static.p50, 3),
        "static_p90_ms": round(static.p90, 3),
        "memory_mb": round(measured.memory_mb, 1),
        "cold_start_s": round(measured.cold_start_s, 2),
        "pages": [asdict(row_of(sample)) for sample in measured.samples],
        "several_clients": [_together(seen) for seen in measured.together],
    }


def _together(seen: Together) -> dict[str, Any]:
    times = seen.times
    return {
        "name": seen.name,
        "clients": CLIENTS,
        "addresses": seen.addresses,
        "p50_ms": _median(times),
        "p90_ms": round(seen.timing.p90, 2) if times else None,
        "worst_ms": round(max(times), 2) if times else None,
        "goal_ms": seen.goal,
        "failure": seen.failure,
    }


def table(size: dict[str, Any]) -> list[str]:
    """One size as lines to print, the machine's load first."""
    (before, _five, _fifteen), (after, *_rest) = size["load"]
    columns = (
        "SQL cold",
        "warm",
        "anew",
        "kB",
        "p50 ms",
        "p90 ms",
        "own SQL",
        "× SQL",
        "× empty",
        "× static",
        "kept ms",
    )
    units = (
        f"empty view {size['empty_ms']:.2f} ms (p90 {size['empty_p90_ms']:.2f}), static file {size['static_ms']:.2f} ms"
        f" (p90 {size['static_p90_ms']:.2f}), web worker {size['memory_mb']:.0f} MB after load,"
        f" cold start to first page {size['cold_start_s']:.2f} s"
    )
    load = f"load average {before:.2f} before, {after:.2f} after"
    lines = [
        f"{size['organisations']:,} organisations, {size['database_mb']:,.0f} MB; {load}",
        units,
        f"{'page':30}" + "".join(f"{column:>9}" for column in columns),
    ]
    for row in size["pages"]:
        cells = [row["queries_cold"], row["queries_warm"], row["queries_anew"], row["bytes"] / 1000]
        cells += [row["p50_ms"], row["p90_ms"], row["sql_p50_ms"], row["times_sql"], row["times_empty"]]
        cells += [row["times_static"], row["kept_p50_ms"]]
        lines.append(f"{row['name']:30}" + "".join(f"{_cell(cell):>9}" for cell in cells))
        if row["failure"]:
            lines.append(f"  failed: {row['failure']}")
    lines += [_line_together(row) for row in size["several_clients"]]
    return lines


def _line_together(row: dict[str, Any]) -> str:
    times = ", ".join(
        f"{name} {_cell(row[key])} ms" for name, key in (("p50", "p50_ms"), ("p90", "p90_ms"), ("worst", "worst_ms"))
    )
    line = (
        f"{row['name']}, {row['clients']} clients at once: {times} over {row['addresses']} addresses {row['failure']}"
    )
    return line.rstrip()


def _cell(value: float | None) -> str:
    if value is None:
        return NONE
    return str(value) if isinstance(value, int) else f"{value:.1f}"


def growth(sizes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each page's median (also its own SQL's, and in empty views) by size, with the factor from each size to the next.

    The machine's mood differs from size to size, so the factor of a page in empty views is the one to judge by.
    """
    known = [{row["name"]: row for row in size["pages"]} for size in sizes]
    rows = []
    for name in known[0]:
        held = [pages[name] for pages in known]
        rows.append({"name": name} | {key: _series([row[key] for row in held]) for key in GROWING})
    return rows


GROWING = ("p50_ms", "sql_p50_ms", "times_empty")


def _series(values: list[float | None]) -> dict[str, list[float | None]]:
    return {
        "values": values,
        "factors": [ratio(after, before) for before, after in pairwise(values)],
    }


def growth_table(sizes: Sequence[dict[str, Any]]) -> list[str]:
    """The growth as lines to print."""
    head = " ".join(f"{size['organisations']:>11,}" for size in sizes)
    lines = [f"{'p50 ms by organisations':30}{head}   growth of p50 / of p50 in empty views / of own SQL"]
    for row in growth(sizes):
        figures = " ".join(f"{_cell(value):>11}" for value in row["p50_ms"]["values"])
        series = [row[key]["factors"] for key in ("p50_ms", "times_empty", "sql_p50_ms")]
        steps = "   ".join(" / ".join(f"{_cell(factor):>5}" for factor in step) for step in zip(*series, strict=True))
        lines.append(f"{row['name']:30}{figures}   {steps}")
    return lines


def _is_beyond_goal(row: dict[str, Any]) -> bool:
    wanted = zip((row["p50_ms"], row["p90_ms"]), row["goal_ms"], strict=True)
    return bool(row["failure"]) or any(seen > most for seen, most in wanted)


def _beyond_goal(row: dict[str, Any], here: str) -> str:
    seen = row["failure"] or f"median {row['p50_ms']} ms, p90 {row['p90_ms']} ms"
    most, most_p90 = row["goal_ms"]
    return f"{row['name']}, {row['clients']} clients {here}: {seen}; wanted {most:.0f} and {most_p90:.0f}"


def findings(sizes: Sequence[dict[str, Any]]) -> list[str]:
    """What is beyond the goals: too many statements, growth of more than half from size to size, pages that failed."""
    found = []
    for size in sizes:
        here = f"at {size['organisations']:,}"
        for row in size["pages"]:
            most = max(row["queries_cold"], row["queries_warm"], row["queries_anew"])
            if most > row["most_queries"]:
                found.append(
                    f"{row['name']}: {most} statements {here}, at most {row['most_queries']} wanted ({row['example']})"
                )
            if row["failure"]:
                found.append(f"{row['name']}: failed {here}: {row['failure']}")
        found += [_beyond_goal(row, here) for row in size["several_clients"] if _is_beyond_goal(row)]
    for row in growth(sizes):
        values = row["p50_ms"]["values"]
        for number, both in enumerate(zip(row["p50_ms"]["factors"], row["times_empty"]["factors"], strict=True)):
            # By the clock and in empty views: one alone may be the machine's mood.
            factor = min((one for one in both if one is not None), default=None)
            after, before = values[number + 1], values[number]
            if factor and factor > MOST_GROWTH and after - before > NOTICEABLE_MS:
                step = f"{sizes[number]['organisations']:,} to {sizes[number + 1]['organisations']:,}"
                slow = next(page for page in sizes[number + 1]["pages"] if page["name"] == row["name"])
                found.append(
                    f"{row['name']}: grows {factor:.1f} times from {step} ({before:.1f} to {after:.1f} ms);"
                    f" slowest statement {slow['slowest_ms']:.0f} ms, of {slow['slowest_address']}"
                )
    return found
