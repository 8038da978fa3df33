"""A file's history told as one story: steps taken, notes written, mails sent, in the order in which they happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.models import (
    AgendaItem,
    CaseFile,
    CaseNote,
    CoachingRequest,
    CommissionSession,
    Meeting,
    OutcomeCheck,
    Task,
)
from promo_portal.audit.models import Transition
from promo_portal.core.scope import association_scope
from promo_portal.core.slots import mail_kinds
from promo_portal.mailing.models import MailState, OutgoingMail

REQUEST, CASE, TASK = "coaching.coachingrequest", "coaching.casefile", "coaching.task"
SESSION, ITEM = "coaching.commissionsession", "coaching.agendaitem"
CHECK = "coaching.outcomecheck"
CLOCK = "clock"
TITLES: dict[tuple[str, str], Any] = {
    (REQUEST, "begin"): gettext_lazy("Request begun"),
    (REQUEST, "submit"): gettext_lazy("Request sent"),
    (REQUEST, "enter"): gettext_lazy("Request typed in by the association"),
    (REQUEST, "forward_in"): gettext_lazy("Request received from another association"),
    (REQUEST, "review"): gettext_lazy("Request taken up"),
    (REQUEST, "accept"): gettext_lazy("Request accepted by circular decision"),
    (REQUEST, "accept_in_session"): gettext_lazy("Request accepted by the commission"),
    (REQUEST, "list"): gettext_lazy("Request put before the commission"),
    (REQUEST, "unlist"): gettext_lazy("Request back on the desk, undecided"),
    (REQUEST, "refuse"): gettext_lazy("Request refused"),
    (REQUEST, "forward"): gettext_lazy("Request forwarded"),
    (REQUEST, "withdraw"): gettext_lazy("Request withdrawn"),
    (CASE, "open"): gettext_lazy("File opened"),
    (CASE, "edit"): gettext_lazy("File changed"),
    (CASE, "move_next_date"): gettext_lazy("Next date moved"),
    (CASE, "pause"): gettext_lazy("File paused"),
    (CASE, "close"): gettext_lazy("File closed"),
    (CASE, "reopen"): gettext_lazy("File taken up again"),
    (CASE, "score"): gettext_lazy("Readiness judged"),
    (CASE, "hand_over"): gettext_lazy("File handed over"),
    (CASE, "share_costs"): gettext_lazy("Split of the costs agreed on"),
    (TASK, "add"): gettext_lazy("New task"),
    (TASK, "edit"): gettext_lazy("Task changed"),
    (TASK, "complete"): gettext_lazy("Task done"),
    (TASK, "drop"): gettext_lazy("Task dropped"),
    (TASK, "reopen"): gettext_lazy("Task taken up again"),
    (SESSION, "plan"): gettext_lazy("Session planned"),
    (SESSION, "edit"): gettext_lazy("Session changed"),
    (SESSION, "convene"): gettext_lazy("Members called"),
    (SESSION, "cancel"): gettext_lazy("Session called off"),
    (SESSION, "open"): gettext_lazy("Session opened"),
    (SESSION, "attend"): gettext_lazy("Presence changed"),
    (SESSION, "close"): gettext_lazy("Session closed, decisions sent"),
    (SESSION, "note"): gettext_lazy("Minutes corrected"),
    (SESSION, "approve"): gettext_lazy("Minutes approved"),
    (ITEM, "edit"): gettext_lazy("Item prepared"),
    (ITEM, "move"): gettext_lazy("Order changed"),
    (ITEM, "recuse"): gettext_lazy("Member stands aside"),
    (ITEM, "enter"): gettext_lazy("Decision entered"),
    (ITEM, "decide"): gettext_lazy("Decided"),
    (ITEM, "postpone"): gettext_lazy("Put off"),
    (ITEM, "remove"): gettext_lazy("Taken off the agenda"),
    (CHECK, "plan"): gettext_lazy("Later check agreed on"),
    (CHECK, "ask"): gettext_lazy("Three questions asked"),
    (CHECK, "answer"): gettext_lazy("Three questions answered"),
    (CHECK, "correct"): gettext_lazy("Answer put right"),
    (CHECK, "prove"): gettext_lazy("Jobs proved"),
    (CHECK, "give_up"): gettext_lazy("Nobody reached"),
    (CHECK, "cancel"): gettext_lazy("Later check dropped"),
}
# Reasons that a founder reads; the others are the association's own words.
SHARED_REASONS = {
    (REQUEST, "accept"),
    (REQUEST, "accept_in_session"),
    (REQUEST, "list"),
    (REQUEST, "refuse"),
    (CASE, "pause"),
    (CASE, "close"),
}
FIRST_LINE_SHARED = {(CASE, "move_next_date"), (CASE, "hand_over")}  # the dates; why it moved stays among colleagues
INTERNAL = {(CASE, "edit"), (CASE, "score"), (CASE, "share_costs"), (TASK, "edit")}


@dataclass(frozen=True)
class Entry:
    """One line of the story; ``kind`` is who did it: ours, theirs or the system."""

    at: datetime
    kind: str
    title: str
    text: str = ""
    by: str = ""
    url: str = ""
    is_shared: bool | None = None  # of notes


def story_of_request(request: CoachingRequest) -> list[Entry]:
    """What happened to a request, for staff."""
    subjects = [(REQUEST, [request.pk])]
    return _sorted([*_steps(subjects, {}, name=request.founder_name), *_mails(subjects)])


def story_of_session(session: CommissionSession) -> list[Entry]:
    """What happened to a session and to each of its items, for the manager."""
    items = {item.pk: item for item in AgendaItem.objects.filter(session=session).order_by("pk")}
    subjects = [(SESSION, [session.pk]), (ITEM, list(items))]
    return _sorted([*_steps(subjects, {}, items=items), *_mails([(SESSION, [session.pk])])])


def story_of_case(case: CaseFile) -> list[Entry]:
    """Everything about a file and the request it came from, for staff."""
    tasks = {task.pk: task for task in Task.objects.filter(case_file=case).order_by("pk")}
    subjects = [(REQUEST, [case.request_id]), (CASE, [case.pk]), (TASK, list(tasks))]
    notes = CaseNote.objects.filter(case_file=case).select_related("author")
    return _sorted(
        [
            *_steps(subjects, tasks, name=str(case.founder), founder_id=case.founder_id),
            *_mails(subjects),
            *_notes(notes, case),
            *_meetings(Meeting.objects.filter(case_file=case).select_related("coach")),
        ]
    )


def story_of_check(check: OutcomeCheck) -> list[Entry]:
    """What happened to a later check, for staff."""
    subjects = [(CHECK, [check.pk])]
    case = check.case_file
    return _sorted([*_steps(subjects, {}, name=str(case.founder), founder_id=case.founder_id), *_mails(subjects)])


def story_for_founder(case: CaseFile) -> list[Entry]:
    """The same seen by the founder: shared notes and meetings, mails to them, and no word that was meant for colleagues."""
    with association_scope(case.association_id):
        tasks = {task.pk: task for task in Task.objects.filter(case_file=case).order_by("pk")}
        subjects = [(REQUEST, [case.request_id]), (CASE, [case.pk]), (TASK, list(tasks))]
        notes = CaseNote.objects.filter(case_file=case, is_shared=True).select_related("author")
        found = [
            *_steps(subjects, tasks, founder_id=case.founder_id, founder=True),
            *_mails(subjects, to=Q(to_user=case.founder_id) | Q(to_address__iexact=case.founder.email)),
            *_notes(notes, case),
            *_meetings(Meeting.objects.filter(case_file=case, is_shared=True).select_related("coach")),
        ]
    return _sorted(found)


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _about(subjects: Iterable[tuple[str, list[int]]]) -> Q:
    wanted = Q(pk__in=[])
    for kind, numbers in subjects:
        wanted |= Q(subject_kind=kind, subject_id__in=numbers)
    return wanted


def _steps(
    subjects: Iterable[tuple[str, list[int]]],
    tasks: dict[int, Task],
    *,
    items: dict[int, AgendaItem] | None = None,
    name: str = "",
    founder_id: int | None = None,
    founder: bool = False,
) -> Iterable[Entry]:
    """The recorded steps; ``name`` stands for founders who had no account yet, and a ``founder`` reads "you"."""
    for step in Transition.objects.filter(_about(subjects)).order_by("-at", "-pk"):
        key = (step.subject_kind, step.action)
        if founder and key in INTERNAL:
            continue
        names = {"founder": name, CLOCK: _("by itself")}
        theirs = step.actor_name == "founder" or (step.actor_id is not None and step.actor_id == founder_id)
        title = str(TITLES.get(key, step.action))
        if step.subject_kind == TASK and step.subject_id in tasks:
            title = _("%(what)s: %(task)s") % {"what": title, "task": tasks[step.subject_id].title}
        if step.subject_kind == ITEM and items and step.subject_id in items:
            title = _("%(what)s: %(task)s") % {"what": title, "task": items[step.subject_id].title}
        yield Entry(
            at=step.at,
            kind="theirs" if theirs else "ours",
            title=title,
            text=step.reason if not founder else _shared_reason(key, step.reason),
            by=_("you") if founder and theirs else names.get(step.actor_name, step.actor_name),
        )


def _shared_reason(key: tuple[str, str], reason: str) -> str:
    if key in FIRST_LINE_SHARED:
        return reason.partition("\n")[0]
    return reason if key in SHARED_REASONS else ""


def _mails(subjects: Iterable[tuple[str, list[int]]], to: Q | None = None) -> Iterable[Entry]:
    sent = OutgoingMail.objects.filter(_about(subjects), state=MailState.SENT).select_related("to_user")
    for mail in sent.filter(to) if to is not None else sent:
        kind = mail_kinds.get(mail.kind)
        label = mail.subject or (str(kind.label) if kind else mail.kind)
        assert mail.sent_at is not None
        yield Entry(
            at=mail.sent_at,
            kind="system",
            title=_("Mail: %(subject)s") % {"subject": label},
            by=_("to %(person)s") % {"person": mail.to_user or mail.to_address} if to is None else "",
        )


def _notes(notes: Iterable[CaseNote], case: CaseFile) -> Iterable[Entry]:
    for note in notes:
        yield Entry(
            at=note.written_at,
            kind="theirs" if note.author_id == case.founder_id else "ours",
            title=_("Note"),
            text=note.text,
            by=str(note.author),
            is_shared=note.is_shared,
        )


def _meetings(meetings: Iterable[Meeting]) -> Iterable[Entry]:
    for meeting in meetings:
        yield Entry(
            at=meeting.entered_at,
            kind="ours",
            title=_("Meeting"),
            text="\n".join(part for part in (", ".join(meeting.topic_words()), meeting.text) if part),
            by=str(meeting.coach),
            is_shared=meeting.is_shared,
        )
