"""Acceptance by measurement: what can be said about any page without knowing what it is for.

Every function looks at the page that is open and returns sentences about what is wrong; an empty list is well. So a test
collects all of them and shows everything at once.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, CDPSession, Page

MEASURE = (Path(__file__).parent / "measure.js").read_text()
OBSERVE = (Path(__file__).parent / "observe.js").read_text()
BUILD = Path(__file__).resolve().parents[2] / ".build"
GRAVE = frozenset({"serious", "critical"})
MOST_TABS, TABS_AT_ONCE = 300, 12
ROWS_KEPT = 12
LEAST_TARGET, LEAST_CONTROL = 24, 44

# Target size is measured more strictly below; preloading style sheets would trip over our policy and show as its breach.
AXE: dict[str, Any] = {
    "resultTypes": ["violations"],
    "preload": False,
    "rules": {"target-size": {"enabled": False}, "css-orientation-lock": {"enabled": False}},
}
# Only violations come back, and of each what a sentence needs: the rest weighs more than the rules themselves.
AXE_RUN = """async (options) => (await axe.run(document, { ...options, reporter: "no-passes" })).violations.map(
  ({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => ({ html, failureSummary })) }))"""


def _ask(page: Page, call: str) -> Any:
    return page.evaluate(f"{MEASURE}.{call}")


# -- accessibility rules -----------------------------------------------------------------------------------------------


def axe(page: Page, *, only_grave: bool = False) -> list[str]:
    """Violations of axe's rules; on stock pages only the serious and critical ones."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = []
    for violation in page.evaluate(AXE_RUN, AXE):
        if only_grave and violation["impact"] not in GRAVE:
            continue
        for node in violation["nodes"]:
            reason = " ".join((node.get("failureSummary") or "").split())[:220]
            found.append(f"axe {violation['id']} ({violation['impact']}): {node['html'][:160]} — {reason}")
    return found


def shorten(page: Page) -> None:
    """Leave a list its first rows: the fiftieth is made like the tenth, and every rule looks at each of them."""
    page.evaluate(
        f"for (const row of document.querySelectorAll('tbody > tr:nth-child(n + {ROWS_KEPT + 1})')) row.remove()"
    )


def structure(page: Page) -> list[str]:
    """One visible h1, no id twice, sideways scrolling regions reachable by keyboard."""
    return list(_ask(page, "structure()"))


# -- size and place ----------------------------------------------------------------------------------------------------


def sideways(page: Page) -> list[str]:
    """Wider than the window."""
    return list(_ask(page, "sideways()"))


def spilling(page: Page) -> list[str]:
    """Labels, heads and cells whose text is wider than they are."""
    return list(_ask(page, "spilling()"))


@contextmanager
def at_width(page: Page, width: int) -> Iterator[None]:
    """The same page in another window; 320 px are 1280 px at 400 % zoom."""
    before = page.viewport_size
    assert before
    page.set_viewport_size({"width": width, "height": before["height"]})
    yield
    page.set_viewport_size(before)


@contextmanager
def at_text_size(page: Page, percent: int) -> Iterator[None]:
    """The same page with the reader's own text size."""
    page.evaluate(f"document.documentElement.style.fontSize = '{percent}%'")
    yield
    page.evaluate("document.documentElement.style.fontSize = ''")


def narrow(page: Page) -> list[str]:
    """At 320 px nothing scrolls sideways and nothing is cut."""
    with at_width(page, 320):
        return [f"at 320 px: {one}" for one in sideways(page) + spilling(page)]


def large_text(page: Page) -> list[str]:
    """With text at 200 % nothing scrolls sideways and nothing is cut."""
    with at_text_size(page, 200):
        return [f"text at 200 %: {one}" for one in sideways(page) + spilling(page)]


def small_targets(page: Page) -> list[str]:
    """Under 24 × 24 px without room around (WCAG 2.5.8)."""
    return list(_ask(page, f"small({LEAST_TARGET})"))


def low_controls(page: Page) -> list[str]:
    """Buttons, fields, pages and chips of public pages under 44 px."""
    return list(_ask(page, f"low({LEAST_CONTROL})"))


# -- keyboard ----------------------------------------------------------------------------------------------------------


def focus_walk(page: Page) -> tuple[list[str], int]:
    """Press Tab through the whole page: focus is always to be seen and never wholly covered. Also how many stops.

    The page itself looks at each stop when the key comes up; only where it finds a fault are all stops looked at again
    one by one, with time for the browser to scroll there.
    """
    _begin_at_the_top(page)
    _ask(page, "watchStops()")
    for _batch in range(-(-MOST_TABS // TABS_AT_ONCE)):
        for _press in range(TABS_AT_ONCE):
            page.keyboard.press("Tab")
        walk = _ask(page, "stops()")
        if walk["ended"]:
            if all(stop["outlined"] and stop["uncovered"] for stop in walk["stops"]):
                return [], len(walk["stops"])
            break
    return _patient_walk(page)


def _begin_at_the_top(page: Page) -> None:
    page.evaluate("""() => {
      window.scrollTo(0, 0);
      document.body.tabIndex = -1; // where Tab goes on from; a mere blur would leave it in the middle
      document.body.focus({ preventScroll: true });
      document.body.removeAttribute("tabindex");
    }""")


def _patient_walk(page: Page) -> tuple[list[str], int]:
    found, seen = [], set()
    _begin_at_the_top(page)
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        here = _ask(page, "focused()")
        if here is None or here["key"] in seen:
            break
        seen.add(here["key"])
        if not here["outlined"]:
            found.append(f"focus cannot be seen on {here['name']}")
        if not here["uncovered"]:  # the browser may still be scrolling there
            page.wait_for_timeout(150)
            here = _ask(page, "focused()") or here
        if not here["uncovered"]:
            found.append(f"focus is covered on {here['name']}")
    else:
        found.append(f"Tab does not come to an end after {MOST_TABS} stops")
    return found, len(seen)


# -- what was served ---------------------------------------------------------------------------------------------------


class _Markup(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.language = ""
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "html":
            self.language = values.get("lang") or ""
        self._in_title = tag == "title" and not self.title
        self.found += [
            f'<{tag} {name}="{value}">' for name, value in attrs if name == "style" or re.fullmatch(r"on[a-z]+", name)
        ]
        if tag == "style" or (tag == "script" and "src" not in values and values.get("type") != "application/json"):
            self.found.append(f"inline <{tag}>")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False


def markup(html: str, *, language: str, site: str = "", is_home: bool = False, is_refused: bool = False) -> list[str]:
    """No inline style or script, the right language, and a title of thing · page · site."""
    seen = _Markup()
    seen.feed(html)
    found = [f"inline: {one}" for one in seen.found]
    if seen.language.split("-")[0] != language:
        found.append(f"lang is {seen.language!r} on a page in {language}")
    title = " ".join(seen.title.split())
    if site and not is_home and not (title.endswith(site) and re.match(r"\S.* · \S", title)):
        found.append(f"title is {title!r}: not “thing · page · site”")
    problem = {"fr": "Erreur", "de": "Fehler", "en": "Error"}[language]
    if is_refused != title.startswith(problem):
        found.append(f"title is {title!r} though the form was {'refused' if is_refused else 'not refused'}")
    return found


# -- what is transferred -----------------------------------------------------------------------------------------------


@dataclass
class Transfer:
    """What a first visit costs, in bytes on the wire."""

    requests: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(size for kind, size in self.by_kind.items() if kind != "Image")

    def beyond(self, *, budget: dict[str, int], requests: int, total: int) -> list[str]:
        """What exceeds the budget; pictures do not count in the total, as in the specification."""
        found = [f"request to another host: {url}" for url in self.foreign]
        for kind, most in budget.items():
            if self.by_kind.get(kind, 0) > most:
                found.append(f"{kind}: {self.by_kind[kind]} bytes, at most {most}")
        if self.requests > requests:
            found.append(f"{self.requests} requests, at most {requests}: {self.names}")
        if self.total > total:
            found.append(f"{self.total} bytes altogether, at most {total}: {self.by_kind}")
        return found


BUDGET = {"Document": 30_000, "Stylesheet": 25_000, "Font": 50_000, "Script": 25_000}
MOST_REQUESTS, MOST_BYTES = 12, 150_000
# ux.md 7.2: a page with a map may load Leaflet, and with it 250 kB altogether.
MAP_BUDGET, MOST_BYTES_WITH_MAP = BUDGET | {"Script": 75_000}, 250_000


def transfer(context: BrowserContext, url: str, *, scroll_to: str = "") -> Transfer:
    """Load ``url`` with an empty cache, show what is named, and count what comes over the wire."""
    page = context.new_page()
    wire = _network(context, page)
    kinds: dict[str, str] = {}
    result = Transfer()

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]
        address = event["response"]["url"]
        if address.startswith("http"):
            result.requests += 1
            result.names.append(address.rsplit("/", 1)[-1] or address)
        if address.startswith("http") and not address.startswith("/".join(url.split("/")[:3])):
            result.foreign.append(address)

    def finished(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "Other")
        result.by_kind[kind] = result.by_kind.get(kind, 0) + int(event["encodedDataLength"])

    wire.on("Network.responseReceived", answered)
    wire.on("Network.loadingFinished", finished)
    page.goto(url, wait_until="networkidle")
    if scroll_to:
        page.locator(scroll_to).first.scroll_into_view_if_needed()
        page.wait_for_timeout(600)  # a quiet network for half a second, which `networkidle` has seen already
        page.wait_for_load_state("networkidle")
    page.close()
    return result


def _network(context: BrowserContext, page: Page) -> CDPSession:
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return wire


# -- a poor phone ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Vitals:
    """Milliseconds until the largest piece is painted, sum of shifts, milliseconds to answer the slowest press."""

    lcp: float
    cls: float
    inp: float


def poor_phone(context: BrowserContext, url: str, *, presses: int = 3) -> Vitals:
    """Open ``url`` as a 390 px phone with 1.6 Mbit/s, 150 ms and a quarter of this processor would, then press keys."""
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(OBSERVE)
    wire = _network(context, page)
    speed = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
    wire.send("Network.emulateNetworkConditions", speed)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(url, wait_until="networkidle")
    page.mouse.wheel(0, 600)
    loaded = _ask(page, "vitals()")
    for _press in range(presses):
        page.keyboard.press("Tab")
    menu = page.locator("summary:visible").first
    if menu.count():
        menu.click()
    page.wait_for_timeout(200)  # the browser reports events a frame later
    used = _ask(page, "vitals()")
    page.close()
    return Vitals(lcp=loaded["lcp"], cls=used["cls"], inp=used["inp"])
