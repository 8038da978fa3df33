"""Places, the waiting list and the mails: who gets what, in which order, and how often."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Count

from clusters.enums import EventState, RegistrationState
from clusters.models import CheckIn, Event, Guest, Registration
from clusters.workflow import tables
from clusters.workflow.arrivals import check_in, undo_check_in, walk_in
from clusters.workflow.dates import REMINDER
from clusters.workflow.events import cancel_event, change_event, publish_event, withdraw_event
from clusters.workflow.locking import ChangedMeanwhile
from clusters.workflow.places import OFFER_LASTS, move
from clusters.workflow.registrations import (
    AddressTaken,
    Came,
    NotEnoughPlaces,
    RegistrationClosed,
    TooLate,
    accept_offer,
    cancel_registration,
    change_registration,
    confirm_registration,
    drop_unconfirmed,
    end_lapsed_offers,
)
from promo_portal.accounts.models import User
from promo_portal.core.transitions import TransitionRefused
from promo_portal.mailing.models import OutgoingMail
from promo_portal.reminders.models import Deadline
from tests.clusters.conftest import answers, sent
from tests.clusters.factories import NOW

pytestmark = pytest.mark.django_db


def states(event: Event) -> dict[str, str]:
    rows = Registration.objects.filter(event=event).order_by("registered_at", "pk")
    return {row.first_name.lower(): row.state for row in rows}


def mails(event: Event) -> dict[str, list[str]]:
    """The kinds of mail that each person got."""
    people = dict(Registration.objects.filter(event=event).values_list("pk", "first_name"))
    found: dict[str, list[str]] = {}
    for kind, pk in OutgoingMail.objects.order_by("created_at", "kind").values_list("kind", "subject_id"):
        found.setdefault(people[pk].lower(), []).append(kind.removeprefix("clusters."))
    return found


def test_the_house_fills_up_and_then_everybody_gets_the_next_number(event: Event) -> None:
    found = [sent(event, name)[0] for name in ("ines", "beat", "cloe", "dan")]

    assert [(row.state, row.waiting_number) for row in found] == [
        ("confirmed", None), ("confirmed", None), ("waiting", 1), ("waiting", 2),
    ]  # fmt: skip
    assert mails(event) == {"ines": ["confirmed"], "beat": ["confirmed"], "cloe": ["waiting"], "dan": ["waiting"]}
    event.refresh_from_db()
    assert (event.seats_taken, event.seats_waiting, event.seats_free) == (2, 2, 0)
    assert Deadline.objects.filter(kind=REMINDER, state="open").count() == 2


def test_who_cancels_gives_the_place_to_the_first_in_the_queue_and_to_nobody_else(event: Event) -> None:
    ines, _beat, cloe, _dan = (sent(event, name)[0] for name in ("ines", "beat", "cloe", "dan"))

    cancel_registration(registration=ines, now=NOW)
    cancel_registration(registration=ines, now=NOW)

    assert states(event) == {"ines": "cancelled", "beat": "confirmed", "cloe": "offered", "dan": "waiting"}
    assert sorted(mails(event)["cloe"]) == ["offer", "waiting"]
    assert sorted(mails(event)["ines"]) == ["cancelled", "confirmed"]
    event.refresh_from_db()
    assert (event.seats_taken, event.offers_until) == (2, NOW + OFFER_LASTS)

    accept_offer(registration=cloe, now=NOW + timedelta(hours=47))
    accept_offer(registration=cloe, now=NOW + timedelta(hours=47))

    assert states(event)["cloe"] == "confirmed"
    assert mails(event)["cloe"].count("confirmed") == 1


def test_an_offer_lapses_after_48_hours_and_goes_to_the_next(event: Event) -> None:
    ines, _beat, cloe, _dan = (sent(event, name)[0] for name in ("ines", "beat", "cloe", "dan"))
    cancel_registration(registration=ines, now=NOW)

    assert end_lapsed_offers(now=NOW + OFFER_LASTS - timedelta(seconds=1)) == 0
    with pytest.raises(TooLate):
        accept_offer(registration=cloe, now=NOW + OFFER_LASTS)
    end_lapsed_offers(now=NOW + OFFER_LASTS)
    end_lapsed_offers(now=NOW + OFFER_LASTS)

    assert states(event) == {"ines": "cancelled", "beat": "confirmed", "cloe": "cancelled", "dan": "offered"}
    assert sorted(mails(event)["cloe"]) == ["lapsed", "offer", "waiting"]
    assert sorted(mails(event)["dan"]) == ["offer", "waiting"]


def test_nobody_overtakes_those_who_wait_not_even_a_smaller_group(event: Event) -> None:
    pair = sent(event, "ines", others=("Luc Favre",))[0]
    group = sent(event, "beat", others=("A B", "C D"))[0]
    alone = sent(event, "cloe")[0]

    change_registration(registration=pair, answers=answers("ines"), now=NOW)
    late = sent(event, "dan")[0]

    assert [row.state for row in (group, alone, late)] == ["waiting"] * 3
    assert states(event)["beat"] == "waiting"  # one place is free, the group of three does not fit
    assert Guest.objects.filter(registration=pair).count() == 1


def test_the_same_form_twice_is_one_registration_and_one_mail(event: Event) -> None:
    first, new = sent(event, form_key="abc")
    second, same = sent(event, form_key="abc")
    third, known = sent(event, email="INES@valtour.example", form_key="xyz")
    assert mails(event)["ines"] == ["confirmed"]
    later = NOW + timedelta(hours=2)
    sent(event, form_key="rst", now=later)

    assert (new, same, known) == (Came.NEW, Came.SAME, Came.KNOWN)
    assert first.pk == second.pk == third.pk
    assert sorted(mails(event)["ines"]) == ["confirmed", "link"]
    sent(event, form_key="uvw", now=later)
    assert len(mails(event)["ines"]) == 2  # the link goes out once an hour at most
    with pytest.raises(AddressTaken):
        sent(event, by=None)


def test_without_a_proof_of_work_a_place_is_given_once_the_mail_is_answered(event: Event) -> None:
    pending, came = sent(event, proved=False)
    again, _came = sent(event, proved=False, company="Valtour SA")
    event.refresh_from_db()

    assert (came, again.pk, event.seats_taken) == (Came.TO_CONFIRM, pending.pk, 0)
    assert confirm_registration(registration=pending, now=NOW).state == "confirmed"
    assert confirm_registration(registration=pending, now=NOW).state == "confirmed"
    assert mails(event)["ines"].count("confirmed") == 1

    sent(event, "beat", proved=False)
    assert drop_unconfirmed(now=NOW + timedelta(days=2)) == 0
    assert drop_unconfirmed(now=NOW + timedelta(days=4)) == 1
    assert states(event) == {"ines": "confirmed"}


def test_registration_has_an_end_and_so_has_cancelling(event: Event, officer: User) -> None:
    made = sent(event)[0]
    Event.objects.filter(pk=event.pk).update(
        registration_until=NOW + timedelta(days=5), cancel_until=NOW + timedelta(days=6)
    )

    with pytest.raises(RegistrationClosed):
        sent(event, "beat", now=NOW + timedelta(days=5, seconds=1))
    with pytest.raises(TooLate):
        cancel_registration(registration=made, now=NOW + timedelta(days=6, seconds=1))
    late = sent(event, "beat", now=NOW + timedelta(days=5, seconds=1), by=officer)[0]
    cancel_registration(registration=made, by=officer, now=NOW + timedelta(days=7))

    assert late.state == "confirmed"
    assert states(event)["ines"] == "cancelled"


def test_more_people_need_free_places_and_are_not_possible_while_waiting(event: Event) -> None:
    ines, _beat = sent(event)[0], sent(event, "beat")[0]

    with pytest.raises(NotEnoughPlaces):
        change_registration(registration=ines, answers=answers(others=("Luc",)), now=NOW)
    cloe = sent(event, "cloe")[0]
    with pytest.raises(NotEnoughPlaces):
        change_registration(registration=cloe, answers=answers("cloe", others=("Luc",)), now=NOW)

    assert Guest.objects.count() == 3


def test_fewer_places_take_nobodys_away_and_more_go_to_exactly_the_next(event: Event, officer: User) -> None:
    found = [sent(event, name)[0] for name in ("ines", "beat", "cloe", "dan", "eva")]

    change_event(event=event, values={"capacity": 1}, by=officer, now=NOW)
    cancel_registration(registration=found[0], now=NOW)
    assert list(states(event).values()) == ["cancelled", "confirmed", "waiting", "waiting", "waiting"]

    change_event(event=event, values={"capacity": 3}, by=officer, now=NOW)
    assert list(states(event).values()) == ["cancelled", "confirmed", "offered", "offered", "waiting"]


def test_a_cancelled_event_tells_everybody_once_and_reminds_nobody(event: Event, officer: User) -> None:
    for name in ("ines", "beat", "cloe"):
        sent(event, name)

    cancel_event(event=event, reason="Salle inondée", by=officer, now=NOW)
    with pytest.raises(TransitionRefused):
        cancel_event(event=event, reason="Encore", by=officer, now=NOW)

    told = OutgoingMail.objects.filter(kind="clusters.event_cancelled").values("subject_id").annotate(times=Count("pk"))
    assert [row["times"] for row in told] == [1, 1, 1]
    assert not Deadline.objects.filter(kind=REMINDER, state="open").exists()
    with pytest.raises(RegistrationClosed):
        sent(event, "dan")


def test_a_new_date_moves_the_reminder_and_is_told_other_corrections_are_not(event: Event, officer: User) -> None:
    sent(event)
    later = {name: getattr(event, name) + timedelta(days=7) for name in ("starts_at", "ends_at")}

    change_event(event=event, values={"title_fr": "Journée"}, by=officer, now=NOW)
    assert mails(event)["ines"] == ["confirmed"]
    change_event(event=event, values=later, by=officer, now=NOW)

    assert sorted(mails(event)["ines"]) == ["confirmed", "event_changed"]
    assert Deadline.objects.get(kind=REMINDER).local_date == later["starts_at"].date()
    with pytest.raises(ChangedMeanwhile):
        change_event(event=event, values={"capacity": 9}, by=officer, now=NOW, version=1)


def test_a_published_event_goes_back_to_draft_only_while_nobody_is_registered(event: Event, officer: User) -> None:
    withdraw_event(event=event, by=officer, now=NOW)
    publish_event(event=event, by=officer, now=NOW)
    sent(event)

    with pytest.raises(ValidationError):
        withdraw_event(event=event, by=officer, now=NOW)


def test_arrivals_are_noted_once_undone_and_the_unexpected_are_let_in(event: Event, officer: User) -> None:
    guest = Guest.objects.get(registration=sent(event)[0])

    first, is_new = check_in(guest=guest, by=officer, now=NOW)
    again, is_new_again = check_in(guest=guest, by=officer, now=NOW + timedelta(minutes=5))
    undo_check_in(guest=guest, by=officer, now=NOW)
    walk_in(event=event, name="Paul Rossel", company="Rossel SA", by=officer, now=NOW)

    assert (is_new, is_new_again, first.pk, again.at) == (True, False, again.pk, NOW)
    assert [row.guest.name for row in CheckIn.objects.filter(event=event)] == ["Paul Rossel"]


STATES: dict[str, dict[str, Any]] = {
    "pending": {}, "confirmed": {}, "waiting": {"waiting_number": 1}, "cancelled": {"cancelled_at": NOW},
    "offered": {"waiting_number": 1, "offer_until": NOW},
}  # fmt: skip


def test_every_pair_of_state_and_action_is_allowed_or_refused_as_the_table_says(event: Event) -> None:
    row = Registration.objects.create(
        association=event.association, event=event, email="ines@valtour.example", last_name="Favre"
    )
    for state, values in STATES.items():
        for action in tables.REGISTRATION_ACTIONS:
            blank = {"waiting_number": None, "offer_until": None, "cancelled_at": None}
            Registration.objects.filter(pk=row.pk).update(state=state, **{**blank, **values})
            row.refresh_from_db()
            leads_to = tables.REGISTRATION.get((state, action))
            if leads_to is None:
                with pytest.raises(TransitionRefused):
                    move(row, action, by="test", now=NOW)
                continue
            row.waiting_number, row.offer_until = 1, NOW if leads_to == "offered" else None
            row.cancelled_at = NOW if leads_to == "cancelled" else None
            fields = ("waiting_number", "offer_until", "cancelled_at")
            assert move(row, action, by="test", now=NOW, fields=fields).state == leads_to

    assert set(STATES) == set(RegistrationState.values)


STEPS = {
    "edit": lambda event, by: change_event(event=event, values={"capacity": 5}, by=by, now=NOW),
    "publish": lambda event, by: publish_event(event=event, by=by, now=NOW),
    "withdraw": lambda event, by: withdraw_event(event=event, by=by, now=NOW),
    "cancel": lambda event, by: cancel_event(event=event, reason="Salle", by=by, now=NOW),
    "register": lambda event, by: walk_in(event=event, name="Paul Rossel", by=by, now=NOW),
}


def test_every_step_of_an_event_is_allowed_or_refused_as_the_table_says(event: Event, officer: User) -> None:
    for state in EventState.values:
        for action in tables.EVENT_ACTIONS:
            Registration.objects.all().delete()
            Event.objects.filter(pk=event.pk).update(
                state=state, published_at=None if state == "draft" else NOW, state_reason="Salle", capacity=2
            )
            leads_to = tables.EVENT.get((state, action))
            if leads_to is None:
                with pytest.raises(TransitionRefused):
                    STEPS[action](event, officer)
            else:
                STEPS[action](event, officer)
                assert Event.objects.get(pk=event.pk).state == leads_to

    assert set(STEPS) == set(tables.EVENT_ACTIONS)
