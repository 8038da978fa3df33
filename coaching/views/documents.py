"""The founder's documents: brought, renewed, opened; what the coach shared; each held back until the scanner has looked."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from coaching.enums import TaskState
from coaching.forms.course import BringForm, VersionForm
from coaching.models import CaseDocument, CaseFile, Task
from coaching.papers import PAPERS
from coaching.permissions import case_for_user
from coaching.shelf import already_there, document_lines
from coaching.views.tabs import file_tabs
from coaching.workflow.documents import AlreadyThere, add_document, add_version
from promo_portal.accounts.access import note_access, require
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.files.handing import hand_out
from promo_portal.files.models import StoredFile

UNFIT = 422


def _brought(form: Any, step: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether the form was good and its step was made."""
    if not form.is_valid():
        return False
    try:
        step(form.cleaned_data)
    except AlreadyThere as twin:
        form.add_error("file", already_there(twin))
        return False
    return True


@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """All documents of the file that the founder may open, what is asked for, and a form for the next one."""
    case = case_for_user(request, pk)
    require(request, "case document", "write" if request.method == "POST" else "read")
    asked = _asked(case, request.POST.get("task") or request.GET.get("task"))
    initial = {"kind": asked.wanted} if asked else None
    posted = request.method == "POST"
    form = BringForm(request.POST if posted else None, request.FILES or None, initial=initial)
    if posted and _brought(
        form,
        lambda values: add_document(
            case=case,
            title=values["title"],
            kind=values["kind"],
            is_shared=True,
            upload=values["file"],
            answers=asked,
            by=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        ),
    ):
        messages.success(request, _("Document brought. Your coach is told by mail."))
        return redirect("coaching:documents", pk=pk)
    context = {
        "case": case,
        "tabs": file_tabs(case, "documents"),
        "rows": document_lines(case),
        "form": form,
        "asked": asked,
        "wanted": _wanted(case),
        "papers": PAPERS.values(),
    }
    return render(request, "coaching/space/documents.html", context, status=UNFIT if form.errors else 200)


def _wanted(case: CaseFile) -> list[Task]:
    """Documents that the coach has asked for and that are still to come."""
    rows = Task.objects.filter(case_file=case, state=TaskState.OPEN, assignee_id=case.founder_id).exclude(wanted="")
    return list(rows.order_by("due_on", "pk"))


def _asked(case: CaseFile, number: Any) -> Task | None:
    return next((task for task in _wanted(case) if str(task.pk) == str(number)), None)


def _document(case: CaseFile, pk: int) -> CaseDocument:
    rows = CaseDocument.objects.select_related("case_file__founder", "case_file__lead", "case_file__association")
    return get_object_or_404(rows, pk=pk, case_file=case, withdrawn_at=None)


@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """A newer version of a document that the founder brought; what the coach brought is the coach's to renew."""
    case = case_for_user(request, pk)
    require(request, "case document", "write")
    found = get_object_or_404(
        CaseDocument.objects.select_related("case_file__founder", "case_file__lead"),
        pk=document_pk,
        case_file=case,
        added_by=request.user,
        withdrawn_at=None,
    )
    posted = request.method == "POST"
    form = VersionForm(request.POST if posted else None, request.FILES or None)
    if posted and _brought(
        form,
        lambda values: add_version(
            document=found,
            upload=values["file"],
            by=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        ),
    ):
        messages.success(request, _("New version added; the older ones stay."))
        return redirect("coaching:documents", pk=pk)
    context = {"case": case, "document": found, "form": form}
    return render(request, "coaching/space/document.html", context, status=UNFIT if form.errors else 200)


@require_GET
def download(request: HttpRequest, pk: int, document_pk: int, number: int) -> HttpResponseBase:
    """One version; the opening is noted for both sides to see."""
    case = case_for_user(request, pk)
    require(request, "case document")
    found = _document(case, document_pk)
    with association_scope(case.association_id):
        stored = get_object_or_404(StoredFile.objects.all(), series=found.series, version=number)
        note_access(request, found, "download")
        return hand_out(request, stored)
