"""What coaching shows on pages that are not its own: the staff's day, navigation and search, the founder's space."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.agendas import session_title
from coaching.attention import PHONE_AFTER, to_phone
from coaching.canton import years_for
from coaching.engagement_links import engagement_path
from coaching.enums import CaseState, EngagementState, TaskState
from coaching.forms.fields import visible
from coaching.links import FOLLOW, path_to
from coaching.models import CaseFile, CoachingRequest, CommissionSession, Engagement, OutcomeCheck, Task
from coaching.models.request import AWAITING_ANSWER
from coaching.models.specialists import READING_ENGAGEMENTS
from coaching.permissions import files_for_staff, may_read_figures, profiles_of, requests_for_staff, seat_of
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership
from promo_portal.accounts.permissions import may_open
from promo_portal.accounts.rights import Rights
from promo_portal.core import clock, slots
from promo_portal.core.scope import association_scope
from promo_portal.core.slots import NavItem, Panel, WorkItem

AHEAD = timedelta(days=5)
AT_MOST = 40
PAST_ENGAGEMENTS = (
    EngagementState.ENDED,
    EngagementState.DECLINED,
    EngagementState.REVOKED,
    EngagementState.CANCELLED,
)


def _rights(request: HttpRequest) -> Rights:
    return request.rights  # type: ignore[attr-defined]


def may_see_requests(request: HttpRequest) -> bool:
    """Whether the request queue is part of this person's work."""
    return may_open(_rights(request), "coaching request") and _rights(request).association_id is not None


def may_see_indicators(request: HttpRequest) -> bool:
    """Figures over all files are the manager's."""
    return _rights(request).has(Role.MANAGER) and _rights(request).association_id is not None


def may_charge(request: HttpRequest) -> bool:
    """Whether charging the funders is part of this person's work."""
    return _rights(request).has(Role.MANAGER) and _rights(request).association_id is not None


def waiting_requests(request: HttpRequest) -> Any:
    """Requests whose founders wait for an answer."""
    return requests_for_staff(_rights(request)).filter(state__in=AWAITING_ANSWER)


# -- my day -------------------------------------------------------------------------------------------------------------


def my_day(request: HttpRequest) -> Sequence[WorkItem]:
    """Requests to answer, dates that come or have gone by, founders to phone, tasks that are due: three queries."""
    if not may_see_requests(request):
        return []
    return [*_requests_of_day(request), *_dates_of_day(request), *_tasks_of_day(request)]


def _group(day: Any, today: Any) -> str:
    return "late" if day < today else "today" if day == today else "next"


def _requests_of_day(request: HttpRequest) -> Sequence[WorkItem]:
    today, rights = clock.today(), _rights(request)
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
    today, rights = clock.today(), _rights(request)
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
    today, rights = clock.today(), _rights(request)
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
        "value": files_for_staff(_rights(request)).filter(state=CaseState.OPEN),
        "label": _("open files, all with a date"),
        "url": f"{reverse('admin:coaching_casefile_changelist')}?state__exact={CaseState.OPEN}",
    }


def answer_time_figure(request: HttpRequest) -> dict[str, Any] | None:
    """How many days a founder waits for an answer, over the past year."""
    if not may_see_requests(request):
        return None
    decided = requests_for_staff(_rights(request)).filter(decision__decided_at__gte=clock.now() - timedelta(days=365))
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


# -- search and titles --------------------------------------------------------------------------------------------------


def staff_search(request: HttpRequest, text: str) -> Sequence[dict[str, Any]]:
    """Requests and files by number, person or project."""
    text = visible(text).strip()
    if len(text) < 2 or not may_see_requests(request):  # noqa: PLR2004 - one letter finds everything
        return []
    words = text.split()[:4]
    by_request, by_file = Q(), Q()
    for word in words:
        by_request &= (
            Q(reference__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
        )
        by_file &= (
            Q(reference__icontains=word)
            | Q(title__icontains=word)
            | Q(founder__first_name__icontains=word)
            | Q(founder__last_name__icontains=word)
        )
    rights = _rights(request)
    files = files_for_staff(rights).filter(by_file).select_related("founder").order_by("-opened_at", "-pk")[:8]
    requests = requests_for_staff(rights).filter(by_request).order_by("-submitted_at", "-pk")[:8]
    return [
        *(_hit(_("Coaching file"), str(case), str(case.founder), "casefile", case.pk) for case in files),
        *(
            _hit(_("Coaching request"), str(row), row.get_state_display(), "coachingrequest", row.pk)
            for row in requests
        ),
    ]


def _hit(kind: Any, title: str, text: str, model: str, pk: int) -> dict[str, Any]:
    return {"kind": kind, "title": title, "text": text, "url": reverse(f"admin:coaching_{model}_change", args=[pk])}


def request_title(pk: int) -> str | None:
    """A request's number and name, for pages that only know its kind and number."""
    found = CoachingRequest.objects.filter(pk=pk).first()
    return str(found) if found else None


def case_title(pk: int) -> str | None:
    """A file's number and project."""
    found = CaseFile.objects.filter(pk=pk).first()
    return str(found) if found else None


def task_title(pk: int) -> str | None:
    """A task's words."""
    found = Task.objects.filter(pk=pk).first()
    return found.title if found else None


def request_url(pk: int) -> str | None:
    """The request's page for staff."""
    return reverse("admin:coaching_coachingrequest_change", args=[pk])


def case_url(pk: int) -> str | None:
    """The file's page for staff."""
    return reverse("admin:coaching_casefile_change", args=[pk])


def task_url(pk: int) -> str | None:
    """The file whose task it is."""
    found = Task.objects.filter(pk=pk).values_list("case_file_id", flat=True).first()
    return reverse("admin:coaching_casefile_tasks", args=[found]) if found else None


def session_title_of(pk: int) -> str | None:
    """The day of a session in words."""
    found = CommissionSession.objects.filter(pk=pk).first()
    return session_title(found) if found else None


def session_url(pk: int) -> str | None:
    """The session's page for staff."""
    return reverse("admin:coaching_commissionsession_change", args=[pk])


def session_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """Sessions on a list."""
    rows = CommissionSession.objects.filter(pk__in=pks).order_by("pk")
    return {
        row.pk: (session_title(row), reverse("admin:coaching_commissionsession_change", args=[row.pk])) for row in rows
    }


def request_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """Titles and addresses of requests on a list."""
    rows = CoachingRequest.objects.filter(pk__in=pks).order_by("pk")
    return {row.pk: (str(row), reverse("admin:coaching_coachingrequest_change", args=[row.pk])) for row in rows}


def case_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """Titles and addresses of files on a list."""
    rows = CaseFile.objects.filter(pk__in=pks).order_by("pk")
    return {row.pk: (str(row), reverse("admin:coaching_casefile_change", args=[row.pk])) for row in rows}


def task_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """Words of tasks on a list, and the files they belong to."""
    rows = Task.objects.filter(pk__in=pks).order_by("pk")
    return {row.pk: (row.title, reverse("admin:coaching_casefile_tasks", args=[row.case_file_id])) for row in rows}


# -- the founder's space ------------------------------------------------------------------------------------------------


def founder_panel(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """A founder's files, tasks first, and requests that are still with the association."""
    rights = _rights(request)
    if not rights.has(Role.FOUNDER) or not request.user.is_authenticated:
        return None
    from coaching.views.file import founder_views

    related = ("association", "lead", "deputy", "founder")
    files = CaseFile.objects.filter(founder_id=rights.user_id).select_related(*related)
    requests = CoachingRequest.unscoped.filter(email__iexact=request.user.email, state__in=AWAITING_ANSWER)
    engagements = Engagement.objects.filter(case_file__founder_id=rights.user_id).exclude(state__in=PAST_ENGAGEMENTS)
    context = {
        "engagements": [
            {"engagement": row, "url": engagement_path(row), "waits": row.state == EngagementState.PROPOSED}
            for row in engagements.select_related("specialist", "case_file").order_by("proposed_at", "pk")
        ],
        "files": founder_views(list(files.order_by(F("next_date").asc(nulls_last=True), "pk"))),
        "requests": [
            {"request": found, "url": path_to(FOLLOW, found)}
            for found in requests.select_related("association").order_by("pk")
        ],
    }
    return context if context["files"] or context["requests"] else None


def member_panel(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """A commission member's next sessions, and what they have yet to say."""
    rights = _rights(request)
    if not rights.has(Role.COMMISSION_MEMBER) or rights.association is None:
        return None
    from coaching.views.commission import next_sessions

    with seat_of(request):
        cards = next_sessions(rights)
    return {"cards": cards} if cards else None


def ask_due_checks() -> int:
    """Founders whose day has come are asked, also where no worker runs."""
    from coaching.workflow.checks import ask_due_checks as ask

    return ask(now=clock.now())


def specialist_panel(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """A specialist's engagements, first those that wait for an answer, and the way to the own profile."""
    own = list(profiles_of(_rights(request)))
    if not own:
        return None
    with association_scope(*(profile.association_id for profile in own)):
        rows = Engagement.objects.filter(
            specialist__in=own, state__in=(EngagementState.CONSENTED, *READING_ENGAGEMENTS)
        )
        found = list(rows.order_by("state", "proposed_at", "pk"))
    return {"profile": own[0], "engagements": found}


def canton_panel(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The way to the figures, for those who read figures only."""
    if not may_read_figures(_rights(request)):
        return None
    year, _offered = years_for("", clock.today())
    return {"year": str(year)}


def forget_due() -> int:
    """Once a day, from three o'clock in Zurich on, names whose time is over are removed, also where no worker runs."""
    from coaching.workflow.forgetting import forget_due as forget
    from promo_portal.reminders import heartbeat

    local = clock.now().astimezone(clock.ZURICH) - timedelta(hours=3)
    return forget(now=clock.now()) if heartbeat.first_today("coaching.retention", local) else 0


def follow_agreements() -> int:
    """Once a day, also where no worker runs, agreements without the day of their end get it."""
    from coaching.workflow.agreements import follow_forgotten_agreements
    from promo_portal.reminders import heartbeat

    local = clock.now().astimezone(clock.ZURICH) - timedelta(hours=3)
    return follow_forgotten_agreements(now=clock.now()) if heartbeat.first_today("coaching.agreements", local) else 0


def register() -> None:
    """Put all of it into place."""
    slots.clock_work.register("coaching.later_checks", ask_due_checks)
    slots.clock_work.register("coaching.retention", forget_due)
    slots.clock_work.register("coaching.agreements", follow_agreements)
    slots.my_day.register("coaching", my_day)
    slots.my_day_figures.register("coaching.open_files", open_files_figure)
    slots.my_day_figures.register("coaching.answer_time", answer_time_figure)
    queue = NavItem(
        "to_handle",
        10,
        gettext_lazy("Coaching requests"),
        "admin:coaching_coachingrequest_changelist",
        waiting_requests,
        may_see_requests,
    )
    files = NavItem(
        "files", 10, gettext_lazy("Coaching files"), "admin:coaching_casefile_changelist", None, may_see_requests
    )
    slots.staff_nav.register("coaching.requests", queue)
    slots.staff_nav.register("coaching.files", files)
    board = NavItem("files", 5, gettext_lazy("Board"), "admin:coaching_casefile_board", None, may_see_requests)
    slots.staff_nav.register("coaching.board", board)
    for order, label, model, group in (
        (20, gettext_lazy("Commission"), "commissionsession", "files"),
        (30, gettext_lazy("Specialists"), "specialist", "files"),
        (40, gettext_lazy("Later checks"), "outcomecheck", "files"),
        (10, gettext_lazy("Time and costs"), "timeentry", "steering"),
    ):
        item = NavItem(group, order, label, f"admin:coaching_{model}_changelist", None, may_see_requests)
        slots.staff_nav.register(f"coaching.{model}", item)
    for order, label, name in (
        (11, gettext_lazy("Cost annexes"), "annex_changelist"),
        (12, gettext_lazy("Funders and keys"), "timeentry_keys"),
    ):
        item = NavItem("steering", order, label, f"admin:coaching_{name}", None, may_charge)
        slots.staff_nav.register(f"coaching.{name}", item)
    indicators = NavItem(
        "steering", 5, gettext_lazy("Indicators"), "admin:coaching_casefile_indicators", None, may_see_indicators
    )
    slots.staff_nav.register("coaching.indicators", indicators)
    retention = NavItem(
        "steering", 60, gettext_lazy("Retention"), "admin:coaching_coachingrequest_retention", None, may_see_indicators
    )
    slots.staff_nav.register("coaching.retention", retention)
    slots.staff_search.register("coaching", staff_search)
    for kind, title, url, lines in (
        ("coaching.coachingrequest", request_title, request_url, request_lines),
        ("coaching.casefile", case_title, case_url, case_lines),
        ("coaching.task", task_title, task_url, task_lines),
        ("coaching.commissionsession", session_title_of, session_url, session_lines),
    ):
        slots.subject_titles.register(kind, title)
        slots.subject_urls.register(kind, url)
        slots.subject_lines.register(kind, lines)
    slots.space_panels.register("coaching", Panel(10, "coaching/space_panel.html", founder_panel))
    slots.space_panels.register("coaching.commission", Panel(20, "coaching/space_commission.html", member_panel))
    slots.space_panels.register("coaching.canton", Panel(10, "coaching/canton_panel.html", canton_panel))
    slots.space_panels.register("coaching.network", Panel(15, "coaching/specialist_panel.html", specialist_panel))
