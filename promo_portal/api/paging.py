"""Lists read in steps by key: the thousandth step costs what the first does, and nothing comes twice."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from promo_portal.api.asking import Asked

ModelT = TypeVar("ModelT", bound=Model)


def listed(
    asked: Asked, rows: QuerySet[ModelT], order: Sequence[str], show: Callable[[list[ModelT]], list[Any]]
) -> dict[str, Any]:
    """Answer a list in ``order`` (all rising, or all with a minus; the last one is unique and none is empty)."""
    limit = asked.take_limit()
    place = asked.take_cursor()
    asked.finish()
    count = place.get("count")
    if count is None:
        count = rows.order_by().count()
    found = list(rows.filter(_after(order, place["key"]) if place else Q()).order_by(*order)[: limit + 1])
    more, page = found[limit:], found[:limit]
    key = [getattr(page[-1], field.lstrip("-")) for field in order] if more else []
    return {
        "items": show(page),
        "next": asked.cursor({"key": [_plain(value) for value in key], "count": count}) if more else None,
        "count": count,
        "count_is_exact": True,
        "hints": asked.hints,
    }


def _after(order: Sequence[str], key: Sequence[Any]) -> Q:
    condition, equal = Q(), Q()
    for name, value in zip(order, key, strict=True):
        field = name.lstrip("-")
        condition |= equal & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{field: value})
    return condition


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def features(answer: dict[str, Any], source: str) -> dict[str, Any]:
    """The same page as GeoJSON: what has no place of its own has no geometry."""
    items = answer.pop("items")
    return answer | {
        "source": source,
        "features": [
            {
                "id": item["id"],
                "geometry": None if item["lon"] is None else {"coordinates": [item["lon"], item["lat"]]},
                "properties": {name: value for name, value in item.items() if name not in {"lon", "lat"}},
            }
            for item in items
        ],
    }
