"""What both sides read when the other has written: a message, or a comment on the plan. The words stay in the portal."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.emails.file import HAS_CHANGED, case_of
from coaching.emails.letter import Letter
from coaching.emails.staff import NOT_RESPONSIBLE
from coaching.models import CaseFile, CaseMessage
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.models import MailClass, MailState, OutgoingMail
from promo_portal.mailing.rendering import absolute

MESSAGE, COMMENT = "coaching.message", "coaching.plan_comment"
COLLECT_FOR = timedelta(minutes=10)


def queue_message(case: CaseFile, *, by: User, now: datetime) -> None:
    """Tell the other side of a message."""
    _queue(MESSAGE, case, by, now)


def queue_plan_comment(case: CaseFile, *, by: User, now: datetime) -> None:
    """Tell the other side of a comment on the plan."""
    _queue(COMMENT, case, by, now)


def _queue(kind: str, case: CaseFile, by: User, now: datetime) -> None:
    """One mail for all that is written within ten minutes."""
    to = case.lead if by.pk == case.founder_id else case.founder
    about = {"kind": kind, "subject_kind": "coaching.casefile", "subject_id": case.pk, "to_user": to}
    if not OutgoingMail.objects.filter(**about, state=MailState.QUEUED).exists():
        queue_mail(
            kind=kind, to_user=to, association_id=case.association_id, subject=case, send_after=now + COLLECT_FOR
        )


def _place(mail: OutgoingMail, case: CaseFile, page: str) -> str:
    is_founder = mail.to_user_id == case.founder_id
    return absolute(reverse(f"coaching:{page}" if is_founder else f"admin:coaching_casefile_{page}", args=[case.pk]))


def _writer(mail: OutgoingMail, case: CaseFile) -> User:
    return case.lead if mail.to_user_id == case.founder_id else case.founder


def _why(mail: OutgoingMail, case: CaseFile) -> str:
    if mail.to_user_id == case.founder_id:
        return _("You receive this message because you are followed by a coach.")
    return _("You receive this message because you lead this file or are its deputy.")


def message_written(mail: OutgoingMail) -> Message:
    """Somebody has written; the words are read after signing in."""
    case = case_of(mail)
    return Letter(
        subject=_("%(reference)s: new message") % {"reference": case.reference},
        about=_("%(name)s has written to you") % {"name": _writer(mail, case)},
        paragraphs=[_("Project: %(title)s.") % {"title": case.title}],
        button_url=_place(mail, case, "messages"),
        button_label=_("Read the message"),
        otherwise=[_("Answer on that page: an answer to this mail is not part of the file.")],
        why=_why(mail, case),
    ).message(case.association)


def comment_written(mail: OutgoingMail) -> Message:
    """Somebody has commented on the plan."""
    case = case_of(mail)
    return Letter(
        subject=_("%(reference)s: comment on the financial plan") % {"reference": case.reference},
        about=_("%(name)s has commented on the financial plan") % {"name": _writer(mail, case)},
        paragraphs=[_("Project: %(title)s.") % {"title": case.title}],
        button_url=_place(mail, case, "plan"),
        button_label=_("Open the financial plan"),
        why=_why(mail, case),
    ).message(case.association)


def still_part(mail: OutgoingMail) -> str | None:
    """Only to the file's founder or coach, as long as their role lasts."""
    case = case_of(mail)
    roles = {Role.FOUNDER} if mail.to_user_id == case.founder_id else {Role.COACH, Role.MANAGER}
    parts = {case.founder_id, *(coach.pk for coach in case.coaches())}
    held = Membership.objects.active(clock.today()).in_association(case.association_id).filter(user=mail.to_user)
    return None if mail.to_user_id in parts and held.filter(role__in=roles).exists() else NOT_RESPONSIBLE


def still_unread(mail: OutgoingMail) -> str | None:
    """Who has read the message already needs no mail about it."""
    case = case_of(mail)
    unread = CaseMessage.objects.filter(case_file=case, read_at=None)
    theirs = (
        unread.exclude(author=case.founder_id)
        if mail.to_user_id == case.founder_id
        else unread.filter(author=case.founder_id)
    )
    return still_part(mail) or (None if theirs.exists() else HAS_CHANGED)


KINDS = (
    MailKind(
        name=MESSAGE,
        label=gettext_lazy("Coaching: new message"),
        mail_class=MailClass.TRANSACTIONAL,
        render=message_written,
        entitled=still_unread,
    ),
    MailKind(
        name=COMMENT,
        label=gettext_lazy("Coaching: comment on the financial plan"),
        mail_class=MailClass.TRANSACTIONAL,
        render=comment_written,
        entitled=still_part,
    ),
)
