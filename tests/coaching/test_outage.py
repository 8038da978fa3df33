"""R10 for the dates of coaching: nothing runs for five days, then everything is due at once."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction

from coaching.workflow.milestones import plan_milestone
from promo_portal.accounts.models import User
from promo_portal.core.scope import association_scope
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Municipality
from promo_portal.reminders.models import Deadline, Reminder
from promo_portal.reminders.tick import tick
from tests.coaching import factories
from tests.coaching.factories import MONDAY

pytestmark = pytest.mark.django_db
OUTAGE = timedelta(days=5)
LAST_DAY = 45  # by then the last step of the last date is over


@pytest.fixture
def dates(tavannes: Municipality, manager: User, coach: User) -> None:
    """A request to answer; a file with its next date, two tasks and a milestone."""
    factories.submitted(tavannes)
    case = factories.open_case(tavannes, manager=manager, lead=coach)
    factories.another_task(case, by=coach)
    with association_scope(case.association_id):
        plan_milestone(case=case, kind="business_plan", due_on=MONDAY.date() + timedelta(days=30), by=coach, now=MONDAY)


def catch_up(days: int) -> Counter[tuple[int, str]]:
    """The clock runs until a day, stands still for five, and runs on: what was then queued, by date and recipient."""
    for day in range(days + 1):
        tick(now=MONDAY + timedelta(days=day))
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    now = MONDAY + timedelta(days=days) + OUTAGE
    tick(now=now)
    queued = Reminder.objects.filter(mail__isnull=False).exclude(mail__in=before)
    for reminder in queued:
        later = Reminder.objects.filter(
            deadline=reminder.deadline, recipient=reminder.recipient, due_at__gt=reminder.due_at, due_at__lte=now
        )
        assert not later.exists(), f"{reminder.step} of {reminder.deadline} is not the latest step"
        assert reminder.expires_at > now, f"{reminder.step} of {reminder.deadline} is stale"
    return Counter((reminder.deadline_id, reminder.recipient) for reminder in queued)


def test_after_five_days_of_silence_each_date_is_told_at_most_once_and_only_its_latest_step(dates: None) -> None:
    told: Counter[str] = Counter()
    missed = 0
    for days in range(LAST_DAY):
        with transaction.atomic():
            found = catch_up(days)
            assert max(found.values(), default=1) == 1, f"after an outage from day {days} on"
            told.update(Deadline.objects.get(pk=pk).kind for pk, _recipient in found)
            missed += Reminder.objects.filter(state="superseded").count()
            transaction.set_rollback(True)

    assert set(told) == {"coaching.answer", "coaching.next_date", "coaching.task", "coaching.milestone"}
    assert missed > 0, "some outages swallow two steps of a date"
