"""The founders of the demonstration: invented people and projects, as data for the replay."""

import tomllib
from pathlib import Path
from typing import Any

from promo_portal.demo.stories.plot import Ending, Errand, Fate, Story

_FOLDER = Path(__file__).parent
_FILES = ("cep.toml", "seeland.toml")


def stories() -> tuple[Story, ...]:
    """All founders, file by file, in the order of the files."""
    rows = [row for name in _FILES for row in tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))["story"]]
    return tuple(_story(row) for row in rows)


def _story(row: dict[str, Any]) -> Story:
    row["fate"] = Fate(row["fate"])
    row["errands"] = tuple(Errand(**errand) for errand in row.get("errands", ()))
    for name in ("meetings", "notes"):
        row[name] = tuple(row.get(name, ()))
    for name in ("paused", "closed"):
        row[name] = Ending(**row[name]) if name in row else None
    return Story(**row)
