"""Every page type, measured: see ``page_table`` for the rows and ``acceptance`` for the measures."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override
from playwright.sync_api import Browser, Page

from promo_portal.core.context import current_branding
from tests.browser import acceptance
from tests.browser.acceptance import BUILD
from tests.browser.conftest import from_elsewhere, listen
from tests.browser.page_table import NO_PAGES, PUBLIC, ROWS, STOCK, Row, route_names

pytestmark = pytest.mark.browser

WIDTHS, LANGUAGES, THEMES = (390, 1280), ("fr", "de", "en"), ("light", "dark")
HEIGHT = {390: 844, 1280: 900}
SCREENSHOTS = os.environ.get("PORTAL_SCREENSHOTS") == "1"
PICTURED = os.environ.get("PORTAL_SCREENSHOT_LANGUAGES", "fr").split()
TODAY = datetime.now(UTC).toordinal()
OFTEN = [row for row in ROWS if not row.is_rare]
LOOKS = list(product(LANGUAGES, THEMES, WIDTHS))
TODAYS = [row for number, row in enumerate(OFTEN) if (number + TODAY) % 3 == 0]
OTHER_LOOKS = [look for look in LOOKS if look[:2] != ("fr", "light")]


@dataclass
class Visit:
    """An open page and what its browser complained about."""

    row: Row
    page: Page
    html: str
    language: str
    complaints: list[str] = field(default_factory=list)


Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, scene: Any) -> Iterator[Open]:
    """Open a row of the table in a browser of its own."""
    opened: list[Any] = []

    def open_row(row: Row, *, language: str = "fr", theme: str = "light", width: int = 390) -> Visit:
        portal = scene.portal
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT[width]},
            locale={"fr": "fr-CH", "de": "de-CH", "en": "en-GB"}[language],
            timezone_id="Europe/Zurich",
            extra_http_headers=from_elsewhere(),
        )
        opened.append(context)
        path = row.path(scene, language)
        cookies = {
            "theme": theme,
            settings.LANGUAGE_COOKIE_NAME: language,
            **(scene.cookies(row.role) if row.role else {}),
        }
        context.add_cookies([{"name": name, "value": value, "url": portal.url} for name, value in cookies.items()])
        page = context.new_page()
        page.set_default_timeout(10_000)
        found = Visit(row, page, "", language)
        page.on("console", lambda message: listen(message, page, found.complaints))
        page.on("pageerror", lambda error: found.complaints.append(f"script: {error}"))
        page.on("request", lambda request: _must_be_ours(request.url, portal.url, found.complaints))
        answers: list[Any] = []
        page.on("response", lambda answer: answers.append(answer) if _is_the_page(answer, page) else None)
        page.goto(portal.url + path)
        if row.act:
            row.act(page, scene)
        else:
            assert page.url == portal.url + path, f"{path} leads to {page.url}"
        response = answers[-1]
        assert response.status == row.status, f"{page.url} answered {response.status}"
        found.html = response.text()
        page.wait_for_load_state("load")
        if row.status >= 500:  # the browser reports the status of the page itself
            found.complaints = [one for one in found.complaints if "Failed to load resource" not in one]
        return found

    yield open_row
    for context in opened:
        context.close()


def _is_the_page(answer: Any, page: Page) -> bool:
    return bool(answer.request.is_navigation_request() and answer.frame == page.main_frame)


def _must_be_ours(url: str, home: str, complaints: list[str]) -> None:
    if not url.startswith((home, "data:", "blob:", "about:")):
        complaints.append(f"request to another host: {url}")


def shortcomings(visit: Visit) -> list[str]:
    """Everything that can be measured on an open page, as sentences."""
    row, page = visit.row, visit.page
    width = page.viewport_size["width"]  # type: ignore[index]
    with override(visit.language):
        branding = current_branding()
        site = f"{branding.name} {branding.territory}" if row.kind == PUBLIC else ""
    found = [
        *visit.complaints,
        *acceptance.markup(
            visit.html, language=visit.language, site=site, is_home=row.name == "home", is_refused=row.is_refused
        ),
        *acceptance.structure(page),
        *acceptance.sideways(page),
        *acceptance.spilling(page),
        *acceptance.small_targets(page),
        *(acceptance.low_controls(page) if row.kind == PUBLIC else []),
        *(acceptance.narrow(page) if width == 390 else acceptance.large_text(page)),
        *acceptance.axe(page, only_grave=row.kind == STOCK),
    ]
    walked, stops = acceptance.focus_walk(page)
    found += walked
    if not stops:
        found.append("nothing can be reached by keyboard")
    return found


def all_is_well(found: list[str]) -> None:
    """Fail with every sentence, not only the first."""
    assert not found, "\n" + "\n".join(found)


def picture(visit: Visit, name: str) -> None:
    """Keep what the page looks like, to be looked at by a person."""
    folder = BUILD / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    visit.page.evaluate("window.scrollTo(0, 0); document.activeElement && document.activeElement.blur()")
    file = re.sub(r"[^a-z0-9-]+", "-", name.lower())
    visit.page.screenshot(path=folder / f"{file}.png", full_page=True)


@pytest.mark.parametrize("row", OFTEN, ids=lambda row: row.name)
def test_a_page_holds_in_french_on_desk_and_phone(row: Row, visit: Open) -> None:
    """One visit, two windows: nothing in our pages depends on the width they were opened with."""
    found = visit(row, width=1280)
    at_desk = shortcomings(found)

    found.page.set_viewport_size({"width": 390, "height": HEIGHT[390]})
    on_phone = shortcomings(found)

    all_is_well([f"1280: {one}" for one in at_desk] + [f"390: {one}" for one in on_phone if one not in at_desk])


@pytest.mark.parametrize("row", TODAYS, ids=lambda row: row.name)
def test_a_page_holds_in_the_look_of_the_day(row: Row, visit: Open) -> None:
    """Each page in one of the other looks every third day; all of them in `make browser`."""
    language, theme, width = OTHER_LOOKS[(TODAY + OFTEN.index(row)) % len(OTHER_LOOKS)]

    found = visit(row, language=language, theme=theme, width=width)

    all_is_well([f"{language} {theme} {width}: {one}" for one in shortcomings(found)])


if SCREENSHOTS:

    @pytest.mark.parametrize("language", PICTURED)
    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
    def test_pictures_are_taken_to_be_looked_at(row: Row, language: str, visit: Open) -> None:
        for theme in THEMES:
            found = visit(row, language=language, theme=theme, width=1280)
            for width in WIDTHS:
                found.page.set_viewport_size({"width": width, "height": HEIGHT[width]})
                picture(found, f"{row.name}-{language}-{theme}-{width}")


@pytest.mark.variant
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_page_holds_in_every_look(row: Row, look: tuple[str, str, int], visit: Open) -> None:
    language, theme, width = look

    found = visit(row, language=language, theme=theme, width=width)

    all_is_well(shortcomings(found))


def test_every_page_of_the_resolver_stands_in_the_table() -> None:
    named = {row.route for row in ROWS} | set(NO_PAGES)

    known = {name for name in route_names() if not name.endswith(("_delete", "_add"))}

    assert known - named == set()
    assert named - known == set()


def test_the_table_is_not_shorter_than_it_was() -> None:
    assert len(ROWS) >= 60
    assert len({row.name for row in ROWS}) == len(ROWS)
