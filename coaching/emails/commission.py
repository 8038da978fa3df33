"""What members of the commission read: called to a session, its day changed, called off, minutes approved; and what a
founder reads whose request has to wait.
"""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coaching.emails.file import HAS_CHANGED
from coaching.emails.letter import Letter
from coaching.emails.staff import NOT_RESPONSIBLE
from coaching.enums import ItemState, RequestState, SessionState
from coaching.links import FOLLOW, url_to
from coaching.models import AgendaItem, CommissionSession, Recusal, SessionMember
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute


def session_of(mail: OutgoingMail) -> CommissionSession:
    """The session that a mail is about."""
    assert mail.subject_id is not None
    return CommissionSession.objects.select_related("association").get(pk=mail.subject_id)


def session_url(session: CommissionSession) -> str:
    """The members' page of a session."""
    return absolute(reverse("coaching:session", args=[session.pk]))


def when_words(session: CommissionSession) -> str:
    """The day as one says it, with the hour where there is one."""
    when = words.weekday(session.held_on)
    if session.held_at is None:
        return when
    return _("%(day)s at %(hour)s") % {"day": when, "hour": words.hour_prose(session.held_at)}


def where_words(session: CommissionSession) -> str:
    """Place, video or both."""
    parts = [session.place, _("by video") if session.video_url else ""]
    return " · ".join(part for part in parts if part)


def may_sit(session: CommissionSession, user_id: int | None) -> bool:
    """Whether the person holds a seat in the session and is a member in office."""
    if user_id is None:
        return False
    held = Membership.objects.active(clock.today()).in_association(session.association_id, Role.COMMISSION_MEMBER)
    return (
        held.filter(user_id=user_id).exists()
        and SessionMember.objects.filter(session=session, member_id=user_id).exists()
    )


def still_seated(mail: OutgoingMail) -> str | None:
    """Only to members who still sit in the session."""
    return None if may_sit(session_of(mail), mail.to_user_id) else NOT_RESPONSIBLE


def still_convened(mail: OutgoingMail) -> str | None:
    """A call is of no use once the session has begun or was called off."""
    if session_of(mail).state != SessionState.CONVENED:
        return HAS_CHANGED
    return still_seated(mail)


def _why() -> str:
    return _("You receive this message as member of the association’s commission.")


def _queue(kind: str, session: CommissionSession, members: Iterable[User]) -> None:
    for member in members:
        queue_mail(kind=kind, to_user=member, association_id=session.association_id, subject=session)


def _seated(session: CommissionSession) -> list[User]:
    seats = SessionMember.objects.filter(session=session).select_related("member").order_by("pk")
    return [seat.member for seat in seats]


def queue_session_convened(session: CommissionSession, members: Iterable[User]) -> None:
    """Call members to a session, or to vote in a circular decision."""
    _queue("coaching.session_convened", session, members)


def _call_rows(session: CommissionSession) -> list[tuple[str, str]]:
    rows = [(_("Vote by") if session.is_circular else _("When"), when_words(session))]
    if where := where_words(session):
        rows.append((_("Where"), where))
    if session.video_url:
        rows.append((_("Video"), session.video_url))
    return rows


def _to_read(session: CommissionSession, user_id: int | None) -> int:
    """How many items wait for a member: those they stand aside from do not."""
    aside = Recusal.objects.filter(member_id=user_id).values("item_id")
    return AgendaItem.objects.filter(session=session, state=ItemState.LISTED).exclude(pk__in=aside).count()


def session_convened(mail: OutgoingMail) -> Message:
    """When, where, how many requests; no founder is named in a mail."""
    session = session_of(mail)
    number = _to_read(session, mail.to_user_id)
    requests = ngettext("%(n)s request is on the agenda.", "%(n)s requests are on the agenda.", number) % {"n": number}
    if session.is_circular:
        about = _("Your vote by %(day)s") % {"day": words.day(session.held_on)}
        asks = _("Read the file and vote on its page: in favour, against, or with a question.")
    else:
        about = _("Session of the commission: %(date)s") % {"date": when_words(session)}
        asks = _("Read the files and give your opinion before the day. If a request touches you, say so on its page.")
    return Letter(
        subject=_("Circular decision: vote by %(day)s") % {"day": words.day(session.held_on)}
        if session.is_circular
        else _("Commission on %(day)s: agenda") % {"day": words.day(session.held_on)},
        about=about,
        paragraphs=[_("Hello %(name)s,") % {"name": mail.to_user}, requests, asks],
        rows=_call_rows(session),
        button_url=session_url(session),
        button_label=_("Read and vote") if session.is_circular else _("Open the agenda"),
        otherwise=[]
        if session.is_circular
        else [
            _("For your calendar: %(address)s")
            % {"address": absolute(reverse("coaching:session_calendar", args=[session.pk]))}
        ],
        why=_why(),
    ).message(session.association)


def queue_session_changed(session: CommissionSession) -> None:
    """Tell the members of another day, hour or place."""
    _queue("coaching.session_changed", session, _seated(session))


def session_changed(mail: OutgoingMail) -> Message:
    """The session as it is now."""
    session = session_of(mail)
    return Letter(
        subject=_("Commission: now on %(day)s") % {"day": words.day(session.held_on)},
        about=_("Changed: %(date)s") % {"date": when_words(session)},
        paragraphs=[_("Hello %(name)s,") % {"name": mail.to_user}, _("Day, hour or place have changed.")],
        rows=_call_rows(session),
        button_url=session_url(session),
        button_label=_("Open the agenda"),
        why=_why(),
    ).message(session.association)


def queue_session_cancelled(session: CommissionSession) -> None:
    """Tell the members that nobody meets."""
    _queue("coaching.session_cancelled", session, _seated(session))


def session_cancelled(mail: OutgoingMail) -> Message:
    """Called off, and why."""
    session = session_of(mail)
    day = words.day(session.held_on)
    return Letter(
        subject=_("Called off: %(day)s") % {"day": day},
        about=_("The circular decision is called off")
        if session.is_circular
        else _("The session of %(day)s is called off") % {"day": day},
        paragraphs=[
            _("Hello %(name)s,") % {"name": mail.to_user},
            _("Reason: %(reason)s") % {"reason": session.state_reason},
        ],
        button_url=absolute(reverse("coaching:sessions")),
        button_label=_("See the sessions"),
        why=_why(),
    ).message(session.association)


def queue_minutes_approved(session: CommissionSession) -> None:
    """Tell the members that the minutes are final."""
    _queue("coaching.minutes_approved", session, _seated(session))


def minutes_approved(mail: OutgoingMail) -> Message:
    """Where the minutes can be read."""
    session = session_of(mail)
    day = words.day(session.held_on)
    return Letter(
        subject=_("Minutes of %(day)s approved") % {"day": day},
        about=_("The minutes of %(day)s are approved") % {"day": day},
        paragraphs=[_("Hello %(name)s,") % {"name": mail.to_user}, _("You find them on the session’s page, as a PDF.")],
        button_url=session_url(session),
        button_label=_("Open the session"),
        why=_why(),
    ).message(session.association)


# -- the founder --------------------------------------------------------------------------------------------------------


def queue_postponed(item: AgendaItem) -> None:
    """Tell the founder that the commission has not decided yet, and why."""
    queue_mail(
        kind="coaching.postponed",
        to_address=item.request.email,
        language=item.request.language,
        association_id=item.association_id,
        subject=item,
    )


def _item_of(mail: OutgoingMail) -> AgendaItem:
    assert mail.subject_id is not None
    related = ("request__association", "session")
    return AgendaItem.objects.select_related(*related).get(pk=mail.subject_id)


def postponed(mail: OutgoingMail) -> Message:
    """Not decided yet, why, and what happens next."""
    item = _item_of(mail)
    found = item.request
    return Letter(
        subject=_("%(reference)s: not decided yet") % {"reference": found.reference},
        about=_("The commission has put off its decision"),
        paragraphs=[
            _("Hello %(name)s,") % {"name": found.founder_name},
            _("On %(day)s the commission read your request and could not decide yet. These are the reasons:")
            % {"day": words.day(item.session.held_on)},
            item.reasons,
        ],
        button_url=url_to(FOLLOW, found),
        button_label=_("See my request"),
        otherwise=[_("We call you if we need something from you. Your request stays with us.")],
        why=_("You receive this message because you sent us a coaching request."),
    ).message(found.association)


def still_waits(mail: OutgoingMail) -> str | None:
    """Not if the request was decided or taken back meanwhile."""
    waits = {RequestState.IN_REVIEW, RequestState.SUBMITTED, RequestState.ON_AGENDA}
    return None if _item_of(mail).request.state in waits else HAS_CHANGED


def _kind(name: str, label: object, render: object, entitled: object) -> MailKind:
    return MailKind(name=name, label=label, mail_class=MailClass.TRANSACTIONAL, render=render, entitled=entitled)  # type: ignore[arg-type]


KINDS = (
    _kind("coaching.session_convened", gettext_lazy("Commission: agenda"), session_convened, still_convened),
    _kind("coaching.session_changed", gettext_lazy("Commission: session changed"), session_changed, still_convened),
    _kind("coaching.session_cancelled", gettext_lazy("Commission: called off"), session_cancelled, still_seated),
    _kind("coaching.minutes_approved", gettext_lazy("Commission: minutes approved"), minutes_approved, still_seated),
    _kind("coaching.postponed", gettext_lazy("Coaching: decision put off"), postponed, still_waits),
)
