"""An engagement in the deadline engine: whoever is to move next is reminded, then the coach hears of it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.deadlines import has_part, holds_role
from coaching.emails.letter import Letter
from coaching.emails.network import RELATED, asked_letter, question_letter, tab_url, work_url
from coaching.engagement_links import engagement_url
from coaching.enums import CaseState, EngagementState
from coaching.models import Engagement
from coaching.workflow.dates import ENGAGEMENT
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.core.formats import words
from promo_portal.mailing.kinds import Message
from promo_portal.mailing.models import OutgoingMail
from promo_portal.reminders.kinds import DeadlineKind, at_hand, register_deadline_kind
from promo_portal.reminders.models import Deadline

BEFORE, LATE = "-2d", "+3d"
WAITS_FOR_FOUNDER = (EngagementState.PROPOSED, EngagementState.REPORTED)
WAITING = (*WAITS_FOR_FOUNDER, EngagementState.CONSENTED, EngagementState.ACTIVE)


def _engagement(deadline: Deadline) -> Engagement:
    return at_hand(deadline, lambda: Engagement.objects.select_related(*RELATED).get(pk=deadline.subject_id))


def _recipients(deadline: Deadline, step: str) -> Iterable[User]:
    engagement = _engagement(deadline)
    case = engagement.case_file
    if step == LATE:
        return case.coaches()
    if engagement.state in WAITS_FOR_FOUNDER:
        return [case.founder]
    return [engagement.specialist.user or case.lead]


def _is_open(deadline: Deadline) -> bool:
    engagement = _engagement(deadline)
    return engagement.state in WAITING and engagement.case_file.state != CaseState.CLOSED


def _is_entitled(deadline: Deadline, user: User) -> bool:
    engagement = _engagement(deadline)
    if user.pk == engagement.specialist.user_id:
        return holds_role(user, engagement.association_id, Role.SPECIALIST)
    return has_part(engagement.case_file, user)


def _render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    engagement = _engagement(deadline)
    case, day = engagement.case_file, words.day(deadline.local_date)
    is_founder, is_specialist = (mail.to_user_id == pk for pk in (case.founder_id, engagement.specialist.user_id))
    if is_founder and engagement.state == EngagementState.PROPOSED:
        return question_letter(engagement).message(case.association, person=case.lead)
    if engagement.state == EngagementState.CONSENTED and step != LATE:
        return asked_letter(engagement, is_specialist=is_specialist).message(case.association, person=case.lead)
    about = {
        EngagementState.ACTIVE: _("Report expected by %(day)s"),
        EngagementState.REPORTED: _("How did it go with %(name)s?"),
    }.get(EngagementState(engagement.state), _("No answer yet: %(name)s"))
    heading = about % {"day": day, "name": engagement.specialist}
    return Letter(
        subject=heading if is_founder or is_specialist else f"{case.reference}: {heading}",
        about=heading,
        paragraphs=[_("What for: %(what)s") % {"what": engagement.mandate}],
        button_url=engagement_url(engagement)
        if is_founder
        else work_url(engagement)
        if is_specialist
        else tab_url(engagement),
        button_label=_("Open the page") if is_founder or is_specialist else _("Open the file"),
        why=_("You receive this message because you have a part in an engagement."),
    ).message(case.association, person=case.lead if is_founder or is_specialist else None)


def register() -> None:
    """Make the days of engagements known to the engine."""
    register_deadline_kind(
        DeadlineKind(
            name=ENGAGEMENT,
            label=gettext_lazy("Coaching: engagement of a specialist"),
            steps=(BEFORE, LATE),
            recipients=_recipients,
            is_open=_is_open,
            is_entitled=_is_entitled,
            render=_render,
        )
    )
