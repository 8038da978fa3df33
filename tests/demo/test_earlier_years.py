"""The demo's earlier years: enough finished files for yearly figures to say something, whatever day the demo begins on."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Count, F, Sum

from coaching import canton
from coaching.enums import CheckState
from coaching.models import Annex, CaseFile, CoachingRequest, Meeting, OutcomeCheck, TimeEntry
from coaching.yearly import year_of
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.core.small_numbers import Shown
from promo_portal.demo.directory.chance import Lots
from promo_portal.demo.earlier.founders import OFFICES, Founders, sittings
from promo_portal.demo.seeding import seed_demo
from promo_portal.regions.models import Association


@pytest.mark.parametrize(
    "today", [date(2026, 11, 28), date(2026, 12, 31), date(2027, 1, 1), date(2027, 4, 5), date(2028, 2, 29)]
)
def test_files_begin_go_on_and_end_in_order_and_in_the_past(today: date) -> None:
    founders = Founders(today, Lots("1")).all(sittings(today, before=today - timedelta(days=150)))

    accepted = [founder for founder in founders if founder.closed_on]
    assert len({founder.email for founder in founders}) == len(founders) > 140
    for founder in accepted:
        days = (founder.sent_on, founder.decided_on, *founder.meetings, founder.closed_on)
        assert list(days) == sorted(days)
        assert founder.sent_on < founder.decided_on < founder.meetings[0]
    assert all(founder.closed_on < today for founder in accepted if founder.closed_on)
    assert all(day.weekday() < 5 for founder in founders for day in (founder.sent_on, *founder.meetings))
    closed = {(founder.office.code, founder.closed_on.year) for founder in accepted if founder.closed_on}
    assert closed >= {(office.code, today.year - back) for office in OFFICES for back in (1, 2, 3)}


@pytest.mark.django_db(transaction=True)
def test_the_canton_and_the_commission_read_figures_that_say_something() -> None:
    with clock.standing_still(datetime(2026, 11, 28, 12, tzinfo=clock.ZURICH)):
        seed_demo(stories=[], earlier=True)

    offices = list(Association.objects.filter(code__in=[office.code for office in OFFICES]).order_by("code"))
    year = 2025
    shown = {line.indicator.name: line.cells for line in canton.lines(offices, year)}
    assert {cell.kind for cells in shown.values() for cell in cells} == {Shown.EXACT}, shown
    for office in offices:
        with transaction.atomic(), association_scope(office.pk):
            report = year_of(year)
            assert len(report.sessions) >= 3
            assert report.decided > 15
            assert report.of("refused") > 4
            assert 0 < report.late < report.decided / 2
            states = set(OutcomeCheck.objects.values_list("state", "months"))
            assert {(CheckState.ANSWERED, months) for months in (6, 12, 24, 36)} <= states
            assert any(state == CheckState.PLANNED for state, _months in states)
            sums = OutcomeCheck.objects.aggregate(
                planned=Sum("jobs_planned"), said=Sum("jobs_promised"), seen=Sum("jobs_proved")
            )
            assert None not in sums.values()
            assert not Meeting.objects.filter(entries=None, held_on__year=year).exists()
            lines = TimeEntry.objects.annotate(parts=Sum("shares__amount"))
            assert not lines.exclude(parts=F("amount")).exists()
            assert Annex.objects.filter(period_from__year=year).exists()
            told = (
                Transition.objects.filter(subject_kind="coaching.casefile").values("subject_id").annotate(n=Count("pk"))
            )
            assert told.count() == CaseFile.objects.count() > 40
            assert CoachingRequest.objects.filter(submitted_at__year=year).count() > 20
