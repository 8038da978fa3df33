"""A still clock, French to begin with, and browsers with addresses of their own."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.utils import translation

from promo_portal.core import clock
from tests.coaching.conftest import some_address
from tests.premises.factories import MONDAY


@pytest.fixture(autouse=True)
def in_french() -> Iterator[None]:
    """A request leaves its language behind; each test begins in French."""
    with translation.override("fr"):
        yield


@pytest.fixture
def monday(db: None) -> Iterator[datetime]:
    """Monday 23 November 2026, 14.41 in Zurich."""
    with clock.standing_still(MONDAY) as instant:
        yield instant


@pytest.fixture
def visitor(db: None, fresh_cache: Callable[[], None]) -> Client:
    """A visitor's browser; no page is kept from another test."""
    return Client(REMOTE_ADDR=some_address())
