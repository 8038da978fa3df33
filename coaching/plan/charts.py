"""A plan drawn by the server: plain numbers for a picture, with the table beside it saying the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from coaching.models.plan import MONTHS
from coaching.plan.reckoning import YEAR, Figures, total

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 84, 96, 12, 28
STEPS = (1, 2, 5, 10)
TICKS = 5
FRANC = 100


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    y: str
    amount: int  # centimes


@dataclass(frozen=True)
class Bar:
    """A month's change of money."""

    x: str
    y: str
    height: str
    is_loss: bool


@dataclass(frozen=True)
class Curve:
    """A line over the months, named at its end."""

    points: str
    end_y: str
    name: str


@dataclass(frozen=True)
class Chart:
    """What a template needs to draw a chart; all places are ready to print."""

    ticks: list[Tick]
    years: list[str]
    base: str
    curves: list[Curve]
    bars: list[Bar]
    mark: tuple[str, str] | None = None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def _scale(lowest: int, highest: int) -> list[int]:
    """Round amounts in centimes, from below the lowest to above the highest; nil is one of them."""
    lowest = min(lowest, 0)
    highest = max(highest, lowest + 1_000 * FRANC, 0)
    reach = highest - lowest
    power = 10 ** (len(str(reach // TICKS)) - 1)
    step = next(factor * power for factor in STEPS if factor * power * TICKS >= reach)
    return list(range(lowest // step * step, -(-highest // step) * step + 1, step))


class _Paper:
    """Turns months and centimes into places on the picture."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        amounts = [amount for row in rows for amount in row]
        self.scale = _scale(min(amounts), max(amounts))

    def x(self, month: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * month / MONTHS

    def y(self, amount: int) -> float:
        low, high = self.scale[0], self.scale[-1]
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - amount) / (high - low)

    def curve(self, row: Sequence[int], name: str) -> Curve:
        points = " ".join(f"{self.x(month + 0.5):.1f},{self.y(amount):.1f}" for month, amount in enumerate(row))
        return Curve(points, f"{self.y(row[-1]) + 4:.1f}", name)

    def bar(self, month: int, amount: int) -> Bar:
        top, foot = sorted((self.y(amount), self.y(0)))
        return Bar(f"{self.x(month + 0.2):.1f}", f"{top:.1f}", f"{max(foot - top, 0.5):.1f}", amount < 0)

    def chart(self, curves: list[Curve], bars: list[Bar], mark: tuple[str, str] | None = None) -> Chart:
        ticks = [Tick(f"{self.y(amount):.1f}", amount) for amount in self.scale]
        years = [f"{self.x(year * YEAR):.1f}" for year in range(MONTHS // YEAR)]
        return Chart(ticks, years, f"{self.y(0):.1f}", curves, bars, mark)


def money_chart(figures: Figures, name: str) -> Chart:
    """Money at hand as a curve, its change in each month as bars."""
    paper = _Paper([figures.balance, figures.change])
    bars = [paper.bar(month, amount) for month, amount in enumerate(figures.change) if amount]
    return paper.chart([paper.curve(figures.balance, name)], bars)


def break_even_chart(figures: Figures, sales_name: str, costs_name: str) -> Chart:
    """Sales and costs added up from the start; where the sales pass the costs for good stands a mark."""
    spent = total([figures.material, figures.staff, figures.costs, figures.depreciation, figures.interest])
    sales, costs = list(accumulate(figures.sales)), list(accumulate(spent))
    paper = _Paper([sales, costs])
    month = figures.pays_from
    mark = (f"{paper.x(month + 0.5):.1f}", f"{paper.y(sales[month]):.1f}") if month is not None else None
    curves = _apart([paper.curve(sales, sales_name), paper.curve(costs, costs_name)])
    return paper.chart(curves, [], mark)


def _apart(curves: list[Curve]) -> list[Curve]:
    """Two names at the end of their curves, moved so that neither covers the other."""
    first, second = curves
    gap = float(second.end_y) - float(first.end_y)
    if abs(gap) >= 14:  # noqa: PLR2004 - a line of small print
        return curves
    up, down = (first, second) if gap >= 0 else (second, first)
    middle = (float(first.end_y) + float(second.end_y)) / 2
    moved = {id(up): f"{middle - 7:.1f}", id(down): f"{middle + 7:.1f}"}
    return [Curve(curve.points, moved[id(curve)], curve.name) for curve in curves]
