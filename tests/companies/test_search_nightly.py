"""The nightly rebuild reads the directory for minutes; what comes in meanwhile is found all the same."""

from collections.abc import Collection, Iterator
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from companies.changed import organisations_changed
from companies.models import SearchDocument
from companies.search import rebuild
from companies.search.upkeep import nightly_pass
from promo_portal.core import slots
from promo_portal.regions.models import Municipality
from tests.companies import factories

pytestmark = pytest.mark.django_db(transaction=True)


class Newcomer:
    """Makes an entry by another connection, once, while a rebuild asks what other apps know of those it has read."""

    def __init__(self, place: Municipality) -> None:
        self.place, self.pk = place, 0

    def __call__(self, organisation_ids: Collection[int]) -> dict[int, Any]:
        if organisation_ids and not self.pk:
            self.pk = -1
            thread = Thread(target=self._make)
            thread.start()
            thread.join()
        return {}

    def _make(self) -> None:
        try:
            self.pk = factories.organisation(self.place, name="Arrivée de nuit SA").pk
            organisations_changed([self.pk])
        finally:
            connection.close()


@pytest.fixture
def newcomer(tavannes: Municipality) -> Iterator[Newcomer]:
    factories.organisation(tavannes, name="Depuis toujours SA")
    one = Newcomer(tavannes)
    slots.search_tokens.register("newcomer", one)
    yield one
    del slots.search_tokens._entries["newcomer"]


def test_a_rebuild_alone_loses_what_came_in_meanwhile(newcomer: Newcomer) -> None:
    rebuild()

    assert newcomer.pk > 0
    assert not SearchDocument.objects.filter(pk=newcomer.pk).exists()


def test_the_nightly_pass_brings_it_back(newcomer: Newcomer) -> None:
    assert nightly_pass()

    assert newcomer.pk > 0
    assert SearchDocument.objects.filter(pk=newcomer.pk).exists()
