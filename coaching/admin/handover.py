"""Handing a leaving coach's files over, all on one page; the manager's step."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from coaching.admin.doors import attempt, page, person
from coaching.enums import CaseState, TaskState
from coaching.forms.handover import HandOverForm
from coaching.forms.staff import coaches_of
from coaching.models import CaseFile, Task
from coaching.models.request import AWAITING_ANSWER
from coaching.permissions import files_for_staff, requests_for_staff
from coaching.workflow.handover import hand_over
from promo_portal.accounts.access import require
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.core import clock

MOST = 60  # files on one page; what is beyond comes after


class HandOverPages:
    """Mixed into the file's admin."""

    admin_site: Any

    def hand_over_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponseBase]]]:
        """One address per person who leaves."""
        both = require_http_methods(["GET", "POST"])
        return {"handover": ("hand-over/<int:person_pk>/", both(self.hand_over))}

    def hand_over(self, request: HttpRequest, person_pk: int) -> HttpResponse:
        """Every open or paused file of the person, with the deputy proposed; all or nothing is handed over."""
        rights = require(request, "case file", "write")
        if not rights.has(Role.MANAGER) or rights.association_id is None:
            raise Http404
        leaving, people = User.objects.filter(pk=person_pk).first(), coaches_of(rights.association_id)
        theirs = files_for_staff(rights).exclude(state=CaseState.CLOSED)
        theirs = theirs.filter(Q(lead_id=person_pk) | Q(deputy_id=person_pk))
        rows = theirs.select_related("association", "founder", "lead", "deputy").order_by("next_date", "pk")
        files = list(rows[:MOST])
        if leaving is None or (not files and leaving not in people):
            raise Http404
        form = HandOverForm(
            request.POST if request.method == "POST" else None, files=files, people=people, leaving=leaving
        )
        if request.method == "POST" and form.is_valid():
            done: list[CaseFile] = []
            if attempt(
                request,
                form,
                lambda: done.extend(
                    hand_over(
                        files=form.handed(),
                        leaving=leaving,
                        reason=form.cleaned_data["reason"],
                        by=person(request),
                        now=clock.now(),
                    )
                ),
            ):
                text = ngettext(
                    "%(n)s file handed over. The founders and the coaches are told by mail.",
                    "%(n)s files handed over. The founders and the coaches are told by mail.",
                    len(done),
                )
                messages.success(request, text % {"n": len(done)})
                return redirect("admin:coaching_casefile_board")
        waiting = requests_for_staff(rights).filter(reviewer=leaving, state__in=AWAITING_ANSWER)
        context = {
            "title": _("Hand over the files of %(name)s") % {"name": leaving},
            "leaving": leaving,
            "rows": form.rows(),
            "tasks": Task.objects.filter(
                assignee=leaving, state=TaskState.OPEN, case_file__in=[case.pk for case in files]
            ).count(),
            "waiting": list(waiting.order_by("submitted_at", "pk")),
            "is_cut": len(files) == MOST,
        }
        return page(self.admin_site, request, "coaching/admin/hand_over.html", context, form=form)
