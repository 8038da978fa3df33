"""The small directory, made once for all tests that only read it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from companies.search import rebuild
from tests.companies.corpus import Corpus, build
from tests.house.test_bad_input import taken_back

TODAY = date(2026, 11, 2)


@pytest.fixture(scope="module")
def corpus(django_db_setup: None, django_db_blocker: Any) -> Iterator[Corpus]:
    """Some 200 entries with their search; taken back after the module."""
    with django_db_blocker.unblock(), taken_back():
        made = build(TODAY)
        rebuild(TODAY)
        yield made
