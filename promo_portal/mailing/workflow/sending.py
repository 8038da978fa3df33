"""Sending: claim, look again, hand over, write down; one mail after the other until none waits or the time is up."""

import time
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists
from django.utils import translation

from promo_portal.core import clock
from promo_portal.core.scope import Scope, scope
from promo_portal.mailing import locks, policy
from promo_portal.mailing.kinds import MailKind, Message, mail_kind
from promo_portal.mailing.models import MailHold, MailState, OutgoingMail
from promo_portal.mailing.rendering import SUBJECT_LIMIT, ascii_address, build, envelope_sender, one_line
from promo_portal.mailing.suppression import REASON_SUPPRESSED, suppressions
from promo_portal.mailing.transport import Answer, Result, courier
from promo_portal.mailing.workflow.claiming import claim
from promo_portal.mailing.workflow.finishing import finish, patiently, record, unrenderable

BUSY_PAUSE_SECONDS = 2
DATABASE_AWAY = (OperationalError, InterfaceError)


@dataclass
class Tally:
    """How many mails ended in which state during a pass."""

    states: dict[str, int] = field(default_factory=dict)
    unreachable: bool = False

    def count(self, state: MailState) -> None:
        """Add one."""
        self.states[state] = self.states.get(state, 0) + 1

    def __getitem__(self, state: MailState) -> int:
        return self.states.get(state, 0)

    @property
    def total(self) -> int:
        """All mails that were looked at."""
        return sum(self.states.values())


@dataclass(frozen=True)
class Prepared:
    """A mail ready to leave."""

    subject: str
    content: bytes


def send_waiting(*, seconds: float, most: int | None = None) -> Tally:
    """Send what waits, claiming for at most ``seconds``, so that a worker asked to stop does so soon.

    Ends early when the mail server cannot be reached: the next pass tries again.
    """
    tally, until = Tally(), time.monotonic() + seconds
    while not tally.unreachable and time.monotonic() < until and (most is None or tally.total < most):
        now = clock.now()
        mail = claim(now=now)
        if mail is None:
            break
        with clock.standing_still(now):
            tally.count(_send(mail, tally))
    return tally


def _send(mail: OutgoingMail, tally: Tally) -> MailState:
    """One claimed mail to its end. Where the database goes away, the lease brings the mail back."""
    try:
        kind = mail_kind(mail.kind)
        lock = kind.lock(mail)
    except Exception as error:  # noqa: BLE001 - whatever an app's code does, the other mails go on
        return unrenderable(mail, error)
    try:
        with locks.sending(lock):
            prepared = _prepared(mail, kind)
            if isinstance(prepared, MailState):
                return prepared
            answer = courier.deliver(envelope_sender(), ascii_address(mail.to_address), prepared.content)
    except locks.Busy:
        finish(mail, MailState.RETRY, pause=BUSY_PAUSE_SECONDS, attempts=mail.attempts - 1)
        return MailState.RETRY
    tally.unreachable = answer.result is Result.UNREACHABLE
    return patiently(lambda: record(mail, answer, subject=prepared.subject))


def _prepared(mail: OutgoingMail, kind: MailKind) -> Prepared | MailState:
    """Look again whether the mail may leave, and make its text; otherwise the state it went to instead."""
    try:
        stopped = _stopped(mail, kind)
        if stopped is not None:
            return stopped
        message = _rendered(mail, kind)
        return Prepared(one_line(message.subject, SUBJECT_LIMIT), build(mail, message))
    except DATABASE_AWAY:
        raise
    except Exception as error:  # noqa: BLE001 - whatever an app's code does, the other mails go on
        return unrenderable(mail, error)


def recipients_scope(mail: OutgoingMail) -> Scope:
    """On whose behalf a mail is made: its association; without one, its recipient."""
    if mail.association_id is not None:
        return Scope(associations=frozenset({mail.association_id}))
    return Scope(user_id=mail.to_user_id)


def _stopped(mail: OutgoingMail, kind: MailKind) -> MailState | None:
    """What has happened since the mail was queued: hold, suppression, closed account, lost right, moved deadline."""
    with transaction.atomic(), scope(recipients_scope(mail)):
        held, suppressed, active = (
            OutgoingMail.objects.filter(pk=mail.pk)
            .annotate(
                held=Exists(MailHold.objects.stopping(mail, clock.now())),
                suppressed=Exists(suppressions(mail.to_address, mail.mail_class)),
            )
            .values_list("held", "suppressed", "to_user__is_active")
            .get()
        )
        if held:
            finish(mail, MailState.QUEUED, attempts=mail.attempts - 1)
            return MailState.QUEUED
        reason: str | None = policy.REASON_INACTIVE if active is False else None
        reason = reason or (REASON_SUPPRESSED if suppressed else kind.entitled(mail))
        if reason is None:
            return None
        finish(mail, MailState.CANCELLED, state_reason=str(reason)[:300])
        return MailState.CANCELLED


def _rendered(mail: OutgoingMail, kind: MailKind) -> Message:
    with transaction.atomic(), scope(recipients_scope(mail)), translation.override(mail.language):
        return kind.render(mail)


def render_sample(mail: OutgoingMail) -> Message:
    """What an unsent mail would say now, for those who may see it in advance."""
    return _rendered(mail, mail_kind(mail.kind))


__all__ = ["Answer", "Tally", "render_sample", "send_waiting"]
