"""What a company may say besides "all is right": that it has closed, that we write to the wrong people, that it was hasty."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from companies.deadlines import CAMPAIGN_ANSWER
from companies.enums import OrganisationState, ProposalState, RecipientState
from companies.links import token_for
from companies.models import CampaignRecipient, ChangeProposal, Confirmation, Contact, MailRefusal, Organisation
from companies.segments import Segment
from companies.workflow.answers import known_address
from companies.workflow.campaigns import create_campaign, start_sending
from companies.workflow.proposals import accept_many, accept_proposal, refuse_proposal
from companies.workflow.sending import freshness_pass
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.models import Deadline, DeadlineState
from tests.companies import factories
from tests.companies.test_entry_link import page
from tests.conftest import SignIn

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_nine(fresh_cache: object) -> object:
    with clock.standing_still(NOW):
        yield


@pytest.fixture
def mecatis(tavannes: Municipality) -> Organisation:
    return factories.organisation(
        tavannes, email="info@mecatis.example", listed_on=date(2024, 1, 8), confirmed_on=date(2025, 10, 1)
    )


@pytest.fixture
def anna(mecatis: Organisation) -> Contact:
    return Contact.objects.create(
        organisation=mecatis, first_name="Anna", last_name="Frei", email="anna@mecatis.example", is_main=True
    )


@pytest.fixture
def token(mecatis: Organisation, anna: Contact) -> str:
    return token_for(mecatis.pk, anna.pk, anna.email)


@pytest.fixture
def asked(cep: Association, officer: User, mecatis: Organisation, anna: Contact) -> CampaignRecipient:
    """A campaign has asked Anna ten days ago."""
    before = NOW - timedelta(days=10)
    campaign = create_campaign(
        association=cep, values={"title": "Recueil", "year": 2026}, segment=Segment(), by=officer, now=before
    )
    start_sending(campaign=campaign, by=officer, now=before)
    freshness_pass(now=before)
    return CampaignRecipient.objects.get()


def test_that_a_company_has_closed_is_asked_once_more_and_then_waits_for_staff(
    token: str, mecatis: Organisation, asked: CampaignRecipient
) -> None:
    shown = Client().get(page("entry", token))
    opened = Client().get(page("entry_closed", token))
    assert not ChangeProposal.objects.exists()

    for _press in range(2):
        thanks = Client().post(page("entry_closed", token), follow=True)

    proposal = ChangeProposal.objects.get()
    mecatis.refresh_from_db()
    asked.refresh_from_db()
    assert page("entry_closed", token) in shown.text
    assert "fermée" in opened.text
    assert (proposal.field, proposal.proposed, proposal.author_name) == ("ceased_on", "2026-11-23", "Anna Frei")
    assert (proposal.created_at, mecatis.state) == (NOW, OrganisationState.PUBLISHED)
    assert asked.state == RecipientState.PROPOSED
    assert not Deadline.objects.filter(kind=CAMPAIGN_ANSWER, state=DeadlineState.OPEN).exists()
    assert thanks.status_code == 200


def test_staff_accept_that_it_has_closed_by_itself_and_never_in_bulk(
    token: str, mecatis: Organisation, officer: User
) -> None:
    Client().post(page("entry_closed", token))

    in_bulk = accept_many(proposals=ChangeProposal.objects.all(), by=officer, now=NOW)
    accept_proposal(proposal=ChangeProposal.objects.get(), by=officer, now=NOW)

    mecatis.refresh_from_db()
    assert (len(in_bulk.done), len(in_bulk.skipped)) == (0, 1)
    assert (mecatis.state, mecatis.ceased_on) == (OrganisationState.CEASED, date(2026, 11, 23))
    assert OutgoingMail.objects.filter(kind="companies.changes_decided").count() == 1


def test_whoever_is_the_wrong_recipient_is_asked_no_more_and_gets_no_mail(
    token: str, mecatis: Organisation, asked: CampaignRecipient, officer: User, anna: Contact
) -> None:
    mails = OutgoingMail.objects.count()
    Client().get(page("entry_not_ours", token))
    assert not MailRefusal.objects.exists()

    for _press in range(2):
        thanks = Client().post(page("entry_not_ours", token), follow=True)

    proposal = ChangeProposal.objects.get()
    asked.refresh_from_db()
    assert "Merci" in thanks.text
    assert (proposal.field, proposal.proposed, proposal.answer_to) == ("wrong_address", "anna@mecatis.example", "")
    assert asked.state == RecipientState.UNREACHABLE
    assert known_address(mecatis) == ("", "fr")
    assert OutgoingMail.objects.count() == mails
    accept_proposal(proposal=proposal, by=officer, now=NOW)
    anna.refresh_from_db()
    assert (anna.email, anna.left_on) == ("", None)
    assert known_address(mecatis)[0] == "info@mecatis.example"
    assert Client().get(page("entry", token)).status_code == 410


def test_where_staff_know_that_the_address_is_right_it_is_asked_again(
    token: str, mecatis: Organisation, officer: User
) -> None:
    Client().post(page("entry_not_ours", token))

    refuse_proposal(proposal=ChangeProposal.objects.get(), reason="Adresse vérifiée", by=officer, now=NOW)

    assert not MailRefusal.objects.exists()
    assert known_address(mecatis)[0] == "anna@mecatis.example"


def test_staff_read_both_answers_in_their_queue_with_who_and_when(
    token: str, mecatis: Organisation, officer: User, sign_in: SignIn
) -> None:
    Client().post(page("entry_closed", token))
    Client().post(page("entry_not_ours", token))
    staff = sign_in(officer)

    queue = staff.get(reverse("admin:companies_changeproposal_changelist"))
    single = staff.get(
        reverse("admin:companies_changeproposal_change", args=[ChangeProposal.objects.get(field="ceased_on").pk])
    )
    together = staff.get(reverse("admin:companies_changeproposal_decide", args=[mecatis.pk]))

    assert "anna@mecatis.example n’a rien à voir" in queue.text
    assert "Anna Frei" in queue.text
    assert "23.11.2026" in single.text
    assert 'value="accept" checked' not in together.text


def test_a_confirmation_is_taken_back_within_half_an_hour_with_campaign_and_reminders_as_before(
    token: str, mecatis: Organisation, asked: CampaignRecipient
) -> None:
    pressed = Client().post(page("entry", token), follow=True)
    assert page("entry_undo", token) in pressed.text
    Client().get(page("entry_undo", token))
    assert Confirmation.objects.exists()

    with clock.standing_still(NOW + timedelta(minutes=29)):
        done = Client().post(page("entry_undo", token), follow=True)

    mecatis.refresh_from_db()
    asked.refresh_from_db()
    assert "annulée" in done.text
    assert (mecatis.confirmed_on, Confirmation.objects.count()) == (date(2025, 10, 1), 0)
    assert (asked.state, asked.answered_at) == (RecipientState.SENT, None)
    assert Deadline.objects.filter(kind=CAMPAIGN_ANSWER, state=DeadlineState.OPEN).count() == 1
    assert OutgoingMail.objects.get(kind="companies.entry_answered").state == MailState.CANCELLED
    Client().post(page("entry", token))
    assert Confirmation.objects.count() == 1


def test_after_half_an_hour_or_a_decision_nothing_is_taken_back(
    token: str, mecatis: Organisation, officer: User
) -> None:
    Client().post(page("entry", token))
    with clock.standing_still(NOW + timedelta(minutes=30)):
        late = Client().post(page("entry_undo", token))
    Client().post(page("entry_closed", token))
    with clock.standing_still(NOW + timedelta(minutes=31)):
        still = Client().post(page("entry_undo", token))
    assert (late.status_code, still.status_code, Confirmation.objects.count()) == (409, 409, 1)


def test_what_staff_have_decided_is_no_longer_taken_back(token: str, mecatis: Organisation, officer: User) -> None:
    Client().post(page("entry_closed", token))
    accept_proposal(proposal=ChangeProposal.objects.get(), by=officer, now=NOW)

    answer = Client().post(page("entry_undo", token))

    mecatis.refresh_from_db()
    assert (answer.status_code, mecatis.state) == (409, OrganisationState.CEASED)


@pytest.mark.parametrize("route", ["entry_closed", "entry_not_ours"])
def test_either_statement_is_taken_back(
    route: str, token: str, mecatis: Organisation, asked: CampaignRecipient
) -> None:
    Client().post(page(route, token))

    Client().post(page("entry_undo", token))

    asked.refresh_from_db()
    assert ChangeProposal.objects.get().state == ProposalState.WITHDRAWN
    assert asked.state == RecipientState.SENT
    assert not MailRefusal.objects.exists()
    assert known_address(mecatis)[0] == "anna@mecatis.example"


def test_only_the_answers_of_the_same_link_are_taken_back(token: str, mecatis: Organisation) -> None:
    other = token_for(mecatis.pk, None, "info@mecatis.example")
    Client().post(page("entry", token))

    answer = Client().post(page("entry_undo", other))

    assert (answer.status_code, Confirmation.objects.count()) == (409, 1)
