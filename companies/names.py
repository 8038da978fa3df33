"""Names of organisations as keys: how they sort, and what is left when the legal form is put aside."""

from functools import lru_cache

from promo_portal.regions.names import plain

# As they stand in the commercial register, in the country's languages and in English; plain, without dots.
LEGAL_WORDS = frozenset(
    "sa ag sagl sarl gmbh snc klg scoop cie co ltd llc inc kg kmg se spa srl".split()  # noqa: SIM905 - a list of words
)
LEGAL_PHRASES = (
    ("s", "a", "r", "l"),
    ("g", "m", "b", "h"),
    ("s", "a"),
    ("a", "g"),
    ("en", "liquidation"),
    ("in", "liquidation"),
    ("societe", "anonyme"),
    ("aktiengesellschaft",),
    ("societe", "cooperative"),
    ("genossenschaft",),
)


_PHRASES: dict[str, list[tuple[str, ...]]] = {}
for _phrase in LEGAL_PHRASES:
    _PHRASES.setdefault(_phrase[0], []).append(_phrase)
_FORM_WORDS = LEGAL_WORDS | _PHRASES.keys()
REMEMBERED = 10_000


def keys_of_name(name: str) -> tuple[str, str]:
    """Both keys of a name: by which it sorts, and without its legal form."""
    whole = plain(name)
    if not whole:  # in other letters than ours
        whole = name.strip().lower()[:200]
        return whole, whole
    return whole[:200], (_without_form(whole) or whole)[:200]


@lru_cache(REMEMBERED)
def key_of(name: str) -> str:
    """The key by which a name sorts: plain letters, É as E; at most 200 characters."""
    return keys_of_name(name)[0]


@lru_cache(REMEMBERED)
def core_of(name: str) -> str:
    """The name without its legal form, plain: by it two spellings of one company are recognised."""
    return keys_of_name(name)[1]


def _without_form(whole: str) -> str:
    words = whole.split()
    if _FORM_WORDS.isdisjoint(words):
        return whole
    if _PHRASES.keys().isdisjoint(words):
        return " ".join([word for word in words if word not in LEGAL_WORDS])
    core: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        phrase = next((p for p in _PHRASES.get(word, ()) if tuple(words[position : position + len(p)]) == p), None)
        if phrase:
            position += len(phrase)
        else:
            if word not in LEGAL_WORDS:
                core.append(word)
            position += 1
    return " ".join(core)
