"""Signed links (F11): one purpose, one end, nothing to guess, nothing in a log."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_portal.core import links, logs
from promo_portal.core.logs import drop_personal

NOW = datetime(2026, 11, 23, 13, 41, tzinfo=UTC)


def test_a_link_says_whose_it_is_until_its_very_second() -> None:
    token = links.sign("coaching.resume", "key", days=30, now=NOW)

    found = links.read("coaching.resume", token)

    assert found is not None
    assert found.key == "key"
    assert not found.has_ended(NOW + timedelta(days=30) - timedelta(seconds=1))
    assert found.has_ended(NOW + timedelta(days=30))


def test_a_link_of_one_purpose_fails_at_another_door() -> None:
    token = links.sign("coaching.resume", "key", days=30, now=NOW)

    assert links.read("coaching.confirm", token) is None


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t.replace("key", "kez"), lambda t: ""]
)
def test_a_changed_link_is_no_link(change: object) -> None:
    token = links.sign("coaching.resume", "key", days=30, now=NOW)

    assert links.read("coaching.resume", change(token)) is None  # type: ignore[operator]


@given(st.text(max_size=200))
def test_nonsense_is_no_link(token: str) -> None:
    assert links.read("coaching.resume", token) is None


def test_a_link_in_a_log_line_is_masked() -> None:
    token = links.sign("coaching.follow", "q3fJ-yMRBbRNn_9Wci7MpTqz", days=400, now=NOW)

    line = drop_personal(None, "warning", {"event": f"Gone: /fr/coaching/suivi/{token}/"})

    assert line == {"event": "Gone: /fr/coaching/suivi/[link]/"}


def test_control_a_log_that_knows_no_links_would_print_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """F11's control for logs."""
    token = links.sign("coaching.follow", "q3fJ-yMRBbRNn_9Wci7MpTqz", days=400, now=NOW)
    monkeypatch.setattr(logs, "LINK", re.compile("(?!)"))

    assert token in drop_personal(None, "warning", {"event": f"Gone: /fr/coaching/suivi/{token}/"})["event"]
