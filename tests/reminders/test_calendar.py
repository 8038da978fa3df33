"""Time rules: local days, working days, clamped months, and summer time that moves nothing (R11)."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays
import pytest
from django.core.exceptions import ImproperlyConfigured

from promo_portal.reminders import calendar
from promo_portal.reminders.calendar import Step, end_instant, public_holidays, step_instant, working_day_on_or_before

ZURICH = ZoneInfo("Europe/Zurich")
TEN_YEARS = [date(2026, 1, 1) + timedelta(days=n) for n in range((date(2035, 12, 31) - date(2026, 1, 1)).days + 1)]


@pytest.mark.parametrize("name", ["0d", "-1d", "-7d", "-30d"])
def test_every_day_of_ten_years_has_one_instant_at_eight_and_they_only_increase(name: str) -> None:
    instants = [step_instant(name, local_date=day, working_days_only=False) for day in TEN_YEARS]

    assert len(instants) == 3652
    assert {moment.astimezone(ZURICH).time() for moment in instants} == {time(8)}
    assert all(before < after for before, after in pairwise(instants))


def test_a_month_before_never_decreases_and_ends_with_its_month() -> None:
    instants = [step_instant("-1mo", local_date=day, working_days_only=False) for day in TEN_YEARS]

    assert {moment.astimezone(ZURICH).time() for moment in instants} == {time(8)}
    assert all(before <= after for before, after in pairwise(instants))
    for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 31)):
        assert Step.parse("-1mo").day(day) == date(2026, 2, 28)
    assert Step.parse("-1mo").day(date(2028, 3, 31)) == date(2028, 2, 29)


@pytest.mark.parametrize("name", ["0d", "-1d", "-7d", "-30d", "-1mo", "+3d"])
def test_what_leaves_leaves_on_a_working_day_and_never_out_of_order(name: str) -> None:
    instants = [step_instant(name, local_date=day) for day in TEN_YEARS]
    days = {moment.astimezone(ZURICH).date() for moment in instants}

    assert all(calendar.is_working_day(day) for day in days)
    assert all(before <= after for before, after in pairwise(instants))


def test_control_reckoned_in_one_offset_half_of_the_instants_are_an_hour_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """R11's control: what the tests above would see if Zurich were an hour east of Greenwich all year round."""
    monkeypatch.setattr(calendar, "ZoneInfo", lambda name: timezone(timedelta(hours=1)))

    instants = [step_instant("0d", local_date=day, working_days_only=False) for day in TEN_YEARS]

    assert {moment.astimezone(ZURICH).time() for moment in instants} == {time(8), time(9)}


def test_eight_in_winter_is_seven_utc_and_in_summer_six() -> None:
    assert step_instant("0d", local_date=date(2026, 1, 15)) == datetime(2026, 1, 15, 7, tzinfo=UTC)
    assert step_instant("0d", local_date=date(2026, 7, 15)) == datetime(2026, 7, 15, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "leaves"),
    [
        (date(2026, 11, 28), date(2026, 11, 27)),  # a Saturday
        (date(2026, 11, 29), date(2026, 11, 27)),  # a Sunday
        (date(2027, 1, 2), date(2026, 12, 31)),  # Berchtold's day, a Saturday after New Year
        (date(2026, 4, 6), date(2026, 4, 2)),  # Easter Monday
        (date(2026, 5, 14), date(2026, 5, 13)),  # Ascension
        (date(2026, 12, 26), date(2026, 12, 24)),  # St Stephen's
        (date(2026, 11, 26), date(2026, 11, 26)),
    ],
)
def test_weekends_and_bernese_holidays_send_on_the_working_day_before(day: date, leaves: date) -> None:
    assert working_day_on_or_before(day) == leaves


@pytest.mark.parametrize("year", range(2015, 2051))
def test_the_holidays_are_those_that_the_package_of_all_countries_knows(year: int) -> None:
    assert public_holidays(year) == set(holidays.country_holidays("CH", subdiv="BE", years=year))


def test_a_closing_day_counts_as_a_holiday() -> None:
    assert working_day_on_or_before(date(2026, 12, 24), {date(2026, 12, 24)}) == date(2026, 12, 23)


def test_working_days_are_counted_for_promised_answers() -> None:
    assert calendar.add_working_days(date(2026, 11, 23), 10) == date(2026, 12, 7)
    assert calendar.next_working_day(date(2026, 11, 27)) == date(2026, 11, 30)


def test_a_day_lasts_until_its_end() -> None:
    assert end_instant(date(2026, 6, 30)) == datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC)


def test_hours_count_from_the_agreed_hour_over_the_change_of_summer_time() -> None:
    moment = step_instant("-2h", local_date=date(2027, 3, 28), local_time=time(4))

    assert moment == datetime(2027, 3, 28, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", ["", "7", "d", "-d", "1y", "-99999d", "−7d"])
def test_a_step_nobody_understands_is_refused(name: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        Step.parse(name)


def test_the_hour_that_summer_time_swallows_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured):
        calendar.check_sending_hour(time(2, 30))
    assert calendar.check_sending_hour(time(8)) == time(8)
