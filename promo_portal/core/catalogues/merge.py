"""Part files to compiled catalogues: strict about contradictions, quick when nothing changed, whole or not at all."""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser

from promo_portal.core.catalogues.places import COMPILED, LANGUAGES, PARTS, part_files
from promo_portal.core.catalogues.wording import set_english

Key = tuple[str, str | None]  # msgid, context
_FORMAT = 1  # raise when the compiled form changes for the same parts
_PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[sdfr]|%[sdr]|\{\w*(?:![rsa])?(?::[^{}]*)?\}")


@dataclass(frozen=True)
class Complaint:
    """Something wrong with a text: where, and what to do about it."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass
class Entry:
    """One translation, with the part it stands in."""

    message: Message
    place: str

    @property
    def msgid(self) -> str:
        return first(self.message.id)

    @property
    def texts(self) -> list[str]:
        """The translated forms: one, or one per plural form."""
        string = self.message.string
        return list(string) if isinstance(string, list | tuple) else [string or ""]

    @property
    def is_translated(self) -> bool:
        return all(self.texts)


@dataclass
class Merged:
    """All parts of a language as one catalogue."""

    language: str
    entries: dict[Key, Entry] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)


class CataloguesError(Exception):
    """The parts contradict each other or would break a page."""


def first(msgid: str | Sequence[str]) -> str:
    """Return the singular of a message's id."""
    return msgid if isinstance(msgid, str) else msgid[0]


def placeholders(text: str) -> set[str]:
    """Return the places that the program fills in, such as ``%(count)s`` or ``{name}``."""
    return set(_PLACEHOLDER.findall(text.replace("%%", "")))


class _Strict(Catalog):
    """A catalogue that remembers which ids were given twice in its file; the last one would win in silence."""

    doubles: list[Message]

    def __setitem__(self, key: Any, message: Message) -> None:
        if message.id and self.get(message.id, message.context):
            self.doubles.append(message)
        super().__setitem__(key, message)


def read_part(path: Path, language: str) -> tuple[list[Entry], list[Complaint]]:
    """Return a part's entries, and what is wrong with it as a file."""
    catalog = _Strict(locale=language, charset="utf-8")
    catalog.doubles = []
    with path.open("rb") as file:
        PoFileParser(catalog, abort_invalid=True).parse(file)
    name = f"{language}/{path.name}"
    entries = [Entry(message, f"{name}:{message.lineno}") for message in catalog if message.id]
    complaints = [
        Complaint(f"{name}:{m.lineno}", f"given twice in this file: {first(m.id)!r}") for m in catalog.doubles
    ]
    return entries, complaints


def merge(language: str, parts: Path = PARTS) -> Merged:
    """Bring the parts of a language together; contradictions, fuzzy entries and lost placeholders are complaints."""
    merged = Merged(language)
    for path in part_files(language, parts):
        entries, complaints = read_part(path, language)
        merged.complaints += complaints
        for entry in entries:
            merged.complaints += _faults(entry)
            _add(merged, entry)
    return merged


def _add(merged: Merged, entry: Entry) -> None:
    """Take an entry in; the same msgid in two parts must say the same."""
    key = (entry.msgid, entry.message.context)
    before = merged.entries.get(key)
    if before is None or not before.is_translated:
        merged.entries[key] = entry
        return
    if entry.is_translated and entry.texts != before.texts:
        if len(entry.texts) == 1 < len(before.texts) and entry.texts[0] == before.texts[0]:
            return  # used with and without a number: the form with plurals holds both
        if len(before.texts) == 1 < len(entry.texts) and entry.texts[0] == before.texts[0]:
            merged.entries[key] = entry
            return
        text = f"{entry.msgid!r} is {entry.texts!r} here and {before.texts!r} in {before.place}; agree on one"
        merged.complaints.append(Complaint(entry.place, text))


def _faults(entry: Entry) -> Iterator[Complaint]:
    """What would break or mislead a page: fuzzy, missing plural forms, placeholders that differ."""
    message, texts = entry.message, entry.texts
    if message.fuzzy:
        yield Complaint(entry.place, f"fuzzy: {entry.msgid!r}; check it and remove the mark")
    if not any(texts):
        return
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    if len(ids) > 1 and not (len(texts) > 1 and all(texts)):
        yield Complaint(entry.place, f"a plural form is missing: {entry.msgid!r}")
    allowed = set().union(*(placeholders(one) for one in ids))
    for index, text in enumerate(texts):
        have, must = placeholders(text), placeholders(ids[-1]) if index == len(texts) - 1 else placeholders(ids[0])
        if have - allowed or must - have:
            yield Complaint(entry.place, f"placeholders {sorted(have)} instead of {sorted(must)}: {text!r}")


def compile_language(language: str, *, parts: Path = PARTS, out: Path = COMPILED) -> bool:
    """Write a language's catalogue unless it is up to date; True if written. Raises ``CataloguesError``."""
    folder = out / language / "LC_MESSAGES"
    target, stamp = folder / "django.mo", folder / "django.stamp"
    fingerprint = _fingerprint(language, parts)
    if target.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return False
    catalog = _english(parts) if language == "en" else _translated(language, parts)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"django.{os.getpid()}.new")
    with unfinished.open("wb") as file:
        write_mo(file, catalog)
    unfinished.replace(target)
    stamp.write_text(fingerprint)
    return True


def _translated(language: str, parts: Path) -> Catalog:
    merged = merge(language, parts)
    if merged.complaints:
        raise CataloguesError("\n".join(str(complaint) for complaint in merged.complaints))
    catalog = Catalog(locale=language, charset="utf-8", project="promo-portal", fuzzy=False)
    for entry in merged.entries.values():
        if entry.is_translated:
            catalog.add(entry.message.id, entry.message.string, context=entry.message.context)
    return catalog


def _english(parts: Path) -> Catalog:
    """Set English, which is the msgid itself as one types it, the way one prints it."""
    catalog = Catalog(locale="en", charset="utf-8", project="promo-portal", fuzzy=False)
    for entry in merge(LANGUAGES[0], parts).entries.values():
        message = entry.message
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        printed = [set_english(one) for one in ids]
        if printed != ids:
            catalog.add(message.id, printed if len(printed) > 1 else printed[0], context=message.context)
    return catalog


def compile_all(*, parts: Path = PARTS, out: Path = COMPILED) -> list[str]:
    """Compile every language that needs it and return those."""
    return [language for language in (*LANGUAGES, "en") if compile_language(language, parts=parts, out=out)]


def _fingerprint(language: str, parts: Path) -> str:
    digest = hashlib.sha256(f"{_FORMAT}".encode())
    for path in part_files(LANGUAGES[0] if language == "en" else language, parts):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
