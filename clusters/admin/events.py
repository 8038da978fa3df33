"""Events for staff: planning, publishing, calling off; who comes, and the list at the door."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clusters.admin.clusters import ClusterPartAdmin
from clusters.admin.steps import Step, person
from clusters.enums import EventState, RegistrationState
from clusters.forms.staff import WalkInForm
from clusters.models import CheckIn, Event, Guest, Session
from clusters.workflow.arrivals import check_in, undo_check_in, walk_in
from clusters.workflow.events import EDITABLE, cancel_event, change_event, plan_event, publish_event, withdraw_event
from clusters.workflow.tables import EVENT
from promo_portal.accounts.access import open_record, require
from promo_portal.accounts.admin_base import PortalTabularInline, rights_of_staff
from promo_portal.core import clock
from promo_portal.core.forms.fields import visible
from promo_portal.core.templatetags.ui import badge
from promo_portal.core.transitions import TransitionRefused

BADGES = {EventState.DRAFT: "waiting", EventState.PUBLISHED: "good", EventState.CANCELLED: "problem"}
GUESTS_SHOWN, LAST_SHOWN = 100, 5


class SessionInline(PortalTabularInline):
    """The programme."""

    model = Session
    fields = ("starts_at", "ends_at", "title_fr", "title_de", "title_en", "speaker", "room")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A point that falls is taken out; the history keeps it."""
        return self.has_change_permission(request, obj)


@admin.register(Event)
class EventAdmin(ClusterPartAdmin):
    """The association's events, the next ones on top."""

    association_path = "association"
    list_display = ("title_fr", "starts_at", "municipality", "shown_places", "shown_state")
    list_filter = ("state", "cluster", "is_cluster_day")
    list_select_related = ("municipality",)
    search_fields = ("title_fr", "title_de", "title_en", "place", "municipality__official_name")
    ordering = ("-starts_at", "-pk")
    autocomplete_fields = ("municipality",)
    inlines = (SessionInline,)
    table = EVENT
    steps = {
        "publish": Step(
            gettext_lazy("Publish"),
            lambda row, by, now, reason: publish_event(event=row, by=by, now=now),
            gettext_lazy("The event is on the public pages, and people can register."),
        ),
        "withdraw": Step(
            gettext_lazy("Back to draft"),
            lambda row, by, now, reason: withdraw_event(event=row, by=by, now=now),
            gettext_lazy("The event is a draft again."),
        ),
        "cancel": Step(
            gettext_lazy("Call the event off"),
            lambda row, by, now, reason: cancel_event(event=row, reason=reason, by=by, now=now),
            gettext_lazy("The event is called off. Everybody registered is told by mail."),
            asks=gettext_lazy("Reason, which everybody reads"),
            is_destructive=True,
        ),
    }
    fieldsets = (
        (None, {"fields": ("title_fr", "title_de", "title_en", "cluster", "is_cluster_day")}),
        (
            gettext_lazy("When and where"),
            {"fields": ("starts_at", "ends_at", "place", "address", "municipality", "languages")},
        ),
        (gettext_lazy("Places"), {"fields": ("capacity", "price", "registration_until", "cancel_until")}),
        (gettext_lazy("Texts"), {"fields": ("text_fr", "text_de", "text_en")}),
    )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Planning and changing are steps of the workflow: those registered are told what concerns them."""
        if not change:
            obj.association_id = rights_of_staff(request).association_id
            plan_event(event=obj, by=person(request), now=clock.now())
            return
        values = {name: form.cleaned_data[name] for name in EDITABLE if name in form.changed_data}
        try:
            change_event(event=obj, values=values, by=person(request), now=clock.now())
        except TransitionRefused as refusal:
            messages.warning(request, refusal.message)

    def links(self, row: Any) -> list[dict[str, str]]:
        """Who comes, the list at the door, the public page."""
        if row is None:
            return []
        guests = reverse("admin:clusters_registration_changelist")
        found = [
            {"label": _("Registrations"), "url": f"{guests}?event__id__exact={row.pk}"},
            {"label": _("Check-in"), "url": reverse("admin:clusters_event_check_in", args=[row.pk])},
        ]
        if row.published_at and row.state != EventState.DRAFT:
            found.append({"label": _("Public page"), "url": reverse("clusters:event", args=[row.pk, row.slug])})
        return found

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, row: Event) -> SafeString:
        """The normal case is quiet."""
        return badge(BADGES[EventState(row.state)], row.get_state_display(), quiet=row.state == EventState.PUBLISHED)

    @admin.display(description=gettext_lazy("places"))
    def shown_places(self, row: Event) -> str | SafeString:
        """Taken of all; who waits; and where there are more people than places."""
        text = f"{row.seats_taken} / {row.capacity}"
        if row.seats_taken > row.capacity:
            return badge("problem", text)
        return f"{text} (+{row.seats_waiting})" if row.seats_waiting else text

    # -- the door ------------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """The check-in list has an address of its own."""
        view = self.admin_site.admin_view(require_http_methods(["GET", "POST"])(self.check_in))
        return [path("<int:pk>/check-in/", view, name="clusters_event_check_in"), *super().get_urls()]

    def check_in(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One press for each person who arrives; the last five can be undone; the unexpected are let in."""
        require(request, "registration", "write" if request.method == "POST" else "read")
        rows = self.get_queryset(request).select_related("municipality")
        event = open_record(request, rows, "registration", log=None, pk=pk)
        form = WalkInForm(request.POST if "walk_in" in request.POST else None)
        if request.method == "POST" and self._arrived(request, event, form):
            query = visible(request.POST.get("q", "")).strip()[:80]
            here = reverse("admin:clusters_event_check_in", args=[pk])
            return redirect(f"{here}?q={query}" if query and query.isalnum() else here)
        return TemplateResponse(
            request,
            "clusters/admin/check_in.html",
            self._door(request, event, form),
            status=422 if form.errors else 200,
        )

    def _arrived(self, request: HttpRequest, event: Event, form: WalkInForm) -> bool:
        by, now = person(request), clock.now()
        try:
            if "walk_in" in request.POST:
                if not form.is_valid():
                    return False
                walk_in(event=event, by=by, now=now, **form.cleaned_data)
                messages.success(request, _("Let in: %(name)s") % {"name": form.cleaned_data["name"]})
                return True
            number = request.POST.get("guest", "")
            found = Guest.objects.filter(registration__event=event).select_related("registration")
            guest = found.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None  # noqa: PLR2004 - digits of a bigint
            if guest is None:
                raise Http404
            if request.POST.get("action") == "undo":
                undo_check_in(guest=guest, by=by, now=now)
                messages.success(request, _("Taken back: %(name)s") % {"name": guest})
            else:
                arrival, is_new = check_in(guest=guest, by=by, now=now)
                self._say(request, guest, arrival, is_new)
        except TransitionRefused as refusal:
            messages.warning(request, refusal.message)
        return True

    def _say(self, request: HttpRequest, guest: Guest, arrival: CheckIn, is_new: bool) -> None:
        at = arrival.at.astimezone(clock.ZURICH)
        if is_new:
            messages.success(request, _("Welcome: %(name)s") % {"name": guest})
        else:
            messages.info(
                request, _("%(name)s had arrived already at %(time)s") % {"name": guest, "time": f"{at:%H:%M}"}
            )

    def _door(self, request: HttpRequest, event: Event, form: WalkInForm) -> dict[str, Any]:
        text = visible(request.GET.get("q", "")).strip()[:80]
        expected: QuerySet[Guest] = Guest.objects.filter(
            registration__event=event, registration__state=RegistrationState.CONFIRMED
        )
        waiting = expected.filter(check_in=None)
        for word in text.split()[:4]:
            waiting = waiting.filter(Q(name__icontains=word) | Q(company__icontains=word))
        last = CheckIn.objects.filter(event=event).select_related("guest").order_by("-at", "-pk")
        return {
            **self.admin_site.each_context(request),
            "title": _("Check-in"),
            "event": event,
            "query": text,
            "guests": list(waiting.order_by("name", "pk")[:GUESTS_SHOWN]),
            "last": list(last[:LAST_SHOWN]),
            "arrived": CheckIn.objects.filter(event=event).count(),
            "expected": expected.count(),
            "form": form,
        }
