"""The board: where the files stand, who carries how many, what is late or silent. Every figure leads to its rows."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from coaching.admin.doors import page, person
from coaching.attention import Attention, counted, needing
from coaching.enums import CasePhase, CaseState, ItemState, SessionState
from coaching.forms.staff import StageForm, coaches_of
from coaching.models import CaseFile, CoachingRequest, CommissionSession, TimeEntry
from coaching.models.request import AWAITING_ANSWER
from coaching.permissions import files_for_staff, requests_for_staff
from coaching.workflow.files import edit_case
from coaching.workflow.locking import ChangedMeanwhile
from promo_portal.accounts.access import require
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.transitions import TransitionRefused
from promo_portal.reminders.models import Absence

CARDS = 6  # of a phase; the others are one press away
HOURS_OF = timedelta(days=30)
SESSIONS = 5
LOOKED_AT = {
    Attention.LATE_DATE: gettext_lazy("Dates gone by"),
    Attention.LATE_TASK: gettext_lazy("With a late task"),
    Attention.LATE_MILESTONE: gettext_lazy("With a late milestone"),
    Attention.SILENT: gettext_lazy("Without contact for 30 days"),
    Attention.SOON: gettext_lazy("Dates of the next 14 days"),
}


class AttentionFilter(admin.SimpleListFilter):
    """Files that deserve a look, by reason."""

    title = gettext_lazy("to look at")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Attention.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return needing(queryset, chosen, today=clock.today()) if chosen in Attention.values else queryset


def listed(**filters: Any) -> str:
    """The list of files that a figure counts."""
    return f"{reverse('admin:coaching_casefile_changelist')}?{urlencode(filters)}"


class BoardPages:
    """Mixed into the file's admin."""

    admin_site: Any
    _to_write: Callable[[HttpRequest, int], CaseFile]

    def board_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponseBase]]]:
        """Addresses of the board and of the one step it offers."""
        return {
            "board": ("board/", require_GET(self.board)),
            "stage": ("<int:pk>/stage/", require_POST(self.stage)),
        }

    def board(self, request: HttpRequest) -> HttpResponse:
        """One page: the manager sees the association's files, a coach those they may open."""
        rights = require(request, "case file")
        today = clock.today()
        visible = files_for_staff(rights)
        people = _people(visible, rights)
        coach = next((one for one in people if str(one.pk) == request.GET.get("coach")), None)
        of_coach = {"lead__id__exact": coach.pk} if coach else {}
        rows = visible.filter(lead=coach) if coach else visible
        stages = _stages(rows)
        attention = counted(rows, today=today)
        context = {
            "title": _("Board"),
            "coach": coach,
            "people": people if len(people) > 1 else [],
            "kept": urlencode({"coach": coach.pk}) if coach else "",
            "is_empty": not stages,
            "columns": [_column(rows, phase, stages, of_coach, today) for phase in CasePhase],
            "closed": {
                "count": sum(count for (state, _phase), count in stages.items() if state == CaseState.CLOSED),
                "url": listed(state__exact=CaseState.CLOSED.value, **of_coach),
            },
            "waiting": _waiting(requests_for_staff(rights)),
            "looked_at": [
                {
                    "label": label,
                    "count": attention[why],
                    "is_late": why != Attention.SOON and attention[why] > 0,
                    "url": listed(attention=why.value, **of_coach),
                }
                for why, label in LOOKED_AT.items()
            ],
            "load": _load(visible, [coach] if coach else people, today),
            "sessions": _sessions(today),
            "is_manager": rights.has(Role.MANAGER),
        }
        return page(self.admin_site, request, "coaching/admin/board.html", context)

    def stage(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Move a file into another phase, from the board."""
        case, form = self._to_write(request, pk), StageForm(request.POST)
        back = f"{reverse('admin:coaching_casefile_board')}?{form.data.get('kept', '')}".rstrip("?")
        if not form.is_valid():
            messages.warning(request, _("Choose a phase for %(file)s.") % {"file": case})
            return redirect(back)
        try:
            edit_case(
                case=case,
                values={"phase": form.cleaned_data["phase"]},
                by=person(request),
                now=clock.now(),
                version=form.cleaned_data["version"],
            )
        except (ChangedMeanwhile, TransitionRefused) as refusal:
            messages.warning(request, f"{case}: {refusal.message}")
        else:
            phase = CasePhase(form.cleaned_data["phase"]).label
            messages.success(request, _("%(file)s: now in the phase “%(phase)s”.") % {"file": case, "phase": phase})
        return redirect(back)


def _people(visible: QuerySet[CaseFile], rights: Any) -> list[User]:
    """Who leads files: the association's coaches in office, and whoever else still leads an open one."""
    leading = User.objects.filter(pk__in=visible.filter(state=CaseState.OPEN).order_by().values("lead_id"))
    found = {one.pk: one for one in leading}
    if rights.has(Role.MANAGER) and rights.association_id:
        found |= {one.pk: one for one in coaches_of(rights.association_id)}
    return sorted(found.values(), key=lambda one: (one.last_name, one.first_name, one.pk))


def _stages(rows: QuerySet[CaseFile]) -> dict[tuple[str, str], int]:
    by_stage = rows.order_by().values("state", "phase").annotate(count=Count("pk"))
    return {(row["state"], row["phase"]): row["count"] for row in by_stage}


def _column(
    rows: QuerySet[CaseFile], phase: CasePhase, stages: dict[tuple[str, str], int], of_coach: dict[str, Any], today: Any
) -> dict[str, Any]:
    """A phase: how many files are open and paused in it, and the next dates among the open ones."""
    first = rows.filter(state=CaseState.OPEN, phase=phase).select_related("founder", "lead")
    count, paused = (stages.get((state, phase), 0) for state in (CaseState.OPEN, CaseState.PAUSED))
    at = {"phase__exact": phase.value, **of_coach}
    return {
        "label": phase.label,
        "count": count,
        "url": listed(state__exact=CaseState.OPEN.value, **at),
        "paused": paused,
        "paused_url": listed(state__exact=CaseState.PAUSED.value, **at),
        "cards": [
            {"case": case, "is_late": case.is_late(today)}
            for case in (first.order_by("next_date", "pk")[:CARDS] if count else ())
        ],
        "more": max(count - CARDS, 0),
        "others": [(other.value, other.label) for other in CasePhase if other != phase],
    }


def _waiting(requests: QuerySet[CoachingRequest]) -> dict[str, Any]:
    return {
        "count": requests.filter(state__in=AWAITING_ANSWER).count(),
        "url": f"{reverse('admin:coaching_coachingrequest_changelist')}?state=waiting",
    }


def _load(visible: QuerySet[CaseFile], people: Sequence[User], today: Any) -> list[dict[str, Any]]:
    """Open files, hours of the past 30 days and the next absence of each: three queries, however many they are."""
    numbers = [one.pk for one in people]
    carried = visible.filter(state=CaseState.OPEN, lead__in=numbers).order_by().values("lead_id")
    files: dict[int, Any] = {
        row["lead_id"]: row for row in carried.annotate(count=Count("pk"), late=Count("pk", Q(next_date__lt=today)))
    }
    spent = TimeEntry.objects.filter(person__in=numbers, worked_on__gt=today - HOURS_OF, case_file__in=visible)
    minutes = dict(spent.order_by().values_list("person_id").annotate(total=Sum("minutes")))
    away: dict[int, Absence] = {}
    coming = Absence.objects.filter(user__in=numbers, last_day__gte=today).select_related("deputy")
    for absence in coming.order_by("first_day", "pk"):
        away.setdefault(absence.user_id, absence)
    ledger = reverse("admin:coaching_timeentry_changelist")
    return [
        {
            "person": one,
            "count": files.get(one.pk, {}).get("count", 0),
            "late": files.get(one.pk, {}).get("late", 0),
            "url": listed(lead__id__exact=one.pk, state__exact=CaseState.OPEN.value),
            "late_url": listed(lead__id__exact=one.pk, attention=Attention.LATE_DATE.value),
            "hours": Decimal(minutes.get(one.pk) or 0) / 60,
            "hours_url": f"{ledger}?{urlencode({'person': one.pk, 'period': '30d'})}",
            "absence": away.get(one.pk),
        }
        for one in people
    ]


def _sessions(today: Any) -> list[dict[str, Any]]:
    """The commission's next sittings with the length of their agendas."""
    coming = CommissionSession.objects.filter(
        held_on__gte=today, state__in=(SessionState.PLANNED, SessionState.CONVENED, SessionState.OPEN)
    )
    listed_items = Count("items", Q(items__state__in=(ItemState.LISTED, ItemState.DECIDED)))
    rows = coming.annotate(on_agenda=listed_items).order_by("held_on", "pk")
    return [
        {"session": row, "url": reverse("admin:coaching_commissionsession_change", args=[row.pk])}
        for row in rows[:SESSIONS]
    ]
