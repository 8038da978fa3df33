"""UIDs of invented organisations: right check digit, from the range beginning with 9, which the register has not given out."""

from collections.abc import Iterator

_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4)
_RANGE = 10_000_000
_STEP = 7_368_787  # prime to the range, so that every number comes once before any comes again
_MODULUS = 11
_SLACK = 1.2  # one number in eleven has no check digit


def check_digit(eight: str) -> str:
    """Return the check digit after eight digits (modulo 11, eCH-0097), or nothing where there is none."""
    digit = -sum(weight * int(figure) for weight, figure in zip(_WEIGHTS, eight, strict=True)) % _MODULUS
    return str(digit) if digit < _MODULUS - 1 else ""


def uids(batch: int, size: int, seed: int) -> Iterator[str]:
    """Return at least ``size`` nine-digit numbers that no other batch of this size returns."""
    width = int(size * _SLACK) + 50
    for place in range(batch * width, (batch + 1) * width):
        eight = f"9{(place * _STEP + seed * 104_729) % _RANGE:07d}"
        digit = check_digit(eight)
        if digit:
            yield eight + digit
