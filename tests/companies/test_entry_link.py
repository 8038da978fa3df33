"""The company's signed link: nothing happens on opening, one press confirms, changes are proposals, and words for the rest."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse
from django.utils import translation

from companies.enums import ConfirmationWay, ProposalState
from companies.links import ENTRY, STOP, opened, token_for
from companies.models import ChangeProposal, Confirmation, Contact, MailRefusal, Organisation
from companies.workflow.answers import contact_left
from companies.workflow.entries import cease_organisation, confirm_organisation, hide_organisation
from companies.workflow.merging import merge_organisations
from companies.workflow.proposals import decide_fields, refuse_proposal
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.mailing.workflow.sending import render_sample
from promo_portal.regions.models import Municipality
from tests.companies import factories

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FORM = {
    "name": "Mécatis SA", "street": "Rue du Pont 3", "postcode": "2710", "locality": "Tavannes",
    "municipality": "Tavannes", "phone": "032 481 00 00", "email": "info@mecatis.example",
    "website": "https://mecatis.example/", "language": "fr", "languages": ["fr", "de"], "size_class": "10-49",
    "founded_year": "1987", "purpose_fr": "Décolletage de précision.", "activities": ["2652"],
    "capabilities": ["turning"], "contact_first_name": "Anna", "contact_last_name": "Frei",
    "contact_email": "anna@mecatis.example",
}  # fmt: skip


@pytest.fixture
def mecatis(tavannes: Municipality) -> Organisation:
    made = factories.organisation(
        tavannes, street="Rue du Pont 3", postcode="2710", locality="Tavannes", phone="+41324810000",
        email="info@mecatis.example", website="https://mecatis.example/", languages="fr de", size_class="10-49",
        founded_year=1987, purpose_fr="Décolletage de précision.", listed_on=date(2024, 1, 8),
        confirmed_on=date(2025, 10, 1),
    )  # fmt: skip
    made.activity_links.create(activity=factories.activity("2652"), is_main=True)
    made.capability_links.create(capability=factories.capability("turning"))
    return made


@pytest.fixture
def anna(mecatis: Organisation) -> Contact:
    return Contact.objects.create(
        organisation=mecatis, first_name="Anna", last_name="Frei", email="anna@mecatis.example", is_main=True
    )


@pytest.fixture
def token(mecatis: Organisation, anna: Contact) -> str:
    return token_for(mecatis.pk, anna.pk, anna.email)


@pytest.fixture(autouse=True)
def at_nine(fresh_cache: object) -> object:
    with clock.standing_still(NOW):
        yield


def page(route: str, *arguments: object) -> str:
    with translation.override("fr"):
        return reverse(f"companies:{route}", args=arguments)


def plain(text: str) -> str:
    """Text with ordinary blanks."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def edited(**changes: object) -> dict[str, object]:
    return {**FORM, "seen_version": Organisation.objects.get(name="Mécatis SA").version, **changes}


def test_opening_shows_the_entry_with_its_last_confirmation_and_changes_nothing(
    token: str, mecatis: Organisation
) -> None:
    before = Organisation.objects.values().get(pk=mecatis.pk)

    answer = Client().get(page("entry", token))

    assert answer.status_code == 200
    assert "01.10.2025" in answer.text
    assert "Décolletage de précision." in answer.text
    assert Organisation.objects.values().get(pk=mecatis.pk) == before
    assert not Confirmation.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_one_press_confirms_thanks_by_mail_and_a_second_one_is_the_same_answer(
    token: str, mecatis: Organisation
) -> None:
    first, second = Client(), Client()

    shown = first.post(page("entry", token), follow=True)
    again = second.post(page("entry", token), follow=True)

    mecatis.refresh_from_db()
    made = Confirmation.objects.get()
    mail = OutgoingMail.objects.get()
    assert (mecatis.confirmed_on, made.way, made.actor_name) == (date(2026, 11, 23), ConfirmationWay.LINK, "Anna Frei")
    assert "23.11.2026" in shown.text
    assert again.status_code == 200
    assert (mail.kind, mail.to_address) == ("companies.entry_answered", "anna@mecatis.example")
    assert "23.11.2026" in render_sample(mail).text


def test_a_link_ends_to_the_second_and_brings_a_new_one_by_mail_to_the_known_address(token: str) -> None:
    with clock.standing_still(NOW + timedelta(days=90) - timedelta(seconds=1)):
        assert Client().get(page("entry", token)).status_code == 200
    with clock.standing_still(NOW + timedelta(days=90)):
        ended = Client().get(page("entry", token))
        assert not OutgoingMail.objects.exists()
        refused = Client().post(page("entry_edit", token), edited(phone="032 481 99 99"))
        mail = OutgoingMail.objects.get()
        text = render_sample(mail).text

    assert ended.status_code == 410
    assert "a…@mecatis.example" in ended.text
    assert refused.status_code == 200
    assert not ChangeProposal.objects.exists()
    assert mail.to_address == "anna@mecatis.example"
    assert "/fr/entreprises/" in text


@pytest.mark.parametrize("route", ["entry", "entry_edit", "entry_left", "entry_thanks"])
def test_a_link_of_another_purpose_or_a_bent_one_leads_nowhere(route: str, token: str, mecatis: Organisation) -> None:
    stop = token_for(mecatis.pk, None, mecatis.email, purpose=STOP)
    bent = Signer(salt=f"link:{ENTRY}", sep="~").sign(f"{mecatis.pk}.0~99999999999")

    for wrong in (stop, token[:-1], f"1{token}", "x", bent):
        assert Client().get(page(route, wrong)).status_code == 404


def test_the_link_of_somebody_who_left_ends_at_once_and_others_keep_theirs(
    token: str, mecatis: Organisation, anna: Contact
) -> None:
    general = token_for(mecatis.pk, None, "info@mecatis.example")

    answer = Client().post(
        page("entry_left", general),
        {"contact": str(anna.pk), "last_name": "Roy", "first_name": "Luc", "email": "luc@mecatis.example"},
    )

    anna.refresh_from_db()
    proposed = ChangeProposal.objects.get()
    assert answer.status_code == 200
    assert "Anna Frei" in answer.text
    assert anna.left_on == date(2026, 11, 23)
    assert (proposed.field, "luc@mecatis.example" in proposed.proposed) == ("contact", True)
    assert not Contact.objects.filter(last_name="Roy").exists()
    assert Client().get(page("entry", token)).status_code == 410
    assert Client().get(page("entry", general)).status_code == 200


def test_an_address_that_is_no_longer_the_entrys_opens_nothing(mecatis: Organisation) -> None:
    general = token_for(mecatis.pk, None, "info@mecatis.example")
    Organisation.objects.filter(pk=mecatis.pk).update(email="neu@mecatis.example")

    answer = Client().get(page("entry", general))

    assert answer.status_code == 410
    assert "n…@mecatis.example" in answer.text


def test_changes_become_proposals_field_by_field_and_the_entry_stays_as_it_is(
    token: str, mecatis: Organisation
) -> None:
    factories.capability("milling", "fraisage")

    answer = Client().post(
        page("entry_edit", token),
        edited(phone="032 481 99 99", purpose_fr="Décolletage et fraisage.", add_capability="Fraisage",
               contact_function="direction"),
        follow=True,
    )  # fmt: skip

    found = {row.field: row for row in ChangeProposal.objects.all()}
    mecatis.refresh_from_db()
    assert sorted(found) == ["capabilities", "contact", "phone", "purpose_fr"]
    assert found["phone"].proposed == "+41324819999"
    assert found["capabilities"].proposed == "milling; turning"
    assert {row.answer_to for row in found.values()} == {"anna@mecatis.example"}
    assert mecatis.phone == "+41324810000"
    assert mecatis.confirmed_on == date(2025, 10, 1)
    assert "032 481 99 99" in plain(answer.text)
    assert "032 481 99 99" in plain(render_sample(OutgoingMail.objects.get()).text)


def test_what_is_sent_unchanged_proposes_nothing(token: str) -> None:
    answer = Client().post(page("entry_edit", token), edited(), follow=True)

    assert answer.status_code == 200
    assert not ChangeProposal.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_a_newer_answer_replaces_the_older_one(token: str) -> None:
    Client().post(page("entry_edit", token), edited(phone="032 481 99 99"))
    shown = Client().get(page("entry_edit", token))
    Client().post(page("entry_edit", token), edited(phone="032 481 77 77"))

    states = dict(ChangeProposal.objects.values_list("proposed", "state"))
    assert "+41324819999" in shown.text or "032 481 99 99" in shown.text
    assert states == {"+41324819999": ProposalState.WITHDRAWN, "+41324817777": ProposalState.OPEN}


def test_in_a_second_window_an_older_page_is_refused_with_everything_kept(
    token: str, mecatis: Organisation, officer: User
) -> None:
    old = edited(phone="032 481 99 99")
    confirm_organisation(organisation=mecatis, by=officer, now=NOW)

    answer = Client().post(page("entry_edit", token), old)

    mecatis.refresh_from_db()
    assert answer.status_code == 422
    assert "032 481 99 99" in answer.text
    assert f'value="{mecatis.version}"' in answer.text
    assert not ChangeProposal.objects.exists()


def test_words_that_fit_several_activities_come_back_as_boxes_to_tick(token: str) -> None:
    for code, label in (("2511", "Fabrication de structures métalliques"), ("2512", "Fabrication de portes")):
        row = factories.activity(code, label)
        row.search_name = f"|{label.lower()}|"
        row.save()

    answer = Client().post(page("entry_edit", token), edited(add_activity="fabrication de"))

    assert answer.status_code == 422
    assert 'value="2511"' in answer.text
    assert 'value="2512"' in answer.text
    assert not ChangeProposal.objects.exists()


def test_a_refused_value_sent_again_is_answered_in_words(token: str, mecatis: Organisation, officer: User) -> None:
    Client().post(page("entry_edit", token), edited(phone="032 481 99 99"))
    refuse_proposal(proposal=ChangeProposal.objects.get(), reason="Numéro non attribué", by=officer, now=NOW)
    mecatis.refresh_from_db()

    answer = Client().post(page("entry_edit", token), edited(phone="032 481 99 99"), follow=True)

    assert "déjà écarté" in answer.text
    assert ChangeProposal.objects.count() == 1


def test_the_company_learns_the_outcome_once_all_is_decided_and_the_entry_counts_as_confirmed(
    token: str, mecatis: Organisation, officer: User
) -> None:
    Client().post(page("entry_edit", token), edited(phone="032 481 99 99", street="Rue Neuve 1", founded_year="1986"))
    by_field = {row.field: row for row in ChangeProposal.objects.all()}

    first = decide_fields(organisation=mecatis, accept=[by_field["phone"]], refuse={}, by=officer, now=NOW)
    assert not OutgoingMail.objects.filter(kind="companies.changes_decided").exists()
    second = decide_fields(
        organisation=mecatis,
        accept=[by_field["street"]],
        refuse={by_field["founded_year"].pk: "Le registre dit 1987"},
        by=officer,
        now=NOW,
    )

    mail = OutgoingMail.objects.get(kind="companies.changes_decided")
    text = render_sample(mail).text
    mecatis.refresh_from_db()
    assert (len(first.done), len(second.done)) == (1, 2)
    assert (mecatis.phone, mecatis.street, mecatis.founded_year) == ("+41324819999", "Rue Neuve 1", 1987)
    assert mecatis.confirmed_on == date(2026, 11, 23)
    assert "Le registre dit 1987" in text
    assert "Rue Neuve 1" in text
    assert mail.to_address == "anna@mecatis.example"


def test_a_merged_entry_leads_to_its_heir_and_says_so(
    token: str, mecatis: Organisation, officer: User, tavannes: Municipality
) -> None:
    heir = factories.organisation(tavannes, name="Mécatis Groupe SA", listed_on=date(2024, 1, 8))
    merge_organisations(merged=mecatis, into=heir, by=officer, now=NOW)

    shown = Client().get(page("entry", token))
    Client().post(page("entry", token))

    heir.refresh_from_db()
    assert "Mécatis Groupe SA" in shown.text
    assert "« Mécatis SA »" in plain(shown.text)
    assert heir.confirmed_on == date(2026, 11, 23)


def test_a_hidden_entry_may_be_confirmed_and_a_ceased_one_only_read(
    token: str, mecatis: Organisation, officer: User
) -> None:
    hide_organisation(organisation=mecatis, by=officer, now=NOW, reason="Déménagement")
    hidden = Client().get(page("entry", token))
    cease_organisation(organisation=mecatis, by=officer, now=NOW)
    ceased = Client().get(page("entry", token))
    pressed = Client().post(page("entry", token))

    assert "Tout est juste" in hidden.text
    assert "Tout est juste" not in ceased.text
    assert "cessé" in ceased.text
    assert pressed.status_code == 200
    assert not Confirmation.objects.exists()


def test_a_mail_programs_button_stops_the_messages_without_token_and_twice_is_once(mecatis: Organisation) -> None:
    stop = page("entry_stop", token_for(mecatis.pk, None, mecatis.email, purpose=STOP))
    browser = Client(enforce_csrf_checks=True)

    assert browser.get(stop).status_code == 200
    assert not MailRefusal.objects.exists()
    for _press in range(2):
        assert browser.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 302

    assert MailRefusal.objects.get().email == "info@mecatis.example"
    Client().post(stop, {"answer": "resume"})
    assert not MailRefusal.objects.exists()


def test_the_question_names_a_one_click_address_in_its_headers(mecatis: Organisation) -> None:
    from companies.emails import queue_link
    from companies.workflow.answers import known_address

    address, language = known_address(mecatis)
    message = render_sample(queue_link(mecatis, address, language=language))

    assert "/fr/" in message.unsubscribe_url
    assert message.unsubscribe_url in message.text
    assert opened(message.unsubscribe_url.rstrip("/").rpartition("/")[2], purpose=STOP).address == address


def test_whoever_asks_for_a_link_learns_nothing_and_only_the_known_address_gets_it(
    mecatis: Organisation, tavannes: Municipality
) -> None:
    silent = factories.organisation(tavannes, name="Sans adresse SA")

    answers = [Client().post(page("entry_ask", firm.pk)) for firm in (mecatis, silent)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "info@" not in answers[0].text
    assert OutgoingMail.objects.get().to_address == "info@mecatis.example"


def test_a_link_is_sent_three_times_an_hour_at_most(mecatis: Organisation) -> None:
    for _press in range(5):
        Client().post(page("entry_ask", mecatis.pk))

    assert OutgoingMail.objects.filter(state=MailState.QUEUED).count() == 3


def test_hostile_words_are_refused_with_everything_kept(token: str) -> None:
    answer = Client().post(
        page("entry_edit", token),
        edited(founded_year="12345678901234567890", website="javascript:alert(1)", email="x" * 300, name="A" * 300,
               municipality="Nirgendwo", activities=["<script>", "26\x0052"], capabilities=["\x00", "x" * 9000], seen_version="x"),
    )  # fmt: skip

    assert answer.status_code == 422
    assert not ChangeProposal.objects.exists()


def test_saying_twice_that_somebody_left_is_once(mecatis: Organisation, anna: Contact) -> None:
    link = opened(token_for(mecatis.pk, None, "info@mecatis.example"))

    for _press in range(2):
        contact_left(
            organisation=mecatis, contact=anna, successor="last_name=Roy; email=luc@x.example", link=link, now=NOW
        )

    assert ChangeProposal.objects.count() == 1
