"""A readiness grid as a radar chart: plain numbers for a server-drawn picture, with the table beside it saying the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any

from coaching.models import CaseFile, ReadinessScore
from coaching.models.progress import AREAS, HIGHEST

RADIUS, LABEL_AT = 80, 96
LEFT, RIGHT = -8, 8  # beyond, a label ends or begins at its point


@dataclass(frozen=True)
class Spoke:
    """One area's axis, with its label."""

    x: float
    y: float
    label: str
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class Outline:
    """The shape of one moment."""

    month: int
    points: str
    series: int


def _at(place: int, radius: float) -> tuple[float, float]:
    angle = 2 * pi * place / len(AREAS) - pi / 2
    return round(radius * cos(angle), 1), round(radius * sin(angle), 1)


def _points(radii: Sequence[float]) -> str:
    return " ".join(f"{x},{y}" for x, y in (_at(place, radius) for place, radius in enumerate(radii)))


def spokes() -> list[Spoke]:
    """The five axes."""
    found = []
    for place, area in enumerate(AREAS):
        x, y = _at(place, RADIUS)
        label_x, label_y = _at(place, LABEL_AT)
        anchor = "middle" if LEFT <= label_x <= RIGHT else "start" if label_x > 0 else "end"
        label = str(ReadinessScore._meta.get_field(area).verbose_name)  # type: ignore[union-attr]
        found.append(Spoke(x, y, label, label_x, label_y + 4, anchor))
    return found


def rings() -> list[str]:
    """The steps of the scale."""
    return [_points([RADIUS * step / HIGHEST] * len(AREAS)) for step in range(1, HIGHEST + 1)]


def outlines(scores: Sequence[ReadinessScore]) -> list[Outline]:
    """One shape for each moment that was judged."""
    return [
        Outline(score.month, _points([RADIUS * value / HIGHEST for value in score.values()]), number)
        for number, score in enumerate(scores, 1)
    ]


def picture(scores: Sequence[ReadinessScore]) -> dict[str, Any]:
    """What ``coaching/_radar.html`` draws and says: axes, rings, one shape per moment, and the table of the same figures."""
    axes = spokes()
    return {
        "spokes": axes,
        "rings": rings(),
        "outlines": outlines(scores),
        "areas": [
            {"label": axis.label, "values": [score.values()[place] for score in scores]}
            for place, axis in enumerate(axes)
        ],
        "scores": scores,
    }


def judgements(case: CaseFile) -> list[Any]:
    """Every judgement that was ever made of a file, the latest first: who, when, and what it said then."""
    history: Any = ReadinessScore.history.rel.related_model  # type: ignore[attr-defined]
    rows = history.objects.filter(case_file_id=case.pk).exclude(pgh_label="delete")
    return list(rows.select_related("scored_by").order_by("-pgh_created_at", "-pgh_id"))
