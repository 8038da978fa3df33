"""Names end by rule or by wish: no word of a founder is left anywhere, and no figure changes."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from coaching.enums import TimeKind
from coaching.indicators import Period, figures
from coaching.models import (
    AgendaItem,
    CaseDocument,
    CaseFile,
    CoachingRequest,
    Engagement,
    Opinion,
    PlanLine,
    Recusal,
    Specialist,
    SpecialistTerms,
)
from coaching.retention import day_of, due
from coaching.workflow import engagements as flow
from coaching.workflow.checks import Answer, answer_check, cancel_checks, prove_jobs
from coaching.workflow.files import add_note, close_case, reopen_case
from coaching.workflow.forgetting import HOST, StillInUse, forget, forget_due, hold_request, release_request
from coaching.workflow.ledger import book_time, correct_entry
from coaching.workflow.meetings import record_meeting
from coaching.workflow.milestones import plan_milestone, reach_milestone
from coaching.workflow.plans import comment_on_line, keep_version
from coaching.workflow.requests import refuse_request
from coaching.workflow.talk import write_message
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.models import AccessLog, Transition
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Municipality
from promo_portal.reminders.models import Reminder
from tests.coaching import factories, rows
from tests.coaching.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
MARK = "Zébulonade"
AFTER_ALL = MONDAY + timedelta(days=6 * 366)
EVER = Period(date(2020, 1, 1), date(2040, 1, 1))


def _agreed(case: CaseFile, coach: User) -> None:
    """An engagement whose every word is the founder's or about them."""
    person = Specialist.objects.create(
        association=case.association, last_name="Huguenin", expertise=["law"], languages=["fr"]
    )
    SpecialistTerms.objects.create(association=case.association, specialist=person)
    common: dict[str, Any] = {"now": MONDAY}
    engaged = flow.propose_engagement(case=case, specialist=person, field="law", mandate=MARK, by=coach, **common)
    documents = list(CaseDocument.objects.filter(case_file=case))
    flow.consent_to_engagement(engagement=engaged, words=MARK, documents=documents, by=case.founder, **common)
    flow.accept_engagement(engagement=engaged, by=coach, **common)
    flow.report_engagement(engagement=engaged, report=MARK, hours=Decimal(2), by=coach, **common)
    flow.rate_engagement(engagement=engaged, satisfaction=4, words=MARK, by=case.founder, **common)


def _discussed(case: CaseFile) -> None:
    """The commission's day: a decision with its reasons, a doubt in words, a member who stood aside."""
    item = rows.commission(case, 1)["agendaitem"]
    AgendaItem.objects.filter(pk=item.pk).update(
        **dict.fromkeys(("title", "summary", "reasons", "conditions", "addresses", "first_what"), MARK),
        state="decided",
        outcome="accept",
    )
    Opinion.objects.filter(item=item).update(advice="reserved", text=MARK)
    Recusal.objects.filter(item=item).update(reason=MARK)


def _talked(case: CaseFile, coach: User) -> None:
    """A plan with a kept version, a comment, a message."""
    common: dict[str, Any] = {"by": coach, "now": MONDAY}
    plan = rows.plan_with_lines(case)
    line = PlanLine.objects.filter(plan=plan).earliest("pk")
    PlanLine.objects.filter(pk=line.pk).update(label=MARK)
    comment_on_line(line=line, text=MARK, **common)
    keep_version(plan=plan, name=MARK, **common)
    write_message(case=case, text=MARK, **common)


@pytest.fixture
def told(tavannes: Municipality, manager: User, coach: User) -> CaseFile:
    """A whole file, from the request to a proved job, with the same word wherever somebody can write."""
    answers = {"idea": MARK, "start": MARK, "need_detail": MARK, "email": f"{MARK}@exemple.example".replace("é", "e")}
    case = factories.open_case(tavannes, manager=manager, lead=coach, task=MARK, **answers)
    by: dict[str, Any] = {"by": coach, "now": MONDAY}
    with association_scope(case.association_id):
        CoachingRequest.objects.filter(pk=case.request_id).update(first_name=MARK, last_name=MARK)
        CaseFile.objects.filter(pk=case.pk).update(title=MARK)
        User.objects.filter(pk=case.founder_id).update(first_name=MARK, last_name=MARK)
        case = CaseFile.objects.select_related("founder", "association").get(pk=case.pk)
        add_note(case=case, text=MARK, is_shared=True, **by)
        record_meeting(
            case=case, held_on=date(2026, 11, 2), kind="office", topics=["plan"], text=MARK, contact_minutes=60,
            preparation_minutes=0, is_shared=False, funder=None, **by,
        )  # fmt: skip
        document = rows.stored_document(case)
        CaseDocument.objects.filter(pk=document.pk).update(title=MARK)
        plan_milestone(case=case, kind="launch", due_on=date(2027, 3, 1), **by)
        milestone = case.milestone_rows.get()
        reach_milestone(milestone=milestone, on=date(2026, 11, 2), proof=document, proof_text=MARK, **by)
        line = book_time(case=case, kind=TimeKind.FOLLOW_UP, worked_on=date(2026, 11, 2), minutes=90, note=MARK, **by)
        correct_entry(entry=line, minutes=80, note=MARK, **by)
        _agreed(case, coach)
        _discussed(case)
        _talked(case, coach)
        case = close_case(
            case=case, reason=MARK, outcome="launched", jobs_planned=3, satisfaction=5, checks=(6, 12), **by
        )
        check = case.outcomecheck_rows.earliest("months")
        phoned = Answer(True, 4, MARK, told_by=MARK, taken_by=coach)
        answered = answer_check(check=check, answer=phoned, **by)
        prove_jobs(check=answered, jobs=2, proof=MARK, document=document, **by)
        cancel_checks(case=case, **by)
        OutgoingMail.objects.filter(association=case.association).update(
            state="sent", sent_at=MONDAY, subject=MARK, params={"text": MARK}
        )
    return case


def traces(word: str) -> dict[str, int]:
    """How many rows of each table hold the word, in any column; the scope in force must hold the association."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS one WHERE one::text ILIKE %s', [f"%{word}%"])
            if count := cursor.fetchone()[0]:
                found[table] = count
    return found


def test_no_word_of_the_founder_is_left_and_every_figure_stays(
    told: CaseFile, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    with association_scope(told.association_id):
        paths = [row.file.path for row in CaseDocument.objects.select_related("file")]
        before, seen = figures(EVER), {**traces("bulonade")}
        AccessLog.objects.create(subject_kind="coaching.casefile", subject_id=told.pk, actor_name="Claire", at=MONDAY)
        assert len(seen) > 15  # the word is everywhere, history included
        assert all(default_storage.exists(path) for path in paths)

        with django_capture_on_commit_callbacks(execute=True):
            gone = forget(request=told.request, reason="Courrier du 2.11.2026", by=manager, now=MONDAY)
            again = forget(request=told.request, reason="Encore", by=manager, now=MONDAY)

        assert traces("bulonade") == {}
        assert figures(EVER) == before
        found = CaseFile.objects.select_related("founder").get(pk=told.pk)
        assert (found.outcome, found.jobs_planned, found.satisfaction) == ("launched", 3, 5)
        assert Engagement.objects.values_list("satisfaction", "hours_reported")[0] == (4, Decimal(2))
        assert told.founder != found.founder
        assert not found.founder.is_active
        with pytest.raises(TransitionRefused):
            reopen_case(case=found, on=date(2027, 1, 11), what="x", reason="x", by=manager, now=MONDAY)
    assert not any(default_storage.exists(path) for path in paths)
    assert gone.version == again.version
    done = Transition.unscoped.filter(action="anonymise").order_by("pk")
    assert [(row.subject_kind, row.actor_name, row.reason) for row in done] == [
        ("coaching.coachingrequest", str(manager), "Courrier du 2.11.2026"),
        ("coaching.casefile", str(manager), "Courrier du 2.11.2026"),
    ]
    assert AccessLog.objects.filter(subject_id=told.pk, actor_name="Claire").exists()
    person = User.objects.get(pk=told.founder_id)
    assert (str(person), person.is_active) == (f"person-{person.pk}@anonymised.invalid", False)
    assert not Membership.objects.active(date(2026, 11, 25)).filter(user=person).exists()


def test_a_person_who_is_somebody_else_too_keeps_the_account(told: CaseFile, manager: User) -> None:
    Membership.objects.create(
        user=told.founder, role="company_contact", association=told.association, valid_from=date(2026, 1, 1)
    )
    with association_scope(told.association_id):
        forget(request=told.request, reason="", by=manager, now=MONDAY)
        found = CaseFile.objects.select_related("founder").get(pk=told.pk)

    told.founder.refresh_from_db()
    assert told.founder.is_active
    assert found.founder != told.founder


def test_history_loses_nothing_of_a_request_that_is_still_in_use(told: CaseFile, seeland: Any) -> None:
    with association_scope(told.association_id), connection.cursor() as cursor:
        for call in ("coaching_forget(%s, NULL)", "coaching_forget_plan(%s)"):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(f"SELECT {call}", [told.request_id])
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("DELETE FROM coaching_casefilehistory")
        CoachingRequest.objects.filter(pk=told.request_id).update(anonymised_at=MONDAY)
    with (
        association_scope(seeland.pk),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        cursor.execute("SELECT coaching_forget(%s, NULL)", [told.request_id])


def test_the_clock_follows_the_rules_and_spares_what_is_kept_longer(
    told: CaseFile, case: CaseFile, tavannes: Municipality, manager: User
) -> None:
    refused = factories.submitted(tavannes)
    with association_scope(told.association_id):
        refuse_request(request=refused, reasons="Hors du cadre.", by=manager, now=MONDAY)
        days = {row.pk: day_of(row) for row in due(date(2040, 1, 1)).select_related("case_file")}
        assert days == {told.request_id: date(2031, 11, 23), refused.pk: date(2028, 11, 23)}
        assert not due(date(2028, 11, 22)).exists()
        assert due(date(2028, 11, 23)).get() == refused
        hold_request(request=told.request, reason="Recours", until=date(2040, 1, 1), by=manager, now=MONDAY)

    assert forget_due(now=MONDAY) == 0
    assert [forget_due(now=AFTER_ALL), forget_due(now=AFTER_ALL)] == [1, 0]
    with association_scope(told.association_id):
        assert CoachingRequest.objects.get(pk=refused.pk).anonymised_at == AFTER_ALL
        release_request(request=told.request, by=manager, now=AFTER_ALL)
        with pytest.raises(StillInUse):
            forget(request=case.request, reason="", by=manager, now=MONDAY)
    assert [forget_due(now=AFTER_ALL), forget_due(now=AFTER_ALL)] == [1, 0]


def test_the_manager_sees_what_falls_away_keeps_it_longer_or_erases_it(
    told: CaseFile, case: CaseFile, manager: User, foreign_manager: User, coach: User,
    sign_in: Callable[[User], Client],
) -> None:  # fmt: skip
    from promo_portal.core import clock

    listed = reverse("admin:coaching_coachingrequest_retention")
    hold, erase = (
        reverse(f"admin:coaching_coachingrequest_{name}", args=[told.request_id]) for name in ("hold", "forget")
    )
    with clock.standing_still(datetime(2031, 11, 3, 9, tzinfo=MONDAY.tzinfo)):
        desk = sign_in(manager)
        assert MARK in desk.get(listed).content.decode()
        assert MARK not in desk.get(f"{listed}?q=zzzz").content.decode()
        for bad in ({"reason": "", "until": "01.03.2032"}, {"reason": "x", "until": "01.03.2039"}, {"reason": "x"}):
            assert desk.post(hold, bad).status_code == 422
        assert desk.post(hold, {"reason": "Recours", "until": "01.03.2032"}).status_code == 302
        assert "Recours" in desk.get(f"{listed}?show=held").content.decode()
        assert desk.post(hold, {"release": "1"}).status_code == 302
        for outsider in (coach, foreign_manager):
            assert {sign_in(outsider).get(url).status_code for url in (hold, erase)} == {404}
            assert sign_in(outsider).post(erase, {"reason": "x", "is_certain": "on"}).status_code == 404
        assert sign_in(coach).get(listed).status_code == 404
        assert MARK not in sign_in(foreign_manager).get(listed).content.decode()

        assert desk.post(erase, {"reason": "Lettre"}).status_code == 422
        in_use = reverse("admin:coaching_coachingrequest_forget", args=[case.request_id])
        refused = desk.post(in_use, {"reason": "Lettre", "is_certain": "on"})
        assert refused.status_code == 422
        assert "Clôturez d’abord" in refused.content.decode()
        assert desk.post(erase, {"reason": "Lettre", "is_certain": "on"}).status_code == 302
        assert MARK not in desk.get(f"{listed}?show=done").content.decode()
        assert desk.get(reverse("admin:coaching_casefile_change", args=[told.pk])).status_code == 200


def test_one_that_resists_does_not_keep_the_others(told: CaseFile, case: CaseFile, manager: User) -> None:
    """It stands in the log and comes up again the next night."""
    with association_scope(told.association_id):
        close_case(case=case, reason="Lancé", outcome="launched", by=manager, now=MONDAY)
    twin = Reminder.objects.earliest("pk")  # two that would become one and the same
    Reminder.objects.filter(pk=twin.pk).update(recipient=f"mail:{told.request.email.lower()}")
    twin.pk, twin.recipient = None, f"mail:request-{told.request_id}@{HOST}"
    twin.save()

    assert forget_due(now=AFTER_ALL) == 1

    with association_scope(told.association_id):
        assert CaseFile.objects.get(pk=told.pk).anonymised_at is None
        assert CaseFile.objects.get(pk=case.pk).anonymised_at is not None
