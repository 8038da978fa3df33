"""What an association's people read: a new request, a withdrawn one, a new file."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from coaching.emails.file import case_of, conditions_of, date_words
from coaching.emails.founder import request_of
from coaching.emails.letter import Letter
from coaching.models import CaseFile, CoachingRequest
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import MailKind, Message
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute

NOT_RESPONSIBLE = gettext_noop("This person no longer works for the association in that role.")


def managers_of(association_id: int) -> Iterable[User]:
    """Who answers for the association's requests today."""
    held = Membership.objects.active(clock.today()).in_association(association_id, Role.MANAGER)
    return [membership.user for membership in held.select_related("user").order_by("user_id")]


def _queue_for_managers(kind: str, request: CoachingRequest) -> None:
    """To each manager; where an association has none yet, to its own address, so that no request lies unseen."""
    assert request.association is not None
    managers = list(managers_of(request.association.pk))
    for manager in managers:
        queue_mail(kind=kind, to_user=manager, association_id=request.association_id, subject=request)
    if not managers and request.association.email:
        queue_mail(
            kind=kind, to_address=request.association.email, association_id=request.association_id, subject=request
        )


def request_url(request: CoachingRequest) -> str:
    """The request's page for staff."""
    return absolute(reverse("admin:coaching_coachingrequest_change", args=[request.pk]))


def queue_new_request(request: CoachingRequest) -> None:
    """Tell the managers that somebody waits for an answer."""
    _queue_for_managers("coaching.new_request", request)


def new_request(mail: OutgoingMail) -> Message:
    """Who asks, where, and by when the answer is promised; the idea itself stays in the portal."""
    request = request_of(mail)
    return Letter(
        subject=_("%(reference)s: new coaching request") % {"reference": request.reference},
        about=_("New coaching request: %(name)s") % {"name": request.founder_name},
        paragraphs=[_("Answer promised by %(day)s.") % {"day": words.day(request.answer_by)}],
        rows=[
            (_("Municipality"), request.municipality.name if request.municipality else _("Not given")),
            (_("Stage"), request.get_stage_display()),
            (_("Main need"), request.get_need_display()),
        ],
        button_url=request_url(request),
        button_label=_("Open the request"),
        why=_("You receive this message as manager of the association."),
    ).message(request.association)


def still_manager(mail: OutgoingMail) -> str | None:
    """Only to who still manages the association when the mail leaves."""
    if mail.to_user_id is None or mail.association_id is None:
        return None
    held = Membership.objects.active(clock.today()).in_association(mail.association_id, Role.MANAGER)
    return None if held.filter(user_id=mail.to_user_id).exists() else NOT_RESPONSIBLE


def queue_withdrawn_for_staff(request: CoachingRequest) -> None:
    """Tell the managers that they need not answer any more."""
    _queue_for_managers("coaching.withdrawn_staff", request)


def withdrawn_for_staff(mail: OutgoingMail) -> Message:
    """A founder has taken the request back."""
    request = request_of(mail)
    return Letter(
        subject=_("%(reference)s: withdrawn by the founder") % {"reference": request.reference},
        about=_("%(name)s has withdrawn the request") % {"name": request.founder_name},
        paragraphs=[_("There is nothing left to do. The request has left the queue.")],
        button_url=request_url(request),
        button_label=_("Open the request"),
        why=_("You receive this message as manager of the association."),
    ).message(request.association)


def queue_new_file(case: CaseFile) -> None:
    """Tell the coaches that a file is theirs."""
    for coach in case.coaches():
        queue_mail(kind="coaching.new_file", to_user=coach, association_id=case.association_id, subject=case)


def new_file(mail: OutgoingMail) -> Message:
    """Your new file: who, what, the first date, the conditions."""
    case = case_of(mail)
    conditions = conditions_of(case)
    return Letter(
        subject=_("%(reference)s: your new coaching file") % {"reference": case.reference},
        about=case.title,
        paragraphs=[
            _("Founder: %(name)s. Coach: %(coach)s. Deputy: %(deputy)s.")
            % {"name": case.founder, "coach": case.lead, "deputy": case.deputy or "–"},
            _("First date: %(date)s, %(what)s.") % {"date": date_words(case), "what": case.next_what},
            *([_("Accepted on these conditions:"), conditions] if conditions else []),
        ],
        button_url=absolute(reverse("admin:coaching_casefile_change", args=[case.pk])),
        button_label=_("Open the file"),
        why=_("You receive this message because you lead this file or are its deputy."),
    ).message(case.association)


def queue_file_taken(case: CaseFile, *, to: User) -> None:
    """Tell a coach that a file of a colleague is theirs now."""
    queue_mail(kind="coaching.file_taken", to_user=to, association_id=case.association_id, subject=case)


def file_taken(mail: OutgoingMail) -> Message:
    """A file handed over: who, what, what comes next."""
    case = case_of(mail)
    upcoming = (
        _("Next date: %(date)s, %(what)s.") % {"date": date_words(case), "what": case.next_what}
        if case.next_date
        else _("The file is paused.")
    )
    return Letter(
        subject=_("%(reference)s: handed over to you") % {"reference": case.reference},
        about=case.title,
        paragraphs=[
            _("Founder: %(name)s. Coach: %(coach)s. Deputy: %(deputy)s.")
            % {"name": case.founder, "coach": case.lead, "deputy": case.deputy or "–"},
            upcoming,
            _("Open tasks, milestones and reminders came along."),
        ],
        button_url=absolute(reverse("admin:coaching_casefile_change", args=[case.pk])),
        button_label=_("Open the file"),
        why=_("You receive this message because you lead this file or are its deputy."),
    ).message(case.association)


def still_coach(mail: OutgoingMail) -> str | None:
    """Only to who still leads the file, or is its deputy, when the mail leaves."""
    return None if mail.to_user_id in {coach.pk for coach in case_of(mail).coaches()} else NOT_RESPONSIBLE


KINDS = (
    MailKind(
        name="coaching.new_request",
        label=gettext_lazy("Coaching: new request, to the manager"),
        mail_class=MailClass.TRANSACTIONAL,
        render=new_request,
        entitled=still_manager,
    ),
    MailKind(
        name="coaching.withdrawn_staff",
        label=gettext_lazy("Coaching: request withdrawn, to the manager"),
        mail_class=MailClass.TRANSACTIONAL,
        render=withdrawn_for_staff,
        entitled=still_manager,
    ),
    MailKind(
        name="coaching.new_file",
        label=gettext_lazy("Coaching: new file, to the coach"),
        mail_class=MailClass.TRANSACTIONAL,
        render=new_file,
        entitled=still_coach,
    ),
    MailKind(
        name="coaching.file_taken",
        label=gettext_lazy("Coaching: file handed over, to the coach"),
        mail_class=MailClass.TRANSACTIONAL,
        render=file_taken,
        entitled=still_coach,
    ),
)
