"""From a kind's message to the bytes a mail server takes: written text part, HTML part, and headers nobody can bend."""

import re
from collections.abc import Mapping
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
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
_QUOTED = Charset("utf-8")
_QUOTED.body_encoding = QP
_QUOTED.header_encoding = QP


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


def sending_domain() -> str:
    """The domain of the sender's address; it also names our messages."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def message_id(mail: OutgoingMail) -> str:
    """The same for every copy of a mail, so that a second one is recognised as such."""
    return f"<{mail.pk}@{sending_domain()}>"


def envelope_sender() -> str:
    """The address bounces return to."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def ascii_address(address: str) -> str:
    """An address with its domain as mail servers know it (tavannes-été.ch becomes xn--…)."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def build(mail: OutgoingMail, message: Message) -> bytes:
    """The whole message, lines ended as SMTP wants them."""
    subject = one_line(message.subject, SUBJECT_LIMIT)
    if len(subject) > SUBJECT_HINT:
        log.info("mail_subject_long", kind=mail.kind, length=len(subject))
    shown, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    envelope: MIMEText | MIMEMultipart = MIMEMultipart("alternative") if message.html else _part(message.text, "plain")
    envelope["Subject"] = _encoded(subject)
    envelope["From"] = formataddr((one_line(message.sender_name, NAME_LIMIT) or shown, address))
    envelope["To"] = ascii_address(mail.to_address)
    if message.reply_to:
        envelope["Reply-To"] = ascii_address(one_line(parseaddr(message.reply_to)[1], 254))
    envelope["Date"] = format_datetime(clock.now())
    envelope["Message-ID"] = message_id(mail)
    envelope["Content-Language"] = mail.language
    envelope["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe_url:
        envelope["List-Unsubscribe"] = f"<{one_line(message.unsubscribe_url, 900)}>"
        envelope["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if message.html:
        envelope.attach(_part(message.text, "plain"))
        envelope.attach(_part(message.html, "html"))
    return re.sub(rb"\r?\n", b"\r\n", envelope.as_bytes())


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, _QUOTED).encode()


def _part(text: str, subtype: str) -> MIMEText:
    return MIMEText(text, subtype, _QUOTED)  # type: ignore[arg-type]
