"""Funders are charged once, to the centime: keys by period, drafts, issued annexes that never change, what comes later."""

import io
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from coaching.enums import AnnexState
from coaching.models import Annex, AnnexLine, CaseFile, CostRate, TimeEntry, TimeEntryShare
from coaching.quarters import Quarter, quarters
from coaching.workflow import annexes as work
from coaching.workflow.funding import agree_association_key, enter_price
from coaching.workflow.ledger import book_time, correct_entry
from coaching.workflow.references import annex_number
from coaching.workflow.tables import ANNEX, ANNEX_ACTIONS
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused
from promo_portal.jobs.models import Job
from promo_portal.jobs.workflow import run_job
from promo_portal.regions.models import Association, Funder, FundingKey, Municipality
from tests.coaching import factories
from tests.coaching.test_at_once import at_once
from tests.conftest import SignIn

OCTOBER = datetime(2026, 10, 5, 9, tzinfo=UTC)
THIRD, FOURTH = Quarter(2026, 3), Quarter(2026, 4)
ODD = (3334, 3333, 3333)


@pytest.fixture
def payers(cep: Association) -> list[Funder]:
    kinds = (("confederation", "Confédération"), ("canton", "Canton de Berne"), ("association", "CEP"))
    return [
        Funder.objects.create(
            code=kind, kind=kind, name_fr=name, name_de=name, association=cep if kind == "association" else None
        )
        for kind, name in kinds
    ]


@pytest.fixture
def key(cep: Association, payers: list[Funder], manager: User) -> Iterator[FundingKey]:
    """Thirds that never divide evenly, since 2026, and an hour at 133.33."""
    with association_scope(cep.pk):
        enter_price(association=cep, valid_from=date(2026, 1, 1), per_hour=Decimal("133.33"), by=manager, now=OCTOBER)
        yield agree_association_key(
            association=cep,
            valid_from=date(2026, 1, 1),
            shares=dict(zip(payers, ODD, strict=True)),
            by=manager,
            now=OCTOBER,
        )


def worked(case: CaseFile, by: User, day: date, minutes: int = 50) -> TimeEntry:
    return book_time(case=case, kind="follow_up", worked_on=day, minutes=minutes, by=by, now=OCTOBER)


def issue(annex: Annex, by: User, now: datetime = OCTOBER) -> Annex:
    return work.issue_annex(annex=annex, language="fr", by=by, now=now)


def total(rows: Any) -> Decimal:
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def test_quarters_are_named_counted_and_end_where_the_next_begins() -> None:
    assert (THIRD.first, THIRD.last, THIRD.next()) == (date(2026, 7, 1), date(2026, 9, 30), FOURTH)
    assert FOURTH.next() == Quarter(2027, 1)
    assert Quarter.named("2026-3") == Quarter.of(date(2026, 8, 15)) == THIRD
    assert [Quarter.named(text) for text in ("", "2026", "2026-5", "1999-1", "9999-4", "x-1", "2026-³")] == [None] * 7
    assert [one.key for one in quarters(date(2025, 11, 1), date(2026, 4, 1))] == ["2026-2", "2026-1", "2025-4"]


@pytest.mark.django_db
@pytest.mark.usefixtures("in_cep", "key")
def test_each_action_on_an_annex_leads_where_the_table_says_or_is_refused(
    case: CaseFile, cep: Association, coach: User, manager: User
) -> None:
    worked(case, coach, date(2026, 8, 3))
    annex = work.prepare_annexes(association=cep, quarter=THIRD, by=manager, now=OCTOBER)[0]
    by: dict[str, Any] = {"by": manager, "now": OCTOBER}

    def again() -> Annex:
        return Annex.objects.get(pk=annex.pk)

    steps: dict[str, Callable[[], Any]] = {
        "issue": lambda: issue(again(), manager),
        "pay": lambda: work.pay_annex(annex=again(), on=OCTOBER.date(), **by),
        "take_back": lambda: work.take_back_payment(annex=again(), reason="Autre annexe", **by),
    }
    ways = {AnnexState.DRAFT: [], AnnexState.ISSUED: ["issue"], AnnexState.PAID: ["issue", "pay"]}
    assert (set(steps), set(ways)) == (set(ANNEX_ACTIONS), set(AnnexState))
    for state, way in ways.items():
        for action, step in steps.items():
            before = transaction.savepoint()
            for earlier in way:
                steps[earlier]()
            if (state, action) in ANNEX:
                step()
            else:
                with pytest.raises(TransitionRefused):
                    step()
            assert again().state == ANNEX.get((state, action), state), (state, action)
            transaction.savepoint_rollback(before)


@pytest.mark.django_db
@pytest.mark.usefixtures("in_cep", "key")
def test_annexes_and_ledger_agree_to_the_centime_whatever_is_corrected_later(
    case: CaseFile, cep: Association, coach: User, manager: User
) -> None:
    entries = [worked(case, coach, date(2026, 8, day), minutes) for day, minutes in ((3, 50), (4, 7), (5, 95), (6, 1))]

    made = work.prepare_annexes(association=cep, quarter=THIRD, by=manager, now=OCTOBER)
    again = work.prepare_annexes(association=cep, quarter=THIRD, by=manager, now=OCTOBER)
    issued = [issue(annex, manager) for annex in made]

    assert (len(made), again) == (3, [])
    assert [annex.number for annex in issued] == ["A-2026-001", "A-2026-002", "A-2026-003"]
    assert sum(annex.amount for annex in issued) == total(TimeEntry.objects) == Decimal("340.00")
    assert len({annex.amount for annex in issued}) > 1, "thirds of a centime go to somebody"

    correct_entry(entry=entries[0], minutes=20, note="Saisi deux fois", by=coach, now=OCTOBER)
    worked(case, coach, date(2026, 9, 1), 10)  # late: its quarter's annex has left
    worked(case, coach, date(2026, 10, 2), 30)

    frozen = [total(TimeEntryShare.objects.filter(annex_line__annex=annex)) for annex in issued]
    assert frozen == [annex.amount for annex in issued], "what has left does not change"
    assert work.prepare_annexes(association=cep, quarter=THIRD, by=manager, now=OCTOBER) == []

    after = datetime(2027, 1, 6, 9, tzinfo=UTC)
    drafts = work.prepare_annexes(association=cep, quarter=FOURTH, by=manager, now=after)
    following = [issue(annex, manager, after) for annex in drafts]

    assert [annex.number for annex in following] == ["A-2027-001", "A-2027-002", "A-2027-003"]
    assert sum(annex.amount for annex in [*issued, *following]) == total(TimeEntry.objects)
    assert not TimeEntryShare.objects.filter(annex_line=None).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("in_cep", "key")
def test_an_annex_leaves_after_its_quarter_in_order_and_with_something_in_it(
    case: CaseFile, cep: Association, coach: User, manager: User
) -> None:
    worked(case, coach, date(2026, 8, 3))
    third = work.prepare_annexes(association=cep, quarter=THIRD, by=manager, now=OCTOBER)[0]
    fourth = work.prepare_annexes(association=cep, quarter=FOURTH, by=manager, now=OCTOBER)[0]

    with pytest.raises(work.AnnexRefused, match="terminé"):
        issue(third, manager, datetime(2026, 9, 30, 9, tzinfo=UTC))
    with pytest.raises(work.AnnexRefused, match="3e trimestre 2026"):
        issue(fourth, manager, datetime(2027, 1, 6, 9, tzinfo=UTC))
    assert third.funder == fourth.funder
    third = issue(third, manager)
    with pytest.raises(work.AnnexRefused, match="rien à facturer"):
        issue(fourth, manager, datetime(2027, 1, 6, 9, tzinfo=UTC))
    with pytest.raises(TransitionRefused):
        issue(third, manager)
    assert AnnexLine.objects.filter(annex=third).count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("in_cep", "key")
def test_a_payment_is_noted_and_taken_back_with_who_and_when(
    case: CaseFile, cep: Association, coach: User, manager: User
) -> None:
    worked(case, coach, date(2026, 8, 3))
    annex = issue(work.prepare_annexes(association=cep, quarter=THIRD, by=manager, now=OCTOBER)[0], manager)

    with pytest.raises(work.AnnexRefused):
        work.pay_annex(annex=annex, on=date(2026, 10, 1), by=manager, now=OCTOBER)
    paid = work.pay_annex(annex=annex, on=date(2026, 10, 5), by=manager, now=OCTOBER)
    assert (paid.state, paid.paid_on, paid.paid_by) == (AnnexState.PAID, date(2026, 10, 5), manager)

    back = work.take_back_payment(annex=annex, reason="Autre facture", by=manager, now=OCTOBER)
    assert (back.state, back.paid_on, back.paid_by) == (AnnexState.ISSUED, None, None)


@pytest.mark.django_db
@pytest.mark.usefixtures("in_cep")
def test_no_day_has_two_keys_or_none(cep: Association, payers: list[Funder], manager: User) -> None:
    def agree(day: date) -> FundingKey:
        shares = dict(zip(payers, ODD, strict=True))
        return agree_association_key(association=cep, valid_from=day, shares=shares, by=manager, now=OCTOBER)

    first = agree(date(2026, 1, 1))
    agree(date(2027, 1, 1))
    between = agree(date(2026, 7, 1))
    first.refresh_from_db()

    assert (first.valid_to, between.valid_to) == (date(2026, 6, 30), date(2026, 12, 31))
    with pytest.raises(IntegrityError), transaction.atomic():
        FundingKey.objects.create(association=cep, valid_from=date(2026, 8, 1), valid_to=date(2026, 8, 2))
    with pytest.raises(ValidationError, match="n’a deux clés"):
        FundingKey(association=cep, valid_from=date(2026, 8, 1), valid_to=date(2026, 12, 31)).full_clean()
    last = FundingKey.objects.get(association=cep, valid_to=None)
    last.valid_to = date(2027, 12, 31)
    last.save()
    with pytest.raises(ValidationError, match=r"01\.01\.2028 au 31\.01\.2028"):
        agree(date(2028, 2, 1))


@pytest.mark.django_db(transaction=True)
def test_the_worker_prints_what_left_once(
    tavannes: Municipality, cep: Association, payers: list[Funder], manager: User, coach: User, sign_in: SignIn
) -> None:
    with transaction.atomic(), association_scope(cep.pk):
        case = factories.open_case(tavannes, manager=manager, lead=coach)
        CostRate.objects.create(association=cep, valid_from=date(2026, 1, 1), per_hour=Decimal(120))
        book_time(
            case=case,
            kind="cost",
            worked_on=date(2026, 8, 3),
            amount=Decimal("1234.50"),
            funder=payers[1],
            note="=HYPERLINK(1)",
            by=coach,
            now=OCTOBER,
        )
        annex = work.prepare_annexes(association=cep, quarter=THIRD, by=manager, now=OCTOBER)[0]
        annex = work.issue_annex(annex=annex, language="de", by=manager, now=OCTOBER)
    job = Job.objects.get(pk=annex.job_id)

    assert run_job(job_id=job.pk).state == "done"  # type: ignore[union-attr]
    with transaction.atomic(), association_scope(cep.pk):
        annex.refresh_from_db()
        first = annex.paper_id
        assert work.ask_for_papers(annex=annex, by=manager, now=OCTOBER).job_id == job.pk, "what exists stays"
    desk = sign_in(manager)
    paper = b"".join(desk.get(reverse("admin:coaching_annex_pdf", args=[annex.pk])))  # type: ignore[call-overload]
    table = b"".join(desk.get(reverse("admin:coaching_annex_xlsx", args=[annex.pk])))  # type: ignore[call-overload]

    read = PdfReader(io.BytesIO(paper))
    text = "\n".join(page.extract_text() for page in read.pages)
    assert read.trailer["/Root"]["/Lang"] == "de-CH"
    assert all(part in text for part in (annex.number, "1’234.50", case.reference, "3. Quartal 2026", "Zulasten von"))
    assert str(case.founder) not in text, "funders get numbers, not names of founders"
    cells = list(load_workbook(io.BytesIO(table)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert cells[-1][6] == 1234.5
    assert first is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False], ids=["as it is", "control: without the lock"])
def test_a_double_click_issues_one_annex(
    is_locked: bool,
    tavannes: Municipality,
    cep: Association,
    payers: list[Funder],
    manager: User,
    coach: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with transaction.atomic(), association_scope(cep.pk):
        case = factories.open_case(tavannes, manager=manager, lead=coach)
        book_time(
            case=case,
            kind="cost",
            worked_on=date(2026, 8, 3),
            amount=Decimal(10),
            funder=payers[1],
            by=coach,
            now=OCTOBER,
        )
        annex = work.prepare_annexes(association=cep, quarter=THIRD, by=manager, now=OCTOBER)[0]
    everybody_has_read = threading.Barrier(6)

    def unlocked(row: Annex) -> Annex:
        found = Annex.objects.get(pk=row.pk)
        everybody_has_read.wait(timeout=30)
        return found

    if not is_locked:
        monkeypatch.setattr(work, "_locked_with_its_kin", unlocked)

    def press(_number: int) -> str:
        with transaction.atomic(), association_scope(cep.pk):
            return work.issue_annex(annex=annex, language="fr", by=manager, now=OCTOBER).number

    results = at_once(press)

    refused = [one for one in results if isinstance(one, TransitionRefused)]
    clashed = [one for one in results if isinstance(one, DatabaseError)]  # a rule of the table, or in each other's way
    if not is_locked:
        assert clashed, results
        return
    assert [one for one in results if isinstance(one, str)] == ["A-2026-001"], results
    assert (len(refused), len(clashed)) == (5, 0), results
    assert Job.objects.filter(kind=work.MAKE_PAPERS).count() == 1
    with transaction.atomic():
        assert annex_number(cep.pk, 2026) == "A-2026-002", "no number is missing from the row"


@pytest.mark.django_db
@pytest.mark.usefixtures("key")
def test_the_manager_prepares_issues_and_notes_the_payment_on_pages(
    case: CaseFile,
    cep: Association,
    coach: User,
    manager: User,
    foreign_manager: User,
    sign_in: Callable[[User], Client],
) -> None:
    with association_scope(cep.pk):
        worked(case, coach, date(2026, 8, 3))
    desk, prepare = sign_in(manager), reverse("admin:coaching_annex_prepare")
    with clock.standing_still(OCTOBER):
        assert desk.post(prepare, {"quarter": "2020-1"}).status_code == 422
        answer = desk.post(prepare, {"quarter": "2026-3"}, follow=True)
        assert "44.45" not in answer.content.decode()
        with association_scope(cep.pk):
            annex = Annex.objects.select_related("funder").get(funder__code="canton")
        page, steps = reverse("admin:coaching_annex_change", args=[annex.pk]), {}
        for step in ("issue", "pay", "take_back"):
            steps[step] = reverse(f"admin:coaching_annex_{step}", args=[annex.pk])
        assert desk.post(steps["pay"], {"on": "05.10.2026"}).status_code == 422, "a draft cannot be paid"
        assert desk.post(steps["issue"], {"language": "xx"}).status_code == 422
        assert desk.post(steps["issue"], {"language": "fr"})["Location"] == page
        assert desk.post(steps["issue"], {"language": "fr"}).status_code == 422
        assert desk.post(steps["pay"], {"on": "05.10.2026"})["Location"] == page
        shown = desk.get(page).content.decode()
        listed = desk.get(reverse("admin:coaching_annex_changelist"), {"state": "paid"}).content.decode()

    assert "A-2026-001" in shown
    assert "37.03" in shown or "37.04" in shown
    assert "Claire Moser" in listed
    for stranger in (sign_in(coach), sign_in(foreign_manager)):
        assert stranger.get(page).status_code == 404
        assert stranger.post(steps["issue"], {"language": "fr"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("key")
def test_the_ledgers_totals_are_those_of_what_is_asked_for(
    case: CaseFile,
    cep: Association,
    coach: User,
    manager: User,
    payers: list[Funder],
    sign_in: Callable[[User], Client],
) -> None:
    with association_scope(cep.pk):
        worked(case, coach, date(2026, 8, 3), 60)
        worked(case, manager, date(2026, 10, 3), 30)
        book_time(
            case=case,
            kind="cost",
            worked_on=date(2026, 10, 4),
            amount=Decimal("20.00"),
            funder=payers[1],
            by=coach,
            now=OCTOBER,
        )
    desk, page = sign_in(manager), reverse("admin:coaching_timeentry_changelist")

    def asked(**values: Any) -> tuple[int, Decimal, int]:
        context = desk.get(page, values).context
        return len(context["rows"]), context["total"]["amount"], len(context["funders"])

    with clock.standing_still(datetime(2026, 10, 9, 9, tzinfo=UTC)):
        assert asked() == (3, Decimal("220.00"), 3)
        assert asked(period="2026-3") == (1, Decimal("133.33"), 3)
        assert asked(period="30d") == (2, Decimal("86.67"), 3)
        assert asked(person=coach.pk, period="2026-4") == (1, Decimal("20.00"), 1)
        assert asked(funder=payers[0].pk) == (2, Decimal("200.00"), 3)
        assert asked(q="chappuis", charged="no")[0] == 3
        assert asked(charged="yes") == (0, Decimal("0.00"), 0)
        broken = desk.get(page, {"period": "2026-9", "funder": "x", "person": "9" * 40})
    assert broken.status_code == 200
    assert "n’est pas connue" in broken.content.decode()


@pytest.mark.django_db
def test_a_new_key_is_agreed_on_a_page_that_counts_to_a_hundred(
    cep: Association, payers: list[Funder], manager: User, tavannes: Municipality, sign_in: Callable[[User], Client]
) -> None:
    desk, page = sign_in(manager), reverse("admin:coaching_timeentry_keys")
    parts = {f"share_{payers[0].pk}": "50", f"share_{payers[1].pk}": "40.5"}

    short = desk.post(page, {"valid_from": "01.01.2027", **parts})
    assert short.status_code == 422
    assert "90.5" in short.content.decode()
    alone = desk.post(page, {"valid_from": "01.01.2027", **parts, "municipality": tavannes.pk})
    assert alone.status_code == 422
    whole = {**parts, "municipality": tavannes.pk, "municipality_share": "9.5", "valid_from": "01.01.2027"}
    assert desk.post(page, whole)["Location"] == page

    key = FundingKey.objects.get(association=cep)
    assert list(key.shares.order_by("-share").values_list("share", flat=True)) == [5000, 4050, 950]
    assert "Tavannes" in desk.get(page).content.decode()
