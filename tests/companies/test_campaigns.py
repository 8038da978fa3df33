"""Campaigns: whom they ask and why not, each mail once, returns of every kind, the phone, the end."""

import contextlib
import threading
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from companies.admin.campaigns import to_phone
from companies.enums import CampaignState, Exclusion, Freshness, ProposalSource, RecipientState
from companies.links import token_for
from companies.models import Campaign, CampaignRecipient, Confirmation, Contact, MailRefusal, Organisation
from companies.segments import Segment, counted
from companies.workflow import sending, tables
from companies.workflow.campaigns import (
    NothingToSend,
    candidates,
    close_campaign,
    create_campaign,
    figures,
    note_call,
    start_sending,
)
from companies.workflow.entries import cease_organisation, confirm_organisation
from companies.workflow.sending import freshness_pass
from promo_portal.accounts.models import User
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.core.transitions import TransitionRefused, next_state
from promo_portal.mailing.models import AddressSuppression, MailState, OutgoingMail
from promo_portal.mailing.workflow.sending import render_sample
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.models import Deadline, DeadlineState, Reminder
from promo_portal.reminders.tick import tick
from tests.companies import factories
from tests.conftest import SignIn

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)  # a Monday
TODAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("table", "states", "actions", "allowed"),
    [
        (tables.CAMPAIGN, CampaignState.values, tables.CAMPAIGN_ACTIONS, 6),
        (tables.RECIPIENT, RecipientState.values, tables.RECIPIENT_ACTIONS, 53),
    ],
)
def test_every_pair_of_state_and_action_is_allowed_or_refused(
    table: Any, states: list[str], actions: tuple[str, ...], allowed: int
) -> None:
    done = 0
    for state in states:
        for action in actions:
            if (state, action) in table:
                next_state(table, state, action)
                done += 1
            else:
                with pytest.raises(TransitionRefused):
                    next_state(table, state, action)

    assert done == len(table) == allowed


@pytest.fixture(autouse=True)
def on_monday() -> Any:
    with clock.standing_still(NOW):
        yield


def firm(place: Municipality, name: str, **fields: Any) -> Organisation:
    values = {
        "listed_on": date(2025, 1, 8),
        "confirmed_on": date(2025, 9, 1),
        "email": f"info@{uuid.uuid4().hex}.example",
    }
    return factories.organisation(place, name=name, **{**values, **fields})


def prepared(association: Association, by: User, **segment: Any) -> Campaign:
    values = {"title": "Votre fiche 2026", "year": 2026, "message_fr": "Cette année avec les compétences."}
    return create_campaign(association=association, values=values, segment=Segment(**segment), by=by, now=NOW)


def sent(association: Association, by: User, **segment: Any) -> Campaign:
    campaign = prepared(association, by, **segment)
    start_sending(campaign=campaign, by=by, now=NOW)
    freshness_pass(now=NOW)
    campaign.refresh_from_db()
    return campaign


# -- whom it asks --------------------------------------------------------------------------------------------------------


def test_a_segment_narrows_by_place_activity_kind_freshness_and_date(
    cep: Association, tavannes: Municipality, nidau: Municipality
) -> None:
    here = firm(tavannes, "Ici SA")
    here.activity_links.create(activity=factories.activity("2652"), is_main=True)
    school = firm(tavannes, "École", kind="school", confirmed_on=date(2026, 6, 1))
    firm(nidau, "Drüben AG")
    cease_organisation(organisation=firm(tavannes, "Finie SA"), by="test", now=NOW)

    def names(**segment: Any) -> list[str]:
        return sorted(Segment(**segment).rows(cep.pk, TODAY).values_list("name", flat=True))

    assert names() == ["Ici SA", "École"]
    assert names(municipality=(743,)) == []
    assert names(municipality=(713,), activity=("C",)) == ["Ici SA"]
    assert names(kind=("school",)) == ["École"]
    assert names(freshness=("to_confirm",)) == ["Ici SA"]
    assert names(confirmed_before="2026-01-01") == ["Ici SA"]
    assert school.pk != here.pk


def test_the_states_of_freshness_mean_the_same_in_a_segment_and_on_an_entry(
    cep: Association, tavannes: Municipality
) -> None:
    for months in range(25):
        day = date(2026, 11, 2) - timedelta(days=30 * months)
        firm(tavannes, f"Confirmée {months}", confirmed_on=day)
        firm(tavannes, f"Jamais {months}", confirmed_on=None, listed_on=day)

    seen = 0
    for state in Freshness:
        found = list(Segment(freshness=(state.value,)).rows(cep.pk, TODAY))
        assert all(row.freshness(TODAY) == state for row in found)
        seen += len(found)
    assert seen == 50


def test_each_reason_for_leaving_somebody_out_is_named(cep: Association, officer: User, tavannes: Municipality) -> None:
    firm(tavannes, "Atteignable SA")
    firm(tavannes, "Sans adresse SA", email="")
    AddressSuppression.objects.create(email="mort@exemple.example", reason="bounced")
    firm(tavannes, "Adresse morte SA", email="Mort@exemple.example")
    silent = firm(tavannes, "Plus de message SA", email="stop@exemple.example")
    MailRefusal.objects.create(organisation=silent, email="Stop@exemple.example")
    firm(tavannes, "Fraîche SA", confirmed_on=date(2026, 10, 20))

    campaign = prepared(cep, officer)

    assert counted(candidates(campaign, TODAY)) == {
        "": 1, Exclusion.NO_ADDRESS: 1, Exclusion.SUPPRESSED: 1, Exclusion.UNSUBSCRIBED: 1, Exclusion.LATELY: 1,
    }  # fmt: skip
    start_sending(campaign=campaign, by=officer, now=NOW)
    other = prepared(cep, officer)
    assert counted(candidates(other, TODAY))[Exclusion.ELSEWHERE] == 1


def test_the_address_is_the_internal_one_then_the_main_contacts_then_the_public_one(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    one = firm(tavannes, "Une SA", internal_email="fiche@une.example")
    two = firm(tavannes, "Deux SA")
    Contact.objects.create(organisation=two, last_name="Roy", email="roy@deux.example")
    main = Contact.objects.create(
        organisation=two, last_name="Frei", email="frei@deux.example", is_main=True, language="de"
    )
    gone = firm(tavannes, "Trois SA", email="info@trois.example")
    Contact.objects.create(
        organisation=gone, last_name="Alt", email="alt@trois.example", is_main=True, left_on=date(2026, 1, 1)
    )

    sent(cep, officer)

    lines = {row.organisation_id: row for row in CampaignRecipient.objects.all()}
    assert lines[one.pk].address == "fiche@une.example"
    assert (lines[two.pk].address, lines[two.pk].contact_id, lines[two.pk].language) == (
        "frei@deux.example", main.pk, "de",
    )  # fmt: skip
    assert lines[gone.pk].address == "info@trois.example"


# -- sending ---------------------------------------------------------------------------------------------------------------


def test_a_campaign_sends_each_mail_once_however_often_it_is_asked(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    for number in range(5):
        firm(tavannes, f"Atelier {number} SA")
    campaign = prepared(cep, officer)

    start_sending(campaign=campaign, by=officer, now=NOW)
    with pytest.raises(TransitionRefused):
        start_sending(campaign=campaign, by=officer, now=NOW)
    for _pass in range(3):
        freshness_pass(now=NOW)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RUNNING
    assert OutgoingMail.objects.filter(kind="companies.campaign").count() == 5
    assert Deadline.objects.filter(kind="companies.campaign_answer").count() == 5
    assert figures(campaign) == {RecipientState.SENT: 5}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_everybody_once(cep: Association, officer: User, tavannes: Municipality) -> None:
    assert mails_of_two_passes_at_once(cep, officer, tavannes) == 6


@pytest.mark.django_db(transaction=True)
def test_control_without_lock_and_key_two_workers_ask_twice(
    cep: Association, officer: User, tavannes: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SKIP_LOCKED", False)
    monkeypatch.setattr(sending, "KEYED", False)

    assert mails_of_two_passes_at_once(cep, officer, tavannes) > 6


def mails_of_two_passes_at_once(association: Association, by: User, place: Municipality) -> int:
    """Two workers read the same lines before either writes: a barrier holds the first query of both."""
    for number in range(6):
        firm(place, f"Atelier {number} SA")
    campaign = prepared(association, by)
    start_sending(campaign=campaign, by=by, now=NOW)
    both_have_read = threading.Barrier(2, timeout=5)

    def work() -> None:
        def meet(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            found = execute(sql, params, many, context)
            if sql.startswith("SELECT") and 'FROM "companies_campaignrecipient"' in sql and not met:
                met.append(True)
                with contextlib.suppress(threading.BrokenBarrierError):
                    both_have_read.wait()
            return found

        met: list[bool] = []
        try:
            with connection.execute_wrapper(meet), clock.standing_still(NOW):
                sending.send_block(campaign, NOW)
        except Exception:  # noqa: BLE001 - a worker that fails on a rule of the database tries again later
            pass
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    freshness_pass(now=NOW)
    return OutgoingMail.objects.filter(kind="companies.campaign").count()


def test_a_campaign_without_anybody_to_ask_is_not_sent(cep: Association, officer: User, tavannes: Municipality) -> None:
    firm(tavannes, "Fraîche SA", confirmed_on=date(2026, 10, 20))
    campaign = prepared(cep, officer)

    with pytest.raises(NothingToSend):
        start_sending(campaign=campaign, by=officer, now=NOW)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT


def test_the_mail_speaks_its_readers_language_and_carries_the_associations_words(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    firm(tavannes, "Une SA")
    sent(cep, officer)

    message = render_sample(OutgoingMail.objects.get(kind="companies.campaign"))

    assert message.subject == "Une SA\u202f: votre fiche est-elle toujours juste\u202f?"
    assert "Cette année avec les compétences." in message.text
    assert message.unsubscribe_url
    assert "01.09.2025" in message.text


# -- returns ---------------------------------------------------------------------------------------------------------------


def test_whoever_confirms_by_link_is_counted_and_hears_no_more(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    one, two = firm(tavannes, "Une SA"), firm(tavannes, "Deux SA")
    campaign = sent(cep, officer)

    Client().post(reverse("companies:entry", args=[token_for(one.pk, None, one.email)]))

    line = campaign.recipients.get(organisation=one)
    assert (line.state, line.answered_at) == (RecipientState.CONFIRMED, NOW)
    assert OutgoingMail.objects.get(pk=line.mail_id).state == MailState.CANCELLED
    assert Deadline.objects.get(subject_id=line.pk).state == DeadlineState.DONE
    assert campaign.recipients.get(organisation=two).state == RecipientState.SENT


def test_a_confirmation_by_staff_counts_as_an_answer_too(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    one = firm(tavannes, "Une SA")
    campaign = sent(cep, officer)

    confirm_organisation(organisation=one, by=officer, now=NOW)

    assert figures(campaign) == {RecipientState.CONFIRMED: 1}


def test_two_reminders_follow_by_themselves_and_stop_with_the_answer(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    one = firm(tavannes, "Une SA")
    sent(cep, officer)
    reminders = Reminder.objects.order_by("due_at")
    assert [row.due_at.date() for row in reminders] == [date(2026, 11, 16), date(2026, 12, 14)]

    tick(now=NOW + timedelta(days=14, hours=1))
    first = OutgoingMail.objects.get(kind="companies.campaign_answer")
    with clock.standing_still(NOW + timedelta(days=14, hours=1)):
        text = render_sample(first).text
    confirm_organisation(organisation=one, by=officer, now=NOW + timedelta(days=15))
    tick(now=NOW + timedelta(days=43))

    assert "02.11.2026" in text
    assert OutgoingMail.objects.filter(kind="companies.campaign_answer").count() == 1


def test_after_weeks_of_downtime_only_the_last_reminder_leaves(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    firm(tavannes, "Une SA")
    sent(cep, officer)

    for _pass in range(2):
        tick(now=NOW + timedelta(days=45))

    mail = OutgoingMail.objects.get(kind="companies.campaign_answer")
    assert mail.params["step"] == "+42d"


def test_a_mail_that_comes_back_brings_the_line_on_the_phone_list(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    firm(tavannes, "Une SA", email="mort@exemple.example")
    campaign = sent(cep, officer)
    AddressSuppression.objects.create(email="Mort@exemple.example", reason="bounced")

    for _pass in range(2):
        freshness_pass(now=NOW + timedelta(hours=1))

    line = campaign.recipients.get()
    assert line.state == RecipientState.BOUNCED
    assert Deadline.objects.get(subject_id=line.pk).state == DeadlineState.DONE
    assert Transition.unscoped.filter(subject_kind="companies.campaignrecipient", action="bounce").count() == 1


def test_an_unsubscriber_is_counted_and_not_reminded(cep: Association, officer: User, tavannes: Municipality) -> None:
    from companies.links import STOP

    one = firm(tavannes, "Une SA")
    campaign = sent(cep, officer)

    stop = token_for(one.pk, None, one.email, purpose=STOP)
    Client().post(reverse("companies:entry_stop", args=[stop]), {"List-Unsubscribe": "One-Click"})
    tick(now=NOW + timedelta(days=15))

    assert figures(campaign) == {RecipientState.UNSUBSCRIBED: 1}
    assert not OutgoingMail.objects.filter(kind="companies.campaign_answer").exists()


def test_changes_that_a_company_sends_count_as_its_answer(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    from companies.links import opened
    from companies.workflow.answers import propose_by_link

    one = firm(tavannes, "Une SA")
    campaign = sent(cep, officer)
    link = opened(token_for(one.pk, None, one.email))

    propose_by_link(link=link, values={"phone": "+41320000199"}, seen_version=None, now=NOW)

    assert figures(campaign) == {RecipientState.PROPOSED: 1}
    assert one.proposals.get().source == ProposalSource.COMPANY


def test_a_call_confirms_leaves_in_peace_or_stays_on_the_list(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    for name in ("Une SA", "Deux SA", "Trois SA", "Quatre SA"):
        firm(tavannes, name, email="")
    firm(tavannes, "Par courriel SA")
    campaign = sent(cep, officer)
    lines = {row.organisation.name: row for row in campaign.recipients.select_related("organisation")}

    results = {"Une SA": "confirmed", "Deux SA": "reached", "Trois SA": "not_reached", "Quatre SA": "no_mail"}
    for name, result in results.items():
        note_call(recipient=lines[name], result=result, note="Standard", by=officer, now=NOW)

    assert figures(campaign) == {
        RecipientState.CONFIRMED: 1, RecipientState.PHONED: 1, RecipientState.UNREACHABLE: 1,
        RecipientState.UNSUBSCRIBED: 1, RecipientState.SENT: 1,
    }  # fmt: skip
    assert Confirmation.objects.get().way == "phone"
    assert campaign.recipients.get(organisation__name="Trois SA").calls == 1


def test_a_closed_campaign_keeps_its_figures_and_reminds_nobody(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    one = firm(tavannes, "Une SA")
    campaign = sent(cep, officer)

    closed = close_campaign(campaign=campaign, by=officer, now=NOW, reason="Terminé")
    tick(now=NOW + timedelta(days=15))
    freshness_pass(now=NOW + timedelta(days=15))
    confirm_organisation(organisation=one, by=officer, now=NOW + timedelta(days=16))

    closed.refresh_from_db()
    assert closed.summary == {RecipientState.SENT: 1}
    assert figures(closed) == {RecipientState.SENT: 1}
    assert Deadline.objects.get(kind="companies.campaign_answer").state == DeadlineState.DONE
    with pytest.raises(TransitionRefused):
        close_campaign(campaign=campaign, by=officer, now=NOW)


# -- staff pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(officer: User, sign_in: SignIn) -> Client:
    return sign_in(officer)


def test_staff_prepare_look_send_and_follow_a_campaign(
    desk: Client, cep: Association, officer: User, tavannes: Municipality
) -> None:
    firm(tavannes, "Une SA")
    firm(tavannes, "Muette SA", email="")
    values = {"title": "Votre fiche 2026", "year": "2026", "municipality": ["713"], "message_fr": "Bonjour."}

    counted_first = desk.post("/admin/companies/campaign/add/", {**values, "count": "1"})
    made = desk.post("/admin/companies/campaign/add/", values)
    campaign = Campaign.objects.get()
    base = f"/admin/companies/campaign/{campaign.pk}"
    plan = desk.get(f"{base}/change/")
    listed = desk.get(f"{base}/recipients/?why=no_address")
    mail = desk.get(f"{base}/preview/?language=de")
    first = desk.post(f"{base}/send/")
    second = desk.post(f"{base}/send/", follow=True)
    freshness_pass(now=NOW)
    running = desk.get(f"{base}/change/")
    phone = desk.get(f"{base}/phone/")
    line = campaign.recipients.get(organisation__name="Muette SA")
    noted = desk.post(f"{base}/call/{line.pk}/", {"result": "confirmed", "note": "Mme Frei"}, follow=True)
    closed = desk.post(f"{base}/close/", {"reason": ""}, follow=True)

    assert counted_first.status_code == 200
    assert made.url == f"{base}/change/"
    assert all(page.status_code == 200 for page in (plan, listed, mail, running, phone, noted, closed))
    assert "Muette SA" in listed.text
    assert "Une SA" not in listed.text
    assert "Stimmt Ihr Eintrag" in mail.text
    assert "~" not in mail.text.split("<main")[1]
    assert first.status_code == 302
    assert "déjà" in second.text
    assert OutgoingMail.objects.filter(kind="companies.campaign").count() == 1
    assert "Muette SA" in phone.text
    assert Campaign.objects.get().summary == {RecipientState.SENT: 1, RecipientState.CONFIRMED: 1}


def test_a_sent_campaign_cannot_be_edited_and_two_editors_do_not_overwrite_each_other(
    desk: Client, cep: Association, officer: User, tavannes: Municipality
) -> None:
    firm(tavannes, "Une SA")
    campaign = prepared(cep, officer)
    address = f"/admin/companies/campaign/{campaign.pk}/edit/"
    values = {"title": "Autre titre", "year": "2026", "seen_version": "1"}

    first = desk.post(address, values)
    second = desk.post(address, {**values, "title": "Troisième titre"})
    campaign.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 422)
    assert campaign.title == "Autre titre"

    start_sending(campaign=campaign, by=officer, now=NOW)
    late = desk.post(address, {**values, "seen_version": "2", "title": "Trop tard"}, follow=True)
    campaign.refresh_from_db()
    assert late.status_code == 200
    assert campaign.title == "Autre titre"


def test_another_associations_campaign_does_not_exist(
    cep: Association, seeland: Association, officer: User, nidau: Municipality, desk: Client
) -> None:
    firm(nidau, "Drüben AG")
    foreign = prepared(seeland, officer)

    for page in ("change", "recipients", "phone", "preview", "edit", "close"):
        assert desk.get(f"/admin/companies/campaign/{foreign.pk}/{page}/").status_code == 404
    assert desk.post(f"/admin/companies/campaign/{foreign.pk}/send/").status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == CampaignState.DRAFT


def test_refusals_need_a_reason_and_the_rest_of_the_form_is_kept(
    desk: Client, officer: User, tavannes: Municipality
) -> None:
    one = firm(tavannes, "Une SA")
    phone = factories.proposal(one, field="phone", proposed="+41320000199", current="")
    street = factories.proposal(one, field="street", proposed="Rue Neuve 1")
    address = f"/admin/companies/changeproposal/entry/{one.pk}/"
    answers = {f"answer_{phone.pk}": "accept", f"answer_{street.pk}": "refuse"}

    without = desk.post(address, answers)
    decided = desk.post(address, {**answers, f"reason_{street.pk}": "Adresse vérifiée"}, follow=True)

    one.refresh_from_db()
    street.refresh_from_db()
    assert without.status_code == 422
    assert decided.status_code == 200
    assert (one.phone, one.street) == ("+41320000199", "")
    assert (street.state, street.reason) == ("refused", "Adresse vérifiée")


def test_the_database_refuses_a_second_line_for_the_same_reader(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    from django.db import IntegrityError

    firm(tavannes, "Une SA")
    line = sent(cep, officer).recipients.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        CampaignRecipient.objects.create(
            campaign=line.campaign, organisation=line.organisation, contact=None, address=line.address
        )


def test_the_days_of_reminders_are_those_on_which_they_leave(
    desk: Client, cep: Association, officer: User, tavannes: Municipality
) -> None:
    firm(tavannes, "Une SA")
    saturday = NOW + timedelta(days=5)
    campaign = prepared(cep, officer)
    start_sending(campaign=campaign, by=officer, now=saturday)
    freshness_pass(now=saturday)

    shown = desk.get(f"/admin/companies/campaign/{campaign.pk}/change/")

    left = [row.due_at.date() for row in Reminder.objects.order_by("due_at")]
    assert [step["day"] for step in shown.context["steps"]] == left == [date(2026, 11, 20), date(2026, 12, 18)]


def test_whoever_got_the_last_reminder_has_a_week_before_the_telephone_rings(
    cep: Association, officer: User, tavannes: Municipality
) -> None:
    firm(tavannes, "Une SA")
    campaign = sent(cep, officer)
    freshness_pass(now=NOW)
    asked_on = NOW.date()

    assert not to_phone(campaign, asked_on + timedelta(days=42)).exists()
    assert not to_phone(campaign, asked_on + timedelta(days=48)).exists()
    assert to_phone(campaign, asked_on + timedelta(days=49)).count() == 1
