"""The same journeys with JavaScript off: one more click, nothing less."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LivePortal, from_elsewhere, text_of
from tests.browser.scene import Scene

pytestmark = pytest.mark.browser
PRESS = "main .btn-primary"


@pytest.fixture
def plain(browser: Browser, live_portal: LivePortal) -> Iterator[Page]:
    """A browser that runs no script."""
    context = browser.new_context(
        java_script_enabled=False,
        locale="fr-CH",
        base_url=live_portal.url,
        viewport={"width": 390, "height": 844},
        extra_http_headers=from_elsewhere(),
    )
    yield context.new_page()
    context.close()


def test_a_founder_sends_a_request_without_script(plain: Page, live_portal: LivePortal) -> None:
    address = "sans.script@essai.example"

    plain.goto("/fr/coaching/")
    plain.click(PRESS)
    plain.fill("[name=first_name]", "Iris")
    plain.fill("[name=last_name]", "Voisard")
    plain.fill("[name=email]", address)
    plain.wait_for_timeout(2100)  # quicker would be a robot
    plain.click(PRESS)
    plain.fill("[name=municipality]", "Tavannes")
    plain.click(PRESS)
    plain.check("[name=stage] >> nth=0", force=True)
    plain.click(PRESS)
    plain.fill("[name=idea]", "Une boulangerie qui livre les villages à vélo.")
    plain.click(PRESS)
    plain.click(PRESS)  # question 5 may be skipped
    plain.check("[name=need] >> nth=2", force=True)
    plain.click(PRESS)
    expect(plain.locator("h1")).to_have_text("Vérifiez et envoyez")
    plain.wait_for_timeout(1100)
    plain.click(PRESS)
    mail = live_portal.wait_for_mail(address, containing="/confirm")
    link = re.search(r"https?://\S+/coaching/confirm\S+", text_of(mail))
    assert link, text_of(mail)
    plain.goto(link[0])
    plain.click(PRESS)

    expect(plain.get_by_text(re.compile(r"COA-\d{4}-\d{4}")).first).to_be_visible()


def test_the_menu_and_the_theme_work_without_script(plain: Page) -> None:
    plain.goto("/fr/")

    plain.click("summary.menu-summary")
    expect(plain.locator(".menu-panel")).to_be_visible()
    plain.click("form.theme button[value=dark]")

    expect(plain.locator("html")).to_have_attribute("data-theme", "dark")
    assert plain.url.endswith("/fr/")


def test_a_manager_accepts_a_request_without_script(plain: Page, live_portal: LivePortal, scene: Scene) -> None:
    request = scene.to_decide
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": scene.cookies("manager")[settings.SESSION_COOKIE_NAME]}
    plain.context.add_cookies([{**cookie, "url": live_portal.url}])  # type: ignore[list-item]
    coach = scene.people["coach"]

    plain.goto("/admin/coaching/coachingrequest/")
    plain.locator(f'a[href*="/coachingrequest/{request.pk}/"]').first.click()
    plain.locator(f'a[href$="/coachingrequest/{request.pk}/accept/"]').first.click()
    plain.fill("[name=title]", "Garage de vélos")
    button = plain.locator(f"input[name=lead][value='{coach.pk}']").get_attribute("id")
    plain.click(f"label[for='{button}']")
    plain.fill("[name=first_date]", (datetime.now(UTC).date() + timedelta(days=20)).strftime("%d.%m.%Y"))
    plain.fill("[name=first_what]", "Première séance")
    plain.fill("[name=reasons]", "Projet viable.")
    plain.click(PRESS)

    expect(plain.locator("h1")).to_contain_text("Garage de vélos")
