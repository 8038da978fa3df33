"""The demo's history comes about through the real workflow, once, and the same from the same seed."""

from datetime import date, timedelta
from functools import partial
from random import Random

import pytest
from django.contrib.admin import site
from django.db import transaction
from django.db.models import Sum
from django.test import Client

from coaching.enums import CaseState, RequestState
from coaching.models import CaseFile, CaseNote, CoachingRequest, Meeting, Task, TimeEntry, TimeEntryShare
from companies.models import Campaign
from promo_portal.accounts.models import User
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.core.scope import Scope, scope
from promo_portal.demo import travel
from promo_portal.demo.episodes import Stage, coaching, commission, network
from promo_portal.demo.episodes.files import DATA
from promo_portal.demo.models import Seeding
from promo_portal.demo.people import BY_EMAIL
from promo_portal.demo.replay import Calendar
from promo_portal.demo.seeding import Seeded, SeedingRefusedError, seed_demo
from promo_portal.demo.stories import stories
from promo_portal.demo.stories.plot import Fate, Story
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.regions.models import Association
from promo_portal.reminders.models import Reminder, ReminderState

SOME = ("lea.chappuis@", "kevin.tieche@", "elodie.marti@", "patrick.sauser@", "chloe.wenger@", "hugo.paroz@",
        "jeanne.houriet@", "valerie.neukomm@", "noah.schindler@", "manuela.rosse@", "marco.ferrari@",
        "gilles.nemitz@", "david.racheter@")  # fmt: skip

# Lists that stand empty after seeding, with the reason.
EMPTY_ON_PURPOSE = {
    "audit.accesslog": "written when somebody opens a confidential record",
    "companies.importrun": "begins with a file that somebody chooses",
    "audit.breakglass": "opened by an administrator with a reason of the moment",
    "mailing.addresssuppression": "an address that bounced or complained; the demo's mails all arrive",
    "mailing.mailhold": "holds back all mail: the demo's would stand still",
    "reminders.absence": "would move reminders that the stories count on",
    "reminders.heartbeat": "written by the running clockwork",
    "reminders.holiday": "would move reminders that the stories count on",
}


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
    with scope(Scope(associations=frozenset(Association.objects.values_list("pk", flat=True)))), transaction.atomic():
        states = set(CoachingRequest.objects.values_list("state", flat=True))
        cases = {case.founder.email: case for case in CaseFile.objects.select_related("founder")}
        lea = cases["lea.chappuis@atelier-chappuis.example"]
        tasks = {(task.state, task.due_on < clock.today()) for task in Task.objects.all()}
        notes = CaseNote.objects.filter(case_file=lea).count()
        meetings = Meeting.objects.filter(case_file=lea).count()
        latest = Transition.objects.order_by("-at").first()
    assert (seeded.is_new, again.is_new) == (True, False)
    assert (seeded.requests, seeded.files) == (again.requests, again.files) == (14, 4)
    assert states == set(RequestState)
    assert {case.state for case in cases.values()} == set(CaseState)
    assert lea.next_date is not None
    assert lea.next_date > clock.today()
    assert ("done", True) in tasks
    assert ("open", False) in tasks
    assert (notes, meetings) == (1, 4)
    assert latest is not None
    assert latest.at < now

    sent = OutgoingMail.objects.filter(state=MailState.SENT)
    assert sent.count() > 20
    assert not OutgoingMail.objects.filter(state__in=[MailState.FAILED, MailState.UNKNOWN, MailState.SENDING]).exists()
    assert set(sent.values_list("kind", flat=True)) >= {"coaching.task", "coaching.next_date"}
    assert all(mail.sent_at and mail.sent_at - mail.created_at < timedelta(hours=1) for mail in sent)
    assert Reminder.objects.filter(state=ReminderState.PLANNED, due_at__gt=now).exists()

    _every_list_of_the_staff_has_rows(seeded)
    _the_ledger_adds_up()
    _some_names_have_ended()
    _two_campaigns_have_their_returns()
    _the_founder_sees_her_file(client)
    _a_week_on_reminders_leave(client)


def _every_list_of_the_staff_has_rows(seeded: Seeded) -> None:
    """A list without a row shows nothing to look at, and no test would ever open one of its records."""
    empty = {label for label, count in seeded.rows.items() if not count}

    assert set(seeded.rows) == {model._meta.label_lower for model in site._registry}
    assert not set(EMPTY_ON_PURPOSE) - set(seeded.rows), "names a model that is not registered"
    assert empty - set(EMPTY_ON_PURPOSE) == set()


def _the_ledger_adds_up() -> None:
    """The funders' parts add up to the lines, correction included, whichever key divided them."""
    everybody = Scope(associations=frozenset(Association.objects.values_list("pk", flat=True)))
    with transaction.atomic(), scope(everybody):
        spent = TimeEntry.objects.aggregate(total=Sum("amount"))["total"]
        charged = TimeEntryShare.objects.aggregate(total=Sum("amount"))["total"]
        corrections = TimeEntry.objects.exclude(corrects=None).count()
        kinds = set(TimeEntryShare.objects.values_list("funder__kind", flat=True))
    assert spent == charged > 0
    assert corrections
    assert kinds >= {"confederation", "canton", "association", "municipality"}


def _some_names_have_ended() -> None:
    """One request by the rule, one file at its founder's wish, and one is kept longer: the page of retention has rows."""
    everybody = Scope(associations=frozenset(Association.objects.values_list("pk", flat=True)))
    with transaction.atomic(), scope(everybody):
        gone = CoachingRequest.objects.exclude(anonymised_at=None)
        assert set(gone.values_list("state", "case_file__state")) == {("refused", None), ("accepted", "closed")}
        assert CoachingRequest.objects.exclude(hold_until=None).count() == 1
    assert not User.objects.filter(email__startswith="david.racheter@").exists()


def _two_campaigns_have_their_returns() -> None:
    last, this = Campaign.objects.order_by("sent_at")
    lines = set(this.recipients.values_list("state", flat=True))
    assert (last.state, this.state) == ("closed", "running")
    assert last.summary["confirmed"] > 2
    assert {"sent", "confirmed", "proposed", "unsubscribed"} <= lines
    assert OutgoingMail.objects.filter(kind="companies.campaign_answer", state=MailState.SENT).exists()


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


@pytest.mark.django_db
@pytest.mark.parametrize("weekday", range(7))
def test_what_follows_from_another_comes_after_it_on_whatever_day_the_demo_is_loaded(weekday: int) -> None:
    """Weekends put past days on Fridays, so two steps may share one; a session is held before its founders are met."""
    today = date(2026, 11, 23) + timedelta(days=weekday)
    stage = Stage(Calendar(today, Random(1)), {}, 1)

    told = [*map(partial(commission.session, stage), DATA["session"])]
    told += [*map(partial(network.engagement, stage), DATA["engagement"])]
    told += [*map(partial(coaching._check, stage), DATA["check"])]
    for moments in told:
        instants = [at for at, _act in moments]
        assert instants == sorted(set(instants))
