"""The commission decides, specialists are engaged with consent, checks ask what became of it, funders share the costs."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum

from coaching.enums import CaseOutcome, CheckState, EngagementState, ItemState, RequestState, SessionState
from coaching.models import (
    AgendaItem,
    CaseFile,
    CommissionSession,
    Decision,
    Engagement,
    Opinion,
    OutcomeCheck,
    Recusal,
    SessionMember,
    SharedDocument,
    Specialist,
    TimeEntry,
    TimeEntryShare,
)
from coaching.timeline import story_for_founder, story_of_case, story_of_request
from coaching.workflow import sessions
from coaching.workflow.agenda import OtherAssociation, list_request, remove_item
from coaching.workflow.checks import (
    Answer,
    answer_check,
    ask_check,
    give_up_check,
    months_after,
    plan_checks,
    prove_jobs,
)
from coaching.workflow.engagements import (
    NotTheirConsent,
    accept_engagement,
    cancel_engagement,
    consent_to_engagement,
    decline_engagement,
    end_engagement,
    enter_specialist,
    propose_engagement,
    rate_engagement,
    report_engagement,
    revoke_consent,
)
from coaching.workflow.files import close_case, reopen_case
from coaching.workflow.funding import agree_shares, enter_price
from coaching.workflow.ledger import agreed_shares, book_time
from coaching.workflow.meetings import record_meeting
from coaching.workflow.requests import withdraw_request
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.audit.models import Transition
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Funder, FundingKey, Municipality
from promo_portal.regions.workflow import agree_key, funder_of
from tests import factories as people
from tests.coaching import factories, rows
from tests.coaching.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_cep")]
LATER = MONDAY + timedelta(days=10)


@pytest.fixture
def members(cep: Association) -> list[User]:
    return [people.member(Role.COMMISSION_MEMBER, cep) for _one in range(3)]


@pytest.fixture
def session(cep: Association, members: list[User], manager: User) -> CommissionSession:
    return sessions.plan_session(
        association=cep,
        held_on=date(2026, 12, 3),
        held_at=time(14),
        place="Tavannes",
        quorum=2,
        members=members,
        by=manager,
        now=MONDAY,
    )


@pytest.fixture
def items(session: CommissionSession, tavannes: Municipality, manager: User, coach: User) -> list[AgendaItem]:
    """Three requests on the agenda of the convened session."""
    found = [
        list_request(
            session=session,
            request=factories.in_review(tavannes, coach),
            summary="Atelier",
            title="Atelier",
            lead=coach,
            by=manager,
            now=MONDAY,
        )
        for _one in range(3)
    ]
    sessions.convene_session(session=session, by=manager, now=MONDAY)
    return found


def say(item: AgendaItem, outcome: str, by: User, **more: Any) -> AgendaItem:
    return sessions.enter_decision(item=item, outcome=outcome, reasons="Projet solide.", by=by, now=LATER, **more)


def test_what_the_commission_decides_takes_effect_when_it_closes(
    session: CommissionSession, items: list[AgendaItem], members: list[User], manager: User, coach: User
) -> None:
    assert {item.request.state for item in AgendaItem.objects.select_related("request")} == {RequestState.ON_AGENDA}
    sessions.open_session(session=session, present=members[:2], by=manager, now=LATER)
    say(items[0], "accept", manager, first_date=date(2026, 12, 14), first_what="Premier entretien")
    say(items[1], "refuse", manager)

    with pytest.raises(sessions.Undecided) as refusal:
        sessions.close_session(session=session, minutes="", by=manager, now=LATER)
    assert refusal.value.item == items[2]
    assert not Decision.objects.exists()

    say(items[2], "postpone", manager)
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    closed = sessions.close_session(session=session, minutes="Rien d’autre.", by=manager, now=LATER)

    assert (closed.state, closed.closed_at) == (SessionState.CLOSED, LATER)
    assert [item.state for item in AgendaItem.objects.order_by("position")] == [
        ItemState.DECIDED,
        ItemState.DECIDED,
        ItemState.POSTPONED,
    ]
    assert [item.request.state for item in AgendaItem.objects.order_by("position").select_related("request")] == [
        RequestState.ACCEPTED,
        RequestState.REFUSED,
        RequestState.IN_REVIEW,
    ]
    assert set(Decision.objects.values_list("way", "session", "outcome")) == {
        ("commission", session.pk, "accepted"),
        ("commission", session.pk, "refused"),
    }
    opened = CaseFile.objects.get()
    assert (opened.lead, opened.next_date) == (coach, date(2026, 12, 14))
    kinds = set(OutgoingMail.objects.exclude(pk__in=before).values_list("kind", flat=True))
    assert kinds == {"coaching.accepted", "coaching.new_file", "coaching.refused", "coaching.postponed"}
    assert "Demande acceptée par la commission" in {entry.title for entry in story_of_request(items[0].request)}
    assert not story_of_request(items[2].request)[0].title.islower(), "each step has words"


def test_without_a_quorum_nothing_is_opened(
    session: CommissionSession, items: list[AgendaItem], members: list[User], manager: User
) -> None:
    with pytest.raises(sessions.NoQuorum):
        sessions.open_session(session=session, present=members[:1], by=manager, now=LATER)

    session.refresh_from_db()
    assert session.state == SessionState.CONVENED
    assert not SessionMember.objects.exclude(is_present=None).exists(), "nothing is half noted"
    with pytest.raises(TransitionRefused):
        say(items[0], "refuse", manager)


def test_who_stands_aside_gives_no_opinion(items: list[AgendaItem], members: list[User], manager: User) -> None:
    sessions.give_opinion(item=items[0], member=members[0], advice="favourable", now=MONDAY)
    sessions.give_opinion(item=items[0], member=members[0], advice="reserved", text="Prix ?", now=LATER)
    sessions.give_opinion(item=items[0], member=members[1], advice="favourable", now=MONDAY)
    assert Opinion.objects.get(member=members[0]).advice == "reserved"

    sessions.stand_aside(item=items[0], member=members[0], reason="Cousine", by=members[0], now=LATER)

    assert list(Opinion.objects.values_list("member", flat=True)) == [members[1].pk]
    assert Recusal.objects.get().source == "declared"
    with pytest.raises(sessions.StandsAside):
        sessions.give_opinion(item=items[0], member=members[0], advice="favourable", now=LATER)


def test_what_leaves_the_agenda_is_read_again_or_over(
    session: CommissionSession, items: list[AgendaItem], manager: User
) -> None:
    remove_item(item=items[0], reason="Dossier incomplet", by=manager, now=LATER)
    withdraw_request(request=items[1].request, now=LATER)
    sessions.cancel_session(session=session, reason="Neige", by=manager, now=LATER)

    found = AgendaItem.objects.order_by("position").select_related("request")
    assert [item.state for item in found] == [ItemState.REMOVED] * 3
    assert [item.request.state for item in found] == [
        RequestState.IN_REVIEW,
        RequestState.WITHDRAWN,
        RequestState.IN_REVIEW,
    ]
    foreign = CommissionSession(association=people.AssociationFactory(), held_on=date(2026, 12, 20))
    with association_scope(foreign.association_id):
        foreign.save()
    with association_scope(session.association_id, foreign.association_id), pytest.raises(OtherAssociation):
        list_request(session=foreign, request=items[0].request, by=manager, now=LATER)


# -- specialists -------------------------------------------------------------------------------------------------------


@pytest.fixture
def specialist(cep: Association, manager: User) -> Specialist:
    return enter_specialist(
        association=cep,
        profile={"last_name": "Huguenin", "expertise": ["patents"], "languages": ["fr", "de"]},
        terms={"hourly_rate": Decimal(190), "is_first_hour_free": True},
        by=manager,
        now=MONDAY,
    )


@pytest.fixture
def engagement(case: CaseFile, specialist: Specialist, coach: User) -> Engagement:
    return propose_engagement(
        case=case, specialist=specialist, field="patents", mandate="Antériorité", by=coach, now=MONDAY
    )


def test_a_specialist_works_with_the_founders_consent_and_reports(
    case: CaseFile, engagement: Engagement, coach: User
) -> None:
    document = rows.parts_of(case)["casedocument"]
    with pytest.raises(NotTheirConsent):
        consent_to_engagement(engagement=engagement, words="Oui", by=coach, now=MONDAY)
    with pytest.raises(TransitionRefused):
        accept_engagement(engagement=engagement, by=coach, now=MONDAY)

    consent_to_engagement(engagement=engagement, words="Oui", documents=[document], by=case.founder, now=MONDAY)
    assert SharedDocument.objects.filter(engagement=engagement).count() == 1
    assert not accept_engagement(engagement=engagement, by=coach, now=MONDAY).ended_at
    report_engagement(engagement=engagement, report="Nouveau.", by=coach, now=LATER)
    end_engagement(engagement=engagement, by=coach, now=LATER)
    rated = rate_engagement(engagement=engagement, satisfaction=5, by=case.founder, now=LATER)

    assert (rated.state, rated.satisfaction, rated.ended_at) == (EngagementState.ENDED, 5, LATER)
    steps = Transition.objects.filter(subject_kind="coaching.engagement", subject_id=engagement.pk).order_by("pk")
    assert list(steps.values_list("action", flat=True)) == ["propose", "consent", "accept", "report", "end", "rate"]


def test_consent_can_be_refused_and_taken_back(
    case: CaseFile, engagement: Engagement, specialist: Specialist, coach: User
) -> None:
    assert decline_engagement(engagement=engagement, by=case.founder, now=MONDAY).state == EngagementState.DECLINED
    again = propose_engagement(case=case, specialist=specialist, field="law", mandate="Bail", by=coach, now=MONDAY)
    consent_to_engagement(engagement=again, words="Oui", by=case.founder, now=MONDAY)
    with pytest.raises(NotTheirConsent):
        revoke_consent(engagement=again, by=coach, now=MONDAY)
    revoked = revoke_consent(engagement=again, by=case.founder, now=LATER)
    assert (revoked.state, revoked.opens_file) == (EngagementState.REVOKED, False)
    third = propose_engagement(case=case, specialist=specialist, field="law", mandate="Bail", by=coach, now=MONDAY)
    assert cancel_engagement(engagement=third, reason="Réglé", by=coach, now=LATER).state == EngagementState.CANCELLED

    specialist.is_active = False
    with pytest.raises(TransitionRefused):
        propose_engagement(case=case, specialist=specialist, field="law", mandate="Bail", by=coach, now=LATER)


# -- checks ------------------------------------------------------------------------------------------------------------


def test_checks_follow_a_closing_and_keep_three_kinds_of_jobs_apart(case: CaseFile, coach: User) -> None:
    with pytest.raises(TransitionRefused):
        plan_checks(case=case, by=coach, now=MONDAY)
    closed = close_case(
        case=case, reason="Lancée", outcome=CaseOutcome.LAUNCHED, jobs_planned=3, satisfaction=5, by=coach, now=MONDAY
    )
    planned = plan_checks(case=case, months=(6, 12), by=coach, now=MONDAY)

    assert (closed.outcome, closed.satisfaction) == ("launched", 5)
    assert [(check.due_on, check.jobs_planned) for check in planned] == [
        (date(2027, 5, 23), 3),
        (date(2027, 11, 23), 3),
    ]
    assert plan_checks(case=case, months=(6, 12), by=coach, now=MONDAY) == []
    check = ask_check(check=planned[0], by="clock", now=LATER)
    answer_check(check=check, answer=Answer(True, 2, "Tout va"), by="founder", now=LATER)
    with pytest.raises(ValidationError):
        prove_jobs(check=check, jobs=1, proof="", by=coach, now=LATER)
    proved = prove_jobs(check=check, jobs=1, proof="Décompte AVS", by=coach, now=LATER)
    assert (proved.jobs_planned, proved.jobs_promised, proved.jobs_proved) == (3, 2, 1)

    reopen_case(case=case, on=date(2027, 1, 11), what="Reprise", reason="De retour", by=coach, now=LATER)
    assert set(OutcomeCheck.objects.values_list("months", "state")) == {(6, "answered"), (12, "cancelled")}
    close_case(case=case, reason="Fini", by=coach, now=LATER)
    (again,) = plan_checks(case=case, months=(6, 12), by=coach, now=LATER)
    assert (again.months, again.state, again.due_on) == (12, CheckState.PLANNED, date(2027, 12, 3))
    ask_check(check=again, by="clock", now=LATER)
    assert give_up_check(check=again, reason="Trois appels", by=coach, now=LATER).state == CheckState.UNREACHABLE


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
    ],
)
def test_months_end_where_they_end(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


# -- money -------------------------------------------------------------------------------------------------------------


def test_keys_follow_one_another_and_a_file_may_have_its_own(
    cep: Association, case: CaseFile, manager: User, coach: User, tavannes: Municipality
) -> None:
    canton, own = rows.canton(), Funder.objects.create(code="own", kind="association", association=cep)
    place = funder_of(tavannes)
    assert funder_of(tavannes) == place
    with pytest.raises(ValidationError):
        agree_key(association=cep, valid_from=date(2025, 1, 1), shares={canton: 9_999})
    first = agree_key(association=cep, valid_from=date(2025, 1, 1), shares={canton: 8_000, own: 2_000})
    second = agree_key(association=cep, valid_from=date(2026, 1, 1), shares={canton: 5_000, own: 3_000, place: 2_000})
    first.refresh_from_db()
    assert (first.valid_to, second.valid_to) == (date(2025, 12, 31), None)
    assert FundingKey.objects.filter(association=cep).count() == 2
    assert dict(agreed_shares(case, on=date(2025, 6, 1))) == {canton: 8_000, own: 2_000}
    assert dict(agreed_shares(case, on=date(2026, 6, 1))) == {canton: 5_000, own: 3_000, place: 2_000}

    enter_price(association=cep, valid_from=date(2026, 1, 1), per_hour=Decimal("133.33"), by=manager, now=MONDAY)
    with pytest.raises(ValidationError):
        enter_price(association=cep, valid_from=date(2026, 1, 1), per_hour=Decimal(90), by=manager, now=MONDAY)
    with pytest.raises(ValidationError):
        agree_shares(case=case, shares={canton: 9_000}, by=manager, now=MONDAY)
    agree_shares(case=case, shares={canton: 6_667, place: 3_333}, by=manager, now=MONDAY)
    book_time(case=case, kind="contact", worked_on=date(2026, 11, 20), minutes=50, by=coach, now=MONDAY)
    paid = dict(TimeEntryShare.objects.values_list("funder__code").annotate(total=Sum("amount")))
    assert paid == {"canton-be": Decimal("74.08"), place.code: Decimal("37.03")}
    assert sum(paid.values()) == TimeEntry.objects.get().amount
    agree_shares(case=case, shares={}, by=manager, now=MONDAY)
    assert dict(agreed_shares(case, on=date(2026, 6, 1))) == {canton: 5_000, own: 3_000, place: 2_000}
    assert any(entry.title == "Clé de répartition des coûts convenue" for entry in story_of_case(case))


def test_the_founder_reads_of_meetings_what_is_shared(case: CaseFile, coach: User) -> None:
    for text, is_shared in (("Prix fixés", True), ("Doute sur la marge", False)):
        record_meeting(
            case=case,
            held_on=date(2026, 11, 20),
            kind="office",
            topics=["finance"],
            text=text,
            is_shared=is_shared,
            contact_minutes=60,
            preparation_minutes=0,
            funder=None,
            by=coach,
            now=MONDAY,
        )

    ours = " ".join(entry.text for entry in story_of_case(case))
    theirs = " ".join(entry.text for entry in story_for_founder(case))
    assert "Prix fixés" in ours
    assert "Prix fixés" in theirs
    assert "Doute" in ours
    assert "Doute" not in theirs
