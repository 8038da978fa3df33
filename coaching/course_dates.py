"""The days of milestones in the deadline engine: both sides are reminded before, the coach also after."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.deadlines import has_part, staff_case_url
from coaching.emails.file import file_url, shortened
from coaching.emails.letter import Letter
from coaching.enums import CaseState, MilestoneState
from coaching.models import Milestone
from coaching.workflow.dates import MILESTONE
from promo_portal.accounts.models import User
from promo_portal.core.formats import words
from promo_portal.mailing.kinds import Message
from promo_portal.mailing.models import OutgoingMail
from promo_portal.reminders.kinds import DeadlineKind, at_hand, register_deadline_kind
from promo_portal.reminders.models import Deadline


def _milestone(deadline: Deadline) -> Milestone:
    related = ("case_file__association", "case_file__founder", "case_file__lead", "case_file__deputy")
    return at_hand(deadline, lambda: Milestone.objects.select_related(*related).get(pk=deadline.subject_id))


def _recipients(deadline: Deadline, step: str) -> Iterable[User]:
    case = _milestone(deadline).case_file
    return case.coaches() if step.startswith("+") else [case.founder, case.lead]


def _is_open(deadline: Deadline) -> bool:
    milestone = _milestone(deadline)
    return milestone.state == MilestoneState.OPEN and milestone.case_file.state == CaseState.OPEN


def _render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    milestone = _milestone(deadline)
    case, day = milestone.case_file, words.day(deadline.local_date)
    is_founder = mail.to_user_id == case.founder_id
    late = step.startswith("+")
    subject = _("Late since %(day)s: %(task)s") if late else _("To do by %(day)s: %(task)s")
    return Letter(
        subject=subject % {"day": day, "task": shortened(milestone.get_kind_display())},
        about=milestone.get_kind_display(),
        paragraphs=[
            _("To do by %(day)s. Project: %(title)s.") % {"day": day, "title": case.title},
            _("It counts as reached with a proof: a document, or words that somebody else can check."),
        ],
        button_url=file_url(case) if is_founder else staff_case_url(case),
        button_label=_("Open my file") if is_founder else _("Open the file"),
        why=_("You receive this message because you are followed by a coach.")
        if is_founder
        else _("You receive this message because you lead this file or are its deputy."),
    ).message(case.association, person=case.lead if is_founder else None)


def register() -> None:
    """Make the days of milestones known to the engine."""
    register_deadline_kind(
        DeadlineKind(
            name=MILESTONE,
            label=gettext_lazy("Coaching: milestone"),
            steps=("-14d", "-3d", "+3d"),
            recipients=_recipients,
            is_open=_is_open,
            is_entitled=lambda deadline, user: has_part(_milestone(deadline).case_file, user),
            render=_render,
        )
    )
