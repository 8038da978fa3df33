"""The founder's side of their file: where it stands, what to do, what was shared, what happened."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from coaching import radar
from coaching.enums import CasePhase, CaseState, TaskState
from coaching.models import CaseFile, CaseNote, ReadinessScore, Task
from coaching.permissions import case_for_user, task_for_user
from coaching.timeline import story_for_founder
from coaching.views.tabs import file_tabs
from coaching.workflow.tasks import NotTheirTask, complete_task, reopen_task
from promo_portal.core import clock
from promo_portal.core.transitions import TransitionRefused

STATE_BADGES = {CaseState.OPEN: "good", CaseState.PAUSED: "waiting", CaseState.CLOSED: "neutral"}


def state_sentence(case: CaseFile) -> str:
    """Where the file stands, in one sentence."""
    if case.state == CaseState.PAUSED:
        return _("Your coaching is paused: %(reason)s") % {"reason": case.state_reason}
    if case.state == CaseState.CLOSED:
        return _("Your coaching is closed: %(reason)s") % {"reason": case.state_reason}
    return _("%(coach)s coaches you.") % {"coach": case.lead}


def next_sentence(case: CaseFile) -> str:
    """What happens next, by state and phase."""
    if case.state == CaseState.PAUSED:
        return _("Nothing is expected of you until the file is taken up again.")
    if case.state == CaseState.CLOSED:
        return _("After 6, 12, 24 and 36 months we ask you three questions by mail.")
    return {
        CasePhase.PREPARATION: _(
            "You and your coach finish the business plan and the financial plan; then comes the launch."
        ),
        CasePhase.LAUNCH: _("You begin to sell; your coach stays at your side through the first months."),
        CasePhase.FOLLOW_UP: _("Short meetings now and then, until your company stands on its own feet."),
    }[CasePhase(case.phase)]


def founder_views(cases: Sequence[CaseFile]) -> list[dict[str, Any]]:
    """What page and space both show of files: state, next date, tasks. One query for all of them."""
    today = clock.today()
    tasks = list(Task.objects.filter(case_file__in=cases).select_related("assignee").order_by("due_on", "pk"))
    views = []
    for case in cases:
        own = [task for task in tasks if task.case_file_id == case.pk]
        still = [task for task in own if task.state == TaskState.OPEN]
        views.append(
            {
                "case": case,
                "sentence": state_sentence(case),
                "next_sentence": next_sentence(case),
                "badge": STATE_BADGES[CaseState(case.state)],
                "today": today,
                "mine": [
                    {"task": task, "is_late": task.is_late(today)}
                    for task in still
                    if task.assignee_id == case.founder_id
                ],
                "theirs": [task for task in still if task.assignee_id != case.founder_id],
                "done": [task for task in own if task.state == TaskState.DONE],
            }
        )
    return views


@require_GET
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """The founder's own file."""
    found = case_for_user(request, pk)
    shared = CaseNote.objects.filter(case_file=found, is_shared=True).select_related("author")[:20]
    judged = ReadinessScore.objects.filter(case_file=found).select_related("scored_by").order_by("month")
    context = {
        **founder_views([found])[0],
        "tabs": file_tabs(found, "case"),
        "notes": shared,
        "radar": radar.picture(list(judged)),
        "story": story_for_founder(found)[:50],
    }
    return render(request, "coaching/case.html", context)


@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, pk: int, task_pk: int) -> HttpResponse:
    """One task; the founder ticks their own and may take the tick back."""
    found = case_for_user(request, pk)
    asked = task_for_user(request, found, task_pk)
    if request.method == "POST":
        return _tick(request, found, asked)
    context = {
        "case": found,
        "task": asked,
        "is_mine": asked.assignee_id == found.founder_id,
        "is_open": asked.state == TaskState.OPEN,
        "is_late": asked.is_late(clock.today()),
        "bring_url": f"{reverse('coaching:documents', args=[found.pk])}?task={asked.pk}#bring" if asked.wanted else "",
    }
    return render(request, "coaching/task.html", context)


def _tick(request: HttpRequest, found: CaseFile, asked: Task) -> HttpResponse:
    wants_reopening = "reopen" in (request.POST.get("action"), request.GET.get("action"))
    here = reverse("coaching:task", args=[found.pk, asked.pk])
    try:
        if wants_reopening:
            reopen_task(task=asked, by=request.user, now=clock.now())  # type: ignore[arg-type]
            messages.success(request, _("Task taken up again: %(task)s") % {"task": asked.title})
        else:
            complete_task(task=asked, by=request.user, now=clock.now())  # type: ignore[arg-type]
            messages.success(
                request, _("Task done: %(task)s") % {"task": asked.title}, extra_tags=f"undo:{here}?action=reopen"
            )
    except (TransitionRefused, NotTheirTask):
        messages.info(request, _("Nothing was changed: this task cannot be ticked any more, or is somebody else’s."))
    return redirect("coaching:case", pk=found.pk)
