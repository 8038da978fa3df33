"""Time rules of deadlines: what people agree on is a local day; instants follow from it and are never agreed.

Computed in the local calendar, combined with the hour of sending, converted last: summer time moves nothing.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta
from django.core.exceptions import ImproperlyConfigured

SENDING_HOUR = time(8, 0)
LAST_MINUTE = time(23, 59, 59)
_STEP = re.compile(r"^([+-]?)(\d{1,4})(mo|w|d|h)$")
_SATURDAY = 5
FIXED_HOLIDAYS = ((1, 1), (1, 2), (8, 1), (12, 25), (12, 26))  # month and day: New Year, the national day, Christmas
HOLIDAYS_FROM_EASTER = (-2, 1, 39, 50)  # days after Easter Sunday: Good Friday, Easter and Whit Monday, Ascension


@dataclass(frozen=True)
class Step:
    """A distance from a deadline: ``-7d``, ``-1mo``, ``+3d``, ``0d``; ``-2h`` where the deadline has an hour."""

    name: str
    amount: int
    unit: str

    @classmethod
    def parse(cls, name: str) -> "Step":
        """Read a step; raises ``ImproperlyConfigured``."""
        found = _STEP.match(name)
        if not found:
            msg = f"not a step: {name!r} (such as -7d, 0d, +2w, -1mo, -2h)"
            raise ImproperlyConfigured(msg)
        return cls(name, -int(found[2]) if found[1] == "-" else int(found[2]), found[3])

    @property
    def is_hours(self) -> bool:
        """Hours count from the deadline's own hour, day and night; the others from its day."""
        return self.unit == "h"

    def day(self, local_date: date) -> date:
        """The local day the step falls on; a month before 31 March is the last of February."""
        units = {"mo": "months", "w": "weeks", "d": "days"}
        return local_date + relativedelta(**{units[self.unit]: self.amount})  # type: ignore[arg-type]


@cache
def step(name: str) -> Step:
    """A parsed step."""
    return Step.parse(name)


def instant(day: date, at: time, tz: str = "Europe/Zurich") -> datetime:
    """The instant (UTC) of a local day and hour."""
    return datetime.combine(day, at, ZoneInfo(tz)).astimezone(UTC)


def check_sending_hour(at: time) -> time:
    """Refuse the hour that summer time drops or doubles."""
    if time(2, 0) <= at < time(3, 0):
        msg = "no mail is planned between 02:00 and 03:00: once a year that hour does not exist, once it comes twice"
        raise ImproperlyConfigured(msg)
    return at


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """The canton of Berne's public holidays (its law on rest on public holidays, BSG 555.1).

    The tests hold them against the package ``holidays``, which would take 19 MB of every process for these nine days.
    """
    fixed = [date(year, month, day) for month, day in FIXED_HOLIDAYS]
    return frozenset([*fixed, *(easter(year) + timedelta(days=days) for days in HOLIDAYS_FROM_EASTER)])


def is_working_day(day: date, closing_days: Collection[date] = ()) -> bool:
    """Neither weekend nor public holiday nor closing day."""
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year) and day not in closing_days


def working_day_on_or_before(day: date, closing_days: Collection[date] = ()) -> date:
    """The day itself, or the last working day before it."""
    return _walk(day, timedelta(days=-1), lambda found: is_working_day(found, closing_days))


def next_working_day(day: date, closing_days: Collection[date] = ()) -> date:
    """The first working day after a day."""
    return add_working_days(day, 1, closing_days)


def add_working_days(day: date, count: int, closing_days: Collection[date] = ()) -> date:
    """The day that lies so many working days later, for promised answers."""
    for _ in range(count):
        day = _walk(day + timedelta(days=1), timedelta(days=1), lambda found: is_working_day(found, closing_days))
    return day


def _walk(day: date, stride: timedelta, wanted: Callable[[date], bool]) -> date:
    while not wanted(day):
        day += stride
    return day


def step_instant(
    name: str,
    *,
    local_date: date,
    local_time: time | None = None,
    at: time = SENDING_HOUR,
    tz: str = "Europe/Zurich",
    closing_days: Collection[date] = (),
    working_days_only: bool = True,
) -> datetime:
    """When a step of a deadline leaves (UTC): at the sending hour of its day, or of the working day before."""
    wanted = step(name)
    if wanted.is_hours:
        return instant(local_date, local_time or LAST_MINUTE, tz) + timedelta(hours=wanted.amount)
    day = wanted.day(local_date)
    if working_days_only:
        day = working_day_on_or_before(day, closing_days)
    return instant(day, at, tz)


def end_instant(local_date: date, local_time: time | None = None, tz: str = "Europe/Zurich") -> datetime:
    """When a deadline is over: "on 30 June" lasts until the end of 30 June."""
    return instant(local_date, local_time or LAST_MINUTE, tz)
