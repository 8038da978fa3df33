"""The staff's day: requests to answer, dates, tasks and calls, and the two figures at its foot."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.attention import PHONE_AFTER, to_phone
from coaching.enums import CaseState, TaskState
from coaching.models import CaseFile, OutcomeCheck, Task
from coaching.models.request import AWAITING_ANSWER
from coaching.permissions import files_for_staff, requests_for_staff
from coaching.slots.doors import may_see_requests, rights_in
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership
from promo_portal.accounts.rights import Rights
from promo_portal.core import clock
from promo_portal.core.slots import WorkItem

AHEAD, AT_MOST = timedelta(days=5), 40


def my_day(request: HttpRequest) -> Sequence[WorkItem]:
    """Requests to answer, dates that come or have gone by, founders to phone, tasks that are due: three queries."""
    if not may_see_requests(request):
        return []
    return [*_requests_of_day(request), *_dates_of_day(request), *_tasks_of_day(request)]


def _group(day: Any, today: Any) -> str:
    return "late" if day < today else "today" if day == today else "next"


def _requests_of_day(request: HttpRequest) -> Sequence[WorkItem]:
    today, rights = clock.today(), rights_in(request)
    waiting = requests_for_staff(rights).filter(state__in=AWAITING_ANSWER)
    mine = waiting.filter(Q(reviewer=None) | Q(reviewer_id=rights.user_id)).select_related("municipality")
    items = []
    for found in mine.order_by("answer_by", "pk")[:AT_MOST]:
        assert found.answer_by is not None
        url = reverse("admin:coaching_coachingrequest_change", args=[found.pk])
        is_new = found.reviewer_id is None and found.answer_by > today
        if not is_new and found.answer_by > today + AHEAD:
            continue
        take = (gettext_lazy("Take"), reverse("admin:coaching_coachingrequest_review", args=[found.pk]), "post")
        items.append(
            WorkItem(
                group="received" if is_new else _group(found.answer_by, today),
                when=(found.submitted_at if is_new else found.answer_by) or clock.today(),
                kind=gettext_lazy("Request"),
                what=gettext_lazy("Decide on the request"),
                whom=" · ".join(str(part) for part in (found.founder_name, found.municipality) if part),
                url=url,
                actions=(take,) if is_new else ((gettext_lazy("Decide"), url, "link"),),
                owner_id=found.reviewer_id,
            )
        )
    return items


def _dates_of_day(request: HttpRequest) -> Sequence[WorkItem]:
    today, rights = clock.today(), rights_in(request)
    dated = Q(state=CaseState.OPEN, next_date__lte=today + AHEAD)
    dated &= Q(lead_id=rights.user_id) | Q(deputy_id=rights.user_id, next_date__lt=today)
    mine = _with_check(files_for_staff(rights)).filter(dated | _phoned_by(rights))
    items = []
    for case in mine.select_related("founder").order_by(Coalesce("next_date", "check_on"), "pk")[:AT_MOST]:
        if case.state == CaseState.CLOSED:
            items.append(_call(case, rights.user_id))
            continue
        url = reverse("admin:coaching_casefile_change", args=[case.pk])
        move = (gettext_lazy("Move"), reverse("admin:coaching_casefile_move", args=[case.pk]), "link")
        is_late = case.is_late(today)
        items.append(
            WorkItem(
                group=_group(case.next_date, today),
                when=_moment(case),
                kind=gettext_lazy("Coaching"),
                what=gettext_lazy("Agree on the next date")
                if is_late
                else case.next_what or gettext_lazy("Coaching date"),
                whom=f"{case.founder} · {case.title}",
                url=url,
                actions=(move,) if is_late else ((gettext_lazy("Enter"), url, "link"), move),
                owner_id=case.lead_id,
            )
        )
    return items


def _moment(case: CaseFile) -> date | datetime:
    """The next date, with its hour where one was agreed."""
    assert case.next_date
    if case.next_time is None:
        return case.next_date
    return datetime.combine(case.next_date, case.next_time, tzinfo=clock.ZURICH)


def _with_check(rows: QuerySet[CaseFile]) -> QuerySet[CaseFile]:
    """Files with the first later check that nobody has answered, whose founder is now phoned, and the day it was due."""
    checks = OutcomeCheck.objects.filter(to_phone(clock.today()), case_file=OuterRef("pk")).order_by("due_on", "pk")
    return rows.annotate(check_id=Subquery(checks.values("pk")[:1]), check_on=Subquery(checks.values("due_on")[:1]))


def _phoned_by(rights: Rights) -> Q:
    """Closed files whose founder this person phones: who leads them, else the deputy, else a manager; a coach may have left."""
    in_office = Membership.objects.active(clock.today()).filter(
        association_id=OuterRef("association_id"), role__in=(Role.COACH, Role.MANAGER)
    )
    led, stood_in = (Exists(in_office.filter(user_id=OuterRef(name))) for name in ("lead_id", "deputy_id"))
    mine = Q(lead_id=rights.user_id) | Q(~led, deputy_id=rights.user_id)
    if rights.has(Role.MANAGER):
        mine |= Q(~led, ~stood_in)
    return Q(state=CaseState.CLOSED, check_id__isnull=False) & mine


def _call(case: Any, user_id: int | None) -> WorkItem:
    """A founder to phone, since the three questions stay unanswered: the day on which the mails were of no avail."""
    phone_on = case.check_on + PHONE_AFTER
    enter = (
        gettext_lazy("Enter the answer"),
        reverse("admin:coaching_outcomecheck_phone", args=[case.check_id]),
        "link",
    )
    return WorkItem(
        group=_group(phone_on, clock.today()),
        when=phone_on,
        kind=gettext_lazy("Later check"),
        what=gettext_lazy("Phone the founder"),
        whom=f"{case.founder} · {case.title}",
        url=enter[1],
        actions=(enter,),
        owner_id=user_id,
    )


def _tasks_of_day(request: HttpRequest) -> Sequence[WorkItem]:
    today, rights = clock.today(), rights_in(request)
    due = Task.objects.filter(state=TaskState.OPEN, case_file__state=CaseState.OPEN, due_on__lte=today + AHEAD)
    mine = due.filter(Q(assignee_id=rights.user_id) | Q(case_file__lead_id=rights.user_id, due_on__lt=today))
    items = []
    for task in mine.select_related("case_file", "assignee").order_by("due_on", "pk")[:AT_MOST]:
        url = reverse("admin:coaching_casefile_tasks", args=[task.case_file_id])
        done = (
            gettext_lazy("Done"),
            reverse("admin:coaching_casefile_task", args=[task.case_file_id, task.pk]),
            "post",
        )
        items.append(
            WorkItem(
                group=_group(task.due_on, today),
                when=task.due_on,
                kind=gettext_lazy("Task"),
                what=task.title,
                whom=f"{task.assignee} · {task.case_file.title}",
                url=url,
                actions=(done,),
                owner_id=task.assignee_id,
            )
        )
    return items


def open_files_figure(request: HttpRequest) -> dict[str, Any] | None:
    """How many files are open; every one of them has a next date, by constraint."""
    if not may_see_requests(request):
        return None
    return {
        "value": files_for_staff(rights_in(request)).filter(state=CaseState.OPEN),
        "label": _("open files, all with a date"),
        "url": f"{reverse('admin:coaching_casefile_changelist')}?state__exact={CaseState.OPEN}",
    }


def answer_time_figure(request: HttpRequest) -> dict[str, Any] | None:
    """How many days a founder waits for an answer, over the past year."""
    if not may_see_requests(request):
        return None
    decided = requests_for_staff(rights_in(request)).filter(decision__decided_at__gte=clock.now() - timedelta(days=365))
    figures = decided.aggregate(
        days=Avg(TruncDate("decision__decided_at") - TruncDate("submitted_at")), count=Count("pk")
    )
    if not figures["count"]:
        return None
    return {
        "value": _("%(days)s d") % {"days": round(figures["days"].total_seconds() / 86400)},
        "label": _("mean time to an answer"),
        "url": reverse("admin:coaching_coachingrequest_changelist"),
    }
