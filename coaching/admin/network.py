"""The specialists' tab of a file: who is engaged, what they said, and a form to propose the next one."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coaching.admin.doors import attempt_now, page, person
from coaching.enums import EngagementState
from coaching.forms.network import ProposeForm, ReportForm
from coaching.models import CaseFile, Engagement
from coaching.permissions import case_for_staff
from coaching.views.network import BADGES
from coaching.workflow.engagements import (
    accept_engagement,
    cancel_engagement,
    decline_engagement,
    end_engagement,
    propose_engagement,
    report_engagement,
)
from coaching.workflow.tables import ENGAGEMENT
from promo_portal.core import clock

# What staff do: the last two on behalf of a specialist who has no account.
STEPS: dict[str, Callable[..., Any]] = {
    "end": end_engagement,
    "cancel": cancel_engagement,
    "accept": accept_engagement,
    "refuse": decline_engagement,
}


class NetworkPages:
    """Mixed into the file's admin; uses its shell and its access helper."""

    admin_site: Any
    _shell: Callable[[CaseFile, str], dict[str, Any]]
    _to_write: Callable[[HttpRequest, int], CaseFile]
    _steps: Callable[..., bool]
    _form: Callable[..., HttpResponse]
    _form_context: Callable[..., dict[str, Any]]

    def network_pages(self) -> dict[str, tuple[str, Any]]:
        """Addresses below a file."""
        both = require_http_methods(["GET", "POST"])
        return {
            "engagements": ("<int:pk>/specialists/", both(self.engagements)),
            "engagement_report": ("<int:pk>/specialists/<int:engagement_pk>/report/", both(self.engagement_report)),
            "engagement_step": (
                "<int:pk>/specialists/<int:engagement_pk>/",
                require_POST(self.engagement_step),
            ),
        }

    def engagements(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All engagements of the file, and a form for the next one."""
        case = self._to_write(request, pk) if request.method == "POST" else case_for_staff(request, pk)
        form = ProposeForm(request.POST if request.method == "POST" else None, case=case, initial={"hours": 1})

        def propose(values: dict[str, Any]) -> None:
            try:
                with transaction.atomic():
                    propose_engagement(case=case, **values, by=person(request), now=clock.now())
            except IntegrityError as refusal:
                raise ValidationError(_("This specialist is already engaged for the file.")) from refusal

        if self._steps(request, form, propose, _("Proposed. The founder is asked by mail; nothing is shown before.")):
            return redirect("admin:coaching_casefile_engagements", pk)
        found = Engagement.objects.filter(case_file=case).select_related("specialist").order_by("-proposed_at", "-pk")
        context = {**self._shell(case, "engagements"), "rows": [_line(row) for row in found]}
        return page(self.admin_site, request, "coaching/admin/case_engagements.html", context, form=form)

    def engagement_step(self, request: HttpRequest, pk: int, engagement_pk: int) -> HttpResponse:
        """End it, call it off, or enter the answer of somebody who has no account."""
        case = self._to_write(request, pk)
        rows = Engagement.objects.select_related("case_file", "specialist")
        found = get_object_or_404(rows, pk=engagement_pk, case_file=case)
        act = request.POST.get("act", "")
        step = STEPS.get(act) if act in _possible(found) else None
        if step is not None:
            reason = {} if act == "accept" else {"reason": request.POST.get("reason", "")[:300]}
            attempt_now(
                request,
                lambda: step(engagement=found, **reason, by=person(request), now=clock.now()),
                _("Saved. Those concerned are told by mail."),
            )
        return redirect("admin:coaching_casefile_engagements", pk)

    def engagement_report(self, request: HttpRequest, pk: int, engagement_pk: int) -> HttpResponse:
        """What a specialist tells by phone or letter, typed in for them; the same report comes out of it."""
        case = self._to_write(request, pk)
        rows = Engagement.objects.select_related("case_file", "specialist")
        found = get_object_or_404(rows, pk=engagement_pk, case_file=case)
        form = ReportForm(request.POST if request.method == "POST" else None)

        def report(values: dict[str, Any]) -> None:
            report_engagement(engagement=found, **values, by=person(request), now=clock.now())

        if self._steps(request, form, report, _("Saved. The founder is asked by mail how it went.")):
            return redirect("admin:coaching_casefile_engagements", pk)
        heading = _("Report of %(name)s") % {"name": found.specialist}
        return self._form(request, form, self._form_context(case, heading, _("Save the report"), "engagements"))


def _possible(row: Engagement) -> set[str]:
    can = {action for state, action in ENGAGEMENT if state == row.state} & set(STEPS)
    return can if row.specialist.user_id is None else can - {"accept", "refuse"}


def _line(row: Engagement) -> dict[str, Any]:
    return {
        "row": row,
        "badge": BADGES.get(EngagementState(row.state), "neutral"),
        "can": _possible(row),
        "may_report": (row.state, "report") in ENGAGEMENT,
    }
