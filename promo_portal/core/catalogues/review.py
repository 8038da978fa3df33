"""Everything that ``make lint`` asks of texts, in one list."""

from pathlib import Path

from promo_portal.core.catalogues.extract import Wanted, unmarked_texts, wanted_texts
from promo_portal.core.catalogues.merge import Complaint, Entry, Key, Merged, merge
from promo_portal.core.catalogues.places import LANGUAGES, PARTS, REPLACED, ROOT, slice_of
from promo_portal.core.catalogues.wording import faults


def review(root: Path = ROOT, parts: Path = PARTS) -> list[Complaint]:
    """Return missing, obsolete, contradicting and badly worded texts of all languages."""
    wanted = wanted_texts(root)
    complaints = unmarked_texts(root)
    complaints += [
        Complaint(text.places[0], f"{fault} in {form!r}")
        for text in wanted.values()
        for form in (text.msgid, text.plural)
        if form and is_prose(text.msgid)
        for fault in faults(form, "en")
    ]
    for language in LANGUAGES:
        merged = merge(language, parts)
        complaints += merged.complaints
        complaints += [
            Complaint(text.places[0], f"no {language} for {text.msgid!r} (parts/{slice_of(text.places[0])}.po)")
            for text in missing(wanted, merged)
        ]
        complaints += [
            Complaint(entry.place, f"obsolete, nothing uses {entry.msgid!r}") for entry in obsolete(wanted, merged)
        ]
        complaints += [
            Complaint(entry.place, f"{fault} in {text!r}")
            for entry in merged.entries.values()
            for text in entry.texts
            if is_prose(entry.msgid)
            for fault in faults(text, language)
        ]
    return complaints


def is_prose(msgid: str) -> bool:
    """Tell a text for people from a piece of an address (``coaching/<str:key>/``) or a pattern."""
    return not msgid.endswith("/") or " " in msgid


def missing(wanted: dict[Key, Wanted], merged: Merged) -> list[Wanted]:
    """Return the texts without a complete translation, plural forms included."""
    lacking = []
    for key, text in wanted.items():
        entry = merged.entries.get(key)
        if entry is None or not entry.is_translated or (text.plural and len(entry.texts) < 2):  # noqa: PLR2004
            lacking.append(text)
    return lacking


def obsolete(wanted: dict[Key, Wanted], merged: Merged) -> list[Entry]:
    """Return translations of texts that are no longer used, other packages' replaced wording excepted."""
    return [
        entry for key, entry in merged.entries.items() if key not in wanted and f"/{REPLACED}.po:" not in entry.place
    ]
