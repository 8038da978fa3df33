"""The harness itself: the suite runs as the application role and starts from people with roles."""

from django.db import connection

from promo_portal.accounts.models import User


def test_the_suite_runs_as_a_role_that_owns_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)"
        )
        role, mighty = cursor.fetchone()

    assert role == "portal_app"
    assert not mighty


def test_the_cast_holds_its_roles(manager: User, founder: User) -> None:
    assert manager.memberships.get().role == "manager"
    assert founder.memberships.get().role == "founder"
