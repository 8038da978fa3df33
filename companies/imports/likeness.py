"""Names that nearly are those of known entries of the same municipality: looked for before a pass, in one go.

Likeness is that of PostgreSQL's ``pg_trgm``: common groups of three letters over all of both names. Asked name by name,
the database compares each with all of its municipality: 5 to 15 ms. Here the entries of the municipalities concerned pass
by once, and each meets only the asked names that share a rare group with it. What is known are the entries as they stand
before the pass, so that a preview and the import after it say the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil

from django.db import connection

from promo_portal.jobs.progress import Progress

ALIKE_FROM = Fraction(7, 10)
AT_ONCE = 20_000  # asked names per passing of the entries; bounds the memory
_FETCHED = 5_000
_ENTRIES = """
SELECT municipality_id, id, name_core, name FROM companies_organisation
 WHERE municipality_id = ANY(%s) AND state <> 'merged'
"""
Asked = tuple[int, str]  # municipality, name without legal form


def groups_of(core: str) -> frozenset[str]:
    """The groups of three letters of a plain name, as ``pg_trgm`` cuts them: each word with two blanks before it."""
    found: set[str] = set()
    for word in core.split():
        padded = f"  {word} "
        found.update([padded[at : at + 3] for at in range(len(padded) - 2)])
    return frozenset(found)


class _Question:
    """An asked name, the best likeness met so far, and whose it is."""

    __slots__ = ("best", "groups", "name")

    def __init__(self, core: str) -> None:
        self.groups = groups_of(core)
        self.best: tuple[Fraction, int] = Fraction(0), 0  # likeness, number of the entry below zero: the lowest wins
        self.name = ""

    def rare(self, frequency: Counter[str]) -> list[str]:
        """So many groups, the rarest, that whoever is alike enough has at least one of them."""
        most = len(self.groups) - ceil(ALIKE_FROM * len(self.groups)) + 1
        return sorted(self.groups, key=frequency.__getitem__)[:most]

    def meet(self, number: int, groups: frozenset[str], name: str) -> None:
        """Compare with an entry."""
        common = len(self.groups & groups)
        all_of_both = len(self.groups) + len(groups) - common
        if common * ALIKE_FROM.denominator < all_of_both * ALIKE_FROM.numerator:
            return
        found = Fraction(common, all_of_both), -number
        if found > self.best:
            self.best, self.name = found, name


def alike(asked: Iterable[Asked], progress: Progress) -> dict[Asked, str]:
    """Of the asked names those that resemble a known entry of their municipality, with the name of the likest one."""
    found: dict[Asked, str] = {}
    for part in _parts(asked):
        found |= _alike(part, progress)
    return found


def _parts(asked: Iterable[Asked]) -> Iterator[set[Asked]]:
    part: set[Asked] = set()
    for one in asked:
        part.add(one)
        if len(part) >= AT_ONCE:
            yield part
            part = set()
    if part:
        yield part


def _alike(asked: set[Asked], progress: Progress) -> dict[Asked, str]:
    questions = {one: _Question(one[1]) for one in asked}
    frequency = Counter(group for question in questions.values() for group in question.groups)
    by_place: dict[int, dict[str, list[_Question]]] = defaultdict(lambda: defaultdict(list))
    for (place, _core), question in questions.items():
        for group in question.rare(frequency):
            by_place[place][group].append(question)
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES, [list(by_place)])
        while entries := cursor.fetchmany(_FETCHED):
            for place, number, core, name in entries:
                groups = groups_of(core)
                asking = by_place[place]
                for question in {one for group in groups if group in asking for one in asking[group]}:
                    question.meet(number, groups, name)
            progress.at(progress.done)
    return {one: question.name for one, question in questions.items() if question.name}
