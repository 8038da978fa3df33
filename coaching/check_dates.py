"""The later checks in the deadline engine: the founder is asked, reminded twice, then the coach is told to phone."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.deadlines import has_part, holds_role
from coaching.emails.after import check_staff_url, question_letter
from coaching.emails.letter import Letter
from coaching.emails.staff import managers_of
from coaching.enums import CaseState, CheckState
from coaching.models import OutcomeCheck
from coaching.models.case import CaseFile
from coaching.workflow.dates import CHECK
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.core.formats import words
from promo_portal.mailing.kinds import Message
from promo_portal.mailing.models import OutgoingMail
from promo_portal.reminders.kinds import DeadlineKind, at_hand, register_deadline_kind
from promo_portal.reminders.models import Deadline

ASK, REMIND, REMIND_AGAIN, PHONE = "0d", "+14d", "+28d", "+42d"


def _check(deadline: Deadline) -> OutcomeCheck:
    related = ("case_file__association", "case_file__founder", "case_file__lead", "case_file__deputy")
    return at_hand(deadline, lambda: OutcomeCheck.objects.select_related(*related).get(pk=deadline.subject_id))


def _phoning(case: CaseFile) -> list[User]:
    """Who phones: the coaches still in office, else the managers; a coach may have left since the file was closed."""
    coaches = [coach for coach in case.coaches() if has_part(case, coach)]
    return coaches or list(managers_of(case.association_id))


def _recipients(deadline: Deadline, step: str) -> Iterable[User]:
    case = _check(deadline).case_file
    return _phoning(case) if step == PHONE else [case.founder]


def _is_open(deadline: Deadline) -> bool:
    check = _check(deadline)
    return check.state in (CheckState.PLANNED, CheckState.ASKED) and check.case_file.state == CaseState.CLOSED


def _is_entitled(deadline: Deadline, user: User) -> bool:
    """The founder agreed to these questions when the file was closed; colleagues as long as they are in office."""
    case = _check(deadline).case_file
    return user.pk == case.founder_id or has_part(case, user) or holds_role(user, case.association_id, Role.MANAGER)


def _render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    check = _check(deadline)
    case = check.case_file
    if step != PHONE:
        return question_letter(check, is_reminder=step != ASK).message(case.association, person=case.lead)
    return Letter(
        subject=_("%(reference)s: phone the founder") % {"reference": case.reference},
        about=_("%(name)s has not answered the three questions") % {"name": case.founder},
        paragraphs=[
            _("Asked on %(day)s and reminded twice. Project: %(title)s.")
            % {"day": words.day(check.due_on), "title": case.title},
            _("A call is enough: type in the answer, or say that nobody can be reached."),
        ],
        rows=[(_("Phone"), words.phone(case.founder.phone) or "–")],
        button_url=check_staff_url(check),
        button_label=_("Enter the answer"),
        why=_("You receive this message because you lead this file or are its deputy."),
    ).message(case.association)


def register() -> None:
    """Make the days of later checks known to the engine."""
    register_deadline_kind(
        DeadlineKind(
            name=CHECK,
            label=gettext_lazy("Coaching: later check"),
            steps=(ASK, REMIND, REMIND_AGAIN, PHONE),
            recipients=_recipients,
            is_open=_is_open,
            is_entitled=_is_entitled,
            render=_render,
            expiry={PHONE: "+30d"},
            matrix_object="outcome check",
        )
    )
