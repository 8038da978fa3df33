"""P4: history is written by the database, whatever road a change takes, and nobody can tidy it up."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from coaching.models import CaseFile, Task
from promo_portal.accounts.history import told_history
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.history import history_of, without_history
from promo_portal.core.scope import ScopeMissing, association_scope
from promo_portal.regions.models import Association, Municipality
from tests.security.rows import case_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cep: Association, tavannes: Municipality, founder: User, coach: User) -> CaseFile:
    return case_in(cep, tavannes, founder, coach)


def labels(case: CaseFile) -> list[str]:
    return [event.pgh_label for event in history_of(case)]


def test_history_sees_saves_bulk_updates_and_raw_sql(case: CaseFile, in_cep: None) -> None:
    case.title = "Atelier de taillage"
    case.save()
    CaseFile.objects.filter(pk=case.pk).update(title="Atelier II")
    case.title = "Atelier III"
    CaseFile.objects.bulk_update([case], ["title"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE coaching_casefile SET title = 'Atelier IV' WHERE id = %s", [case.pk])

    assert labels(case) == ["update", "update", "update", "update", "insert"]
    assert [event.title for event in history_of(case)] == [
        "Atelier IV",
        "Atelier III",
        "Atelier II",
        "Atelier de taillage",
        "Atelier",
    ]


def test_a_save_that_changes_nothing_leaves_no_trace(case: CaseFile, in_cep: None) -> None:
    case.save()

    assert labels(case) == ["insert"]


def test_what_was_deleted_can_still_be_read(case: CaseFile, in_cep: None) -> None:
    task = Task.objects.get(case_file=case)
    number = task.pk

    task.delete()

    event = Task.pgh_event_models["delete"].objects.get(pgh_obj_id=number, pgh_label="delete")  # type: ignore[attr-defined]
    assert event.title == "Plan de Atelier"


def test_history_knows_who_where_and_for_whom(
    manager: User, founder: User, sign_in: Callable[[User], Client], cep: Association
) -> None:
    sign_in(manager).post(
        reverse("admin:accounts_user_change", args=[founder.pk]),
        {
            "first_name": "Léa-Marie", "last_name": "Chappuis", "phone": "", "language": "fr",
            "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0",
        },
    )  # fmt: skip

    event = history_of(founder).first()
    assert event.first_name == "Léa-Marie"
    assert event.pgh_context == {"user": manager.pk, "association": cep.pk, "route": "admin:accounts_user_change"}


def test_no_password_goes_into_history(founder: User) -> None:
    founder.set_password("une-phrase-de-passe-bien-longue")
    founder.save()

    fields = {field.name for field in history_of(founder).model._meta.fields}
    assert not fields & {"password", "last_login", "session_generation"}
    assert [event.pgh_label for event in history_of(founder)] == ["insert"]


def test_no_key_of_a_request_goes_into_history(case: CaseFile, in_cep: None) -> None:
    assert "key" not in {field.name for field in history_of(case.request).model._meta.fields}


def test_the_history_of_a_confidential_record_is_as_closed_as_the_record(case: CaseFile, seeland: Association) -> None:
    with pytest.raises(ScopeMissing):
        list(history_of(case))
    with association_scope(seeland.pk):
        assert list(history_of(case)) == []
    with association_scope(case.association_id):
        assert history_of(case).count() == 1


@pytest.mark.parametrize(
    "table",
    [
        "accounts_userhistory",
        "accounts_membershiphistory",
        "coaching_casefilehistory",
        "audit_accesslog",
        "audit_transition",
    ],
)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_application_cannot_alter_or_delete_the_record(table: str, statement: str) -> None:
    column = "id" if table.startswith("audit_") else "pgh_id"

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column, column))


def test_seeding_can_do_without_history_and_history_resumes_after_it(case: CaseFile, in_cep: None) -> None:
    with without_history(CaseFile):
        CaseFile.objects.filter(pk=case.pk).update(title="Semence")
    assert labels(case) == ["insert"]

    CaseFile.objects.filter(pk=case.pk).update(title="Après")
    assert labels(case) == ["update", "insert"]


def test_history_is_told_in_words(case: CaseFile, in_cep: None) -> None:
    case.title = "Atelier de taillage"
    case.save()

    entry = told_history(case)[0]

    assert [(change.before, change.after) for change in entry.changes] == [("Atelier", "Atelier de taillage")]
    assert entry.changes[0].label


def test_roles_have_a_history(coach: User) -> None:
    membership = Membership.objects.get(user=coach)
    Membership.objects.filter(pk=membership.pk).update(role="manager")

    assert [event.role for event in history_of(membership)] == ["manager", "coach"]
