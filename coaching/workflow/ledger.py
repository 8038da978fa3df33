"""The ledger of a file: time and money in, divided among the funders to the centime; what was wrong is put right by a
line of its own, so that the sum of all lines is always the truth.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from coaching.enums import TimeKind
from coaching.models import CaseFile, CostRate, Engagement, FundingShare, Meeting, TimeEntry, TimeEntryShare
from coaching.models.money import WHOLE
from coaching.workflow import tables
from coaching.workflow.locking import locked
from promo_portal.accounts.models import User
from promo_portal.core.transitions import next_state
from promo_portal.regions.models import Association, Funder, FundingKey

CENT = Decimal("0.01")
NO_MONEY = Decimal("0.00")
Shares = Sequence[tuple[Funder, int]]


class NothingToCorrect(Exception):
    """The line already says what the correction would make it say."""

    @property
    def message(self) -> str:
        """What the person reads."""
        return _("The line says this already: there is nothing to correct.")


def hour_price(association_id: int, on: date) -> Decimal:
    """What an hour of coaching costs on a day, in francs; nothing where no price was ever entered."""
    rates = CostRate.objects.filter(association_id=association_id, valid_from__lte=on).order_by("-valid_from")
    return rates.values_list("per_hour", flat=True).first() or NO_MONEY


def cost_of(minutes: int, per_hour: Decimal) -> Decimal:
    """Minutes in francs, rounded half up to the centime."""
    return (Decimal(minutes) * per_hour / 60).quantize(CENT, rounding=ROUND_HALF_UP)


def shares_of(case: CaseFile, *, funder: Funder | None, on: date) -> Shares:
    """Who pays for work of a day: the funder named, or what was agreed on.

    Where nothing was, the association pays itself: what nobody else has promised is its own expense.
    """
    if funder is not None:
        return [(funder, WHOLE)]
    return agreed_shares(case, on=on) or [(_own_funder(case.association), WHOLE)]


def agreed_shares(case: CaseFile, *, on: date) -> Shares:
    """The file's own split, or the association's key of the period; empty where there is neither."""
    own = [(row.funder, row.share) for row in FundingShare.objects.filter(case_file=case).select_related("funder")]
    if sum(share for _funder, share in own) == WHOLE:
        return own
    in_force = Q(valid_to=None) | Q(valid_to__gte=on)
    keys = FundingKey.objects.filter(in_force, association_id=case.association_id, valid_from__lte=on)
    key = keys.order_by("-valid_from").first()
    by_key = [(row.funder, row.share) for row in key.shares.select_related("funder")] if key else []
    return by_key if sum(share for _funder, share in by_key) == WHOLE else []


def _own_funder(association: Association) -> Funder:
    found = Funder.objects.filter(kind=Funder.Kind.ASSOCIATION, association=association).order_by("pk").first()
    return found or Funder.objects.create(
        code=f"association-{association.code}",
        kind=Funder.Kind.ASSOCIATION,
        association=association,
        name_fr=association.name_fr,
        name_de=association.name_de,
    )


def divide(amount: Decimal, shares: Shares) -> list[tuple[Funder, Decimal]]:
    """Divide an amount so that the parts add up to it exactly: the largest remainders get the left-over centimes."""
    sign, cents = (-1 if amount < 0 else 1), int(abs(amount) * 100)
    exact = [(funder, divmod(cents * share, WHOLE)) for funder, share in shares]
    left = cents - sum(whole for _funder, (whole, _rest) in exact)
    by_rest = sorted(range(len(exact)), key=lambda place: (-exact[place][1][1], place))
    lucky = set(by_rest[:left])
    return [
        (funder, sign * Decimal(whole + (place in lucky)) * CENT) for place, (funder, (whole, _r)) in enumerate(exact)
    ]


@transaction.atomic
def book_time(
    *,
    case: CaseFile,
    kind: str,
    worked_on: date,
    by: User,
    now: datetime,
    minutes: int = 0,
    amount: Decimal | None = None,
    person: User | None = None,
    funder: Funder | None = None,
    note: str = "",
    meeting: Meeting | None = None,
    engagement: Engagement | None = None,
) -> TimeEntry:
    """Add a line. Time is priced by the hour of that day, unless an amount (a specialist's bill, other costs) is given."""
    next_state(tables.CASE, locked(case).state, "book_time")
    if amount is None:
        amount = cost_of(minutes, hour_price(case.association_id, worked_on))
    entry = TimeEntry(
        association_id=case.association_id,
        case_file=case,
        meeting=meeting,
        engagement=engagement,
        person=person or by,
        worked_on=worked_on,
        kind=kind,
        minutes=minutes,
        amount=amount,
        note=note,
        funder=funder,
        entered_by=by,
        entered_at=now,
    )
    entry.save()
    _charge(entry, divide(amount, shares_of(case, funder=funder, on=worked_on)))
    return entry


def _charge(entry: TimeEntry, parts: Sequence[tuple[Funder, Decimal]]) -> None:
    TimeEntryShare.objects.bulk_create(
        TimeEntryShare(association_id=entry.association_id, entry=entry, funder=funder, amount=part)
        for funder, part in parts
        if part
    )


@transaction.atomic
def correct_entry(
    *, entry: TimeEntry, minutes: int, amount: Decimal | None = None, note: str, by: User, now: datetime
) -> TimeEntry:
    """Say what a line should have said; the difference becomes a new line that points to it, with the reason."""
    case = entry.case_file
    locked(case)
    original = entry.corrects or entry
    lines = Q(pk=original.pk) | Q(corrects=original)
    said = TimeEntry.objects.filter(lines).aggregate(minutes=Sum("minutes"), amount=Sum("amount"))
    if amount is None:
        priced = cost_of(minutes, hour_price(case.association_id, original.worked_on))
        amount = priced if original.kind not in {TimeKind.SPECIALIST, TimeKind.COST} else said["amount"]
    assert amount is not None
    if (minutes, amount) == (said["minutes"], said["amount"]):
        raise NothingToCorrect
    copied = (
        "association_id",
        "case_file_id",
        "meeting_id",
        "engagement_id",
        "person_id",
        "worked_on",
        "kind",
        "funder_id",
    )
    values: dict[str, Any] = {name: getattr(original, name) for name in copied}
    difference = {"minutes": minutes - said["minutes"], "amount": amount - said["amount"]}
    made = TimeEntry(**values, **difference, note=note, corrects=original, entered_by=by, entered_at=now)
    made.save()
    charged = {
        row["funder_id"]: row["total"]
        for row in TimeEntryShare.objects.filter(entry__in=TimeEntry.objects.filter(lines).exclude(pk=made.pk))
        .order_by()
        .values("funder_id")
        .annotate(total=Sum("amount"))
    }
    wanted = dict(divide(amount, _as_charged(case, original)))
    parts = [(funder, part - charged.pop(funder.pk, NO_MONEY)) for funder, part in wanted.items()]
    parts += [(funder, -charged[funder.pk]) for funder in Funder.objects.filter(pk__in=charged)]
    _charge(made, parts)
    return made


def _as_charged(case: CaseFile, original: TimeEntry) -> Shares:
    """The split that is right for the day of the work, whatever key is in force today."""
    return shares_of(case, funder=original.funder, on=original.worked_on)
