"""Long work for staff: what waits, runs and is done, with its progress, its result and a way to stop it.

The site mixes the portal's own base class in (this floor lies below the accounts); the matrix says who reads at all.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from promo_portal.core import clock, slots
from promo_portal.core.files import hand_bytes
from promo_portal.core.templatetags.ui import badge
from promo_portal.core.transitions import TransitionRefused
from promo_portal.jobs.models import Job, JobState
from promo_portal.jobs.workflow import cancel_job

BADGES = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "waiting",
    JobState.CANCELLING: "waiting",
    JobState.CANCELLED: "neutral",
    JobState.DONE: "good",
    JobState.FAILED: "problem",
}


def jobs_for(request: HttpRequest) -> QuerySet[Job]:
    """The association's long work; administrators see that of all."""
    rights: Any = request.rights  # type: ignore[attr-defined]
    rows = Job.objects.all()
    return rows if "administrator" in rights.roles else rows.filter(association_id=rights.association_id or 0)


def state_badge(job: Job) -> str:
    """The state as shape, colour and word."""
    return badge(BADGES[JobState(job.state)], job.get_state_display(), quiet=job.state == JobState.DONE)


def progress_context(job: Job) -> dict[str, Any]:
    """What ``components/job_progress.html`` needs."""
    return {"job": job, "job_progress_url": reverse("admin:jobs_job_progress", args=[job.pk])}


class KindFilter(admin.SimpleListFilter):
    """Long work by kind, in words."""

    title = pgettext_lazy("long work", "kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return sorted(((kind.name, str(kind.label)) for kind in slots.job_kinds), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    """Looked at and stopped, never edited."""

    list_display = ("label", "shown_state", "shown_progress", "asked_by_name", "created_at", "finished_at")
    list_filter = ("state", KindFilter)
    search_fields = ("asked_by_name", "result_name")
    search_help_text = gettext_lazy("Person or file")
    ordering = ("-created_at", "-id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return jobs_for(request)

    def get_urls(self) -> list[URLPattern]:
        """Progress, stop and result."""
        view = self.admin_site.admin_view
        own: list[URLPattern] = [
            path("<int:pk>/progress/", view(require_safe(self.progress)), name="jobs_job_progress"),
            path("<int:pk>/cancel/", view(require_POST(self.cancel)), name="jobs_job_cancel"),
            path("<int:pk>/result/", view(require_safe(self.result)), name="jobs_job_result"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=gettext_lazy("long work"), ordering="kind")
    def label(self, job: Job) -> str:
        """The kind in words."""
        return job.label

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, job: Job) -> str:
        """The state as a badge."""
        return state_badge(job)

    @admin.display(description=gettext_lazy("progress"))
    def shown_progress(self, job: Job) -> str:
        """How far it is, in per cent."""
        return f"{min(100, 100 * job.done // job.total)} %" if job.total else ""

    def _readers_only(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise Http404

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One piece of work: how far it is, what it says, what it made."""
        self._readers_only(request)
        if request.method not in {"GET", "HEAD"} or not object_id.isdecimal() or len(object_id) > 18:  # noqa: PLR2004
            raise Http404
        job = get_object_or_404(jobs_for(request), pk=int(object_id))
        kind = slots.job_kinds.get(job.kind)
        context = {
            **self.admin_site.each_context(request),
            **progress_context(job),
            "title": job.label,
            "state_badge": state_badge(job),
            "record_url": kind.url(job) if kind else "",
            "may_cancel": job.state in {JobState.QUEUED, JobState.RUNNING} and self.has_change_permission(request),
            "may_fetch": bool(job.result_key and kind and kind.may_see(request, job)),
        }
        return TemplateResponse(request, "jobs/admin/job.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened stands on its own page."""
        return self.change_view(request, object_id)

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bar alone, asked for every second; once the work has ended the page around it is loaded anew."""
        self._readers_only(request)
        job = get_object_or_404(jobs_for(request), pk=pk)
        response = TemplateResponse(request, "components/job_progress.html", progress_context(job))
        if not job.is_open:
            response["HX-Refresh"] = "true"
        return response

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stop it."""
        self._readers_only(request)
        if not self.has_change_permission(request):
            raise Http404
        job = get_object_or_404(jobs_for(request), pk=pk)
        try:
            cancel_job(job=job, now=clock.now())
        except TransitionRefused as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, _("The work is being stopped."))
        kind = slots.job_kinds.get(job.kind)
        return redirect((kind.url(job) if kind else "") or reverse("admin:jobs_job_change", args=[pk]))

    def result(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """What the work made, for those whom its kind lets have it."""
        self._readers_only(request)
        job = get_object_or_404(jobs_for(request), pk=pk, result_key__isnull=False)
        kind = slots.job_kinds.get(job.kind)
        if kind is None or not kind.may_see(request, job):
            raise Http404
        return hand_bytes(job.result_path, name=job.result_name, content_type=job.result_type, size=job.result_size)
