"""Words as search sees them: plain letters, no stop words, the umlauts' two spellings as one."""

import re
from collections.abc import Iterable
from string import ascii_lowercase, digits
from unicodedata import normalize

from companies.names import LEGAL_WORDS
from promo_portal.regions.names import plain

LONGEST_WORD = 60
# Small words of the three languages, plain. Numbers and single letters are kept in names only.
STOP_WORDS = frozenset(
    """
    a afin ainsi au aux avec c ce ces cet cette d dans de des du elle en entre et etc eux i il ils j je l la le les leur
    leurs lui m ma mais mes n ne nos notre nous on ou par pas peut plus pour qu que qui s sa sans se ses si son sont sous
    sur t ta tous tout toute toutes type types un une vers vos votre vous y
    aber alle allen aller als am an auch auf aus bei beim bis da das dem den der des die durch ein eine einem einen einer
    eines er es fur hat ihr ihre im in ins ist kann mit nach nicht noch nur oder sich sie sind so sowie uber um und uns
    unser unsere vom von vor wie wir zu zum zur zwischen
    all and any are as at be by for from has have in into is it its of on or other our that the their this to us we with
    you your
    """.split()  # noqa: SIM905 - a list of words
)
_SMALL = STOP_WORDS | frozenset(ascii_lowercase + digits)
_UMLAUT = re.compile(r"([aou])e")
_FOLD_FROM = 5


def words_of(text: str) -> list[str]:
    """All words of a text, plain, in their order."""
    return [word[:LONGEST_WORD] for word in plain(text).split()]


def telling_words(text: str) -> list[str]:
    """The words of a text that say something: no stop words, no single letters."""
    return [word for word in words_of(text) if len(word) > 1 and word not in STOP_WORDS]


def telling(words: Iterable[str]) -> set[str]:
    """Those of plain words that say something."""
    return set(words) - _SMALL


def query_words(text: str) -> list[str]:
    """The words that somebody looks for; small words and legal forms count only where there is nothing else."""
    words = list(dict.fromkeys(words_of(text)))
    telling = [word for word in words if len(word) > 1 and word not in STOP_WORDS and word not in LEGAL_WORDS]
    return (telling or words)[:MOST_WORDS]


MOST_WORDS = 8


def fold(word: str) -> str:
    """One key for both spellings of umlauts: ``muller`` for Müller, Mueller and Muller."""
    return _UMLAUT.sub(r"\1", word) if len(word) >= _FOLD_FROM else word


_WRITTEN = re.compile(r"[^\W_]+")


_MOST_KEPT = 100_000


class _Plain(dict[str, tuple[str, ...]]):
    """The plain words of a written one: mostly one, none for other scripts, two for some signs. Texts share most of them."""

    def __missing__(self, written: str) -> tuple[str, ...]:
        if len(self) > _MOST_KEPT:
            self.clear()
        words = tuple([word[:LONGEST_WORD] for word in plain(written).split()])
        self[written] = words
        return words


_PLAIN = _Plain()


def written_words(text: str) -> list[str]:
    """All words of a text as they are written, in small letters."""
    small = text.lower()
    return _WRITTEN.findall(small if small.isascii() else normalize("NFKC", small))


def plain_words(written: Iterable[str]) -> list[str]:
    """The plain words of ``written_words``: the same as ``words_of`` gives, in one pass."""
    return [word for one in written for word in _PLAIN[one]]


def accented_words(text: str) -> list[tuple[str, str]]:
    """Each word plain and as it is written: stemmers need the accents."""
    return [(_PLAIN[one][0], one[:LONGEST_WORD]) for one in written_words(text) if len(_PLAIN[one]) == 1]


def spellings(written: Iterable[str]) -> dict[str, str]:
    """Plain words with their spelling; of two the accented one is kept."""
    found: dict[str, str] = {}
    for one in sorted(written):
        if len(_PLAIN[one]) == 1 and (not one.isascii() or _PLAIN[one][0] not in found):
            found[_PLAIN[one][0]] = one[:LONGEST_WORD]
    return found


_UID = re.compile(r"^(?:che|chf)?[\s.\-]*((?:\d[\s.\-]*){9})(?:\s*(?:mwst|tva|iva|vat|hr|rc))*$", re.IGNORECASE)


def uid_in(text: str) -> str:
    """The nine digits of a UID in any customary spelling, or nothing."""
    match = _UID.match(text.strip())
    return re.sub(r"\D", "", match[1]) if match else ""


# Endings by which trades, workers, work and plurals differ (décolletage, décolleteur, pièces décolletées; Buchhalter,
# Buchhaltung): words with the same root mean the same here. Stemmers stop earlier.
_ENDINGS = re.compile(
    r"(?:eries?|euses?|eurs?|ages?|ements?|ees?|es|er|e|s|ungen|ung|ereien|erei|erinnen|erin|ern|ten|en|n)$"
)
_ROOT = 6


def root(word: str) -> str:
    """A long word without its ending; six letters remain, else the word stays as it is."""
    short = _ENDINGS.sub("", word)
    return short if len(short) >= _ROOT else word


def keys(word: str) -> list[str]:
    """Marks that a word shares with others of its kind, beside the stemmers': ``u`` for umlauts, ``r`` for the root."""
    return [f"u{fold(word)}", *([f"r{root(word)}"] if len(word) >= _ROOT and word.isalpha() else [])]
