"""From a kind's message to the bytes a mail server takes: written text part, HTML part, and headers nobody can bend."""

import re
from binascii import b2a_qp
from collections.abc import Mapping
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils.translation import get_language

from promo_portal.core import clock
from promo_portal.mailing.kinds import SUBJECT_HINT, Message
from promo_portal.mailing.models import OutgoingMail

log = structlog.get_logger(__name__)
SUBJECT_LIMIT = 200
NAME_LIMIT = 80
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
LINE = 76


def absolute(path: str) -> str:
    """The public address of a path, for links in mails."""
    return f"{settings.SITE_URL}{path}"


def message(
    template: str,
    *,
    subject: str,
    context: Mapping[str, Any] | None = None,
    sender_name: str = "",
    reply_to: str = "",
    unsubscribe_url: str = "",
) -> Message:
    """Render ``<template>.txt`` and ``<template>.html`` in the active language; both are written by a person."""
    values = {
        "language": get_language() or "fr",
        "branding": settings.BRANDING,
        "site_url": settings.SITE_URL,
        "subject": one_line(subject, SUBJECT_LIMIT),
        "unsubscribe_url": unsubscribe_url,
        "button_url": "",
        "button_label": "",
        **(context or {}),
    }
    # The text part is no HTML: nothing is escaped there.
    plain: Any = get_template(f"{template}.txt")
    text = plain.template.render(Context(values, autoescape=False))
    html = get_template(f"{template}.html").render(values)
    return Message(
        subject=subject,
        text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        html=html,
        sender_name=sender_name,
        reply_to=reply_to,
        unsubscribe_url=unsubscribe_url,
    )


def one_line(text: str, limit: int) -> str:
    """Text fit for a header: without breaks and controls, so that it cannot start a header of its own."""
    return " ".join(_BREAKS.sub(" ", str(text)).split(" ")).strip()[:limit]


@cache
def _name_and_address(sender: str) -> tuple[str, str]:
    return parseaddr(sender)


def sending_domain() -> str:
    """The domain of the sender's address; it also names our messages."""
    return envelope_sender().rpartition("@")[2] or "localhost"


def message_id(mail: OutgoingMail) -> str:
    """The same for every copy of a mail, so that a second one is recognised as such."""
    return f"<{mail.pk}@{sending_domain()}>"


def envelope_sender() -> str:
    """The address bounces return to."""
    return _name_and_address(settings.DEFAULT_FROM_EMAIL)[1]


def ascii_address(address: str) -> str:
    """An address with its domain as mail servers know it (tavannes-été.ch becomes xn--…)."""
    if address.isascii():
        return address
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def build(mail: OutgoingMail, message: Message) -> bytes:
    """The whole message, lines ended as SMTP wants them.

    Written out by hand: every header value passes ``one_line`` or is our own, and both parts are quoted-printable, in
    which the boundary's ``=_`` cannot occur.
    """
    subject = one_line(message.subject, SUBJECT_LIMIT)
    if len(subject) > SUBJECT_HINT:
        log.info("mail_subject_long", kind=mail.kind, length=len(subject))
    shown, address = _name_and_address(settings.DEFAULT_FROM_EMAIL)
    headers = {
        "Subject": _encoded(subject),
        "From": formataddr((one_line(message.sender_name, NAME_LIMIT) or shown, address)),
        "To": ascii_address(mail.to_address),
        "Date": format_datetime(clock.now()),
        "Message-ID": message_id(mail),
        "Content-Language": mail.language,
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }
    if message.reply_to:
        headers["Reply-To"] = ascii_address(one_line(parseaddr(message.reply_to)[1], 254))
    if message.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{one_line(message.unsubscribe_url, 900)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    head = "".join(f"{name}: {value}\n" for name, value in headers.items()).encode("ascii", "replace")
    if not message.html:
        return _with_crlf(head + _part(message.text, "plain"))
    boundary = f"=_{mail.pk.hex}"
    parts = b"".join(
        b"--%s\n%s\n" % (boundary.encode(), _part(text, subtype))
        for text, subtype in ((message.text, "plain"), (message.html, "html"))
    )
    kind = f'Content-Type: multipart/alternative; boundary="{boundary}"\n\n'
    return _with_crlf(head + kind.encode() + parts + f"--{boundary}--\n".encode())


def _encoded(text: str) -> str:
    return text if text.isascii() and len(text) < LINE else Header(text, "utf-8", maxlinelen=LINE).encode()


def _part(text: str, subtype: str) -> bytes:
    head = f'Content-Type: text/{subtype}; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n\n'
    body = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    return head.encode() + b2a_qp(body, istext=True) + b"\n"


def _with_crlf(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
