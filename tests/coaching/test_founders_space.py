"""The founder's space as a whole: messages, dates with their calendar, consents, what happens next; open and closed at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from coaching.emails.talk import message_written, still_unread
from coaching.enums import CasePhase, EngagementState
from coaching.models import CalendarFeed, CaseFile, CaseMessage, Engagement, SharedDocument, Specialist, SpecialistTerms
from coaching.workflow.documents import add_document
from coaching.workflow.engagements import accept_engagement, propose_engagement
from coaching.workflow.files import close_case
from coaching.workflow.talk import write_message
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Municipality
from tests.coaching import factories
from tests.coaching.factories import MONDAY
from tests.coaching.test_founders_documents import paper
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(case: CaseFile, sign_in: SignIn) -> Client:
    """The founder's browser."""
    return sign_in(case.founder)


@pytest.fixture
def desk(coach: User, sign_in: SignIn) -> Client:
    """The coach's browser."""
    return sign_in(coach)


@pytest.fixture
def engagement(case: CaseFile, coach: User) -> Engagement:
    """A specialist proposed for the file."""
    with association_scope(case.association_id):
        specialist = Specialist.objects.create(
            association_id=case.association_id,
            first_name="Anne",
            last_name="Huguenin",
            expertise=["patents"],
            languages=["fr"],
        )
        SpecialistTerms.objects.create(association_id=case.association_id, specialist=specialist, hourly_rate=190)
        return propose_engagement(
            case=case, specialist=specialist, field="patents", mandate="Recherche d’antériorité", by=coach, now=MONDAY
        )


def page(name: str, case: CaseFile, *more: Any) -> str:
    return reverse(f"coaching:{name}", args=[case.pk, *more])


def staff(case: CaseFile) -> str:
    return reverse("admin:coaching_casefile_messages", args=[case.pk])


def fresh(row: Any) -> Any:
    with association_scope(row.association_id):
        return type(row).objects.get(pk=row.pk)


# -- messages -----------------------------------------------------------------------------------------------------------


def test_written_counted_read_and_answered(own: Client, desk: Client, case: CaseFile) -> None:
    sent = own.post(page("messages", case), {"text": "Puis-je reporter le rendez-vous ?"})
    seen = desk.get(staff(case)).content.decode()
    unread = own.get(page("messages", case)).content.decode()
    desk.post(staff(case), {"text": "Oui, à jeudi."})
    waiting = own.get(page("case", case)).content.decode()
    own.post(page("messages", case), {"action": "read"})

    assert sent.status_code == 302
    assert "Puis-je reporter" in seen
    assert "pas encore lu" in unread
    assert "Messages <span>1</span>" in waiting
    assert "Messages <span>" not in own.get(page("case", case)).content.decode()
    with association_scope(case.association_id):
        assert not CaseMessage.objects.filter(read_at=None).exists()


def test_the_other_side_is_told_once_without_the_words_and_not_after_reading(
    own: Client, desk: Client, case: CaseFile
) -> None:
    for text in ("Bonjour.", "Encore une question secrète."):
        own.post(page("messages", case), {"text": text})
    mail = OutgoingMail.objects.get(kind="coaching.message")
    with association_scope(case.association_id), translation.override("de"):
        said, before = message_written(mail), still_unread(mail)
    desk.post(staff(case), {"action": "read"})
    with association_scope(case.association_id):
        after = still_unread(mail)

    assert mail.to_user_id == case.lead_id
    assert mail.send_after - mail.created_at > timedelta(minutes=9)
    assert "hat Ihnen geschrieben" in said.text
    assert "secrète" not in said.text
    assert before is None
    assert after is not None


@pytest.mark.parametrize("text", ["", "   ", "\x00", "x" * 4001])
def test_an_empty_or_endless_message_is_refused_and_kept(own: Client, case: CaseFile, text: str) -> None:
    answer = own.post(page("messages", case), {"text": text})

    assert answer.status_code == 422
    with association_scope(case.association_id):
        assert not CaseMessage.objects.exists()


def test_a_second_press_sends_once(case: CaseFile) -> None:
    for seconds in (0, 5, 90):
        write_message(case=case, text="Bonjour", by=case.founder, now=MONDAY + timedelta(seconds=seconds))

    with association_scope(case.association_id):
        assert CaseMessage.objects.count() == 2


def test_a_closed_file_can_still_be_written_to(own: Client, case: CaseFile, coach: User) -> None:
    with association_scope(case.association_id):
        close_case(case=case, reason="Fini", by=coach, now=MONDAY)

    assert own.post(page("messages", case), {"text": "Merci !"}).status_code == 302


def test_a_long_thread_has_pages_and_takes_the_same_queries(own: Client, case: CaseFile, coach: User) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert own.get(address).status_code == 200
        return len(captured)

    write_message(case=case, text="Première", by=coach, now=MONDAY)
    queries(page("messages", case))
    with_one = queries(page("messages", case))
    for number in range(30):
        write_message(case=case, text=f"Message {number}", by=coach, now=MONDAY + timedelta(minutes=number))

    assert queries(page("messages", case)) == with_one
    assert "Première" in own.get(page("messages", case) + "?page=2").content.decode()


# -- dates and calendar -------------------------------------------------------------------------------------------------


def test_dates_stand_in_order_and_are_taken_over_as_a_calendar(own: Client, case: CaseFile) -> None:
    shown = own.get(page("dates", case)).content.decode()
    file = own.get(page("calendar_file", case))

    entries = {str(entry["summary"]): entry for entry in Calendar.from_ical(file.content).walk("VEVENT")}
    assert file["Content-Type"].startswith("text/calendar")
    assert set(entries) == {"Premier entretien", "À faire\u202f: Esquisser le plan financier"}
    assert entries["Premier entretien"].decoded("dtstart").isoformat() == "2026-12-07"
    assert shown.index("Esquisser le plan financier") < shown.index("Premier entretien")


def test_the_secret_address_works_without_signing_in_until_it_is_withdrawn_renewed_or_the_role_ends(
    own: Client, client: Client, case: CaseFile
) -> None:
    def address() -> str:
        return reverse("coaching:calendar_feed", args=[CalendarFeed.objects.get(withdrawn_at=None).key])

    own.post(page("dates", case), {"action": "renew"})
    first = address()
    fetched = client.get(first)
    own.post(page("dates", case), {"action": "renew"})
    second = address()
    old, new = client.get(first).status_code, client.get(second).status_code
    Membership.objects.filter(user=case.founder).update(
        valid_from=clock.today() - timedelta(days=9), valid_to=clock.today() - timedelta(days=1)
    )
    ended = client.get(second).status_code
    Membership.objects.filter(user=case.founder).update(valid_to=None)
    again = client.get(second).status_code
    own.post(page("dates", case), {"action": "withdraw"})

    assert b"Premier entretien" in fetched.content
    assert fetched["Cache-Control"] == "private, no-store" or "no-store" in fetched["Cache-Control"]
    assert (old, new, ended, again, client.get(second).status_code) == (404, 200, 404, 200, 404)
    assert first.rpartition("/")[2] not in own.get(page("dates", case)).content.decode()


def test_a_calendar_holds_ones_own_files_only_and_no_guess_opens_one(
    own: Client, client: Client, case: CaseFile, tavannes: Municipality, manager: User, coach: User
) -> None:
    factories.open_case(tavannes, manager=manager, lead=coach, task="Affaire des voisins")
    own.post(page("dates", case), {"action": "renew"})
    key = CalendarFeed.objects.get().key

    assert b"voisins" not in client.get(reverse("coaching:calendar_feed", args=[key])).content
    for guess in (key[:-1], key.swapcase(), "x", "0" * 40):
        assert client.get(reverse("coaching:calendar_feed", args=[guess])).status_code == 404


# -- consents -----------------------------------------------------------------------------------------------------------


def test_consent_is_given_to_a_named_person_for_chosen_documents_and_taken_back_at_once(
    own: Client, case: CaseFile, engagement: Engagement, coach: User
) -> None:
    with association_scope(case.association_id):
        shown = add_document(
            case=case, title="Brevet", kind="other", is_shared=True, upload=paper("a.pdf"), by=coach, now=MONDAY
        )
    asked = own.get(page("consents", case)).content.decode()
    address = page("consent", case, engagement.pk)
    own.post(address, {"action": "consent", "document": [str(shown.pk), "999999", "x", "9" * 30]})
    given = fresh(engagement)
    with association_scope(case.association_id):
        shared = list(SharedDocument.objects.values_list("document_id", flat=True))
        accept_engagement(engagement=given, by=coach, now=MONDAY)
    own.post(address, {"action": "revoke"})

    assert "Anne Huguenin" in asked
    assert "Brevet" in asked
    assert given.state == EngagementState.CONSENTED
    assert "Anne Huguenin" in given.consent_text
    assert shared == [shown.pk]
    assert fresh(engagement).state == EngagementState.REVOKED
    assert not fresh(engagement).opens_file
    assert "Accord retiré" in own.get(page("consents", case)).content.decode()


def test_what_was_declined_or_withdrawn_cannot_be_agreed_to_by_an_old_page(
    own: Client, case: CaseFile, engagement: Engagement
) -> None:
    address = page("consent", case, engagement.pk)
    own.post(address, {"action": "decline"})
    late = own.post(address, {"action": "consent"}, follow=True)
    nothing = own.post(address, {"action": "anything"})

    assert fresh(engagement).state == EngagementState.DECLINED
    assert "Rien n’a changé" in late.content.decode() or "rien" in late.content.decode().lower()
    assert nothing.status_code == 302


@pytest.mark.parametrize("who", ["coach", "manager", "specialist", "foreign_coach"])
def test_nobody_else_consents_for_the_founder(
    request: pytest.FixtureRequest, sign_in: SignIn, case: CaseFile, engagement: Engagement, who: str
) -> None:
    somebody = sign_in(request.getfixturevalue(who))

    for name in ("consents", "dates", "messages", "calendar_file"):
        assert somebody.get(page(name, case)).status_code == 404
    assert somebody.post(page("consent", case, engagement.pk), {"action": "consent"}).status_code == 404
    assert fresh(engagement).state == EngagementState.PROPOSED


def test_every_page_closes_with_the_membership_at_once(own: Client, case: CaseFile) -> None:
    names = ("documents", "plan", "messages", "dates", "consents", "calendar_file", "case")
    before = {own.get(page(name, case)).status_code for name in names}
    Membership.objects.filter(user=case.founder).update(
        valid_from=clock.today() - timedelta(days=9), valid_to=clock.today() - timedelta(days=1)
    )

    assert before == {200}
    assert {own.get(page(name, case)).status_code for name in names} == {404}


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (CasePhase.PREPARATION, "ensuite vient le lancement"),
        (CasePhase.LAUNCH, "Vous commencez à vendre"),
        (CasePhase.FOLLOW_UP, "tienne debout toute seule"),
    ],
)
def test_each_phase_says_what_happens_next(own: Client, case: CaseFile, phase: str, words: str) -> None:
    with association_scope(case.association_id):
        CaseFile.objects.filter(pk=case.pk).update(phase=phase)

    assert words in own.get(page("case", case)).content.decode()
    assert words in own.get(reverse("portal:space")).content.decode()
