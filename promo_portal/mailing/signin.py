"""The mails of signing in, through the outbox. Named by ``ACCOUNT_ADAPTER``, since accounts lie below mail."""

from typing import Any

from promo_portal.accounts.adapter import PortalAccountAdapter
from promo_portal.accounts.models import User
from promo_portal.mailing.models import MailClass

CODES = {"account/email/login_code": "accounts.login_code", "account/email/password_reset_code": "accounts.reset_code"}
NOTICE = "accounts.security_notice"


class OutboxAccountAdapter(PortalAccountAdapter):
    """Queues what allauth would send: codes as secrets that expire, notices about the account as ordinary mail."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a code; the outbox keeps it only until it is sent."""
        from promo_portal.mailing.compose import queue_mail

        person = User.objects.filter(email=email.strip().lower()).first()
        if person is None:
            return
        queue_mail(
            kind=CODES[template_prefix],
            to_user=person,
            language=person.language,
            params={"code": context["code"]},
            mail_class=MailClass.SECRET,
        )

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell a person that something about their account has changed; without address or device of whoever did it."""
        from promo_portal.mailing.compose import queue_mail

        queue_mail(
            kind=NOTICE,
            to_user=user,
            language=user.language,
            params={"event": template_prefix.rpartition("/")[2]},
            mail_class=MailClass.TRANSACTIONAL,
        )
