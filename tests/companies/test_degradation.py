"""An entry grows old in steps: badge, two reminders, out of the public list; never deleted, and catching up when late."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from companies import queues
from companies.enums import Freshness
from companies.models import MailRefusal, Organisation, SearchDocument
from companies.search import rebuild
from companies.workflow.entries import confirm_organisation
from companies.workflow.sending import freshness_pass
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.mailing.models import OutgoingMail
from promo_portal.mailing.workflow.sending import render_sample
from promo_portal.regions.models import Municipality
from promo_portal.reminders.models import Deadline, DeadlineState
from promo_portal.reminders.reconciliation import reconcile
from promo_portal.reminders.tick import tick
from tests.companies import factories

CONFIRMED = date(2025, 3, 3)  # a Monday
DUE = date(2026, 3, 3)
HIDDEN = date(2026, 9, 3)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def mecatis(tavannes: Municipality) -> Organisation:
    return factories.organisation(
        tavannes, email="info@mecatis.example", listed_on=date(2024, 1, 8), confirmed_on=CONFIRMED, locality="Tavannes"
    )


def live(first: date, last: date, *, every: int = 1) -> None:
    """Let the clockwork run once on each day (or every so many days)."""
    day = first
    while day <= last:
        with clock.standing_still(at(day)):
            freshness_pass(now=at(day))
            tick(now=at(day))
        day += timedelta(days=every)


def reminders() -> list[tuple[str, date]]:
    rows = OutgoingMail.objects.filter(kind="companies.entry_due").order_by("created_at")
    return [(mail.params["step"], mail.created_at.date()) for mail in rows]


def test_the_badge_comes_to_the_day_after_a_year_and_the_page_goes_after_a_year_and_a_half(
    mecatis: Organisation,
) -> None:
    assert mecatis.freshness(DUE - timedelta(days=1)) == Freshness.CONFIRMED
    assert mecatis.freshness(DUE) == Freshness.TO_CONFIRM
    assert mecatis.freshness(HIDDEN - timedelta(days=1)) == Freshness.TO_CONFIRM
    assert mecatis.freshness(HIDDEN) == Freshness.HIDDEN
    address = f"/fr/entreprises/{mecatis.pk}-{mecatis.slug}/"
    answers = []
    for day in (DUE, HIDDEN - timedelta(days=1), HIDDEN):
        with clock.standing_still(at(day)):
            answers.append(Client().get(f"{address}?jour={day}"))
    assert [answer.status_code for answer in answers] == [200, 200, 410]
    assert "03.03.2025" in answers[0].text


def test_two_reminders_leave_fourteen_and_forty_two_days_after_the_year(mecatis: Organisation) -> None:
    live(DUE - timedelta(days=3), DUE + timedelta(days=60))

    assert reminders() == [("+14d", date(2026, 3, 17)), ("+42d", date(2026, 4, 14))]
    mail = OutgoingMail.objects.filter(kind="companies.entry_due").earliest("created_at")
    with clock.standing_still(at(date(2026, 3, 17))):
        message = render_sample(mail)
    assert mail.to_address == "info@mecatis.example"
    assert "03.09.2026" in message.text
    assert message.unsubscribe_url


def test_a_week_of_downtime_loses_nothing_and_doubles_nothing(mecatis: Organisation) -> None:
    live(DUE - timedelta(days=3), DUE + timedelta(days=2))
    live(DUE + timedelta(days=20), DUE + timedelta(days=60), every=7)
    live(DUE + timedelta(days=60), DUE + timedelta(days=60))

    assert [step for step, _day in reminders()] == ["+14d", "+42d"]
    assert Deadline.objects.filter(kind="companies.entry_due").count() == 1


def test_passes_may_run_many_times_and_the_nightly_check_finds_nothing_missing(mecatis: Organisation) -> None:
    for _pass in range(3):
        freshness_pass(now=at(DUE))
    with clock.standing_still(at(DUE)):
        found = reconcile(now=at(DUE))

    assert Deadline.objects.filter(kind="companies.entry_due").count() == 1
    assert (found.deadlines, found.inserted) == (1, 0)


def test_a_confirmation_ends_the_reminders_and_starts_the_year_anew(mecatis: Organisation, officer: User) -> None:
    live(DUE, DUE + timedelta(days=15))
    confirm_organisation(organisation=mecatis, by=officer, now=at(DUE + timedelta(days=16)))
    live(DUE + timedelta(days=17), DUE + timedelta(days=60))

    assert [step for step, _day in reminders()] == ["+14d"]
    assert Deadline.objects.get(kind="companies.entry_due").state == DeadlineState.DONE
    live(date(2027, 3, 20), date(2027, 4, 10), every=3)
    assert Deadline.objects.filter(kind="companies.entry_due").count() == 2


@pytest.mark.parametrize("why", ["no address", "refused", "hidden", "long ago"])
def test_nobody_is_reminded_who_cannot_or_must_not_be(mecatis: Organisation, why: str) -> None:
    changes: dict[str, dict[str, Any]] = {
        "no address": {"email": ""}, "hidden": {"state": "hidden"}, "long ago": {"confirmed_on": date(2024, 3, 3)},
        "refused": {},
    }  # fmt: skip
    Organisation.objects.filter(pk=mecatis.pk).update(**changes[why])
    if why == "refused":
        MailRefusal.objects.create(organisation=mecatis, email="info@mecatis.example")

    live(DUE, DUE + timedelta(days=50), every=2)

    assert reminders() == []


def test_a_running_campaign_asks_in_its_place(mecatis: Organisation, officer: User) -> None:
    from companies.segments import Segment
    from companies.workflow.campaigns import create_campaign, start_sending

    with clock.standing_still(at(DUE - timedelta(days=5))):
        campaign = create_campaign(
            association=mecatis.association_id or 0, values={"title": "2026", "year": 2026}, segment=Segment(),
            by=officer, now=clock.now(),
        )  # fmt: skip
        start_sending(campaign=campaign, by=officer, now=clock.now())
    live(DUE - timedelta(days=5), DUE + timedelta(days=10))

    assert not Deadline.objects.filter(kind="companies.entry_due").exists()
    assert OutgoingMail.objects.filter(kind="companies.campaign").count() == 1


def test_the_timers_command_alone_takes_old_entries_out_of_the_search_and_deletes_nothing(
    mecatis: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    with clock.standing_still(at(DUE)):
        rebuild(DUE)
    assert SearchDocument.objects.filter(organisation_id=mecatis.pk).exists()

    call_command("tick", now=f"{HIDDEN + timedelta(days=7)}T09:00", seconds=1)

    assert not SearchDocument.objects.filter(organisation_id=mecatis.pk).exists()
    assert Organisation.objects.filter(pk=mecatis.pk, state="published").exists()
    aged = queues.aged_out(Organisation.objects.all(), HIDDEN + timedelta(days=7))
    assert list(aged) == [mecatis]


def test_one_confirmation_brings_a_hidden_entry_back_at_once(mecatis: Organisation, officer: User) -> None:
    with clock.standing_still(at(HIDDEN)):
        freshness_pass(now=at(HIDDEN))
        confirm_organisation(organisation=mecatis, by=officer, now=at(HIDDEN))

        assert SearchDocument.objects.filter(organisation_id=mecatis.pk).exists()
        assert Client().get(f"/fr/entreprises/{mecatis.pk}-{mecatis.slug}/?a=1").status_code == 200
