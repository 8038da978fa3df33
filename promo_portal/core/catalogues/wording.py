"""The house's words and typography (Swiss French, Swiss German, British English), as rules a machine can check.

Each rule: what to look for, and what to write instead. Texts of law keep their names ("protection des données").
"""

import re
from collections.abc import Iterator

NARROW, FIXED = "\u202f", "\u00a0"
_LETTER = r"[A-Za-zÀ-ÖØ-öø-ÿ]"

_FORBIDDEN = {
    "fr": (
        (r"\bveuillez\b", "say what to do"),
        (r"\bmerci de\b", "say what to do"),
        (r"\bcliquez (?:ici|sur)\b", "name the thing"),
        (r"(?<!protection des )(?<!Protection des )\bdonnées\b", "fiche, réponses, chiffres …"),
        (r"\bsoumet(?:tre|tez)\b", "envoyer"),
        (r"\bsoumission\b", "envoi"),
        (r"\bformulaire invalide\b", "name the field and the cure"),
        (r"\binvalides?\b", "name the field and the cure"),
        (rf"\berreurs?\b(?!{NARROW}: )", "say what happened"),
    ),
    "de": (
        (r"\bklicken sie hier\b", "name the thing"),
        (r"\bhier klicken\b", "name the thing"),
        (r"\bungültige[sr]? (?:formular|eingabe)\b", "name the field and the cure"),
    ),
    "en": (
        (r"\bplease\b", "say what to do"),
        (r"\bclick (?:here|on)\b", "name the thing"),
        (r"\binvalid\b", "name the field and the cure"),
        (r"\b(?:organiz|authoriz|recogniz|summariz)", "British spelling"),
        (r"\b(?:color|center|canceled|program (?:of|for))\b", "British spelling"),
    ),
}

_UNITS = r"(?:m²|m³|km|cm|kg|kW|kVA|[KMGk]o|MB|kB|CHF|min|h)\b"
_NUMBER_END = r"(?:\d|\)[sd])"  # a figure, or the end of a placeholder such as %(count)s

_BARE_CAPITAL = (
    r"(?:^|[.!?:] )(?:Etat|Etape|Ecrire|Ecole|Evénement|Etes|Etre|Equipe|Energie|Etranger|Ecart|Echéance|Eviter"
    r"|A (?:la|partir|venir|faire|propos|confirmer|traiter|bientôt))\b"
)

_TYPOGRAPHY = {
    "fr": (
        (rf"(?<!{NARROW})(?<![;:!?]);(?=[\s<»)]|$)", "U+202F before ;"),
        (rf"(?<!{NARROW}):(?=[\s<»)]|$)", "U+202F before :"),
        (rf"(?<![{NARROW}!?])[!?](?=[\s<»).,]|$)", "U+202F before ! and ?"),
        (rf"«(?!{NARROW})", "U+202F after «"),
        (rf"(?<!{NARROW})»", "U+202F before »"),
        (rf"{_NUMBER_END}(?!{FIXED})[ \t{NARROW}]?%%?(?![(\w])", "U+00A0 before %"),
        (rf"{_NUMBER_END} {_UNITS}", "U+00A0 before the unit"),
        (r"\bCHF (?=[\d%])", "U+00A0 after CHF"),
        (r"\bn° ", "U+00A0 after n°"),
        (r"[\"“”„]", "« »"),
        (_BARE_CAPITAL, "accent on the capital"),
    ),
    "de": (
        (r"ß", "ss"),
        (r"« | »", "« » without spaces"),
        (r"[\"“”„]", "« »"),
        (rf"{_NUMBER_END} {_UNITS}", "U+00A0 before the unit"),
        (r"\bCHF (?=[\d%])", "U+00A0 after CHF"),
    ),
    "en": (),  # apostrophes and quotes are set when catalogues are compiled
}
_APOSTROPHE = (rf"(?<={_LETTER})'(?={_LETTER})", "’")
_EVERYWHERE = (
    (r"\.\.\.", "…"),
    (r"(?<=\d)'(?=\d{3})", "’"),
    (r"[^\s\u00a0\u202f]  +\S", "one space"),
)
_MARKUP = re.compile(r"<[^<>]+>")
_ENTITY = re.compile(r"&#?\w+;")
_ADDRESS = re.compile(r"\b(?:https?|mailto|tel):\S+")


def faults(text: str, language: str) -> Iterator[str]:
    """Return what is wrong with a text in ``fr``, ``de`` or ``en``."""
    plain = _ADDRESS.sub("address", _ENTITY.sub("&", _MARKUP.sub("", text)))
    for pattern, instead in _FORBIDDEN[language]:
        found = re.search(pattern, plain, re.IGNORECASE)
        if found:
            yield f"{found[0]!r}: {instead}"
    rules = (*_TYPOGRAPHY[language], *_EVERYWHERE, *([] if language == "en" else [_APOSTROPHE]))
    for pattern, instead in rules:
        if re.search(pattern, plain.strip(), re.MULTILINE):
            yield instead


def set_english(text: str) -> str:
    """Return an English msgid as it should be printed: with curly apostrophes and quotes."""
    if "<" in text:
        return re.sub(rf"(?<={_LETTER})'(?={_LETTER})", "’", text)
    return re.sub(r'"([^"]*)"', r"“\1”", re.sub(rf"(?<={_LETTER})'", "’", text))
