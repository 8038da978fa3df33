"""The first wall: a confidential table is read on somebody's behalf, within a transaction, or not at all."""

import pytest
from django.db import connection, transaction

from coaching.models import CaseFile, CaseNote, Task
from promo_portal.accounts.models import User
from promo_portal.core.scope import Scope, ScopeMissing, association_scope, current_scope, scope
from promo_portal.regions.models import Association, Municipality
from tests.security.rows import case_in

CONFIDENTIAL = [CaseFile, CaseNote, Task]


@pytest.mark.django_db
@pytest.mark.parametrize("model", CONFIDENTIAL)
def test_a_confidential_table_cannot_be_read_without_saying_for_whom(model: type) -> None:
    with pytest.raises(ScopeMissing):
        list(model.objects.all())


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
