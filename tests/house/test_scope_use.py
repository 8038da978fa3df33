"""A2: nobody reads confidential tables past the scope, except where a line says why."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("promo_portal", "companies", "premises", "coaching", "clusters")
PAST_THE_SCOPE = {"unscoped", "_base_manager"}

# Files that may go past the scope, with the reason. A file that no longer does is taken out again.
ALLOWED = {
    "promo_portal/audit/models.py": "declares the manager",
    "promo_portal/audit/history.py": "declares the manager",
    "promo_portal/audit/record.py": "adds lines to the record, reads none",
    "promo_portal/accounts/admin_base.py": "locks the record that the scoped page has found",
    "promo_portal/accounts/admin/records.py": "administrators read the record itself, without the reasons in closed files",
    "companies/workflow/importing.py": "adds lines to the record, reads none",
    "companies/workflow/taking_back.py": "asks what moved lines of the campaign that it has locked by their entry",
    "companies/workflow/merging.py": "moves to the heir whatever names the merged entry; the policies still hold",
    "premises/models/offer.py": "declares the manager",
    "premises/models/demand.py": "declares the manager",
    "premises/models/shortlist.py": "declares the manager",
    "coaching/models/request.py": "declares the manager",
    "coaching/models/case.py": "declares the manager",
    "clusters/views/clusters.py": "needs and offers that are published, which the policies show to everybody",
    "clusters/models/exchange.py": "declares the manager",
    "clusters/models/registration.py": "declares the manager",
    "coaching/models/commission.py": "declares the manager",
    "coaching/models/documents.py": "declares the manager",
    "coaching/models/annexes.py": "declares the manager",
    "coaching/models/money.py": "declares the manager",
    "coaching/models/parts.py": "declares the manager",
    "coaching/models/plan.py": "declares the manager",
    "coaching/models/progress.py": "declares the manager",
    "coaching/models/specialists.py": "declares the manager",
    "coaching/models/talk.py": "declares the manager",
    "promo_portal/files/models.py": "declares the manager",
    "promo_portal/mailing/workflow/staff.py": "adds lines to the record, reads none",
    "promo_portal/reminders/preview.py": "adds lines to the record, reads none",
    "promo_portal/demo/seeding.py": "counts what the demo has made",
    "coaching/deadlines.py": "the request that a deadline names, before it belongs to an association",
    "coaching/emails/founder.py": "the request that a mail names; drafts belong to no association",
    "coaching/slots/space.py": "a person's own requests, by the address they signed in with",
    "coaching/workflow/locking.py": "locks the row that a view has found within its scope or by its key",
    "coaching/links.py": "a founder without an account, by the key in a signed link",
    "coaching/workflow/drafts.py": "drafts belong to nobody yet; a visitor holds the key",
}


def uses(source: str) -> Iterator[int]:
    """Lines that name a manager without a scope."""
    for node in ast.walk(ast.parse(source)):
        if (
            (isinstance(node, ast.Attribute) and node.attr in PAST_THE_SCOPE)
            or (isinstance(node, ast.Name) and node.id in PAST_THE_SCOPE)
            or (isinstance(node, ast.Constant) and node.value in PAST_THE_SCOPE)
        ):
            yield node.lineno


def our_files() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def test_no_file_reads_past_the_scope_unless_it_is_listed_with_a_reason() -> None:
    found = {str(path.relative_to(ROOT)): list(uses(path.read_text(encoding="utf-8"))) for path in our_files()}
    guilty = {name: lines for name, lines in found.items() if lines}

    assert len(found) >= 150
    assert {name: lines for name, lines in guilty.items() if name not in ALLOWED} == {}
    assert sorted(set(ALLOWED) - set(guilty)) == []


@pytest.mark.parametrize(
    "source", ["CaseFile.unscoped.all()", "getattr(CaseFile, 'unscoped')", "CaseFile._base_manager.get(pk=1)"]
)
def test_control_a_use_is_seen(source: str) -> None:
    """A2's control."""
    assert list(uses(source)) == [1]


def test_raw_sql_stays_in_few_places() -> None:
    """SQL by hand knows no scope; row-level security does, but each place is worth a look."""
    expected = {
        "promo_portal/core/clock.py",
        "promo_portal/core/checks.py",
        "promo_portal/core/grants.py",
        "promo_portal/core/limits.py",
        "promo_portal/core/scope.py",
    }
    with_cursor = {
        str(path.relative_to(ROOT))
        for path in our_files()
        if any(
            isinstance(node, ast.Attribute) and node.attr in {"cursor", "raw", "extra"}
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
        and not path.is_relative_to(ROOT / "promo_portal/embedded")
    }

    assert expected <= with_cursor
    confidential = ("coaching_casefile", "coaching_casenote", "coaching_task", "coaching_decision")
    touching = {
        name
        for name in with_cursor
        if any(table in (ROOT / name).read_text(encoding="utf-8") for table in confidential)
    }
    assert touching == set()
