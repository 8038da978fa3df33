"""Kinds of deadlines: which steps they have, whom each step reaches, and when it is no longer wanted."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING, TypeVar, cast

from promo_portal.accounts.models import User
from promo_portal.core import slots
from promo_portal.mailing.kinds import MailKind, Message, association_managers, register_mail_kind
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.reminders.calendar import SENDING_HOUR, check_sending_hour, step
from promo_portal.reminders.models import Deadline

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text

LAST_STEP_LASTS = "+3d"
RecordT = TypeVar("RecordT")


@dataclass(frozen=True)
class Recipient:
    """Somebody a reminder goes to: a person with an account, or an address with its language."""

    user: User | None = None
    address: str = ""
    language: str = "fr"

    @property
    def key(self) -> str:
        """How the recipient stands in the reminder's unique key."""
        return f"user:{self.user.pk}" if self.user else f"mail:{self.address.lower()}"


def at_hand(deadline: Deadline, read: Callable[[], RecordT]) -> RecordT:
    """The record behind a date, read once per ``Deadline`` object: a reminder that leaves asks for it three times.

    Such an object lives for one mail or one change; each reads its deadline anew.
    """
    if "record_at_hand" not in deadline.__dict__:
        deadline.__dict__["record_at_hand"] = read()
    return cast("RecordT", deadline.__dict__["record_at_hand"])


def still_open(deadline: Deadline) -> bool:
    """For deadlines whose own state says all."""
    return True


@dataclass(frozen=True, kw_only=True)
class DeadlineKind:
    """One kind of date. Its reminders are a mail kind of the same name.

    The functions run in the scope of the deadline's association and in a transaction. ``is_open`` and ``is_entitled``
    are asked when a reminder leaves; ``recipients`` when the deadline is set or moved, and every night. A step lasts
    until the next one falls due, the last for three days; ``expiry`` says otherwise, counted from the step's sending.
    """

    name: str
    label: "Text"
    steps: tuple[str, ...]
    recipients: Callable[[Deadline, str], Iterable["User | Recipient"]]
    render: Callable[[OutgoingMail, Deadline, str], Message]
    is_entitled: Callable[[Deadline, User], bool]
    is_open: Callable[[Deadline], bool] = still_open
    owners: Callable[[OutgoingMail], Iterable[User]] = association_managers
    expiry: Mapping[str, str] = field(default_factory=dict)
    send_at: time = SENDING_HOUR
    working_days_only: bool = True
    matrix_object: str = "case task"  # who may read that, may read a reminder in advance

    def __post_init__(self) -> None:
        check_sending_hour(self.send_at)
        for name in (*self.steps, *self.expiry.values()):
            step(name)

    def recipients_of(self, deadline: Deadline, name: str) -> list[Recipient]:
        """Whom a step reaches, each once."""
        found = [who if isinstance(who, Recipient) else Recipient(user=who, language=who.language)
                 for who in self.recipients(deadline, name)]  # fmt: skip
        return list({recipient.key: recipient for recipient in found}.values())


def register_deadline_kind(kind: DeadlineKind) -> DeadlineKind:
    """Make a kind of date known, together with the mail kind of its reminders."""
    from promo_portal.reminders import leaving

    slots.deadline_kinds.register(kind.name, kind)
    register_mail_kind(
        MailKind(
            name=kind.name,
            label=kind.label,
            mail_class=MailClass.REMINDER,
            render=leaving.render,
            entitled=leaving.reason_to_cancel,
            lock=leaving.lock,
            owners=kind.owners,
        )
    )
    return kind


def deadline_kind(name: str) -> DeadlineKind | None:
    """The kind of that name, or ``None`` if its app is gone."""
    kind: DeadlineKind | None = slots.deadline_kinds.get(name)
    return kind
