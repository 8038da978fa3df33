"""Charging the funders: one annex per funder and quarter, made from the ledger, frozen when it is issued.

A line of the ledger is charged in exactly one annex. What was entered or corrected after its quarter's annex had left
stands in the funder's next one, under a heading of its own; so the sum of all annexes and of what no annex holds yet is
always the sum of the ledger, to the centime.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coaching.enums import AnnexState
from coaching.models import Annex, AnnexLine, TimeEntryShare
from coaching.quarters import Quarter
from coaching.workflow import tables
from coaching.workflow.ledger import NO_MONEY
from coaching.workflow.locking import locked, save
from coaching.workflow.references import annex_number
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.transitions import next_state
from promo_portal.jobs.models import Job
from promo_portal.jobs.workflow import queue_job
from promo_portal.regions.models import Association, Funder

MAKE_PAPERS = "coaching.annex"


class AnnexRefused(Exception):
    """The annex cannot be issued or paid as it stands; ``message`` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def chargeable(association_id: int, *, until: date, funder: Funder | int | None = None) -> QuerySet[TimeEntryShare]:
    """Parts of lines up to a day that no annex holds yet, in the order of an annex."""
    rows = TimeEntryShare.objects.filter(
        association_id=association_id, entry__worked_on__lte=until, annex_line__isnull=True
    )
    if funder is not None:
        rows = rows.filter(funder=funder)
    return in_order(rows)


def in_order(rows: QuerySet[TimeEntryShare]) -> QuerySet[TimeEntryShare]:
    """By file, then by day, as a funder reads it."""
    related = ("entry__case_file", "entry__person", "entry__corrects")
    return rows.select_related(*related).order_by("entry__case_file__reference", "entry__worked_on", "entry_id", "pk")


def shares_of_annex(annex: Annex) -> QuerySet[TimeEntryShare]:
    """What stands in an annex: its own lines once it is issued, before that what would."""
    if annex.state == AnnexState.DRAFT:
        return chargeable(annex.association_id, until=annex.period_to, funder=annex.funder_id)
    return in_order(TimeEntryShare.objects.filter(annex_line__annex=annex))


@transaction.atomic
def prepare_annexes(*, association: Association, quarter: Quarter, by: User, now: datetime) -> list[Annex]:
    """A draft for each funder who has something to pay for the quarter or before it; asking twice makes nothing twice.

    A funder whose annex of this quarter or of a later one has left already gets none: what is new waits for the next.
    """
    owed = chargeable(association.pk, until=quarter.last).order_by()
    funders = set(owed.values_list("funder_id", flat=True))
    taken = Annex.objects.filter(association=association, funder__in=funders, period_from__gte=quarter.first)
    made = []
    for funder_id in sorted(funders - set(taken.order_by().values_list("funder_id", flat=True))):
        annex, is_new = Annex.objects.get_or_create(
            association_id=association.pk,
            funder_id=funder_id,
            period_from=quarter.first,
            defaults={"period_to": quarter.last, "prepared_by": by, "prepared_at": now},
        )
        if is_new:
            record_transition(subject=annex, action="prepare", from_state="", to_state=annex.state, by=by, at=now)
            made.append(annex)
    return made


@transaction.atomic
def issue_annex(*, annex: Annex, language: str, by: User, now: datetime) -> Annex:
    """Freeze the draft's lines under a number and a day, and have the PDF and the table made.

    Only when the quarter is over, in the order of the quarters, and when there is something to charge.
    """
    annex = _locked_with_its_kin(annex)
    before, after = annex.state, next_state(tables.ANNEX, annex.state, "issue")
    today = now.astimezone(clock.ZURICH).date()
    _may_leave(annex, today)
    shares = list(chargeable(annex.association_id, until=annex.period_to, funder=annex.funder_id))
    if not shares:
        raise AnnexRefused(_("There is nothing to charge: every line stands in another annex."))
    AnnexLine.objects.bulk_create(
        AnnexLine(association_id=annex.association_id, annex=annex, share=share) for share in shares
    )
    annex.state, annex.language = after, language
    annex.number = annex_number(annex.association_id, today.year)
    total = total_of(shares)
    annex.minutes, annex.amount = total.minutes, total.amount
    annex.issued_on, annex.issued_by = today, by
    save(annex, "state", "language", "number", "minutes", "amount", "issued_on", "issued_by")
    record_transition(subject=annex, action="issue", from_state=before, to_state=after, by=by, at=now)
    _ask_for_papers(annex, by=by, now=now)
    return annex


def _locked_with_its_kin(annex: Annex) -> Annex:
    """The annex, and with it the funder's others, so that no line is charged by two of them at once."""
    kin = Annex.objects.select_for_update(of=("self",)).order_by("pk")
    return next(
        row for row in kin.filter(association_id=annex.association_id, funder_id=annex.funder_id) if row == annex
    )


def _may_leave(annex: Annex, today: date) -> None:
    if annex.period_to >= today:
        raise AnnexRefused(_("The quarter is not over: an annex leaves once nothing more can happen in it."))
    others = Annex.objects.filter(association_id=annex.association_id, funder_id=annex.funder_id).exclude(pk=annex.pk)
    earlier = others.filter(state=AnnexState.DRAFT, period_from__lt=annex.period_from).order_by("period_from").first()
    if earlier is not None:
        raise AnnexRefused(_("First issue the annex of the %(quarter)s.") % {"quarter": earlier.quarter})
    if others.exclude(state=AnnexState.DRAFT).filter(period_from__gt=annex.period_from).exists():
        raise AnnexRefused(
            _("An annex of a later quarter has left already: what is still open goes into the next one.")
        )


@transaction.atomic
def pay_annex(*, annex: Annex, on: date, by: User, now: datetime) -> Annex:
    """Note that the funder has paid, with the day of the payment."""
    annex = locked(annex)
    before, after = annex.state, next_state(tables.ANNEX, annex.state, "pay")
    if annex.issued_on is not None and on < annex.issued_on:
        raise AnnexRefused(_("The annex left on a later day than that."))
    annex.state, annex.paid_on, annex.paid_by = after, on, by
    save(annex, "state", "paid_on", "paid_by")
    record_transition(subject=annex, action="pay", from_state=before, to_state=after, by=by, at=now)
    return annex


@transaction.atomic
def take_back_payment(*, annex: Annex, reason: str, by: User, now: datetime) -> Annex:
    """The payment was noted by mistake."""
    annex = locked(annex)
    before, after = annex.state, next_state(tables.ANNEX, annex.state, "take_back")
    annex.state, annex.paid_on, annex.paid_by = after, None, None
    save(annex, "state", "paid_on", "paid_by")
    record_transition(
        subject=annex, action="take_back", from_state=before, to_state=after, by=by, reason=reason, at=now
    )
    return annex


@transaction.atomic
def ask_for_papers(*, annex: Annex, by: User, now: datetime) -> Annex:
    """Have PDF and table made again where the work failed; what exists is never replaced."""
    annex = locked(annex)
    is_underway = Job.objects.filter(pk=annex.job_id or 0).exclude(state__in=("done", "failed", "cancelled")).exists()
    if annex.state != AnnexState.DRAFT and annex.paper_id is None and not is_underway:
        _ask_for_papers(annex, by=by, now=now)
    return annex


def _ask_for_papers(annex: Annex, *, by: User, now: datetime) -> None:
    job = queue_job(
        kind=MAKE_PAPERS, by=by, now=now, association_id=annex.association_id, parameters={"annex": annex.pk}
    )
    annex.job_id = job.pk
    save(annex, "job_id")


@dataclass(frozen=True)
class Total:
    """Some parts of lines added up: minutes worked, what they cost in all, and what the funder pays of it."""

    minutes: int
    cost: Decimal
    amount: Decimal


def total_of(shares: Sequence[TimeEntryShare]) -> Total:
    """Minutes and francs of some parts of lines."""
    return Total(
        minutes=sum(share.entry.minutes for share in shares),
        cost=sum((share.entry.amount for share in shares), NO_MONEY),
        amount=sum((share.amount for share in shares), NO_MONEY),
    )
