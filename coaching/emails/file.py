"""What founders read of their file: it was opened, its dates and coaches, a new task, its rest and its end."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from coaching.emails.founder import kind, subject_of
from coaching.emails.letter import Letter
from coaching.enums import CaseState, TaskState
from coaching.models import CaseFile, Decision, Task
from promo_portal.core.formats import words
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.kinds import Message
from promo_portal.mailing.models import OutgoingMail
from promo_portal.mailing.rendering import absolute

HAS_CHANGED = gettext_noop("What this mail is about has changed meanwhile.")


def case_of(mail: OutgoingMail) -> CaseFile:
    """The file a mail is about."""
    return CaseFile.objects.select_related("association", "founder", "lead", "deputy").get(pk=subject_of(mail))


def _queue_for_case(kind: str, case: CaseFile, subject: CaseFile | Task | None = None) -> None:
    queue_mail(kind=kind, to_user=case.founder, association_id=case.association_id, subject=subject or case)


def _why_file() -> str:
    return _("You receive this message because you are followed by a coach.")


def file_url(case: CaseFile) -> str:
    """The founder's page of their file."""
    return absolute(reverse("coaching:case", args=[case.pk]))


def queue_accepted_for_founder(case: CaseFile) -> None:
    """Tell the founder that a coach follows them, and what comes first."""
    _queue_for_case("coaching.accepted", case)


def accepted(mail: OutgoingMail) -> Message:
    """Accepted: who your coach is, the first date, what to prepare, how to sign in."""
    case = case_of(mail)
    tasks = Task.objects.filter(case_file=case, assignee=case.founder, state=TaskState.OPEN).order_by("due_on", "pk")
    conditions = conditions_of(case)
    return Letter(
        subject=_("Coaching accepted: first date on %(day)s") % {"day": words.day(case.next_date)},
        about=_("Your request is accepted"),
        paragraphs=[
            _("Hello %(name)s,") % {"name": case.founder},
            _("%(coach)s is your coach from now on.") % {"coach": case.lead},
            _("First date: %(date)s, %(what)s.") % {"date": date_words(case), "what": case.next_what},
            *([_("Accepted on these conditions:"), conditions] if conditions else []),
        ],
        rows=[(_("For you, by %(day)s") % {"day": words.day(task.due_on)}, task.title) for task in tasks],
        button_url=file_url(case),
        button_label=_("Open my file"),
        otherwise=[_("You sign in with this e-mail address: we send you a code, there is no password.")],
        why=_why_file(),
    ).message(case.association, person=case.lead)


def conditions_of(case: CaseFile) -> str:
    """On what conditions the request behind a file was accepted, if on any."""
    kept = Decision.objects.filter(request_id=case.request_id).values_list("conditions", flat=True).first()
    return kept or ""


def date_words(case: CaseFile) -> str:
    """The next date as one says it: Monday 23 November at 9.30."""
    if case.next_date is None:
        return _("no date")
    when = words.weekday(case.next_date)
    if case.next_time is None:
        return when
    return _("%(day)s at %(hour)s") % {"day": when, "hour": words.hour_prose(case.next_time)}


def queue_next_date_moved(case: CaseFile) -> None:
    """Tell the founder of the new next date."""
    _queue_for_case("coaching.next_date_moved", case)


def next_date_moved(mail: OutgoingMail) -> Message:
    """The next date, and what it is for."""
    case = case_of(mail)
    return Letter(
        subject=_("Next date: %(day)s") % {"day": words.day(case.next_date)},
        about=_("Next date: %(date)s") % {"date": date_words(case)},
        paragraphs=[_("Hello %(name)s,") % {"name": case.founder}, _("What for: %(what)s") % {"what": case.next_what}],
        button_url=file_url(case),
        button_label=_("Open my file"),
        otherwise=[_("If the date does not suit you, answer this message.")],
        why=_why_file(),
    ).message(case.association, person=case.lead)


def queue_new_coach(case: CaseFile) -> None:
    """Tell the founder who coaches them from now on."""
    _queue_for_case("coaching.new_coach", case)


def new_coach(mail: OutgoingMail) -> Message:
    """The coach's name, and that dates and tasks stay."""
    case = case_of(mail)
    rest = [_("Next date: %(date)s") % {"date": date_words(case)}] if case.next_date else []
    return Letter(
        subject=_("%(name)s coaches you from now on") % {"name": case.lead},
        about=_("%(name)s coaches you from now on") % {"name": case.lead},
        paragraphs=[
            _("Hello %(name)s,") % {"name": case.founder},
            _("Your file goes on with another coach. All dates, tasks and documents stay as they were agreed on."),
            *rest,
        ],
        button_url=file_url(case),
        button_label=_("Open my file"),
        otherwise=[_("To get to know each other before the next date, answer this message.")],
        why=_why_file(),
    ).message(case.association, person=case.lead)


def not_closed(mail: OutgoingMail) -> str | None:
    """Who coaches is of no use once the file is closed."""
    return HAS_CHANGED if case_of(mail).state == CaseState.CLOSED else None


def file_is_open(mail: OutgoingMail) -> str | None:
    """A date or a task is of no use once the file rests."""
    return None if case_of(mail).state == CaseState.OPEN else HAS_CHANGED


def queue_task_added(task: Task) -> None:
    """Tell whoever must do it that there is a new task."""
    queue_mail(kind="coaching.task_added", to_user=task.assignee, association_id=task.association_id, subject=task)


def task_of(mail: OutgoingMail) -> Task:
    """The task a mail is about."""
    related = ("case_file__association", "case_file__lead", "case_file__founder", "assignee")
    return Task.objects.select_related(*related).get(pk=subject_of(mail))


def task_url(task: Task, user_id: int | None) -> str:
    """Where the reader finds the task: founders on their page, coaches in the admin."""
    if user_id == task.case_file.founder_id:
        return absolute(reverse("coaching:task", args=[task.case_file_id, task.pk]))
    return absolute(reverse("admin:coaching_casefile_tasks", args=[task.case_file_id]))


def task_added(mail: OutgoingMail) -> Message:
    """Something new to do, and until when."""
    task = task_of(mail)
    return Letter(
        subject=_("To do by %(day)s: %(task)s") % {"day": words.day(task.due_on), "task": shortened(task.title)},
        about=task.title,
        paragraphs=[
            _("To do by %(day)s. Project: %(title)s.") % {"day": words.day(task.due_on), "title": task.case_file.title},
            *([task.detail] if task.detail else []),
        ],
        button_url=task_url(task, mail.to_user_id),
        button_label=_("Open the task"),
        otherwise=[_("Tick it on that page when it is done; then no reminder is sent.")],
        why=_why_file(),
    ).message(task.case_file.association, person=task.case_file.lead)


def task_is_open(mail: OutgoingMail) -> str | None:
    """No mail about a task that is done, or that somebody else must do now."""
    task = task_of(mail)
    still_theirs = task.state == TaskState.OPEN and task.assignee_id == mail.to_user_id
    return None if still_theirs else HAS_CHANGED


def shortened(text: str, limit: int = 28) -> str:
    """``text`` cut at a word for a subject."""
    if len(text) <= limit:
        return text
    return f"{text[:limit].rsplit(' ', 1)[0]}…"


def queue_file_rests(case: CaseFile) -> None:
    """Tell the founder that their file is paused or closed."""
    _queue_for_case("coaching.file_rests", case)


def file_rests(mail: OutgoingMail) -> Message:
    """Paused or closed, why, and how to come back."""
    case = case_of(mail)
    paused = case.state == CaseState.PAUSED
    return Letter(
        subject=_("Your coaching file is paused") if paused else _("Your coaching file is closed"),
        about=_("Your coaching file is paused") if paused else _("Your coaching file is closed"),
        paragraphs=[
            _("Hello %(name)s,") % {"name": case.founder},
            _("Reason: %(reason)s") % {"reason": case.state_reason},
        ],
        button_url=file_url(case),
        button_label=_("Open my file"),
        otherwise=[_("To take it up again, answer this message or call us.")],
        why=_why_file(),
    ).message(case.association, person=case.lead)


def file_rests_still(mail: OutgoingMail) -> str | None:
    """Not if the file was opened again meanwhile."""
    return HAS_CHANGED if case_of(mail).state == CaseState.OPEN else None


KINDS = (
    kind("coaching.accepted", gettext_lazy("Coaching: request accepted"), accepted),
    kind("coaching.next_date_moved", gettext_lazy("Coaching: new next date"), next_date_moved, entitled=file_is_open),
    kind("coaching.new_coach", gettext_lazy("Coaching: another coach, to the founder"), new_coach, entitled=not_closed),
    kind("coaching.task_added", gettext_lazy("Coaching: new task"), task_added, entitled=task_is_open),
    kind("coaching.file_rests", gettext_lazy("Coaching: file paused or closed"), file_rests, entitled=file_rests_still),
)
