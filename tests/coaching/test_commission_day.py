"""The commission: what members may read, what they say, how the day is held, and that one press makes all true once."""

import io
import re
import uuid
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook
from pypdf import PdfReader

from coaching.dossier import without_names
from coaching.emails import commission
from coaching.enums import ItemOutcome, ItemState, RequestState, SessionState
from coaching.exports.pack import make_pack
from coaching.models import (
    AgendaItem,
    CaseFile,
    CoachingRequest,
    CommissionSession,
    Decision,
    Opinion,
    Recusal,
    SessionMember,
)
from coaching.session_dates import KINDS
from coaching.workflow import sessions, tables
from coaching.workflow.agenda import edit_item, list_request, remove_item, settle_item
from coaching.workflow.locking import ChangedMeanwhile
from coaching.workflow.sessions import Votes
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.audit.models import AccessLog
from promo_portal.core import clock
from promo_portal.core.files import written
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused
from promo_portal.jobs.models import Job
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.models import Deadline
from tests import factories as people
from tests.coaching import factories
from tests.coaching.factories import MONDAY
from tests.companies import factories as companies
from tests.conftest import SignIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday", "in_cep")]
DAY = date(2026, 12, 3)
ADMIN = "admin:coaching_commissionsession_"


@pytest.fixture
def members(cep: Association) -> list[User]:
    names = ("Voirol", "Gerber", "Sprunger")
    return [people.member(Role.COMMISSION_MEMBER, cep, first_name="Paul", last_name=name) for name in names]


@pytest.fixture
def plan(cep: Association, members: list[User], manager: User) -> Callable[..., CommissionSession]:
    def planned(**more: Any) -> CommissionSession:
        values = {"held_on": DAY, "held_at": time(14), "place": "Tavannes", "quorum": 2, **more}
        return sessions.plan_session(association=cep, members=members, by=manager, now=MONDAY, **values)

    return planned


@pytest.fixture
def session(plan: Callable[..., CommissionSession]) -> CommissionSession:
    return plan()


@pytest.fixture
def items(
    session: CommissionSession, tavannes: Municipality, manager: User, coach: User, in_cep: None
) -> list[AgendaItem]:
    """Two requests on the agenda of the convened session."""
    return agenda(session, tavannes, manager, coach)


def agenda(session: CommissionSession, place: Municipality, manager: User, coach: User) -> list[AgendaItem]:
    found = [
        list_request(
            session=session, request=factories.in_review(place, coach), summary=f"Projet {word} de Léa Chappuis",
            title=word, lead=coach, by=manager, now=MONDAY,
        )
        for word in ("Taillage", "Brasserie")
    ]  # fmt: skip
    sessions.convene_session(session=session, by=manager, now=MONDAY)
    session.refresh_from_db()
    return found


def at(name: str, session: CommissionSession, *args: Any) -> str:
    return reverse(f"coaching:{name}", args=[session.pk, *args])


def desk(name: str, session: CommissionSession, *args: Any) -> str:
    return reverse(f"{ADMIN}{name}", args=[session.pk, *args])


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


# -- states -------------------------------------------------------------------------------------------------------------


def in_state(session: CommissionSession, state: str, by: User) -> CommissionSession:
    over: dict[str, Any] = {"opened_at": MONDAY} if state in {"open", "closed", "approved"} else {}
    if state in {"closed", "approved"}:
        over |= {"closed_at": MONDAY}
    if state == "approved":
        over |= {"approved_at": MONDAY, "approved_by": by}
    if state == "cancelled":
        over |= {"state_reason": "Grippe"}
    CommissionSession.objects.filter(pk=session.pk).update(state=state, **over)
    session.refresh_from_db()
    return session


@pytest.mark.parametrize("state", SessionState.values)
def test_each_step_of_a_session_is_possible_where_its_table_says_so_and_nowhere_else(
    state: str, session: CommissionSession, items: list[AgendaItem], members: list[User], manager: User, coach: User,
    tavannes: Municipality,
) -> None:  # fmt: skip
    SessionMember.objects.update(is_present=True)
    said = {"outcome": "postpone", "reasons": "À revoir.", "by": manager, "now": MONDAY}
    AgendaItem.objects.update(outcome="postpone", reasons="À revoir.")
    waiting = factories.in_review(tavannes, coach)
    by: dict[str, Any] = {"by": manager, "now": MONDAY}
    day: dict[str, Any] = {"held_on": DAY, "held_at": None, "place": "Court", "video_url": "", "quorum": 1}
    item = AgendaItem.objects.select_related("session").earliest("pk")
    in_state(session, state, manager)
    steps: dict[str, Callable[[], Any]] = {
        "edit": lambda: sessions.edit_session(session=session, **day, **by),
        "list": lambda: list_request(session=session, request=waiting, **by),
        "convene": lambda: sessions.convene_session(session=session, **by),
        "opine": lambda: sessions.give_opinion(item=item, member=members[0], advice="favourable", now=MONDAY),
        "recuse": lambda: sessions.stand_aside(item=item, member=members[1], reason="Cousin", **by),
        "open": lambda: sessions.open_session(session=session, present=members, **by),
        "attend": lambda: sessions.attend(session=session, present=members, **by),
        "enter": lambda: sessions.enter_decision(item=item, **said),
        "close": lambda: sessions.close_session(session=session, minutes="", **by),
        "note": lambda: sessions.write_minutes(session=session, minutes="Rien.", **by),
        "approve": lambda: sessions.approve_minutes(session=session, **by),
        "cancel": lambda: sessions.cancel_session(session=session, reason="Grippe", **by),
    }

    assert set(steps) == set(tables.SESSION_ACTIONS)
    for action, step in steps.items():
        in_state(session, state, manager)
        if (state, action) in tables.SESSION:
            step()
            session.refresh_from_db()
            assert session.state == tables.SESSION[state, action], action
            return_to(session, manager)
        else:
            with pytest.raises(TransitionRefused):
                step()


def return_to(session: CommissionSession, manager: User) -> None:
    """Undo what a step did to the rows around the session, so that the next one begins from the same place."""
    CommissionSession.objects.filter(pk=session.pk).update(
        opened_at=None, closed_at=None, approved_at=None, approved_by=None, state="planned"
    )
    AgendaItem.objects.filter(session=session).update(state="listed", outcome="postpone", reasons="À revoir.")
    for item in AgendaItem.objects.filter(session=session).select_related("request"):
        type(item.request).objects.filter(pk=item.request_id).update(state=RequestState.ON_AGENDA)


@pytest.mark.parametrize("state", ItemState.values)
def test_each_action_on_an_item_leads_where_the_table_says_or_is_refused(
    state: str, session: CommissionSession, items: list[AgendaItem], manager: User, coach: User
) -> None:
    item = items[0]
    by: dict[str, Any] = {"by": manager, "now": MONDAY}
    edits: dict[str, Any] = {"title": "Neuf", "summary": "", "minutes": 10, "lead": coach}
    steps: dict[str, Callable[[], Any]] = {
        "edit": lambda: edit_item(item=fresh(item), **edits, **by),
        "enter": lambda: sessions.enter_decision(item=fresh(item), outcome="postpone", reasons="À revoir.", **by),
        "decide": lambda: settle_item(fresh(item), "decide", reason="Solide.", **by),
        "postpone": lambda: settle_item(fresh(item), "postpone", reason="À revoir.", **by),
        "remove": lambda: remove_item(item=fresh(item), reason="Retiré", **by),
    }

    assert set(steps) == set(tables.ITEM_ACTIONS)
    for action, step in steps.items():
        AgendaItem.objects.filter(pk=item.pk).update(state=state, outcome="accept", reasons="Solide.")
        CoachingRequest.unscoped.filter(pk=item.request_id).update(state=RequestState.ON_AGENDA)
        in_state(session, "open" if action == "enter" else "convened", manager)
        if (state, action) in tables.ITEM:
            step()
        else:
            with pytest.raises(TransitionRefused):
                step()
        assert fresh(item).state == tables.ITEM.get((state, action), state), action


# -- conflicts ----------------------------------------------------------------------------------------------------------


def test_a_member_who_works_for_the_founders_firm_stands_aside_by_itself(
    session: CommissionSession, tavannes: Municipality, manager: User, coach: User, members: list[User], in_cep: None
) -> None:
    asked = factories.in_review(tavannes, coach)
    firm = companies.organisation(tavannes, name="Mécatis SA", lon=7.2, lat=47.2)
    for address in (asked.email, members[1].email.upper()):
        firm.contacts.create(last_name="X", email=address.lower())

    item = list_request(session=session, request=asked, title="Taillage", lead=coach, by=manager, now=MONDAY)

    found = Recusal.objects.get(item=item)
    assert (found.member, found.source) == (members[1], "found")
    assert "Mécatis SA" in found.reason


def test_somebody_who_stands_aside_finds_nothing_not_even_the_title(
    session: CommissionSession, items: list[AgendaItem], members: list[User], sign_in: SignIn
) -> None:
    browser = sign_in(members[0])
    before = browser.get(at("session", session)).content.decode()

    answer = browser.post(at("session_aside", session, items[0].pk), {"reason": "Mon beau-frère."})

    after = browser.get(at("session", session)).content.decode()
    assert answer.status_code == 302
    assert "Taillage" in before
    assert "Taillage" not in after
    assert "Brasserie" in after
    for name in ("session_item", "session_aside"):
        assert browser.get(at(name, session, items[0].pk)).status_code == 404
    assert browser.post(at("session_item", session, items[0].pk), {"advice": "favourable"}).status_code == 404
    assert not Opinion.objects.exists()


# -- members ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["founder", "coach", "manager", "officer", "canton_officer", "foreign_manager"])
def test_members_pages_are_for_members(
    who: str, request: pytest.FixtureRequest, session: CommissionSession, items: list[AgendaItem], sign_in: SignIn
) -> None:
    browser = sign_in(request.getfixturevalue(who))

    for url in (reverse("coaching:sessions"), at("session", session), at("session_item", session, items[0].pk)):
        assert browser.get(url).status_code == 404


def test_a_member_of_elsewhere_or_without_a_seat_finds_no_session(
    cep: Association, seeland: Association, session: CommissionSession, items: list[AgendaItem], sign_in: SignIn
) -> None:
    for place in (seeland, cep):
        browser = sign_in(people.member(Role.COMMISSION_MEMBER, place))
        for name in ("session", "session_calendar", "session_minutes"):
            assert browser.get(at(name, session)).status_code == 404
        assert browser.get(at("session_item", session, items[0].pk)).status_code == 404
        assert browser.post(at("session_pack", session)).status_code == 404


def test_a_member_reads_without_names_and_the_others_only_after_having_spoken(
    session: CommissionSession, items: list[AgendaItem], members: list[User], sign_in: SignIn
) -> None:
    sessions.give_opinion(item=items[0], member=members[1], advice="against", text="Trop cher.", now=MONDAY)
    browser = sign_in(members[0])
    url = at("session_item", session, items[0].pk)

    before = browser.get(url).content.decode()
    refused = browser.post(url, {"advice": "question", "text": ""})
    saved = browser.post(url, {"advice": "question", "text": "Qui loue l’atelier ?"})
    after = browser.get(url).content.decode()

    assert "Chappuis" not in before
    assert "Projet Taillage de [nom]" in before
    assert "Trop cher." not in before
    assert refused.status_code == 422
    assert saved.status_code == 302
    assert "Trop cher." in after
    assert AccessLog.objects.filter(subject_kind="coaching.agendaitem", actor_id=members[0].pk).count() == 4


def test_texts_lose_names_addresses_and_numbers_and_nothing_else(tavannes: Municipality) -> None:
    asked = factories.submitted(tavannes)
    text = "Moi, LÉA CHAPPUIS (lea@atelier.ch, 032 481 22 33, www.atelier.ch), 12 pièces à CHF 280’000 en 2027."

    assert without_names(text, asked) == ("Moi, [nom] ([adresse], [numéro], [adresse] 12 pièces à CHF 280’000 en 2027.")


def test_members_are_called_reminded_and_told_by_mail(
    session: CommissionSession, items: list[AgendaItem], members: list[User], manager: User
) -> None:
    called = OutgoingMail.objects.filter(kind="coaching.session_convened")
    deadline = Deadline.objects.get(kind="coaching.session", subject_id=session.pk)
    sessions.edit_session(
        session=session, held_on=DAY + timedelta(days=1), held_at=time(9), place="Court", video_url="", quorum=2,
        by=manager, now=MONDAY,
    )  # fmt: skip
    sessions.cancel_session(session=session, reason="Grippe", by=manager, now=MONDAY)

    deadline.refresh_from_db()
    assert {mail.to_user_id for mail in called} == {member.pk for member in members}
    assert deadline.state == "cancelled"
    for kind in ("session_changed", "session_cancelled"):
        assert OutgoingMail.objects.filter(kind=f"coaching.{kind}").count() == len(members)


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_every_mail_of_the_commission_can_be_read(
    language: str, session: CommissionSession, items: list[AgendaItem], members: list[User], manager: User
) -> None:
    AgendaItem.objects.filter(pk=items[0].pk).update(reasons="À revoir.")
    CommissionSession.objects.filter(pk=session.pk).update(state_reason="Grippe", video_url="https://v.example/1")
    for kind in commission.KINDS:
        subject = items[0] if kind.name == "coaching.postponed" else session
        mail = queue_mail(kind=kind.name, to_user=members[0], association_id=session.association_id, subject=subject)
        with override(language):
            message = kind.render(mail)
        assert all((message.subject, message.text, message.html))
        assert ("Chappuis" in message.text) == (kind.name == "coaching.postponed"), kind.name
    for described in KINDS:
        for step in described.steps:
            deadline = Deadline.objects.get(kind="coaching.session", subject_id=session.pk)
            with override(language):
                assert described.render(mail, deadline, step).text


# -- the pack -----------------------------------------------------------------------------------------------------------


def test_a_pack_bears_its_readers_name_and_leaves_out_what_they_stand_aside_from(
    session: CommissionSession, items: list[AgendaItem], members: list[User], cep: Association
) -> None:
    sessions.stand_aside(item=items[0], member=members[0], reason="Cousin", by=members[0], now=MONDAY)

    theirs = text_of(make_pack(session, members[0], now=MONDAY)[0])
    others = text_of(make_pack(session, members[1], now=MONDAY)[0])
    Association.objects.filter(pk=cep.pk).update(packs_are_redacted=False)
    session.refresh_from_db()
    with_names = text_of(make_pack(CommissionSession.objects.get(pk=session.pk), members[1], now=MONDAY)[0])

    assert "Paul Voirol" in theirs
    assert ("Taillage" in theirs, "Taillage" in others) == (False, True)
    assert ("Chappuis" in others, "Chappuis" in with_names) == (False, True)


def test_a_pack_is_asked_for_once_handed_to_its_reader_alone_and_closes_with_a_recusal(
    session: CommissionSession, items: list[AgendaItem], members: list[User], sign_in: SignIn
) -> None:
    browser, other = sign_in(members[0]), sign_in(members[1])
    browser.post(at("session_pack", session))
    browser.post(at("session_pack", session))
    job = Job.objects.get()
    key = uuid.uuid4()
    Job.objects.filter(pk=job.pk).update(
        state="done", finished_at=MONDAY, result_key=key, result_name="commission.pdf", result_type="application/pdf",
        result_size=4,
    )  # fmt: skip
    job.refresh_from_db()
    written(job.result_path, [b"%PDF"])
    url = at("session_pack_file", session, job.pk)

    assert body(browser.get(url)) == b"%PDF"
    assert other.get(url).status_code == 404
    assert AccessLog.objects.filter(act="download", actor_id=members[0].pk).count() == 1
    with clock.standing_still(MONDAY + timedelta(hours=1)):
        sessions.stand_aside(
            item=items[0], member=members[0], reason="Cousin", by=members[0], now=MONDAY + timedelta(hours=1)
        )
        assert browser.get(url).status_code == 404


# -- the day ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def sitting(
    session: CommissionSession, items: list[AgendaItem], members: list[User], manager: User
) -> CommissionSession:
    return sessions.open_session(session=session, present=members[:2], by=manager, now=MONDAY)


def accept(item: AgendaItem, coach: User, **more: Any) -> dict[str, Any]:
    values = {
        "version": item.version, "outcome": "accept", "votes_for": "2", "votes_against": "0", "votes_abstained": "",
        "preset": "viable", "reasons": "Équipe solide.", "conditions": "Bail signé.", "title": "Taillage",
        "lead": coach.pk, "deputy": "", "first_date": "14.12.2026", "first_what": "Premier entretien", "addresses": "",
    }  # fmt: skip
    return {f"item{item.pk}-{name}": value for name, value in {**values, **more}.items()}


def refuse(item: AgendaItem) -> dict[str, Any]:
    values = {"version": item.version, "outcome": "refuse", "reasons": "Hors région.", "addresses": "Fonds X, 032 1"}
    return {f"item{item.pk}-{name}": value for name, value in values.items()}


def fresh(item: AgendaItem) -> AgendaItem:
    with association_scope(item.association_id):
        return AgendaItem.objects.select_related("session", "request").get(pk=item.pk)


def test_the_day_from_the_first_item_to_the_letters(
    sitting: CommissionSession, items: list[AgendaItem], manager: User, coach: User, sign_in: SignIn
) -> None:
    browser = sign_in(manager)
    too_many = browser.post(desk("decide", sitting, items[0].pk), accept(items[0], coach, votes_for="3"))
    incomplete = browser.post(desk("decide", sitting, items[0].pk), accept(items[0], coach, lead=""))
    first = browser.post(desk("decide", sitting, items[0].pk), accept(items[0], coach))
    stale = browser.post(desk("decide", sitting, items[0].pk), accept(items[0], coach, reasons="Autre"))
    early = browser.post(desk("close", sitting), {"seen": "", "minutes": ""})
    browser.post(desk("decide", sitting, items[1].pk), refuse(fresh(items[1])))
    page = browser.get(desk("close", sitting)).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen
    pressed = [browser.post(desk("close", sitting), {"seen": seen[1], "minutes": "Rien."}) for _twice in range(2)]

    assert [answer.status_code for answer in (too_many, incomplete, stale, early)] == [422] * 4
    assert first["Location"].endswith(f"?item={items[1].pk}#item-{items[1].pk}")
    assert [answer.status_code for answer in pressed] == [302, 302]
    assert {fresh(item).state for item in items} == {ItemState.DECIDED}
    with association_scope(sitting.association_id):
        assert CaseFile.objects.count() == 1
        decided = {row.outcome: (row.reasons, row.conditions, row.addresses) for row in Decision.objects.all()}
    assert "Le projet est viable" in decided["accepted"][0]
    assert "Bail signé." in page
    assert decided["accepted"][1:] == ("Bail signé.", "")
    assert decided["refused"] == ("Hors région.", "", "Fonds X, 032 1")
    for kind in ("accepted", "refused", "new_file"):
        assert OutgoingMail.objects.filter(kind=f"coaching.{kind}").count() == 1


def test_what_another_window_entered_after_the_preview_stops_the_press(
    sitting: CommissionSession, items: list[AgendaItem], manager: User
) -> None:
    for item in items:
        sessions.enter_decision(item=item, outcome="postpone", reasons="À revoir.", by=manager, now=MONDAY)
    seen = sessions.fingerprint(list(AgendaItem.objects.filter(session=sitting)))
    sessions.enter_decision(item=items[0], outcome="refuse", reasons="Hors région.", by=manager, now=MONDAY)

    with pytest.raises(ChangedMeanwhile):
        sessions.close_session(session=sitting, minutes="", seen=seen, by=manager, now=MONDAY)

    assert fresh(items[0]).state == ItemState.LISTED


def test_without_a_quorum_nothing_is_opened_nor_closed_with_a_decision(
    sitting: CommissionSession, items: list[AgendaItem], members: list[User], manager: User
) -> None:
    for item in items:
        sessions.enter_decision(item=item, outcome="refuse", reasons="Hors région.", by=manager, now=MONDAY)
    sessions.attend(session=sitting, present=members[:1], by=manager, now=MONDAY)

    with pytest.raises(sessions.NoQuorum):
        sessions.close_session(session=sitting, minutes="", by=manager, now=MONDAY)

    sessions.attend(session=sitting, present=members, by=manager, now=MONDAY)
    assert sessions.close_session(session=sitting, minutes="", by=manager, now=MONDAY).state == SessionState.CLOSED


@pytest.mark.parametrize(
    ("outcome", "votes", "fits"),
    [
        ("accept", Votes(2, 0, 0), True), ("accept", Votes(0, 2, 0), False), ("refuse", Votes(2, 0, 0), False),
        ("refuse", Votes(1, 1, 0), True), ("postpone", Votes(0, 2, 0), True), ("accept", Votes(2, 0, 1), False),
        ("accept", Votes(), True),
    ],
)  # fmt: skip
def test_votes_and_decision_agree(
    outcome: str, votes: Votes, fits: bool, sitting: CommissionSession, items: list[AgendaItem], manager: User
) -> None:
    def enter() -> Any:
        return sessions.enter_decision(
            item=items[0], outcome=outcome, reasons="Vu.", votes=votes, by=manager, now=MONDAY
        )

    if fits:
        assert enter().outcome == outcome
    else:
        with pytest.raises(sessions.VotesDisagree):
            enter()


def test_only_the_manager_changes_anything_a_coach_reads_their_own_items(
    session: CommissionSession, items: list[AgendaItem], cep: Association, foreign_manager: User, sign_in: SignIn
) -> None:
    other_coach = sign_in(people.member(Role.COACH, cep))
    page = other_coach.get(desk("change", session))

    assert page.status_code == 200
    assert "Taillage" not in page.content.decode()
    for name in ("edit", "members", "list", "close", "minutes"):
        assert other_coach.get(desk(name, session)).status_code == 404
        assert sign_in(foreign_manager).get(desk(name, session)).status_code == 404
    assert other_coach.post(desk("convene", session)).status_code == 404
    assert sign_in(foreign_manager).get(desk("change", session)).status_code == 404


def test_a_session_is_planned_filled_ordered_and_called_from_its_pages(
    cep: Association, members: list[User], manager: User, coach: User, tavannes: Municipality, sign_in: SignIn
) -> None:
    browser = sign_in(manager)
    asked = [factories.in_review(tavannes, coach) for _one in range(2)]
    day = {
        "held_on": "10.12.2026", "held_at": "14:00", "place": "Court", "quorum": "2", "chair": members[0].pk,
        "members": [member.pk for member in members],
    }  # fmt: skip
    empty = browser.post(reverse(f"{ADMIN}add"), {**day, "place": "", "quorum": "9"})
    browser.post(reverse(f"{ADMIN}add"), day)
    twice = browser.post(reverse(f"{ADMIN}add"), day)
    with association_scope(cep.pk):
        session = CommissionSession.objects.get()
    too_soon = browser.post(desk("convene", session))
    for request in asked:
        browser.post(desk("list", session), {"request": request.pk})
    with association_scope(cep.pk):
        items = list(AgendaItem.objects.order_by("position"))
    browser.post(desk("move", session, items[1].pk), {"to": "up"})
    browser.post(desk("convene", session))
    page = browser.get(desk("change", session)).content.decode()
    found = browser.get(reverse(f"{ADMIN}changelist"), {"q": "Court"}).content.decode()

    assert (empty.status_code, twice.status_code, too_soon.status_code) == (422, 422, 302)
    with association_scope(cep.pk):
        session.refresh_from_db()
        assert [item.pk for item in AgendaItem.objects.order_by("position")] == [items[1].pk, items[0].pk]
    assert session.state == SessionState.CONVENED
    assert "3 membres invités" in page
    assert str(session.pk) in found


def test_minutes_tell_who_decided_what_and_hide_from_a_member_what_they_stood_aside_from(
    sitting: CommissionSession, items: list[AgendaItem], members: list[User], manager: User, sign_in: SignIn
) -> None:
    sessions.stand_aside(item=items[0], member=members[0], reason="Mon cousin.", by=manager, now=MONDAY)
    for item in items:
        sessions.enter_decision(item=item, outcome="refuse", reasons="Hors région.", by=manager, now=MONDAY)
    sessions.close_session(session=sitting, minutes="Prochaine séance en mars.", by=manager, now=MONDAY)
    staff, member = sign_in(manager), sign_in(members[0])

    draft = text_of(body(staff.get(desk("minutes_file", sitting))))
    staff.post(desk("approve", sitting))
    theirs = text_of(body(member.get(at("session_minutes", sitting))))
    again = staff.post(desk("minutes", sitting), {"minutes": "Autre", "version": 0})

    assert "2 membres présents sur 3" in draft
    assert all(word in draft for word in ("Taillage", "Mon cousin.", "Prochaine séance en mars."))
    assert "Approuvé le" not in draft
    assert "Approuvé le" in theirs
    assert ("Taillage" in theirs, "Brasserie" in theirs) == (False, True)
    assert again.status_code == 422
    assert OutgoingMail.objects.filter(kind="coaching.minutes_approved").count() == len(members)


# -- circular -----------------------------------------------------------------------------------------------------------


def test_a_session_and_a_circular_decision_may_share_a_day_and_two_of_a_kind_may_not(
    session: CommissionSession, plan: Callable[..., CommissionSession], members: list[User], manager: User,
    in_cep: None, sign_in: SignIn,
) -> None:  # fmt: skip
    browser, add = sign_in(manager), reverse(f"{ADMIN}add")
    day = {"held_on": DAY.strftime("%d.%m.%Y"), "quorum": "2", "members": [one.pk for one in members], "version": "0"}
    day |= {"chair": members[0].pk, "place": "Court"}

    answers = [browser.post(f"{add}?kind={kind}", day) for kind in ("circular", "circular", "meeting")]

    assert [answer.status_code for answer in answers] == [302, 422, 422]
    assert "Une décision par circulation se termine déjà ce jour-là" in answers[1].content.decode()
    assert "séance" in answers[2].context["form"].errors["held_on"][0]
    assert set(CommissionSession.objects.values_list("kind", "held_on")) == {("meeting", DAY), ("circular", DAY)}
    with pytest.raises(sessions.DayTaken):
        plan(kind="circular", held_at=None, place="")
    later = plan(held_on=DAY + timedelta(days=1))
    with pytest.raises(sessions.DayTaken):
        sessions.edit_session(
            session=later, held_on=DAY, held_at=None, place="Court", video_url="", quorum=2, by=manager, now=MONDAY
        )


def test_a_circular_decision_is_voted_counted_and_decided(
    plan: Callable[..., CommissionSession], members: list[User], manager: User, coach: User, tavannes: Municipality,
    in_cep: None,
) -> None:  # fmt: skip
    session = plan(kind="circular", held_at=None, place="")
    items = agenda(session, tavannes, manager, coach)
    for member in members[:2]:
        sessions.give_opinion(item=items[0], member=member, advice="favourable", now=MONDAY)
        sessions.give_opinion(item=items[1], member=member, advice="against", text="Non.", now=MONDAY)

    with pytest.raises(sessions.VotesMissing):
        sessions.count_votes(session=session, by=manager, now=MONDAY)
    later = MONDAY + timedelta(days=10)
    sessions.count_votes(session=session, by=manager, now=later)

    assert [fresh(item).outcome for item in items] == [ItemOutcome.ACCEPT, ItemOutcome.REFUSE]
    with pytest.raises(sessions.VotesDisagree):
        sessions.enter_decision(item=items[1], outcome="accept", reasons="Oui.", by=manager, now=later)
    sessions.enter_decision(
        item=items[0], outcome="accept", reasons="Oui.", lead=coach, first_date=date(2026, 12, 14),
        first_what="Entretien", by=manager, now=later,
    )  # fmt: skip
    sessions.enter_decision(item=items[1], outcome="refuse", reasons="Non.", by=manager, now=later)
    sessions.close_session(session=session, minutes="", by=manager, now=later)
    assert set(Decision.objects.values_list("way", "session")) == {("circular", session.pk)}
    assert SessionMember.objects.filter(session=session, is_present=True).count() == 2


def test_only_who_has_not_voted_is_reminded_to_vote(
    plan: Callable[..., CommissionSession], members: list[User], manager: User, coach: User, tavannes: Municipality,
    in_cep: None,
) -> None:  # fmt: skip
    session = plan(kind="circular", held_at=None, place="")
    for item in agenda(session, tavannes, manager, coach):
        sessions.give_opinion(item=item, member=members[0], advice="favourable", now=MONDAY)
    vote = next(kind for kind in KINDS if kind.name == "coaching.vote")
    deadline = Deadline.objects.get(kind="coaching.vote", subject_id=session.pk)

    assert [vote.is_entitled(deadline, member) for member in members] == [False, True, True]
    assert list(vote.recipients(deadline, "+1d")) == [manager]


# -- the year -----------------------------------------------------------------------------------------------------------


def test_the_report_of_a_year_counts_what_happened(
    sitting: CommissionSession, items: list[AgendaItem], manager: User, coach: User, sign_in: SignIn
) -> None:
    sessions.enter_decision(item=items[0], outcome="refuse", reasons="Hors région.", by=manager, now=MONDAY)
    sessions.enter_decision(item=items[1], outcome="postpone", reasons="À revoir.", by=manager, now=MONDAY)
    sessions.close_session(session=sitting, minutes="", by=manager, now=MONDAY + timedelta(days=30))
    browser, url = sign_in(manager), reverse(f"{ADMIN}report")
    page = browser.get(url, {"year": "2026"})
    paper = text_of(body(browser.get(url, {"year": "2026", "format": "pdf"})))
    book = load_workbook(io.BytesIO(body(browser.get(url, {"year": "2026", "format": "xlsx"}))))

    figures = {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert page.status_code == 200
    assert (figures["Séances tenues"], figures["Refusées"], figures["Reportées par une séance"]) == (1, 1, 1)
    assert figures["Jours jusqu’à la décision, moyenne"] == 30
    assert figures["Réponses après le jour promis"] == "1 sur 1"
    assert "La commission en 2026" in paper
    assert sign_in(coach).get(url).status_code == 404
