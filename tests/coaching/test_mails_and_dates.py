"""What coaching's mails say, to whom its dates remind, and when a mail is no longer wanted."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from coaching.deadlines import KINDS as DATES
from coaching.emails import file as file_mails
from coaching.emails import founder as founder_mails
from coaching.emails import staff as staff_mails
from coaching.enums import CasePhase
from coaching.models import CaseFile, CoachingRequest, Task
from coaching.workflow import drafts, files, handover, requests, tasks
from promo_portal.accounts.models import Membership, User
from promo_portal.core.scope import Scope, scope
from promo_portal.mailing.kinds import Message, mail_kind
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.kinds import deadline_kind
from promo_portal.reminders.models import Deadline, Reminder
from tests.coaching import factories
from tests.coaching.factories import MONDAY
from tests.factories import member

pytestmark = pytest.mark.django_db
ALL_KINDS = {kind.name for kind in (*founder_mails.KINDS, *file_mails.KINDS, *staff_mails.KINDS)}


def rendered(mail: OutgoingMail) -> Message:
    """The mail as the worker renders it: in its language, within the scope of its association."""
    own = frozenset({mail.association_id} if mail.association_id else ())
    with transaction.atomic(), scope(Scope(associations=own)), translation.override(mail.language):
        return mail_kind(mail.kind).render(mail)


def objection(mail: OutgoingMail) -> str | None:
    """Why the worker would not send it."""
    own = frozenset({mail.association_id} if mail.association_id else ())
    with transaction.atomic(), scope(Scope(associations=own)):
        return mail_kind(mail.kind).entitled(mail)


def last(kind: str) -> OutgoingMail:
    return OutgoingMail.objects.filter(kind=kind).latest("created_at")


@pytest.fixture
def everything(
    in_cep: None, cep: Association, manager: User, coach: User, tavannes: Municipality, nidau: Municipality
) -> CaseFile:
    """One of each mail."""
    case = factories.open_case(tavannes, manager=manager, lead=coach, conditions="Bail signé avant mars.")
    drafts.ask_confirmation(request=factories.complete_draft(tavannes), now=MONDAY)
    withdrawn, refused, forwarded = (factories.submitted(tavannes) for _ in range(3))
    drafts.send_links_again(email=withdrawn.email)
    requests.withdraw_request(request=withdrawn, now=MONDAY)
    requests.refuse_request(request=refused, reasons="Hors du cadre.", addresses="Fondation X", by=manager, now=MONDAY)
    requests.forward_request(request=forwarded, municipality=nidau, consent="oui", by=manager, now=MONDAY)
    factories.another_task(case, by=coach)
    files.move_next_date(case=case, on=date(2026, 12, 14), what="Banque", reason="", by=coach, now=MONDAY)
    other = factories.open_case(tavannes, manager=manager, lead=coach)
    files.pause_case(case=other, reason="Voyage", by=coach, now=MONDAY)
    given = factories.open_case(tavannes, manager=manager, lead=coach)
    handed = handover.Handed(given, given.version, member("coach", cep, first_name="Julien", last_name="Gigon"))
    handover.hand_over(files=[handed], leaving=coach, reason="Congé", by=manager, now=MONDAY)
    return case


@pytest.mark.parametrize("language", ["fr", "de", "en"])
@pytest.mark.parametrize("kind", sorted(ALL_KINDS))
def test_each_mail_reads_whole_in_each_language(everything: CaseFile, kind: str, language: str) -> None:
    mail = last(kind)
    mail.language = language

    message = rendered(mail)

    assert 0 < len(message.subject) <= 60
    assert "\n" not in message.subject
    for part in (message.text, message.html):
        assert part
        assert "%(" not in part
        assert "None" not in part
    assert re.search(r"http://testserver/\S+", message.text)
    assert len(message.html.encode()) < 60_000
    assert message.html.count("<a href=") <= 4
    assert f'lang="{language}"' in message.html


def test_conditions_and_better_addresses_are_named_where_there_are_some(everything: CaseFile) -> None:
    about_it = OutgoingMail.objects.filter(
        kind__in=["coaching.accepted", "coaching.new_file"], subject_id=everything.pk
    )
    without = OutgoingMail.objects.filter(kind="coaching.accepted").exclude(subject_id=everything.pk)[0]

    assert about_it.count() == 2
    for mail in about_it:
        assert "Demande acceptée à ces conditions" in rendered(mail).text
        assert "Bail signé avant mars." in rendered(mail).html
    assert "conditions" not in rendered(without).text
    assert "Fondation X" in rendered(last("coaching.refused")).text


def test_no_mail_to_staff_carries_the_idea(everything: CaseFile) -> None:
    for kind in staff_mails.KINDS:
        message = rendered(last(kind.name))
        assert "Reprise d’un atelier" not in message.text + message.html


def test_the_copy_goes_to_the_founder_with_reference_and_date(in_cep: None, tavannes: Municipality) -> None:
    request = factories.submitted(tavannes)

    text = rendered(last("coaching.received")).text

    for words in (str(request.reference), "07.12.2026", "Reprise d’un atelier de taillage", "Au printemps"):
        assert words in text


def test_what_a_founder_typed_cannot_bend_a_mail(in_cep: None, manager: User, tavannes: Municipality) -> None:
    factories.submitted(tavannes, first_name="Léa\nBcc: x@y.example", idea="<script>alert(1)</script>")

    to_staff, to_founder = rendered(last("coaching.new_request")), rendered(last("coaching.received"))

    assert "<script>" not in to_founder.html
    assert "<script>alert(1)</script>" in to_founder.text
    assert "\n" not in to_staff.subject


# -- no longer wanted --------------------------------------------------------------------------------------------------


def test_a_link_to_a_draft_is_not_sent_once_the_request_was(in_cep: None, tavannes: Municipality) -> None:
    factories.submitted(tavannes)

    assert objection(last("coaching.draft_saved"))
    assert objection(last("coaching.received")) is None


def test_who_no_longer_manages_hears_nothing(in_cep: None, manager: User, tavannes: Municipality) -> None:
    factories.submitted(tavannes)
    before = objection(last("coaching.new_request"))

    Membership.objects.filter(user=manager).update(valid_to=date(2026, 1, 1))

    assert before is None
    assert objection(last("coaching.new_request"))


@pytest.mark.parametrize(
    "kind", ["coaching.task_added", "coaching.next_date_moved", "coaching.new_file", "coaching.file_rests"]
)
def test_a_mail_about_what_changed_meanwhile_stays_behind(
    everything: CaseFile, coach: User, manager: User, kind: str
) -> None:
    mail = (
        last(kind)
        if kind != "coaching.new_file"
        else OutgoingMail.objects.filter(kind=kind, subject_id=everything.pk).get()
    )
    before = objection(mail)

    change: dict[str, Any] = {
        "coaching.task_added": lambda: tasks.complete_task(
            task=Task.objects.get(pk=mail.subject_id), by=coach, now=MONDAY
        ),
        "coaching.next_date_moved": lambda: files.close_case(case=everything, reason="Fini", by=coach, now=MONDAY),
        "coaching.new_file": lambda: files.edit_case(
            case=everything,
            values={"lead": manager},
            by=manager,
            now=MONDAY,
            version=CaseFile.objects.get(pk=everything.pk).version,
        ),
        "coaching.file_rests": lambda: files.reopen_case(
            case=CaseFile.objects.get(pk=mail.subject_id),
            on=date(2027, 1, 11),
            what="Reprise",
            reason="",
            by=coach,
            now=MONDAY,
        ),
    }
    change[kind]()

    assert before is None
    assert objection(mail)


# -- dates -------------------------------------------------------------------------------------------------------------


def plan_of(subject: Any, kind: str) -> list[tuple[str, str, str]]:
    """Day, step and recipient of what is planned for the date's present version."""
    deadline = Deadline.objects.get(
        subject_kind=subject._meta.label_lower, subject_id=subject.pk, kind=kind, state="open"
    )
    rows = Reminder.objects.filter(deadline=deadline, deadline_version=deadline.version, state="planned")
    return [(f"{row.due_at:%d.%m.}", row.step, str(row.user or row.recipient)) for row in rows.order_by("due_at", "pk")]


def test_the_next_date_reminds_both_and_then_the_coach(in_cep: None, case: CaseFile) -> None:
    assert plan_of(case, "coaching.next_date") == [
        ("30.11.", "-7d", "Léa Chappuis"),
        ("30.11.", "-7d", "Nadine Rais"),
        ("04.12.", "-1d", "Léa Chappuis"),  # the 6th is a Sunday
        ("04.12.", "-1d", "Nadine Rais"),
        ("08.12.", "+1d", "Nadine Rais"),
    ]


def test_a_task_reminds_founder_and_coach_and_then_the_coach(in_cep: None, case: CaseFile) -> None:
    task = Task.objects.get(case_file=case)

    assert plan_of(task, "coaching.task") == [
        ("25.11.", "-7d", "Léa Chappuis"),
        ("25.11.", "-7d", "Nadine Rais"),
        ("01.12.", "-1d", "Léa Chappuis"),
        ("01.12.", "-1d", "Nadine Rais"),
        ("02.12.", "0d", "Léa Chappuis"),
        ("02.12.", "0d", "Nadine Rais"),
        ("04.12.", "+3d", "Nadine Rais"),  # the 5th is a Saturday
    ]


def test_the_promised_answer_reminds_the_manager_until_somebody_takes_it(
    in_cep: None, manager: User, coach: User, tavannes: Municipality
) -> None:
    request = factories.submitted(tavannes)
    nobody_yet = {row[2] for row in plan_of(request, "coaching.answer")}

    requests.take_into_review(request=request, by=coach, now=MONDAY)
    taken = plan_of(request, "coaching.answer")

    assert nobody_yet == {"Claire Moser"}
    assert {(step, who) for _day, step, who in taken} == {
        ("-3d", "Nadine Rais"), ("0d", "Nadine Rais"), ("+1d", "Claire Moser"), ("+5d", "Claire Moser"),
    }  # fmt: skip


def test_a_draft_is_nudged_once_on_the_next_working_day(db: None) -> None:
    request = factories.draft()

    assert plan_of(request, "coaching.draft_nudge") == [("24.11.", "0d", f"mail:{request.email}")]


@pytest.mark.parametrize("language", ["fr", "de", "en"])
@pytest.mark.parametrize("kind", [kind.name for kind in DATES])
def test_each_step_of_each_date_reads_whole(
    in_cep: None, cep: Association, manager: User, coach: User, tavannes: Municipality, kind: str, language: str
) -> None:
    case = factories.open_case(tavannes, manager=manager, lead=coach)
    factories.submitted(tavannes)
    factories.draft()
    deadline = Deadline.objects.filter(kind=kind, state="open").latest("pk")
    described = deadline_kind(kind)
    assert described

    for step in described.steps:
        for recipient in described.recipients_of(deadline, step):
            mail = OutgoingMail(
                kind=kind, to_user=recipient.user, to_address="x@exemple.example", language=language,
                association_id=deadline.association_id, params={"deadline": deadline.pk, "version": 1, "step": step},
            )  # fmt: skip
            message = rendered(mail)
            assert 0 < len(message.subject) <= 60, message.subject
            assert "%(" not in message.text + message.html
    assert case.pk


@pytest.mark.parametrize(
    ("kind", "settle"),
    [
        (
            "coaching.answer",
            lambda case, coach: requests.withdraw_request(
                request=CoachingRequest.unscoped.get(state="submitted"), now=MONDAY
            ),
        ),
        (
            "coaching.draft_nudge",
            lambda case, coach: CoachingRequest.unscoped.filter(state="draft").update(state="withdrawn"),
        ),
        (
            "coaching.next_date",
            lambda case, coach: CaseFile.objects.filter(pk=case.pk).update(state="paused", state_reason="x"),
        ),
        ("coaching.task", lambda case, coach: Task.objects.filter(case_file=case).update(state="cancelled")),
    ],
)
def test_a_settled_matter_reminds_nobody(
    in_cep: None, case: CaseFile, coach: User, tavannes: Municipality, kind: str, settle: Any
) -> None:
    factories.submitted(tavannes)
    factories.draft()
    deadline = Deadline.objects.filter(kind=kind, state="open").latest("pk")
    described = deadline_kind(kind)
    assert described
    before = described.is_open(deadline)

    settle(case, coach)

    assert before
    assert not described.is_open(Deadline.objects.get(pk=deadline.pk))  # each mail reads its date anew when it leaves


def test_a_coach_who_left_is_not_reminded(in_cep: None, case: CaseFile, coach: User) -> None:
    deadline = Deadline.objects.get(kind="coaching.next_date")
    described = deadline_kind("coaching.next_date")
    assert described
    before = described.is_entitled(deadline, coach)

    Membership.objects.filter(user=coach).update(valid_to=date(2026, 1, 1))

    assert before
    assert not described.is_entitled(deadline, coach)
    assert described.is_entitled(deadline, case.founder)


def test_old_drafts_go_and_leave_nothing_behind(in_cep: None, tavannes: Municipality) -> None:
    old = factories.complete_draft(tavannes, now=MONDAY - timedelta(days=41))
    young = factories.complete_draft(tavannes, now=MONDAY - timedelta(days=39))
    sent = factories.submitted(tavannes, now=MONDAY - timedelta(days=60))
    history = CoachingRequest.unscoped.model.history.rel.related_model  # type: ignore[attr-defined]

    dropped = drafts.drop_old_drafts(now=MONDAY)

    assert dropped == 1
    assert set(CoachingRequest.unscoped.values_list("pk", flat=True)) == {young.pk, sent.pk}
    assert not history.unscoped.filter(pgh_obj_id__in=[old.pk, young.pk]).exists()
    assert not Deadline.objects.filter(subject_id=old.pk, state="open", kind="coaching.draft_nudge").exists()


def test_the_worker_may_clean_twice(db: None) -> None:
    from coaching.tasks import drop_old_drafts

    factories.draft(now=datetime(2020, 1, 1, tzinfo=MONDAY.tzinfo))

    drop_old_drafts()
    drop_old_drafts()

    assert not CoachingRequest.unscoped.exists()


def test_phases_are_three() -> None:
    assert len(CasePhase.values) == 3
