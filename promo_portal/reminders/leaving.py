"""A reminder about to leave: whether its date is still the one agreed on, and its recipient still takes part."""

from django.utils.translation import gettext_noop

from promo_portal.mailing.kinds import Message, UnknownKind
from promo_portal.mailing.models import OutgoingMail
from promo_portal.reminders.kinds import DeadlineKind, deadline_kind
from promo_portal.reminders.models import Deadline, DeadlineState

REASON_GONE = gettext_noop("The date was deleted.")
REASON_MOVED = gettext_noop("The date was moved.")
REASON_DONE = gettext_noop("The matter is settled.")
REASON_NO_PART = gettext_noop("This person has no part in it any more.")
REASON_WITHDRAWN = gettext_noop("The date was cancelled.")


def lock(mail: OutgoingMail) -> int | None:
    """Changes of a deadline wait for its reminders on their way, and these for the change."""
    deadline = mail.params.get("deadline")
    return int(deadline) if deadline is not None else None


def _kind(mail: OutgoingMail) -> DeadlineKind:
    kind = deadline_kind(mail.kind)
    if kind is None:
        msg = f"no app registers the deadline kind {mail.kind!r}"
        raise UnknownKind(msg)
    return kind


def reason_to_cancel(mail: OutgoingMail) -> str | None:
    """Asked between claiming and sending; whatever was committed before counts."""
    try:
        deadline = Deadline.objects.get(pk=mail.params["deadline"])
    except Deadline.DoesNotExist:
        return REASON_GONE
    mail.__dict__["deadline_at_hand"] = deadline  # for the text, which is made in the same transaction
    reason = state_reason(deadline, version=mail.params["version"])
    if reason:
        return reason
    kind = _kind(mail)
    if not kind.is_open(deadline):
        return REASON_DONE
    if mail.to_user is not None and not kind.is_entitled(deadline, mail.to_user):
        return REASON_NO_PART
    return None


def state_reason(deadline: Deadline, *, version: int) -> str | None:
    """Why a reminder of a version is void by the deadline's own row."""
    if deadline.state == DeadlineState.CANCELLED:
        return REASON_WITHDRAWN
    if deadline.state == DeadlineState.DONE:
        return REASON_DONE
    return REASON_MOVED if deadline.version != version else None


def render(mail: OutgoingMail) -> Message:
    """The text of the step, made by the app the deadline belongs to."""
    deadline = mail.__dict__.get("deadline_at_hand") or Deadline.objects.get(pk=mail.params["deadline"])
    return _kind(mail).render(mail, deadline, mail.params["step"])
