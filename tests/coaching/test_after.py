"""The end of a coaching and what comes after it: the closing, the three questions by mail or phone, jobs that are proved."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from coaching.check_links import AFTERWARDS, DAYS, token_for
from coaching.enums import CaseState, CheckState
from coaching.models import CaseFile, OutcomeCheck
from coaching.workflow.checks import (
    Answer,
    answer_check,
    ask_check,
    ask_due_checks,
    cancel_checks,
    give_up_check,
    prove_jobs,
)
from coaching.workflow.files import close_case, reopen_case
from coaching.workflow.tables import CHECK, CHECK_ACTIONS
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.models import AccessLog, Transition
from promo_portal.core import clock, links
from promo_portal.core.scope import Scope, association_scope, scope
from promo_portal.core.transitions import TransitionRefused
from promo_portal.mailing.kinds import Message, mail_kind
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association
from promo_portal.reminders.kinds import deadline_kind
from promo_portal.reminders.models import Deadline, Reminder
from tests import factories as people
from tests.coaching import factories, rows
from tests.coaching.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
DUE = datetime(2027, 5, 24, 6, tzinfo=MONDAY.tzinfo)  # the day after the first check's
SAID = {"is_active": "yes", "jobs": "4", "comment": "Un apprenti en août."}


def rendered(mail: OutgoingMail) -> Message:
    with transaction.atomic(), scope(Scope(frozenset({mail.association_id or 0}))), translation.override(mail.language):
        return mail_kind(mail.kind).render(mail)


@pytest.fixture
def closed(case: CaseFile, coach: User) -> CaseFile:
    """Closed on 23 November 2026, with all four checks."""
    with association_scope(case.association_id):
        return close_case(
            case=case,
            reason="Lancée en mars",
            outcome="launched",
            jobs_planned=3,
            satisfaction=5,
            checks=(6, 12, 24, 36),
            by=coach,
            now=MONDAY,
        )


@pytest.fixture
def check(closed: CaseFile) -> OutcomeCheck:
    """The one after six months."""
    return again(case_file=closed)


def again(**lookup: Any) -> OutcomeCheck:
    with association_scope(*Membership.objects.values_list("association_id", flat=True).exclude(association_id=None)):
        related = ("case_file__founder", "proof_document", "taken_by")
        found: OutcomeCheck = OutcomeCheck.objects.filter(**lookup).select_related(*related).order_by("months")[0]
        return found


def page(name: str, *numbers: int) -> str:
    return reverse(f"admin:coaching_{name}", args=numbers)


# -- the closing -------------------------------------------------------------------------------------------------------


def test_a_file_is_closed_on_one_page_and_the_founder_reads_all_of_it_in_one_mail(
    case: CaseFile, coach: User, foreign_coach: User, sign_in: Callable[[User], Client]
) -> None:
    desk, url = sign_in(coach), page("casefile_close", case.pk)
    good = {"version": case.version, "outcome": "launched", "reason": "Lancée", "jobs_planned": "3", "checks": ["6"]}

    assert "Tâches ouvertes" in desk.get(url).content.decode()
    assert sign_in(foreign_coach).get(url).status_code == 404
    for bad in (
        {**good, "outcome": ""},
        {**good, "reason": " "},
        {**good, "jobs_planned": "-1"},
        {**good, "checks": ["7"]},
    ):
        assert desk.post(url, bad).status_code == 422
    assert desk.post(url, {**good, "version": case.version - 1}).status_code == 422
    with association_scope(case.association_id):
        assert CaseFile.objects.get(pk=case.pk).state == CaseState.OPEN
    assert desk.post(url, {**good, "satisfaction": "4"}).status_code == 302
    assert desk.post(url, {**good, "satisfaction": "4"}).status_code == 422

    with association_scope(case.association_id):
        found = CaseFile.objects.get(pk=case.pk)
        assert (found.outcome, found.jobs_planned, found.satisfaction) == ("launched", 3, 4)
        assert list(OutcomeCheck.objects.values_list("months", "due_on")) == [(6, date(2027, 5, 23))]
    mail = OutgoingMail.objects.get(kind="coaching.closed")
    assert not OutgoingMail.objects.filter(kind="coaching.file_rests").exists()
    for language, outcome in {
        "fr": "entreprise lancée",
        "de": "Unternehmen gestartet",
        "en": "company launched",
    }.items():
        mail.language = language
        message = rendered(mail)
        assert all(part in message.text for part in ("23.05.2027", "Lancée")), language
        assert outcome in message.text.lower() or language == "de"


def test_reopening_needs_a_reason_and_drops_what_was_to_be_asked(closed: CaseFile, coach: User) -> None:
    with association_scope(closed.association_id):
        reopen_case(case=closed, on=date(2027, 1, 11), what="Suite", reason="Second atelier", by=coach, now=MONDAY)
        states = set(OutcomeCheck.objects.values_list("state", flat=True))
        mail = OutgoingMail.objects.get(kind="coaching.closed")
        assert mail_kind(mail.kind).entitled(mail)

    assert states == {CheckState.CANCELLED}
    assert not Deadline.objects.filter(kind="coaching.check", state="open").exists()
    assert "Second atelier" in Transition.unscoped.filter(action="reopen").values_list("reason", flat=True)


# -- asking ------------------------------------------------------------------------------------------------------------


def test_the_founder_is_asked_and_reminded_twice_then_the_coach_phones(
    check: OutcomeCheck, coach: User, manager: User
) -> None:
    deadline = Deadline.objects.get(kind="coaching.check", subject_id=check.pk)
    planned = Reminder.objects.filter(deadline=deadline).order_by("due_at").values_list("step", "user_id")
    founder = check.case_file.founder_id

    assert Deadline.objects.filter(kind="coaching.check", state="open").count() == 4
    assert list(planned) == [("0d", founder), ("+14d", founder), ("+28d", founder), ("+42d", coach.pk)]
    kind = deadline_kind("coaching.check")
    assert kind is not None
    Membership.objects.filter(user=coach).update(valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1))
    with association_scope(check.association_id):
        assert [who.user for who in kind.recipients_of(deadline, "+42d")] == [manager]
        for step, sentence in {"0d": "trois questions", "+14d": "Rappel", "+42d": "un appel"}.items():
            message = kind.render(OutgoingMail(to_user=coach, language="fr"), deadline, step)
            assert sentence in message.subject
            assert bool("/suite/" in message.text) == (step != "+42d")
            assert "/afterwards/" not in message.text


def test_due_checks_are_asked_once_however_often_the_clock_looks(check: OutcomeCheck) -> None:
    assert ask_due_checks(now=DUE - timedelta(days=2)) == 0
    assert [ask_due_checks(now=DUE), ask_due_checks(now=DUE), ask_due_checks(now=DUE)] == [1, 0, 0]

    assert again(pk=check.pk).state == CheckState.ASKED
    assert Transition.unscoped.filter(subject_kind="coaching.outcomecheck", action="ask").count() == 1


# -- the founder's page ------------------------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing_and_the_button_saves_and_corrects(
    check: OutcomeCheck, visitor: Client
) -> None:
    url = reverse("coaching:afterwards", args=[token_for(check)])

    assert "toujours active" in visitor.get(url).content.decode()
    assert again(pk=check.pk).version == check.version
    assert visitor.post(url, {"jobs": "4"}).status_code == 422
    assert visitor.post(url, {**SAID, "jobs": "-1"}).status_code == 422
    assert again(pk=check.pk).answered_at is None

    sent = visitor.post(url, SAID, follow=True).content.decode()
    assert "Merci, votre réponse est enregistrée" in sent
    first = again(pk=check.pk)
    assert (first.state, first.jobs_promised, first.jobs_proved, first.jobs_planned) == ("answered", 4, None, 3)
    visitor.post(url, SAID)
    assert again(pk=check.pk).version == first.version
    shown = visitor.get(url).content.decode()
    assert "Vous avez répondu le 23.11.2026" in shown
    assert "Un apprenti en août." in shown
    visitor.post(url, {**SAID, "is_active": "no", "jobs": ""})

    last = again(pk=check.pk)
    assert (last.is_active, last.jobs_promised) == (False, None)
    done = Transition.unscoped.filter(subject_kind="coaching.outcomecheck", subject_id=check.pk).order_by("pk")
    assert [row.action for row in done] == ["plan", "answer", "correct"]
    assert not Deadline.objects.filter(kind="coaching.check", subject_id=check.pk, state="open").exists()


def test_ended_and_foreign_links_open_nothing_and_a_cancelled_check_says_so(
    check: OutcomeCheck, closed: CaseFile, coach: User, visitor: Client
) -> None:
    good, ended = token_for(check), token_for(check, days=-1)
    other = links.sign("coaching.follow", f"{check.association_id}.{check.key}", days=DAYS)
    bent = links.sign(AFTERWARDS, f"{check.association_id + 1}.{check.key}", days=DAYS)

    assert [
        visitor.get(reverse("coaching:afterwards", args=[token])).status_code
        for token in (good, ended, other, bent, links.sign(AFTERWARDS, check.key, days=1), "x")
    ] == [200, 410, 404, 404, 404, 404]
    again_sent = visitor.post(reverse("coaching:afterwards", args=[ended]), SAID)
    assert again_sent.status_code == 200
    assert again(pk=check.pk).state == CheckState.PLANNED
    assert "/suite/" in rendered(OutgoingMail.objects.get(kind="coaching.check_link")).text

    with association_scope(closed.association_id):
        cancel_checks(case=closed, by=coach, now=MONDAY)
    for answer in (visitor.get, visitor.post):
        assert "Votre coaching continue" in answer(reverse("coaching:afterwards", args=[good]), SAID).content.decode()
    assert again(pk=check.pk).state == CheckState.CANCELLED


@pytest.mark.parametrize(("language", "words"), [("fr", "Trois questions"), ("de", "Drei Fragen"), ("en", "Three")])
def test_the_questions_speak_three_languages(check: OutcomeCheck, visitor: Client, language: str, words: str) -> None:
    with translation.override(language):
        url = reverse("coaching:afterwards", args=[token_for(check)])
    assert words in visitor.get(url).content.decode()


# -- the staff's pages -------------------------------------------------------------------------------------------------


def test_the_list_tells_whom_to_phone_and_an_answer_by_phone_says_who_gave_it(
    check: OutcomeCheck, coach: User, sign_in: Callable[[User], Client]
) -> None:
    with association_scope(check.association_id):
        ask_check(check=check, by="clock", now=DUE)
    with clock.standing_still(DUE + timedelta(days=42)):
        desk = sign_in(coach)
        listed = desk.get(page("outcomecheck_changelist")).content.decode()
        assert "À appeler" in listed
        assert check.case_file.title in listed
        nothing = desk.get(f"{page('outcomecheck_changelist')}?show=phone&q=zzz").content.decode()
        assert "Aucun suivi ne correspond" in nothing
        version = again(pk=check.pk).version
        told = {**SAID, "version": version, "told_by": "Léa Chappuis", "told_on": "01.07.2027"}
        url = page("outcomecheck_phone", check.pk)
        for bad in ({**told, "told_by": ""}, {**told, "told_on": "31.12.2027"}, {**told, "version": version - 1}):
            assert desk.post(url, bad).status_code == 422
        assert desk.post(url, told).status_code == 302
        found = again(pk=check.pk)
        shown = desk.get(page("outcomecheck_change", check.pk)).content.decode()

    assert (found.channel, found.told_by, found.taken_by, found.jobs_promised) == ("phone", "Léa Chappuis", coach, 4)
    assert found.answered_at is not None
    assert found.answered_at.date() == date(2027, 7, 1)
    assert "Léa Chappuis à Nadine Rais" in shown
    assert AccessLog.objects.filter(subject_kind="coaching.outcomecheck", subject_id=check.pk).exists()


def test_jobs_are_proved_by_a_document_of_the_file_or_a_named_source_only(
    check: OutcomeCheck, case: CaseFile, coach: User, manager: User, tavannes: Any, sign_in: Callable[[User], Client]
) -> None:
    other = factories.open_case(tavannes, manager=manager, lead=coach)
    ours, theirs = (rows.stored_document(one) for one in (case, other))
    desk, url = sign_in(coach), page("outcomecheck_prove", check.pk)
    with association_scope(check.association_id):
        answered = answer_check(check=check, answer=Answer(True, 4), by="founder", now=MONDAY)
    given = {"version": answered.version, "jobs": "2"}

    assert desk.post(url, given).status_code == 422
    assert desk.post(url, {**given, "document": theirs.pk}).status_code == 422
    assert desk.post(url, {**given, "document": ours.pk}).status_code == 302
    assert desk.post(url, {**given, "proof": "Décompte AVS"}).status_code == 422  # of an older version
    proved = again(pk=check.pk)
    assert (proved.jobs_planned, proved.jobs_promised, proved.jobs_proved) == (3, 4, 2)
    assert proved.proof_document == ours
    with association_scope(check.association_id):
        with pytest.raises(ValidationError):
            prove_jobs(check=proved, jobs=2, document=theirs, by=coach, now=MONDAY)
        with pytest.raises(ValidationError):
            prove_jobs(check=proved, jobs=2, by=coach, now=MONDAY)


@pytest.fixture
def outsiders(
    cep: Association, foreign_coach: User, founder: User, specialist: User, canton_officer: User, administrator: User
) -> list[User]:
    """Who has no part in the file: among them a colleague of the coach."""
    colleague = people.member("coach", cep, first_name="Julien", last_name="Gigon")
    return [colleague, foreign_coach, founder, specialist, canton_officer, administrator]


@pytest.mark.parametrize("name", ["change", "prove"])
def test_checks_show_to_the_coach_of_the_file_and_the_manager_only(
    name: str, check: OutcomeCheck, coach: User, manager: User, outsiders: list[User], sign_in: Callable[[User], Client]
) -> None:
    url = page(f"outcomecheck_{name}", check.pk)

    assert {sign_in(user).get(url).status_code for user in (coach, manager)} == {200}
    for outsider in outsiders:
        assert sign_in(outsider).get(url).status_code in {404, 302}, outsider
        assert sign_in(outsider).post(url, SAID).status_code in {404, 302, 405}
    assert again(pk=check.pk).state == CheckState.PLANNED


@pytest.mark.parametrize("action", CHECK_ACTIONS)
@pytest.mark.parametrize("state", CheckState.values)
def test_each_action_on_a_check_leads_where_the_table_says_or_is_refused(
    state: str, action: str, check: OutcomeCheck, closed: CaseFile, coach: User
) -> None:
    common: dict[str, Any] = {"by": coach, "now": MONDAY}
    answers = {"is_active": True, "answered_at": MONDAY} if state == CheckState.ANSWERED else {}
    with association_scope(closed.association_id):
        OutcomeCheck.objects.filter(pk=check.pk).update(state=state, **answers)
        steps: dict[str, Callable[[], Any]] = {
            "ask": lambda: ask_check(check=check, **common),
            "answer": lambda: answer_check(check=check, answer=Answer(False), **common),
            "correct": lambda: answer_check(check=check, answer=Answer(False), **common),
            "prove": lambda: prove_jobs(check=check, jobs=1, proof="AVS", **common),
            "give_up": lambda: give_up_check(check=check, reason="Trois appels", **common),
            "cancel": lambda: cancel_checks(case=closed, **common),
        }
        # One door for a first and for a second answer, and cancelling passes over what is settled.
        expected = CHECK.get((state, action)) or (CHECK.get((state, "answer")) if action == "correct" else None)
        expected = expected or (CHECK.get((state, "correct")) if action == "answer" else None)
        if expected or action == "cancel":
            steps[action]()
        else:
            with pytest.raises(TransitionRefused):
                steps[action]()

    assert again(pk=check.pk).state == (expected or state)
