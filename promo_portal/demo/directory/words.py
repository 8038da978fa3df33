"""The words and trades from which organisations are made up, read once from our own files."""

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Trade:
    """What an organisation does, with the words for its name and its purpose by language."""

    key: str
    codes: tuple[str, ...]
    kind: str
    does: str
    market: str
    size: str
    craft: dict[str, list[str]]
    products: dict[str, list[str]]
    skills: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """Everything names and purposes are made of, each by language."""

    families: dict[str, list[str]]
    first_names: dict[str, list[str]]
    fields: dict[str, list[str]]
    coined: tuple[list[str], list[str]]
    streets: dict[str, list[str]]
    sentences: dict[str, dict[str, list[str]]]
    markets: dict[str, dict[str, list[str]]]
    closings: dict[str, dict[str, list[str]]]
    functions: dict[str, list[str]]


@cache
def words() -> Words:
    """Return the words of ``words.toml``."""
    data = _read("words")
    families = {language: data[f"families_{language}"].split() for language in ("fr", "de", "it")}
    return Words(
        families=families,
        first_names={language: data[f"first_{language}"].split() for language in ("fr", "de")},
        fields={language: data[f"valleys_{language}"].split() for language in ("fr", "de")},
        coined=(data["coined_a"].split(), data["coined_b"].split()),
        streets={
            language: [street.strip() for street in data[f"streets_{language}"].split(";")] for language in ("fr", "de")
        },
        sentences=data["sentences"],
        markets=data["markets"],
        closings=data["closings"],
        functions=data["functions"],
    )


@cache
def trades() -> tuple[Trade, ...]:
    """Return the trades of ``trades.toml``, in the file's order."""
    return tuple(
        Trade(
            key=row["key"],
            codes=tuple(row["codes"]),
            kind=row.get("kind", "company"),
            does=row["does"],
            market=row["market"],
            size=row["size"],
            craft={"fr": row["craft_fr"], "de": row["craft_de"]},
            products={"fr": row["fr"], "de": row["de"]},
            skills=tuple(row["skills"]),
        )
        for row in _read("trades")["trade"]
    )


@cache
def trade_weights(where: str) -> list[float]:
    """How common the trades are, added up: ``arc`` (Bernese Jura and Bienne) or ``country``."""
    return list(accumulate(float(row[where]) for row in _read("trades")["trade"]))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
