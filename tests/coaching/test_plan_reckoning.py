"""The financial plan's arithmetic against figures worked out by hand, to the centime."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.enums import LineKind, VatMethod
from coaching.plan import Entered, Line, content_of, from_content, reckon
from coaching.plan.charts import break_even_chart, money_chart
from coaching.plan.comparing import compare
from coaching.plan.reckoning import part_of, spread

JANUARY = date(2027, 1, 1)


def months(**amounts: int) -> tuple[int, ...]:
    """36 months in centimes; ``m3=…`` is the third month of the plan."""
    return tuple(amounts.get(f"m{number}", 0) for number in range(1, 37))


def every(amount: int) -> tuple[int, ...]:
    return (amount,) * 36


def plan(
    *lines: Line, method: VatMethod = VatMethod.NONE, rate: str = "0", opening: int = 0, first: date = JANUARY
) -> Entered:
    return Entered(first, method, Decimal(rate), opening, lines)


def line(kind: str, amounts: tuple[int, ...], number: int = 1, **more: object) -> Line:
    return Line(number, LineKind(kind), kind, amounts, **more)  # type: ignore[arg-type]


def shown(row: Sequence[int], count: int = 6) -> list[int]:
    return list(row[:count])


def test_without_tax_money_follows_sales_and_costs_with_their_terms() -> None:
    figures = reckon(
        plan(
            line("sales", every(10_000_00), 1, delay=1),
            line("cost", every(4_000_00), 2),
            line("material", every(0), 3, percent=Decimal("33.33"), delay=2),
            opening=5_000_00,
        )
    )

    # Material: 33.33 % of 10 000.00 = 3 333.00, paid two months later; customers pay a month later.
    assert shown(figures.material, 2) == [3_333_00, 3_333_00]
    assert shown(figures.balance, 4) == [1_000_00, 7_000_00, 9_667_00, 12_334_00]
    assert figures.lowest == (1_000_00, 0)
    assert figures.years()[0].result == 12 * (10_000_00 - 3_333_00 - 4_000_00)


def test_the_effective_method_settles_each_quarter_two_months_later() -> None:
    figures = reckon(
        plan(
            line("sales", every(12_345_67), 1, vat=Decimal("8.1")),
            line("cost", every(2_000_05), 2, vat=Decimal("2.6")),
            method=VatMethod.EFFECTIVE,
        )
    )

    # 8.1 % of 12 345.67 = 999.99927 → 1 000.00; 2.6 % of 2 000.05 = 52.0013 → 52.00. A month owes 948.00.
    assert figures.receipts["sales"][0] == 13_345_67
    assert figures.payments["costs"][0] == 2_052_05
    assert figures.payments["vat"][:9] == [0, 0, 0, 0, 2_844_00, 0, 0, 2_844_00, 0]
    assert figures.sales[0] == 12_345_67
    assert figures.costs[0] == 2_000_05
    assert figures.vat_owed_at_end == 2_844_00


def test_a_quarter_is_the_calendars_whenever_the_plan_begins_and_a_surplus_comes_back() -> None:
    figures = reckon(
        plan(
            line("investment", months(m1=100_000_00), vat=Decimal("8.1"), span=60),
            method=VatMethod.EFFECTIVE,
            first=date(2027, 2, 1),
        )
    )

    # February and March end the first quarter; 8 100.00 come back in May, the plan's fourth month.
    assert shown(figures.receipts["vat_back"], 5) == [0, 0, 0, 8_100_00, 0]
    assert shown(figures.balance, 4) == [-108_100_00, -108_100_00, -108_100_00, -100_000_00]


def test_net_tax_rates_take_a_share_of_the_turnover_with_tax_each_half_year() -> None:
    figures = reckon(
        plan(
            line("sales", every(10_000_00), 1, vat=Decimal("8.1")),
            line("cost", every(1_000_00), 2, vat=Decimal("8.1")),
            method=VatMethod.NET,
            rate="6.2",
        )
    )

    # Turnover with tax 10 810.00; 6.2 % of it = 670.22. Half a year: 4 021.32, paid in August.
    assert figures.sales[0] == 10_810_00 - 670_22
    assert figures.costs[0] == 1_081_00
    assert figures.payments["vat"][:9] == [0] * 7 + [4_021_32, 0]
    assert figures.vat_owed_at_end == 4_021_32


def test_wages_carry_the_employers_contributions() -> None:
    figures = reckon(plan(line("staff", every(5_433_35), percent=Decimal("14.5"))))

    # 14.5 % of 5 433.35 = 787.83575 → 787.84.
    assert figures.staff[0] == 6_221_19
    assert figures.payments["staff"] == figures.staff


def test_an_investment_is_written_off_in_equal_parts_that_add_up() -> None:
    figures = reckon(plan(line("investment", months(m3=10_000_00), span=36)))

    # 10 000.00 over 36 months: 277.78 (277.777…), then so far rounded: 555.56 − 277.78 = 277.78, 833.33 − 555.56 = 277.77.
    assert figures.depreciation[:6] == [0, 0, 277_78, 277_78, 277_77, 277_78]
    assert sum(figures.depreciation) == 9_444_44  # 34 of 36 months
    assert figures.payments["investments"][2] == 10_000_00


def test_a_loan_bears_interest_on_what_is_owed_and_is_repaid_after_the_grace() -> None:
    figures = reckon(plan(line("loan", months(m1=30_000_00), percent=Decimal("4.25"), span=24, grace=2)))

    # Interest from the second month: 30 000 × 4.25 % ÷ 12 = 106.25. First repayment of 1 250.00 in the fourth month.
    assert figures.interest[:6] == [0, 106_25, 106_25, 106_25, 101_82, 97_40]
    assert figures.payments["repayment"][:5] == [0, 0, 0, 1_250_00, 1_250_00]
    assert sum(figures.payments["repayment"]) == 30_000_00
    assert figures.interest[27:] == [0] * 9
    assert figures.receipts["loans"][0] == 30_000_00


def test_break_even_in_a_year_and_the_month_from_which_the_plan_pays() -> None:
    figures = reckon(
        plan(
            line("sales", (0,) * 12 + (20_000_00,) * 24, 1),
            line("material", every(0), 2, percent=Decimal(40)),
            line("cost", every(6_000_00), 3),
        )
    )
    first, second, _third = figures.years()

    # Second year: fixed 72 000 at a margin of 60 % → 120 000. Losses of 72 000 are made good by 6 000 a month: 12 months.
    assert first.break_even is None
    assert second.break_even == 120_000_00
    assert figures.pays_from == 23
    assert reckon(plan()).pays_from is None


def test_half_a_centime_goes_up_on_both_sides_of_nil() -> None:
    assert part_of(50, Decimal(1)) == 1
    assert part_of(-50, Decimal(1)) == -1
    assert part_of(49, Decimal(1)) == 0


AMOUNTS = st.lists(st.integers(0, 10**9), min_size=36, max_size=36).map(tuple)


@settings(max_examples=25, deadline=None)
@given(
    sales=AMOUNTS,
    costs=AMOUNTS,
    method=st.sampled_from(VatMethod),
    first=st.integers(1, 12),
    delay=st.integers(0, 3),
    opening=st.integers(-(10**9), 10**9),
)
def test_no_centime_is_lost_whatever_is_entered(
    sales: tuple[int, ...], costs: tuple[int, ...], method: VatMethod, first: int, delay: int, opening: int
) -> None:
    entered = plan(
        line("sales", sales, 1, vat=Decimal("8.1"), delay=delay),
        line("cost", costs, 2, vat=Decimal("3.8")),
        line("investment", costs, 3, vat=Decimal("8.1"), span=24),
        method=method,
        rate="5.3",
        opening=opening,
        first=date(2027, first, 1),
    )
    figures = reckon(entered)

    assert figures.balance[-1] == opening + sum(figures.money_in) - sum(figures.money_out)
    assert sum(year.result for year in figures.years()) == sum(figures.result)
    assert from_content(content_of(entered)) == entered
    # What is earned and not yet paid, less what is bought and not yet written off, explains the money to the centime.
    unpaid = (
        sum(
            part_of(amount, Decimal("8.1")) + amount if method != VatMethod.NONE else amount
            for amount in sales[36 - delay :]
        )
        if delay
        else 0
    )
    bought = sum(figures.payments["investments"])
    back = sum(part_of(amount, Decimal("8.1")) for amount in costs) if method == VatMethod.EFFECTIVE else 0
    stock = bought - back - sum(figures.depreciation)
    assert figures.balance[-1] - opening == sum(figures.result) - unpaid - stock + figures.vat_owed_at_end


@settings(max_examples=40, deadline=None)
@given(amount=st.integers(0, 10**11), start=st.integers(0, 35), span=st.integers(1, 36))
def test_equal_parts_add_up_and_differ_by_a_centime_at_most(amount: int, start: int, span: int) -> None:
    parts = spread(amount, start, span)

    if start + span <= 36:
        assert sum(parts) == amount
    used = parts[start : start + span]
    assert max(used) - min(used) <= 1


def test_two_plans_side_by_side_tell_what_came_went_and_changed() -> None:
    before = plan(line("sales", every(100_00), 1), line("cost", every(10_00), 2), line("cost", every(5_00), 3))
    after = plan(line("sales", every(120_00), 1), line("cost", every(10_00), 2), line("staff", every(7_00), 4))

    found = compare(before, after)

    assert [(row.how, row.change) for row in found.lines] == [
        ("changed", 720_00), ("gone", -180_00), ("new", 252_00),
    ]  # fmt: skip
    assert found.years[0][1][0].change == 240_00
    assert not found.settings_changed


@pytest.mark.parametrize("lines", [(), (line("sales", every(1_00)), line("cost", every(50_000_00), 2))])
@pytest.mark.parametrize("opening", [0, 50_000_00, -99_999_999_99])
def test_charts_stay_on_their_paper(opening: int, lines: tuple[Line, ...]) -> None:
    figures = reckon(plan(*lines, opening=opening))

    for chart in (money_chart(figures, "a"), break_even_chart(figures, "a", "b")):
        places = [float(place) for curve in chart.curves for pair in curve.points.split() for place in pair.split(",")]
        assert 0 <= min(places) <= max(places) <= 720
        assert 2 <= len(chart.ticks) <= 9
