"""The printed directory: cover, contents, entries by municipality, by activity, and an index with page numbers.

Typst sets it from ``directory.typ``; the entries reach it as JSON only, so that no text of a company is ever read as a
command. The result is a tagged PDF/UA-1 in French or German.
"""

import json
import re
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import fontpkg_inter
import typst
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from fontTools.ttLib import TTFont

from companies.exports.rows import Exported, exported
from companies.models import Organisation
from companies.names import key_of
from promo_portal.core.formats import words
from promo_portal.regions.models import ActivityCode

TEMPLATE = Path(__file__).with_name("directory.typ")
FONTS = fontpkg_inter.ROOT / "files"
LONGEST_PURPOSE = 260  # characters; a book is read, not scrolled
STANDARD: Literal["ua-1"] = "ua-1"
Progress = Callable[[int], None]
_SPACES = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")


@cache
def _letters() -> frozenset[int]:
    """The characters that the typeface has; a tagged PDF may show no other."""
    with TTFont(FONTS / "Inter[opsz,wght].ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def printable(text: str) -> str:
    """One line of text that can be set: characters that the typeface lacks become a question mark, invisible ones go.

    Spaces that hold a phone number or a French colon together stay what they are.
    """
    line = _SPACES.sub(" ", text)
    shown = (letter for letter in line if unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cs", "Cn"})
    return "".join(letter if ord(letter) in _letters() else "?" for letter in shown).strip(" ")


class EmptyBook(Exception):
    """There is nothing to print."""


def make_book(
    rows: QuerySet[Organisation],
    path: Path,
    *,
    language: str,
    on: date,
    title: str = "",
    progress: Progress | None = None,
) -> int:
    """Write the book and return how many entries it holds; raises ``EmptyBook`` where there are none.

    ``progress`` hears the number of entries gathered; setting the pages follows (about 400 entries a second).
    """
    with override(language), tempfile.TemporaryDirectory() as folder:
        found = []
        for number, row in enumerate(exported(rows, language=language), start=1):
            found.append(row)
            if progress and number % 100 == 0:
                progress(number)
        if not found:
            raise EmptyBook
        content = contents(found, language=language, on=on, title=title)
        (Path(folder) / "data.json").write_text(json.dumps(_set(content), ensure_ascii=False), encoding="utf-8")
        (Path(folder) / TEMPLATE.name).write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        compiler = typst.Compiler(root=folder, font_paths=[str(FONTS)], ignore_system_fonts=True)
        compiler.compile(str(Path(folder) / TEMPLATE.name), output=str(path), format="pdf", pdf_standards=[STANDARD])
        return len(found)


def _set(content: Any) -> Any:
    """The content with every text as it can be printed."""
    if isinstance(content, str):
        return printable(content)
    if isinstance(content, dict):
        return {key: _set(value) for key, value in content.items()}
    return [_set(value) for value in content] if isinstance(content, list) else content


def contents(found: list[Exported], *, language: str, on: date, title: str = "") -> dict[str, Any]:
    """All that stands in the book, in the language in force."""
    by_place: dict[str, list[Exported]] = defaultdict(list)
    for row in found:
        by_place[row.organisation.municipality.name].append(row)
    activities = {code.pk for row in found for code in row.activities}
    state = _("as of %(day)s") % {"day": words.day(on)}
    return {
        "title": title or _("Directory of companies"),
        "territory": str(settings.BRANDING["territory"]),
        "operator": str(settings.BRANDING["operator"]),
        "language": language,
        "year": on.year,
        "month": on.month,
        "day": on.day,
        "figures": [
            {"value": words.number(len(found)), "label": ngettext("entry", "entries", len(found))},
            {"value": words.number(len(by_place)), "label": ngettext("municipality", "municipalities", len(by_place))},
            {"value": words.number(len(activities)), "label": ngettext("activity", "activities", len(activities))},
        ],
        "words": {
            "description": _("Organisations by municipality and by activity, with an index of names"),
            "state": state,
            "page": _("page"),
            "contents": _("Contents"),
            "by_municipality": _("By municipality"),
            "by_activity": _("By activity"),
            "index": _("Index"),
            "how_to_read": _(
                "Every entry stands once, under its municipality. By activity and in the index, the number is its page."
            ),
        },
        "municipalities": [
            {
                "name": place,
                "count_text": ngettext("%(n)s entry", "%(n)s entries", len(entries))
                % {"n": words.number(len(entries))},
                "entries": [entry(row, language=language) for row in entries],
            }
            for place, entries in sorted(by_place.items(), key=lambda item: key_of(item[0]))
        ],
        "activities": by_activity(found),
        "index": index(found),
    }


def entry(row: Exported, *, language: str) -> dict[str, Any]:
    """One entry's lines."""
    one = row.organisation
    purpose, spoken = _purpose(one, language)
    locality = f"{one.postcode} {one.locality}".strip() or one.municipality.name
    reach = [
        (words.phone(one.phone), words.phone_uri(one.phone)) if one.phone else None,
        (one.email, f"mailto:{one.email}") if one.email else None,
        (one.website.removeprefix("https://").removeprefix("http://").rstrip("/"), one.website)
        if one.website
        else None,
        (str(row.contact), "") if row.contact else None,
    ]
    facts = [
        one.uid_display,
        one.get_size_class_display() if one.size_class else "",
        _("since %(year)s") % {"year": one.founded_year} if one.founded_year else "",
        _("confirmed %(month)s") % {"month": words.month_year(one.confirmed_on)} if one.confirmed_on else "",
    ]
    return {
        "id": one.pk,
        "name": one.name,
        "purpose": purpose,
        "purpose_language": spoken,
        "address": ", ".join(line for line in (one.street, one.address_extra, locality) if line),
        "reach": [{"text": found[0], "url": found[1]} for found in reach if found],
        "facts": " · ".join(fact for fact in facts if fact),
        "capabilities": ", ".join(row.capabilities),
    }


def _purpose(one: Organisation, language: str) -> tuple[str, str]:
    """What they make, shortened at a word, and the language it is in."""
    for spoken in (language, "fr", "de", "en"):
        text = " ".join(getattr(one, f"purpose_{spoken}").split())
        if text:
            if len(text) > LONGEST_PURPOSE:
                text = text[:LONGEST_PURPOSE].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
            return text, spoken
    return "", language


def by_activity(found: Iterable[Exported]) -> list[dict[str, Any]]:
    """Names by division and class; an entry stands under each of its activities."""
    labels = {code.code: code.label for code in ActivityCode.objects.filter(level=ActivityCode.Level.DIVISION)}
    classes: dict[str, dict[str, list[Exported]]] = defaultdict(lambda: defaultdict(list))
    names: dict[str, str] = {}
    for row in found:
        for code in row.activities:
            classes[code.code[:2]][code.code].append(row)
            names[code.code] = str(code)
    return [
        {
            "label": f"{division} {labels.get(division, '')}".strip(),
            "classes": [
                {"label": names[code], "entries": [_line(row) for row in entries]}
                for code, entries in sorted(classes[division].items())
            ],
        }
        for division in sorted(classes)
    ]


def _line(row: Exported) -> dict[str, Any]:
    one = row.organisation
    return {"id": one.pk, "name": one.name, "place": one.locality or one.municipality.name}


def index(found: Iterable[Exported]) -> list[dict[str, Any]]:
    """Names by first letter; what begins with a figure comes first."""
    letters: dict[str, list[Exported]] = defaultdict(list)
    for row in found:
        first = row.organisation.name_key[:1].upper()
        letters[first if first.isalpha() else "0–9"].append(row)
    return [
        {"letter": letter, "entries": [_line(row) for row in sorted(entries, key=lambda r: r.organisation.name_key)]}
        for letter, entries in sorted(letters.items())
    ]
