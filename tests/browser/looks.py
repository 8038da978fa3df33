"""What a row says: a page type, where it is, who opens it, and what is done on it before it is looked at."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page

from tests.browser.scene import Scene

PUBLIC, STAFF, STOCK = "public", "staff", "stock"


# The number of the day: short runs look at a part of the rows, another part each day (PORTAL_DAY for another day's part).
TODAY = int(os.environ.get("PORTAL_DAY", "0")) or datetime.now(UTC).toordinal()


Find = Callable[[Scene, str], str]


Act = Callable[[Page, Scene], Any]


@dataclass(frozen=True)
class Row:
    """A page type in one state. ``kind`` says how strict the measures are: stock admin pages are not ours to redraw."""

    name: str
    route: str
    find: Find
    role: str = ""
    kind: str = PUBLIC
    status: int = 200
    act: Act | None = None
    is_refused: bool = False
    is_rare: bool = False  # looked at in `make browser` only

    def path(self, scene: Scene, language: str) -> str:
        return self.find(scene, language)


def at(route: str, *arguments: Any, query: str = "") -> Find:
    """The page of a route with fixed arguments."""
    return lambda scene, language: scene.path(route, *arguments, language=language, query=query)


def of(route: str, *gather: Callable[[Scene], Any]) -> Find:
    """The page of a route with arguments from the scene."""
    return lambda scene, language: scene.path(route, *(one(scene) for one in gather), language=language)


def page(name: str, route: str, **more: Any) -> Row:
    """A row whose address needs no arguments."""
    return Row(name, route, more.pop("find", at(route)), **more)


MAIN_BUTTON = "main form[method=post] :is(.btn-primary, .btn-danger):visible"


def send(selector: str = MAIN_BUTTON, *, chosen: bool = True) -> Act:
    """Press the form's main button as it stands, or with nothing chosen, then look at what comes back."""

    def press(page: Page, scene: Scene) -> None:
        page.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true; })")
        if not chosen:
            page.evaluate("document.querySelectorAll('main [type=radio]').forEach((one) => { one.checked = false; })")
        with page.expect_navigation():
            page.locator(selector).first.click()

    return press


REFUSED: dict[str, Any] = {"status": 422, "is_refused": True}
