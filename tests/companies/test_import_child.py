"""Rows read by a process of their own are the same rows; a child that is lost fails the run, and none is left behind."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from companies.imports import run
from companies.imports.child import ChildLost, by_child
from companies.models import ImportRow, Organisation, SearchDocument
from companies.workflow.importing import import_file
from promo_portal.regions.models import Municipality
from tests.companies import factories
from tests.companies import test_import_further as further
from tests.companies.test_import_in_bulk import HEAD, row

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="the child is made on Linux only"),
    pytest.mark.filterwarnings(
        "ignore:This process .* is multi-threaded:DeprecationWarning"
    ),  # the runner's own threads
]
LARGE = [["é" * 1_000, number, {"a": (1, None)}] for number in range(3_000)]  # several times what a pipe holds


def all_children() -> set[str]:
    return {child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()}


@pytest.fixture
def children() -> Callable[[], int]:
    """How many more children there are than at the beginning, when the runner may have servers."""
    before = all_children()
    return lambda: len(all_children() - before)


def test_what_a_child_makes_arrives_whole_and_in_order(children: Callable[[], int]) -> None:
    assert list(by_child(lambda: ([number, LARGE] for number in range(3)))) == [[number, LARGE] for number in range(3)]
    assert children() == 0


def test_a_fault_in_the_child_is_told_with_its_words(children: Callable[[], int]) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise KeyError("colonne")

    made = by_child(items)

    assert next(made) == 1
    with pytest.raises(ChildLost, match="KeyError: 'colonne'"):
        next(made)
    assert children() == 0


def test_a_child_that_is_killed_is_missed() -> None:
    def items() -> Iterator[int]:
        yield 1
        os.kill(os.getpid(), signal.SIGKILL)
        yield 2

    made = by_child(items)

    assert next(made) == 1
    with pytest.raises(ChildLost, match="was lost"):
        next(made)


def test_a_child_nobody_listens_to_any_more_is_ended(children: Callable[[], int]) -> None:
    made = by_child(lambda: iter([LARGE] * 100))
    next(made)
    assert children() == 1

    made.close()  # type: ignore[attr-defined]

    assert children() == 0


def test_a_child_holds_none_of_its_parents_connections() -> None:
    here, there = socket.socketpair()
    with here, there:

        def items() -> Iterator[Any]:
            try:
                os.fstat(here.fileno())
            except OSError:
                yield "closed"

        assert list(by_child(items)) == ["closed"]


@pytest.fixture
def by_a_child(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every file counts as long, and the runner's other threads are no reason against; how often was asked."""
    asked: list[int] = []
    monkeypatch.setattr(run, "WORTH_IT", 1)
    monkeypatch.setattr(run, "is_possible", lambda: not asked.append(1))
    return asked


@pytest.mark.django_db
def test_what_few_rows_hold_comes_through_too(tmp_path: Any, tavannes: Municipality, by_a_child: list[int]) -> None:
    factories.activity("2652")
    factories.capability("polishing", "polissage")
    path = tmp_path / "liste.csv"
    path.write_text(further.HEAD + further.ROW)

    assert import_file(path).counts["create"] == 1

    one = Organisation.objects.get()
    assert (one.size_class, one.founded_year, one.languages) == ("10-49", 1985, "fr de")
    assert (one.lon, one.contacts.get().last_name) != (None, "")
    assert [link.capability.slug for link in one.capability_links.all()] == ["polishing"]
    assert by_a_child == [1]


@pytest.mark.django_db
def test_an_import_is_the_same_whoever_reads_its_rows(
    tmp_path: Any, tavannes: Municipality, request: pytest.FixtureRequest
) -> None:
    factories.activity("2652")
    rows = [
        row(1),
        row(2, "Œuvre & Fils Sàrl ②"),
        "Sans lieu SA;CHE1;;;;;\n",
        row(3, "", '"=cmd()"'),
        "x;y;z;z;z;z;z;z;z;z\n",
    ]
    path = tmp_path / "liste.csv"
    path.write_text(HEAD + "".join(rows))
    before = import_file(path, dry_run=True)
    asked = request.getfixturevalue("by_a_child")

    after = import_file(path)

    assert asked == [1]
    assert (after.counts, after.reasons) == (before.counts, before.reasons)
    assert after.counts["create"] == 2 == Organisation.objects.count() == SearchDocument.objects.count()
    refused = ImportRow.objects.filter(verdict="reject")
    assert sorted(line.cells[0] for line in refused) == ["Atelier 3 SA", "Sans lieu SA", "x"]
