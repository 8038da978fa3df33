"""The first wall (A2): a confidential table is read on somebody's behalf, within a transaction, or not at all."""

from contextlib import suppress

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from coaching.models import CaseFile, CaseNote, Task
from promo_portal.accounts.models import User
from promo_portal.core.scope import Scope, ScopedManager, ScopeMissing, association_scope, current_scope, scope
from promo_portal.regions.models import Association, Municipality
from tests.security.rows import case_in

# Behind the database's policies, and without a scope in the code, since others read them too.
OPEN_TO_OTHERS: set[str] = set()


def scoped() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if isinstance(model._default_manager, ScopedManager)]


@pytest.mark.django_db
def test_no_confidential_table_can_be_read_without_saying_for_whom() -> None:
    """A2, for every model of the portal."""
    for model in scoped():
        with pytest.raises(ScopeMissing):
            list(model._default_manager.all())

    assert len(scoped()) >= 40
    assert {CaseFile, CaseNote, Task} <= set(scoped())


@pytest.mark.django_db
def test_every_table_behind_policies_has_a_model_that_asks_for_a_scope() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        behind = {name for (name,) in cursor.fetchall()}

    assert behind - {model._meta.db_table for model in scoped()} == OPEN_TO_OTHERS


@pytest.mark.django_db
def test_control_managers_that_forget_the_scope_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A2's control."""
    monkeypatch.setattr(ScopedManager, "get_queryset", models.Manager.get_queryset)

    read = 0
    for model in scoped():
        with suppress(ScopeMissing):  # some managers add the scope to rows of their own
            list(model._default_manager.all()[:1])
            read += 1

    assert read >= 40


@pytest.mark.django_db
def test_a_count_and_an_update_need_a_scope_too() -> None:
    with pytest.raises(ScopeMissing):
        CaseFile.objects.count()
    with pytest.raises(ScopeMissing):
        CaseFile.objects.update(title="x")


@pytest.mark.django_db(transaction=True)
def test_a_scope_outside_a_transaction_fails_aloud_instead_of_showing_nothing() -> None:
    with association_scope(1), pytest.raises(ScopeMissing, match="transaction"):
        CaseFile.objects.count()


@pytest.mark.django_db
def test_a_scope_sees_its_association_and_nothing_of_another(
    cep: Association,
    seeland: Association,
    tavannes: Municipality,
    nidau: Municipality,
    founder: User,
    coach: User,
    foreign_coach: User,
) -> None:
    own = case_in(cep, tavannes, founder, coach, title="Atelier")
    case_in(seeland, nidau, founder, foreign_coach, title="Brasserie")

    with association_scope(cep.pk):
        assert [case.pk for case in CaseFile.objects.all()] == [own.pk]
        assert CaseNote.objects.count() == 2
        assert Task.objects.count() == 1


@pytest.mark.django_db
def test_a_founder_sees_their_own_file_in_whatever_association(
    cep: Association, tavannes: Municipality, founder: User, company_contact: User, coach: User
) -> None:
    own = case_in(cep, tavannes, founder, coach, number=1)
    case_in(cep, tavannes, company_contact, coach, number=2)

    with scope(Scope(user_id=founder.pk)):
        assert [case.pk for case in CaseFile.objects.all()] == [own.pk]


@pytest.mark.django_db
def test_scopes_nest_and_the_outer_one_returns(cep: Association, seeland: Association) -> None:
    with association_scope(cep.pk):
        with association_scope(seeland.pk):
            assert _told() == (str(seeland.pk), "")
        assert _told() == (str(cep.pk), "")
        assert current_scope() == Scope(frozenset({cep.pk}))
    assert current_scope() is None
    assert _told() == ("", "")


@pytest.mark.django_db(transaction=True)
def test_the_database_forgets_the_scope_with_the_transaction() -> None:
    with association_scope(7):
        with transaction.atomic():
            assert _told() == ("7", "")
        assert _told() == ("", "")


def _told() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('portal.associations', true), ''), coalesce(current_setting('portal.user', true), '')"
        )
        return cursor.fetchone()
