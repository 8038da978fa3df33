"""The board: counts that tell the truth, each coach's load, moves by a form; one page however many files there are."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.attention import Attention, counted, needing
from coaching.models import CaseFile, CaseNote, CommissionSession, Meeting, Milestone, Task
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.models import Absence
from tests import factories as people
from tests.coaching.factories import MONDAY, open_case

BOARD, LIST = "admin:coaching_casefile_board", "admin:coaching_casefile_changelist"
TODAY = MONDAY.date()

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(cep: Association) -> User:
    return people.member("coach", cep, first_name="Julien", last_name="Gigon")


@pytest.fixture
def files(cep: Association, tavannes: Municipality, manager: User, coach: User, other: User) -> dict[str, CaseFile]:
    """Eight files in different straits, of two coaches."""
    before = MONDAY - timedelta(days=90)
    made = {}
    for number, name in enumerate(
        ("late", "task", "milestone", "silent", "soon", "paused", "closed", "launched"), start=1
    ):
        lead = other if number % 3 == 0 else coach
        made[name] = open_case(tavannes, manager=manager, lead=lead, now=before, task="")
    far = {"next_date": TODAY + timedelta(days=60)}
    with association_scope(cep.pk):
        CaseFile.objects.update(**far)
        for name, case in made.items():
            if name != "silent":
                of: dict[str, Any] = {"association_id": cep.pk, "case_file": case}
                Meeting.objects.create(**of, held_on=TODAY - timedelta(days=29), topics=["plan"], coach=case.lead)
        CaseFile.objects.filter(pk=made["late"].pk).update(next_date=TODAY - timedelta(days=1))
        CaseFile.objects.filter(pk=made["soon"].pk).update(next_date=TODAY + timedelta(days=14))
        rest: dict[str, Any] = {"next_date": None, "state_reason": "Convenu"}
        CaseFile.objects.filter(pk=made["paused"].pk).update(state="paused", **rest)
        CaseFile.objects.filter(pk=made["closed"].pk).update(state="closed", **rest)
        CaseFile.objects.filter(pk=made["launched"].pk).update(phase="launch")
        for name in ("task", "paused"):
            of = {"association_id": cep.pk, "case_file": made[name]}
            Task.objects.create(**of, title="Plan", assignee=coach, due_on=TODAY - timedelta(days=2))
        of = {"association_id": cep.pk, "case_file": made["milestone"]}
        Milestone.objects.create(**of, kind="launch", due_on=TODAY - timedelta(days=1))
    return made


def figures(text: str) -> dict[str, int]:
    """Each address of a list on the page, with the figure that it stands behind."""
    links = re.findall(
        r'<a(?: class="late")? href="([^"]*(?:casefile|coachingrequest)/\?[^"]+)">(.*?)</a>', text, re.DOTALL
    )
    shown = {url.replace("&amp;", "&"): re.sub(r"<[^>]+>", " ", label) for url, label in links}
    return {url: int(re.search(r"\d+", label)[0]) for url, label in shown.items() if "de plus" not in label}  # type: ignore[index]


def rows_of(client: Client, url: str) -> int:
    context = client.get(url).context
    return context["cl"].result_count if "cl" in context else len(context["rows"])


def test_each_reason_names_exactly_its_files(files: dict[str, CaseFile], cep: Association) -> None:
    with association_scope(cep.pk):
        found = {why: set(needing(CaseFile.objects.all(), why, today=TODAY)) for why in Attention.values}
        assert found == {
            "late_date": {files["late"]},
            "late_task": {files["task"]},
            "late_milestone": {files["milestone"]},
            "silent": {files["silent"]},
            "soon": {files["soon"]},
        }
        assert counted(CaseFile.objects.all(), today=TODAY) == dict.fromkeys(Attention.values, 1)
        note = {"association_id": cep.pk, "case_file": files["silent"], "author": files["silent"].lead}
        CaseNote.objects.create(**note, text="Interne", written_at=MONDAY)
        assert counted(CaseFile.objects.all(), today=TODAY)["silent"] == 1, "an internal note is no contact"
        CaseNote.objects.create(**note, text="Partagée", is_shared=True, written_at=MONDAY)
        assert counted(CaseFile.objects.all(), today=TODAY)["silent"] == 0


@pytest.mark.parametrize("who", ["manager", "coach"])
@pytest.mark.parametrize("filtered", [False, True])
def test_every_count_leads_to_exactly_so_many_rows(
    who: str, filtered: bool, files: dict[str, CaseFile], manager: User, coach: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in({"manager": manager, "coach": coach}[who])
    with clock.standing_still(MONDAY):
        text = client.get(reverse(BOARD), {"coach": coach.pk} if filtered else {}).content.decode()
        counts = figures(text)
        listed = {url: rows_of(client, url) for url in counts}

    assert len(counts) > 12
    assert listed == counts
    assert sum(counts.values()) > 14


def test_a_coach_sees_their_own_files_and_another_association_none(
    files: dict[str, CaseFile],
    coach: User,
    other: User,
    foreign_manager: User,
    officer: User,
    sign_in: Callable[[User], Client],
) -> None:
    with clock.standing_still(MONDAY):
        own = sign_in(other).get(reverse(BOARD)).content.decode()
        foreign = sign_in(foreign_manager).get(reverse(BOARD)).content.decode()

        assert files["milestone"].reference in own
        assert files["late"].reference not in own
        assert "Aucun dossier" in foreign
        assert sign_in(officer).get(reverse(BOARD)).status_code == 404


def test_the_load_tells_absences_and_coming_sessions(
    files: dict[str, CaseFile],
    cep: Association,
    coach: User,
    other: User,
    manager: User,
    sign_in: Callable[[User], Client],
) -> None:
    for first in (date(2026, 12, 21), date(2026, 11, 2), date(2027, 2, 1)):
        Absence.objects.create(user=coach, first_day=first, last_day=first + timedelta(days=4), deputy=other)
    with association_scope(cep.pk):
        for day in (date(2026, 11, 3), date(2026, 12, 3)):
            CommissionSession.objects.create(association=cep, held_on=day, place="Tavannes")

    with clock.standing_still(MONDAY):
        context = sign_in(manager).get(reverse(BOARD)).context

    load = {line["person"]: line for line in context["load"]}
    assert (load[coach]["count"], load[coach]["late"], load[other]["count"]) == (5, 1, 1)
    assert load[coach]["absence"].first_day == date(2026, 12, 21)
    assert load[other]["absence"] is None
    assert [line["session"].held_on for line in context["sessions"]] == [date(2026, 12, 3)]


def test_a_file_moves_by_a_form_and_never_over_a_colleagues_change(
    files: dict[str, CaseFile], cep: Association, coach: User, foreign_coach: User, sign_in: Callable[[User], Client]
) -> None:
    case, client = files["soon"], sign_in(coach)
    step = reverse("admin:coaching_casefile_stage", args=[case.pk])
    with association_scope(cep.pk):
        seen = CaseFile.objects.get(pk=case.pk).version

    moved = client.post(step, {"phase": "follow_up", "version": seen, "kept": f"coach={coach.pk}"})
    assert moved["Location"] == f"{reverse(BOARD)}?coach={coach.pk}"
    client.post(step, {"phase": "launch", "version": seen})
    client.post(step, {"phase": "nowhere", "version": seen + 1})
    with association_scope(cep.pk):
        assert CaseFile.objects.get(pk=case.pk).phase == "follow_up"
    text = client.get(reverse(BOARD)).content.decode()
    assert "collègue" in text
    assert sign_in(foreign_coach).post(step, {"phase": "launch", "version": seen + 1}).status_code == 404
    assert client.get(step).status_code == 405


def test_the_board_takes_as_many_statements_with_ten_files_as_with_one(
    tavannes: Municipality, manager: User, coach: User, sign_in: Callable[[User], Client]
) -> None:
    client, counts = sign_in(manager), []
    client.get(reverse(BOARD))
    for more in (1, 9):
        for _one in range(more):
            open_case(tavannes, manager=manager, lead=coach, now=datetime(2026, 11, 2, tzinfo=UTC))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse(BOARD))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 25, counts
