"""What a first visit transfers, and how a poor phone shows it: budgets of the page types that visitors meet first."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import acceptance
from tests.browser.conftest import LivePortal, from_elsewhere
from tests.browser.looks import PUBLIC, TODAY, Row
from tests.browser.page_table import ROWS
from tests.browser.public_pages import DEMO_ROWS, TROUBLE_ROWS
from tests.browser.scene import Scene

pytestmark = pytest.mark.browser

NOT_FOR_VISITORS = {row.name for row in (*DEMO_ROWS, *TROUBLE_ROWS)} | {"styleguide"}
VISITED = [
    row for row in ROWS if row.kind == PUBLIC and not row.role and not row.act and row.name not in NOT_FOR_VISITORS
]
TODAYS = [row for number, row in enumerate(VISITED) if (number + TODAY) % 4 == 0]  # the others in the next days
WITH_MAP = [row for row in VISITED if row.route in {"companies:list", "premises:list"}]
FIRST = [row for row in ROWS if row.name in {"home", "coaching start", "question 1", "question 4", "sign-in"}]
MOST_LCP, MOST_CLS, MOST_INP = 2000, 0.05, 200
TRIES = 3  # a busy machine slows a page down, never up

Phone = Callable[..., BrowserContext]


@pytest.fixture
def cold(browser: Browser, scene: Scene) -> Phone:
    """A browser that has never been here, on a phone or a desk, as a person of the scene."""

    def open_browser(row: Row, *, width: int = 390) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, locale="fr-CH", extra_http_headers=from_elsewhere()
        )
        cookies = scene.cookies(row.role) if row.role else {}
        context.add_cookies(
            [{"name": name, "value": value, "url": scene.portal.url} for name, value in cookies.items()]
        )
        return context

    return open_browser


@pytest.mark.parametrize("row", TODAYS, ids=lambda row: row.name)
def test_a_first_visit_transfers_little(row: Row, cold: Phone, scene: Scene, live_portal: LivePortal) -> None:
    context = cold(row)

    found = acceptance.transfer(context, live_portal.url + row.path(scene, "fr"))

    context.close()
    within_budget(row, found)


@pytest.mark.parametrize("row", WITH_MAP, ids=lambda row: row.name)
def test_a_map_in_view_stays_within_the_budget(row: Row, cold: Phone, scene: Scene, live_portal: LivePortal) -> None:
    """On a desk the map stands beside the list and is live at once; on a phone it is fetched when it comes into view."""
    context = cold(row, width=1280)

    found = acceptance.transfer(context, live_portal.url + row.path(scene, "fr"), scroll_to="[data-map]")

    context.close()
    assert has_map(found)
    within_budget(row, found)


def has_map(found: acceptance.Transfer) -> bool:
    """Whether the page fetched what makes a map live."""
    return any("leaflet" in name for name in found.names)


def within_budget(row: Row, found: acceptance.Transfer) -> None:
    """Fail with everything that exceeds the budget of such a page."""
    print(row.name, found.requests, "requests", found.by_kind)
    budget = acceptance.MAP_BUDGET if has_map(found) else acceptance.BUDGET
    most = acceptance.MOST_BYTES_WITH_MAP if has_map(found) else acceptance.MOST_BYTES
    assert found.beyond(budget=budget, requests=acceptance.MOST_REQUESTS, total=most) == []


@pytest.mark.parametrize("row", FIRST, ids=lambda row: row.name)
def test_a_poor_phone_shows_the_page_within_two_seconds(
    row: Row, cold: Phone, scene: Scene, live_portal: LivePortal
) -> None:
    url = live_portal.url + row.path(scene, "fr")

    best: list[acceptance.Vitals] = []
    for _try in range(TRIES):
        context = cold(row)
        best.append(acceptance.poor_phone(context, url))
        context.close()
        if best[-1].lcp <= MOST_LCP and best[-1].inp <= MOST_INP:
            break

    print(row.name, best)
    assert min(one.lcp for one in best) <= MOST_LCP, best
    assert min(one.cls for one in best) <= MOST_CLS, best
    assert min(one.inp for one in best) <= MOST_INP, best


def test_the_budget_notices_what_is_too_much() -> None:
    heavy = acceptance.Transfer(requests=13, by_kind={"Document": 31_000, "Script": 120_000, "Image": 900_000})

    found = heavy.beyond(budget=acceptance.BUDGET, requests=acceptance.MOST_REQUESTS, total=acceptance.MOST_BYTES)

    assert len(found) == 4
