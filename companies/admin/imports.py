"""Imports: a file chosen, its columns named, every row's verdict looked at, then done by a worker, and undone if need be."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.admin.doors import CappedPaginator, attempt, page, person
from companies.enums import ImportState, Undoing, Verdict
from companies.forms.imports import ChooseFileForm, ColumnsForm
from companies.imports.handing_back import rejected_csv, rejected_xlsx
from companies.imports.words import UnreadableFile, told
from companies.models import ImportRow, ImportRun
from companies.permissions import INTERNALS, may_keep, reaches_all
from companies.workflow import importing
from promo_portal.accounts.access import open_record, require
from promo_portal.accounts.admin_base import PortalModelAdmin
from promo_portal.accounts.rights import Rights
from promo_portal.core import clock
from promo_portal.core.formats.words import number
from promo_portal.core.templatetags.ui import badge
from promo_portal.jobs.admin import progress_context
from promo_portal.jobs.models import Job
from promo_portal.regions.models import Association

ROWS = 50
STATES = {
    ImportState.CHOSEN: "waiting",
    ImportState.JUDGING: "waiting",
    ImportState.JUDGED: "waiting",
    ImportState.RUNNING: "waiting",
    ImportState.DONE: "good",
    ImportState.CANCELLED: "neutral",
    ImportState.FAILED: "problem",
    ImportState.UNDONE: "neutral",
}
VERDICTS = {
    Verdict.CREATE: "good",
    Verdict.PROPOSE: "waiting",
    Verdict.UNCHANGED: "neutral",
    Verdict.DUPLICATE: "problem",
    Verdict.REJECT: "problem",
}
KEPT = "kept"  # a tab beside the verdicts: what could not be taken back
SHOWN_NOTES = 6


def runs_for_staff(rights: Rights) -> QuerySet[ImportRun]:
    """An association's imports; administrators see those of all, and their own for all regions."""
    rows = ImportRun.objects.all()
    return rows if reaches_all(rights) else rows.filter(association_id=rights.association_id or 0)


@admin.register(ImportRun)
class ImportRunAdmin(PortalModelAdmin):
    """A list in the house's form; all other pages are our own."""

    matrix_object = INTERNALS
    list_display = ("shown_name", "shown_state", "outcome", "actor_name", "created_at")
    list_filter = ("state",)
    search_fields = ("file_name", "actor_name")
    search_help_text = gettext_lazy("File or person")
    ordering = ("-created_at", "-id")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_keep(request.rights)  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return runs_for_staff(request.rights)  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        """The steps of an import."""
        view = self.admin_site.admin_view
        own: list[URLPattern] = [
            path(
                "<int:pk>/columns/",
                view(require_http_methods(["GET", "POST"])(self.columns)),
                name="companies_importrun_columns",
            ),
            path(
                "<int:pk>/undo/",
                view(require_http_methods(["GET", "POST"])(self.undo)),
                name="companies_importrun_undo",
            ),
            path("<int:pk>/rejected/", view(require_safe(self.rejected)), name="companies_importrun_rejected"),
            path("<int:pk>/<slug:step>/", view(require_POST(self.step)), name="companies_importrun_step"),
        ]
        stock = super().get_urls()
        return [*stock[:2], *own[:3], *stock[2:-1], own[3], stock[-1]]

    # -- the list ------------------------------------------------------------------------------------------------------

    @admin.display(description=pgettext_lazy("upload", "File"), ordering="file_name")
    def shown_name(self, run: ImportRun) -> str:
        """What the file is called."""
        return run.file_name

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, run: ImportRun) -> str:
        """The state as a badge."""
        return badge(STATES[ImportState(run.state)], run.get_state_display(), quiet=run.state == ImportState.DONE)

    @admin.display(description=gettext_lazy("rows"))
    def outcome(self, run: ImportRun) -> str:
        """Rows by verdict, in words; of a run that was stopped nothing came."""
        if run.state in {ImportState.CANCELLED, ImportState.FAILED}:
            return "–"
        return ", ".join(
            f"{label} ({number(run.counts[verdict])})" for verdict, label in Verdict.choices if run.counts.get(verdict)
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The newest first."""
        return super().changelist_view(request, {"list_title": _("Imports"), **(extra_context or {})})

    # -- the steps -----------------------------------------------------------------------------------------------------

    def _found(self, request: HttpRequest, pk: int, *, act: Any = "read") -> ImportRun:
        rows = runs_for_staff(request.rights).select_related("association")  # type: ignore[attr-defined]
        return open_record(request, rows, INTERNALS, act=act, log=None, pk=pk)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Choose a file."""
        rights = require(request, INTERNALS, "write")
        is_sent = request.method == "POST"
        form = ChooseFileForm(request.POST, request.FILES) if is_sent else ChooseFileForm()
        if is_sent and form.is_valid():
            # The association comes from the person; only administrators import for all regions.
            association = None if reaches_all(rights) else get_object_or_404(Association, pk=rights.association_id or 0)
            try:
                run = importing.choose_file(
                    upload=form.cleaned_data["file"], association=association, by=person(request), now=clock.now()
                )
            except UnreadableFile as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("admin:companies_importrun_columns", run.pk)
        context = {"title": _("Import a file")}
        return page(self.admin_site, request, "companies/admin/import_choose.html", context, form=form)

    def columns(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what each column holds, then have the rows checked."""
        require(request, INTERNALS, "write")
        run = self._found(request, pk, act="write")
        if not run.stored_as:
            raise Http404
        form = ColumnsForm(request.POST if request.method == "POST" else None, run=run)
        if request.method == "POST" and form.is_valid():
            has_header = form.cleaned_data["has_header"]

            def name_and_judge() -> None:
                now = clock.now()
                named = importing.name_columns(run=run, columns=form.columns, has_header=has_header, now=now)
                importing.start(run=named, action="judge", by=person(request), now=now)

            if attempt(request, name_and_judge, form=form):
                return redirect("admin:companies_importrun_change", pk)
        context = {"title": _("Columns of %(file)s") % {"file": run.file_name}, "run": run}
        return page(self.admin_site, request, "companies/admin/import_columns.html", context, form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Where the import stands: progress, verdicts, or what was done."""
        if request.method not in {"GET", "HEAD"} or not object_id.isdecimal() or len(object_id) > 18:  # noqa: PLR2004
            raise Http404
        run = self._found(request, int(object_id))
        job = Job.objects.filter(pk=run.job_id).first() if run.job_id else None
        is_open = job is not None and job.is_open
        keeps = may_keep(request.rights)  # type: ignore[attr-defined]
        context = {
            "title": run.file_name,
            "run": run,
            "state_badge": self.shown_state(run),
            "told": job.told if job and not is_open and job.state == "failed" else run.message,
            "may": self._steps(run, keeps and not is_open),
            "may_cancel": keeps and job is not None and job.state in {"queued", "running"},
            "job": job,
            **(progress_context(job) if is_open and job else {}),
            **self._rows(request, run),
        }
        return page(self.admin_site, request, "companies/admin/import_run.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened stands on its own page."""
        return self.change_view(request, object_id)

    def _steps(self, run: ImportRun, may_act: bool) -> dict[str, bool]:
        state, is_kept = run.state, bool(run.stored_as)
        refused = sum(run.counts.get(verdict, 0) for verdict in importing.REJECTED)
        useful = sum(run.counts.get(verdict, 0) for verdict in (Verdict.CREATE, Verdict.PROPOSE))
        settled = state in {ImportState.JUDGED, ImportState.DONE, ImportState.UNDONE}
        return {
            "name_columns": may_act
            and is_kept
            and state in {ImportState.CHOSEN, ImportState.JUDGED, ImportState.FAILED, ImportState.CANCELLED},
            "run": may_act and is_kept and state == ImportState.JUDGED and bool(useful),
            "put_aside": may_act and state in {ImportState.CHOSEN, ImportState.JUDGED},
            "undo": may_act and state == ImportState.DONE and bool(useful),
            "fetch": may_act and settled and bool(refused),
        }

    def _rows(self, request: HttpRequest, run: ImportRun) -> dict[str, Any]:
        if run.state not in {ImportState.JUDGED, ImportState.DONE, ImportState.UNDONE}:
            return {"page_obj": None, "tabs": [], "is_preview": False}
        rows = run.rows.select_related("organisation").order_by("number")
        wanted = request.GET.get("verdict", "")
        if wanted == KEPT:
            rows = rows.filter(outcome=Undoing.KEPT)
        elif wanted in Verdict.values:
            rows = rows.filter(verdict=wanted)
        else:
            wanted = ""
        listed = CappedPaginator(rows, ROWS).get_page(request.GET.get("page"))
        return {
            "page_obj": listed,
            "lines": [_line(row) for row in listed.object_list],
            "tabs": _tabs(run, wanted),
            "is_preview": run.state == ImportState.JUDGED,
            "counts": [(label, run.counts.get(verdict, 0)) for verdict, label in Verdict.choices],
            "useful": run.counts.get(Verdict.CREATE, 0) + run.counts.get(Verdict.PROPOSE, 0),
        }

    def step(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Check the rows again, import them, or put the file aside."""
        require(request, INTERNALS, "write")
        run = self._found(request, pk, act="write")
        if step in {"judge", "run"}:
            attempt(request, lambda: importing.start(run=run, action=step, by=person(request), now=clock.now()))
        elif step == "put-aside":
            attempt(
                request,
                lambda: importing.put_aside(run=run, now=clock.now()),
                _("Put aside. Nothing of the file was imported."),
            )
        else:
            raise Http404
        return redirect("admin:companies_importrun_change", pk)

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, then take back what can be taken back."""
        require(request, INTERNALS, "write")
        run = self._found(request, pk, act="write")
        if request.method == "POST":
            attempt(request, lambda: importing.start(run=run, action="undo", by=person(request), now=clock.now()))
            return redirect("admin:companies_importrun_change", pk)
        context = {
            "title": _("Undo the import"),
            "run": run,
            "created": run.counts.get(Verdict.CREATE, 0),
            "proposed": run.counts.get(Verdict.PROPOSE, 0),
        }
        return page(self.admin_site, request, "companies/admin/import_undo.html", context)

    def rejected(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The refused rows with their reasons, as a file to correct and import again."""
        require(request, INTERNALS, "write")
        run = self._found(request, pk, act="write")
        make = rejected_csv if request.GET.get("format") == "csv" else rejected_xlsx
        return make(run)


def _tabs(run: ImportRun, wanted: str) -> list[dict[str, Any]]:
    here = reverse("admin:companies_importrun_change", args=[run.pk])
    total = sum(count for count in run.counts.values() if isinstance(count, int))
    tabs = [{"url": here, "label": pgettext_lazy("rows", "All"), "count": number(total), "current": not wanted}]
    tabs += [
        {
            "url": f"{here}?verdict={verdict}",
            "label": capfirst(label),
            "count": number(run.counts.get(verdict, 0)),
            "current": wanted == verdict,
        }
        for verdict, label in Verdict.choices
        if run.counts.get(verdict) or wanted == verdict
    ]
    if run.state == ImportState.UNDONE:
        kept = run.rows.filter(outcome=Undoing.KEPT).count()
        tabs.append(
            {
                "url": f"{here}?verdict={KEPT}",
                "label": pgettext_lazy("rows", "Not taken back"),
                "count": number(kept),
                "current": wanted == KEPT,
            }
        )
    return tabs


def _line(row: ImportRow) -> dict[str, Any]:
    notes = [told(note) for note in row.notes]
    return {
        "row": row,
        "badge": badge(
            VERDICTS[Verdict(row.verdict)], row.get_verdict_display(), quiet=row.verdict == Verdict.UNCHANGED
        ),
        "notes": notes[:SHOWN_NOTES],
        "more": max(0, len(notes) - SHOWN_NOTES),
        "entry": row.organisation,
    }
