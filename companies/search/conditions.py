"""Conditions on search documents: what was meant and which filters are on, as one query of tokens."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from companies.search.boxes import Box
from companies.search.expansion import Expansion, Meaning

WIDE_FREQUENCY, WIDE_WORDS = 20_000, 3
_NOTHING = "'!nothing'"
# Documents by what the entries themselves have indexes for: one more of each here would be one more page for every new entry.
WITH_UID = "organisation_id = ANY(ARRAY(SELECT id FROM companies_organisation WHERE uid = %s AND uid <> ''))"
OF_NAME = "organisation_id = ANY(ARRAY(SELECT id FROM companies_organisation WHERE name_core = %(core)s OR name_key = %(key)s))"


def lexeme(token: str) -> str:
    """A token as part of a ``tsquery``."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def any_of(tokens: Iterable[str]) -> str:
    """One of the tokens."""
    parts = [lexeme(token) for token in dict.fromkeys(tokens)]
    return f"({' | '.join(parts)})" if parts else _NOTHING


def all_of(parts: Iterable[str]) -> str:
    """All parts."""
    return " & ".join(part for part in parts if part)


@dataclass(frozen=True)
class Filters:
    """Tokens by filter: one of each must be there."""

    tokens: Mapping[str, Collection[str]]
    area: Box | None = None  # the part of the map that is shown

    def query(self, without: str = "") -> str:
        """The filters as a ``tsquery``; ``without`` leaves one out, to count its choices."""
        parts = [any_of(tokens) for name, tokens in self.tokens.items() if tokens and name != without]
        tiles = self.area.tiles() if self.area else []
        return all_of([*parts, any_of(tiles) if tiles else ""])

    def within(self, where: str) -> str:
        """A condition, narrowed to what lies in the part of the map to the metre: tiles only cover it."""
        if self.area is None:
            return where
        return f"({where}) AND {self.area.sql()}"

    def single(self) -> str | None:
        """The only token there is (``""`` for none), or nothing where several meet."""
        if self.area is not None:
            return None
        chosen = [token for tokens in self.tokens.values() for token in tokens]
        return None if len(chosen) > 1 else (chosen[0] if chosen else "")


@dataclass(frozen=True)
class Tiers:
    """The same search, ever wider: all words in the name; in the name or as a capability, activity, place; anywhere."""

    name: str
    meant: str
    anywhere: str

    @classmethod
    def of(cls, expansion: Expansion) -> "Tiers":
        def tier(words: str, entities: bool) -> str:
            return _query(expansion, words, entities=entities)

        return cls(tier("^strong", False), tier("^all", True), tier("all", True))


def _query(expansion: Expansion, words: str, *, entities: bool) -> str:
    """One group per word; a phrase is an alternative to the words it covers."""
    groups = [_group(word, words, entities=entities) for word in expansion.words]
    if not entities:
        return all_of(groups)
    covering: dict[tuple[int, int], set[str]] = {}
    for first, last, tokens in expansion.phrases:
        covering.setdefault((first, last), set()).update(tokens)
    parts, at = [], 0
    while at < len(groups):
        spans = [span for span in covering if span[0] == at]
        if not spans:
            parts.append(groups[at])
            at += 1
            continue
        first, last = max(spans, key=lambda span: span[1])
        inside = all_of(groups[first : last + 1])
        parts.append(f"(({inside}) | {any_of(sorted(covering[first, last]))})")
        at = last + 1
    return all_of(parts)


def _group(word: Meaning, words: str, *, entities: bool) -> str:
    chosen = word.strong if words == "^strong" else word.words
    mark = "^" if words.startswith("^") else ""
    return any_of([*(f"{mark}{lex}" for lex in chosen), *(sorted(word.entities) if entities else ())])


def condition(expansion: Expansion, query: str, filters: str) -> tuple[str, list[str]]:
    """SQL and its parameters. A single very common word is written as alternatives of the index: far cheaper to count."""
    word = expansion.words[0] if len(expansion.words) == 1 else None
    if word and not expansion.phrases and word.frequency > WIDE_FREQUENCY and len(word.words) > WIDE_WORDS:
        tokens = [*word.words, *sorted(word.entities)]
        wide = " OR ".join(["tokens @@ %s::tsquery"] * len(tokens))
        rest = " AND tokens @@ %s::tsquery" if filters else ""
        return f"({wide}){rest}", [lexeme(token) for token in tokens] + ([filters] if filters else [])
    whole = all_of([query, filters])
    return ("tokens @@ %s::tsquery", [whole]) if whole else ("true", [])
