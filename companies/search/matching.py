"""Why an entry was found: the sentence that holds the words, with the words in bold."""

import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from html import escape

from django.utils.safestring import SafeString, mark_safe

from promo_portal.regions.names import plain

LONGEST_LINE = 170
_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


def match_line(texts: Collection[tuple[str, str]], lexes: AbstractSet[str]) -> tuple[SafeString, str]:
    """The best line of an entry's texts (language, text) and its language: the one with most hits, the first otherwise."""
    best, language, most = "", "", -1
    for own, text in texts:
        for sentence in _SENTENCE.split(text.strip()):
            if sentence:
                hits = len(words_in(sentence) & lexes)
                if hits > most:
                    best, language, most = sentence, own, hits
    return highlight(_cut(best, lexes), lexes), language


def words_in(text: str) -> set[str]:
    """The words of a text as they are compared."""
    return set(map(plain, _WORD.findall(text)))


def highlight(text: str, lexes: Collection[str]) -> SafeString:
    """The text with every hit in ``<mark>``."""
    parts, at = [], 0
    for found in _WORD.finditer(text):
        if plain(found[0]) in lexes:
            parts += [escape(text[at : found.start()]), f"<mark>{escape(found[0])}</mark>"]
            at = found.end()
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308 - every part is escaped above


def _cut(text: str, lexes: Collection[str]) -> str:
    """A long sentence, cut at words round its first hit."""
    if len(text) <= LONGEST_LINE:
        return text
    first = next((found.start() for found in _WORD.finditer(text) if plain(found[0]) in lexes), 0)
    start = max(0, min(first - 50, len(text) - LONGEST_LINE))
    if start:
        start = text.find(" ", start) + 1
    end = start + LONGEST_LINE
    if end < len(text):
        end = text.rfind(" ", start, end)
    return ("… " if start else "") + text[start:end].strip(" ,;") + (" …" if end < len(text) else "")
