"""The mails of signing in, through the outbox. Named by ``ACCOUNT_ADAPTER``, since accounts lie below mail."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from promo_portal.accounts.adapter import PortalAccountAdapter
from promo_portal.accounts.models import User
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message, register_mail_kind
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute, message

CODES = {"account/email/login_code": "accounts.login_code", "account/email/password_reset_code": "accounts.reset_code"}
NOTICE = "accounts.security_notice"
EVENTS = {
    "password_changed": gettext_lazy("Your password was changed."),
    "password_set": gettext_lazy("Your account has a password now."),
    "password_reset": gettext_lazy("Your password was set anew."),
    "totp_activated": gettext_lazy("An authenticator app was added to your account."),
    "totp_deactivated": gettext_lazy("The authenticator app was removed from your account."),
    "webauthn_added": gettext_lazy("A passkey was added to your account."),
    "webauthn_removed": gettext_lazy("A passkey was removed from your account."),
    "recovery_codes_generated": gettext_lazy("New recovery codes were made for your account."),
    "second_factor_reset": gettext_lazy(
        "Your second factors were removed by the staff. Enrol anew at the next sign-in."
    ),
}


class OutboxAccountAdapter(PortalAccountAdapter):
    """Queues what allauth would send: codes as secrets that expire, notices about the account as ordinary mail."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a code; the outbox keeps it only until it is sent."""
        person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if person is None or template_prefix not in CODES:
            return
        with transaction.atomic():
            queue_mail(kind=CODES[template_prefix], to_user=person, params={"code": context["code"]})

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell a person that something about their account has changed; without address or device of whoever did it."""
        with transaction.atomic():
            queue_mail(kind=NOTICE, to_user=user, params={"event": template_prefix.rpartition("/")[2]})


def login_code(mail: OutgoingMail) -> Message:
    """The code that signs somebody in. It stands in the text only: subjects are kept."""
    subject = _("Your code to sign in")
    return message("accounts/email/code", subject=subject, context={"about": subject, "code": mail.params["code"]})


def reset_code(mail: OutgoingMail) -> Message:
    """The code that lets somebody choose a new password."""
    subject = _("Your code for a new password")
    return message("accounts/email/code", subject=subject, context={"about": subject, "code": mail.params["code"]})


def security_notice(mail: OutgoingMail) -> Message:
    """Something about a person's way in has changed."""
    return message(
        "accounts/email/security_notice",
        subject=_("Your account: a change"),
        context={
            "what": EVENTS.get(mail.params["event"], _("Your account was changed.")),
            "button_url": absolute(reverse("mfa_index")),
            "button_label": _("Look at my account"),
        },
    )


def has_an_account(mail: OutgoingMail) -> str | None:
    """Codes and notices go to the address the account has now, while it is open."""
    person = mail.to_user
    if person is not None and person.is_active and person.email == mail.to_address:
        return None
    return "The account is closed or has another address."


for name, label, mail_class, render, secrets in (
    ("accounts.login_code", gettext_lazy("code to sign in"), MailClass.SECRET, login_code, {"code"}),
    ("accounts.reset_code", gettext_lazy("code for a new password"), MailClass.SECRET, reset_code, {"code"}),
    (NOTICE, gettext_lazy("notice about an account"), MailClass.TRANSACTIONAL, security_notice, set[str]()),
):
    register_mail_kind(
        MailKind(
            name=name,
            label=label,
            mail_class=mail_class,
            render=render,
            entitled=has_an_account,
            redact=frozenset(secrets),
        )
    )
