"""Entries that may be one: side by side, kept as two or merged with a preview of what moves."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from companies import doubles, entry
from companies.admin.doors import CappedPaginator, attempt, page, person
from companies.enums import DuplicateState
from companies.models import DuplicatePair, Organisation
from companies.permissions import INTERNALS, may_keep, organisation_for_staff, organisations_for_staff, reaches_all
from companies.workflow.merging import hanging_on, keep_both, merge_organisations
from promo_portal.accounts.access import open_record, require
from promo_portal.accounts.admin_base import PortalModelAdmin
from promo_portal.accounts.rights import Rights
from promo_portal.core import clock
from promo_portal.jobs.models import OPEN, Job
from promo_portal.jobs.workflow import queue_job

PAIRS = 25
DECIDED = 8  # of the last answers, below the questions


def pairs_for_staff(rights: Rights) -> QuerySet[DuplicatePair]:
    """Pairs of which somebody keeps (or reads) at least the first; both belong to one municipality as a rule."""
    return DuplicatePair.objects.filter(first__in=organisations_for_staff(rights))


@admin.register(DuplicatePair)
class DuplicatePairAdmin(PortalModelAdmin):
    """A queue of questions; the answer is a merger or "two entries"."""

    matrix_object = INTERNALS

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return pairs_for_staff(request.rights)  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        """The two answers."""
        view = self.admin_site.admin_view
        own: list[URLPattern] = [
            path("search/", view(require_POST(self.search)), name="companies_duplicatepair_search"),
            path("<int:pk>/keep/", view(require_POST(self.keep)), name="companies_duplicatepair_keep"),
            path(
                "merge/<int:merged_pk>/<int:into_pk>/",
                view(require_http_methods(["GET", "POST"])(self.merge)),
                name="companies_duplicatepair_merge",
            ),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The likeliest first."""
        rights = require(request, INTERNALS)
        rows = pairs_for_staff(rights).filter(state=DuplicateState.OPEN)
        related = ("first__municipality", "second__municipality")
        listed = CappedPaginator(rows.select_related(*related).order_by("-likeness", "pk"), PAIRS).get_page(
            request.GET.get("page")
        )
        context = {
            "title": _("Possible duplicates"),
            "page_obj": listed,
            "pairs": [(pair, doubles.shared(pair.first, pair.second)) for pair in listed],
            "decided": self._decided(rights) if listed.number == 1 else [],
            "may_decide": may_keep(rights),
            "searched": self._searches(rights).first(),
        }
        return page(self.admin_site, request, "companies/admin/duplicates.html", context)

    def _decided(self, rights: Rights) -> QuerySet[DuplicatePair]:
        """The last answers, so that nobody wonders what became of a pair."""
        rows = pairs_for_staff(rights).filter(decided_at__isnull=False).exclude(state=DuplicateState.OPEN)
        related = ("first__municipality", "second__municipality")
        return rows.select_related(*related).order_by("-decided_at", "-pk")[:DECIDED]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The pair side by side."""
        if request.method != "GET" or not object_id.isdecimal():
            raise Http404
        rows = pairs_for_staff(request.rights).select_related("first__municipality", "second__municipality")  # type: ignore[attr-defined]
        found = open_record(request, rows, INTERNALS, log=None, pk=int(object_id))
        context = {
            "title": _("Possible duplicate"),
            "found": found,
            "rows": compared(found.first, found.second),
            "shared": doubles.shared(found.first, found.second),
            "may_decide": may_keep(request.rights) and found.state == DuplicateState.OPEN,  # type: ignore[attr-defined]
        }
        return page(self.admin_site, request, "companies/admin/duplicate.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened stands on its own page."""
        return self.change_view(request, object_id)

    def _searches(self, rights: Rights) -> QuerySet[Job]:
        of = None if reaches_all(rights) else rights.association_id or 0
        return Job.objects.filter(kind=doubles.SEARCH, association_id=of).order_by("-created_at", "-pk")

    def search(self, request: HttpRequest) -> HttpResponse:
        """Have all entries searched; who presses twice finds the same work."""
        rights = require(request, INTERNALS, "write")
        asked = self._searches(rights).filter(state__in=OPEN).first()
        of = None if reaches_all(rights) else rights.association_id
        job = asked or queue_job(kind=doubles.SEARCH, by=person(request), now=clock.now(), association_id=of)
        return redirect("admin:jobs_job_change", job.pk)

    def keep(self, request: HttpRequest, pk: int) -> HttpResponse:
        """They are two."""
        require(request, INTERNALS, "write")
        rows = pairs_for_staff(request.rights)  # type: ignore[attr-defined]
        found = open_record(request, rows, INTERNALS, act="write", log=None, pk=pk)
        attempt(request, lambda: keep_both(pair=found, by=person(request), now=clock.now()), _("Noted: two entries."))
        return redirect("admin:companies_duplicatepair_changelist")

    def merge(self, request: HttpRequest, merged_pk: int, into_pk: int) -> HttpResponse:
        """Which values the heir takes over; all that hangs on the other comes along."""
        require(request, INTERNALS, "write")
        merged = organisation_for_staff(request, merged_pk, act="write")
        into = organisation_for_staff(request, into_pk, act="write")
        rows = compared(into, merged)
        if request.method == "POST":
            take = [row["name"] for row in rows if row["name"] in request.POST.getlist("take")]
            if attempt(
                request,
                lambda: merge_organisations(merged=merged, into=into, take=take, by=person(request), now=clock.now()),
                _("The two entries are one. The old address leads to the new one."),
            ):
                return redirect("admin:companies_organisation_change", into.pk)
        context = {
            "title": _("Merge two entries"),
            "merged": merged,
            "into": into,
            "rows": rows,
            "hangs_on": hanging_on(merged),
        }
        return page(self.admin_site, request, "companies/admin/merge.html", context)


def compared(first: Organisation, second: Organisation) -> list[dict[str, Any]]:
    """The fields in which two entries differ, in words."""
    found = []
    for name in (*entry.COLUMNS, *entry.LINKS):
        ours, theirs = entry.text_of(first, name), entry.text_of(second, name)
        if ours != theirs and name not in {"lon", "lat"}:
            found.append(
                {
                    "name": name,
                    "label": entry.label_of(name),
                    "first": entry.shown(name, ours),
                    "second": entry.shown(name, theirs),
                    "may_choose": bool(ours) and bool(theirs) and name not in {*entry.LINKS, "municipality"},
                }
            )
    return found
