"""A mail backend that refuses: every mail goes through the outbox."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class DirectMailRefused(RuntimeError):
    """Somebody called ``send_mail`` instead of ``mailing.compose.queue_mail``."""


class RefuseDirectMail(BaseEmailBackend):
    """Stops code that would send past the outbox, where nothing is retried, counted or held."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> Any:
        msg = "mail goes through mailing.compose.queue_mail"
        raise DirectMailRefused(msg)
