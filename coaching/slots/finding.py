"""Coaching in the staff's search, and the title and address of a record that another page names."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.agendas import session_title
from coaching.forms.fields import visible
from coaching.models import CaseFile, CoachingRequest, CommissionSession, Task
from coaching.permissions import files_for_staff, requests_for_staff
from coaching.slots.doors import may_see_requests, rights_in


def staff_search(request: HttpRequest, text: str) -> Sequence[dict[str, Any]]:
    """Requests and files by number, person or project."""
    text = visible(text).strip()
    if len(text) < 2 or not may_see_requests(request):  # noqa: PLR2004 - one letter finds everything
        return []
    words = text.split()[:4]
    by_request, by_file = Q(), Q()
    for word in words:
        by_request &= (
            Q(reference__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
        )
        by_file &= (
            Q(reference__icontains=word)
            | Q(title__icontains=word)
            | Q(founder__first_name__icontains=word)
            | Q(founder__last_name__icontains=word)
        )
    rights = rights_in(request)
    files = files_for_staff(rights).filter(by_file).select_related("founder").order_by("-opened_at", "-pk")[:8]
    requests = requests_for_staff(rights).filter(by_request).order_by("-submitted_at", "-pk")[:8]
    return [
        *(_hit(_("Coaching file"), str(case), str(case.founder), "casefile", case.pk) for case in files),
        *(
            _hit(_("Coaching request"), str(row), row.get_state_display(), "coachingrequest", row.pk)
            for row in requests
        ),
    ]


def _hit(kind: Any, title: str, text: str, model: str, pk: int) -> dict[str, Any]:
    return {"kind": kind, "title": title, "text": text, "url": reverse(f"admin:coaching_{model}_change", args=[pk])}


def request_title(pk: int) -> str | None:
    """A request's number and name, for pages that only know its kind and number."""
    found = CoachingRequest.objects.filter(pk=pk).first()
    return str(found) if found else None


def case_title(pk: int) -> str | None:
    """A file's number and project."""
    found = CaseFile.objects.filter(pk=pk).first()
    return str(found) if found else None


def task_title(pk: int) -> str | None:
    """A task's words."""
    found = Task.objects.filter(pk=pk).first()
    return found.title if found else None


def request_url(pk: int) -> str | None:
    """The request's page for staff."""
    return reverse("admin:coaching_coachingrequest_change", args=[pk])


def case_url(pk: int) -> str | None:
    """The file's page for staff."""
    return reverse("admin:coaching_casefile_change", args=[pk])


def task_url(pk: int) -> str | None:
    """The file whose task it is."""
    found = Task.objects.filter(pk=pk).values_list("case_file_id", flat=True).first()
    return reverse("admin:coaching_casefile_tasks", args=[found]) if found else None


def session_title_of(pk: int) -> str | None:
    """The day of a session in words."""
    found = CommissionSession.objects.filter(pk=pk).first()
    return session_title(found) if found else None


def session_url(pk: int) -> str | None:
    """The session's page for staff."""
    return reverse("admin:coaching_commissionsession_change", args=[pk])


def session_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """Sessions on a list."""
    rows = CommissionSession.objects.filter(pk__in=pks).order_by("pk")
    return {
        row.pk: (session_title(row), reverse("admin:coaching_commissionsession_change", args=[row.pk])) for row in rows
    }


def request_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """Titles and addresses of requests on a list."""
    rows = CoachingRequest.objects.filter(pk__in=pks).order_by("pk")
    return {row.pk: (str(row), reverse("admin:coaching_coachingrequest_change", args=[row.pk])) for row in rows}


def case_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """Titles and addresses of files on a list."""
    rows = CaseFile.objects.filter(pk__in=pks).order_by("pk")
    return {row.pk: (str(row), reverse("admin:coaching_casefile_change", args=[row.pk])) for row in rows}


def task_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """Words of tasks on a list, and the files they belong to."""
    rows = Task.objects.filter(pk__in=pks).order_by("pk")
    return {row.pk: (row.title, reverse("admin:coaching_casefile_tasks", args=[row.case_file_id])) for row in rows}
