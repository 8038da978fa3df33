"""What a request may become, from every state and by every action."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from coaching.enums import Channel, Need, RequestState, Stage
from coaching.models import CaseFile, CoachingRequest, CommissionSession, Decision, ReferenceCounter, Task
from coaching.workflow.acceptance import CircularNotAllowed, FirstSteps, accept_request
from coaching.workflow.agenda import back_to_review, list_request
from coaching.workflow.drafts import ask_confirmation, begin_request, save_answer, send_links_again
from coaching.workflow.locking import ChangedMeanwhile
from coaching.workflow.references import next_number
from coaching.workflow.requests import (
    NotReady,
    enter_request,
    forward_request,
    refuse_request,
    submit_request,
    take_into_review,
    withdraw_request,
)
from coaching.workflow.tables import REQUEST, REQUEST_ACTIONS
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.models import Transition
from promo_portal.core.transitions import TransitionRefused
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.models import Deadline, DeadlineState
from tests import factories as people
from tests.coaching import factories
from tests.coaching.factories import MONDAY

pytestmark = pytest.mark.django_db
STEPS = FirstSteps(on=date(2026, 12, 7), what="Premier entretien", task="Esquisser le plan financier")


def in_state(state: str, place: Municipality, manager: User, elsewhere: Municipality) -> CoachingRequest:
    """A request in a state, reached the ordinary way where there is one."""
    if state == RequestState.DRAFT:
        return factories.complete_draft(place)
    request = factories.submitted(place)
    if state == RequestState.FORWARDED:
        forward_request(request=request, municipality=elsewhere, consent="par téléphone", by=manager, now=MONDAY)
    elif state != RequestState.SUBMITTED:
        CoachingRequest.unscoped.filter(pk=request.pk).update(state=state)
    request.refresh_from_db()
    return request


def do(action: str, request: CoachingRequest, manager: User, elsewhere: Municipality) -> Any:
    """Try one action with sensible values."""
    common: dict[str, Any] = {"request": request, "now": MONDAY}
    return {
        "save": lambda: save_answer(answers={"start": "En mai"}, **common),
        "ask_confirmation": lambda: ask_confirmation(**common),
        "submit": lambda: submit_request(**common),
        "review": lambda: take_into_review(by=manager, **common),
        "accept": lambda: accept_request(
            title="Atelier", lead=manager, deputy=None, steps=STEPS, reasons="Oui.", by=manager, **common
        ),
        "refuse": lambda: refuse_request(reasons="Hors du cadre du coaching.", by=manager, **common),
        "forward": lambda: forward_request(municipality=elsewhere, consent="par téléphone", by=manager, **common),
        "withdraw": lambda: withdraw_request(**common),
        "list": lambda: list_request(session=a_session(manager), by=manager, **common),
        "unlist": lambda: back_to_review(request, reason="Reporté", by=manager, now=MONDAY),
    }[action]()


def a_session(manager: User) -> CommissionSession:
    association = Membership.objects.filter(user=manager).values_list("association_id", flat=True).get()
    return CommissionSession.objects.create(association_id=association, held_on=date(2026, 12, 10))


@pytest.mark.parametrize("action", REQUEST_ACTIONS)
@pytest.mark.parametrize("state", RequestState.values)
def test_each_action_leads_where_the_table_says_or_is_refused(
    state: str, action: str, in_cep: None, manager: User, tavannes: Municipality, nidau: Municipality
) -> None:
    request = in_state(state, tavannes, manager, nidau)
    transitions = Transition.objects.count()

    if (state, action) in REQUEST:
        do(action, request, manager, nidau)
        expected = REQUEST[state, action]
    else:
        with pytest.raises(TransitionRefused):
            do(action, request, manager, nidau)
        expected = state
        assert Transition.objects.count() == transitions

    request.refresh_from_db()
    assert request.state == expected


def test_a_begun_request_is_kept_and_its_link_mailed(db: None) -> None:
    reach = {"first_name": "Léa", "last_name": "Chappuis", "email": "lea@exemple.example", "phone": ""}

    request = begin_request(answers=reach, language="de", now=MONDAY)

    assert request.state == RequestState.DRAFT
    mail = OutgoingMail.objects.get(subject_id=request.pk)
    assert (mail.kind, mail.to_address, mail.language) == ("coaching.draft_saved", "lea@exemple.example", "de")
    nudge = Deadline.objects.get(kind="coaching.draft_nudge", subject_id=request.pk)
    assert nudge.local_date == date(2026, 11, 24)


def test_a_draft_of_friday_is_nudged_on_monday(db: None) -> None:
    request = factories.draft(now=datetime(2026, 11, 27, 16, 0, tzinfo=UTC))

    assert Deadline.objects.get(subject_id=request.pk).local_date == date(2026, 11, 30)


def test_a_sent_request_has_a_number_a_promise_and_mails(in_cep: None, manager: User, tavannes: Municipality) -> None:
    request = factories.submitted(tavannes)

    assert request.reference == "COA-2026-0001"
    assert request.answer_by == date(2026, 12, 7)
    assert request.consented_at == request.submitted_at == MONDAY
    kinds = sorted(OutgoingMail.objects.values_list("kind", "to_address"))
    assert kinds == [
        ("coaching.draft_saved", request.email),
        ("coaching.new_request", manager.email),
        ("coaching.received", request.email),
    ]
    deadlines = dict(Deadline.objects.values_list("kind", "state"))
    assert deadlines == {"coaching.draft_nudge": DeadlineState.CANCELLED, "coaching.answer": DeadlineState.OPEN}


def test_the_promise_counts_working_days_only(in_cep: None, tavannes: Municipality) -> None:
    just_before_christmas = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)

    request = factories.submitted(tavannes, now=just_before_christmas)

    # 25 December, 1 and 2 January are holidays in the canton of Berne
    assert request.answer_by == date(2027, 1, 5)


def test_without_a_manager_the_association_itself_is_told(
    in_cep: None, cep: Association, tavannes: Municipality
) -> None:
    request = factories.submitted(tavannes)

    assert OutgoingMail.objects.get(kind="coaching.new_request").to_address == cep.email
    assert request.association == cep


def test_an_incomplete_request_is_not_sent(in_cep: None, tavannes: Municipality) -> None:
    request = factories.draft(municipality=tavannes, stage=Stage.IDEA)

    with pytest.raises(NotReady) as refusal:
        submit_request(request=request, now=MONDAY)

    assert refusal.value.missing == ["idea", "need"]
    assert not ReferenceCounter.objects.exists()


def test_numbers_begin_anew_each_year(db: None) -> None:
    given = [next_number("request", year) for year in (2026, 2026, 2027, 2026)]

    assert given == [1, 2, 1, 3]


def test_another_address_gets_its_own_link_and_nudge(db: None) -> None:
    request = factories.draft()
    before = request.email

    save_answer(request=request, answers={"email": "autre@exemple.example"}, now=MONDAY)

    addresses = OutgoingMail.objects.filter(kind="coaching.draft_saved").values_list("to_address", flat=True)
    assert set(addresses) == {before, "autre@exemple.example"}
    planned = Deadline.objects.get(subject_id=request.pk).reminders.filter(state="planned")
    assert [row.recipient for row in planned] == ["mail:autre@exemple.example"]


def test_links_are_sent_again_to_whoever_owns_the_address(in_cep: None, tavannes: Municipality) -> None:
    factories.submitted(tavannes, email="lea@exemple.example")
    factories.draft(email="Lea@exemple.example")
    OutgoingMail.objects.all().delete()

    sent = send_links_again(email="LEA@exemple.example")

    assert sent == 2
    assert set(OutgoingMail.objects.values_list("kind", flat=True)) == {"coaching.link", "coaching.draft_saved"}
    assert send_links_again(email="personne@exemple.example") == 0


def test_acceptance_makes_account_file_task_dates_and_mails(
    in_cep: None, manager: User, coach: User, tavannes: Municipality
) -> None:
    request = factories.submitted(tavannes)

    case = accept_request(
        request=request, title="Atelier Chappuis", lead=coach, deputy=manager, steps=STEPS,
        reasons="Projet solide.", by=manager, now=MONDAY,
    )  # fmt: skip

    founder = User.objects.get(email=request.email)
    assert (case.founder, case.reference, case.next_date) == (founder, "2026-001", date(2026, 12, 7))
    assert not founder.has_usable_password()
    assert Membership.objects.get(user=founder).role == Role.FOUNDER
    decision = Decision.objects.get(request=request)
    assert (decision.outcome, decision.way, decision.decided_by) == ("accepted", "circular", manager)
    task = Task.objects.get(case_file=case)
    assert (task.title, task.assignee, task.due_on) == ("Esquisser le plan financier", founder, date(2026, 12, 7))
    open_dates = Deadline.objects.filter(state=DeadlineState.OPEN).values_list("kind", flat=True)
    assert set(open_dates) == {"coaching.next_date", "coaching.task"}
    told = OutgoingMail.objects.filter(kind__in=["coaching.accepted", "coaching.new_file"])
    assert {mail.to_user for mail in told} == {founder, coach, manager}


def test_a_founder_who_is_known_keeps_their_account(in_cep: None, manager: User, tavannes: Municipality) -> None:
    known = people.UserFactory(email="lea@exemple.example")
    request = factories.submitted(tavannes, email="LEA@exemple.example")

    case = accept_request(
        request=request, title="Atelier", lead=manager, deputy=None, steps=STEPS, reasons="Oui.", by=manager, now=MONDAY
    )

    assert case.founder == known
    assert Membership.objects.filter(user=known, role=Role.FOUNDER).count() == 1


def test_a_role_that_was_granted_for_later_begins_with_the_file(
    in_cep: None, manager: User, tavannes: Municipality
) -> None:
    known = people.UserFactory(email="lea@exemple.example")
    office = Membership.objects.get(user=manager).association
    Membership.objects.create(user=known, role=Role.FOUNDER, association=office, valid_from=date(2027, 1, 1))
    request = factories.submitted(tavannes, email="lea@exemple.example")

    accept_request(
        request=request, title="Atelier", lead=manager, deputy=None, steps=STEPS, reasons="Oui.", by=manager, now=MONDAY
    )

    assert Membership.objects.get(user=known, role=Role.FOUNDER).valid_from == MONDAY.date()


def test_only_the_manager_decides_alone(in_cep: None, coach: User, tavannes: Municipality) -> None:
    request = factories.submitted(tavannes)

    with pytest.raises(CircularNotAllowed):
        accept_request(
            request=request, title="Atelier", lead=coach, deputy=None, steps=STEPS, reasons="Oui.", by=coach, now=MONDAY
        )

    request.refresh_from_db()
    assert request.state == RequestState.SUBMITTED
    assert not CaseFile.objects.exists()


def test_nobody_decides_alone_where_the_association_forbids_it(
    in_cep: None, cep: Association, manager: User, tavannes: Municipality
) -> None:
    cep.allows_circular_decisions = False
    cep.save()
    request = factories.submitted(tavannes)

    with pytest.raises(CircularNotAllowed):
        accept_request(
            request=request,
            title="Atelier",
            lead=manager,
            deputy=None,
            steps=STEPS,
            reasons="Oui.",
            by=manager,
            now=MONDAY,
        )


def test_a_refused_applicant_learns_the_reasons(in_cep: None, manager: User, tavannes: Municipality) -> None:
    request = factories.submitted(tavannes)

    refuse_request(request=request, reasons="Votre projet relève de l’agriculture.", by=manager, now=MONDAY)

    assert Decision.objects.get(request=request).reasons == "Votre projet relève de l’agriculture."
    assert OutgoingMail.objects.filter(kind="coaching.refused", to_address=request.email).count() == 1
    assert Deadline.objects.get(kind="coaching.answer").state == DeadlineState.DONE


def test_a_forwarded_request_becomes_the_other_associations_own(
    in_cep: None,
    manager: User,
    foreign_manager: User,
    tavannes: Municipality,
    nidau: Municipality,
    seeland: Association,
) -> None:
    request = factories.submitted(tavannes)

    forwarded = forward_request(
        request=request, municipality=nidau, consent="au téléphone, 23.11.2026", by=manager, now=MONDAY
    )

    request.refresh_from_db()
    assert (request.state, request.forwarded_to) == (RequestState.FORWARDED, forwarded)
    assert (forwarded.association, forwarded.state, forwarded.idea) == (seeland, RequestState.SUBMITTED, request.idea)
    assert forwarded.reference == "COA-2026-0002"
    assert forwarded.key != request.key
    step = Transition.objects.get(action="forward")
    assert "au téléphone, 23.11.2026" in step.reason
    assert OutgoingMail.objects.filter(kind="coaching.new_request", to_user=foreign_manager).exists()
    assert OutgoingMail.objects.filter(kind="coaching.forwarded", to_address=request.email).count() == 1


def test_nothing_is_forwarded_to_ourselves(in_cep: None, manager: User, tavannes: Municipality) -> None:
    request = factories.submitted(tavannes)

    with pytest.raises(NotReady):
        forward_request(request=request, municipality=tavannes, consent="oui", by=manager, now=MONDAY)

    request.refresh_from_db()
    assert request.state == RequestState.SUBMITTED


def test_a_withdrawn_request_reminds_nobody(in_cep: None, manager: User, tavannes: Municipality) -> None:
    request = factories.submitted(tavannes)

    withdraw_request(request=request, now=MONDAY)

    assert not Deadline.objects.filter(state=DeadlineState.OPEN).exists()
    assert OutgoingMail.objects.filter(kind="coaching.withdrawn_staff", to_user=manager).count() == 1


def test_a_request_by_phone_becomes_the_same_thing(
    in_cep: None, cep: Association, manager: User, tavannes: Municipality
) -> None:
    answers = {
        "first_name": "Jean", "last_name": "Gerber", "email": "jean@exemple.example", "municipality": tavannes,
        "stage": Stage.TAKEOVER, "idea": "Reprise d’une menuiserie.", "need": Need.LAW,
    }  # fmt: skip

    request = enter_request(answers=answers, channel=Channel.PHONE, association=cep, by=manager, now=MONDAY)

    assert (request.state, request.channel, request.answer_by) == (RequestState.SUBMITTED, "phone", date(2026, 12, 7))
    step = Transition.objects.get(subject_id=request.pk, action="enter")
    assert step.actor_id == manager.pk
    assert OutgoingMail.objects.filter(kind="coaching.received").count() == 1


def test_a_decision_on_an_outdated_page_is_not_taken(in_cep: None, manager: User, tavannes: Municipality) -> None:
    request = factories.submitted(tavannes)
    seen = request.version
    take_into_review(request=request, by=manager, now=MONDAY)

    with pytest.raises(ChangedMeanwhile):
        refuse_request(request=request, reasons="Non.", by=manager, now=MONDAY, version=seen)

    request.refresh_from_db()
    assert request.state == RequestState.IN_REVIEW
