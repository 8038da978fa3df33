"""The parameters of a public list: typed, repeatable, forgiving.

The address is the whole state of a list, so people bend it: they shorten it, mail it, keep it for years. What cannot be
understood is put aside and said in a sentence; the rest applies, and the answer is always a page.
"""

import re
from collections.abc import Collection, Iterable
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

LONGEST_TEXT = 200
LONGEST_VALUE = 60
MOST_VALUES = 50
MOST_HINTS = 5
LAST_PAGE = 1_000_000
# Marks that other programs hang on addresses; nobody need read about them.
_SILENT = re.compile(r"^(utm_|_|fbclid$|gclid$|mtm_|pk_)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+")


def printable(value: str, longest: int = LONGEST_VALUE) -> str:
    """A value as it may be shown back: no control characters, one line, not long."""
    text = " ".join(_CONTROL.sub(" ", value).split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


class ListQuery:
    """Reads one request's parameters. Each ``take_*`` names a parameter as known; ``finish`` tells of the others."""

    def __init__(self, query: QueryDict, path: str = "") -> None:
        self.query = query
        self.path = path
        self.hints: list[str] = []
        self.refused: set[str] = set()  # names of parameters of which a value was left out
        self._known: set[str] = set()
        self._kept: dict[str, list[str]] = {}

    def _values(self, name: str) -> list[str]:
        self._known.add(name)
        values = [value.strip() for value in self.query.getlist(name)]
        return list(dict.fromkeys(value for value in values if value))[:MOST_VALUES]

    def refuse(self, name: str, value: str) -> None:
        """Note a value that means nothing here."""
        self.refused.add(name)
        self.hint(
            _("“%(value)s” is not a value of “%(name)s” and was left out.")
            % {"value": printable(value), "name": printable(name)}
        )

    def hint(self, text: str) -> None:
        """Add a sentence for the reader, each once."""
        if text not in self.hints and len(self.hints) < MOST_HINTS:
            self.hints.append(text)

    def take_text(self, name: str = "q", longest: int = LONGEST_TEXT) -> str:
        """Words of a search field; what is beyond ``longest`` characters is cut, with a hint."""
        values = self._values(name)
        text = " ".join(_CONTROL.sub(" ", values[-1]).split()) if values else ""
        if len(text) > longest:
            text = text[:longest].rstrip()
            self.hint(_("Only the first %(count)s characters of your search were used.") % {"count": longest})
        self._keep(name, [text] if text else [])
        return text

    def take_choice(self, name: str, allowed: Iterable[str], default: str) -> str:
        """One of a few words, such as the order of a list."""
        known = set(allowed)
        values = self._values(name)
        good = [value for value in values if value in known]
        for value in values:
            if value not in known:
                self.refuse(name, value)
        chosen = good[-1] if good else default
        self._keep(name, [chosen] if chosen != default else [])
        return chosen

    def take_choices(self, name: str, allowed: Collection[str]) -> list[str]:
        """Any number of known words, in the order given."""
        chosen: list[str] = []
        for value in self._values(name):
            if value in allowed:
                chosen.append(value)
            else:
                self.refuse(name, value)
        self._keep(name, chosen)
        return chosen

    def take_numbers(self, name: str, smallest: int = 1, largest: int = 2**31 - 1) -> list[int]:
        """Any number of whole numbers, such as BFS numbers."""
        chosen: list[int] = []
        for value in self._values(name):
            number = _whole(value)
            if number is None or not smallest <= number <= largest:
                self.refuse(name, value)
            elif number not in chosen:
                chosen.append(number)
        self._keep(name, [str(number) for number in chosen])
        return chosen

    def take_number(self, name: str, smallest: int = 0, largest: int = 2**31 - 1) -> int | None:
        """One whole number, such as an area; apostrophes and blanks within it are read over."""
        numbers = self.take_numbers(name, smallest, largest)
        self._keep(name, [str(numbers[-1])] if numbers else [])
        return numbers[-1] if numbers else None

    def take_page(self, name: str = "page") -> int:
        """The page asked for, from 1; whether it exists is known once the list is counted."""
        values = self._values(name)
        number = _whole(values[-1]) if values else 1
        if number is None or not 1 <= number <= LAST_PAGE:
            self.refuse(name, values[-1])
            return 1
        return number

    def replace(self, name: str, values: Iterable[object]) -> None:
        """Say what a parameter finally means (a former municipality's successor), for the addresses of chips and pages."""
        self._keep(name, [str(value) for value in values])

    def finish(self) -> None:
        """Tell of parameters that nobody asked for."""
        for name in self.query:
            if name not in self._known and printable(name) and not _SILENT.match(name):
                self.hint(_("The parameter “%(name)s” is unknown here and was left out.") % {"name": printable(name)})

    def _keep(self, name: str, values: list[str]) -> None:
        self._kept[name] = values

    # -- addresses -------------------------------------------------------------------------------------------------

    def pairs(self, *, but: Collection[str] = (), less: tuple[str, object] | None = None) -> list[tuple[str, str]]:
        """What was understood, as parameters; ``but`` leaves names out, ``less`` one value of a name."""
        return [
            (name, value)
            for name, values in self._kept.items()
            if name not in but
            for value in values
            if less is None or (name, value) != (less[0], str(less[1]))
        ]

    def url(
        self,
        *,
        but: Collection[str] = (),
        less: tuple[str, object] | None = None,
        more: Iterable[tuple[str, object]] = (),
        path: str | None = None,
    ) -> str:
        """The address of the same list with something changed; always back on its first page."""
        pairs: list[tuple[str, object]] = [*self.pairs(but=but, less=less), *more]
        start = self.path if path is None else path
        return f"{start}?{urlencode(pairs)}" if pairs else start


def _whole(value: str) -> int | None:
    digits = re.sub(r"[\s'’]", "", value)
    return int(digits) if re.fullmatch(r"[0-9]{1,12}", digits) else None
