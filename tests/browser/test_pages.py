"""Every page type, measured: see ``page_table`` for the rows and ``acceptance`` for the measures."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override
from playwright.sync_api import Browser, BrowserContext, Page

from promo_portal.core.context import current_branding
from tests.browser import acceptance
from tests.browser.acceptance import BUILD
from tests.browser.conftest import from_elsewhere, listen
from tests.browser.looks import PUBLIC, STAFF, STOCK, TODAY, Row
from tests.browser.no_pages import NO_PAGES
from tests.browser.page_table import ROWS, route_names

pytestmark = pytest.mark.browser

WIDTHS, LANGUAGES, THEMES = (390, 1280), ("fr", "de", "en"), ("light", "dark")
HEIGHT = {390: 844, 1280: 900}
SCREENSHOTS = os.environ.get("PORTAL_SCREENSHOTS") == "1"
PICTURED = os.environ.get("PORTAL_SCREENSHOT_LANGUAGES", "fr").split()
OFTEN = [row for row in ROWS if not row.is_rare]
LOOKS = list(product(LANGUAGES, THEMES, WIDTHS))
# Each page comes in turn: the public's every second day, staff's every fourth; the stock lists and forms of the admin,
# which share three templates, every fifth. All of them come in `make browser`.
TURNS = {STOCK: 5, STAFF: 2, PUBLIC: 2}
TURN = [row for number, row in enumerate(OFTEN) if (number + number // 2 + TODAY) % TURNS[row.kind] == 0]
USUAL = [row for row in TURN if row.kind != STAFF or (OFTEN.index(row) // 2 + TODAY // 2) % 2 == 0]
TODAYS = [row for number, row in enumerate(TURN) if (number + TODAY // 2) % 8 == 0]
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


@pytest.fixture(scope="module")
def browser_of(browser: Browser) -> Iterator[Callable[[str], BrowserContext]]:
    """One browser for each language: it keeps stylesheets and typeface, and forgets who it was before each visit."""
    contexts: dict[str, BrowserContext] = {}

    def of(language: str) -> BrowserContext:
        if language not in contexts:
            locale = {"fr": "fr-CH", "de": "de-CH", "en": "en-GB"}[language]
            contexts[language] = browser.new_context(locale=locale, timezone_id="Europe/Zurich")
        contexts[language].clear_cookies()
        contexts[language].set_extra_http_headers(from_elsewhere())
        return contexts[language]

    yield of
    for context in contexts.values():
        context.close()


@pytest.fixture
def visit(browser_of: Callable[[str], BrowserContext], scene: Any) -> Iterator[Open]:
    """Open a row of the table as a visitor who has not been here."""
    opened: list[Page] = []

    def open_row(row: Row, *, language: str = "fr", theme: str = "light", width: int = 390) -> Visit:
        portal = scene.portal
        context = browser_of(language)
        path = row.path(scene, language)
        cookies = {
            "theme": theme,
            settings.LANGUAGE_COOKIE_NAME: language,
            **(scene.cookies(row.role) if row.role else {}),
        }
        context.add_cookies([{"name": name, "value": value, "url": portal.url} for name, value in cookies.items()])
        page = context.new_page()
        opened.append(page)
        page.set_viewport_size({"width": width, "height": HEIGHT[width]})
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
    for page in opened:
        page.close()


def _is_the_page(answer: Any, page: Page) -> bool:
    return bool(answer.request.is_navigation_request() and answer.frame == page.main_frame)


def _must_be_ours(url: str, home: str, complaints: list[str]) -> None:
    if not url.startswith((home, "data:", "blob:", "about:")):
        complaints.append(f"request to another host: {url}")


def misfits(visit: Visit) -> list[str]:
    """What does not fit, or was not served as it should be, at the width of the window."""
    row, page = visit.row, visit.page
    width = page.viewport_size["width"]  # type: ignore[index]
    with override(visit.language):
        branding = current_branding()
        site = f"{branding.name} {branding.territory}" if row.kind == PUBLIC else ""
    return [
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
    ]


def barriers(visit: Visit) -> list[str]:
    """What keeps people out who use a keyboard, or eyes or ears other than most."""
    found = acceptance.axe(visit.page, only_grave=visit.row.kind == STOCK)
    walked, stops = acceptance.focus_walk(visit.page)
    found += walked
    if not stops:
        found.append("nothing can be reached by keyboard")
    return found


def shortcomings(visit: Visit, *widths: int, barriers_at: int | None = None, whole: bool = False) -> list[str]:
    """Everything that can be measured on an open page at some widths, as sentences; long lists are cut unless ``whole``.

    One visit serves all widths: nothing in our pages depends on the width they were opened with. With ``barriers_at`` the
    keyboard and axe walk the page at that width only.
    """
    found: dict[str, str] = {}
    for measure, at in ((misfits, widths), (barriers, (barriers_at,) if barriers_at else widths)):
        if measure is barriers and not whole:
            acceptance.shorten(visit.page)
        for width in at:
            if visit.page.viewport_size["width"] != width:  # type: ignore[index]
                visit.page.set_viewport_size({"width": width, "height": HEIGHT[width]})
            for sentence in measure(visit):
                found.setdefault(sentence, f"{width}: {sentence}")
    return list(found.values())


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


@pytest.mark.parametrize("row", USUAL, ids=lambda row: row.name)
def test_a_page_holds_in_french_on_desk_and_phone(row: Row, visit: Open) -> None:
    """The keyboard and axe take one of the two widths today, the other the next time."""
    barriers_at = WIDTHS[(OFTEN.index(row) + TODAY // 2) % 2]

    all_is_well(shortcomings(visit(row, width=1280), 1280, 390, barriers_at=barriers_at))


@pytest.mark.parametrize("row", TODAYS, ids=lambda row: row.name)
def test_a_page_holds_in_the_look_of_the_day(row: Row, visit: Open) -> None:
    """Each page in one of the other looks every week or so; all of them in `make browser`."""
    language, theme, width = OTHER_LOOKS[(TODAY + OFTEN.index(row)) % len(OTHER_LOOKS)]

    found = visit(row, language=language, theme=theme, width=width)

    all_is_well([f"{language} {theme} {width}: {one}" for one in shortcomings(found, width)])


def test_a_row_of_tabs_begins_where_the_reader_is(visit: Open) -> None:
    """On a phone it is wider than the window; the tab of the page is in sight all the same."""
    row = next(row for row in ROWS if row.name == "file, hours")

    found = visit(row, language="de", width=390)

    bar, tab = (found.page.locator(one).bounding_box() for one in (".tabs", ".tabs [aria-current]"))
    assert bar
    assert tab
    assert bar["x"] <= tab["x"]
    assert tab["x"] + tab["width"] <= bar["x"] + bar["width"] + 1


def test_a_draft_says_when_there_is_no_connection_and_is_saved_once_there_is(visit: Open) -> None:
    row = next(row for row in ROWS if row.name == "question 4" and row.role)
    page = visit(row).page

    page.context.set_offline(True)
    page.locator("main textarea").first.fill("Un atelier de taillage.")
    page.locator(".offline").wait_for()
    page.context.set_offline(False)
    page.locator("main textarea").first.fill("Un atelier de taillage à Reconvilier.")

    page.locator(".offline").wait_for(state="detached")
    page.locator("[data-saved] svg").wait_for()


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

    all_is_well(shortcomings(found, width, whole=True))


def test_every_page_of_the_resolver_stands_in_the_table() -> None:
    named = {row.route for row in ROWS if not row.route.endswith("_add")} | set(NO_PAGES)

    known = {name for name in route_names() if not name.endswith(("_delete", "_add"))}

    assert known - named == set()
    assert named - known == set()


def test_the_table_is_not_shorter_than_it_was() -> None:
    assert len(ROWS) >= 400
    assert len({row.name for row in ROWS}) == len(ROWS)
