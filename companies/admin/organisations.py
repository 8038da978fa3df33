"""Entries in the admin: found by name or UID at any size of the directory, edited with what hangs on them."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.crypto import get_random_string
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from companies import entry, quality, queues
from companies.admin import bulk
from companies.admin.doors import CappedPaginator, attempt, page, person
from companies.admin.pictures import PicturesPage
from companies.enums import Freshness, OrganisationState, ProposalState
from companies.exports.bulk import OPEN_DATA, queue_build
from companies.exports.jobs import TAKE_OUT
from companies.exports.rows import published_entries
from companies.forms.exports import TakeOutForm
from companies.forms.staff import NoteForm, OrganisationForm, ReasonForm
from companies.models import BulkFile, Contact, Organisation, OrganisationActivity, OrganisationCapability
from companies.permissions import INTERNALS, may_keep, organisation_for_staff, organisations_for_staff, reaches_all
from companies.proposal_lines import Words
from companies.uid import looks_like_uid
from companies.views.places import picking_map
from companies.workflow import entries, tables
from companies.workflow.locking import locked
from promo_portal.accounts.access import require
from promo_portal.accounts.admin_base import PortalModelAdmin, PortalTabularInline, rights_of_staff
from promo_portal.accounts.history import SHOWN, FieldChange, HistoryEntry, Part
from promo_portal.core import clock
from promo_portal.core.forms.fields import visible
from promo_portal.core.templatetags.ui import badge
from promo_portal.jobs.admin import jobs_for
from promo_portal.jobs.models import OPEN
from promo_portal.jobs.workflow import queue_job
from promo_portal.regions.models import Association, Municipality
from promo_portal.regions.names import plain

STATE_BADGES = {
    OrganisationState.PUBLISHED: "good",
    OrganisationState.HIDDEN: "waiting",
    OrganisationState.CEASED: "neutral",
    OrganisationState.MERGED: "neutral",
}
FRESHNESS_BADGES = {Freshness.CONFIRMED: "good", Freshness.TO_CONFIRM: "waiting", Freshness.HIDDEN: "problem"}
STEPS = {
    "publish": (entries.publish_organisation, gettext_lazy("Publish the entry"), NoteForm),
    "hide": (entries.hide_organisation, gettext_lazy("Hide the entry"), ReasonForm),
    "cease": (entries.cease_organisation, gettext_lazy("Note that it has ceased"), ReasonForm),
    "revive": (entries.revive_organisation, gettext_lazy("Take it up again"), ReasonForm),
    "confirm": (None, gettext_lazy("Confirm the entry"), NoteForm),
}


class QueueFilter(admin.SimpleListFilter):
    """What somebody has to see to; never on by default."""

    title = gettext_lazy("to see to")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(queue.key, queue.label) for queue in queues.QUEUES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queue = queues.BY_KEY.get(self.value() or "")
        return queue.rows(queryset, clock.today()) if queue else queryset


class PlaceFilter(admin.SimpleListFilter):
    """One municipality, as the table of quality leads here; offered only while it is on."""

    title = gettext_lazy("municipality")
    parameter_name = "place"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        value = request.GET.get(self.parameter_name, "")
        found = Municipality.objects.filter(bfs=int(value)).first() if value.isdecimal() and len(value) < 6 else None  # noqa: PLR2004 - a BFS number has four digits
        return [(value, str(found))] if found else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(municipality__bfs=int(self.value() or 0)) if self.value() else queryset


class CapabilityInline(PortalTabularInline):
    """Capabilities from the vocabulary, with a detail."""

    model = OrganisationCapability
    autocomplete_fields = ["capability"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A link is taken off; the history keeps it."""
        return self._may(request, "write")


class ContactInline(PortalTabularInline):
    """People; who has left keeps the row with a date."""

    model = Contact


@admin.register(Organisation)
class OrganisationAdmin(PicturesPage, PortalModelAdmin):
    """The entries of one's association; administrators keep all."""

    matrix_object = INTERNALS
    form = OrganisationForm
    paginator = CappedPaginator
    list_display = ["name", "where", "kind", "shown_state", "shown_freshness", "shown_uid", "score"]
    list_filter = [QueueFilter, "state", "kind", "size_class", PlaceFilter]
    list_select_related = ["municipality"]
    search_fields = ["name_key"]
    search_help_text = gettext_lazy("Beginning of the name, UID, or number")
    ordering = ["name_key", "pk"]
    autocomplete_fields = ["municipality", "parent"]
    inlines = [CapabilityInline, ContactInline]
    history_parts = (
        Part(OrganisationActivity, "organisation", gettext_lazy("activity"), ("activity",)),
        Part(OrganisationCapability, "organisation", gettext_lazy("capability"), ("capability",)),
        Part(Contact, "organisation", gettext_lazy("contact"), ("first_name", "last_name")),
    )
    actions: Any = ["confirm_many", "publish_many", "hide_many", "change_many"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["seen_version", "name", "kind", "state", "uid", "register_number", "legal_form"]}),
        (
            gettext_lazy("Address"),
            {
                "fields": [
                    "street",
                    "address_extra",
                    "postcode",
                    "locality",
                    "municipality",
                    "lon",
                    "lat",
                    "shown_place",
                ]
            },
        ),
        (gettext_lazy("Reachable"), {"fields": ["phone", "email", "website", "language", "languages"]}),
        (
            gettext_lazy("What they make"),
            {"fields": ["activity_codes", "purpose_fr", "purpose_de", "purpose_en", "size_class", "founded_year"]},
        ),
        (gettext_lazy("Hangs together with"), {"fields": ["parent", "parent_link"]}),
        (gettext_lazy("Internal"), {"fields": ["internal_email", "internal_note", "source"]}),
        (
            gettext_lazy("Freshness"),
            {"fields": ["listed_on", "confirmed_on", "ceased_on", "shown_quality", "association"]},
        ),
    ]
    readonly_fields: ClassVar[Any] = [
        "state",
        "listed_on",
        "confirmed_on",
        "ceased_on",
        "association",
        "shown_place",
        "shown_quality",
        "source",
    ]

    # -- rights --------------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return quality.with_links_row_by_row(organisations_for_staff(rights_of_staff(request)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those who keep the directory; a merged entry stays as it was."""
        return may_keep(rights_of_staff(request)) and (obj is None or obj.state != OrganisationState.MERGED)

    # -- list ----------------------------------------------------------------------------------------------------------

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By UID in any spelling, by number, or by the beginning of the name or of its core: each uses an index."""
        text = visible(search_term)[:100].strip()
        if not text:
            return queryset, False
        if uid := looks_like_uid(text):
            return queryset.filter(uid=uid), False
        if text.isdecimal() and len(text) <= 9:  # noqa: PLR2004 - longer is no number of an entry
            return queryset.filter(pk=int(text)), False
        beginning = plain(text)
        if not beginning:
            return queryset.none(), False
        return queryset.filter(Q(name_key__startswith=beginning) | Q(name_core__startswith=beginning)), False

    @admin.display(description=gettext_lazy("municipality"))
    def where(self, obj: Any) -> str:
        """Where it is, as people write it."""
        return str(obj.municipality)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, obj: Any) -> str:
        """The state in shape, colour and word."""
        return badge(
            STATE_BADGES[OrganisationState(obj.state)],
            obj.get_state_display(),
            quiet=obj.state == OrganisationState.PUBLISHED,
        )

    @admin.display(description=gettext_lazy("freshness"))
    def shown_freshness(self, obj: Any) -> str:
        """How far the last confirmation lies back."""
        fresh = obj.freshness(clock.today())
        return badge(FRESHNESS_BADGES[fresh], fresh.label, quiet=fresh == Freshness.CONFIRMED)

    @admin.display(description=gettext_lazy("UID"))
    def shown_uid(self, obj: Any) -> str:
        """As it is printed."""
        return str(obj.uid_display)

    @admin.display(description=gettext_lazy("quality"))
    def score(self, obj: Any) -> str:
        """Points out of a hundred."""
        return str(self._quality(obj).score)

    @admin.display(description=gettext_lazy("quality"))
    def shown_quality(self, obj: Any) -> str:
        """Points, and what is missing."""
        if obj is None or not obj.pk:
            return "–"
        found = self._quality(obj)
        missing = ", ".join(str(words) for words in found.missing) or _("complete")
        return format_html("{} / {} · {}", found.score, quality.WHOLE, missing)

    @admin.display(description=gettext_lazy("place on the map"))
    def shown_place(self, obj: Any) -> str:
        """The map on which the place is set; without script it shows where the entry lies."""
        return render_to_string("companies/admin/_place.html", {"map": picking_map(obj if obj and obj.pk else None)})

    def _quality(self, obj: Any) -> quality.Quality:
        return quality.quality_of(
            obj,
            today=clock.today(),
            has_activity=getattr(obj, "has_activity", False),
            has_capability=getattr(obj, "has_capability", False),
        )

    # -- saving --------------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the workflow: the association follows the municipality, the documents follow the entry."""
        own = {field.name for field in self.opts.fields}
        now, by, codes = clock.now(), person(request), form.cleaned_data.get("activity_codes", [])
        if not change:
            values = {name: getattr(obj, name) for name in form.cleaned_data if name in own}
            made = entries.create_organisation(values=values, activities=codes, by=by, now=now)
            obj.pk, obj.association, obj.version = made.pk, made.association, made.version
            obj._state.adding = False  # noqa: SLF001 - the workflow saved it
            return
        values = {name: getattr(obj, name) for name in form.changed_data if name in own}
        saved = entries.edit_organisation(organisation=obj, values=values, activities=codes, by=by, now=now)
        obj.version = saved.version

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What hangs on the entry counts as a change of the entry."""
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            entries.touch_organisation(organisation=locked(form.instance))

    # -- pages ---------------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Steps, the table of quality, and the preview of changes to many."""
        view = self.admin_site.admin_view
        both = require_http_methods(["GET", "POST"])
        own: list[URLPattern] = [
            path("quality/", view(self.quality_page), name="companies_organisation_quality"),
            path("take-out/", view(both(self.take_out_page)), name="companies_organisation_take_out"),
            path("open-data/", view(require_POST(self.open_data_page)), name="companies_organisation_open_data"),
            path("bulk/", view(both(self.bulk_page)), name="companies_organisation_bulk"),
            path("<int:pk>/pictures/", view(both(self.pictures_page)), name="companies_organisation_pictures"),
            path("<int:pk>/step/<slug:action>/", view(both(self.step_page)), name="companies_organisation_step"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The entry with the steps that are possible, and what waits for a decision."""
        found = self.get_object(request, object_id) if request.method == "GET" else None
        extra = dict(extra_context or {})
        if found is not None:
            extra |= {
                "steps": [
                    (label, reverse("admin:companies_organisation_step", args=[found.pk, action]))
                    for action, (_step, label, _form) in STEPS.items()
                    if (found.state, action) in tables.ORGANISATION and may_keep(rights_of_staff(request))
                ],
                "open_proposals": found.proposals.filter(state=ProposalState.OPEN).count(),
                "proposals_url": f"{reverse('admin:companies_changeproposal_changelist')}?organisation={found.pk}",
                "heir": found.merged_into,
                "may_bring_pictures": self.has_change_permission(request, found),
            }
        return super().change_view(request, object_id, form_url, extra)

    def more_history(self, found: Any) -> list[HistoryEntry]:
        """Where accepted and refused values came from, and who decided."""
        decided = list(found.proposals.exclude(state=ProposalState.OPEN).order_by("-decided_at", "-pk")[:SHOWN])
        words = Words((row.field, text) for row in decided for text in (row.current, row.proposed))
        return [
            HistoryEntry(
                at=row.decided_at,
                by=row.decider_name,
                what=_("Proposed change: %(state)s") % {"state": row.get_state_display()},
                reason=_("Source: %(source)s")
                % {"source": ", ".join(filter(None, (row.get_source_display(), row.author_name, row.source_detail)))},
                changes=[
                    FieldChange(
                        str(entry.label_of(row.field)),
                        words.shown(row.field, row.current) or "–",
                        words.shown(row.field, row.proposed) or "–",
                    )
                ],
            )
            for row in decided
        ]

    def step_page(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """One step with its reason."""
        require(request, INTERNALS, "write")
        found = organisation_for_staff(request, pk, act="write")
        if action not in STEPS:
            raise Http404
        step, label, form_class = STEPS[action]
        form = form_class(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            text = next(iter(form.cleaned_data.values()))
            done = attempt(
                request, lambda: self._take(action, step, found, request, text), _("Done: %(step)s") % {"step": label}
            )
            if done:
                return redirect("admin:companies_organisation_change", pk)
        context = {"title": label, "found": found, "label": label}
        return page(self.admin_site, request, "companies/admin/step.html", context, form=form)

    def _take(self, action: str, step: Any, found: Organisation, request: HttpRequest, text: str) -> None:
        if action == "confirm":
            entries.confirm_organisation(organisation=found, by=person(request), now=clock.now(), note=text)
        else:
            step(organisation=found, by=person(request), now=clock.now(), reason=text)

    def quality_page(self, request: HttpRequest) -> HttpResponse:
        """The municipalities, those with the poorest entries first."""
        rights = require(request, INTERNALS)
        rows = organisations_for_staff(rights).filter(state=OrganisationState.PUBLISHED)
        listed = reverse("admin:companies_organisation_changelist")
        found = list(quality.by_municipality(rows, clock.today())[:400])
        places = {
            place.bfs: place
            for place in Municipality.objects.filter(bfs__in=[row["municipality__bfs"] for row in found])
        }
        context = {
            "title": _("Quality by municipality"),
            "rows": [
                {
                    **row,
                    "place": places[row["municipality__bfs"]],
                    "url": f"{listed}?state__exact={OrganisationState.PUBLISHED}&place={row['municipality__bfs']}",
                }
                for row in found
            ],
            "criteria": quality.CRITERIA,
        }
        return page(self.admin_site, request, "companies/admin/quality.html", context)

    def take_out_page(self, request: HttpRequest) -> HttpResponse:
        """The directory as a file, made by the worker."""
        rights = require(request, INTERNALS, "write")
        sent = request.POST if request.method == "POST" else None
        form = TakeOutForm(sent, initial={"language": (get_language() or "fr")[:2]})
        association = None if reaches_all(rights) else get_object_or_404(Association, pk=rights.association_id or 0)
        if request.method == "POST" and form.is_valid():
            of = association.pk if association else None
            asked = jobs_for(request).filter(kind=TAKE_OUT, state__in=OPEN, asked_by_id=person(request).pk)
            job = asked.filter(parameters=form.cleaned_data).first() or queue_job(  # the second press of a double click
                kind=TAKE_OUT, by=person(request), now=clock.now(), association_id=of, parameters=form.cleaned_data
            )
            return redirect("admin:jobs_job_change", job.pk)
        context = {
            "title": _("Take out the directory"),
            "count": published_entries(on=clock.today(), association=association).order_by().count(),
            "bulk_files": list(BulkFile.objects.all()),
            "made": jobs_for(request).filter(kind=TAKE_OUT, result_key__isnull=False)[:10],
        }
        return page(self.admin_site, request, "companies/admin/take_out.html", context, form=form)

    def open_data_page(self, request: HttpRequest) -> HttpResponse:
        """Have the open data files made now; who presses twice finds the same work."""
        rights = require(request, INTERNALS, "write")
        association = None if reaches_all(rights) else get_object_or_404(Association, pk=rights.association_id or 0)
        asked = jobs_for(request).filter(kind=OPEN_DATA, state__in=OPEN).first()
        job = asked or queue_build(by=person(request), now=clock.now(), association=association)
        return redirect("admin:jobs_job_change", job.pk)

    # -- many at once --------------------------------------------------------------------------------------------------

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None for those who only read."""
        return super().get_actions(request) if may_keep(rights_of_staff(request)) else {}

    def _lead_on(self, request: HttpRequest, rows: QuerySet[Any], step: str) -> HttpResponse | None:
        numbers = list(rows.order_by().values_list("pk", flat=True)[: bulk.MOST + 1])
        if len(numbers) > bulk.MOST:
            messages.warning(
                request, _("At most %(count)s entries at once: narrow the list with a filter.") % {"count": bulk.MOST}
            )
            return None
        key = get_random_string(12)
        request.session["companies_bulk"] = {"step": step, "numbers": numbers, "key": key}
        return redirect("admin:companies_organisation_bulk")

    @admin.action(description=gettext_lazy("Confirm the chosen entries"))
    def confirm_many(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """To the preview."""
        return self._lead_on(request, rows, "confirm")

    @admin.action(description=gettext_lazy("Publish the chosen entries"))
    def publish_many(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """To the preview."""
        return self._lead_on(request, rows, "publish")

    @admin.action(description=gettext_lazy("Hide the chosen entries"))
    def hide_many(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """To the preview."""
        return self._lead_on(request, rows, "hide")

    @admin.action(description=gettext_lazy("Give the chosen entries the same value"))
    def change_many(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """To the form with its preview."""
        return self._lead_on(request, rows, "value")

    def bulk_page(self, request: HttpRequest) -> HttpResponse:
        """What would happen to each chosen entry; nothing happens before it is pressed."""
        require(request, INTERNALS, "write")
        chosen = request.session.get("companies_bulk")
        if not chosen:
            return redirect("admin:companies_organisation_changelist")
        if request.method == "POST" and request.POST.get("choice") != chosen["key"]:
            messages.warning(
                request, _("You have chosen other entries in another window since. Nothing was changed: choose again.")
            )
            return redirect("admin:companies_organisation_changelist")
        rows = organisations_for_staff(rights_of_staff(request)).filter(pk__in=chosen["numbers"]).order_by("name_key")
        work = bulk.Bulk(step=chosen["step"], rows=list(rows), data=request.POST if request.method == "POST" else None)
        if request.method == "POST" and work.form.is_valid() and "carry_out" in request.POST:
            outcome = work.carry_out(by=person(request), now=clock.now())
            del request.session["companies_bulk"]
            text = ngettext("%(count)s entry changed.", "%(count)s entries changed.", len(outcome.done))
            messages.success(request, text % {"count": len(outcome.done)})
            return redirect("admin:companies_organisation_changelist")
        context = {
            "title": work.title,
            "outcome": work.preview(),
            "count": len(work.rows),
            "choice": chosen["key"],
            "may_carry_out": work.is_ready,
        }
        return page(self.admin_site, request, "companies/admin/bulk.html", context, form=work.form)
