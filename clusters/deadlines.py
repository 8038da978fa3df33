"""The reminder before an event: whom it reaches, when it has become pointless, what it says."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

from clusters.emails.registered import reminder_message
from clusters.enums import EventState, RegistrationState
from clusters.models import Registration
from clusters.workflow.dates import REMINDER
from promo_portal.mailing.kinds import Message
from promo_portal.mailing.models import OutgoingMail
from promo_portal.reminders.kinds import DeadlineKind, Recipient, at_hand, register_deadline_kind
from promo_portal.reminders.models import Deadline


def _registration(deadline: Deadline) -> Registration:
    rows = Registration.objects.select_related("event__association", "event__municipality", "association")
    return at_hand(deadline, lambda: rows.get(pk=deadline.subject_id))


def _recipients(deadline: Deadline, step: str) -> Iterable[Recipient]:
    registration = _registration(deadline)
    return [Recipient(address=registration.email, language=registration.language)] if registration.email else []


def _is_open(deadline: Deadline) -> bool:
    registration = _registration(deadline)
    return registration.state == RegistrationState.CONFIRMED and registration.event.state == EventState.PUBLISHED


def _render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    return reminder_message(_registration(deadline))


KIND = DeadlineKind(
    name=REMINDER,
    label=gettext_lazy("Event: reminder"),
    steps=("-2d",),
    recipients=_recipients,
    is_open=_is_open,
    is_entitled=lambda deadline, user: True,
    render=_render,
    matrix_object="registration",
)


def register() -> None:
    """Make the reminder known to the engine."""
    register_deadline_kind(KIND)
