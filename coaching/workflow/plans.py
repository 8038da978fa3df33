"""The financial plan: begun once, worked on by both sides, kept in versions, talked about line by line."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from coaching import emails
from coaching.models import CaseFile, FinancialPlan, PlanComment, PlanLine, PlanVersion
from coaching.models.plan import MOST_LINES
from coaching.plan.entered import content_of, entered_of
from coaching.workflow import tables
from coaching.workflow.locking import locked, save
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused, next_state

PLAN_FIELDS = ("first_month", "vat_method", "net_rate", "opening")
LINE_FIELDS = ("label", "amounts", "vat_percent", "delay_months", "percent", "span_months", "grace_months")


class PlanFull(Exception):
    """A plan with more lines than anybody reads."""


def _may_edit(case: CaseFile) -> None:
    next_state(tables.CASE, locked(case).state, "edit_plan")


def _note(plan: FinancialPlan, action: str, *, by: User, now: datetime, reason: str = "") -> None:
    record_transition(subject=plan, action=action, from_state="", to_state="", by=by, reason=reason, at=now)


@transaction.atomic
def begin_plan(*, case: CaseFile, first_month: date, by: User, now: datetime) -> FinancialPlan:
    """Open the file's plan; a second press finds the one that the first has made."""
    with association_scope(case.association_id):
        _may_edit(case)
        plan = FinancialPlan.objects.filter(case_file=case).first()
        if plan is None:
            plan = FinancialPlan(
                association_id=case.association_id, case_file=case, first_month=first_month, begun_by=by, begun_at=now
            )
            plan.save()
            _note(plan, "begin", by=by, now=now)
    return plan


@transaction.atomic
def change_plan(
    *, plan: FinancialPlan, values: Mapping[str, Any], version: int, by: User, now: datetime
) -> FinancialPlan:
    """Change when the plan begins, how the tax is settled, what is at hand; an edit in between is never overwritten."""
    with association_scope(plan.association_id):
        _may_edit(plan.case_file)
        plan = locked(plan, version=version)
        changed = [name for name in PLAN_FIELDS if getattr(plan, name) != values[name]]
        for name in changed:
            setattr(plan, name, values[name])
        if changed:
            save(plan, *changed)
            _note(plan, "edit", by=by, now=now)
    return plan


@transaction.atomic
def add_line(*, plan: FinancialPlan, kind: str, values: Mapping[str, Any], by: User, now: datetime) -> PlanLine:
    """One more line; ``PlanFull`` beyond what a plan can hold."""
    with association_scope(plan.association_id):
        _may_edit(plan.case_file)
        if PlanLine.objects.filter(plan=plan, removed_at=None).count() >= MOST_LINES:
            raise PlanFull
        line = PlanLine(
            association_id=plan.association_id,
            case_file_id=plan.case_file_id,
            plan=plan,
            kind=kind,
            added_at=now,
            **{name: values[name] for name in LINE_FIELDS},
        )
        line.save()
        _note(plan, "add_line", by=by, now=now, reason=line.label)
    return line


@transaction.atomic
def change_line(*, line: PlanLine, values: Mapping[str, Any], version: int, by: User, now: datetime) -> PlanLine:
    """Change a line; whoever saved it meanwhile is not overwritten (``ChangedMeanwhile``)."""
    with association_scope(line.association_id):
        _may_edit(line.case_file)
        line = locked(line, version=version)
        if line.removed_at is not None:
            raise TransitionRefused("change_line", "removed")
        changed = [name for name in LINE_FIELDS if getattr(line, name) != values[name]]
        for name in changed:
            setattr(line, name, values[name])
        if changed:
            save(line, *changed)
            _note(line.plan, "change_line", by=by, now=now, reason=line.label)
    return line


@transaction.atomic
def remove_line(*, line: PlanLine, is_removed: bool, by: User, now: datetime) -> PlanLine:
    """Take a line out of the plan, or put it back; what was said about it stays."""
    with association_scope(line.association_id):
        _may_edit(line.case_file)
        line = locked(line)
        if (line.removed_at is not None) != is_removed:
            line.removed_at = now if is_removed else None
            save(line, "removed_at")
            _note(line.plan, "remove_line" if is_removed else "restore_line", by=by, now=now, reason=line.label)
    return line


@transaction.atomic
def keep_version(*, plan: FinancialPlan, name: str, by: User, now: datetime) -> PlanVersion:
    """Keep the plan as it stands under a name, to compare it with later ones."""
    with association_scope(plan.association_id):
        plan = locked(plan)
        lines = PlanLine.objects.filter(plan=plan, removed_at=None)
        last = PlanVersion.objects.filter(plan=plan).aggregate(last=Max("number"))["last"] or 0
        version = PlanVersion(
            association_id=plan.association_id,
            case_file_id=plan.case_file_id,
            plan=plan,
            number=last + 1,
            name=name,
            content=content_of(entered_of(plan, lines)),
            kept_by=by,
            kept_at=now,
        )
        version.save()
        _note(plan, "keep", by=by, now=now, reason=str(version))
    return version


@transaction.atomic
def comment_on_line(
    *, line: PlanLine, text: str, answers: PlanComment | None = None, by: User, now: datetime
) -> PlanComment:
    """Say or answer something about a line; the other side is told. An answer opens what was settled again."""
    with association_scope(line.association_id):
        comment = PlanComment(
            association_id=line.association_id,
            case_file_id=line.case_file_id,
            line=line,
            answers=answers,
            author=by,
            text=text,
            written_at=now,
        )
        comment.save()
        if answers is not None and answers.settled_at is not None:
            _settle(locked(answers), None, None)
        emails.queue_plan_comment(line.case_file, by=by, now=now)
    return comment


@transaction.atomic
def settle_comment(*, comment: PlanComment, is_settled: bool, by: User, now: datetime) -> PlanComment:
    """Nothing is left to say on it, or there is after all."""
    with association_scope(comment.association_id):
        comment = locked(comment)
        if (comment.settled_at is not None) != is_settled:
            _settle(comment, by if is_settled else None, now if is_settled else None)
            _note(comment.line.plan, "settle" if is_settled else "unsettle", by=by, now=now, reason=comment.text[:80])
    return comment


def _settle(comment: PlanComment, by: User | None, at: datetime | None) -> None:
    comment.settled_by, comment.settled_at = by, at
    save(comment, "settled_by", "settled_at")
