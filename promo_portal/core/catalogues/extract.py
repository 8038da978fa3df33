"""Which texts the program asks to be translated: Babel reads Python, Django turns templates into something alike."""

import ast
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

from promo_portal.core.catalogues.merge import Complaint, Key
from promo_portal.core.catalogues.places import ROOT, python_files, template_files

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


@dataclass
class Wanted:
    """A text in need of translation: its plural if it has one, and where it is used."""

    msgid: str
    plural: str | None = None
    context: str | None = None
    places: list[str] = field(default_factory=list)


def wanted_texts(root: Path = ROOT) -> dict[Key, Wanted]:
    """Return every text of the project's Python and templates."""
    found: dict[Key, Wanted] = {}
    for path in (*python_files(root), *template_files(root)):
        place = path.relative_to(root).as_posix()
        for line, msgid, plural, context in texts_of(path, place):
            wanted = found.setdefault((msgid, context), Wanted(msgid, context=context))
            wanted.plural = wanted.plural or plural
            wanted.places.append(f"{place}:{line}")
    return found


def texts_of(path: Path, origin: str) -> Iterator[tuple[int, str, str | None, str | None]]:
    """Return (line, msgid, plural, context) of one file."""
    source = path.read_text()
    if path.suffix != ".py":
        if "{%" not in source and "{{" not in source:
            return
        # Indentation means something to Python and nothing to a template.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=origin).split("\n"))
    for line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        if isinstance(message, tuple):
            yield line, message[0], message[1] if len(message) > 1 else None, context
        elif message:
            yield line, message, None, context


# -- texts that nobody marked for translation --------------------------------------------------------------------------

_CODE = (
    re.compile(r"\{#.*?#\}"),
    re.compile(r"\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL),
    re.compile(r"\{%\s*blocktrans(?:late)?\b.*?%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL),
    re.compile(r"\{%\s*verbatim\b.*?%\}.*?\{%\s*endverbatim\s*%\}", re.DOTALL),
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"<code>[^<]*</code>"),
    re.compile(r"<style\b.*?</style>", re.DOTALL),
    re.compile(r"\{%.*?%\}", re.DOTALL),
    re.compile(r"\{\{.*?\}\}", re.DOTALL),
)
_SPOKEN_ATTRIBUTE = re.compile(r"\s(?:alt|title|aria-label|placeholder|data-busy-label)=\"([^\"]*)\"")
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_WORD = re.compile(r"[a-zà-ÿ]{3,}|[A-ZÀ-Ý][a-zà-ÿ]+", re.UNICODE)
_ENTITY = re.compile(r"&#?\w+;")
# The style page shows components with invented French contents; robots.txt and the like speak to machines.
_SAMPLES = re.compile(r"templates/(portal/styleguide|styleguide|portal/machines)|/robots\.txt$")
_SPOKEN_ARGUMENTS = {
    "label",
    "help_text",
    "verbose_name",
    "verbose_name_plural",
    "violation_error_message",
    "description",
}


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def unmarked_texts(root: Path = ROOT) -> list[Complaint]:
    """Return words that stand outside gettext: in templates, and as labels in Python."""
    complaints = []
    for path in template_files(root):
        place = path.relative_to(root).as_posix()
        if not _SAMPLES.search(place):
            complaints += list(_unmarked_in_template(path.read_text(), place, is_markup=path.suffix != ".txt"))
    for path in python_files(root):
        complaints += list(_unmarked_in_python(path, path.relative_to(root).as_posix()))
    return complaints


def _unmarked_in_template(source: str, place: str, *, is_markup: bool) -> Iterator[Complaint]:
    for pattern in _CODE:
        source = pattern.sub(_blank, source)
    found = defaultdict(list)
    if is_markup:
        for match in _SPOKEN_ATTRIBUTE.finditer(source):
            found[source.count("\n", 0, match.start()) + 1].append(match[1])
        source = _TAG.sub(_blank, source)
    for number, line in enumerate(_ENTITY.sub(" ", source).split("\n"), start=1):
        found[number].append(line)
    for number, texts in sorted(found.items()):
        for text in texts:
            if _WORD.search(text):
                yield Complaint(f"{place}:{number}", f"text outside gettext: {' '.join(text.split())[:80]!r}")


def _unmarked_in_python(path: Path, place: str) -> Iterator[Complaint]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg in _SPOKEN_ARGUMENTS and _is_prose(keyword.value):
                    yield Complaint(f"{place}:{keyword.value.lineno}", f"{keyword.arg} outside gettext")
            name = ast.unparse(node.func)
            if name in {f"messages.{level}" for level in ("success", "info", "warning", "error")} and any(
                _is_prose(argument) for argument in node.args
            ):
                yield Complaint(f"{place}:{node.lineno}", "message outside gettext")
        elif isinstance(node, ast.Assign) and _is_prose(node.value):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            if names & _SPOKEN_ARGUMENTS and not place.endswith("/apps.py"):
                yield Complaint(f"{place}:{node.lineno}", f"{min(names & _SPOKEN_ARGUMENTS)} outside gettext")


def _is_prose(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(_is_prose(value) for value in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(_WORD.search(node.value))
