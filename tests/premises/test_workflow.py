"""What may become of offers, enquiries, searches and suggestions, from every state and by every action."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from premises.deadlines import KINDS
from premises.enums import (
    ClosureChannel,
    ClosureReason,
    EnquiryState,
    MatchState,
    OfferState,
    SearchState,
    Visibility,
)
from premises.models import Closure, Enquiry, Match, Offer, OwnerContact, SpaceSearch
from premises.workflow import enquiries, matching, offers, searches, supply, tables
from premises.workflow.offers import Ending
from promo_portal.accounts.models import User
from promo_portal.audit.models import Transition
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.kinds import deadline_kind
from promo_portal.reminders.models import Deadline, DeadlineState, Reminder
from tests.premises import factories
from tests.premises.factories import MONDAY, TODAY

pytestmark = pytest.mark.django_db
TAKEN = Ending(reason=ClosureReason.TAKEN, channel=ClosureChannel.PORTAL, area=800, jobs_planned=12)
STOPPED = Ending(reason=ClosureReason.OWNER_STOPS)


def walked(
    table: Any, states: list[str], actions: tuple[str, ...], row_in: Callable[[str], Any], do: Callable[[str, Any], Any]
) -> list[str]:
    """Every pair tried; the answers are those that differ from the table."""
    wrong = []
    for state in states:
        for action in actions:
            row, told = row_in(state), Transition.objects.count()
            expected = table.get((state, action))
            try:
                do(action, row)
                came = True
            except TransitionRefused:
                came = False
            row.refresh_from_db()
            kept_quiet = Transition.objects.count() == told
            if came != (expected is not None) or row.state != (expected or state) or (not came and not kept_quiet):
                wrong.append(f"{state} {action}: {row.state}")
    return wrong


def test_each_step_of_an_offer_leads_where_the_table_says_or_is_refused(
    in_cep: None, tavannes: Municipality, officer: User
) -> None:
    count = iter(range(1000))

    def row_in(state: str) -> Offer:
        hall = factories.unit(tavannes, name=f"Halle {next(count)}")
        return factories.offer(hall, state=state)

    def do(action: str, offer: Offer) -> Any:
        common: dict[str, Any] = {"offer": offer, "by": officer, "now": MONDAY}
        return {
            "publish": offers.publish_offer,
            "confirm": offers.confirm_offer,
            "reserve": offers.reserve_offer,
            "release": offers.release_offer,
            "reopen": offers.reopen_offer,
            "let": lambda **known: offers.close_offer(ending=TAKEN, **known),
            "withdraw": lambda **known: offers.close_offer(ending=STOPPED, **known),
        }[action](**common)

    assert walked(tables.OFFER, OfferState.values, tables.OFFER_ACTIONS, row_in, do) == []


def test_each_step_of_an_enquiry_leads_where_the_table_says_or_is_refused(
    in_cep: None, tavannes: Municipality, officer: User
) -> None:
    offer = factories.offer(factories.unit(tavannes))

    def row_in(state: str) -> Enquiry:
        made = enquiries.send_enquiry(
            offer=offer, name="Anna", email="anna@exemple.example", proved=state != "unconfirmed", now=MONDAY
        )
        if state == EnquiryState.ANSWERED:
            enquiries.answer_enquiry(enquiry=made, how="Appel", by=officer, now=MONDAY)
        elif made.state != state:
            Enquiry.objects.filter(pk=made.pk).update(state=state)
        made.refresh_from_db()
        return made

    def do(action: str, enquiry: Enquiry) -> Any:
        common: dict[str, Any] = {"enquiry": enquiry, "now": MONDAY}
        return {
            "confirm": lambda: enquiries.confirm_enquiry(**common),
            "take": lambda: enquiries.take_enquiry(by=officer, **common),
            "answer": lambda: enquiries.answer_enquiry(how="Appel", by=officer, **common),
            "drop": lambda: enquiries.drop_enquiry(reason="Double", by=officer, **common),
            "reopen": lambda: enquiries.reopen_enquiry(by=officer, **common),
        }[action]()

    assert walked(tables.ENQUIRY, EnquiryState.values, tables.ENQUIRY_ACTIONS, row_in, do) == []


def test_each_step_of_a_search_and_of_a_suggestion_leads_where_the_table_says_or_is_refused(
    in_cep: None, tavannes: Municipality, officer: User
) -> None:
    offer = factories.offer(factories.unit(tavannes))
    common: dict[str, Any] = {"by": officer, "now": MONDAY}

    def search_in(state: str) -> SpaceSearch:
        return factories.search(tavannes, state=state)

    def match_in(state: str) -> Match:
        return Match.objects.create(
            association=offer.association, search=factories.search(tavannes), offer=offer, score=80, state=state
        )

    wrong = walked(
        tables.SEARCH,
        SearchState.values,
        tables.SEARCH_ACTIONS,
        search_in,
        lambda action, row: searches.move_search(search=row, action=action, **common),
    )
    wrong += walked(
        tables.MATCH,
        MatchState.values,
        tables.MATCH_ACTIONS,
        match_in,
        lambda action, row: matching.move_match(match=row, action=action, **common),
    )

    assert wrong == []


# -- offers --------------------------------------------------------------------------------------------------------------


def an_offer(tavannes: Municipality, officer: User, **terms: Any) -> Offer:
    """A hall offered in one step, its owner known by mail."""
    return supply.offer_premises(
        municipality=tavannes,
        site={"name": "Zone de la Combe", "street": "Rue de la Combe 4"},
        unit={"name": "Halle 3", "use": "hall", "area_usable": 600, "ceiling_height": "5.2"},
        terms={"kind": "rent", "price": 95, **terms},
        contact={"name": "Marc Rossé", "email": "marc@valtour.example", "language": "de"},
        by=officer,
        now=MONDAY,
    )


def test_an_offer_in_one_step_is_published_and_its_owner_is_asked_every_month(
    in_cep: None, tavannes: Municipality, officer: User
) -> None:
    offer = an_offer(tavannes, officer)

    assert (offer.state, offer.published_on, offer.confirmed_on) == (OfferState.PUBLISHED, TODAY, TODAY)
    deadline = Deadline.objects.get(kind="premises.confirm")
    assert deadline.local_date == date(2026, 12, 23)
    planned = Reminder.objects.filter(deadline=deadline).order_by("due_at").values_list("step", "recipient", "language")
    assert [step for step, _who, _language in planned] == ["0d", "+15d", "+53d"]
    assert {who for _step, who, _language in planned} == {"mail:marc@valtour.example"}


def test_without_a_mail_address_the_officers_are_asked_to_call(
    in_cep: None, tavannes: Municipality, officer: User
) -> None:
    offer = an_offer(tavannes, officer)
    contact = OwnerContact.objects.get(offer=offer)
    contact.email, contact.phone = "", "+41320000000"
    contact.save()

    offers.confirm_offer(offer=offer, by=officer, now=MONDAY + timedelta(days=3))

    deadline = Deadline.objects.get(kind="premises.confirm")
    assert deadline.local_date == date(2026, 12, 26)
    current = Reminder.objects.filter(deadline=deadline, deadline_version=deadline.version)
    assert {row.recipient for row in current} == {f"user:{officer.pk}"}


def test_what_ends_is_written_down_and_its_owner_is_left_in_peace(
    in_cep: None, tavannes: Municipality, officer: User
) -> None:
    offer = offers.close_offer(offer=an_offer(tavannes, officer), ending=TAKEN, by=officer, now=MONDAY)

    assert (offer.state, offer.ended_on) == (OfferState.LET, TODAY)
    closure = Closure.objects.get(offer=offer)
    assert (closure.channel, closure.area, closure.jobs_planned, closure.closed_by) == ("portal", 800, 12, officer)
    assert Deadline.objects.get(kind="premises.confirm").state == DeadlineState.CANCELLED

    back = offers.reopen_offer(offer=offer, by=officer, now=MONDAY)
    assert (back.state, back.ended_on) == (OfferState.PUBLISHED, None)
    closure.refresh_from_db()
    assert closure.is_undone
    assert Deadline.objects.filter(kind="premises.confirm", state=DeadlineState.OPEN).count() == 1


def test_an_owner_who_says_taken_reserves_it_and_staff_are_told(
    in_cep: None, tavannes: Municipality, officer: User
) -> None:
    offer = offers.report_taken(offer=an_offer(tavannes, officer), now=MONDAY)

    assert offer.state == OfferState.RESERVED
    assert OutgoingMail.objects.get(kind="premises.taken").to_user == officer


# -- enquiries -----------------------------------------------------------------------------------------------------------


def test_an_enquiry_has_a_promise_and_mails_on_both_sides(
    cep: Association, tavannes: Municipality, officer: User
) -> None:
    offer = factories.offer(factories.unit(tavannes))

    enquiry = enquiries.send_enquiry(
        offer=offer, name="Anna Frei", email="anna@exemple.example", language="de", now=MONDAY
    )

    assert (enquiry.state, enquiry.answer_by) == (EnquiryState.RECEIVED, date(2026, 11, 26))
    mails = sorted(OutgoingMail.objects.values_list("kind", "to_address", "language"))
    assert mails == [
        ("premises.enquiry_received", "anna@exemple.example", "de"),
        ("premises.new_enquiry", officer.email, "fr"),
    ]
    with association_scope(cep.pk):
        enquiries.answer_enquiry(enquiry=enquiry, how="Visite le 2.12.", by=officer, now=MONDAY)
    assert Deadline.objects.get(kind="premises.answer").state == DeadlineState.DONE


def test_without_an_officer_the_association_itself_is_told(cep: Association, tavannes: Municipality) -> None:
    offer = factories.offer(factories.unit(tavannes))

    enquiries.send_enquiry(offer=offer, name="Anna", email="anna@exemple.example", now=MONDAY)

    assert OutgoingMail.objects.get(kind="premises.new_enquiry").to_address == cep.email


def test_an_enquiry_that_nobody_confirmed_tells_nobody_and_is_forgotten(in_cep: None, tavannes: Municipality) -> None:
    offer = factories.offer(factories.unit(tavannes))

    enquiry = enquiries.send_enquiry(offer=offer, name="Robot", email="robot@exemple.example", proved=False, now=MONDAY)

    assert [mail.kind for mail in OutgoingMail.objects.all()] == ["premises.confirm_enquiry"]
    assert not enquiry.history.exists()  # type: ignore[attr-defined]
    assert enquiries.forget_unconfirmed(now=MONDAY + timedelta(days=6)) == 0
    assert enquiries.forget_unconfirmed(now=MONDAY + timedelta(days=8)) == 1


# -- suggestions ---------------------------------------------------------------------------------------------------------


def test_a_new_search_finds_the_offers_and_a_new_offer_finds_the_searches(
    in_cep: None, cep: Association, tavannes: Municipality, officer: User
) -> None:
    factories.offer(factories.unit(tavannes), visibility=Visibility.INTERNAL)
    values = {"title": "Atelier", "organisation_name": "Val SA", "area_from": 300, "open_until": date(2027, 3, 31)}

    search = searches.register_search(association=cep, values=values, municipalities=[tavannes], by=officer, now=MONDAY)
    an_offer(tavannes, officer)

    assert sorted(Match.objects.filter(search=search).values_list("score", "state")) == [(100, "proposed")] * 2


def test_suggestions_fall_away_with_what_they_suggest_but_not_those_that_staff_work_with(
    in_cep: None, tavannes: Municipality, officer: User
) -> None:
    offer = an_offer(tavannes, officer)
    shown, untouched = factories.search(tavannes), factories.search(tavannes, title="Autre")
    assert [matching.refresh_of_search(search) for search in (shown, untouched)] == [1, 1]
    matching.move_match(match=Match.objects.get(search=shown), action="show", by=officer, now=MONDAY)

    offers.close_offer(offer=offer, ending=STOPPED, by=officer, now=MONDAY)

    assert [match.search for match in Match.objects.all()] == [shown]


def test_every_mail_and_date_of_premises_reads_well(
    in_cep: None, tavannes: Municipality, officer: User, monday: Any
) -> None:
    """Each message renders in both languages, names its object, and keeps its subject short."""
    from django.utils import translation

    from promo_portal.mailing.kinds import mail_kind

    offer = an_offer(tavannes, officer)
    offers.report_taken(offer=offer, now=MONDAY)
    enquiries.send_enquiry(offer=offer, name="Anna", email="anna@exemple.example", message="Visite ?", now=MONDAY)
    enquiries.send_enquiry(offer=offer, name="Robot", email="r@exemple.example", proved=False, now=MONDAY)

    said = {}
    for mail in OutgoingMail.objects.all():
        for language in ("fr", "de", "en"):
            mail.language = language
            with translation.override(language):
                said[mail.kind, language] = mail_kind(mail.kind).render(mail)
    for deadline in Deadline.objects.all():
        kind = deadline_kind(deadline.kind)
        assert kind is not None
        for step in kind.steps:
            for user in (None, officer):
                mail = OutgoingMail(kind=kind.name, language="fr", to_user=user)
                said[f"{kind.name} {step}", "fr" if user else "fr, address"] = kind.render(mail, deadline, step)

    assert len(said) == 4 * 3 + 2 * (3 + 2)
    assert all(len(message.subject) <= 55 for message in said.values()), [m.subject for m in said.values()]
    assert all("Tavannes" in message.text and message.html for message in said.values())
    assert len(KINDS) == 2
