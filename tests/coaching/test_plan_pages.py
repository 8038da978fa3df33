"""The financial plan on both sides: entered, filled, kept, compared, talked about, handed out; two windows lose nothing."""

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from coaching.emails.talk import comment_written, still_part
from coaching.models import CaseFile, FinancialPlan, PlanComment, PlanLine, PlanVersion
from coaching.workflow.files import close_case, edit_case
from coaching.workflow.plans import add_line, begin_plan
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.models import AccessLog
from promo_portal.core.scope import association_scope
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Municipality
from tests.coaching import factories
from tests.coaching.factories import MONDAY
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("side", ["coaching:", "admin:coaching_casefile_"])


@pytest.fixture
def own(case: CaseFile, sign_in: SignIn) -> Client:
    """The founder's browser."""
    return sign_in(case.founder)


@pytest.fixture
def desk(coach: User, sign_in: SignIn) -> Client:
    """The coach's browser."""
    return sign_in(coach)


@pytest.fixture
def plan(case: CaseFile) -> FinancialPlan:
    """A plan that begins in January 2027."""
    month = factories.MONDAY.date().replace(year=2027, month=1, day=1)
    return begin_plan(case=case, first_month=month, by=case.founder, now=MONDAY)


def values(**more: Any) -> dict[str, Any]:
    """A line as the workflow takes it."""
    bare = {
        "label": "Ventes", "amounts": [10_000_00] * 36, "vat_percent": 0, "delay_months": 0, "percent": None,
        "span_months": 0, "grace_months": 0,
    }  # fmt: skip
    return {**bare, **more}


@pytest.fixture
def line(plan: FinancialPlan, case: CaseFile) -> PlanLine:
    """Sales of 10 000 a month."""
    return add_line(plan=plan, kind="sales", values=values(), by=case.founder, now=MONDAY)


def typed(**more: Any) -> dict[str, Any]:
    """A line's form as a browser sends it."""
    months = {f"m{index}": "10’000" for index in range(36)}
    return {"label": "Ventes", "version": "1", "delay_months": "0", **months, **more}


def here(side: str, page: str, case: CaseFile, *more: Any) -> str:
    return reverse(f"{side}{page}", args=[case.pk, *more])


def fresh(row: Any) -> Any:
    with association_scope(row.association_id):
        return type(row).objects.get(pk=row.pk)


@BOTH
def test_begun_once_a_line_added_and_the_figures_shown_in_three_languages(
    own: Client, desk: Client, case: CaseFile, side: str
) -> None:
    browser = own if side == "coaching:" else desk
    for _press in range(2):
        began = browser.post(here(side, "plan", case), {"first_month": "2026-11-01"})
    added = browser.post(here(side, "plan_add", case, "sales"), typed(m0="1 234,55"))
    with association_scope(case.association_id):
        assert FinancialPlan.objects.count() == 1
        assert PlanLine.objects.get().amounts[:2] == [1_234_55, 10_000_00]

    assert (began.status_code, added.status_code) in {(302, 302), (200, 302)}
    if side == "coaching:":
        for language, words in (("fr", "Liquidités"), ("de", "Flüssige Mittel"), ("en", "Money at hand")):
            with translation.override(language):
                page = own.get(here(side, "plan", case)).content.decode()
            assert words in page
            assert "351’235" in page  # 1 234.55 and 35 times 10 000, rounded to the franc


@BOTH
def test_filling_the_months_saves_nothing_and_saving_does(
    own: Client, desk: Client, case: CaseFile, line: PlanLine, side: str
) -> None:
    browser = own if side == "coaching:" else desk
    address = here(side, "plan_line", case, line.pk)
    fill = typed(action="fill", fill_amount="1000", fill_from="6", fill_every="3", fill_growth="10")

    filled = browser.post(address, {**fill, **{f"m{index}": "" for index in range(36)}})

    form = filled.context["form"]
    assert filled.status_code == 200
    assert [form.data.get(f"m{index}") for index in (5, 6, 7, 9, 18, 30)] == [
        "",
        "1’000",
        "",
        "1’000",
        "1’100",
        "1’210",
    ]
    assert fresh(line).amounts == [10_000_00] * 36
    assert browser.post(address, {**form.data.dict(), "action": "save"}).status_code == 302
    assert fresh(line).amounts[18] == 1_100_00


@pytest.mark.parametrize("amount", ["abc", "1.234", "-5", "1e9", "9" * 13, "12;3", "=1+1"])
def test_an_amount_that_is_none_is_told_beside_its_month_and_nothing_is_saved(
    own: Client, case: CaseFile, line: PlanLine, amount: str
) -> None:
    answer = own.post(here("coaching:", "plan_line", case, line.pk), typed(m4=amount, label="Autre nom"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_m4_error"' in page
    assert "Autre nom" in page
    assert fresh(line).label == "Ventes"


def test_two_windows_the_second_sees_what_the_first_saved_and_loses_nothing(
    own: Client, desk: Client, case: CaseFile, line: PlanLine
) -> None:
    first = own.post(here("coaching:", "plan_line", case, line.pk), typed(m0="7000"))
    second = desk.post(here("admin:coaching_casefile_", "plan_line", case, line.pk), typed(m0="8000", m1="9000"))

    page = second.content.decode()
    assert (first.status_code, second.status_code) == (302, 422)
    assert "7’000.00" in page
    assert "8’000.00" in page
    assert fresh(line).amounts[0] == 7_000_00
    again = desk.post(here("admin:coaching_casefile_", "plan_line", case, line.pk), typed(m0="8000", version="2"))
    assert again.status_code == 302
    assert fresh(line).amounts[0] == 8_000_00


def test_the_frame_has_its_own_version_and_asks_for_the_rate_of_the_trade(
    own: Client, case: CaseFile, plan: FinancialPlan
) -> None:
    address = here("coaching:", "plan_frame", case)
    sent = {"first_month": "2027-01-01", "vat_method": "net", "net_rate": "", "opening": "-1500", "version": "1"}

    without = own.post(address, sent)
    done = own.post(address, {**sent, "net_rate": "6,2"})
    late = own.post(address, {**sent, "net_rate": "5.3"})

    assert (without.status_code, done.status_code, late.status_code) == (422, 302, 422)
    assert "enregistré cette fiche" in late.content.decode() or "version" in late.content.decode()
    assert (fresh(plan).opening, str(fresh(plan).net_rate)) == (-1_500_00, "6.20")


def test_a_line_is_taken_out_and_put_back_with_what_was_said(own: Client, case: CaseFile, line: PlanLine) -> None:
    address = here("coaching:", "plan_line", case, line.pk)
    own.post(here("coaching:", "plan_comment", case, line.pk), {"text": "Trop optimiste ?"})
    own.post(address, {"action": "remove"})
    gone = own.get(here("coaching:", "plan", case)).content.decode()
    own.post(address, {"action": "restore"})

    assert "Lignes retirées" in gone
    assert fresh(line).removed_at is None
    assert "Trop optimiste" in own.get(address).content.decode()


def test_versions_are_kept_and_compared_with_their_differences(own: Client, case: CaseFile, line: PlanLine) -> None:
    kept = own.post(here("coaching:", "plan_keep", case), {"name": "Prudent"})
    unnamed = own.post(here("coaching:", "plan_keep", case), {"name": " "})
    own.post(here("coaching:", "plan_line", case, line.pk), typed(**{f"m{index}": "12000" for index in range(36)}))

    page = own.get(here("coaching:", "plan_compare", case)).content.decode()
    odd = own.get(here("coaching:", "plan_compare", case) + "?from=99&to=<x>").status_code

    assert (kept.status_code, unnamed.status_code, odd) == (302, 422, 200)
    assert "1. Prudent" in page
    assert "+24’000" in page  # a year
    assert "+72’000" in page  # the line over three years
    with association_scope(case.association_id):
        assert PlanVersion.objects.get().content["lines"][0]["amounts"] == [10_000_00] * 36


def test_a_comment_is_answered_settled_and_told_once_without_its_words(
    own: Client, desk: Client, case: CaseFile, line: PlanLine
) -> None:
    staff = "admin:coaching_casefile_"
    for text in ("D’où vient ce chiffre ?", "Et l’été ?"):
        desk.post(here(staff, "plan_comment", case, line.pk), {"text": text})
    with association_scope(case.association_id):
        question = PlanComment.objects.earliest("pk")
    own.post(here("coaching:", "plan_comment", case, line.pk), {"text": "Deux devis.", "answers": str(question.pk)})
    desk.post(here(staff, "plan_settle", case, question.pk), {"open": "0"})
    settled = fresh(question)
    own.post(here("coaching:", "plan_comment", case, line.pk), {"text": "Encore.", "answers": str(question.pk)})
    empty = own.post(here("coaching:", "plan_comment", case, line.pk), {"text": ""}, follow=True)

    page = own.get(here("coaching:", "plan_line", case, line.pk)).content.decode()
    assert settled.settled_by_id == case.lead_id
    assert fresh(question).settled_at is None
    assert page.index("D’où vient") < page.index("Deux devis.") < page.index("Et l’été")
    assert "Remarque" in empty.content.decode()
    to_founder = OutgoingMail.objects.get(kind="coaching.plan_comment", to_user=case.founder)
    to_coach = OutgoingMail.objects.get(kind="coaching.plan_comment", to_user=case.lead)
    with association_scope(case.association_id), translation.override("de"):
        said = comment_written(to_founder)
        assert still_part(to_coach) is None
        Membership.objects.filter(user=case.lead).delete()
        assert still_part(to_coach) is not None
    assert "Finanzplan" in said.text
    assert "chiffre" not in said.text


def test_the_excel_book_adds_up_by_formulas_and_runs_nothing_that_was_typed(
    own: Client, desk: Client, case: CaseFile, plan: FinancialPlan
) -> None:
    add_line(plan=plan, kind="sales", values=values(label="=HYPERLINK(1)"), by=case.founder, now=MONDAY)
    add_line(plan=plan, kind="cost", values=values(label="Loyer", amounts=[2_500_05] * 36), by=case.founder, now=MONDAY)

    answer = own.get(here("coaching:", "plan_export", case))
    desk.get(here("admin:coaching_casefile_", "plan_export", case))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))

    lines, money = book.worksheets[0], book.worksheets[1]
    assert answer["Content-Disposition"].startswith("attachment")
    assert lines["A5"].data_type == "s"
    assert lines["A5"].value.endswith("=HYPERLINK(1)")
    assert lines["AL5"].value == "=SUM(B5:AK5)"
    rows = {row[0].value: row for row in money.iter_rows() if row[0].value}
    assert rows["Autres charges"][1].value == pytest.approx(2500.05)
    end, opening = rows["Solde à la fin"], rows["Solde au début"]
    assert str(end[1].value).startswith("=")
    assert opening[2].value == f"=B{end[0].row}"
    assert money.print_area
    log = AccessLog.objects.filter(subject_kind="coaching.financialplan")
    assert list(log.values_list("act", flat=True)) == ["export"]


def test_each_reading_by_staff_is_noted_and_the_founders_own_is_not(
    own: Client, desk: Client, case: CaseFile, line: PlanLine
) -> None:
    own.get(here("coaching:", "plan", case))
    assert not AccessLog.objects.exists()
    desk.get(here("admin:coaching_casefile_", "plan", case))
    desk.get(here("admin:coaching_casefile_", "plan_line", case, line.pk))

    assert AccessLog.objects.filter(subject_kind="coaching.financialplan", act="view").count() == 2


PAGES = (
    ("plan", ()), ("plan_frame", ()), ("plan_add", ("sales",)), ("plan_line", ("line",)), ("plan_compare", ()),
    ("plan_export", ()), ("messages", ()),
)  # fmt: skip


@pytest.mark.parametrize("who", ["officer", "specialist", "commission_member", "foreign_manager", "canton_officer"])
def test_for_others_there_is_no_plan(
    request: pytest.FixtureRequest, sign_in: SignIn, case: CaseFile, line: PlanLine, who: str
) -> None:
    somebody = sign_in(request.getfixturevalue(who))
    number = {"line": line.pk}

    for side in ("coaching:", "admin:coaching_casefile_"):
        for page, parts in PAGES:
            address = here(side, page, case, *(number.get(part, part) for part in parts))
            assert somebody.get(address).status_code == 404, address


def test_a_neighbours_line_cannot_be_reached_through_ones_own_file_nor_a_former_coach_read_on(
    desk: Client, sign_in: SignIn, case: CaseFile, line: PlanLine, tavannes: Municipality, manager: User, coach: User
) -> None:
    neighbour = factories.open_case(tavannes, manager=manager, lead=coach)
    begin_plan(case=neighbour, first_month=line.plan.first_month, by=neighbour.founder, now=MONDAY)
    theirs = sign_in(neighbour.founder)

    assert theirs.get(here("coaching:", "plan_line", neighbour, line.pk)).status_code == 404
    assert theirs.post(here("coaching:", "plan_line", neighbour, line.pk), typed()).status_code == 404
    assert theirs.post(here("coaching:", "plan_comment", neighbour, line.pk), {"text": "x"}).status_code == 404
    address = here("admin:coaching_casefile_", "plan", case)
    before = desk.get(address).status_code
    with association_scope(case.association_id):
        edit_case(case=case, values={"lead": manager, "deputy": None}, by=manager, now=MONDAY, version=case.version)
    assert (before, desk.get(address).status_code) == (200, 404)


def test_a_closed_files_plan_is_read_and_not_changed(own: Client, case: CaseFile, line: PlanLine, coach: User) -> None:
    with association_scope(case.association_id):
        close_case(case=case, reason="Fini", by=coach, now=MONDAY)

    answer = own.post(here("coaching:", "plan_line", case, line.pk), typed(m0="1"))

    assert own.get(here("coaching:", "plan", case)).status_code == 200
    assert answer.status_code == 422
    assert fresh(line).amounts[0] == 10_000_00


def test_the_plan_takes_the_same_queries_with_many_lines(own: Client, case: CaseFile, plan: FinancialPlan) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            own.get(here("coaching:", "plan", case))
        return len(captured)

    add_line(plan=plan, kind="sales", values=values(), by=case.founder, now=MONDAY)
    queries()
    with_one = queries()
    for _number in range(20):
        add_line(plan=plan, kind="cost", values=values(), by=case.founder, now=MONDAY)

    assert queries() == with_one
    assert with_one <= 25
