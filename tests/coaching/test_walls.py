"""Every row of a file, of the commission and of the ledger: whose it is, what the database refuses, what can be rubbed out."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import Error, connection, models, transaction
from django.test import Client
from django.urls import reverse

from coaching.models import (
    AgendaItem,
    CaseDocument,
    CaseFile,
    Engagement,
    Meeting,
    Milestone,
    Opinion,
    OutcomeCheck,
    ReadinessScore,
    Recusal,
    Specialist,
    TimeEntry,
    TimeEntryShare,
)
from promo_portal.accounts.models import User
from promo_portal.core.scope import Scope, ScopedManager, ScopeMissing, association_scope, scope
from promo_portal.files.models import StoredFile
from promo_portal.regions.models import Association, Municipality
from tests.coaching import rows
from tests.security.rows import case_in

pytestmark = pytest.mark.django_db
OPEN = {
    "referencecounter", "specialist", "specialisthistory", "costrate", "costratehistory", "coachingrequest",
    "calendarfeed", "calendarfeedhistory",  # found by their secret key, before there is a person or an association
}  # fmt: skip


def confidential() -> list[type[models.Model]]:
    """Everything of coaching but what visitors read, or write before there is an association."""
    every = [*apps.get_app_config("coaching").get_models(), StoredFile]
    return [model for model in every if model._meta.model_name not in OPEN]


def seen(model: type[models.Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
        return int(cursor.fetchone()[0])


@pytest.fixture
def two_files(
    cep: Association,
    seeland: Association,
    tavannes: Municipality,
    nidau: Municipality,
    founder: User,
    coach: User,
    foreign_coach: User,
) -> tuple[CaseFile, CaseFile]:
    """A file with everything in it in each association, both of the same founder."""
    files = (case_in(cep, tavannes, founder, coach), case_in(seeland, nidau, founder, foreign_coach, title="Brasserie"))
    for case in files:
        rows.parts_of(case)
    return files


def test_the_database_shows_each_row_to_its_association_only_and_the_code_asks_for_a_scope(
    two_files: tuple[CaseFile, CaseFile],
) -> None:
    here, there = two_files
    walked = 0
    for model in confidential():
        assert seen(model) == 0, f"{model.__name__} lies open"
        with association_scope(here.association_id):
            own = seen(model)
        with association_scope(here.association_id, there.association_id):
            both = seen(model)
        if "history" not in (model._meta.model_name or "") and model.__name__ != "Decision":
            assert own >= 1, model.__name__
            assert both == 2 * own, model.__name__
        assert isinstance(model._default_manager, ScopedManager), model.__name__
        with pytest.raises(ScopeMissing):
            model._default_manager.first()
        walked += 1
    assert walked >= 38


def test_a_founder_sees_of_their_file_what_was_shared_and_nothing_of_commission_and_money(
    two_files: tuple[CaseFile, CaseFile], founder: User
) -> None:
    case = two_files[0]
    with association_scope(case.association_id):
        Meeting.objects.create(
            association_id=case.association_id,
            case_file=case,
            held_on=date(2026, 11, 9),
            topics=["plan"],
            coach=case.lead,
            is_shared=True,
        )
        CaseDocument.objects.create(
            association_id=case.association_id,
            case_file=case,
            title="Grille interne",
            added_by=case.lead,
            file=rows.stored(case.association_id, name="interne.pdf"),
        )

    expected = {
        "meeting": 1, "milestone": 2, "readinessscore": 0, "casedocument": 2, "engagement": 2, "shareddocument": 2,
        "outcomecheck": 2, "timeentry": 0, "timeentryshare": 0, "fundingshare": 0, "commissionsession": 0,
        "agendaitem": 0, "opinion": 0, "recusal": 0, "sessionmember": 0, "specialistterms": 0,
    }  # fmt: skip
    with scope(Scope(user_id=founder.pk)):
        found = {name: seen(apps.get_model("coaching", name)) for name in expected}
        by_code = {name: apps.get_model("coaching", name).objects.count() for name in expected}

    assert found == expected
    assert by_code == expected


def _refused(act: Callable[[], Any]) -> str:
    """The constraint that stops an act."""
    try:
        with transaction.atomic():
            act()
    except Error as refusal:
        return str(refusal)
    return ""


def test_the_database_refuses_what_the_rules_forbid(two_files: tuple[CaseFile, CaseFile], coach: User) -> None:
    case = two_files[0]
    of: dict[str, Any] = {"association_id": case.association_id, "case_file": case}
    with association_scope(case.association_id):
        milestone, engagement = Milestone.objects.get(), Engagement.objects.get()
        item, entry = AgendaItem.objects.get(), TimeEntry.objects.get()
        check, grid = OutcomeCheck.objects.get(), ReadinessScore.objects.get()
        money: dict[str, Any] = {
            **of,
            "person": coach,
            "worked_on": date(2026, 11, 3),
            "entered_by": coach,
            "kind": "cost",
        }
        who: dict[str, Any] = {"association_id": case.association_id, "item": item, "member": coach}
        refusals: dict[str, Callable[[], Any]] = {
            "milestone_reached_has_proof": lambda: Milestone.objects.filter(pk=milestone.pk).update(
                state="reached", reached_on=date(2027, 1, 10)
            ),
            "milestone_once": lambda: Milestone.objects.create(**of, kind=milestone.kind),
            "meeting_says_something": lambda: Meeting.objects.create(**of, held_on=date(2026, 11, 3), coach=coach),
            "readinessscore_within_scale": lambda: ReadinessScore.objects.filter(pk=grid.pk).update(team=6),
            "readinessscore_known_month": lambda: ReadinessScore.objects.filter(pk=grid.pk).update(month=4),
            "engagement_works_with_consent": lambda: Engagement.objects.filter(pk=engagement.pk).update(state="active"),
            "engagement_open_once": lambda: Engagement.objects.create(
                **of, specialist=engagement.specialist, field="law", mandate="Statuts", proposed_by=coach
            ),
            "timeentry_only_corrections_subtract": lambda: TimeEntry.objects.create(**money, amount=Decimal(-1)),
            "timeentry_correction_says_why": lambda: TimeEntry.objects.create(
                **money, amount=Decimal(-1), corrects=entry
            ),
            "timeentry_is_not_empty": lambda: TimeEntry.objects.create(**money, amount=Decimal(0)),
            "outcomecheck_answered_is_complete": lambda: OutcomeCheck.objects.filter(pk=check.pk).update(
                state="answered"
            ),
            "outcomecheck_proved_has_proof": lambda: OutcomeCheck.objects.filter(pk=check.pk).update(jobs_proved=2),
            "agendaitem_decided_has_outcome": lambda: AgendaItem.objects.filter(pk=item.pk).update(state="decided"),
            "agendaitem_coach_is_not_deputy": lambda: AgendaItem.objects.filter(pk=item.pk).update(deputy=item.lead),
            "opinion_doubt_says_why": lambda: Opinion.objects.filter(item=item).update(advice="against"),
            "recusal_has_reason": lambda: Recusal.objects.create(**who, source="found", reason=""),
            "storedfile_judged_has_scanner": lambda: StoredFile.objects.filter(
                association_id=case.association_id
            ).update(scanner=""),
        }
        for name, act in refusals.items():
            assert name in _refused(act), name


def test_the_ledger_takes_lines_and_gives_none_back(two_files: tuple[CaseFile, CaseFile]) -> None:
    with association_scope(two_files[0].association_id):
        assert "permission denied" in _refused(lambda: TimeEntry.objects.update(minutes=1))
        assert "permission denied" in _refused(lambda: TimeEntryShare.objects.all()._raw_delete("default"))


@pytest.fixture
def lists() -> list[str]:
    """The plain lists of coaching's parts."""
    names = (
        "commissionsession", "agendaitem", "meeting", "milestone", "readinessscore", "casedocument", "engagement",
        "specialist", "fundingshare", "timeentry", "outcomecheck",
    )  # fmt: skip
    return [f"admin:coaching_{name}" for name in names]


def test_a_coach_finds_parts_of_their_own_files_only_and_a_manager_all_of_the_association(
    two_files: tuple[CaseFile, CaseFile],
    lists: list[str],
    cep: Association,
    tavannes: Municipality,
    coach: User,
    manager: User,
    founder: User,
    sign_in: Callable[[User], Client],
) -> None:
    other = case_in(cep, tavannes, founder, manager, number=2, title="Menuiserie")
    parts = rows.parts_of(other, number=2)
    of_coach, of_manager = sign_in(coach), sign_in(manager)

    for name in lists:
        key = name.rpartition("_")[2]
        asked = {"show": "later"} if key == "outcomecheck" else {}
        mine = of_coach.get(reverse(f"{name}_changelist"), asked).content.decode()
        all_of_us = of_manager.get(reverse(f"{name}_changelist"), asked).content.decode()
        assert "Brasserie" not in mine + all_of_us, name
        if key not in {"specialist", "commissionsession"}:  # the network and the sessions' days are everybody's here
            number = str(other.reference if key != "agendaitem" else other.request.reference)
            assert number not in mine, name
            assert number in all_of_us, name
            assert of_coach.get(reverse(f"{name}_change", args=[parts[key].pk])).status_code == 404, name


def test_a_manager_adds_a_specialist_with_terms(
    manager: User, cep: Association, sign_in: Callable[[User], Client]
) -> None:
    page = {
        "last_name": "Huguenin", "first_name": "Anne", "expertise": ["patents", "law"], "languages": ["fr"],
        "is_active": "on", "terms-TOTAL_FORMS": "1", "terms-INITIAL_FORMS": "0", "terms-0-hourly_rate": "180.00",
        "terms-0-at_once": "2", "terms-0-remarks": "Rapide.",
    }  # fmt: skip

    answer = sign_in(manager).post(reverse("admin:coaching_specialist_add"), page)

    assert answer.status_code == 302, answer.content.decode()[:3000]
    with association_scope(cep.pk):
        made = Specialist.objects.get()
        assert (made.association_id, made.expertise, made.terms.at_once) == (cep.pk, ["patents", "law"], 2)
        assert made.words_of("expertise") == ["brevets et marques", "droit et contrats"]
