"""The commission's dates in the engine: members are reminded of the day and of what they have not said yet."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coaching.emails.commission import may_sit, session_url, when_words, where_words
from coaching.emails.letter import Letter
from coaching.emails.staff import managers_of
from coaching.enums import SessionState
from coaching.models import CommissionSession, SessionMember
from coaching.workflow.dates import SESSION, VOTE
from coaching.workflow.votes import missing_votes
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.mailing.kinds import Message
from promo_portal.mailing.models import OutgoingMail
from promo_portal.mailing.rendering import absolute
from promo_portal.reminders.kinds import DeadlineKind, at_hand, register_deadline_kind
from promo_portal.reminders.models import Deadline


def _session(deadline: Deadline) -> CommissionSession:
    rows = CommissionSession.objects.select_related("association")
    return at_hand(deadline, lambda: rows.get(pk=deadline.subject_id))


def _members(deadline: Deadline, step: str) -> Iterable[User]:
    """The members; once the last day for votes has gone by, whoever counts them."""
    if step.startswith("+"):
        return managers_of(_session(deadline).association_id)
    seats = SessionMember.objects.filter(session=_session(deadline)).select_related("member").order_by("pk")
    return [seat.member for seat in seats]


def _is_open(deadline: Deadline) -> bool:
    return _session(deadline).state == SessionState.CONVENED


def _entitled(deadline: Deadline, user: User) -> bool:
    session = _session(deadline)
    held = Membership.objects.active(clock.today()).in_association(session.association_id, Role.MANAGER)
    return may_sit(session, user.pk) or held.filter(user=user).exists()


def _may_still_vote(deadline: Deadline, user: User) -> bool:
    """Who has voted on everything is not reminded to vote."""
    session = _session(deadline)
    if may_sit(session, user.pk):
        return user.pk in missing_votes(session)
    return _entitled(deadline, user)


def _left_words(session: CommissionSession, user_id: int | None) -> str:
    number = missing_votes(session).get(user_id or 0, 0)
    return ngettext("%(n)s request waits for your word.", "%(n)s requests wait for your word.", number) % {"n": number}


def _why() -> str:
    return _("You receive this message as member of the association’s commission.")


def _session_render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    session = _session(deadline)
    left = missing_votes(session).get(mail.to_user_id or 0, 0)
    rows = [(_("When"), when_words(session))]
    if where := where_words(session):
        rows.append((_("Where"), where))
    return Letter(
        subject=_("Reminder: commission on %(day)s") % {"day": words.day(session.held_on)},
        about=_("Session of the commission: %(date)s") % {"date": when_words(session)},
        paragraphs=[
            _("Hello %(name)s,") % {"name": mail.to_user},
            *([_left_words(session, mail.to_user_id)] if left else []),
        ],
        rows=rows,
        button_url=session_url(session),
        button_label=_("Open the agenda"),
        why=_why(),
    ).message(session.association)


def _vote_render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    session, day = _session(deadline), words.day(deadline.local_date)
    if step.startswith("+"):
        return Letter(
            subject=_("Circular decision of %(day)s: count the votes") % {"day": day},
            about=_("The last day for votes has gone by"),
            paragraphs=[_("Count the votes and enter the result: the founders are waiting for their answer.")],
            button_url=absolute(reverse("admin:coaching_commissionsession_change", args=[session.pk])),
            button_label=_("Open the circular decision"),
            why=_("You receive this message as manager of the association."),
        ).message(session.association)
    return Letter(
        subject=_("Your vote is missing: by %(day)s") % {"day": day},
        about=_("Your vote by %(day)s") % {"day": day},
        paragraphs=[_("Hello %(name)s,") % {"name": mail.to_user}, _left_words(session, mail.to_user_id)],
        button_url=session_url(session),
        button_label=_("Read and vote"),
        why=_why(),
    ).message(session.association)


KINDS = (
    DeadlineKind(
        name=SESSION,
        label=gettext_lazy("Commission: session"),
        steps=("-7d", "-1d"),
        recipients=_members,
        is_open=_is_open,
        is_entitled=_entitled,
        render=_session_render,
        matrix_object="commission decision",
    ),
    DeadlineKind(
        name=VOTE,
        label=gettext_lazy("Commission: votes of a circular decision"),
        steps=("-3d", "-1d", "+1d"),
        recipients=_members,
        is_open=_is_open,
        is_entitled=_may_still_vote,
        render=_vote_render,
        matrix_object="commission decision",
    ),
)


def register() -> None:
    """Make the commission's dates known to the engine."""
    for kind in KINDS:
        register_deadline_kind(kind)
