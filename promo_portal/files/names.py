"""File names as people give them, made safe to show and to hand back; they never reach the disk."""

import unicodedata

LONGEST = 150
SAFE_UNSEEN = {"\u200d"}


def clean_name(given: str, *, fallback: str = "document") -> str:
    """The last part of a path, on one line, without control and direction signs, shortened before its ending."""
    name = given.replace("\\", "/").rpartition("/")[2]
    name = "".join(sign if unicodedata.category(sign)[0] != "Z" else " " for sign in name)
    name = "".join(sign for sign in name if sign in SAFE_UNSEEN or unicodedata.category(sign)[0] != "C")
    name = " ".join(name.split()).strip(". ") or fallback
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}" if len(ending) <= 10 else name[:LONGEST]  # noqa: PLR2004


def ending_of(name: str) -> str:
    """The ending in small letters, without the dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""
