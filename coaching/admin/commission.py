"""The commission on the manager's side: sessions coming and past, one session with its agenda, its members and its steps."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching.admin.commission_agenda import AgendaPages
from coaching.admin.commission_day import DayPages
from coaching.admin.commission_papers import PaperPages
from coaching.admin.desk import DeskAdmin, LookAtAdmin
from coaching.admin.doors import attempt, attempt_now, page, person
from coaching.admin.records import ToLookAtInline
from coaching.agendas import SESSION_BADGES, lines_of, quorum_words, seats_of, session_title
from coaching.enums import ItemState, SessionKind, SessionState
from coaching.forms.commission import MembersForm, PlanForm, ReasonForm, SessionForm, members_of
from coaching.forms.fields import visible
from coaching.models import AgendaItem, CommissionSession, Opinion, Recusal
from coaching.permissions import own_items, session_for_staff
from coaching.timeline import story_of_session
from coaching.workflow.sessions import (
    cancel_session,
    convene_session,
    edit_session,
    plan_session,
    seat_members,
)
from coaching.workflow.tables import SESSION, SESSION_ACTIONS
from coaching.workflow.votes import missing_votes
from promo_portal.accounts.access import note_access, require
from promo_portal.accounts.admin_base import rights_of_staff
from promo_portal.accounts.enums import Role
from promo_portal.core import clock
from promo_portal.regions.models import Association

ROWS = 25
USUAL_QUORUM = 3
OVER = (SessionState.CLOSED, SessionState.APPROVED)
AHEAD = (SessionState.PLANNED, SessionState.CONVENED, SessionState.OPEN)
TABS = (
    ("coming", pgettext_lazy("sessions", "Coming"), AHEAD),
    ("past", pgettext_lazy("sessions", "Past"), OVER),
    ("cancelled", pgettext_lazy("sessions", "Called off"), (SessionState.CANCELLED,)),
)


@admin.register(CommissionSession)
class CommissionSessionAdmin(AgendaPages, DayPages, PaperPages, DeskAdmin):
    """The sessions of the association's commission. All pages are our own; states move in the workflow only."""

    list_display = ("held_on", "place", "state")
    search_fields = ("place", "minutes")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rights_of_staff(request).has(Role.MANAGER) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rights_of_staff(request).has(Role.MANAGER) and super().has_change_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        """The stock addresses lead to our pages; the steps have addresses of their own."""
        view = self.admin_site.admin_view
        both = require_http_methods(["GET", "POST"])
        pages = {
            "edit": ("<int:pk>/edit/", both(self.edit)),
            "members": ("<int:pk>/members/", both(self.members)),
            "convene": ("<int:pk>/convene/", require_POST(self.convene)),
            "cancel": ("<int:pk>/cancel/", both(self.cancel)),
            **self.agenda_pages(),
            **self.day_pages(),
            **self.paper_pages(),
        }
        ours = [
            path(route, view(shown), name=f"coaching_commissionsession_{name}")
            for name, (route, shown) in pages.items()
        ]
        report = path("report/", view(require_GET(self.report)), name="coaching_commissionsession_report")
        return [report, *ours, *super().get_urls()]

    # -- the list ------------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Coming ones first, the next on top; past ones by their day, newest first."""
        rights = require(request, "commission decision")
        if rights.association_id is None or not rights.has(Role.COACH, Role.MANAGER):
            self._only_behind_glass(request)
        chosen = request.GET.get("state", "coming")
        states = next((states for key, _label, states in TABS if key == chosen), None)
        if states is None:
            chosen, states = "coming", TABS[0][2]
        text = visible(request.GET.get("q", "")).strip()
        rows = self._searched(CommissionSession.objects.all(), text)
        counts = {row["state"]: row["count"] for row in rows.order_by().values("state").annotate(count=Count("pk"))}
        order = ("held_on", "pk") if chosen == "coming" else ("-held_on", "-pk")
        listed = Paginator(rows.filter(state__in=states).order_by(*order), ROWS).get_page(request.GET.get("page"))
        context = {
            "title": _("Commission"),
            "page_obj": listed,
            "rows": self._lines(listed.object_list),
            "tabs": [
                {
                    "label": label,
                    "count": sum(counts.get(state, 0) for state in states),
                    "url": f"?state={key}",
                    "current": key == chosen,
                }
                for key, label, states in TABS
            ],
            "query": request.GET.get("q", ""),
            "chosen": chosen,
            "may_plan": self.has_add_permission(request),
        }
        return page(self.admin_site, request, "coaching/admin/sessions.html", context)

    def _only_behind_glass(self, request: HttpRequest) -> None:
        if rights_of_staff(request).break_glass is None:
            raise Http404

    def _searched(self, rows: QuerySet[CommissionSession], text: str) -> QuerySet[CommissionSession]:
        for word in text.split()[:5]:
            items = AgendaItem.objects.filter(Q(title__icontains=word) | Q(request__reference__icontains=word))
            rows = rows.filter(
                Q(place__icontains=word) | Q(minutes__icontains=word) | Q(pk__in=items.values("session_id"))
            )
        return rows

    def _lines(self, found: Any) -> list[dict[str, Any]]:
        """One line per session; the counts of all of them in two queries."""
        sessions = list(found)
        items = AgendaItem.objects.filter(session__in=sessions).exclude(state=ItemState.REMOVED)
        counts = dict(items.order_by().values_list("session_id").annotate(Count("pk")))
        said = dict(
            Opinion.objects.filter(item__session__in=sessions)
            .order_by()
            .values_list("item__session_id")
            .annotate(Count("pk"))
        )
        return [
            {
                "found": row,
                "badge": SESSION_BADGES[SessionState(row.state)],
                "items": counts.get(row.pk, 0),
                "opinions": said.get(row.pk, 0),
            }
            for row in sessions
        ]

    # -- one session ---------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Agenda, members, papers, steps and history; while it sits, the decisions."""
        if request.method != "GET" or not object_id.isdigit():
            raise Http404
        session = self._to_read(request, int(object_id))
        note_access(request, session)
        if session.state == SessionState.OPEN and self._manages(request):
            return self.day(request, session)
        return page(self.admin_site, request, "coaching/admin/session.html", self.about(request, session))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened stands on the session's own page."""
        return self.change_view(request, object_id)

    def _to_read(self, request: HttpRequest, pk: int) -> CommissionSession:
        if rights_of_staff(request).association_id is None:
            raise Http404
        return session_for_staff(request, pk)

    def _manages(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def _to_write(self, request: HttpRequest, pk: int) -> CommissionSession:
        """For the manager only; everybody else finds nothing."""
        require(request, "commission decision", "write")
        if not self._manages(request):
            raise Http404
        return session_for_staff(request, pk, act="write")

    def _items(self, request: HttpRequest, session: CommissionSession) -> list[AgendaItem]:
        rows = AgendaItem.objects.filter(session=session).exclude(state=ItemState.REMOVED)
        related = ("request__municipality", "lead", "deputy", "association", "session")
        return list(
            rows.filter(own_items(rights_of_staff(request))).select_related(*related).order_by("position", "pk")
        )

    def about(self, request: HttpRequest, session: CommissionSession) -> dict[str, Any]:
        """What every view of a session shows."""
        seats, manages = seats_of(session), self._manages(request)
        items = self._items(request, session)
        can = {action for action in SESSION_ACTIONS if (session.state, action) in SESSION} if manages else set()
        lacking = missing_votes(session) if session.state == SessionState.CONVENED else {}
        return {
            "title": session_title(session),
            "session": session,
            "badge": SESSION_BADGES[SessionState(session.state)],
            "quorum": quorum_words(session, seats),
            "seats": [{"seat": seat, "lacks": lacking.get(seat.member_id, 0), "total": len(items)} for seat in seats],
            "lines": lines_of(session, items),
            "can": can,
            "manages": manages,
            "is_due": clock.today() >= session.held_on,
            "all_voted": session.state == SessionState.CONVENED and not lacking,
            "story": story_of_session(session) if manages else [],
            **self.papers(request, session),
        }

    def _back(self, session: CommissionSession) -> HttpResponse:
        return redirect("admin:coaching_commissionsession_change", session.pk)

    def form_page(
        self, request: HttpRequest, session: CommissionSession, form: Any, title: str, label: str, **more: Any
    ) -> HttpResponse:
        """A step of a session as a form within its shell."""
        context = {
            "title": title,
            "session": session,
            "session_title": session_title(session),
            "label": label,
            "back_url": reverse("admin:coaching_commissionsession_change", args=[session.pk]),
            "found": None,
            "lead_in": "",
            "is_destructive": False,
            "has_members": True,
            **more,
        }
        return page(self.admin_site, request, "coaching/admin/session_form.html", context, form=form)

    # -- planning ------------------------------------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Set a day with its members, or begin a circular decision (``?kind=circular``)."""
        rights = require(request, "commission decision", "write")
        if rights.association_id is None or not self.has_add_permission(request):
            raise Http404
        is_circular = request.GET.get("kind") == SessionKind.CIRCULAR
        people = members_of(rights.association_id)
        form = PlanForm(
            request.POST if request.method == "POST" else None,
            association_id=rights.association_id,
            is_circular=is_circular,
            initial={
                "quorum": min(USUAL_QUORUM, max(len(people), 1)),
                "members": [member.pk for member in people],
                "chair": people[0].pk if people else None,
                "version": 0,
            },
        )
        association, planned = Association.objects.get(pk=rights.association_id), []

        def plan() -> None:
            kind = SessionKind.CIRCULAR if is_circular else SessionKind.MEETING
            members, by = form.seated(), person(request)
            planned.append(
                plan_session(
                    association=association, kind=kind, members=members, by=by, now=clock.now(), **form.values()
                )
            )

        if request.method == "POST" and form.is_valid() and attempt(request, form, plan):
            messages.success(request, _("Planned. Now put the requests on the agenda, then call the members."))
            return self._back(planned[0])
        context = {
            "title": _("New circular decision") if is_circular else _("Plan a session"),
            "label": _("Begin the circular decision") if is_circular else _("Plan the session"),
            "back_url": reverse("admin:coaching_commissionsession_changelist"),
            "session": None,
            "found": None,
            "lead_in": "",
            "is_destructive": False,
            "has_members": bool(people),
        }
        return page(self.admin_site, request, "coaching/admin/session_form.html", context, form=form)

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Another day, hour, place or quorum."""
        session = self._to_write(request, pk)
        names = ("held_on", "held_at", "place", "video_url", "quorum", "version")
        form = SessionForm(
            request.POST if request.method == "POST" else None,
            association_id=session.association_id,
            session=session,
            is_circular=session.is_circular,
            initial={name: getattr(session, name) for name in names},
        )
        if (
            request.method == "POST"
            and form.is_valid()
            and attempt(
                request,
                form,
                lambda: edit_session(
                    session=session,
                    by=person(request),
                    now=clock.now(),
                    version=form.cleaned_data["version"] or 0,
                    **form.values(),
                ),
            )
        ):
            messages.success(request, _("Saved."))
            return self._back(session)
        lead_in = _("Members who were called already get a mail.") if session.state == SessionState.CONVENED else ""
        return self.form_page(request, session, form, _("Change the session"), _("Save"), lead_in=lead_in)

    def members(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who sits in it, and who chairs it."""
        session = self._to_write(request, pk)
        seats = seats_of(session)
        form = MembersForm(
            request.POST if request.method == "POST" else None,
            session=session,
            initial={
                "members": [seat.member_id for seat in seats],
                "chair": next((seat.member_id for seat in seats if seat.is_chair), None),
            },
        )
        if (
            request.method == "POST"
            and form.is_valid()
            and attempt(
                request,
                form,
                lambda: seat_members(
                    session=session,
                    members=form.cleaned_data["members"],
                    chair=form.cleaned_data["chair"],
                    by=person(request),
                    now=clock.now(),
                ),
            )
        ):
            messages.success(request, _("Members saved. Whoever has joined is called by mail once the agenda is out."))
            return self._back(session)
        return self.form_page(request, session, form, _("Members of the session"), _("Save the members"))

    def convene(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Call the members: agenda, calendar entry and files by mail."""
        session = self._to_write(request, pk)
        attempt_now(
            request,
            lambda: convene_session(session=session, by=person(request), now=clock.now()),
            _("The members are called by mail. They can read the files and give their opinion."),
        )
        return self._back(session)

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Call it off; its requests go back to the desk."""
        session = self._to_write(request, pk)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if (
            request.method == "POST"
            and form.is_valid()
            and attempt(
                request,
                form,
                lambda: cancel_session(
                    session=session, reason=form.cleaned_data["reason"], by=person(request), now=clock.now()
                ),
            )
        ):
            messages.success(request, _("Called off. The requests are on the desk again."))
            return self._back(session)
        return self.form_page(
            request,
            session,
            form,
            _("Call it off"),
            _("Call it off"),
            lead_in=_("The members read this reason, if they were called. The requests can go onto another agenda."),
            is_destructive=True,
        )


class OpinionInline(ToLookAtInline):
    """What the members think of it."""

    model = Opinion


class RecusalInline(ToLookAtInline):
    """Who stands aside."""

    model = Recusal


@admin.register(AgendaItem)
class AgendaItemAdmin(LookAtAdmin):
    """Requests that were or will be before the commission; a coach sees those they took up or are to lead."""

    list_display = ("request", "session", "position", "state", "outcome", "lead")
    list_filter = ("state", "outcome")
    list_select_related = ("request", "session", "lead")
    search_fields = ("request__reference", "request__last_name", "title")
    search_help_text = gettext_lazy("Number, founder or project")
    inlines = (OpinionInline, RecusalInline)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[AgendaItem]":
        return super().get_queryset(request).filter(own_items(rights_of_staff(request)))
