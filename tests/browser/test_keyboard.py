"""Journeys with the keyboard only, and how many presses they take."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.conftest import LivePortal
from tests.browser.scene import Scene

pytestmark = pytest.mark.browser
MOST_PRESSES = 60


def tab_to(page: Page, selector: str) -> int:
    """Press Tab until an element that matches is focused; returns the presses."""
    for presses in range(1, MOST_PRESSES):
        page.keyboard.press("Tab")
        if page.evaluate("selector => !!document.activeElement && document.activeElement.matches(selector)", selector):
            return presses
    raise AssertionError(f"{selector} cannot be reached with Tab on {page.url}")


def wait_as_a_reader(page: Page) -> None:
    """A form that comes back within two seconds is taken for a robot's, and we are none."""
    page.wait_for_timeout(2100)


@pytest.mark.parametrize("path", ["/fr/", "/fr/coaching/", "/de/coaching/"])
def test_the_first_press_offers_to_skip_the_navigation(page: Page, live_portal: LivePortal, path: str) -> None:
    page.goto(live_portal.url + path)

    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def answer_question_1(page: Page) -> None:
    wait_as_a_reader(page)
    for name, value in (("first_name", "Noé"), ("last_name", "Juillerat"), ("email", "noe.juillerat@essai.example")):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(value)
    page.keyboard.press("Enter")


def type_into(name: str, value: str, *, then: str) -> Callable[[Page], None]:
    """Reach a field, type, and go on with Enter or by the button."""

    def answer(page: Page) -> None:
        tab_to(page, f"[name={name}]")
        page.keyboard.type(value)
        if then == "button":
            tab_to(page, "main .btn-primary")
        page.keyboard.press("Enter")

    return answer


def choose(name: str, arrows: int) -> Callable[[Page], None]:
    """Reach a group of choices and choose with the arrows, as radio buttons are."""

    def answer(page: Page) -> None:
        tab_to(page, f"[name={name}]")
        page.keyboard.press("Space")
        for _press in range(arrows):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

    return answer


def test_a_founder_sends_a_request_without_a_mouse(page: Page, live_portal: LivePortal) -> None:
    visited: list[str] = []
    page.on("framenavigated", lambda frame: visited.append(frame.url) if frame == page.main_frame else None)
    page.goto(f"{live_portal.url}/fr/coaching/")

    tab_to(page, "main .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/question/1/")
    for number, answer in enumerate(
        (
            answer_question_1,
            type_into("municipality", "Tavannes", then="Enter"),
            choose("stage", 1),
            type_into("idea", "Réparer des machines-outils chez les clients, sans les déplacer.", then="button"),
            type_into("start", "Au printemps, seul.", then="button"),
            choose("need", 1),
        ),
        start=1,
    ):
        page.wait_for_url(f"**/question/{number}/")
        answer(page)
    page.wait_for_url("**/coaching/verif*/**")
    page.wait_for_timeout(1100)
    tab_to(page, "main .btn-primary")
    page.keyboard.press("Enter")

    expect(page.get_by_text("COA-", exact=False).first).to_be_visible(timeout=20_000)
    assert len([url for url in visited if "#" not in url]) <= 9


def test_a_refused_form_puts_the_focus_on_what_is_wrong(page: Page, live_portal: LivePortal) -> None:
    page.goto(f"{live_portal.url}/fr/coaching/question/1/")

    tab_to(page, "main .btn-primary")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator("#error-summary")).to_be_focused()
    tab_to(page, "#error-summary a")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "first_name"


def test_my_day_is_finished_row_by_row_without_a_mouse(page: Page, live_portal: LivePortal, scene: Scene) -> None:
    """From load to the first row's button: at most five presses."""
    assert scene.sent
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": scene.cookies("manager")[settings.SESSION_COOKIE_NAME]}
    page.context.add_cookies([{**cookie, "url": live_portal.url}])  # type: ignore[list-item]
    page.goto(f"{live_portal.url}/admin/")
    page.wait_for_load_state("networkidle")

    page.keyboard.press("j")  # to the first row's first link or button, whatever the day holds
    focused: Any = page.evaluate("[document.activeElement.tagName, !!document.activeElement.closest('[data-row]')]")

    assert focused[1], focused


def test_the_place_of_an_entry_is_set_by_a_click_with_the_keyboard_and_by_typing(
    page: Page, live_portal: LivePortal, scene: Scene
) -> None:
    number, _slug = scene.company_long
    for name, value in scene.cookies("manager").items():
        page.context.add_cookies([{"name": name, "value": value, "url": live_portal.url}])
    page.goto(f"{live_portal.url}/admin/companies/organisation/{number}/change/")
    lon, lat, ground, mark = (page.locator(one) for one in ("#id_lon", "#id_lat", ".map-live", ".map-marker-pick"))
    page.locator("figure[data-pick-lon]").scroll_into_view_if_needed()

    ground.focus()
    page.keyboard.press("Enter")
    expect(mark).to_be_focused()
    middle = float(lon.input_value())
    page.keyboard.press("ArrowRight")
    moved = float(lon.input_value())
    ground.click(position={"x": 120, "y": 160})
    clicked = float(lon.input_value())
    lat.fill("47.2237")
    lon.fill("7.1003")

    assert clicked < middle < moved < middle + 0.1
    expect(mark).to_have_attribute("aria-label", re.compile("47.2237, 7.1003"))
    page.locator("[name=_continue]").click()
    expect(page.locator("#id_lon")).to_have_value("7.10030")
    lon.fill("")
    lat.fill("")
    expect(mark).to_have_count(0)
