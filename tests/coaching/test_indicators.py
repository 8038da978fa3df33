"""The mandate's indicators: every figure is the sum of the list behind it, for the manager's own association only."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from coaching.enums import TimeKind
from coaching.indicators import INDICATORS, Period, figures, past_quarter
from coaching.models import CaseFile, CommissionSession
from coaching.workflow.checks import Answer, answer_check, prove_jobs
from coaching.workflow.files import close_case, pause_case
from coaching.workflow.ledger import book_time
from coaching.workflow.requests import refuse_request
from promo_portal.accounts.models import User
from promo_portal.audit.models import AccessLog
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Municipality
from tests.coaching import factories, rows
from tests.coaching.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
EXPECTED = {
    "requests": 5,
    "accepted": 4,
    "refused": 1,
    "sessions": 0,
    "open-preparation": 1,
    "open-launch": 0,
    "open-follow-up": 0,
    "paused": 1,
    "opened": 4,
    "closed": 2,
    "hours": 120,
    "created": 1,
    "turned-round": 0,
    "jobs-planned": 5,
    "jobs-promised": 7,
    "jobs-proved": 2,
}


@pytest.fixture
def year(
    tavannes: Municipality, nidau: Municipality, manager: User, coach: User, foreign_manager: User, foreign_coach: User
) -> list[CaseFile]:
    """Five requests, four files: one open, one paused, one launched and asked twice, one given up. Another association
    has a file of its own.
    """
    files = [factories.open_case(tavannes, manager=manager, lead=coach) for _one in range(4)]
    factories.open_case(nidau, manager=foreign_manager, lead=foreign_coach)
    with association_scope(files[0].association_id):
        refuse_request(request=factories.submitted(tavannes), reasons="Hors du cadre.", by=manager, now=MONDAY)
        for minutes in (90, 30):
            book_time(
                case=files[0], kind=TimeKind.FOLLOW_UP, worked_on=date(2026, 11, 2), minutes=minutes,
                amount=Decimal(100), by=coach, now=MONDAY,
            )  # fmt: skip
        pause_case(case=files[1], reason="Voyage", by=coach, now=MONDAY)
        close_case(
            case=files[2], reason="=Lancée", outcome="launched", jobs_planned=5, checks=(6, 12), by=coach, now=MONDAY
        )
        close_case(case=files[3], reason="Abandon", outcome="given_up", by=coach, now=MONDAY)
        CaseFile.objects.filter(pk=files[2].pk).update(title="=1+1")
        first, second = files[2].outcomecheck_rows.order_by("months")
        for check, jobs in ((first, 4), (second, 7)):
            answer_check(check=check, answer=Answer(True, jobs), by="founder", now=MONDAY)
        prove_jobs(check=first, jobs=2, proof="AVS", by=coach, now=MONDAY)
    return files


def test_every_figure_is_the_sum_of_the_rows_behind_it(year: list[CaseFile]) -> None:
    with association_scope(year[0].association_id):
        found = figures(YEAR)
        behind = {one.name: list(one.behind(YEAR)) for one in INDICATORS}
        nothing = figures(Period(date(2025, 1, 1), date(2025, 12, 31)))

    assert found == EXPECTED
    assert {name: sum(row.value for row in rows) for name, rows in behind.items()} == EXPECTED
    assert {len(behind[name]) for name in ("jobs-planned", "jobs-promised", "jobs-proved")} == {1}
    assert sum(nothing[name] for name in nothing if not name.startswith(("open-", "paused"))) == 0


def test_the_page_leads_from_each_figure_to_its_list_with_the_same_count(
    year: list[CaseFile], manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)
    shown = desk.get(reverse("admin:coaching_casefile_indicators"), {"first": "01.01.2026", "last": "31.12.2026"})

    rows = {row["indicator"].name: row for group in shown.context["groups"] for row in group["rows"]}
    assert {name: row["value"] for name, row in rows.items()} == {
        name: "2 h 00" if name == "hours" else str(value) for name, value in EXPECTED.items()
    }
    for name, row in rows.items():
        listed = desk.get(row["url"])
        assert listed.context["total"] == row["value"], name
        if not listed.context["is_sum"]:
            assert len(listed.context["rows"]) == EXPECTED[name], name
    assert desk.get(rows["opened"]["url"] + "&q=zzzz").context["rows"] == []
    assert desk.get(shown.request["PATH_INFO"], {"first": "2.1.2026", "last": "1.1.2026"}).status_code == 422


def test_only_the_manager_of_the_association_reads_them(
    year: list[CaseFile], foreign_manager: User, coach: User, canton_officer: User, administrator: User,
    sign_in: Callable[[User], Client],
) -> None:  # fmt: skip
    urls = [
        reverse("admin:coaching_casefile_indicators"),
        reverse("admin:coaching_casefile_indicator", args=["opened"]),
        reverse("admin:coaching_casefile_indicators_export"),
    ]
    elsewhere = sign_in(foreign_manager).get(urls[1])

    assert elsewhere.context["total"] == "1"
    assert year[0].reference not in elsewhere.content.decode()
    for user in (coach, canton_officer, administrator):
        assert [sign_in(user).get(url).status_code for url in urls] == [404, 404, 404]


def test_the_tables_hold_no_formula_and_the_export_is_noted(
    year: list[CaseFile], manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk, url = sign_in(manager), reverse("admin:coaching_casefile_indicators_export")
    text = desk.get(url, {"format": "csv"}).content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(desk.get(url, {"format": "xlsx"}).content))

    assert ";'=1+1;" in text
    figures_sheet, rows_sheet = book.worksheets
    cells = [cell for row in rows_sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    assert [row[1].value for row in figures_sheet.iter_rows(min_row=2)] == list(EXPECTED.values())
    assert desk.get(url, {"format": "exe"}).status_code == 404
    assert AccessLog.objects.filter(subject_kind="regions.association", act="export").count() == 2


def test_a_quarter_has_ended_before_it_is_the_last() -> None:
    assert past_quarter(date(2026, 1, 1)) == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert past_quarter(date(2026, 12, 31)) == Period(date(2026, 7, 1), date(2026, 9, 30))
    assert YEAR.instants()[1] - YEAR.instants()[0] == timedelta(days=365)


@pytest.mark.parametrize(("state", "held"), [("planned", 0), ("closed", 1), ("approved", 1)])
def test_a_session_counts_once_it_is_over_whether_or_not_its_minutes_are_approved(
    tavannes: Municipality, manager: User, coach: User, state: str, held: int
) -> None:
    case = factories.open_case(tavannes, manager=manager, lead=coach)
    with association_scope(case.association_id):
        rows.commission(case, 1)
        at = {"opened_at": MONDAY, "closed_at": MONDAY} if held else {}
        approved = {"approved_at": MONDAY, "approved_by": manager} if state == "approved" else {}
        CommissionSession.objects.update(state=state, **at, **approved)

        assert figures(YEAR)["sessions"] == held
