"""Coaching's kinds of dates: whom each step reaches, when it has become pointless, and what it says."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.emails.file import date_words, file_url, shortened, task_url
from coaching.emails.founder import why_draft
from coaching.emails.letter import Letter
from coaching.emails.staff import managers_of, request_url
from coaching.enums import CaseState, RequestState, TaskState
from coaching.links import DAYS, RESUME, url_to
from coaching.models import CaseFile, CoachingRequest, Task
from coaching.workflow.dates import ANSWER, NEXT_DATE, NUDGE, TASK
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.mailing.kinds import Message
from promo_portal.mailing.models import OutgoingMail
from promo_portal.mailing.rendering import absolute
from promo_portal.reminders.kinds import DeadlineKind, Recipient, at_hand, register_deadline_kind
from promo_portal.reminders.models import Deadline


def _request(deadline: Deadline) -> CoachingRequest:
    rows = CoachingRequest.unscoped.select_related("association", "reviewer")
    return at_hand(deadline, lambda: rows.get(pk=deadline.subject_id))


def _case(deadline: Deadline) -> CaseFile:
    rows = CaseFile.objects.select_related("association", "founder", "lead", "deputy")
    return at_hand(deadline, lambda: rows.get(pk=deadline.subject_id))


def _task(deadline: Deadline) -> Task:
    related = ("case_file__association", "case_file__founder", "case_file__lead", "case_file__deputy", "assignee")
    return at_hand(deadline, lambda: Task.objects.select_related(*related).get(pk=deadline.subject_id))


def holds_role(user: User, association_id: int | None, *roles: Role) -> bool:
    """Whether the person holds one of the roles in the association today."""
    held = Membership.objects.active(clock.today()).in_association(association_id or 0).filter(user=user)
    return held.filter(role__in=roles).exists()


# -- the promised answer ------------------------------------------------------------------------------------------------


def _answer_recipients(deadline: Deadline, step: str) -> Iterable[User]:
    request = _request(deadline)
    if request.reviewer and not step.startswith("+"):
        return [request.reviewer]
    return managers_of(request.association_id) if request.association_id else []


def _answer_is_open(deadline: Deadline) -> bool:
    return _request(deadline).is_awaiting_answer


def _answer_entitled(deadline: Deadline, user: User) -> bool:
    return holds_role(user, deadline.association_id, Role.MANAGER, Role.COACH)


def _answer_render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    request, day = _request(deadline), words.day(deadline.local_date)
    late = step.startswith("+")
    subject = _("%(reference)s: answer was due on %(day)s") if late else _("%(reference)s: answer due by %(day)s")
    about = (
        _("%(name)s has been waiting for an answer since %(day)s")
        if late
        else _("%(name)s expects an answer by %(day)s")
    )
    return Letter(
        subject=subject % {"reference": request.reference, "day": day},
        about=about % {"name": request.founder_name, "day": day},
        paragraphs=[_("Accept, refuse or forward the request. The founder sees the promised day on their page.")],
        button_url=request_url(request),
        button_label=_("Open the request"),
        why=_("You receive this message because the request is yours to answer."),
    ).message(request.association)


# -- the unfinished draft -----------------------------------------------------------------------------------------------


def _nudge_recipients(deadline: Deadline, step: str) -> Iterable[Recipient]:
    request = _request(deadline)
    return [Recipient(address=request.email, language=request.language)]


def _nudge_is_open(deadline: Deadline) -> bool:
    return _request(deadline).state == RequestState.DRAFT


def _nudge_render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    request = _request(deadline)
    waits = request.awaits_confirmation
    return Letter(
        subject=_("Your coaching request has not been sent yet"),
        about=_("Your coaching request has not been sent yet"),
        paragraphs=[
            _("Hello %(name)s,") % {"name": request.founder_name},
            _("Everything is filled in; only the last button is missing.")
            if waits
            else _("Your answers are kept. It takes a few minutes to finish."),
        ],
        button_url=url_to(RESUME, request),
        button_label=_("Take up my request again"),
        otherwise=[
            _("This is the only reminder. The link works for %(days)s days; after that the draft is deleted.")
            % {"days": DAYS[RESUME]}
        ],
        why=why_draft(),
    ).message(request.association)


# -- a file's next date -------------------------------------------------------------------------------------------------


def _next_date_recipients(deadline: Deadline, step: str) -> Iterable[User]:
    case = _case(deadline)
    return case.coaches() if step.startswith("+") else [case.founder, case.lead]


def _next_date_is_open(deadline: Deadline) -> bool:
    return _case(deadline).state == CaseState.OPEN


def has_part(case: CaseFile, user: User) -> bool:
    """Whether the person still has a part in the file: its founder, or one of its coaches in office."""
    if user.pk == case.founder_id:
        return holds_role(user, case.association_id, Role.FOUNDER)
    return user in case.coaches() and holds_role(user, case.association_id, Role.COACH, Role.MANAGER)


def _next_date_entitled(deadline: Deadline, user: User) -> bool:
    return has_part(_case(deadline), user)


def _next_date_render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    case = _case(deadline)
    day = words.day(deadline.local_date)
    if step.startswith("+"):
        return Letter(
            subject=_("%(reference)s: agree on the next date") % {"reference": case.reference},
            about=_("The date of %(day)s has gone by") % {"day": day},
            paragraphs=[
                _("%(title)s, with %(name)s. Note what was decided and agree on the next date.")
                % {"title": case.title, "name": case.founder}
            ],
            button_url=staff_case_url(case),
            button_label=_("Open the file"),
            why=_("You receive this message because you lead this file or are its deputy."),
        ).message(case.association)
    is_founder = mail.to_user_id == case.founder_id
    whom = case.lead if is_founder else case.founder
    return Letter(
        subject=_("%(day)s: your coaching date") % {"day": day},
        about=_("%(date)s, with %(name)s") % {"date": date_words(case), "name": whom},
        paragraphs=[
            _("What for: %(what)s") % {"what": case.next_what},
            _("Project: %(title)s.") % {"title": case.title},
        ],
        button_url=file_url(case) if is_founder else staff_case_url(case),
        button_label=_("Open my file") if is_founder else _("Open the file"),
        otherwise=[_("If the date does not suit you, answer this message.")] if is_founder else [],
        why=_("You receive this message because you are followed by a coach.")
        if is_founder
        else _("You receive this message because you lead this file or are its deputy."),
    ).message(case.association, person=case.lead if is_founder else None)


def staff_case_url(case: CaseFile) -> str:
    """The file's page for staff."""
    return absolute(reverse("admin:coaching_casefile_change", args=[case.pk]))


# -- a task -------------------------------------------------------------------------------------------------------------


def _task_recipients(deadline: Deadline, step: str) -> Iterable[User]:
    task = _task(deadline)
    if step.startswith("+"):
        return [task.case_file.lead]
    return [task.assignee] if task.assignee_id != task.case_file.founder_id else [task.assignee, task.case_file.lead]


def _task_is_open(deadline: Deadline) -> bool:
    task = _task(deadline)
    return task.state == TaskState.OPEN and task.case_file.state == CaseState.OPEN


def _task_entitled(deadline: Deadline, user: User) -> bool:
    task = _task(deadline)
    return has_part(task.case_file, user) or (
        task.assignee_id == user.pk and holds_role(user, task.association_id, Role.COACH, Role.MANAGER)
    )


def _task_render(mail: OutgoingMail, deadline: Deadline, step: str) -> Message:
    task = _task(deadline)
    day, title = words.day(deadline.local_date), shortened(task.title)
    subject = {
        "0d": _("To do today: %(task)s"),
        "+3d": _("Late since %(day)s: %(task)s"),
    }.get(step, _("To do by %(day)s: %(task)s"))
    is_theirs = mail.to_user_id == task.assignee_id
    why = _("You receive this message because this task is yours.")
    return Letter(
        subject=subject % {"day": day, "task": title},
        about=task.title,
        paragraphs=[
            _("To do by %(day)s. Project: %(title)s.") % {"day": day, "title": task.case_file.title},
            *([] if is_theirs else [_("To be done by %(name)s.") % {"name": task.assignee}]),
            *([task.detail] if task.detail else []),
        ],
        button_url=task_url(task, mail.to_user_id),
        button_label=_("Open the task"),
        otherwise=[_("Tick it on that page when it is done; then no reminder is sent.")] if is_theirs else [],
        why=why if is_theirs else _("You receive this message because you lead this file or are its deputy."),
    ).message(
        task.case_file.association, person=task.case_file.lead if mail.to_user_id == task.case_file.founder_id else None
    )


KINDS = (
    DeadlineKind(
        name=ANSWER,
        label=gettext_lazy("Coaching: promised answer"),
        steps=("-3d", "0d", "+1d", "+5d"),
        recipients=_answer_recipients,
        is_open=_answer_is_open,
        is_entitled=_answer_entitled,
        render=_answer_render,
    ),
    DeadlineKind(
        name=NUDGE,
        label=gettext_lazy("Coaching: unfinished draft"),
        steps=("0d",),
        recipients=_nudge_recipients,
        is_open=_nudge_is_open,
        is_entitled=lambda deadline, user: True,
        render=_nudge_render,
    ),
    DeadlineKind(
        name=NEXT_DATE,
        label=gettext_lazy("Coaching: next date"),
        steps=("-7d", "-1d", "+1d"),
        recipients=_next_date_recipients,
        is_open=_next_date_is_open,
        is_entitled=_next_date_entitled,
        render=_next_date_render,
    ),
    DeadlineKind(
        name=TASK,
        label=gettext_lazy("Coaching: task"),
        steps=("-7d", "-1d", "0d", "+3d"),
        recipients=_task_recipients,
        is_open=_task_is_open,
        is_entitled=_task_entitled,
        render=_task_render,
    ),
)


def register() -> None:
    """Make coaching's dates known to the engine."""
    for kind in KINDS:
        register_deadline_kind(kind)
