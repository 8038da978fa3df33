"""Sending: claim, look again, hand over, write down; one mail after the other until none waits or the time is up.

Writing down one mail and claiming the next is one commit; nothing is open in the database while a mail server answers.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.utils import translation

from promo_portal.core import clock
from promo_portal.core.scope import Scope, scope
from promo_portal.mailing import locks, policy
from promo_portal.mailing.kinds import MailKind, Message, mail_kind
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.mailing.rendering import SUBJECT_LIMIT, ascii_address, build, envelope_sender, one_line
from promo_portal.mailing.suppression import REASON_SUPPRESSED
from promo_portal.mailing.transport import Result, courier
from promo_portal.mailing.workflow.claiming import claim, look
from promo_portal.mailing.workflow.finishing import finish, patiently, record, unrenderable

BUSY_PAUSE_SECONDS = 2
CLOCK_SECONDS = 1  # how long a reading of the portal's clock serves
DATABASE_AWAY = (OperationalError, InterfaceError)
Outcome = Callable[[], MailState]  # writes what became of a mail, in the transaction that claims the next


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


class _Watch:
    """The portal's clock for a pass, read about once a second instead of for every mail."""

    def __init__(self) -> None:
        self.now, self._read_at = clock.now(), time.monotonic()

    def look(self, *, closely: bool = False) -> datetime:
        """The present instant, at most a second old."""
        if closely or time.monotonic() - self._read_at > CLOCK_SECONDS:
            self.now, self._read_at = clock.now(), time.monotonic()
        return self.now


def send_waiting(*, seconds: float, most: int | None = None) -> Tally:
    """Send what waits, claiming for at most ``seconds``, so that a worker asked to stop does so soon.

    Ends early when the mail server cannot be reached: the next pass tries again.
    """
    tally, watch, until = Tally(), _Watch(), time.monotonic() + seconds
    outcome: Outcome | None = None
    while True:
        enough = most is not None and tally.total + (outcome is not None) >= most
        goes_on = not (enough or tally.unreachable or time.monotonic() > until)
        mail = _write_and_claim(outcome, tally, watch.look(), goes_on=goes_on)
        if mail is None and goes_on:  # some may have come within the last second
            mail = _write_and_claim(None, tally, watch.look(closely=True), goes_on=True)
        if mail is None:
            return tally
        with clock.standing_still(watch.now):
            outcome = _attempt(mail, tally)


def _write_and_claim(outcome: Outcome | None, tally: Tally, now: datetime, *, goes_on: bool) -> OutgoingMail | None:
    """One commit: what became of the last mail, and the claim of the next."""

    def both() -> tuple[MailState | None, OutgoingMail | None]:
        with transaction.atomic(durable=True):
            return outcome() if outcome else None, claim(now=now) if goes_on else None

    with clock.standing_still(now):
        state, mail = patiently(both) if outcome else both()
    if state is not None:
        tally.count(state)
    return mail


def _attempt(mail: OutgoingMail, tally: Tally) -> Outcome:
    """Try to send a claimed mail. Where the database goes away meanwhile, the lease brings the mail back."""
    try:
        kind = mail_kind(mail.kind)
        lock = kind.lock(mail)
    except Exception as error:  # noqa: BLE001 - whatever an app's code does, the other mails go on
        return _poisoned(mail, error)
    try:
        with locks.sending(lock):
            message = _last_look(mail, kind)
            if not isinstance(message, Message):
                return message
            try:
                content = build(mail, message)
            except Exception as error:  # noqa: BLE001
                return _poisoned(mail, error)
            answer = courier.deliver(envelope_sender(), ascii_address(mail.to_address), content)
    except locks.Busy:
        return _back(mail, MailState.RETRY, pause=BUSY_PAUSE_SECONDS)
    tally.unreachable = answer.result is Result.UNREACHABLE
    return lambda: record(mail, answer, subject=one_line(message.subject, SUBJECT_LIMIT))


def _last_look(mail: OutgoingMail, kind: MailKind) -> Message | Outcome:
    """The mail's text, or why it stays: hold, closed account, suppression, lost right, moved date."""
    try:
        with scope(recipients_scope(mail)), transaction.atomic():
            return _stopped(mail, kind) or _rendered(mail, kind)
    except DATABASE_AWAY:
        raise
    except Exception as error:  # noqa: BLE001 - whatever an app's code does, the other mails go on
        return _poisoned(mail, error)


def recipients_scope(mail: OutgoingMail) -> Scope:
    """On whose behalf a mail is made: its association; without one, its recipient."""
    if mail.association_id is not None:
        return Scope(associations=frozenset({mail.association_id}))
    return Scope(user_id=mail.to_user_id)


def _stopped(mail: OutgoingMail, kind: MailKind) -> Outcome | None:
    """What has happened since the mail was queued that keeps it from leaving."""
    facts = look(mail, now=clock.now())
    if facts.is_held:
        return _back(mail, MailState.QUEUED)
    if mail.to_user is not None and not mail.to_user.is_active:
        reason: str | None = policy.REASON_INACTIVE
    elif facts.is_suppressed:
        reason = REASON_SUPPRESSED
    else:
        reason = kind.entitled(mail)
    return _cancelled(mail, str(reason)) if reason else None


def _cancelled(mail: OutgoingMail, reason: str) -> Outcome:
    def write() -> MailState:
        finish(mail, MailState.CANCELLED, state_reason=reason[:300])
        return MailState.CANCELLED

    return write


def _back(mail: OutgoingMail, state: MailState, *, pause: float | None = None) -> Outcome:
    """Not sent through no fault of the mail: the attempt does not count."""

    def write() -> MailState:
        finish(mail, state, pause=pause, attempts=mail.attempts - 1)
        return state

    return write


def _poisoned(mail: OutgoingMail, error: Exception) -> Outcome:
    return lambda: unrenderable(mail, error)


def _rendered(mail: OutgoingMail, kind: MailKind) -> Message:
    with translation.override(mail.language):
        return kind.render(mail)


def render_sample(mail: OutgoingMail) -> Message:
    """What an unsent mail would say now, for those who may see it in advance."""
    with scope(recipients_scope(mail)), transaction.atomic():
        return _rendered(mail, mail_kind(mail.kind))
