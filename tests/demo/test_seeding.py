"""The demo's history comes about through the real workflow, once, and the same from the same seed."""

from datetime import timedelta

import pytest
from django.test import Client

from coaching.enums import CaseState, RequestState
from coaching.models import CaseFile, CaseNote, CoachingRequest, Task
from promo_portal.accounts.models import User
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.core.scope import Scope, scope
from promo_portal.demo import travel
from promo_portal.demo.models import Seeding
from promo_portal.demo.people import BY_EMAIL
from promo_portal.demo.seeding import SeedingRefusedError, seed_demo
from promo_portal.demo.stories import stories
from promo_portal.demo.stories.plot import Fate, Story
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.regions.models import Association
from promo_portal.reminders.models import Reminder, ReminderState

SOME = ("lea.chappuis@", "kevin.tieche@", "elodie.marti@", "patrick.sauser@", "chloe.wenger@", "hugo.paroz@",
        "jeanne.houriet@", "noah.schindler@", "manuela.rosse@", "marco.ferrari@")  # fmt: skip


def some_stories() -> list[Story]:
    return [story for story in stories() if story.email.startswith(SOME)]


def test_every_story_is_told_by_the_cast_and_every_fate_is_met() -> None:
    told = stories()

    assert len({story.email for story in told}) == len(told) > 30
    assert {story.fate for story in told} == set(Fate)
    assert {story.coach for story in told if story.coach} <= set(BY_EMAIL)
    assert {account.email for account in BY_EMAIL.values() if account.comes_from_a_story} <= {
        story.email for story in told
    }
    assert {story.language for story in told} == {"fr", "de"}


@pytest.mark.django_db(transaction=True)
def test_history_is_played_once_and_leads_to_every_state(client: Client) -> None:
    seeded = seed_demo(stories=some_stories())
    again = seed_demo(stories=some_stories())

    now = clock.now()
    with scope(Scope(associations=frozenset(Association.objects.values_list("pk", flat=True)))):
        from django.db import transaction

        with transaction.atomic():
            states = set(CoachingRequest.objects.values_list("state", flat=True))
            cases = {case.founder.email: case for case in CaseFile.objects.select_related("founder")}
            lea = cases["lea.chappuis@atelier-chappuis.example"]
            tasks = {(task.state, task.due_on < clock.today()) for task in Task.objects.all()}
            notes = CaseNote.objects.filter(case_file=lea).count()
            latest = Transition.objects.order_by("-at").first()
    assert (seeded.is_new, again.is_new) == (True, False)
    assert (seeded.requests, seeded.files) == (again.requests, again.files) == (11, 3)
    assert states == set(RequestState) - {RequestState.ON_AGENDA}
    assert {case.state for case in cases.values()} == set(CaseState)
    assert lea.next_date is not None
    assert lea.next_date > clock.today()
    assert ("done", True) in tasks
    assert ("open", False) in tasks
    assert notes == 4
    assert latest is not None
    assert latest.at < now

    sent = OutgoingMail.objects.filter(state=MailState.SENT)
    assert sent.count() > 20
    assert not OutgoingMail.objects.filter(state__in=[MailState.FAILED, MailState.UNKNOWN, MailState.SENDING]).exists()
    assert set(sent.values_list("kind", flat=True)) >= {"coaching.task", "coaching.next_date"}
    assert all(mail.sent_at and mail.sent_at - mail.created_at < timedelta(hours=1) for mail in sent)
    assert Reminder.objects.filter(state=ReminderState.PLANNED, due_at__gt=now).exists()

    _the_founder_sees_her_file(client)
    _a_week_on_reminders_leave(client)


def _the_founder_sees_her_file(client: Client) -> None:
    page = client.post("/demo/enter/", {"email": "lea.chappuis@atelier-chappuis.example"}, follow=True)
    assert "Atelier Chappuis" in page.content.decode()


def _a_week_on_reminders_leave(client: Client) -> None:
    before, sent = clock.now(), OutgoingMail.objects.filter(state=MailState.SENT).count()

    answer = client.post("/demo/clock/move/", {"move": "week"}, follow=True)

    assert answer.status_code == 200
    assert timedelta(days=7) <= clock.now() - before < timedelta(days=7, minutes=2)
    assert OutgoingMail.objects.filter(state=MailState.SENT).count() > sent
    assert answer.context["left"]
    client.post("/demo/clock/move/", {"move": "today"})
    assert travel.shift() == timedelta(0)


@pytest.mark.django_db
def test_a_database_with_people_in_it_is_left_alone() -> None:
    User.objects.create_user("real.person@example.ch")

    with pytest.raises(SeedingRefusedError):
        seed_demo(stories=[])

    assert User.objects.count() == 1
    assert not Seeding.objects.exists()


@pytest.mark.django_db
def test_a_loading_that_was_cut_short_is_told_and_not_doubled() -> None:
    Seeding.objects.create(seed=1, began_at=clock.real_now())

    with pytest.raises(SeedingRefusedError, match="cut short"):
        seed_demo(stories=[])
