"""Earlier years as moments of the replay: the files at its beginning, their ledger at the end of each quarter."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from coaching.enums import TimeKind
from coaching.models import Meeting, TimeEntry, TimeEntryShare
from coaching.quarters import Quarter, quarters
from coaching.workflow.ledger import Shares, cost_of, divide, hour_price, shares_of
from promo_portal.demo.earlier.founders import Founders, sittings
from promo_portal.demo.earlier.rows import Archive
from promo_portal.demo.earlier.writing import stored
from promo_portal.demo.episodes.files import BEGIN
from promo_portal.demo.episodes.story import Moments, Stage

BOOKED, LATEST_SITTING = 2, 150  # days after a quarter; before today: later ones belong to the stories


def told(stage: Stage) -> Moments:
    """Once people, prices and keys are there: the files of earlier years, then what they cost before it is charged."""
    today = stage.calendar.today
    yield stage.at(BEGIN - 2), partial(_archive, stage)
    for quarter in quarters(date(today.year - 2, 1, 1), today):
        if quarter.last + timedelta(days=BOOKED) < today:
            yield stage.at((today - quarter.last).days - BOOKED), partial(_book, quarter)


def _archive(stage: Stage, now: datetime) -> None:
    today = stage.calendar.today
    held = sittings(today, before=today - timedelta(days=LATEST_SITTING))
    Archive(stage).write(Founders(today, stage.lots).all(held), held)


def _book(quarter: Quarter, now: datetime) -> None:
    """The meetings of a quarter that are in no ledger yet, priced and divided as the workflow does it."""
    held = Meeting.objects.filter(held_on__gte=quarter.first, held_on__lte=quarter.last, entries=None)
    price: dict[int, Decimal] = {}
    shares: dict[int, Shares] = {}
    lines: list[TimeEntry] = []
    for meeting in held.select_related("case_file__association", "coach").order_by("pk"):
        office = meeting.association_id
        if office not in price:  # a price and a key hold for a year, so for a quarter
            price[office] = hour_price(office, quarter.first)
            shares[office] = shares_of(meeting.case_file, funder=None, on=quarter.first)
        lines += _lines(meeting, price[office])
    entries = stored(lines)
    stored(
        TimeEntryShare(association_id=entry.association_id, entry=entry, funder=funder, amount=part)
        for entry in entries
        for funder, part in divide(entry.amount, shares[entry.association_id])
        if part
    )


def _lines(meeting: Meeting, per_hour: Decimal) -> Iterator[TimeEntry]:
    spent = ((TimeKind.PREPARATION, meeting.preparation_minutes), (TimeKind.CONTACT, meeting.contact_minutes))
    for kind, minutes in spent:
        yield TimeEntry(
            association_id=meeting.association_id, case_file=meeting.case_file, meeting=meeting, person=meeting.coach,
            worked_on=meeting.held_on, kind=kind, minutes=minutes, amount=cost_of(minutes, per_hour),
            entered_by=meeting.coach, entered_at=meeting.entered_at,
        )  # fmt: skip
