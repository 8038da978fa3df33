"""The agenda of a session: requests put on it from the queue, prepared, moved, taken off; members who stand aside."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coaching.admin.doors import attempt, attempt_now, page, person
from coaching.agendas import seats_of, session_title
from coaching.enums import ItemState, RequestState
from coaching.forms.commission import AsideForm, ItemForm, ListForm, ReasonForm, waiting_filter
from coaching.forms.fields import visible
from coaching.models import AgendaItem, CoachingRequest, CommissionSession
from coaching.permissions import requests_for_staff
from coaching.workflow.agenda import OtherAssociation, edit_item, list_request, move_item, remove_item
from coaching.workflow.tables import SESSION
from coaching.workflow.votes import stand_aside
from promo_portal.accounts.admin_base import rights_of_staff
from promo_portal.core import clock

ROWS = 25
WAITING = (RequestState.SUBMITTED, RequestState.IN_REVIEW)
View = Callable[..., HttpResponseBase]


class AgendaPages:
    """Mixed into the session's admin; uses its shell, its forms' page and its access helper."""

    admin_site: Any
    _back: Callable[[CommissionSession], HttpResponse]
    _to_write: Callable[[HttpRequest, int], CommissionSession]
    form_page: Callable[..., HttpResponse]

    def agenda_pages(self) -> dict[str, tuple[str, View]]:
        """Addresses below a session."""
        both = require_http_methods(["GET", "POST"])
        return {
            "list": ("<int:pk>/add/", both(self.queue)),
            "item": ("<int:pk>/items/<int:item_pk>/", both(self.item)),
            "move": ("<int:pk>/items/<int:item_pk>/move/", require_POST(self.move)),
            "remove": ("<int:pk>/items/<int:item_pk>/remove/", both(self.remove)),
            "aside": ("<int:pk>/items/<int:item_pk>/aside/", both(self.aside)),
        }

    def _item(self, session: CommissionSession, pk: int) -> AgendaItem:
        related = ("session", "request", "association")
        rows = AgendaItem.objects.filter(session=session).exclude(state=ItemState.REMOVED).select_related(*related)
        return get_object_or_404(rows, pk=pk)

    def queue(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The queue of requests that wait for the commission; one press puts one on the agenda."""
        session = self._to_write(request, pk)
        waiting = requests_for_staff(rights_of_staff(request)).filter(state__in=WAITING)
        if request.method == "POST":
            form = ListForm(request.POST)
            if form.is_valid():
                self._put(request, session, get_object_or_404(waiting, pk=form.cleaned_data["request"]))
            return redirect("admin:coaching_commissionsession_list", pk)
        text = visible(request.GET.get("q", "")).strip()
        rows = waiting.filter(waiting_filter(text)) if text else waiting
        found = rows.select_related("municipality", "reviewer").order_by("answer_by", "pk")
        listed = Paginator(found, ROWS).get_page(request.GET.get("page"))
        today = clock.today()
        context = {
            "title": _("Put requests on the agenda"),
            "session": session,
            "session_title": session_title(session),
            "page_obj": listed,
            "rows": [{"found": row, "is_late": row.answer_by is not None and row.answer_by < today} for row in listed],
            "query": request.GET.get("q", ""),
            "may_list": (session.state, "list") in SESSION,
            "listed": AgendaItem.objects.filter(session=session, state=ItemState.LISTED).count(),
        }
        return page(self.admin_site, request, "coaching/admin/session_list.html", context)

    def _put(self, request: HttpRequest, session: CommissionSession, found: CoachingRequest) -> None:
        def step() -> None:
            list_request(
                session=session,
                request=found,
                title=found.founder_name,
                lead=found.reviewer,
                by=person(request),
                now=clock.now(),
            )

        try:
            attempt_now(request, step, _("%(reference)s is on the agenda.") % {"reference": found.reference})
        except OtherAssociation:
            messages.warning(request, _("This request belongs to another association."))

    def item(self, request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
        """Prepare an item."""
        session = self._to_write(request, pk)
        found = self._item(session, item_pk)
        form = ItemForm(
            request.POST if request.method == "POST" else None,
            association_id=session.association_id,
            initial={
                "version": found.version,
                "title": found.title,
                "summary": found.summary,
                "minutes": found.minutes_planned,
                "lead": found.lead_id,
            },
        )
        if request.method == "POST" and form.is_valid():
            values = {**form.cleaned_data, "by": person(request), "now": clock.now()}
            if attempt(request, form, lambda: edit_item(item=found, **values)):
                messages.success(request, _("Item saved."))
                return self._back(session)
        return self.form_page(
            request, session, form, _("Prepare item %(number)s") % {"number": found.position}, _("Save the item"),
            found=found.request,
        )  # fmt: skip

    def move(self, request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
        """One place up or down."""
        session = self._to_write(request, pk)
        found = self._item(session, item_pk)
        up = request.POST.get("to") != "down"
        attempt_now(
            request,
            lambda: move_item(item=found, up=up, by=person(request), now=clock.now()),
            _("Order saved."),
        )
        return self._back(session)

    def remove(self, request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
        """Take it off the agenda."""
        session = self._to_write(request, pk)
        found = self._item(session, item_pk)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            if attempt(
                request,
                form,
                lambda: remove_item(item=found, reason=reason, by=person(request), now=clock.now()),
            ):
                messages.success(request, _("Taken off. The request is on the desk again."))
                return self._back(session)
        label = _("Take it off the agenda")
        return self.form_page(request, session, form, label, label, is_destructive=True, found=found.request)

    def aside(self, request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
        """Note that a member stands aside, who has said so by phone or in the room."""
        session = self._to_write(request, pk)
        found = self._item(session, item_pk)
        members = [seat.member for seat in seats_of(session)]
        form = AsideForm(request.POST if request.method == "POST" else None, members=members)
        if request.method == "POST" and form.is_valid():
            values = {**form.cleaned_data, "by": person(request), "now": clock.now()}
            if attempt(request, form, lambda: stand_aside(item=found, **values)):
                messages.success(
                    request, _("Noted. The member neither reads, advises nor votes on this item any more.")
                )
                return self._back(session)
        label = _("Note who stands aside")
        return self.form_page(request, session, form, label, label, found=found.request)
