"""Reads our compact data files: semicolons, UTF-8; lines with # name the source."""

import csv
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"


def rows(name: str, folder: Path = DATA) -> Iterator[dict[str, str]]:
    """Return a file's rows."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader((line for line in file if not line.startswith("#")), delimiter=";")
