"""The funders' annexes: prepared from the ledger, issued, printed by the worker, paid. The manager's own pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching.admin.desk import LookAtAdmin
from coaching.admin.doors import attempt, attempt_now, page, person
from coaching.enums import AnnexState
from coaching.forms.money import IssueForm, PayForm, QuarterForm, TakeBackForm
from coaching.models import Annex, TimeEntry
from coaching.quarters import Quarter, quarters
from coaching.workflow.annexes import (
    AnnexRefused,
    ask_for_papers,
    chargeable,
    issue_annex,
    pay_annex,
    prepare_annexes,
    shares_of_annex,
    take_back_payment,
    total_of,
)
from coaching.workflow.ledger import NO_MONEY
from coaching.workflow.tables import ANNEX, ANNEX_ACTIONS
from promo_portal.accounts.access import note_access, require
from promo_portal.accounts.admin_base import rights_of_staff
from promo_portal.accounts.enums import Role
from promo_portal.accounts.permissions import Act
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.files.handing import hand_out
from promo_portal.jobs.admin import progress_context
from promo_portal.jobs.models import Job
from promo_portal.regions.models import Association

LEDGER = "cost ledger"
ROWS, LINES = 50, 100
BADGES = {AnnexState.DRAFT: "waiting", AnnexState.ISSUED: "neutral", AnnexState.PAID: "good"}
STEPS = {
    "prepare": gettext_lazy("Prepared"),
    "issue": gettext_lazy("Issued"),
    "pay": gettext_lazy("Paid"),
    "take_back": gettext_lazy("Payment taken back"),
}


def manager_of(request: HttpRequest, act: Act = "read") -> int:
    """The association whose manager is at the desk; 404 for everybody else."""
    rights = require(request, LEDGER, act)
    if not rights.has(Role.MANAGER) or rights.association_id is None:
        raise Http404
    return rights.association_id


@admin.register(Annex)
class AnnexAdmin(LookAtAdmin):
    """Annexes of the association on the desk; all pages are our own, states move in the workflow only."""

    def _may(self, request: HttpRequest, act: Act) -> bool:
        return rights_of_staff(request).has(Role.MANAGER) and super()._may(request, act)

    def get_urls(self) -> list[URLPattern]:
        """The stock addresses lead to our pages; the steps have addresses of their own."""
        view = self.admin_site.admin_view
        both = require_http_methods(["GET", "POST"])
        pages: dict[str, tuple[str, Callable[..., HttpResponseBase]]] = {
            "prepare": ("prepare/", require_POST(self.prepare)),
            "issue": ("<int:pk>/issue/", both(self.issue)),
            "pay": ("<int:pk>/pay/", both(self.pay)),
            "take_back": ("<int:pk>/take-back/", both(self.take_back)),
            "papers": ("<int:pk>/papers/", require_POST(self.papers)),
            "pdf": ("<int:pk>/pdf/", require_GET(self.pdf)),
            "xlsx": ("<int:pk>/xlsx/", require_GET(self.xlsx)),
        }
        ours = [path(route, view(shown), name=f"coaching_annex_{name}") for name, (route, shown) in pages.items()]
        return [*ours, *super().get_urls()]

    # -- the list ------------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """All annexes with their states, who moved them and when; a form for the drafts of a quarter."""
        return self._list(request, manager_of(request), None)

    def _list(self, request: HttpRequest, association_id: int, form: QuarterForm | None) -> HttpResponse:
        today = clock.today()
        every = Annex.objects.all()
        issued = every.filter(state=AnnexState.ISSUED).order_by().aggregate(amount=Sum("amount"))["amount"]
        state = request.GET.get("state", "")
        chosen = state if state in AnnexState.values else ""
        rows = every.filter(state=chosen) if chosen else every
        quarter = Quarter.named(request.GET.get("quarter", ""))
        rows = rows.filter(period_from=quarter.first) if quarter else rows
        related = ("funder", "issued_by", "paid_by")
        order = ("-period_from", "funder__code", "pk")
        listed = Paginator(rows.select_related(*related).order_by(*order), ROWS).get_page(request.GET.get("page"))
        choices = self._quarters(association_id)
        shown = list(listed.object_list)
        drafts = self._drafted([row for row in shown if row.state == AnnexState.DRAFT])
        waiting = chargeable(association_id, until=today).order_by().aggregate(amount=Sum("amount"))["amount"]
        context = {
            "title": _("Cost annexes"),
            "page_obj": listed,
            "rows": [
                {
                    "annex": row,
                    "badge": BADGES[AnnexState(row.state)],
                    "amount": drafts.get(row.pk, row.amount) if row.state == AnnexState.DRAFT else row.amount,
                }
                for row in shown
            ],
            "states": AnnexState.choices,
            "chosen": chosen,
            "quarters": choices,
            "quarter": quarter,
            "is_filtered": bool(chosen or quarter),
            "figures": [
                {
                    "label": _("issued and not paid"),
                    "value": words.money(issued or NO_MONEY),
                    "url": f"?state={AnnexState.ISSUED}",
                },
                {
                    "label": _("in no annex yet"),
                    "value": words.money(waiting or NO_MONEY),
                    "url": f"{reverse('admin:coaching_timeentry_changelist')}?charged=no",
                },
            ],
        }
        last = choices[1] if len(choices) > 1 else choices[0]
        form = form or QuarterForm(quarters=choices, initial={"quarter": last.key})
        return page(self.admin_site, request, "coaching/admin/annexes.html", context, form=form)

    def _drafted(self, drafts: list[Annex]) -> dict[int, Any]:
        """What drafts would charge as the ledger stands: one query for all of them."""
        if not drafts:
            return {}
        open_shares = chargeable(drafts[0].association_id, until=max(row.period_to for row in drafts))
        rows = open_shares.filter(funder__in=[row.funder_id for row in drafts]).order_by()
        by_day = rows.values_list("funder_id", "entry__worked_on").annotate(amount=Sum("amount")).order_by("funder_id")
        found = list(by_day)
        return {
            row.pk: sum(
                (amount for funder, day, amount in found if funder == row.funder_id and day <= row.period_to), NO_MONEY
            )
            for row in drafts
        }

    def _quarters(self, association_id: int) -> list[Quarter]:
        """From the first line of the ledger to today, the latest first."""
        today = clock.today()
        lines = TimeEntry.objects.filter(association_id=association_id, worked_on__lte=today)
        first = lines.order_by("worked_on").values_list("worked_on", flat=True).first()
        return list(quarters(min(first or today, today), today))

    def prepare(self, request: HttpRequest) -> HttpResponse:
        """Make the drafts of a quarter."""
        association_id = manager_of(request, "write")
        form = QuarterForm(request.POST, quarters=self._quarters(association_id))
        if not form.is_valid():
            return self._list(request, association_id, form)
        quarter = form.cleaned_data["quarter"]
        association = Association.objects.get(pk=association_id)
        made = prepare_annexes(association=association, quarter=quarter, by=person(request), now=clock.now())
        if made:
            funders = ", ".join(str(annex.funder) for annex in made)
            messages.success(request, _("Drafts made: %(funders)s.") % {"funders": funders})
        else:
            messages.info(request, _("Nothing new to charge: every funder’s annex of this quarter exists."))
        return redirect(f"{reverse('admin:coaching_annex_changelist')}?quarter={quarter.key}")

    # -- one annex -----------------------------------------------------------------------------------------------------

    def _found(self, request: HttpRequest, pk: int, act: Act = "read") -> Annex:
        association_id = manager_of(request, act)
        related = ("association", "funder", "issued_by", "paid_by", "paper", "table")
        return get_object_or_404(Annex.objects.select_related(*related), pk=pk, association_id=association_id)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The lines, as they stand in the annex or would; its steps and what was done."""
        if request.method not in {"GET", "HEAD"} or not object_id.isdecimal() or len(object_id) > 18:  # noqa: PLR2004
            raise Http404
        annex = self._found(request, int(object_id))
        note_access(request, annex)
        shares = shares_of_annex(annex)
        present = shares.filter(entry__worked_on__gte=annex.period_from)
        lines = present.order_by("entry__case_file__reference", "entry__worked_on", "entry_id")
        late = list(shares.filter(entry__worked_on__lt=annex.period_from))
        everything = total_of(list(shares))
        job = Job.objects.filter(pk=annex.job_id or 0).first() if annex.paper_id is None else None
        listed = Paginator(lines, LINES).get_page(request.GET.get("page"))
        context = {
            "title": _("Cost annex %(number)s") % {"number": annex.number}
            if annex.number
            else _("Draft of a cost annex"),
            "annex": annex,
            "badge": BADGES[AnnexState(annex.state)],
            "page_obj": listed,
            "lines": listed.object_list,
            "late": late,
            "total": everything,
            "can": {action for action in ANNEX_ACTIONS if (annex.state, action) in ANNEX},
            "steps": self._steps_of(annex),
            "may_ask_again": annex.state != AnnexState.DRAFT and annex.paper_id is None and not (job and job.is_open),
            "job": job,
            **(progress_context(job) if job else {}),
        }
        return page(self.admin_site, request, "coaching/admin/annex.html", context)

    def _steps_of(self, annex: Annex) -> list[dict[str, Any]]:
        rows = Transition.objects.filter(subject_kind="coaching.annex", subject_id=annex.pk).order_by("-at", "-pk")
        return [{"label": STEPS.get(row.action, row.action), "row": row} for row in rows]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened stands on the annex's own page."""
        return self.change_view(request, object_id)

    def _step(
        self,
        request: HttpRequest,
        annex: Annex,
        form: Any,
        step: Callable[[dict[str, Any]], Any],
        words_: dict[str, Any],
    ) -> HttpResponse:
        """A page with one form: sent and made, or shown with what refuses it."""
        if request.method == "POST" and form.is_valid():
            try:
                if attempt(request, form, lambda: step(form.cleaned_data)):
                    messages.success(request, words_["done"])
                    return redirect("admin:coaching_annex_change", annex.pk)
            except AnnexRefused as refusal:
                form.add_error(None, refusal.message)
        context = {**words_, "annex": annex, "back_url": reverse("admin:coaching_annex_change", args=[annex.pk])}
        return page(self.admin_site, request, "coaching/admin/annex_form.html", context, form=form)

    def issue(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Freeze it under a number and a day."""
        annex = self._found(request, pk, "write")
        form = IssueForm(request.POST if request.method == "POST" else None, initial={"language": annex.language})
        total = total_of(list(shares_of_annex(annex)))
        return self._step(
            request,
            annex,
            form,
            lambda values: issue_annex(annex=annex, **values, by=person(request), now=clock.now()),
            {
                "title": _("Issue the annex"),
                "label": _("Issue the annex"),
                "lead_in": _(
                    "%(funder)s is charged %(amount)s. Afterwards nothing in the annex changes: corrections stand in the next one."
                )
                % {"funder": annex.funder, "amount": words.money(total.amount)},
                "done": _("Issued. The PDF and the table are being made."),
            },
        )

    def pay(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note the payment."""
        annex = self._found(request, pk, "write")
        form = PayForm(request.POST if request.method == "POST" else None, initial={"on": clock.today()})
        return self._step(
            request,
            annex,
            form,
            lambda values: pay_annex(annex=annex, **values, by=person(request), now=clock.now()),
            {
                "title": _("Note the payment"),
                "label": _("Note the payment"),
                "lead_in": "",
                "done": _("Payment noted."),
            },
        )

    def take_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The payment was noted by mistake."""
        annex = self._found(request, pk, "write")
        form = TakeBackForm(request.POST if request.method == "POST" else None)
        return self._step(
            request,
            annex,
            form,
            lambda values: take_back_payment(annex=annex, **values, by=person(request), now=clock.now()),
            {
                "title": _("Take the payment back"),
                "label": _("Take the payment back"),
                "lead_in": _("The annex counts as not paid again."),
                "done": _("The annex is open again."),
            },
        )

    def papers(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have PDF and table made again after the work failed."""
        annex = self._found(request, pk, "write")
        attempt_now(
            request,
            lambda: ask_for_papers(annex=annex, by=person(request), now=clock.now()),
            _("The PDF and the table are being made."),
        )
        return redirect("admin:coaching_annex_change", pk)

    def pdf(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The paper that left."""
        return self._hand_out(request, pk, "paper")

    def xlsx(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The table that left with it."""
        return self._hand_out(request, pk, "table")

    def _hand_out(self, request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
        annex = self._found(request, pk)
        stored = getattr(annex, kind)
        if stored is None:
            raise Http404
        note_access(request, annex, "download")
        return hand_out(request, stored)


__all__ = ["AnnexAdmin", "manager_of"]
