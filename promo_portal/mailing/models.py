"""The outbox: every mail the portal sends is a row first, and the row tells what became of it."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.models import User
from promo_portal.core.fields import MomentField
from promo_portal.regions.models import Association


class MailClass(models.TextChoices):
    """What happens when nobody knows whether a mail arrived (lease ran out, error after DATA)."""

    REMINDER = "reminder", _("reminder")  # send again, same Message-ID
    TRANSACTIONAL = "transactional", _("message about a request")  # send again, same Message-ID
    BROADCAST = "broadcast", _("bulletin")  # unknown, shown to staff, never again
    SECRET = "secret", _("sign-in code")  # expires, the person asks again


class MailState(models.TextChoices):
    """Where a mail stands."""

    QUEUED = "queued", _("queued")
    HELD = "held", _("held")
    SENDING = "sending", _("being sent")
    RETRY = "retry", _("to be tried again")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("uncertain")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


# Who goes first when many wait: somebody stares at the screen for a code; nobody waits for a bulletin.
PRIORITY = {MailClass.SECRET: 1, MailClass.TRANSACTIONAL: 2, MailClass.REMINDER: 3, MailClass.BROADCAST: 4}

WAITING = (MailState.QUEUED, MailState.RETRY)
ENDED = (MailState.SENT, MailState.FAILED, MailState.UNKNOWN, MailState.CANCELLED, MailState.EXPIRED)


class OutgoingMail(models.Model):
    """One message to one address. Text is rendered when it leaves, from the numbers kept in ``params``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    idempotency_key = models.CharField(_("key"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    mail_class = models.CharField(_("class"), max_length=20, choices=MailClass)
    priority = models.PositiveSmallIntegerField(_("order"), default=4, editable=False)
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association"), null=True, blank=True
    )
    subject_kind = models.CharField(_("kind of record"), max_length=60, blank=True)
    subject_id = models.BigIntegerField(_("record"), null=True, blank=True)
    to_user = models.ForeignKey(
        User, on_delete=models.SET_NULL, related_name="mails", verbose_name=_("to (person)"), null=True, blank=True
    )
    to_address = models.EmailField(_("to"))
    language = models.CharField(_("language"), max_length=2, default="fr")
    params = models.JSONField(_("numbers"), default=dict, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True, help_text=_("As it was sent."))
    state = models.CharField(_("state"), max_length=10, choices=MailState, default=MailState.QUEUED)
    state_reason = models.CharField(_("reason"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    attempted_at = models.DateTimeField(_("last attempt"), null=True, blank=True)  # by the real clock, for the limit
    send_after = MomentField(_("not before"))
    expires_at = models.DateTimeField(_("not after"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    lease_token = models.UUIDField(_("lease"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    created_at = MomentField(_("created"), editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(
                name="mail_waiting", fields=["priority", "send_after"], condition=Q(state__in=["queued", "retry"])
            ),
            models.Index(name="mail_leased", fields=["lease_until"], condition=Q(state="sending")),
            models.Index(name="mail_subject", fields=["subject_kind", "subject_id", "-created_at"]),
            models.Index(name="mail_by_state", fields=["state", "-created_at"]),
            models.Index(name="mail_attempted", fields=["attempted_at"], condition=Q(attempted_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="mail_sending_has_lease",
                condition=(
                    Q(state="sending", lease_until__isnull=False, lease_token__isnull=False)
                    | (~Q(state="sending") & Q(lease_until=None, lease_token=None))
                ),
            ),
            models.CheckConstraint(
                name="mail_sent_has_time",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="mail_retry_has_time", condition=~Q(state="retry") | Q(next_try_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.priority = PRIORITY[MailClass(self.mail_class)]
        super().save(*args, **kwargs)


class AddressSuppression(models.Model):
    """An address that gets no more mail, since it bounced or its owner said so."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("does not exist")
        COMPLAINED = "complained", _("complained")
        ASKED = "asked", _("asked for no more mail")

    email = models.EmailField(_("e-mail"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    detail = models.CharField(_("what the mail server said"), max_length=300, blank=True)
    since = MomentField(_("since"))

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering = ["-since"]
        constraints = [models.UniqueConstraint(Lower("email"), name="addresssuppression_once")]

    def __str__(self) -> str:
        return self.email


class MailHoldQuerySet(models.QuerySet["MailHold"]):
    """Questions about holds."""

    def in_force(self, at: datetime) -> "MailHoldQuerySet":
        """Holds that stop mail at an instant."""
        return self.filter(Q(until=None) | Q(until__gt=at))


class MailHold(models.Model):
    """All mail, or one kind of it, waits until a person decides: after a restore, or before a doubtful mailing."""

    kind = models.CharField(_("kind"), max_length=60, blank=True, help_text=_("Empty: every mail."))
    reason = models.CharField(_("reason"), max_length=300)
    by_id = models.BigIntegerField(_("by"), null=True, blank=True)
    since = MomentField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = MailHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold on mail")
        verbose_name_plural = _("holds on mail")
        ordering = ["-since"]

    def __str__(self) -> str:
        return self.reason
