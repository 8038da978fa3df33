"""Kinds of mail: how each reads, who may still get it when it leaves, and what is forgotten once it has left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.core import clock, slots
from promo_portal.mailing.models import MailClass, OutgoingMail

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text

SUBJECT_HINT = 55  # characters a phone shows of a subject


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a mail says. Subject and names are cut to one line when the mail is built, whatever they hold."""

    subject: str
    text: str
    html: str = ""
    sender_name: str = ""
    reply_to: str = ""
    unsubscribe_url: str = ""  # of a page that also takes the one-click POST of RFC 8058


def nobody_objects(mail: OutgoingMail) -> str | None:
    """Most mails may leave as long as their recipient is active and not suppressed."""
    return None


def no_lock(mail: OutgoingMail) -> int | None:
    """Most mails report what has happened and cannot be overtaken."""
    return None


def association_managers(mail: OutgoingMail) -> Iterable[User]:
    """Who hears that an address does not exist, where the kind names nobody closer."""
    if mail.association_id is None:
        return User.objects.none()
    return User.objects.filter(
        memberships__association_id=mail.association_id,
        memberships__role=Role.MANAGER,
        memberships__valid_from__lte=(today := clock.today()),
    ).exclude(memberships__valid_to__lt=today)


@dataclass(frozen=True, kw_only=True)
class MailKind:
    """One message of the portal.

    ``render`` and ``entitled`` run when the mail leaves, in the mail's language, in a transaction, and in the scope of
    its association. ``entitled`` gives the reason to cancel it (an English msgid) or ``None``. ``lock`` names what a
    change must not overtake: who changes that, takes ``locks.stop_sending`` on the same number. ``redact`` lists
    parameters, such as a code, that are deleted as soon as the mail has left or ended.
    """

    name: str
    label: "Text"
    mail_class: MailClass
    render: Callable[[OutgoingMail], Message]
    entitled: Callable[[OutgoingMail], str | None] = nobody_objects
    lock: Callable[[OutgoingMail], int | None] = no_lock
    owners: Callable[[OutgoingMail], Iterable[User]] = association_managers
    redact: frozenset[str] = field(default_factory=frozenset)


class UnknownKind(LookupError):
    """A mail of a kind that no app registers (any more)."""


def register_mail_kind(kind: MailKind) -> MailKind:
    """Make a kind known; each app does so when it starts."""
    return slots.mail_kinds.register(kind.name, kind)


def mail_kind(name: str) -> MailKind:
    """The kind of that name; raises ``UnknownKind``."""
    kind = slots.mail_kinds.get(name)
    if kind is None:
        msg = f"no app registers the mail kind {name!r}"
        raise UnknownKind(msg)
    return kind
