"""The demo's mail, read from the folder where the local mail server keeps every message it was handed."""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from promo_portal.regions.names import plain

_NAME = re.compile(r"[0-9A-Za-z-]{1,80}")
# The demo may have run on another port when the mail was written.
_OUR_ADDRESS = re.compile(r"https?://(?:localhost|127\.0\.0\.1)(?::\d+)?(?=/)")
_PRESENTATION = {
    "style", "class", "role", "align", "width", "height", "lang", "dir", "cellpadding", "cellspacing", "bgcolor",
}  # fmt: skip
_SPOKEN = {"alt", "title", "aria-hidden", "aria-label"}


@dataclass(frozen=True)
class Mail:
    """One message, as its recipient would see it."""

    name: str
    subject: str
    sender: str
    recipient: str
    sent_at: datetime | None
    message_id: str
    text: str
    html: str
    language: str

    def matches(self, words: list[str]) -> bool:
        """Whether every word stands somewhere in it, whatever its accents."""
        haystack = plain(f"{self.subject} {self.sender} {self.recipient} {self.text}")
        return all(word in haystack for word in words)


def folder() -> Path | None:
    """Where the mail server keeps its messages, if it is ours."""
    named = os.environ.get("PORTAL_MAIL_DIR") or os.environ.get("MAIL_SINK_FOLDER")
    return Path(named) if named else None


def messages(search: str = "") -> list[Mail]:
    """All mails, newest first; with ``search`` only those that contain its words."""
    place = folder()
    if place is None or not place.is_dir():
        return []
    words = plain(search[:200]).split()
    found = [_read(path) for path in sorted(place.glob("*.eml"), reverse=True)]
    mails = sorted(found, key=lambda mail: (mail.sent_at.timestamp() if mail.sent_at else 0.0, mail.name), reverse=True)
    return [mail for mail in mails if mail.matches(words)] if words else mails


def message(name: str) -> Mail | None:
    """The mail of that name; names come from addresses, so nothing but our own files can be meant."""
    place = folder()
    if place is None or not _NAME.fullmatch(name):
        return None
    path = place / f"{name}.eml"
    return _read(path) if path.is_file() else None


@lru_cache(maxsize=4000)
def _read(path: Path) -> Mail:
    """Read a message once; the mail server never changes one."""
    parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return Mail(
        name=path.stem,
        subject=str(parsed.get("Subject", "")),
        sender=str(parsed.get("From", "")),
        recipient=str(parsed.get("To", parsed.get("X-Envelope-To", ""))),
        sent_at=_date(parsed),
        message_id=str(parsed.get("Message-ID", "")),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        language=str(parsed.get("Content-Language", "fr"))[:2],
    )


def _date(parsed: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(parsed["Date"]))
    except (TypeError, ValueError):
        return None


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return _OUR_ADDRESS.sub(settings.SITE_URL, str(part.get_content()))
    except (LookupError, UnicodeError):
        return ""


def harmless(html: str) -> str:
    """The mail's HTML without anything that acts: looks stay, links open in the whole window."""
    import nh3

    tags = nh3.ALLOWED_TAGS | {"style", "center", "font", "section", "main", "address"}
    attributes = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    attributes["*"] = attributes.get("*", set()) | _PRESENTATION | _SPOKEN
    attributes["a"] = attributes.get("a", set()) | {"href", "target"}
    return nh3.clean(
        html,
        tags=tags - {"style"},
        clean_content_tags={"script", "style", "title"},
        attributes=attributes,
        url_schemes={"http", "https", "mailto", "tel"},
        set_tag_attribute_values={"a": {"target": "_top"}},
        link_rel="noopener",
    )
