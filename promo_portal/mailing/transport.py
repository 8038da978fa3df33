"""The way to the mail server: one connection per process, a time limit per mail, an answer that says what is known."""

import contextlib
import os
import re
import smtplib
import ssl
import time
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

IDLE_SECONDS = 10  # a connection unused for longer may be gone without our knowing
MAILS_PER_CONNECTION = 200
LONGEST_SECONDS = 50  # for one mail, from connecting to the last answer; always under a third of the lease
ADDRESS_CODES = {550, 551, 553}
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


class Result(Enum):
    """What the mail server let us know."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good
    POSTPONED = "postponed"  # it says: later
    UNREACHABLE = "unreachable"  # nobody has seen the mail
    UNCERTAIN = "uncertain"  # the text was under way when the line broke


@dataclass(frozen=True)
class Answer:
    """The result for one mail, with the server's words."""

    result: Result
    said: str = ""
    no_such_address: bool = False


def time_limit() -> float:
    """Seconds one delivery may take: a sender that hangs must give up long before its lease ends."""
    return min(LONGEST_SECONDS, settings.MAIL_LEASE_SECONDS / 3 * 0.9)


class Courier:
    """One process's connection to the mail server, kept between mails."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._known: tuple[Any, ...] = ()
        self._used_at = 0.0
        self._carried = 0
        self._deadline = 0.0

    def deliver(self, sender: str, recipient: str, content: bytes) -> Answer:
        """Hand one message over; never raises for what a mail server or network may do."""
        self._deadline = time.monotonic() + time_limit()
        fresh = not self._is_usable()
        try:
            answer = self._envelope(sender, recipient, fresh=fresh)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(Result.UNREACHABLE, _words(error))
        return answer or self._content(content)

    def close(self) -> None:
        """Drop the connection without ceremony."""
        if self._smtp is not None:
            with contextlib.suppress(OSError):
                self._smtp.close()
        self._smtp = None

    def _is_usable(self) -> bool:
        here = (os.getpid(), settings.EMAIL_HOST, settings.EMAIL_PORT)
        idle = time.monotonic() - self._used_at
        if self._smtp is not None and (
            here != self._known or idle > IDLE_SECONDS or self._carried >= MAILS_PER_CONNECTION
        ):
            self.close()
        self._known = here
        return self._smtp is not None

    def _connect(self) -> smtplib.SMTP:
        limit = min(settings.EMAIL_TIMEOUT, self._remaining())
        # Our own name is given: finding it out may wait for a name server.
        own_name = urlsplit(settings.SITE_URL).hostname or "localhost"
        if settings.EMAIL_USE_SSL:
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.EMAIL_HOST, settings.EMAIL_PORT, own_name, timeout=limit, context=context
            )
        else:
            smtp = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, own_name, timeout=limit)
        self._smtp, self._carried = smtp, 0
        if settings.EMAIL_USE_TLS:
            self._wait_no_longer()
            smtp.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            self._wait_no_longer()
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        else:
            self._wait_no_longer()
            smtp.ehlo_or_helo_if_needed()
        return smtp

    def _envelope(self, sender: str, recipient: str, *, fresh: bool) -> Answer | None:
        """Sender and recipient; a kept connection that turns out to be closed is replaced once."""
        try:
            smtp = self._smtp or self._connect()
            self._wait_no_longer()
            code, text = smtp.mail(sender)
        except (OSError, smtplib.SMTPServerDisconnected):
            if fresh:
                raise
            self.close()
            return self._envelope(sender, recipient, fresh=True)
        if code == 250:  # noqa: PLR2004
            self._wait_no_longer()
            code, text = smtp.rcpt(recipient)
            if code in (250, 251):
                self._wait_no_longer()
                code, text = smtp.docmd("data")
                if code == 354:  # noqa: PLR2004
                    return None
        return self._refusal(code, text)

    def _content(self, content: bytes) -> Answer:
        """The text and the final answer; from here on a broken line leaves us not knowing."""
        smtp = self._smtp
        assert smtp is not None
        try:
            self._wait_no_longer()
            smtp.send(re.sub(rb"(?m)^\.", b"..", content).rstrip(b"\r\n") + b"\r\n.\r\n")
            self._wait_no_longer()
            code, text = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(Result.UNCERTAIN, _words(error))
        self._used_at = time.monotonic()
        self._carried += 1
        if code == 250:  # noqa: PLR2004
            return Answer(Result.ACCEPTED, _decoded(text))
        return self._refusal(code, text)

    def _refusal(self, code: int, text: bytes) -> Answer:
        said = f"{code} {_decoded(text)}"
        if code < 0 or code == 421:  # noqa: PLR2004 - the server closes the line
            self.close()
            return Answer(Result.UNREACHABLE, said)
        try:
            assert self._smtp is not None
            self._wait_no_longer()
            self._smtp.rset()
            self._used_at = time.monotonic()
        except (OSError, smtplib.SMTPException):
            self.close()
        if 400 <= code < 500:  # noqa: PLR2004
            return Answer(Result.POSTPONED, said)
        return Answer(Result.REFUSED, said, no_such_address=_concerns_address(code, said))

    def _remaining(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            msg = "the time for one mail is over"
            raise TimeoutError(msg)
        return left

    def _wait_no_longer(self) -> None:
        """Let the next step wait for what is left of the time, at most the usual limit."""
        if self._smtp is not None and self._smtp.sock is not None:
            self._smtp.sock.settimeout(min(settings.EMAIL_TIMEOUT, self._remaining()))


def _concerns_address(code: int, said: str) -> bool:
    """Whether a refusal is about the mailbox (X.1.Y, X.2.1 of RFC 3463) and not about us, the text or a policy."""
    enhanced = _ENHANCED.search(said)
    if enhanced:
        return enhanced[2] == "1" or (enhanced[2], enhanced[3]) == ("2", "1")
    return code in ADDRESS_CODES


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


courier = Courier()
