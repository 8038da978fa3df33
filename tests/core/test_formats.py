"""Numbers, dates and phones are written as in Switzerland, in all three languages."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.utils import formats as django_formats
from django.utils.translation import override

from promo_portal.core.formats import words

NBSP = "\u00a0"
HALF_PAST_TWO = datetime(2026, 11, 23, 13, 30, tzinfo=ZoneInfo("UTC"))  # 14:30 in Zurich


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_numbers_are_grouped_by_an_apostrophe_in_every_language(language: str) -> None:
    with override(language):
        assert words.number(1234567) == "1’234’567"
        assert words.number(Decimal("1234.50")) == "1’234.5"
        assert words.number(-4) == "−4"
        assert words.money("1234.5") == f"CHF{NBSP}1’234.50"
        assert words.money(Decimal("-0.005")) == f"CHF{NBSP}−0.01"
        assert words.area_range(120, 250) == f"120–250{NBSP}m²"
        assert words.area_range(120, 120) == f"120{NBSP}m²"
        assert words.area_range(None, 250) == f"250{NBSP}m²"


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_django_writes_and_reads_the_same_formats(language: str) -> None:
    with override(language):
        assert django_formats.number_format(Decimal("1234.5"), decimal_pos=2, force_grouping=True) == "1’234.50"
        assert django_formats.date_format(date(2026, 11, 23)) == "23.11.2026"
        assert forms.DateField(localize=True).clean("1.3.26") == date(2026, 3, 1)
        assert forms.DateField().clean("2026-03-01") == date(2026, 3, 1)
        assert forms.DecimalField(localize=True).clean("1’234.50") == Decimal("1234.50")


def test_percent_follows_the_language() -> None:
    with override("fr"):
        assert words.percent(86) == f"86{NBSP}%"
    with override("en"):
        assert words.percent(86) == "86%"


@pytest.mark.parametrize(
    ("language", "day", "weekday", "hour", "moment"),
    [
        ("fr", "23 novembre 2026", "lundi 23 novembre", "14 h 30", "23 novembre 2026 à 14 h 30"),
        ("de", "23. November 2026", "Montag, 23. November", "14.30 Uhr", "23. November 2026, 14.30 Uhr"),
        ("en", "23 November 2026", "Monday 23 November", "2.30 pm", "23 November 2026, 2.30 pm"),
    ],
)
def test_dates_in_prose_follow_the_language(language: str, day: str, weekday: str, hour: str, moment: str) -> None:
    with override(language):
        assert words.day_prose(HALF_PAST_TWO).replace(NBSP, " ") == day
        assert words.weekday(HALF_PAST_TWO).replace(NBSP, " ") == weekday
        assert words.hour_prose(HALF_PAST_TWO).replace(NBSP, " ") == hour
        assert words.moment_prose(HALF_PAST_TWO).replace(NBSP, " ") == moment


def test_instants_are_written_in_zurich_time_on_both_sides_of_summer() -> None:
    summer_night = datetime(2026, 7, 31, 22, 30, tzinfo=ZoneInfo("UTC"))

    assert words.moment(HALF_PAST_TWO) == "23.11.2026, 14:30"
    assert words.moment(summer_night) == "01.08.2026, 00:30"
    assert words.day(summer_night) == "01.08.2026"


def test_full_hours_and_the_first_of_the_month_have_their_own_form() -> None:
    with override("fr"):
        assert words.hour_prose(time(14)) == f"14{NBSP}h"
        assert words.day_prose(date(2026, 11, 1)) == f"1er{NBSP}novembre 2026"
    with override("en"):
        assert words.hour_prose(time(0, 5)) == f"12.05{NBSP}am"


def test_distances_in_days_carry_a_real_minus() -> None:
    with override("fr"):
        assert words.days_off(-4) == "−4 jours"
        assert words.days_off(-1) == "−1 jour"
        assert words.days_off(0) == "aujourd’hui"
        assert words.days_off(3) == "dans 3 jours"
    with override("de"):
        assert words.days_off(-4) == "−4 Tage"


def test_time_spent_and_file_sizes() -> None:
    with override("fr"):
        assert words.duration(45) == f"45{NBSP}min"
        assert words.duration(825) == f"13{NBSP}h{NBSP}45"
        assert words.file_size(31_000_000) == f"31{NBSP}Mo"
        assert words.file_size(1_500_000) == f"1.5{NBSP}Mo"
    with override("de"):
        assert words.file_size(820_000) == f"820{NBSP}kB"


def test_phones_are_shown_national_and_dialled_international() -> None:
    assert words.phone("+41320000000") == NBSP.join(["032", "000", "00", "00"])
    assert words.phone_uri("032 000 00 00") == "+41320000000"
    assert words.phone_uri("0041 32 000 00 00") == "+41320000000"
    assert words.phone("+33123456789") == NBSP.join(["+33", "123", "456", "789"])
    assert words.uid("CHE100000006 MWST") == "CHE-100.000.006"


def test_what_is_missing_is_written_as_nothing() -> None:
    writers = (
        words.money,
        words.area,
        words.day,
        words.hour_prose,
        words.moment_prose,
        words.duration,
        words.file_size,
    )

    assert [writer(None) for writer in writers] == [""] * 7
    assert words.number("n/a") == "n/a"


def test_templates_have_the_same_filters() -> None:
    template = Template(
        "{% load formats %}{{ rent|money }} {{ at|day }} {{ low|area_range:high }} {{ at|machine_date }}"
    )

    text = template.render(Context({"rent": 145, "at": date(2026, 3, 1), "low": 1, "high": 2000}))

    assert text == f"CHF{NBSP}145.00 01.03.2026 1–2’000{NBSP}m² 2026-03-01"
