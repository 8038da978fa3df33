"""The queue of enquiries: oldest first, age against the promise, taken, answered, dropped."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from premises.addresses import offer_url
from premises.admin.doors import attempt, page, person
from premises.enums import EnquiryState
from premises.forms.staff import AnswerForm, DropForm
from premises.models import Enquiry, OwnerContact
from premises.models.demand import UNANSWERED
from premises.permissions import ENQUIRY_RELATED, enquiry_for_staff, received_enquiries, sees_internal
from premises.titles import offer_title, price_words
from premises.workflow.enquiries import answer_enquiry, drop_enquiry, reopen_enquiry, take_enquiry
from premises.workflow.tables import ENQUIRY
from promo_portal.accounts.access import require
from promo_portal.accounts.admin_base import AssociationAdmin
from promo_portal.accounts.history import told_history
from promo_portal.accounts.permissions import may_open
from promo_portal.core import clock
from promo_portal.core.forms.fields import visible

ROWS = 50
TABS = (
    ("waiting", gettext_lazy("To answer"), list(UNANSWERED)),
    ("answered", pgettext_lazy("enquiries", "Answered"), [EnquiryState.ANSWERED]),
    ("dropped", pgettext_lazy("enquiries", "Dropped"), [EnquiryState.DROPPED]),
)
BADGES = {
    EnquiryState.RECEIVED: "waiting",
    EnquiryState.IN_HAND: "waiting",
    EnquiryState.ANSWERED: "good",
    EnquiryState.DROPPED: "neutral",
}


@admin.register(Enquiry)
class EnquiryAdmin(AssociationAdmin):
    """Enquiries of the association on the desk. All pages are our own; states move in the workflow only."""

    confidential = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An enquiry comes from the public."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return received_enquiries()

    def get_urls(self) -> list[URLPattern]:
        """The stock addresses lead to our pages; the steps have addresses of their own."""
        view = self.admin_site.admin_view
        pages = {
            "take": require_POST(self.take),
            "reopen": require_POST(self.reopen),
            "answer": require_http_methods(["GET", "POST"])(self.answer),
            "drop": require_http_methods(["GET", "POST"])(self.drop),
        }
        ours = [
            path(f"<int:pk>/{name}/", view(shown), name=f"premises_enquiry_{name}") for name, shown in pages.items()
        ]
        return [*ours, *super().get_urls()]

    # -- the queue -----------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One line per enquiry, the oldest promise first."""
        rights = require(request, "space search")
        chosen = request.GET.get("state", "waiting")
        states = next((states for key, _label, states in TABS if key == chosen), None)
        if states is None:
            chosen, states = "waiting", TABS[0][2]
        rows = self._searched(received_enquiries(), request.GET.get("q", ""))
        counts = {row["state"]: row["count"] for row in rows.order_by().values("state").annotate(count=Count("pk"))}
        order = ("answer_by", "pk") if chosen == "waiting" else ("-received_at", "-pk")
        found = rows.filter(state__in=states).select_related(*ENQUIRY_RELATED).order_by(*order)
        listed = Paginator(found, ROWS).get_page(request.GET.get("page"))
        today = clock.today()
        context = {
            "title": _("Enquiries"),
            "page_obj": listed,
            "rows": [
                {
                    "found": row,
                    "object": offer_title(row.offer),
                    "badge": BADGES[EnquiryState(row.state)],
                    "is_late": row.is_late(today),
                    "is_mine": row.handler_id is not None and row.handler_id == rights.user_id,
                }
                for row in listed.object_list
            ],
            "tabs": [
                {
                    "label": label,
                    "count": sum(counts.get(state, 0) for state in states),
                    "url": f"?state={key}",
                    "current": key == chosen,
                }
                for key, label, states in TABS
            ],
            "query": visible(request.GET.get("q", "")).strip(),
            "chosen": chosen,
            "is_waiting": chosen == "waiting",
        }
        return page(self.admin_site, request, "premises/admin/enquiries.html", context)

    def _searched(self, rows: QuerySet[Enquiry], text: str) -> QuerySet[Enquiry]:
        for word in visible(text).split()[:5]:
            rows = rows.filter(
                Q(name__icontains=word)
                | Q(email__icontains=word)
                | Q(offer__site__name__icontains=word)
                | Q(offer__site__municipality__official_name__icontains=word)
            )
        return rows

    # -- one enquiry ---------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who asks what, by when the answer is promised, whom to call, and what happened so far."""
        if request.method != "GET" or not object_id.isdigit():
            raise Http404
        found = enquiry_for_staff(request, int(object_id))
        rights = request.rights  # type: ignore[attr-defined]
        writes = may_open(rights, "space search", "write")
        contact = OwnerContact.objects.filter(offer=found.offer).first() if sees_internal(rights) else None
        can = {action for action in ("take", "answer", "drop", "reopen") if writes and (found.state, action) in ENQUIRY}
        context = {
            "title": found.name,
            "found": found,
            "badge": BADGES[EnquiryState(found.state)],
            "object": f"{offer_title(found.offer)} · {found.offer.thing.name}",
            "price": price_words(found.offer) or _("Not communicated"),
            "object_url": reverse("admin:premises_offer_change", args=[found.offer_id]),
            "public_url": offer_url(found.offer),
            "contact": contact,
            "is_late": found.is_late(clock.today()),
            "may_take": "take" in can and found.handler_id != request.user.pk,
            "can": can,
            "entries": told_history(found),
        }
        return page(self.admin_site, request, "premises/admin/enquiry.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened stands on the enquiry's own page."""
        return self.change_view(request, object_id)

    def take(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make it one's own."""
        found = enquiry_for_staff(request, pk, act="write")
        attempt(
            request,
            lambda: take_enquiry(enquiry=found, by=person(request), now=clock.now()),
            _("The enquiry is yours."),
        )
        return redirect("admin:premises_enquiry_change", pk)

    def reopen(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take it up again."""
        found = enquiry_for_staff(request, pk, act="write")
        attempt(
            request,
            lambda: reopen_enquiry(enquiry=found, by=person(request), now=clock.now()),
            _("Taken up again, with a new date for the answer."),
        )
        return redirect("admin:premises_enquiry_change", pk)

    def answer(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note how it was answered."""
        return self._with_form(request, pk, "answer")

    def drop(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say why no answer is owed."""
        return self._with_form(request, pk, "drop")

    def _with_form(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        found = enquiry_for_staff(request, pk, act="write")
        back = reverse("admin:premises_enquiry_change", args=[pk])
        if (found.state, action) not in ENQUIRY:
            messages.info(request, _("This enquiry is settled."))
            return redirect(back)
        form: Any = (AnswerForm if action == "answer" else DropForm)(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            common: dict[str, Any] = {"enquiry": found, "by": person(request), "now": clock.now()}
            if action == "answer":
                attempt(
                    request, lambda: answer_enquiry(how=form.cleaned_data["how"], **common), _("Answered. Well done.")
                )
            else:
                attempt(request, lambda: drop_enquiry(reason=form.cleaned_data["reason"], **common), _("Dropped."))
            return redirect("admin:premises_enquiry_changelist")
        title = _("Note the answer") if action == "answer" else _("Drop the enquiry")
        context = {"title": title, "what": str(found), "back_url": back, "label": title}
        return page(self.admin_site, request, "premises/admin/form.html", context, form=form)
