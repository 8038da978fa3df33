"""The strict harness and the cast.

Servers come from ``promo_portal.embedded.pytest_plugin``. The database is made by the owner and used as the application
role, as in production, so that row-level security and missing grants show in every test.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test import Client
from django.utils import translation

from promo_portal.accounts.models import User
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from tests import databases, factories, strict

SignIn = Callable[[User], Client]


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Make the test database as its owner, then use it as the application role."""
    connection = connections["default"]
    application, name = connection.settings_dict["USER"], connection.settings_dict["NAME"]
    own = f"test_{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{databases.RUN}"
    with django_db_blocker.unblock():
        databases.copy_of_all_tables(own)
        with databases.as_owner():
            connection.settings_dict["NAME"] = own
            with connection.cursor() as cursor:
                # Tests with real commits are tidied up by TRUNCATE, which production never grants.
                cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {application}")
        connection.settings_dict["NAME"] = own
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = name
        databases.drop(own, *([] if databases.KEEP else [databases.TEMPLATE]))


@pytest.fixture(autouse=True, scope="session")
def undefined_template_variables_fail(django_test_environment: None) -> None:
    """A variable that a template of ours prints must exist."""
    strict.forbid_undefined_variables(settings)


@pytest.fixture(autouse=True)
def no_language_left_over() -> None:
    """A page asked for in one test sets the language of the thread; the next test begins without."""
    translation.deactivate()


@pytest.fixture
def cep(db: None) -> Association:
    """Association A: the Bernese Jura."""
    return factories.AssociationFactory(code="cep", name_fr="CEP, Jura bernois", name_de="CEP, Berner Jura")


@pytest.fixture
def seeland(db: None) -> Association:
    """Association B: Bienne and the Seeland."""
    return factories.AssociationFactory(code="seeland", name_fr="Bienne-Seeland", name_de="Biel-Seeland")


@pytest.fixture
def tavannes(cep: Association) -> Municipality:
    """A municipality of association A."""
    return factories.MunicipalityFactory(bfs=713, official_name="Tavannes", district__region__association=cep)


@pytest.fixture
def nidau(seeland: Association) -> Municipality:
    """A municipality of association B."""
    return factories.MunicipalityFactory(bfs=743, official_name="Nidau", district__region__association=seeland)


@pytest.fixture
def manager(cep: Association) -> User:
    return factories.member("manager", cep, first_name="Claire", last_name="Moser")


@pytest.fixture
def officer(cep: Association) -> User:
    return factories.member("officer", cep, first_name="Olivier", last_name="Racine")


@pytest.fixture
def coach(cep: Association) -> User:
    return factories.member("coach", cep, first_name="Nadine", last_name="Rais")


@pytest.fixture
def foreign_coach(seeland: Association) -> User:
    return factories.member("coach", seeland, first_name="Beat", last_name="Kunz")


@pytest.fixture
def foreign_manager(seeland: Association) -> User:
    return factories.member("manager", seeland, first_name="Doris", last_name="Frei")


@pytest.fixture
def founder(cep: Association) -> User:
    return factories.member("founder", cep, first_name="Léa", last_name="Chappuis")


@pytest.fixture
def company_contact(cep: Association) -> User:
    return factories.member("company_contact", cep, first_name="Ivo", last_name="Gerber")


@pytest.fixture
def specialist(cep: Association) -> User:
    return factories.member("specialist", cep, first_name="Anne", last_name="Huguenin")


@pytest.fixture
def commission_member(cep: Association) -> User:
    return factories.member("commission_member", cep, first_name="Paul", last_name="Voirol")


@pytest.fixture
def municipality_delegate(cep: Association, tavannes: Municipality) -> User:
    return factories.member("municipality_delegate", cep, municipality=tavannes, first_name="Sara", last_name="Lutz")


@pytest.fixture
def canton_officer(db: None) -> User:
    return factories.member("canton_officer", None, first_name="Kurt", last_name="Amstutz")


@pytest.fixture
def administrator(db: None) -> User:
    return factories.member("administrator", None, first_name="Ada", last_name="Minder")


@pytest.fixture
def stranger(db: None) -> User:
    """Somebody who can sign in and belongs nowhere."""
    return factories.UserFactory(first_name="Uwe", last_name="Niemand")


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """A browser that a person has signed in with, second factor passed where their role needs one."""

    def signed_in(user: User) -> Client:
        client = Client()
        factories.sign_in(client, user)
        return client

    return signed_in


@pytest.fixture
def in_cep(cep: Association) -> Iterator[None]:
    """Work on behalf of association A."""
    with association_scope(cep.pk):
        yield


@pytest.fixture
def fresh_cache() -> Iterator[Callable[[], None]]:
    """A shared cache of this test's own; calling it begins with an empty one again. (``clear`` would empty the other
    workers' too, whose limits then forget.)"""
    cache = caches["default"]
    before = cache.key_prefix

    def forget() -> None:
        cache.key_prefix = f"test-{uuid.uuid4()}"

    forget()
    yield forget
    cache.key_prefix = before
