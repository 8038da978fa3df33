"""Staff pages that belong to no app: search over everything, and one's keyboard."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from promo_portal.core import slots

SHORTEST, LONGEST = 2, 100


def search(request: HttpRequest) -> HttpResponse:
    """One box over all records a staff member may see: firm, file, person, UID, reference."""
    query = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST]
    results: list[dict[str, Any]] = []
    if len(query) >= SHORTEST:
        results = [row for find in slots.staff_search for row in find(request, query)]
    context = {
        **admin.site.each_context(request),
        "title": _("Search"),
        "query": query,
        "is_too_short": 0 < len(query) < SHORTEST,
        "results": results,
    }
    return TemplateResponse(request, "admin/search.html", context)


@require_POST
def keyboard_shortcuts(request: HttpRequest) -> HttpResponse:
    """Switch single-key shortcuts on or off for oneself (WCAG 2.1.4)."""
    person: Any = request.user
    person.keyboard_shortcuts = request.POST.get("shortcuts") == "on"
    person.save(update_fields=["keyboard_shortcuts"])
    done = (
        gettext("Single-key shortcuts are on.")
        if person.keyboard_shortcuts
        else gettext("Single-key shortcuts are off.")
    )
    messages.success(request, done)
    return HttpResponseRedirect(reverse("admin:index"))
