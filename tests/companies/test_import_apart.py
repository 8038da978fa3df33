"""What the search needs of new entries goes through a second transaction: committed right after the entries, or made again."""

import logging
from typing import Any

import pytest
from django.db import connection, transaction

from companies.imports.run import SEARCHES
from companies.models import ImportRun, Organisation, SearchDocument
from companies.search import rebuild
from companies.workflow.importing import follow_owed, import_file
from promo_portal.jobs.progress import Progress
from promo_portal.regions.models import Municipality
from tests.companies import factories
from tests.companies.test_import_in_bulk import HEAD, row, rows_of

pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENTS = "SELECT organisation_id, name_key, uid, ages_on, tokens::text FROM companies_search_document ORDER BY 1"


class Watched(Progress):
    """Does something at the moment when all entries and documents are written, and nothing is committed."""

    def __init__(self, then: Any) -> None:
        super().__init__()
        self._then = then

    def at(self, done: int, total: int | None = None, message: str = "", **values: Any) -> None:
        if message == SEARCHES:
            self._then()


@pytest.fixture
def path(tmp_path: Any, tavannes: Municipality) -> Any:
    factories.activity("2652")
    file = tmp_path / "liste.csv"
    file.write_text(HEAD + row(1) + row(2) + row(3))
    return file


def lose_the_other_transaction() -> None:
    """End the session that holds it, as a server's restart would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle in transaction'"
        )
        assert cursor.fetchall() == [(True,)]


def test_documents_are_committed_with_the_entries_but_not_by_the_same_transaction(path: Any) -> None:
    seen: list[tuple[int, int]] = []
    watch = Watched(lambda: seen.append((Organisation.objects.count(), SearchDocument.objects.count())))

    import_file(path, progress=watch)

    assert seen == [(3, 0)]
    assert SearchDocument.objects.count() == 3
    assert not ImportRun.objects.get().owes_search


def test_within_a_transaction_all_goes_through_that_one(path: Any) -> None:
    seen: list[int] = []

    with transaction.atomic():
        import_file(path, progress=Watched(lambda: seen.append(SearchDocument.objects.count())))

    assert seen == [3]
    assert not ImportRun.objects.get().owes_search


def test_what_fails_at_the_very_end_leaves_no_documents(path: Any) -> None:
    def fail() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        import_file(path, progress=Watched(fail))

    assert not SearchDocument.objects.exists()
    assert not Organisation.objects.exists()


def test_documents_that_were_lost_are_made_again(path: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL, "companies.imports.beside"):
        import_file(path, progress=Watched(lose_the_other_transaction))
    assert Organisation.objects.count() == 3
    assert not SearchDocument.objects.exists()
    assert ImportRun.objects.get().owes_search

    assert follow_owed() == 1

    found = rows_of(DOCUMENTS)
    rebuild()
    assert len(found) == 3
    assert rows_of(DOCUMENTS) == found
    assert not ImportRun.objects.get().owes_search
    assert follow_owed() == 0
