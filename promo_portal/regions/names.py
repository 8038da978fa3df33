"""Names as people type them: without accents, in either language, with or without the canton."""

import re
import unicodedata
from collections.abc import Iterable

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_LIGATURES = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae"})
_SAINT = re.compile(r"\b(?:saint|st)\b")
_SANKT = re.compile(r"\b(?:sankt|st)\b")


_MARKS = re.compile("[\u0300-\u036f]+")
_WORDS = re.compile(r"[a-z0-9]+")


def plain(text: str) -> str:
    """Return small letters and digits, single spaces, no accents: ``pery la heutte`` for ``Péry-La Heutte``."""
    text = text.lower()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_LIGATURES)))
        if not text.isascii():  # marks of other scripts
            text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(_WORDS.findall(text))


def spellings(name: str) -> list[str]:
    """Return the plain spellings under which a name is looked for, the usual one first."""
    found = [plain(name)]
    small = name.lower()
    if any(letter in small for letter in "äöü"):
        found.append(plain(small.translate(_UMLAUTS)))
    for pattern, others in ((_SAINT, ("st", "saint")), (_SANKT, ("st", "sankt"))):
        if pattern.search(found[0]):
            found += [pattern.sub(other, found[0]) for other in others]
    return list(dict.fromkeys(found))


def search_name(names: Iterable[str], lesser: Iterable[str] = ()) -> str:
    """Return what ``Municipality.search_name`` holds: ``|name|name|#locality|#2710|``, names of its own first."""
    own = list(dict.fromkeys(spelling for name in names for spelling in spellings(name)))
    others = dict.fromkeys(spelling for name in lesser for spelling in spellings(name) if spelling not in own)
    return "|" + "|".join([*own, *(f"#{spelling}" for spelling in others)]) + "|"
