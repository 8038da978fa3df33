"""A6: no small figure follows from the others, by subtraction within a column or from a total."""

from itertools import product
from random import Random

import pytest

from promo_portal.core.small_numbers import SMALL, Cell, Shown, cell, total, with_parts


def possible(whole: Cell, parts: dict[str, Cell], most: int) -> set[tuple[int, ...]]:
    """What a reader must hold possible: all parts and rests that agree with what is shown."""
    ranges = [
        {Shown.EXACT: [found.value], Shown.SMALL: range(SMALL), Shown.WITHHELD: range(SMALL, most)}[found.kind]
        for found in parts.values()
    ]
    rests = range(most)
    found = set()
    for values in product(*ranges, rests):
        count = sum(values)
        fits = {
            Shown.EXACT: count == whole.value,
            Shown.SMALL: count < SMALL,
            Shown.WITHHELD: count >= SMALL,
        }[whole.kind]
        if fits:
            found.add(values)
    return found


@pytest.mark.parametrize("seed", range(200))
def test_whatever_is_small_may_be_anything_from_none_to_four(seed: int) -> None:
    drawn = Random(seed)
    *parts, rest = (drawn.randrange(drawn.choice((5, 8, 13))) for _each in range(3))
    named = {"a": parts[0], "b": parts[1]}
    whole, shown = with_parts(sum(parts) + rest, named)

    left = possible(whole, shown, 40)

    assert (*parts, rest) in left, "what is shown is true"
    if whole.kind == Shown.SMALL:
        return  # nothing but small ones within a small one
    for place, count in enumerate(parts):
        if count < SMALL:
            assert set(range(SMALL)) <= {values[place] for values in left}, f"{whole} {shown}"
    if rest < SMALL:  # shown nowhere; it must not follow either
        assert len({values[-1] for values in left}) >= SMALL, f"{whole} {shown}"


@pytest.mark.parametrize("seed", range(100))
def test_a_total_says_nothing_that_its_columns_do_not_say(seed: int) -> None:
    drawn = Random(seed)
    columns = [[drawn.randrange(13) for _each in range(3)] for _column in range(drawn.randrange(1, 7))]
    shown = [with_parts(sum(column), {"a": column[0], "b": column[1]}) for column in columns]
    for cells in ([whole for whole, _parts in shown], *([parts[name] for _whole, parts in shown] for name in "ab")):
        found = total(cells)
        known = sum(one.value for one in cells if one.kind == Shown.EXACT)

        assert found.value == known
        assert (found.kind == Shown.EXACT) == all(one.kind == Shown.EXACT for one in cells)


@pytest.mark.parametrize(
    ("whole", "parts", "expected"),
    [
        (20, {"a": 8, "b": 7}, "20 a8 b7"),  # five others: nothing small
        (12, {"a": 8, "b": 2}, "12 a8 b<"),
        (12, {"a": 10, "b": 1}, "12 a… b<"),  # else b were two at most
        (10, {"a": 5, "b": 5}, "… a… b…"),  # else "none otherwise"
        (5, {"a": 5, "b": 0}, "… a… b<"),
        (4, {"a": 3, "b": 1}, "< a< b<"),
        (0, {"a": 0, "b": 0}, "< a< b<"),
        (6, {"a": 9, "b": 1}, "6 a9 b<"),  # counted over other years: nothing to subtract
    ],
)
def test_how_little_is_withheld(whole: int, parts: dict[str, int], expected: str) -> None:
    def word(found: Cell) -> str:
        return {Shown.EXACT: str(found.value), Shown.SMALL: "<"}.get(found.kind, "…")

    found, shown = with_parts(whole, parts)

    assert " ".join([word(found), *(name + word(one) for name, one in shown.items())]) == expected


def test_a_sum_of_few_records_is_small_however_great_it_is() -> None:
    assert cell(4, 250) == Cell(Shown.SMALL)
    assert cell(5, 3) == Cell(Shown.EXACT, 3)
