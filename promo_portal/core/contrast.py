"""Reads the colour tokens and computes what the eye gets: WCAG contrast of every pair the portal uses."""

import re
from dataclasses import dataclass
from pathlib import Path

TEXT, CONTROL = 4.5, 3.0
LINEAR_BELOW = 0.04045  # sRGB's curve starts as a line
DECLARATION = re.compile(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6});")


@dataclass(frozen=True)
class Pair:
    """A colour on a ground, and the least ratio it must reach."""

    colour: str
    ground: str
    least: float = TEXT


GROUNDS = ("page", "sunk", "raised")
PAIRS = [
    *(Pair(colour, ground) for colour in ("ink", "ink-2", "ink-3", "accent", "accent-hi", "bad") for ground in GROUNDS),
    *(Pair("ctl", ground, CONTROL) for ground in GROUNDS),
    *(Pair(colour, "tint") for colour in ("ink", "ink-2", "accent")),
    Pair("on-accent", "accent"),
    Pair("on-accent", "accent-hi"),
    Pair("page", "ink"),
    *(Pair(state, f"{state}-t") for state in ("ok", "warn", "bad")),
    *(Pair(state, "page") for state in ("ok", "warn")),
    *(Pair("ink", f"{state}-t") for state in ("ok", "warn", "bad")),
    Pair("ink-2", "land"),
    Pair("accent", "land", CONTROL),
    *(Pair(f"cat-{number}", "page", CONTROL) for number in range(1, 6)),
]


def tokens(css: str) -> dict[str, dict[str, str]]:
    """The three blocks of the tokens file: ``light``, ``dark`` (chosen) and ``dark by system``."""
    found = {}
    for name, start in (
        ("light", "html[data-theme] {"),
        ("dark by system", "html:not([data-theme=light]) {"),
        ("dark", "html[data-theme=dark] {"),
    ):
        block = css.split(start, 1)[1].split("}", 1)[0]
        found[name] = dict(DECLARATION.findall(block))
    return found


def read_tokens(base: Path) -> dict[str, dict[str, str]]:
    """The tokens of this checkout."""
    return tokens((base / "static" / "css" / "tokens.css").read_text())


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB`` (WCAG 2.2)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(first: str, second: str) -> float:
    """Contrast ratio, from 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
