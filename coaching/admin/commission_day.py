"""The day of the commission: who is here, the decision on each item as it falls, and the one press that makes all true."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coaching.admin.doors import attempt, attempt_now, page, person
from coaching.agendas import Line, lines_of, quorum_words, seats_of, session_title
from coaching.enums import ItemOutcome, ItemState, SessionState
from coaching.forms.commission import CloseForm, DecisionForm, MinutesForm, PresenceForm
from coaching.forms.staff import coaches_of
from coaching.models import AgendaItem, CommissionSession
from coaching.workflow.effects import is_complete, reasons_for_founder
from coaching.workflow.sessions import (
    approve_minutes,
    attend,
    close_session,
    count_votes,
    enter_decision,
    fingerprint,
    open_session,
    write_minutes,
)
from coaching.workflow.tables import SESSION
from promo_portal.core import clock
from promo_portal.reminders.calendar import add_working_days
from promo_portal.reminders.planning import closing_days

FIRST_DATE_AFTER = 10  # working days: time for the letter to arrive and for a call
View = Callable[..., HttpResponseBase]


class DayPages:
    """Mixed into the session's admin; uses its shell, its forms' page and its access helper."""

    admin_site: Any
    about: Callable[[HttpRequest, CommissionSession], dict[str, Any]]
    _back: Callable[[CommissionSession], HttpResponse]
    _to_write: Callable[[HttpRequest, int], CommissionSession]
    _items: Callable[[HttpRequest, CommissionSession], list[AgendaItem]]
    form_page: Callable[..., HttpResponse]

    def day_pages(self) -> dict[str, tuple[str, View]]:
        """Addresses below a session."""
        both = require_http_methods(["GET", "POST"])
        return {
            "open": ("<int:pk>/open/", both(self.open)),
            "count": ("<int:pk>/count/", require_POST(self.count)),
            "decide": ("<int:pk>/items/<int:item_pk>/decide/", require_POST(self.decide)),
            "close": ("<int:pk>/close/", both(self.close)),
            "minutes": ("<int:pk>/minutes/", both(self.minutes)),
            "approve": ("<int:pk>/approve/", require_POST(self.approve)),
        }

    # -- presence ------------------------------------------------------------------------------------------------------

    def open(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note who is here and begin; the same page later notes who has come or gone."""
        session = self._to_write(request, pk)
        if session.is_circular:
            raise Http404
        seats = seats_of(session)
        is_open = session.state == SessionState.OPEN
        here = [seat.member_id for seat in seats if seat.is_present or not is_open]
        form = PresenceForm(request.POST if request.method == "POST" else None, seats=seats, initial={"present": here})
        step = attend if is_open else open_session
        if request.method == "POST" and form.is_valid():
            present = form.cleaned_data["present"]
            if attempt(
                request, form, lambda: step(session=session, present=present, by=person(request), now=clock.now())
            ):
                messages.success(request, _("Presence noted."))
                return self._back(session)
        lead_in = quorum_words(session, seats) if is_open else ""
        if not is_open and clock.today() < session.held_on:
            lead_in = _("This session is planned for a later day. Open it now only if it was brought forward.")
        label = _("Save the presence") if is_open else _("Open the session")
        return self.form_page(request, session, form, _("Who is here?"), label, lead_in=lead_in)

    def count(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Count the votes of a circular decision."""
        session = self._to_write(request, pk)
        if not session.is_circular:
            raise Http404
        attempt_now(
            request,
            lambda: count_votes(session=session, by=person(request), now=clock.now()),
            _("Votes counted. Enter reasons, coach and first date of each item."),
        )
        return self._back(session)

    # -- decisions -----------------------------------------------------------------------------------------------------

    def _form(self, session: CommissionSession, item: AgendaItem, proposal: dict[str, Any], data: Any = None) -> Any:
        return DecisionForm(
            data,
            item=item,
            coaches=proposal["coaches"],
            is_circular=session.is_circular,
            initial=DecisionForm.initial_of(item, proposal),
        )

    def _proposal(self, session: CommissionSession) -> dict[str, Any]:
        closed = closing_days(session.association_id)
        return {
            "coaches": coaches_of(session.association_id),
            "first_date": add_working_days(clock.today(), FIRST_DATE_AFTER, closed),
            "first_what": _("First meeting"),
        }

    def day(
        self, request: HttpRequest, session: CommissionSession, *, refused: DecisionForm | None = None
    ) -> HttpResponse:
        """Every item with its form; the first undecided one is open, or the one whose entry was refused."""
        about, proposal = self.about(request, session), self._proposal(session)
        lines: list[Line] = about["lines"]
        wanted = refused.item.pk if refused else self._wanted(request, lines)
        rows = []
        for line in lines:
            if line.item.state != ItemState.LISTED:
                continue
            is_refused = refused is not None and refused.item.pk == line.item.pk
            rows.append(
                {
                    "line": line,
                    "form": refused if is_refused else self._form(session, line.item, proposal),
                    "is_open": line.item.pk == wanted,
                    "is_complete": is_complete(line.item),
                }
            )
        done = sum(bool(row["is_complete"]) for row in rows)
        context = {**about, "rows": rows, "done": done, "left": len(rows) - done}
        return page(self.admin_site, request, "coaching/admin/session_day.html", context, form=refused)

    def _wanted(self, request: HttpRequest, lines: list[Line]) -> int | None:
        asked = request.GET.get("item", "")
        listed = [line.item for line in lines if line.item.state == ItemState.LISTED]
        for item in listed:
            if asked == str(item.pk):
                return item.pk
        return next((item.pk for item in listed if not is_complete(item)), None)

    def decide(self, request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
        """Save one item; the next undecided one opens."""
        session = self._to_write(request, pk)
        related = ("session", "request", "association", "lead", "deputy")
        found = get_object_or_404(AgendaItem.objects.select_related(*related), pk=item_pk, session=session)
        form = self._form(session, found, self._proposal(session), request.POST)
        if form.is_valid() and attempt(
            request,
            form,
            lambda: enter_decision(
                item=found,
                votes=form.votes(),
                by=person(request),
                now=clock.now(),
                version=form.cleaned_data["version"],
                **form.entered(),
            ),
        ):
            messages.success(request, _("Item %(number)s is saved.") % {"number": found.position})
            following = self._next(session, found)
            anchor = f"?item={following}#item-{following}" if following else "#close"
            return redirect(reverse("admin:coaching_commissionsession_change", args=[pk]) + anchor)
        if session.state != SessionState.OPEN:
            messages.warning(request, _("This step is no longer possible: somebody was quicker. Nothing was changed."))
            return self._back(session)
        return self.day(request, session, refused=form)

    def _next(self, session: CommissionSession, after: AgendaItem) -> int | None:
        listed = AgendaItem.objects.filter(session=session, state=ItemState.LISTED).order_by("position", "pk")
        undecided = [item for item in listed if not is_complete(item)]
        later = [item.pk for item in undecided if item.position > after.position]
        return next(iter(later or [item.pk for item in undecided]), None)

    # -- the last press ------------------------------------------------------------------------------------------------

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everything that will leave, read once more; one press sends and opens all of it."""
        session = self._to_write(request, pk)
        items = [item for item in self._items(request, session) if item.state == ItemState.LISTED]
        seen = fingerprint(items)
        form = CloseForm(
            request.POST if request.method == "POST" else None, initial={"seen": seen, "minutes": session.minutes}
        )
        if request.method == "POST" and form.is_valid() and self._closed(request, session, form, seen):
            return self._back(session)
        if (session.state, "close") not in SESSION:
            messages.info(request, _("This session is closed already: everything has left, once."))
            return self._back(session)
        context = {
            "title": _("Close and send everything"),
            "session": session,
            "session_title": session_title(session),
            "quorum": quorum_words(session, seats_of(session)),
            "rows": [
                {"line": line, "letter": reasons_for_founder(line.item), "is_complete": is_complete(line.item)}
                for line in lines_of(session, items)
            ],
            "undecided": [item for item in items if not is_complete(item)],
            "counts": {outcome: sum(item.outcome == outcome for item in items) for outcome in ItemOutcome.values},
        }
        return page(self.admin_site, request, "coaching/admin/session_close.html", context, form=form)

    def _closed(self, request: HttpRequest, session: CommissionSession, form: CloseForm, seen: str) -> bool:
        def step() -> None:
            close_session(
                session=session,
                minutes=form.cleaned_data["minutes"],
                seen=form.cleaned_data["seen"],
                by=person(request),
                now=clock.now(),
            )

        closed = attempt(request, form, step)
        if closed:
            messages.success(request, _("Closed. Letters, files, coaches and first dates are on their way."))
        elif getattr(form, "changed_meanwhile", None) is not None:
            form.data = {**form.data.dict(), "seen": seen}  # type: ignore[attr-defined]
        return closed

    # -- the minutes ---------------------------------------------------------------------------------------------------

    def minutes(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Correct the remarks as long as the minutes are not approved."""
        session = self._to_write(request, pk)
        form = MinutesForm(
            request.POST if request.method == "POST" else None,
            initial={"minutes": session.minutes, "version": session.version},
        )
        if request.method == "POST" and form.is_valid():
            values = {**form.cleaned_data, "by": person(request), "now": clock.now()}
            if attempt(request, form, lambda: write_minutes(session=session, **values)):
                messages.success(request, _("Saved."))
                return self._back(session)
        return self.form_page(request, session, form, _("Remarks for the minutes"), _("Save the remarks"))

    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The minutes are final."""
        session = self._to_write(request, pk)
        attempt_now(
            request,
            lambda: approve_minutes(session=session, by=person(request), now=clock.now()),
            _("Minutes approved. The members find them on their page."),
        )
        return self._back(session)
