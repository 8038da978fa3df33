"""Browsers that come from an address of their own, since limits count addresses across tests, and a still clock."""

import secrets
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.utils import translation

from coaching.models import CaseFile
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.regions.models import Municipality
from tests.coaching import factories


def some_address() -> str:
    """An address that no other test uses."""
    return ".".join(["10", *(str(1 + secrets.randbelow(250)) for _ in range(3))])


@pytest.fixture(autouse=True)
def in_french() -> Iterator[None]:
    """A request leaves its language behind; each test begins in French."""
    with translation.override("fr"):
        yield


@pytest.fixture
def monday(db: None) -> Iterator[datetime]:
    """Monday 23 November 2026, 14.41 in Zurich."""
    with clock.standing_still(factories.MONDAY) as instant:
        yield instant


@pytest.fixture
def visitor(db: None) -> Client:
    """A visitor's browser."""
    return Client(REMOTE_ADDR=some_address())


@pytest.fixture
def other_browser(db: None) -> Client:
    """Another browser of the same person, elsewhere."""
    return Client(REMOTE_ADDR=some_address())


@pytest.fixture
def case(tavannes: Municipality, manager: User, coach: User) -> CaseFile:
    """An open file of association A, led by the coach."""
    return factories.open_case(tavannes, manager=manager, lead=coach)
