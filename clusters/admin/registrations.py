"""Registrations for staff: the list by event and state, one registration with its story, and those that come by phone."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.admin.steps import Step, StepsAdmin, person
from clusters.enums import RegistrationChannel, RegistrationState
from clusters.forms.staff import PhoneRegistrationForm
from clusters.models import Event, Registration
from clusters.workflow.registrations import (
    AddressTaken,
    RegistrationClosed,
    TooLate,
    accept_offer,
    cancel_registration,
    register,
)
from clusters.workflow.tables import REGISTRATION
from promo_portal.accounts.access import note_access, require
from promo_portal.accounts.admin_base import rights_of_staff
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.core.templatetags.ui import badge
from promo_portal.core.transitions import TransitionRefused

BADGES = {
    RegistrationState.PENDING: "neutral",
    RegistrationState.CONFIRMED: "good",
    RegistrationState.WAITING: "waiting",
    RegistrationState.OFFERED: "waiting",
    RegistrationState.CANCELLED: "neutral",
}


def _accept(row: Registration, by: Any, now: Any, reason: str) -> None:
    try:
        accept_offer(registration=row, by=by, now=now)
    except TooLate:
        raise TransitionRefused("accept", row.state) from None


class EventFilter(admin.SimpleListFilter):
    """The association's latest events."""

    title = gettext_lazy("event")
    parameter_name = "event__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        rows = Event.objects.filter(association_id=rights_of_staff(request).association_id or 0)
        return [(str(row.pk), f"{row.title} ({row.starts_at:%d.%m.%Y})") for row in rows.order_by("-starts_at")[:30]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        return queryset.filter(event_id=int(value)) if value.isdecimal() and len(value) < 19 else queryset  # noqa: PLR2004 - digits of a bigint


@admin.register(Registration)
class RegistrationAdmin(StepsAdmin):
    """Who comes; nothing is edited by hand, since places hang on it."""

    confidential = True
    list_display = ("shown_name", "company", "event", "shown_state", "seats", "waiting_number", "registered_at")
    list_filter = (EventFilter, "state", "channel")
    list_select_related = ("event",)
    search_fields = ("first_name", "last_name", "email", "company")
    search_help_text = gettext_lazy("Name, company or address")
    ordering = ("-registered_at", "-pk")
    table = REGISTRATION
    steps = {
        "accept": Step(
            gettext_lazy("Accept the place for them"),
            _accept,
            gettext_lazy("The place is theirs; they are told by mail."),
        ),
        "cancel": Step(
            gettext_lazy("Cancel the registration"),
            lambda row, by, now, reason: cancel_registration(registration=row, by=by, reason=reason, now=now),
            gettext_lazy("Cancelled. The place is offered to the next in the queue."),
            asks=gettext_lazy("Reason"),
            is_destructive=True,
        ),
    }

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Steps, no form: see ``change_view``."""
        return super().has_change_permission(request, obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The registration in words, with its guests, its story and the steps that are possible."""
        if request.method != "GET" or not object_id.isdecimal():
            raise Http404
        require(request, "registration")
        rows = self.get_queryset(request).select_related("event", "association")
        found = rows.filter(pk=object_id).first() if len(object_id) < 19 else None  # noqa: PLR2004 - digits of a bigint
        if found is None:
            raise Http404
        note_access(request, found)
        guests = found.guests.select_related("check_in").order_by("number")
        story = Transition.objects.filter(subject_kind="clusters.registration", subject_id=found.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": str(found),
            "original": found,
            "opts": self.opts,
            "found": found,
            "badge": BADGES[RegistrationState(found.state)],
            "guests": [{"guest": guest, "arrival": getattr(guest, "check_in", None)} for guest in guests],
            "story": list(story.order_by("-at", "-pk")[:50]),
            "steps": self.possible(request, found),
            "event_url": reverse("admin:clusters_event_change", args=[found.event_id]),
        }
        return TemplateResponse(request, "clusters/admin/registration.html", context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Type in a registration that came by phone."""
        rights = require(request, "registration", "write")
        if rights.association_id is None:
            raise Http404
        chosen = request.GET.get("event", "")
        form = PhoneRegistrationForm(
            request.POST if request.method == "POST" else None,
            association_id=rights.association_id,
            initial={"event": chosen if chosen.isdecimal() else None},
        )
        if request.method == "POST" and form.is_valid():
            values = form.cleaned_data
            try:
                made, _came = register(
                    event=values["event"],
                    answers=form.answers(email=values["email"], language=values["language"]),
                    proved=True,
                    channel=RegistrationChannel.STAFF,
                    by=person(request),
                    now=clock.now(),
                )
            except AddressTaken:
                form.add_error("email", _("Somebody is registered with this address already."))
            except RegistrationClosed:
                form.add_error("event", _("This event takes no registrations any more."))
            else:
                messages.success(request, _("%(name)s: %(state)s") % {"name": made, "state": made.get_state_display()})
                return redirect("admin:clusters_registration_change", made.pk)
        context = {**self.admin_site.each_context(request), "title": _("Enter a registration"), "form": form}
        status = 422 if form.errors else 200
        return TemplateResponse(request, "clusters/admin/enter.html", context, status=status)

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def shown_name(self, row: Registration) -> str:
        """First and last name."""
        return row.name or "–"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, row: Registration) -> SafeString:
        """The normal case is quiet."""
        is_quiet = row.state == RegistrationState.CONFIRMED
        return badge(BADGES[RegistrationState(row.state)], row.get_state_display(), quiet=is_quiet)
