"""The outbox's rules as data: allowed moves, second chances, and what to do when nobody knows."""

from django.conf import settings
from django.utils.translation import gettext_noop

from promo_portal.mailing.models import MailClass, MailState

# Which states an action may start from; every other pair is refused.
MOVES: dict[str, frozenset[MailState]] = {
    "claim": frozenset({MailState.QUEUED, MailState.RETRY}),
    "finish": frozenset({MailState.SENDING}),
    "expire": frozenset({MailState.QUEUED, MailState.RETRY}),
    "hold": frozenset({MailState.QUEUED, MailState.RETRY}),
    "release": frozenset({MailState.HELD}),
    "cancel": frozenset({MailState.QUEUED, MailState.RETRY, MailState.HELD}),
    "retry": frozenset({MailState.FAILED, MailState.UNKNOWN}),
    "dismiss": frozenset({MailState.FAILED, MailState.UNKNOWN}),
}

# Nobody knows whether it arrived (the sender died, or the line broke after the text): a lost deadline costs money and a
# second copy a smile; doubles annoy thousands; a stale secret is worse than none.
WHEN_UNCERTAIN: dict[str, MailState] = {
    MailClass.REMINDER: MailState.RETRY,
    MailClass.TRANSACTIONAL: MailState.RETRY,
    MailClass.BROADCAST: MailState.UNKNOWN,
    MailClass.SECRET: MailState.EXPIRED,
}
COPIES_RISKED = 5  # attempts after which an uncertain mail is shown to staff instead of sent again
RENDER_ATTEMPTS = 3
UNREACHABLE_PAUSE_SECONDS = 30

# The share of MAIL_MAX_PER_MINUTE a class may use up: a bulletin never makes somebody wait for a code.
SHARES: dict[str, float] = {
    MailClass.SECRET: 1.0,
    MailClass.TRANSACTIONAL: 0.95,
    MailClass.REMINDER: 0.9,
    MailClass.BROADCAST: 0.75,
}

# Reasons the engine gives; kept in English, shown translated.
REASON_INACTIVE = gettext_noop("This person's account is closed.")
REASON_TOO_LATE = gettext_noop("Too late to be useful.")
REASON_REFUSED = gettext_noop("The mail server refused it.")
REASON_NO_ADDRESS = gettext_noop("The address does not exist.")
REASON_GAVE_UP = gettext_noop("The mail server kept postponing it.")
REASON_UNRENDERABLE = gettext_noop("The text could not be made.")
REASON_UNCERTAIN = gettext_noop("Nobody knows whether it arrived.")
REASON_LOST = gettext_noop("The sender stopped in the middle; sent again.")
REASON_DISMISSED = gettext_noop("Seen and closed.")
TECHNICAL_REASONS = (REASON_UNRENDERABLE, REASON_GAVE_UP)


def retry_delay(attempts: int) -> int | None:
    """Seconds until the next attempt after so many failed ones; ``None``: give up."""
    delays = settings.MAIL_RETRY_SECONDS
    return delays[attempts - 1] if attempts <= len(delays) else None
