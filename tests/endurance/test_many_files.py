"""Ten thousand files, or five hundred entries in one of them: pages stay as quick as with few."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.models import CaseFile, CaseNote, CoachingRequest, Meeting, Milestone, Task, TimeEntry
from promo_portal.accounts.models import User
from promo_portal.audit.history import without_history
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from tests import factories as people
from tests.coaching.factories import open_case

pytestmark = [pytest.mark.endurance, pytest.mark.django_db]
ROUNDS = 15
TODAY = datetime.now(clock.ZURICH).date()  # as the pages see it


def grown(cep: Association, place: Municipality, lead: User, founder: User, first: int, last: int) -> None:
    """Files ``first`` to ``last``: a quarter open, the others paused or closed, each with its meeting, task and stage."""
    now, states = datetime.now(UTC), ("open", "closed", "closed", "paused")
    phases = ("preparation", "launch", "follow_up")
    tracked = (CaseFile, CoachingRequest, Meeting, Milestone, Task)
    with association_scope(cep.pk), without_history(*tracked):
        requests = CoachingRequest.unscoped.bulk_create(
            CoachingRequest(
                association=cep, municipality=place, state="accepted", reference=f"G-{number:06}", first_name="Léa",
                last_name=f"Nombre {number}", email=f"f{number}@exemple.example", submitted_at=now,
                answer_by=TODAY, consented_at=now, idea="Idée", need="finance",
            )
            for number in range(first, last)
        )  # fmt: skip
        cases = CaseFile.objects.bulk_create(
            CaseFile(
                association=cep, request=request, reference=f"D-{request.reference}", title=f"Atelier {number}",
                founder=founder, lead=lead, phase=phases[number % 3], state=states[number % 4],
                state_reason="" if states[number % 4] == "open" else "Convenu",
                next_date=TODAY + timedelta(days=number % 90 - 10) if states[number % 4] == "open" else None,
                opened_at=now - timedelta(days=200), closed_at=now if states[number % 4] == "closed" else None,
            )
            for number, request in enumerate(requests, start=first)
        )  # fmt: skip
        of = [({"association": cep, "case_file": case}, number) for number, case in enumerate(cases)]
        Meeting.objects.bulk_create(
            Meeting(**row, held_on=TODAY - timedelta(days=number % 60), topics=["plan"], coach=lead)
            for row, number in of
        )
        Task.objects.bulk_create(
            Task(**row, title="Plan", assignee=founder, due_on=TODAY + timedelta(days=number % 80 - 20))
            for row, number in of
        )
        Milestone.objects.bulk_create(
            Milestone(**row, kind="launch", due_on=TODAY + timedelta(days=number % 200 - 50)) for row, number in of
        )
        TimeEntry.objects.bulk_create(
            TimeEntry(
                **row, person=lead, worked_on=TODAY - timedelta(days=number % 400), kind="contact", minutes=60,
                amount=120, entered_by=lead,
            )
            for row, number in of
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def median_ms(client: Client, url: str) -> float:
    taken = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        assert client.get(url).status_code == 200
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def test_board_and_lists_are_at_most_twice_as_slow_with_ten_thousand_files(
    cep: Association, tavannes: Municipality, manager: User, coach: User, sign_in: Callable[[User], Client]
) -> None:
    founder, client = people.member("founder", cep), sign_in(manager)
    pages = {
        "board": reverse("admin:coaching_casefile_board"),
        "files": reverse("admin:coaching_casefile_changelist"),
        "silent files": f"{reverse('admin:coaching_casefile_changelist')}?attention=silent",
        "ledger": reverse("admin:coaching_timeentry_changelist"),
        "meetings": reverse("admin:coaching_meeting_changelist"),
    }
    grown(cep, tavannes, coach, founder, 0, 100)
    few = {name: median_ms(client, url) for name, url in pages.items()}
    grown(cep, tavannes, coach, founder, 100, 10_000)
    many = {name: median_ms(client, url) for name, url in pages.items()}

    ratios = {name: round(many[name] / few[name], 2) for name in pages}
    print(f"ms with 100: {few}\nms with 10,000: {many}\nratios: {ratios}")
    assert max(ratios.values()) <= 2, ratios


def test_a_file_with_five_hundred_entries_opens_within_fifteen_statements(
    cep: Association, tavannes: Municipality, manager: User, coach: User, sign_in: Callable[[User], Client]
) -> None:
    case = open_case(tavannes, manager=manager, lead=coach)
    at, of = datetime.now(UTC), {"association": cep, "case_file": case}
    with association_scope(cep.pk):
        CaseNote.objects.bulk_create(
            CaseNote(**of, author=coach, text=f"Note {number}", written_at=at - timedelta(hours=number))
            for number in range(300)
        )
        Meeting.objects.bulk_create(
            Meeting(
                **of, held_on=TODAY - timedelta(days=number), topics=["plan"], text=f"Séance {number}", coach=coach,
                entered_at=at - timedelta(days=number),
            )
            for number in range(200)
        )  # fmt: skip
    client, url = sign_in(coach), reverse("admin:coaching_casefile_change", args=[case.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    sent = [query["sql"][:140] for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]]
    began = time.process_time()
    took = median_ms(client, url)
    worked = (time.process_time() - began) * 1000 / ROUNDS

    print(f"{len(sent)} statements, median {took:.0f} ms, of which this process worked {worked:.0f} ms")
    assert len(sent) <= 15, "\n".join(sent)
    assert took < 300
