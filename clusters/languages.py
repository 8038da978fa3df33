"""Texts kept in French, German and English: a reader sees their language, else the first that was written."""

from typing import Any

from django.utils.translation import get_language

LANGUAGES = ("fr", "de", "en")


def in_language(row: Any, stem: str, language: str = "") -> str:
    """``row.<stem>_<language>`` in the reader's language, French, German or English otherwise."""
    own = (language or get_language() or "fr")[:2]
    order = [own, *LANGUAGES] if own in LANGUAGES else list(LANGUAGES)
    return next((text for each in order if (text := getattr(row, f"{stem}_{each}"))), "")
