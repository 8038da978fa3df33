"""Finishing: what became of a claimed mail, written by its lease holder only."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from promo_portal.core import clock
from promo_portal.mailing import policy
from promo_portal.mailing.emails import tell_owners
from promo_portal.mailing.kinds import UnknownKind, mail_kind
from promo_portal.mailing.models import ENDED, AddressSuppression, MailState, OutgoingMail
from promo_portal.mailing.suppression import suppress
from promo_portal.mailing.transport import Answer, Result

log = structlog.get_logger(__name__)
ReturnT = TypeVar("ReturnT")
FINISH = "UPDATE mailing_outgoingmail SET {assignments} WHERE id = %s AND state = 'sending' AND lease_token = %s"
RECONNECT_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)  # seconds; a database that restarts is back within them


def finish(mail: OutgoingMail, state: MailState, *, pause: float | None = None, **fields: Any) -> bool:
    """Write the outcome if the lease is still ours; otherwise somebody else has taken over, which is logged only."""
    changes = {"state": state, "lease_until": None, "lease_token": None, **fields}
    if state == MailState.RETRY:
        changes["next_try_at"] = clock.real_now() + timedelta(seconds=pause or 0)
    if state in ENDED and (kept := without_secrets(mail)) != mail.params:
        changes["params"] = kept
    # Written out, since it runs for every mail: building it from a query set costs as much as the mail server's answer.
    assignments = ", ".join(f"{name} = %s" for name in changes)
    values = [json.dumps(value) if name == "params" else value for name, value in changes.items()]
    with connection.cursor() as cursor:
        cursor.execute(FINISH.format(assignments=assignments), [*values, mail.pk, mail.lease_token])
        if cursor.rowcount == 1:
            return True
    log.warning("mail_lease_lost", mail=str(mail.pk), kind=mail.kind, outcome=state)
    return False


def without_secrets(mail: OutgoingMail) -> dict[str, Any]:
    """The mail's parameters without what its kind calls secret."""
    try:
        secret = mail_kind(mail.kind).redact
    except UnknownKind:
        secret = frozenset()
    return {name: value for name, value in mail.params.items() if name not in secret}


def record(mail: OutgoingMail, answer: Answer, *, subject: str) -> MailState:
    """Turn the mail server's answer into the mail's next state."""
    match answer.result:
        case Result.ACCEPTED:
            kept = "" if mail_kind(mail.kind).redact else subject
            finish(mail, MailState.SENT, sent_at=clock.now(), subject=kept, last_error="", state_reason="")
            return MailState.SENT
        case Result.REFUSED:
            return _refused(mail, answer)
        case Result.POSTPONED:
            return _again(mail, answer.said)
        case Result.UNREACHABLE:  # not the mail's fault, so it costs it no attempt
            finish(
                mail,
                MailState.RETRY,
                pause=policy.UNREACHABLE_PAUSE_SECONDS,
                attempts=mail.attempts - 1,
                last_error=answer.said[:500],
            )
            return MailState.RETRY
        case Result.UNCERTAIN:
            return _uncertain(mail, answer.said)


def _refused(mail: OutgoingMail, answer: Answer) -> MailState:
    """Refused for good: no second try; a mailbox that does not exist gets no more mail, and its case's owner hears."""
    reason = policy.REASON_NO_ADDRESS if answer.no_such_address else policy.REASON_REFUSED
    if finish(mail, MailState.FAILED, last_error=answer.said[:500], state_reason=reason):
        if answer.no_such_address:
            suppress(address=mail.to_address, reason=AddressSuppression.Reason.BOUNCED, detail=answer.said)
        try:
            with transaction.atomic():
                tell_owners(mail)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # an app's mistake must not undo what is known of the mail
            log.exception("mail_owners_not_told", mail=str(mail.pk), kind=mail.kind)
    return MailState.FAILED


def _again(mail: OutgoingMail, said: str) -> MailState:
    delay = policy.retry_delay(mail.attempts)
    if delay is None:
        finish(mail, MailState.FAILED, last_error=said[:500], state_reason=policy.REASON_GAVE_UP)
        log.error("mail_given_up", mail=str(mail.pk), kind=mail.kind, attempts=mail.attempts)
        return MailState.FAILED
    finish(mail, MailState.RETRY, pause=delay, last_error=said[:500])
    return MailState.RETRY


def _uncertain(mail: OutgoingMail, said: str) -> MailState:
    wanted = policy.WHEN_UNCERTAIN[mail.mail_class]
    if wanted == MailState.RETRY and mail.attempts < policy.COPIES_RISKED:
        return _again(mail, said)
    state = MailState.UNKNOWN if wanted == MailState.RETRY else wanted
    finish(mail, state, last_error=said[:500], state_reason=policy.REASON_UNCERTAIN)
    log.warning("mail_uncertain", mail=str(mail.pk), kind=mail.kind, outcome=state)
    return state


def unrenderable(mail: OutgoingMail, error: Exception) -> MailState:
    """A mail whose text cannot be made is tried a few times, then shown to staff; the others go on."""
    words = f"{type(error).__name__}: {error}"[:500]
    log.error("mail_unrenderable", mail=str(mail.pk), kind=mail.kind, attempts=mail.attempts, exc_info=error)
    if mail.attempts < policy.RENDER_ATTEMPTS:
        finish(mail, MailState.RETRY, pause=policy.retry_delay(mail.attempts) or 0, last_error=words)
        return MailState.RETRY
    finish(mail, MailState.FAILED, last_error=words, state_reason=policy.REASON_UNRENDERABLE)
    return MailState.FAILED


def patiently(write: Callable[[], ReturnT]) -> ReturnT:
    """Write an outcome though the database may be restarting: what has been sent must not be sent again for that."""
    for pause in RECONNECT_PAUSES:
        try:
            return write()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            log.warning("mail_outcome_waits_for_database")
            connection.close()
            time.sleep(pause)
    return write()
