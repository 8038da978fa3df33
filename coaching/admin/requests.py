"""The queue of requests: oldest first, age against the promise, taken, answered, forwarded."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from coaching.admin.doors import attempt, attempt_now, page, person
from coaching.admin.retention import RetentionPages
from coaching.enums import RequestState
from coaching.forms.fields import visible
from coaching.forms.staff import AcceptForm, EnterRequestForm, ForwardForm, RefuseForm
from coaching.models import CaseFile, CoachingRequest, Decision
from coaching.models.request import AWAITING_ANSWER
from coaching.permissions import request_for_staff, requests_for_staff
from coaching.suggestions import suggest_specialists
from coaching.timeline import story_of_request
from coaching.views.check import summary
from coaching.views.follow import BADGES
from coaching.workflow.acceptance import FirstSteps, accept_request
from coaching.workflow.requests import (
    enter_request,
    forward_request,
    refuse_request,
    take_into_review,
)
from coaching.workflow.tables import REQUEST
from promo_portal.accounts.access import require
from promo_portal.accounts.admin_base import AssociationAdmin
from promo_portal.accounts.enums import Role
from promo_portal.core import clock
from promo_portal.regions.models import Association
from promo_portal.reminders.calendar import add_working_days, is_working_day
from promo_portal.reminders.planning import closing_days

ROWS = 50
SUGGESTED = 3
TABS = (
    ("waiting", gettext_lazy("To answer"), list(AWAITING_ANSWER)),
    ("accepted", pgettext_lazy("requests", "Accepted"), [RequestState.ACCEPTED]),
    ("refused", pgettext_lazy("requests", "Refused"), [RequestState.REFUSED]),
    ("other", gettext_lazy("Withdrawn, forwarded"), [RequestState.WITHDRAWN, RequestState.FORWARDED]),
)


def working_days_between(first: date, last: date, closed: frozenset[date]) -> int:
    """Working days after ``first`` up to ``last``."""
    if last <= first:
        return 0
    span = range(1, (last - first).days + 1)
    return sum(is_working_day(date.fromordinal(first.toordinal() + step), closed) for step in span)


@admin.register(CoachingRequest)
class CoachingRequestAdmin(RetentionPages, AssociationAdmin):
    """Requests of the association on the desk. All pages are our own; states move in the workflow only."""

    confidential = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What was sent to the association; drafts are the founders' own."""
        return requests_for_staff(request.rights)  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        """The stock addresses lead to our pages; the steps have addresses of their own."""
        view = self.admin_site.admin_view
        steps: list[URLPattern] = [
            path("take-next/", view(require_POST(self.take_next)), name="coaching_coachingrequest_take_next"),
            path("<int:pk>/review/", view(require_POST(self.review)), name="coaching_coachingrequest_review"),
            path("<int:pk>/accept/", view(_form_page(self.accept)), name="coaching_coachingrequest_accept"),
            path("<int:pk>/refuse/", view(_form_page(self.refuse)), name="coaching_coachingrequest_refuse"),
            path("<int:pk>/forward/", view(_form_page(self.forward)), name="coaching_coachingrequest_forward"),
        ]
        return [*steps, *self.retention_pages(), *super().get_urls()]

    # -- the queue -----------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One line per request: age as working days against the promise, owner, and the next one to take."""
        rights = require(request, "coaching request")
        chosen = request.GET.get("state", "waiting")
        states = next((states for key, _label, states in TABS if key == chosen), None)
        if states is None:
            chosen, states = "waiting", TABS[0][2]
        rows = self._searched(requests_for_staff(rights), request.GET.get("q", "").strip())
        counts = {row["state"]: row["count"] for row in rows.order_by().values("state").annotate(count=Count("pk"))}
        order = ("submitted_at", "pk") if chosen == "waiting" else ("-submitted_at", "-pk")
        related = ("municipality", "reviewer", "association")
        found = rows.filter(state__in=states).select_related(*related).order_by(*order)
        listed = Paginator(found, ROWS).get_page(request.GET.get("page"))
        context = {
            "title": _("Coaching requests"),
            "page_obj": listed,
            "rows": self._lines(listed.object_list, rights.user_id),
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
            "is_waiting": chosen == "waiting",
            "free": counts.get(RequestState.SUBMITTED, 0),
            "may_enter": rights.association_id is not None,
        }
        return page(self.admin_site, request, "coaching/admin/queue.html", context)

    def _searched(self, rows: QuerySet[CoachingRequest], text: str) -> QuerySet[CoachingRequest]:
        for word in visible(text).split()[:5]:
            rows = rows.filter(
                Q(reference__icontains=word)
                | Q(first_name__icontains=word)
                | Q(last_name__icontains=word)
                | Q(email__icontains=word)
                | Q(municipality__official_name__icontains=word)
            )
        return rows

    def _lines(self, found: Any, user_id: int | None) -> list[dict[str, Any]]:
        today = clock.today()
        closed = closing_days(found[0].association_id) if found else frozenset()
        return [
            {
                "found": row,
                "age": working_days_between(row.submitted_at.astimezone(clock.ZURICH).date(), today, closed),
                "promise": row.association.answer_within_days,
                "is_late": row.is_awaiting_answer and row.answer_by < today,
                "badge": BADGES.get(RequestState(row.state), "neutral"),
                "is_mine": row.reviewer_id is not None and row.reviewer_id == user_id,
            }
            for row in found
        ]

    def take_next(self, request: HttpRequest) -> HttpResponse:
        """Open the oldest request that nobody has taken, and make it one's own."""
        rights = require(request, "coaching request", "write")
        free = (
            requests_for_staff(rights)
            .filter(state=RequestState.SUBMITTED, reviewer=None)
            .order_by("submitted_at", "pk")
        )
        found = free.select_for_update(of=("self",), skip_locked=True).first()
        if found is None:
            messages.info(request, _("Nothing to take: every request has somebody in charge."))
            return redirect("admin:coaching_coachingrequest_changelist")
        take_into_review(request=found, by=person(request), now=clock.now())
        return redirect("admin:coaching_coachingrequest_change", found.pk)

    # -- one request ---------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The answers, the promise, the steps that are possible, and what happened so far."""
        if request.method != "GET" or not object_id.isdigit():
            raise Http404
        found = request_for_staff(request, int(object_id))
        return page(self.admin_site, request, "coaching/admin/request.html", self._about(request, found))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened stands on the request's own page."""
        return self.change_view(request, object_id)

    def _about(self, request: HttpRequest, found: CoachingRequest) -> dict[str, Any]:
        today, rights = clock.today(), request.rights  # type: ignore[attr-defined]
        others = requests_for_staff(rights).filter(email__iexact=found.email).exclude(pk=found.pk)
        can = {action for action in ("review", "accept", "refuse", "forward") if (found.state, action) in REQUEST}
        alone = (
            rights.has(Role.MANAGER) and found.association is not None and found.association.allows_circular_decisions
        )
        return {
            "title": found.founder_name,
            "found": found,
            "badge": BADGES.get(RequestState(found.state), "neutral"),
            "rows": summary(found, with_links=False),
            "is_late": found.is_awaiting_answer and found.answer_by is not None and found.answer_by < today,
            "others": others.order_by("-submitted_at", "-pk")[:5],
            "decision": Decision.objects.filter(request=found).select_related("decided_by").first(),
            "case": CaseFile.objects.filter(request=found).first(),
            "is_mine": found.reviewer_id == request.user.pk,
            "may_take": "review" in can and found.reviewer_id != request.user.pk,
            "may_accept": "accept" in can and alone,
            "may_refuse": "refuse" in can and rights.has(Role.MANAGER),
            "may_forward": "forward" in can,
            "needs_manager": "accept" in can and not alone,
            "story": story_of_request(found),
            "suggested": suggest_specialists(found, today=today)[:SUGGESTED],
        }

    def review(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a request."""
        require(request, "coaching request", "write")
        found = request_for_staff(request, pk)
        attempt_now(
            request,
            lambda: take_into_review(request=found, by=person(request), now=clock.now()),
            _("The request is yours. The founder sees that it is being read."),
        )
        return redirect("admin:coaching_coachingrequest_change", pk)

    def accept(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept by circular decision."""
        require(request, "coaching request", "write")
        found = self._to_decide(request, pk)
        now = clock.now()
        form = AcceptForm(
            request.POST if request.method == "POST" else None, request=found, initial=self._proposal(found)
        )
        if request.method == "POST" and form.is_valid():
            values = form.cleaned_data
            steps = FirstSteps(
                on=values["first_date"],
                at=values["first_time"],
                what=values["first_what"],
                task=values["task"],
                task_due_on=values["task_due_on"],
            )
            opened: list[CaseFile] = []
            if attempt(
                request,
                form,
                lambda: opened.append(
                    accept_request(
                        request=found,
                        title=values["title"],
                        lead=values["lead"],
                        deputy=values["deputy"],
                        steps=steps,
                        reasons=values["reasons"],
                        conditions=values["conditions"],
                        by=person(request),
                        now=now,
                        version=values["version"],
                    )
                ),
            ):
                messages.success(
                    request,
                    _("Accepted: file %(reference)s is open. Founder and coach are told by mail.")
                    % {"reference": opened[0].reference},
                )
                return redirect("admin:coaching_casefile_change", opened[0].pk)
        context = {
            "title": _("Accept the request"),
            "found": found,
            "rows": summary(found, with_links=False),
            "suggested": suggest_specialists(found, today=clock.today())[:SUGGESTED],
        }
        return page(self.admin_site, request, "coaching/admin/accept.html", context, form=form)

    def _to_decide(self, request: HttpRequest, pk: int) -> CoachingRequest:
        found = request_for_staff(request, pk)
        if not request.rights.has(Role.MANAGER):  # type: ignore[attr-defined]
            raise Http404
        return found

    def _proposal(self, found: CoachingRequest) -> dict[str, Any]:
        """What can be known beforehand: the rest is one date and the reasons."""
        closed = closing_days(found.association_id)
        return {
            "version": found.version,
            "title": found.founder_name,
            "lead": found.reviewer_id,
            "first_date": add_working_days(clock.today(), 10, closed),
            "first_what": _("First meeting"),
        }

    def refuse(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Refuse with reasons."""
        require(request, "coaching request", "write")
        found = self._to_decide(request, pk)
        form = RefuseForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
        if (
            request.method == "POST"
            and form.is_valid()
            and attempt(
                request,
                form,
                lambda: refuse_request(
                    request=found,
                    reasons=form.cleaned_data["reasons"],
                    addresses=form.cleaned_data["addresses"],
                    by=person(request),
                    now=clock.now(),
                    version=form.cleaned_data["version"],
                ),
            )
        ):
            messages.success(request, _("Refused. The founder is told by mail, with the reasons."))
            return redirect("admin:coaching_coachingrequest_changelist")
        context = {
            "title": _("Refuse the request"),
            "found": found,
            "rows": summary(found, with_links=False),
            "lead_in": _("Reasons and addresses go out by mail at once."),
            "label": _("Refuse the request"),
            "is_destructive": True,
        }
        return page(self.admin_site, request, "coaching/admin/decide.html", context, form=form)

    def forward(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Forward to the association that answers for the founder's municipality."""
        require(request, "coaching request", "write")
        found = request_for_staff(request, pk)
        form = ForwardForm(
            request.POST if request.method == "POST" else None,
            association_id=found.association_id or 0,
            initial={"version": found.version},
        )
        if (
            request.method == "POST"
            and form.is_valid()
            and attempt(
                request,
                form,
                lambda: forward_request(
                    request=found,
                    municipality=form.cleaned_data["municipality"],
                    consent=form.cleaned_data["consent"],
                    by=person(request),
                    now=clock.now(),
                    version=form.cleaned_data["version"],
                ),
            )
        ):
            messages.success(request, _("Forwarded. The founder and the other association are told by mail."))
            return redirect("admin:coaching_coachingrequest_changelist")
        context = {
            "title": _("Forward the request"),
            "found": found,
            "rows": summary(found, with_links=False),
            "lead_in": _("The other association gets the answers and a date of its own. Here only the record stays."),
            "label": _("Forward the request"),
            "is_destructive": False,
            "choices": form.choices,
        }
        return page(self.admin_site, request, "coaching/admin/decide.html", context, form=form)

    # -- by phone or on paper ------------------------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Type in a request that came by phone or on paper."""
        rights = require(request, "coaching request", "write")
        if rights.association_id is None:
            raise Http404
        association = Association.objects.get(pk=rights.association_id)
        form = EnterRequestForm(
            request.POST if request.method == "POST" else None,
            association_id=association.pk,
            initial={"language": "fr", "channel": "phone"},
        )
        if request.method == "POST" and form.is_valid():
            made = enter_request(
                answers=form.answers(),
                channel=form.cleaned_data["channel"],
                association=association,
                by=person(request),
                now=clock.now(),
            )
            messages.success(
                request,
                _("Request %(reference)s is in the queue. The founder gets a confirmation by mail.")
                % {"reference": made.reference},
            )
            return redirect("admin:coaching_coachingrequest_change", made.pk)
        context = {"title": _("Enter a request"), "choices": form.choices}
        return page(self.admin_site, request, "coaching/admin/enter.html", context, form=form)


def _form_page(view: Any) -> Any:
    return require_http_methods(["GET", "POST"])(view)
