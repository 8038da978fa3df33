"""On paper: at most two pages of A4, without navigation and controls."""

import io
from typing import Any

import pytest
from playwright.sync_api import BrowserContext
from pypdf import PdfReader

from tests.browser.looks import Row
from tests.browser.page_table import ROWS

pytestmark = pytest.mark.browser
NAMES = (
    "home",
    "company",
    "coaching start",
    "sent",
    "premises",
    "hall",
    "cluster",
    "My day, manager",
    "data protection",
)
PRINTED = [row for row in ROWS if row.name in NAMES]
MOST_PAGES = 2


@pytest.mark.parametrize("row", PRINTED, ids=lambda row: row.name)
def test_a_page_fits_on_two_sheets_without_its_navigation(row: Row, context: BrowserContext, scene: Any) -> None:
    portal = scene.portal
    if row.role:
        cookies = scene.cookies(row.role)
        context.add_cookies([{"name": name, "value": value, "url": portal.url} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(portal.url + row.path(scene, "fr"))
    heading = page.locator("h1").first.inner_text().split()[0]

    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    text = "\n".join(sheet.extract_text() for sheet in sheets)

    assert len(sheets) <= MOST_PAGES
    assert heading in text
    assert "Aller au contenu" not in text
    assert "Automatique" not in text


def test_all_of_them_are_found() -> None:
    assert len(PRINTED) == len(NAMES)
