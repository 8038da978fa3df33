"""Setting a paper: headings, texts, facts and tables, as a tagged PDF with the reader's name across it where it has one.

Typst sets it from ``paper.typ``; what it says reaches it as JSON only, so that nothing a founder wrote is read as a command.
"""

import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from companies.exports.book import FONTS, STANDARD, printable

TEMPLATE = Path(__file__).with_name("paper.typ")
MOST_LINES = 400  # of one text; nobody reads more, and a paste may hold any number


def _lines(text: str) -> list[str]:
    return [printable(line) for line in text.strip().splitlines()[:MOST_LINES]] or [""]


@dataclass
class Paper:
    """What a paper says, block after block, in the language in force."""

    title: str
    subtitle: str
    language: str
    on: date
    author: str = ""
    foot: str = ""
    watermark: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)

    def chapter(self, text: str) -> None:
        """A heading of the second rank."""
        self.blocks.append({"kind": "chapter", "text": printable(text)})

    def section(self, text: str) -> None:
        """A heading of the third rank."""
        self.blocks.append({"kind": "section", "text": printable(text)})

    def text(self, text: str, *, is_note: bool = False) -> None:
        """A paragraph; its lines stay lines."""
        if text.strip():
            self.blocks.append({"kind": "note" if is_note else "text", "lines": _lines(text)})

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Labels and values; an empty value leaves its line out."""
        found = [{"label": printable(str(label)), "lines": _lines(str(value))} for label, value in rows if str(value)]
        if found:
            self.blocks.append({"kind": "facts", "rows": found})

    def table(
        self, head: Sequence[str], rows: Iterable[Sequence[Any]], *, widths: Sequence[int], numeric: Sequence[int] = ()
    ) -> None:
        """A table; ``widths`` are parts of the line, 0 as wide as needed; ``numeric`` columns stand to the right."""
        cells = [[printable(str(cell)) for cell in row] for row in rows]
        words = [printable(word) for word in head]
        shape = {"widths": list(widths), "numeric": list(numeric)}
        self.blocks.append({"kind": "table", "head": words, "rows": cells, **shape})

    def new_page(self) -> None:
        """What follows begins on a page of its own."""
        self.blocks.append({"kind": "break"})

    def pdf(self) -> bytes:
        """The paper as it is printed."""
        content = {
            "title": printable(self.title),
            "subtitle": printable(self.subtitle),
            "language": self.language,
            "author": printable(self.author or str(settings.BRANDING["operator"])),
            "foot": printable(self.foot or self.title),
            "watermark": printable(self.watermark),
            "page": _("page"),
            "year": self.on.year,
            "month": self.on.month,
            "day": self.on.day,
            "blocks": self.blocks,
        }
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "data.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
            (Path(folder) / TEMPLATE.name).write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
            compiler = typst.Compiler(root=folder, font_paths=[str(FONTS)], ignore_system_fonts=True)
            return bytes(
                compiler.compile(str(Path(folder) / TEMPLATE.name), format="pdf", pdf_standards=[STANDARD])  # type: ignore[arg-type]
            )
