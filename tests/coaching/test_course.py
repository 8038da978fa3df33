"""The course of a file: meetings with their time, milestones with their proof, readiness, documents, and a ledger that adds up."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from coaching.enums import MilestoneState, TimeKind
from coaching.models import CaseDocument, CaseFile, CostRate, Meeting, Milestone, TimeEntry, TimeEntryShare
from coaching.models.money import WHOLE
from coaching.radar import outlines, rings, spokes
from coaching.workflow import tables
from coaching.workflow.ledger import NothingToCorrect, book_time, correct_entry, cost_of, divide
from coaching.workflow.milestones import drop_milestone, plan_milestone, reach_milestone, reopen_milestone
from promo_portal.accounts.models import User
from promo_portal.audit.models import AccessLog
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused, next_state
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Funder, FundingKey, FundingKeyShare
from promo_portal.reminders.models import Deadline
from tests.coaching.factories import MONDAY
from tests.files import corpus

DAY = date(2026, 11, 20)
THIRDS = (3_334, 3_333, 3_333)


def funders(count: int = 3) -> list[Funder]:
    return [Funder(pk=number, code=f"f{number}", name_fr=f"Financeur {number}") for number in range(1, count + 1)]


def test_every_amount_is_divided_to_the_centime() -> None:
    shares = list(zip(funders(), THIRDS, strict=True))
    for cents in range(-250, 250):
        amount = Decimal(cents) / 100
        parts = divide(amount, shares)
        assert sum(part for _funder, part in parts) == amount
        assert all(
            abs(part - amount * share / WHOLE) < Decimal("0.01")
            for (_f, part), share in zip(parts, THIRDS, strict=True)
        )
    assert [part for _funder, part in divide(Decimal("100.00"), shares)] == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert cost_of(20, Decimal("100.00")) == Decimal("33.33")
    assert cost_of(1, Decimal("135.30")) == Decimal("2.26")


TABLES = {
    name: (getattr(tables, name), actions)
    for key, actions in vars(tables).items()
    if (name := key.removesuffix("_ACTIONS")) != key
}


@pytest.mark.parametrize("name", TABLES)
def test_each_table_uses_its_actions_and_every_state_can_be_reached(name: str) -> None:
    table, actions = TABLES[name]
    states = type(next(iter(table.values())))
    begin = next(iter(states))

    assert {action for _state, action in table} == set(actions)
    assert set(table.values()) | {begin} == set(states)
    refused = [(state, action) for state in states for action in actions if (state, action) not in table]
    assert len(refused) + len(table) == len(states) * len(actions)
    for state, action in refused:
        with pytest.raises(TransitionRefused) as refusal:
            next_state(table, state, action)
        assert (refusal.value.state, refusal.value.action) == (state, action)
        assert "Rien n’a changé" in refusal.value.message


def test_no_table_of_states_goes_without_its_list_of_actions() -> None:
    assert set(TABLES) == {
        name for name, value in vars(tables).items() if name[0].isupper() and isinstance(value, dict)
    }
    assert len(TABLES) == 9


def test_a_radar_has_five_axes_and_a_shape_for_each_moment() -> None:
    from coaching.models import ReadinessScore

    grid = ReadinessScore(month=0, plan=5, finance=0, market=0, protection=0, team=0)

    assert [spoke.anchor for spoke in spokes()] == ["middle", "start", "start", "end", "end"]
    assert len(rings()) == 5
    assert outlines([grid])[0].points.startswith("0.0,-80.0 0.0,")


@pytest.fixture
def key(cep: Any) -> FundingKey:
    """From 2026 on Confederation, canton and association pay a third each; before, the canton paid all."""
    kinds = (Funder.Kind.CONFEDERATION, Funder.Kind.CANTON, Funder.Kind.ASSOCIATION)
    made = [Funder.objects.create(code=kind.value, kind=kind, name_fr=kind.label, name_de=kind.label) for kind in kinds]
    old = FundingKey.objects.create(association=cep, valid_from=date(2020, 1, 1), valid_to=date(2025, 12, 31))
    FundingKeyShare.objects.create(key=old, funder=made[1], share=WHOLE)
    new = FundingKey.objects.create(association=cep, valid_from=date(2026, 1, 1))
    for funder, share in zip(made, THIRDS, strict=True):
        FundingKeyShare.objects.create(key=new, funder=funder, share=share)
    CostRate.objects.create(association=cep, valid_from=date(2020, 1, 1), per_hour=Decimal("100.00"))
    CostRate.objects.create(association=cep, valid_from=date(2026, 1, 1), per_hour=Decimal("120.10"))
    return new


def by_funder(case: CaseFile) -> dict[str, Decimal]:
    rows = TimeEntryShare.objects.filter(entry__case_file=case).order_by().values("funder__code")
    return {row["funder__code"]: row["total"] for row in rows.annotate(total=Sum("amount"))}


def totals(case: CaseFile) -> tuple[int, Decimal]:
    found = TimeEntry.objects.filter(case_file=case).aggregate(minutes=Sum("minutes"), amount=Sum("amount"))
    assert sum(by_funder(case).values()) == found["amount"]
    return found["minutes"], found["amount"]


@pytest.mark.django_db
@pytest.mark.usefixtures("in_cep", "monday")
def test_the_ledger_agrees_to_the_centime_whatever_is_corrected(case: CaseFile, coach: User, key: FundingKey) -> None:
    common: dict[str, Any] = {"case": case, "by": coach, "now": MONDAY}
    work = book_time(kind=TimeKind.FOLLOW_UP, worked_on=DAY, minutes=50, **common)
    book_time(kind=TimeKind.TRAVEL, worked_on=date(2025, 12, 30), minutes=30, **common)
    bill = book_time(kind=TimeKind.SPECIALIST, worked_on=DAY, amount=Decimal("540.05"), note="Brevet", **common)
    canton = Funder.objects.get(code="canton")
    book_time(kind=TimeKind.COST, worked_on=DAY, amount=Decimal("10.00"), funder=canton, **common)

    assert totals(case) == (80, Decimal("100.08") + Decimal("50.00") + Decimal("540.05") + Decimal("10.00"))
    assert by_funder(case)["canton"] == Decimal("33.35") + Decimal("50.00") + Decimal("180.00") + Decimal("10.00")

    less = correct_entry(entry=work, minutes=20, note="Saisi deux fois", by=coach, now=MONDAY)
    assert (less.minutes, less.amount, less.corrects) == (-30, Decimal("-60.05"), work)
    correct_entry(entry=less, minutes=45, note="Encore faux", by=coach, now=MONDAY)
    correct_entry(entry=bill, minutes=0, amount=Decimal("500.00"), note="Rabais", by=coach, now=MONDAY)
    with pytest.raises(NothingToCorrect):
        correct_entry(entry=work, minutes=45, note="Rien", by=coach, now=MONDAY)

    assert totals(case) == (75, Decimal("90.08") + Decimal("50.00") + Decimal("500.00") + Decimal("10.00"))
    work.refresh_from_db()
    assert work.minutes == 50


@pytest.mark.django_db
@pytest.mark.usefixtures("in_cep", "monday")
def test_a_milestone_moves_as_its_table_says_and_is_reached_with_a_proof_only(case: CaseFile, coach: User) -> None:
    common: dict[str, Any] = {"by": coach, "now": MONDAY}

    def again() -> Milestone:
        return Milestone.objects.get(case_file=case)

    steps: dict[str, Callable[[], Any]] = {
        "plan": lambda: plan_milestone(case=case, kind="launch", due_on=date(2027, 3, 1), **common),
        "reach": lambda: reach_milestone(milestone=again(), on=DAY, proof=None, proof_text="RC, 3.3.2027", **common),
        "drop": lambda: drop_milestone(milestone=again(), reason="Reprise", **common),
        "reopen": lambda: reopen_milestone(milestone=again(), reason="Erreur", **common),
    }
    steps["plan"]()
    ways = {MilestoneState.OPEN: [], MilestoneState.REACHED: ["reach"], MilestoneState.DROPPED: ["drop"]}
    for state, way in ways.items():
        for action in tables.MILESTONE_ACTIONS:
            for step in way:
                steps[step]()
            if (state, action) in tables.MILESTONE:
                steps[action]()
                assert again().state == tables.MILESTONE[state, action], (state, action)
            else:
                with pytest.raises(TransitionRefused):
                    steps[action]()
                assert again().state == state
            if again().state != MilestoneState.OPEN:
                steps["reopen"]()
    assert Deadline.objects.filter(kind="coaching.milestone", state="open").count() == 1
    with pytest.raises(ValidationError):
        reach_milestone(milestone=again(), on=DAY, proof=None, proof_text="", **common)
    steps["reach"]()
    assert not Deadline.objects.filter(kind="coaching.milestone", state="open").exists()


def url(page: str, case: CaseFile, *more: int) -> str:
    return reverse(f"admin:coaching_casefile_{page}", args=[case.pk, *more])


@pytest.mark.django_db
@pytest.mark.usefixtures("monday")
def test_a_coach_works_on_one_file_from_the_meeting_to_the_proof(
    case: CaseFile, coach: User, key: FundingKey, founder: User, foreign_coach: User, sign_in: Callable[[User], Client]
) -> None:
    desk, elsewhere = sign_in(coach), sign_in(foreign_coach)

    meeting = {"topics": ["plan", "market"], "contact_minutes": "60", "held_on": "20.11.2026", "kind": "office"}
    assert desk.post(url("meeting", case), {**meeting, "preparation_minutes": "15"}).status_code == 302
    assert desk.post(url("meeting", case), {**meeting, "held_on": "31.12.2026"}).status_code == 422
    assert desk.post(url("meeting", case), {**meeting, "topics": []}).status_code == 422
    upload = SimpleUploadedFile("Plan d’affaires.pdf", corpus.PDF)
    assert desk.post(url("documents", case), {"file": upload, "kind": "business_plan"}).status_code == 302
    liar = SimpleUploadedFile("page.pdf", b"<html>")
    refused = desk.post(url("documents", case), {"file": liar, "kind": "other"})
    assert refused.status_code == 422
    assert ".pdf" in refused.content.decode()
    assert desk.post(url("milestones", case), {"kind": "business_plan", "due_on": "15.01.2027"}).status_code == 302
    with association_scope(case.association_id):
        document, milestone = CaseDocument.objects.get(), Milestone.objects.get()
    newer = SimpleUploadedFile("Plan 2.pdf", corpus.PDF + b"% 2")
    assert desk.post(url("document", case, document.pk), {"file": newer}).status_code == 302
    assert desk.post(url("share", case, document.pk), {"shared": "1"}).status_code == 302
    proof = {"on": "20.11.2026", "proof": str(document.pk)}
    assert desk.post(url("reach", case, milestone.pk), {"on": "20.11.2026"}).status_code == 422
    assert desk.post(url("reach", case, milestone.pk), proof).status_code == 302
    grid = {"month": "0", "plan": "3", "finance": "2", "market": "4", "protection": "0", "team": "5"}
    assert desk.post(url("readiness", case), grid).status_code == 302
    assert desk.post(url("readiness", case), {**grid, "team": "6"}).status_code == 422
    assert (
        desk.post(url("hours", case), {"worked_on": "20.11.2026", "kind": "travel", "minutes": "30"}).status_code == 302
    )

    with association_scope(case.association_id):
        assert totals(case) == (105, Decimal("210.18"))
        entry = TimeEntry.objects.get(kind="travel")
        assert Meeting.objects.get().topics == ["plan", "market"]
    assert desk.post(url("correct", case, entry.pk), {"minutes": "20", "note": "Train"}).status_code == 302
    nothing = desk.post(url("correct", case, entry.pk), {"minutes": "20", "note": "Encore"})
    assert "rien à corriger" in nothing.content.decode()
    for number in (1, 2):
        answer = desk.get(url("download", case, document.pk, number))
        assert answer.status_code == 200
        assert answer["Content-Security-Policy"].startswith("sandbox")
    assert AccessLog.objects.filter(subject_kind="coaching.casedocument", act="download").count() == 2
    pages = {
        name: desk.get(url(name, case)).content.decode() for name in ("change", "milestones", "documents", "hours")
    }
    assert "plan d’affaires, marché et ventes" in pages["change"]
    assert "radar-shape-1" in pages["milestones"]
    assert "Ouvert 2 fois" in pages["documents"]
    assert "190.16" in pages["hours"]

    for name, more in {
        "meeting": (), "milestones": (), "documents": (), "hours": (), "readiness": (), "reach": (milestone.pk,),
        "document": (document.pk,), "download": (document.pk, 1), "correct": (entry.pk,),
    }.items():  # fmt: skip
        assert elsewhere.get(url(name, case, *more)).status_code == 404, name
    assert not OutgoingMail.objects.filter(kind="coaching.document_brought").exists()
