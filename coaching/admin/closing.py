"""The closing of a file: one page for the last conversation, with what the file itself knows beside it."""

from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coaching.admin.doors import attempt, page, person
from coaching.enums import MilestoneState, TaskState
from coaching.forms.after import ClosingForm, closing_start
from coaching.models import CaseFile, Meeting, Milestone, Task, TimeEntry
from coaching.workflow.files import close_case
from promo_portal.core import clock


def closing(site: Any, request: HttpRequest, case: CaseFile) -> HttpResponse:
    """Close the file with its outcome and the agreed checks; ``site`` is the admin of files."""
    form = ClosingForm(request.POST if request.method == "POST" else None, initial=closing_start(case))
    values = form.cleaned_data if request.method == "POST" and form.is_valid() else None
    if values is not None and attempt(
        request, form, lambda: close_case(case=case, **values, by=person(request), now=clock.now())
    ):
        messages.success(request, _("The file is closed. The founder is told by mail."))
        return redirect("admin:coaching_casefile_change", case.pk)
    label = _("Close the file")
    context = {**site._form_context(case, _("Closing of the coaching"), label), "facts": _facts(case)}  # noqa: SLF001
    return page(site.admin_site, request, "coaching/admin/closing.html", context, form=form)


def _facts(case: CaseFile) -> list[dict[str, Any]]:
    """What both look at before they agree on the outcome."""
    reached = Milestone.objects.filter(case_file=case, state=MilestoneState.REACHED).order_by("reached_on", "pk")
    minutes = TimeEntry.objects.filter(case_file=case).aggregate(total=Sum("minutes"))["total"] or 0
    left = Task.objects.filter(case_file=case, state=TaskState.OPEN).count()
    rows = [
        (_("Meetings"), str(Meeting.objects.filter(case_file=case).count())),
        (_("Hours"), f"{minutes // 60} h {minutes % 60:02}"),
        (
            _("Milestones reached"),
            ", ".join(row.get_kind_display() for row in reached) or pgettext("milestones", "none"),
        ),
        (_("Open tasks, which fall away"), str(left)),
    ]
    return [{"label": label, "value": value, "missing": not value} for label, value in rows]
