"""The values of a note as a person reads them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from companies import entry
from companies.entry import LINKS
from companies.imports.headers import LABELS
from promo_portal.core.formats.words import number


def label_of(name: str) -> str:
    """A column of a file, or a field of an entry, in words."""
    text = str(entry.BY_NAME[name].label if name in entry.BY_NAME else LABELS.get(name, name))
    return text[:1].upper() + text[1:]


def in_words(values: Mapping[str, Any]) -> dict[str, Any]:
    """Names of fields and stored texts told in words."""
    if isinstance(values.get("most"), int):
        values = dict(values) | {"most": number(values["most"])}
    if "why_values" in values:
        return dict(values) | {"why": gettext(values["why"]) % values["why_values"]}
    if "holds" in values:
        return {"holds": entry.BETWEEN.join(_held(name, text) for name, text in values["holds"])}
    name = values.get("field")
    if not isinstance(name, str):
        return dict(values)
    shown = dict(values) | {"field": label_of(name)}
    if name in entry.BY_NAME and name not in LINKS and not entry.BY_NAME[name].related:  # those are in words already
        for key in ("before", "after"):
            if key in shown:
                shown[key] = entry.shown(name, shown[key]) or "–"
    return shown


def _held(name: str, text: str) -> str:
    shown = text if name in LINKS else entry.shown(name, text)
    return gettext("%(field)s: %(value)s") % {"field": label_of(name), "value": shown}
