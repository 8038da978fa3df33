"""Review of proposals: by firm, field by field, or all without conflict at once."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Min, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from companies.admin.doors import MOST_COUNTED, CappedPaginator, attempt, page, person
from companies.entry import PICTURES, STATEMENTS, label_of
from companies.enums import ProposalState
from companies.forms.campaigns import DecideForm
from companies.forms.staff import AnswerForm, ReasonForm
from companies.models import ChangeProposal, Organisation
from companies.permissions import INTERNALS, may_keep, organisation_for_staff, organisations_for_staff
from companies.proposal_lines import groups_of
from companies.queues import count_up_to
from companies.workflow.proposals import Decided, accept_many, accept_proposal, decide_fields, refuse_proposal
from promo_portal.accounts.access import open_record, require
from promo_portal.accounts.admin_base import PortalModelAdmin
from promo_portal.accounts.rights import Rights
from promo_portal.core import clock

ENTRIES = 20
AT_ONCE = 500
QUEUE = "admin:companies_changeproposal_changelist"


def proposals_for_staff(rights: Rights) -> QuerySet[ChangeProposal]:
    """Proposals for the entries that somebody keeps or reads."""
    return ChangeProposal.objects.filter(organisation__in=organisations_for_staff(rights))


def open_proposals(rights: Rights) -> QuerySet[ChangeProposal]:
    """Those that wait for a decision."""
    return proposals_for_staff(rights).filter(state=ProposalState.OPEN)


def _after(rights: Rights, organisation_id: int, decided: ChangeProposal | None = None) -> str:
    """Where the queue goes on once a change (or, without one, a whole entry) is decided; asked before the decision.

    The next change of the same entry, else the entry that has waited longest after it, on its page as it will be then.
    """
    waiting = open_proposals(rights)
    queue = (
        waiting.order_by().values("organisation").annotate(since=Min("created_at")).order_by("since", "organisation")
    )
    own = list(waiting.filter(organisation=organisation_id).order_by("field", "created_at", "pk"))
    left = [row for row in own if decided is not None and row.pk != decided.pk]
    behind = [row for row in left if decided is not None and _place(row) > _place(decided)]
    target, since = organisation_id, min((row.created_at for row in left), default=None)
    anchor = f"proposal-{behind[0].pk}" if behind else f"entry-{organisation_id}"
    if not behind:
        first = min((row.created_at for row in own), default=None)
        later = Q(since__gt=first) | Q(since=first, organisation__gt=organisation_id)
        following = queue.filter(later).exclude(organisation=organisation_id).first() if first else None
        if following is not None:
            target, since = following["organisation"], following["since"]
            anchor = f"entry-{target}"
    if since is None:
        return reverse(QUEUE)
    ahead = queue.filter(Q(since__lt=since) | Q(since=since, organisation__lt=target))
    gone = [] if left else [organisation_id]
    number = count_up_to(ahead.exclude(organisation__in=[*gone, target]), MOST_COUNTED) // ENTRIES + 1
    return f"{reverse(QUEUE)}{f'?page={number}' if number > 1 else ''}#{anchor}"


def _place(row: ChangeProposal) -> tuple[str, datetime, int]:
    """Its place among the changes of its entry, as the queue shows them."""
    return row.field, row.created_at, row.pk


@admin.register(ChangeProposal)
class ChangeProposalAdmin(PortalModelAdmin):
    """All pages are our own; a proposal is decided, never edited."""

    matrix_object = INTERNALS

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return proposals_for_staff(request.rights)  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        """The decisions."""
        view = self.admin_site.admin_view
        own: list[URLPattern] = [
            path(
                "accept-all/",
                view(require_http_methods(["GET", "POST"])(self.accept_all)),
                name="companies_changeproposal_accept_all",
            ),
            path(
                "entry/<int:organisation_pk>/",
                view(require_http_methods(["GET", "POST"])(self.decide)),
                name="companies_changeproposal_decide",
            ),
            path("<int:pk>/accept/", view(require_POST(self.accept)), name="companies_changeproposal_accept"),
            path(
                "<int:pk>/refuse/",
                view(require_http_methods(["GET", "POST"])(self.refuse)),
                name="companies_changeproposal_refuse",
            ),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Entries with open proposals, the longest waiting first."""
        rights = require(request, INTERNALS)
        waiting = open_proposals(rights)
        number = request.GET.get("organisation", "")
        if number.isdecimal() and len(number) < 18:  # noqa: PLR2004 - beyond is no number
            waiting = waiting.filter(organisation=int(number))
        numbers = waiting.order_by().values("organisation").annotate(since=Min("created_at"))
        listed = CappedPaginator(numbers.order_by("since", "organisation"), ENTRIES).get_page(request.GET.get("page"))
        order = [row["organisation"] for row in listed.object_list]
        entries = Organisation.objects.select_related("municipality").in_bulk(order)
        rows = list(waiting.filter(organisation__in=order).order_by("organisation", "field", "created_at", "pk"))
        context = {
            "title": _("Proposed changes"),
            "groups": groups_of([entries[pk] for pk in order], rows),
            "page_obj": listed,
            "may_decide": may_keep(rights),
            "is_one": bool(number),
        }
        return page(self.admin_site, request, "companies/admin/proposals.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One proposal by itself: read it, accept it, or accept another value."""
        if not object_id.isdecimal():
            raise Http404
        found = self._found(request, int(object_id))
        is_picture = found.field in (*PICTURES, *STATEMENTS)
        form = AnswerForm(request.POST if request.method == "POST" else None, initial={"text": found.proposed})
        if is_picture:
            del form.fields["text"]  # nobody writes another picture or another statement
        if request.method == "POST":
            rights = require(request, INTERNALS, "write")
            where_next = _after(rights, found.organisation_id, found)
            text = form.cleaned_data.get("text") if form.is_valid() else ""
            if form.is_valid() and attempt(
                request,
                lambda: accept_proposal(proposal=found, by=person(request), now=clock.now(), text=text),
                _("Accepted: %(field)s") % {"field": label_of(found.field)},
                form=form,
            ):
                return redirect(where_next)
        (group,) = groups_of([found.organisation], [found])
        context = {
            "title": f"{found.organisation} · {label_of(found.field)}",
            "found": found,
            "line": group.lines[0],
            "is_picture": is_picture,
            "may_decide": may_keep(request.rights) and found.state == ProposalState.OPEN,  # type: ignore[attr-defined]
        }
        return page(self.admin_site, request, "companies/admin/proposal.html", context, form=form)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened stands on its own page."""
        return self.change_view(request, object_id)

    def _found(self, request: HttpRequest, pk: int, *, act: Any = "read") -> ChangeProposal:
        rows = proposals_for_staff(request.rights).select_related("organisation__municipality")  # type: ignore[attr-defined]
        return open_record(request, rows, INTERNALS, act=act, log=None, pk=pk)

    def accept(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take over the proposed value; the next one is on the same page."""
        rights = require(request, INTERNALS, "write")
        found = self._found(request, pk, act="write")
        where_next = _after(rights, found.organisation_id, found)
        attempt(
            request,
            lambda: accept_proposal(proposal=found, by=person(request), now=clock.now()),
            _("Accepted: %(field)s of %(entry)s") % {"field": label_of(found.field), "entry": found.organisation},
        )
        return redirect(where_next)

    def refuse(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave the entry as it is, with the reason."""
        rights = require(request, INTERNALS, "write")
        found = self._found(request, pk, act="write")
        where_next = _after(rights, found.organisation_id, found)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            if attempt(
                request,
                lambda: refuse_proposal(proposal=found, reason=reason, by=person(request), now=clock.now()),
                _("Refused: %(field)s of %(entry)s") % {"field": label_of(found.field), "entry": found.organisation},
                form=form,
            ):
                return redirect(where_next)
        (group,) = groups_of([found.organisation], [found])
        context = {"title": _("Refuse the change"), "found": found.organisation, "line": group.lines[0]}
        context["label"] = context["title"]
        return page(self.admin_site, request, "companies/admin/step.html", context, form=form)

    def decide(self, request: HttpRequest, organisation_pk: int) -> HttpResponse:
        """All changes of one entry in one go: accept some, refuse others with a reason; the company reads the outcome."""
        rights = require(request, INTERNALS, "write")
        found = organisation_for_staff(request, organisation_pk, act="write")
        where_next = _after(rights, found.pk)
        rows = list(found.proposals.filter(state=ProposalState.OPEN).order_by("field", "created_at", "pk"))
        numbers = [row.pk for row in rows]
        form = DecideForm(request.POST if request.method == "POST" else None, numbers=numbers)
        if request.method == "POST" and form.is_valid():
            accepted = set(form.accepted())
            decided: list[Decided] = []
            done = attempt(
                request,
                lambda: decided.append(
                    decide_fields(
                        organisation=found,
                        accept=[row for row in rows if row.pk in accepted],
                        refuse=form.refused(),
                        by=person(request),
                        now=clock.now(),
                    )
                ),
            )
            if done:
                self._tell(request, decided[0])
                return redirect(where_next)
        lines = [line for group in groups_of([found], rows) for line in group.lines]
        context = {
            "title": _("Decide on the changes of %(entry)s") % {"entry": found},
            "found": found,
            "rows": [self._choice(form, line) for line in lines],
            "senders": sorted({row.answer_to for row in rows if row.answer_to}),
        }
        return page(self.admin_site, request, "companies/admin/decide.html", context, form=form)

    def _choice(self, form: DecideForm, line: Any) -> dict[str, Any]:
        """A line with what was chosen; a conflict and a statement are never chosen beforehand."""
        number = line.proposal.pk
        typed = form.data.get(f"answer_{number}") if form.is_bound else ""
        return {
            "line": line,
            "answer": typed or ("later" if line.is_conflict or line.proposal.field in STATEMENTS else "accept"),
            "reason": form.data.get(f"reason_{number}", "")[:300] if form.is_bound else "",
            "errors": form.errors.get(f"reason_{number}", []) if form.is_bound else [],
        }

    def _tell(self, request: HttpRequest, decided: Decided) -> None:
        text = ngettext("%(count)s change decided.", "%(count)s changes decided.", len(decided.done))
        messages.success(request, text % {"count": len(decided.done)})
        for proposal, why in decided.skipped:
            messages.warning(request, f"{label_of(proposal.field)}: {why}")

    def accept_all(self, request: HttpRequest) -> HttpResponse:
        """The preview of all without conflict, then the same for good."""
        rights = require(request, INTERNALS, "write")
        waiting = open_proposals(rights)
        seen = request.POST.get("seen", "")
        is_looked_at = request.method == "POST" and seen.isdecimal() and len(seen) < 18  # noqa: PLR2004 - beyond is no number
        if is_looked_at:  # what has arrived since the preview was shown is nobody's decision yet
            waiting = waiting.filter(pk__lte=int(seen))
        rows = list(waiting.order_by("created_at", "pk")[:AT_ONCE])
        if is_looked_at:
            decided = accept_many(proposals=rows, by=person(request), now=clock.now())
            text = ngettext("%(count)s change accepted.", "%(count)s changes accepted.", len(decided.done))
            messages.success(request, text % {"count": len(decided.done)})
            if decided.skipped:
                text = ngettext(
                    "%(count)s is left for a look of your own.",
                    "%(count)s are left for a look of your own.",
                    len(decided.skipped),
                )
                messages.info(request, text % {"count": len(decided.skipped)})
            return redirect("admin:companies_changeproposal_changelist")
        found = Organisation.objects.select_related("municipality").in_bulk({row.organisation_id for row in rows})
        groups = groups_of([found[pk] for pk in sorted(found)], rows)
        lines = [line for group in groups for line in group.lines]
        context = {
            "title": _("Accept all changes without conflict"),
            "groups": Paginator(groups, ENTRIES).get_page(request.GET.get("page")),
            "seen": max((row.pk for row in rows), default=0),
            "fit": sum(not line.is_conflict for line in lines),
            "conflicts": sum(line.is_conflict for line in lines),
        }
        return page(self.admin_site, request, "companies/admin/accept_all.html", context)
