"""A3: the second wall. Raw SQL and slips of the ORM meet PostgreSQL's own policies, as the role the portal runs as."""

import psycopg2
import pytest
from django.core.checks import run_checks
from django.db import connection, transaction

from coaching.models import CaseFile, Task
from promo_portal.accounts.models import User
from promo_portal.core import slots
from promo_portal.core.scope import Scope, association_scope, scope
from promo_portal.regions.models import Association, Municipality
from tests.house.scenery import World
from tests.security.rows import case_in

TABLES = ["coaching_casefile", "coaching_casenote", "coaching_task", "coaching_decision"]
HISTORIES = [f"{table}history" for table in TABLES] + ["coaching_coachingrequesthistory"]

pytestmark = pytest.mark.django_db


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
    """A file in each association, both of the same founder."""
    return (
        case_in(cep, tavannes, founder, coach, title="Atelier"),
        case_in(seeland, nidau, founder, foreign_coach, title="Brasserie"),
    )


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_the_role_of_web_and_worker_owns_nothing_and_bypasses_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls,"
            " (SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)"
            " FROM pg_roles WHERE rolname = current_user"
        )
        role = cursor.fetchone()

    assert role == ("portal_app", False, False, 0)
    assert [problem.id for problem in run_checks(tags=["database"], databases=["default"])] == []


@pytest.mark.parametrize("table", [*TABLES[:3], "coaching_casefilehistory", "coaching_coachingrequesthistory"])
def test_without_a_scope_the_database_shows_no_row(table: str, two_files: tuple[CaseFile, CaseFile]) -> None:
    assert rows_of(table) == 0


# Behind policies that show to everybody what is published.
PARTLY_OPEN = {"clusters_needoffer"}


def tables_behind_policies() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY relname")
        return [name for (name,) in cursor.fetchall()]


def associations_in(table: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT association_id FROM {table}")
        return {pk for (pk,) in cursor.fetchall()}


def test_no_confidential_table_of_the_portal_shows_a_row_without_a_scope_or_with_anothers(
    cep: Association, seeland: Association, tavannes: Municipality, nidau: Municipality
) -> None:
    """A3, for every table behind policies, with rows of both associations in them."""
    World.build(cep, seeland, tavannes, nidau)
    tables = tables_behind_policies()
    assert {table for table in tables if rows_of(table)} == PARTLY_OPEN

    with association_scope(cep.pk, seeland.pk):
        filled = [table for table in tables if associations_in(table) >= {cep.pk, seeland.pk}]
    with association_scope(cep.pk):
        foreign = {table for table in tables if associations_in(table) - {cep.pk}}

    assert foreign == PARTLY_OPEN
    assert len(filled) >= 25, filled


@pytest.mark.django_db(transaction=True)
def test_control_with_the_policies_off_the_rows_lie_open(
    cep: Association, tavannes: Municipality, founder: User, coach: User
) -> None:
    """A3's control."""
    with transaction.atomic():
        case_in(cep, tavannes, founder, coach)
    assert rows_of("coaching_casefile") == 0

    owner = psycopg2.connect(**{**connection.get_connection_params(), "user": "portal_owner", "cursor_factory": None})
    owner.autocommit = True
    try:
        owner.cursor().execute("ALTER TABLE coaching_casefile DISABLE ROW LEVEL SECURITY")
        assert rows_of("coaching_casefile") == 1
    finally:
        owner.cursor().execute("ALTER TABLE coaching_casefile ENABLE ROW LEVEL SECURITY")
        owner.close()
    assert rows_of("coaching_casefile") == 0


@pytest.mark.parametrize("table", [*TABLES[:3], "coaching_casefilehistory", "coaching_taskhistory"])
def test_control_the_rows_are_there_for_their_associations(table: str, two_files: tuple[CaseFile, CaseFile]) -> None:
    own, foreign = two_files

    with association_scope(own.association_id):
        of_own = rows_of(table)
    with association_scope(own.association_id, foreign.association_id):
        of_both = rows_of(table)

    assert of_own >= 1
    assert of_both == 2 * of_own


def test_with_the_scope_of_one_association_raw_sql_finds_no_row_of_the_other(
    two_files: tuple[CaseFile, CaseFile],
) -> None:
    own, foreign = two_files

    with association_scope(own.association_id), connection.cursor() as cursor:
        cursor.execute("SELECT title FROM coaching_casefile")
        assert cursor.fetchall() == [("Atelier",)]
        cursor.execute("SELECT 1 FROM coaching_casefile WHERE id = %s", [foreign.pk])
        assert cursor.fetchone() is None


def test_the_unscoped_manager_stands_before_the_same_wall(two_files: tuple[CaseFile, CaseFile]) -> None:
    assert CaseFile.unscoped.count() == 0
    with association_scope(two_files[0].association_id):
        assert CaseFile.unscoped.count() == 1


def test_a_foreign_row_can_be_neither_changed_nor_deleted_nor_taken_over(two_files: tuple[CaseFile, CaseFile]) -> None:
    own, foreign = two_files

    with association_scope(own.association_id), connection.cursor() as cursor:
        cursor.execute("UPDATE coaching_casefile SET title = 'pris' WHERE id = %s", [foreign.pk])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM coaching_task WHERE case_file_id = %s", [foreign.pk])
        assert cursor.rowcount == 0


def test_a_row_cannot_be_pushed_into_another_association(two_files: tuple[CaseFile, CaseFile]) -> None:
    own, foreign = two_files

    with association_scope(own.association_id), pytest.raises(Exception, match="row-level security"):
        CaseFile.objects.filter(pk=own.pk).update(association=foreign.association)


def test_a_founder_sees_shared_notes_only_and_changes_their_tasks_only(
    two_files: tuple[CaseFile, CaseFile], founder: User, company_contact: User
) -> None:
    own = two_files[0]

    with scope(Scope(user_id=founder.pk)), connection.cursor() as cursor:
        cursor.execute("SELECT text FROM coaching_casenote WHERE case_file_id = %s", [own.pk])
        assert cursor.fetchall() == [("Note partagée sur Atelier",)]
        assert Task.objects.filter(case_file=own).update(detail="fait") == 1
        cursor.execute("UPDATE coaching_casefile SET title = 'autre'")
        assert cursor.rowcount == 0
    with scope(Scope(user_id=company_contact.pk)):
        assert rows_of("coaching_casefile") == rows_of("coaching_casenote") == rows_of("coaching_task") == 0


def test_every_confidential_table_is_behind_forced_policies() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        behind = {name for (name,) in cursor.fetchall()}

    assert set(TABLES) | set(HISTORIES) <= behind


def test_history_can_be_added_to_and_never_altered(two_files: tuple[CaseFile, CaseFile]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(t, 'INSERT'), has_table_privilege(t, 'UPDATE'), has_table_privilege(t, 'DELETE')"
                       " FROM unnest(%s::text[]) AS t", [sorted(slots.append_only)])  # fmt: skip
        rights = cursor.fetchall()

    assert len(rights) >= 9
    assert set(rights) == {(True, False, False)}
