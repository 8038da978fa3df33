"""What a file says an organisation can do, in words of the vocabulary: labels and synonyms of all three languages."""

import re
from collections import defaultdict
from dataclasses import dataclass

from companies.entry import BETWEEN
from companies.imports.memory import remember
from companies.models import Capability, CapabilitySynonym
from promo_portal.regions.names import plain, spellings

LONGEST_DETAIL = 200
_PARTS = re.compile(r"[;|\n\r•]+")
_LESSER = re.compile(r"\s*[,/]\s*|\s+(?:et|und|and|&|\+)\s+")
_DETAILED = re.compile(r"(?P<word>[^(:]+?)\s*(?:\((?P<inner>.+)\)|:\s*(?P<after>.+))\Z", re.DOTALL)


@dataclass(frozen=True)
class Said:
    """What a cell says: capabilities by their short names, each with its detail; words nobody knows; words of several."""

    found: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    unsure: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Skills:
    """The vocabulary in use, read once."""

    def __init__(self) -> None:
        self._rows = {row.slug: row for row in Capability.objects.filter(is_active=True)}
        by_number = {row.pk: slug for slug, row in self._rows.items()}
        self._labels: dict[str, set[str]] = defaultdict(set)
        self._synonyms: dict[str, set[str]] = defaultdict(set)
        for slug, row in self._rows.items():
            for label in filter(None, (row.label_fr, row.label_de, row.label_en, slug)):
                for spelling in spellings(label):
                    self._labels[spelling].add(slug)
        words = CapabilitySynonym.objects.filter(capability__is_active=True).values_list("capability_id", "text")
        for number, text in words:
            for spelling in spellings(text):
                self._synonyms[spelling].add(by_number[number])
        self._said: dict[str, Said] = {}

    def number_of(self, slug: str) -> int:
        """The primary key of a capability."""
        return self._rows[slug].pk

    def label_of(self, slug: str) -> str:
        """What it is called in the reader's language; one out of use by its short name."""
        return self._rows[slug].label if slug in self._rows else slug

    def in_words(self, text: str) -> str:
        """Capabilities as an entry keeps them in one text, told with their labels."""
        parts = [part.partition("=")[::2] for part in text.split(BETWEEN)]
        return BETWEEN.join(
            f"{self.label_of(slug)} ({detail})" if detail else self.label_of(slug) for slug, detail in parts
        )

    def read(self, text: str) -> Said:
        """What a cell says."""
        return self._said.get(text) or remember(self._said, text, self._read(text))

    def _read(self, text: str) -> Said:
        if whole := self._find(text):
            return _said([_Answer(text, whole)])
        answers: list[_Answer] = []
        for part in _divided(_PARTS, text):
            known = self._one(part)
            lesser = [] if known else [(word, self._one(word)) for word in _divided(_LESSER, part)]
            if known or not any(answer for _word, answer in lesser):
                answers.append(known or _Answer(part, ()))
            else:
                answers += [answer or _Answer(word, ()) for word, answer in lesser]
        return _said(answers)

    def _one(self, text: str) -> "_Answer | None":
        if slugs := self._find(text):
            return _Answer(text, slugs)
        detailed = _DETAILED.match(text)
        slugs = self._find(detailed["word"]) if detailed else ()
        return _Answer(text, slugs, detailed["inner"] or detailed["after"]) if detailed and slugs else None

    def _find(self, text: str) -> tuple[str, ...]:
        key = plain(text)
        return tuple(sorted(self._labels.get(key) or self._synonyms.get(key) or ())) if key else ()


@dataclass(frozen=True)
class _Answer:
    text: str
    slugs: tuple[str, ...]
    detail: str = ""


def _divided(between: re.Pattern[str], text: str) -> list[str]:
    """The parts of a text, cut where a pattern fits outside brackets."""
    masked, depth = [], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")" and depth > 0)
        masked.append("." if depth else sign)
    parts, last = [], 0
    for cut in between.finditer("".join(masked)):
        parts.append(text[last : cut.start()])
        last = cut.end()
    return [part.strip() for part in (*parts, text[last:]) if part.strip()]


def _said(answers: list[_Answer]) -> Said:
    found = {one.slugs[0]: detail_of(one.detail) for one in answers if len(one.slugs) == 1}
    return Said(
        tuple(found.items()),
        tuple([one.text for one in answers if not one.slugs]),
        tuple([(one.text, one.slugs) for one in answers if len(one.slugs) > 1]),
    )


def detail_of(text: str) -> str:
    """As it stands among other capabilities in one text, where a semicolon divides them."""
    return " ".join(text.replace(";", ",").split())[:LONGEST_DETAIL]
