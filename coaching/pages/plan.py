"""The financial plan's pages for both sides: overview, frame, line, comments, versions, comparison, Excel."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from coaching.enums import CaseState, LineKind
from coaching.forms.plan import BeginForm, CommentForm, PlanForm, PlanLineForm, VersionNameForm, initial_of
from coaching.models import FinancialPlan, PlanComment, PlanLine, PlanVersion
from coaching.models.plan import MONTHS
from coaching.pages.desk import Desk
from coaching.plan import Entered, Figures, entered_of, from_content, reckon
from coaching.plan.book import book_of
from coaching.plan.charts import break_even_chart, money_chart
from coaching.plan.comparing import compare
from coaching.plan.labels import payment_names, receipt_names
from coaching.plan.reckoning import YEAR
from coaching.workflow.locking import ChangedMeanwhile
from coaching.workflow.plans import (
    PlanFull,
    add_line,
    begin_plan,
    change_line,
    change_plan,
    comment_on_line,
    keep_version,
    remove_line,
    settle_comment,
)
from promo_portal.accounts.access import note_access
from promo_portal.core import clock
from promo_portal.core.transitions import TransitionRefused

NOW = "now"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _plan(desk: Desk, *, log: str = "view") -> FinancialPlan:
    rows = FinancialPlan.objects.select_related("case_file__founder", "case_file__lead", "case_file__association")
    found = get_object_or_404(rows, case_file=desk.case)
    if desk.is_staff and desk.request.method == "GET":
        note_access(desk.request, found, log)
    return found


def _line(plan: FinancialPlan, pk: int) -> PlanLine:
    rows = PlanLine.objects.select_related("plan", "case_file__founder", "case_file__lead", "case_file__association")
    return get_object_or_404(rows, pk=pk, plan=plan)


def _entered(plan: FinancialPlan) -> Entered:
    return entered_of(plan, PlanLine.objects.filter(plan=plan, removed_at=None).order_by("pk"))


def _attempt(form: Any, step: Callable[[], Any]) -> bool:
    """Run a step; what refuses it becomes words in the form, and everything typed stays."""
    try:
        step()
    except ChangedMeanwhile as change:
        form.changed_meanwhile = change.current
        form.data = form.data.copy()
        form.data["version"] = str(change.current.version)  # type: ignore[attr-defined]
        form.add_error(None, change.message)
    except TransitionRefused as refusal:
        form.add_error(None, refusal.message)
    except PlanFull:
        form.add_error(None, _("The plan is full. Put small lines together."))
    else:
        return True
    return False


def may_edit(desk: Desk) -> bool:
    """A closed file's plan is read only."""
    return desk.case.state != CaseState.CLOSED


# -- overview -----------------------------------------------------------------------------------------------------------


def overview(desk: Desk) -> HttpResponse:
    """The plan at a glance, its lines, and what follows from them; where there is none, a way to begin."""
    plan = FinancialPlan.objects.filter(case_file=desk.case).first()
    if plan is None:
        return _begin(desk)
    if desk.is_staff:
        note_access(desk.request, plan)
    return _overview(desk, plan, VersionNameForm())


def _begin(desk: Desk) -> HttpResponse:
    posted = desk.request.method == "POST"
    initial = {"first_month": clock.today().replace(day=1).isoformat()}
    form = BeginForm(desk.request.POST if posted else None, initial=initial)
    if posted and form.is_valid():
        month = form.cleaned_data["first_month"]
        if _attempt(form, lambda: begin_plan(case=desk.case, first_month=month, by=desk.person, now=clock.now())):
            return desk.go("plan", said=_("Plan begun. Add your first line."))
    return desk.show("coaching/plan/begin.html", {"form": form, "may_edit": may_edit(desk)})


def _overview(desk: Desk, plan: FinancialPlan, form: VersionNameForm) -> HttpResponse:
    figures = reckon(_entered(plan))
    context = {
        **_figures(plan, figures),
        "form": form,
        "may_edit": may_edit(desk),
        "urls": {name: desk.url(name) for name in ("plan_frame", "plan_compare", "plan_export", "plan_keep")},
        "groups": _groups(figures, desk),
        "versions": list(PlanVersion.objects.filter(plan=plan).select_related("kept_by").defer("content")),
        "removed": [
            {"line": line, "url": desk.url("plan_line", line.pk)}
            for line in PlanLine.objects.filter(plan=plan).exclude(removed_at=None).order_by("pk")
        ],
    }
    return desk.show("coaching/plan/overview.html", context)


def to_read(plan: FinancialPlan) -> dict[str, Any]:
    """The overview for somebody who reads and no more: without comments, versions, and lines that were taken out."""
    figures = reckon(_entered(plan))
    bare: dict[str, Any] = {"form": None, "may_edit": False, "urls": {}, "versions": [], "removed": []}
    return {**_figures(plan, figures), **bare, "groups": _groups(figures)}


def _figures(plan: FinancialPlan, figures: Figures) -> dict[str, Any]:
    lowest, month = figures.lowest
    pays = figures.pays_from
    return {
        "plan": plan,
        "years": figures.years(),
        "money": figures.balance[-1],
        "lowest": lowest,
        "lowest_month": figures.entered.month(month),
        "pays_from": figures.entered.month(pays) if pays is not None else None,
        "vat_owed": figures.vat_owed_at_end,
        "money_chart": money_chart(figures, _("At hand")),
        "break_even_chart": break_even_chart(figures, _("Sales"), _("Costs")),
        "tables": _money_tables(figures),
    }


def _groups(figures: Figures, desk: Desk | None = None) -> list[dict[str, Any]]:
    """The lines by kind with what each comes to in each year; at a desk also their pages, and the comments that wait."""
    open_comments: Counter[int] = Counter()
    if desk:
        rows = PlanComment.objects.filter(case_file=desk.case, answers=None, settled_at=None)
        open_comments.update(rows.values_list("line_id", flat=True))
    return [
        {
            "kind": kind,
            "label": kind.label,
            "add_url": desk.url("plan_add", kind.value) if desk else "",
            "lines": [
                {
                    "line": line,
                    "url": desk.url("plan_line", line.number) if desk else "",
                    "years": _by_year(figures.by_line[line.number]),
                    "comments": open_comments[line.number],
                }
                for line in figures.entered.of(kind)
            ],
        }
        for kind in LineKind
    ]


def _by_year(row: Sequence[int]) -> list[int]:
    return [sum(row[start : start + YEAR]) for start in range(0, MONTHS, YEAR)]


def _money_tables(figures: Figures) -> list[dict[str, Any]]:
    """The money by month, one table a year; rows without a franc in three years are left out."""
    names = {**receipt_names(), **payment_names()}
    tables = []
    for start in range(0, MONTHS, YEAR):
        months = slice(start, start + YEAR)
        tables.append(
            {
                "number": start // YEAR + 1,
                "months": [figures.entered.month(index) for index in range(start, start + YEAR)],
                "receipts": [(names[key], row[months]) for key, row in figures.receipts.items() if any(row)],
                "payments": [(names[key], row[months]) for key, row in figures.payments.items() if any(row)],
                "change": figures.change[months],
                "balance": figures.balance[months],
            }
        )
    return tables


def keep(desk: Desk) -> HttpResponse:
    """Keep the plan under a name."""
    plan = _plan(desk)
    form = VersionNameForm(desk.request.POST)
    if not form.is_valid():
        return _overview(desk, plan, form)
    version = keep_version(plan=plan, name=form.cleaned_data["name"], by=desk.person, now=clock.now())
    return desk.go("plan", said=_("Version kept: %(name)s") % {"name": version}, fragment="versions")


# -- frame and lines ----------------------------------------------------------------------------------------------------


def frame(desk: Desk) -> HttpResponse:
    """When the plan begins, how the tax is settled, what is at hand."""
    plan, posted = _plan(desk), desk.request.method == "POST"
    initial = {
        "first_month": plan.first_month.isoformat(),
        "vat_method": plan.vat_method,
        "net_rate": plan.net_rate or None,
        "opening": plan.opening,
        "version": plan.version,
    }
    form = PlanForm(desk.request.POST if posted else None, plan=plan, initial=initial)
    if posted and form.is_valid():
        values = form.cleaned_data
        if _attempt(
            form,
            lambda: change_plan(plan=plan, values=values, version=values["version"], by=desk.person, now=clock.now()),
        ):
            return desk.go("plan", said=_("Saved and reckoned anew."))
    return desk.show("coaching/plan/frame.html", {"form": form, "back_url": desk.url("plan")})


def add(desk: Desk, kind: str) -> HttpResponse:
    """A new line of one kind."""
    plan = _plan(desk)
    if kind not in LineKind.values:
        raise Http404
    form = _line_form(desk, plan, LineKind(kind), {"version": 1})
    if _is_to_save(desk, form):
        values = form.cleaned_data["line"]
        made: list[PlanLine] = []
        if _attempt(
            form,
            lambda: made.append(add_line(plan=plan, kind=kind, values=values, by=desk.person, now=clock.now())),
        ):
            return desk.go("plan", said=_("Line added: %(line)s") % {"line": made[0].label}, fragment="lines")
    return _show_line(desk, form, None)


def line(desk: Desk, line_pk: int) -> HttpResponse:
    """Change a line, take it out or put it back; below, what was said about it."""
    plan = _plan(desk)
    found = _line(plan, line_pk)
    action = desk.request.POST.get("action", "")
    if action in {"remove", "restore"}:
        return _turn(desk, found, is_removed=action == "remove")
    form = _line_form(desk, plan, LineKind(found.kind), initial_of(found))
    if _is_to_save(desk, form):
        values = form.cleaned_data
        if _attempt(
            form,
            lambda: change_line(
                line=found, values=values["line"], version=values["version"], by=desk.person, now=clock.now()
            ),
        ):
            return desk.go("plan", said=_("Saved and reckoned anew."), fragment="lines")
    return _show_line(desk, form, found)


def _turn(desk: Desk, found: PlanLine, *, is_removed: bool) -> HttpResponse:
    try:
        remove_line(line=found, is_removed=is_removed, by=desk.person, now=clock.now())
    except TransitionRefused as refusal:
        messages.warning(desk.request, refusal.message)
        return desk.go("plan")
    said = _("Line taken out: %(line)s") if is_removed else _("Line put back: %(line)s")
    return desk.go("plan", said=said % {"line": found.label}, fragment="lines")


def _line_form(desk: Desk, plan: FinancialPlan, kind: LineKind, initial: dict[str, Any]) -> PlanLineForm:
    posted = desk.request.POST if desk.request.method == "POST" else None
    form = PlanLineForm(posted, kind=kind, plan=plan, initial=initial)
    if posted is not None and posted.get("action") == "fill":
        form.is_valid()
        if not any(name.startswith("fill_") for name in form.errors):
            form = PlanLineForm(form.filled(), kind=kind, plan=plan, initial=initial)
    return form


def _is_to_save(desk: Desk, form: PlanLineForm) -> bool:
    return desk.request.method == "POST" and desk.request.POST.get("action") != "fill" and form.is_valid()


def _show_line(desk: Desk, form: PlanLineForm, found: PlanLine | None) -> HttpResponse:
    is_filling = desk.request.POST.get("action") == "fill"
    context = {
        "form": form,
        "line": found,
        "kind": form.kind,
        "is_filling": is_filling,
        "back_url": desk.url("plan"),
        "may_edit": may_edit(desk),
        "was_changed": _what_changed(form),
        "comments": _comments(desk, found) if found else [],
        "comment_url": desk.url("plan_comment", found.pk) if found else "",
        "comment_form": CommentForm(),
    }
    return desk.show("coaching/plan/line.html", context)


def _what_changed(form: PlanLineForm) -> list[tuple[str, int, int]]:
    """After a conflict: the months in which the saved line differs from what was typed."""
    current = getattr(form, "changed_meanwhile", None)
    if current is None:
        return []
    typed = form.cleaned_data["line"]["amounts"]
    return [
        (str(form.fields[f"m{index}"].label), current.amounts[index], typed[index])
        for index in range(MONTHS)
        if current.amounts[index] != typed[index]
    ]


# -- comments -----------------------------------------------------------------------------------------------------------


def _comments(desk: Desk, found: PlanLine) -> list[dict[str, Any]]:
    rows = list(PlanComment.objects.filter(line=found).select_related("author", "settled_by"))
    return [
        {
            "comment": row,
            "settle_url": desk.url("plan_settle", row.pk),
            "replies": [reply for reply in rows if reply.answers_id == row.pk],
        }
        for row in rows
        if row.answers_id is None
    ]


def comment(desk: Desk, line_pk: int) -> HttpResponse:
    """Say something about a line, or answer what was said."""
    found = _line(_plan(desk), line_pk)
    form = CommentForm(desk.request.POST)
    if not form.is_valid():
        messages.warning(desk.request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return desk.go("plan_line", line_pk, fragment="comments")
    number = desk.request.POST.get("answers", "")
    answers = None
    if number:
        rows = PlanComment.objects.filter(line=found, answers=None)
        answers = get_object_or_404(rows, pk=int(number) if number.isascii() and number.isdigit() else 0)
    comment_on_line(line=found, text=form.cleaned_data["text"], answers=answers, by=desk.person, now=clock.now())
    return desk.go("plan_line", line_pk, said=_("Comment added."), fragment="comments")


def settle(desk: Desk, comment_pk: int) -> HttpResponse:
    """Say that a comment is settled, or open it again."""
    rows = PlanComment.objects.select_related("line__plan", "case_file")
    found = get_object_or_404(rows, pk=comment_pk, case_file=desk.case, answers=None)
    is_settled = desk.request.POST.get("open") != "1"
    settle_comment(comment=found, is_settled=is_settled, by=desk.person, now=clock.now())
    said = _("Settled.") if is_settled else _("Open again.")
    return desk.go("plan_line", found.line_id, said=said, fragment="comments")


# -- versions and Excel -------------------------------------------------------------------------------------------------


def comparison(desk: Desk) -> HttpResponse:
    """Two versions side by side; by default the last one kept and the plan as it stands."""
    plan = _plan(desk)
    versions = list(PlanVersion.objects.filter(plan=plan).defer("content"))
    choices = [(NOW, _("the plan as it stands")), *((str(version.number), str(version)) for version in versions)]
    known = dict(choices)
    first = desk.request.GET.get("from", "")
    second = desk.request.GET.get("to", "")
    first = first if first in known else str(versions[0].number) if versions else NOW
    second = second if second in known else NOW
    context = {
        "choices": choices,
        "first": first,
        "second": second,
        "first_name": known[first],
        "second_name": known[second],
        "comparison": compare(_side(plan, first), _side(plan, second)),
        "has_versions": bool(versions),
        "back_url": desk.url("plan"),
    }
    return desk.show("coaching/plan/compare.html", context)


def _side(plan: FinancialPlan, name: str) -> Entered:
    if name == NOW:
        return _entered(plan)
    return from_content(PlanVersion.objects.get(plan=plan, number=int(name)).content)


def export(desk: Desk) -> HttpResponse:
    """The plan as an Excel book; the export is noted."""
    plan = _plan(desk, log="export")
    title = _("Financial plan %(title)s") % {"title": desk.case.title}
    answer = HttpResponse(book_of(reckon(_entered(plan)), title), content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, f"{title}.xlsx") or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer
