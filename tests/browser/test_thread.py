"""One founder from the public form to the reminder and the tick, through web, worker, beat and mail, in French and German.

The steps are those of a visitor of the demo: six questions, a mailed link in another browser, the manager's decision, the
code that signs the founder in, the date moved forward, the reminder, the tick, and the history that tells it all.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import Message
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from promo_portal.core import clock
from tests.browser.conftest import LivePortal, from_elsewhere, listen, text_of

pytestmark = pytest.mark.browser
NEXT = "main form .btn-primary"
Opener = Callable[[], Page]


@dataclass(frozen=True)
class Story:
    """The same thread in one language: who takes part, and the words on their screens."""

    language: str
    municipality: str
    manager: str  # the name on the button of the demo's page
    coach: str
    coach_email: str
    begin: str
    idea: str
    kept: str
    sent: str
    accept: str
    my_tasks: str
    done: str
    reminder: str
    told: tuple[str, ...]


FRENCH = Story(
    language="fr",
    municipality="Reconvilier",
    manager="claire.moser@cep.example",
    coach="Nadine Rais",
    coach_email="nadine.rais@cep.example",
    begin="Commencer ma demande",
    idea="Reprise d’un atelier de taillage à Reconvilier.",
    kept="Brouillon enregistré à",
    sent="Demande envoyée",
    accept="Accepter la demande",
    my_tasks="Mes tâches",
    done="Tâche faite",
    reminder="Jusqu’au",
    told=("Demande envoyée", "Demande acceptée par décision circulaire", "Dossier ouvert", "Tâche faite", "Message : "),
)
GERMAN = Story(
    language="de",
    municipality="Nidau",
    manager="doris.frei@bienne-seeland.example",
    coach="Beat Kunz",
    coach_email="beat.kunz@bienne-seeland.example",
    begin="Mein Gesuch beginnen",
    idea="Übernahme einer kleinen Drechslerei in Nidau.",
    kept="Entwurf gespeichert um",
    sent="Gesuch gesendet",
    accept="Gesuch annehmen",
    my_tasks="Meine Aufgaben",
    done="Aufgabe erledigt",
    reminder="Bis am",
    told=(
        "Gesuch gesendet",
        "Gesuch auf dem Zirkularweg angenommen",
        "Dossier eröffnet",
        "Aufgabe erledigt",
        "Nachricht: ",
    ),
)


@pytest.fixture(params=[FRENCH, GERMAN], ids=["fr", "de"])
def story(request: pytest.FixtureRequest) -> Story:
    return request.param


@pytest.fixture
def another(browser: Browser, live_portal: LivePortal, story: Story) -> Iterator[Opener]:
    """Opens browsers of other people, or of the same person elsewhere; each is watched like the first."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def opened() -> Page:
        context = browser.new_context(
            locale=f"{story.language}-CH",
            timezone_id="Europe/Zurich",
            base_url=live_portal.url,
            extra_http_headers=from_elsewhere(),
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: listen(message, page, complaints))
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(autouse=True)
def todays_date_again(another: Opener) -> Iterator[None]:
    """Whatever the test did to the demo's date, the next one begins today."""
    yield
    page = another()
    page.goto("/demo/clock/")
    page.click("button[value=today]")


def link_in(mail: Message, part: str) -> str:
    """The address in a mail's text that leads to ``part`` of the portal."""
    found = re.search(rf"https?://\S*/{part}\S*", text_of(mail))
    assert found, text_of(mail)
    return found[0]


def answer_the_first_four(page: Page, story: Story, address: str) -> None:
    page.goto(f"/{story.language}/coaching/")
    page.click(f"text={story.begin}")
    page.fill("[name=first_name]", "Léa")
    page.fill("[name=last_name]", "Chapatte")
    page.fill("[name=email]", address)
    page.fill("[name=phone]", "032 000 00 00")
    page.wait_for_timeout(2100)  # quicker would be a robot
    page.click(NEXT)
    page.fill("[name=municipality]", story.municipality)
    page.click(NEXT)
    page.check("[name=stage][value=takeover]", force=True)
    page.click(NEXT)
    page.fill("[name=idea]", story.idea)


def sign_in_by_code(page: Page, live_portal: LivePortal, address: str) -> None:
    seen = len(live_portal.mails(address))
    page.fill("[name=login]", address)
    page.click("main .btn-primary")
    code = re.search(r"\b\d{6}\b", text_of(live_portal.wait_for_mail(address, after=seen)))
    assert code
    page.fill("main input[autocomplete=one-time-code]", code[0])
    page.click("main .btn-primary")


def as_manager(page: Page, story: Story) -> None:
    page.goto("/demo/")
    page.locator("form", has=page.locator(f"input[value='{story.manager}']")).locator("button").click()
    page.wait_for_url("**/admin/**")


def accept(page: Page, story: Story, task: str, due_on: date, first_date: date) -> None:
    page.goto("/admin/coaching/coachingrequest/")
    page.click("#result_list >> text=Léa Chapatte")
    page.click(f"main >> text={story.accept}")
    page.fill("[name=title]", "Atelier Chapatte")
    page.locator("label[for^=id_lead]", has_text=story.coach).click()  # the words are the target, they cover the button
    page.fill("[name=first_date]", f"{first_date:%d.%m.%Y}")
    page.fill("[name=first_time]", "14:30")
    page.fill("[name=task]", task)
    page.fill("[name=task_due_on]", f"{due_on:%d.%m.%Y}")
    page.fill("[name=reasons]", "Savoir-faire solide, clientèle en vue.")
    page.click("main .submit-row .btn-primary")
    expect(page.locator("main h1")).to_have_text("Atelier Chapatte")


def move_on_until(page: Page, live_portal: LivePortal, address: str, containing: str, weeks: int = 4) -> Message:
    """Move the demo's date week by week until a mail has arrived."""
    seen = len(live_portal.mails(address))
    for _ in range(weeks):
        page.goto("/demo/clock/")
        page.click("button[value=week]")
        found = [mail for mail in live_portal.mails(address)[seen:] if containing in str(mail["Subject"])]
        if found:
            return found[0]
    return live_portal.wait_for_mail(address, containing, after=seen, seconds=20)


def test_from_the_first_question_to_the_ticked_task(
    page: Page, another: Opener, live_portal: LivePortal, story: Story
) -> None:
    address = f"lea.{story.language}@fil.example"
    task = f"Plan {story.language}"
    with live_portal.rows():
        today = clock.today()
    due_on = today + timedelta(days=17)

    # The founder begins in one browser …
    answer_the_first_four(page, story, address)
    expect(page.locator("[data-saved]")).to_contain_text(story.kept)
    page.click("button[name=later]")
    resume = live_portal.wait_for_mail(address, "/coaching/")

    # … and goes on in another, at the first open question.
    elsewhere = another()
    elsewhere.goto(link_in(resume, f"{story.language}/coaching"))
    assert re.search(r"/(question|frage)/5/$", elsewhere.url)
    elsewhere.fill("[name=start]", "2027")
    elsewhere.click(NEXT)
    elsewhere.check("[name=need][value=finance]", force=True)
    elsewhere.click(NEXT)
    expect(elsewhere.locator("main")).to_contain_text(story.idea)
    elsewhere.click(NEXT)
    expect(elsewhere.locator("main h1")).to_have_text(story.sent)
    reference = elsewhere.locator("#reference").inner_text()
    assert re.fullmatch(r"COA-\d{4}-\d{4}", reference)
    live_portal.wait_for_mail(address, reference)

    # The manager finds the request, accepts it and names a coach and a first date.
    live_portal.wait_for_mail(story.manager, reference)
    staff = another()
    as_manager(staff, story)
    accept(staff, story, task, due_on, today + timedelta(days=21))
    file_page = staff.url

    # The founder signs in with a mailed code and finds the task.
    accepted = live_portal.wait_for_mail(address, story.coach)
    elsewhere.goto(link_in(accepted, f"{story.language}/coaching/dossier"))
    sign_in_by_code(elsewhere, live_portal, address)
    expect(elsewhere.get_by_role("heading", name=story.my_tasks)).to_be_visible()
    expect(elsewhere.locator(".tasks")).to_contain_text(task)

    # The worker reminds coach and founder at its time.
    coachs_seen = len(live_portal.mails(story.coach_email))
    reminder = move_on_until(page, live_portal, address, task)
    assert str(reminder["Subject"]).startswith(story.reminder)
    live_portal.wait_for_mail(story.coach_email, task, after=coachs_seen)

    # The founder ticks it from the reminder.
    elsewhere.goto(link_in(reminder, f"{story.language}/coaching/dossier"))
    elsewhere.click("main form .btn-primary")
    expect(elsewhere.locator(".bar-success")).to_contain_text(story.done)

    # The file's history tells it all.
    staff.goto(file_page.replace("/change/", "/history/"))
    for words in (*story.told, task, reference):
        expect(staff.locator("main .timeline")).to_contain_text(words)
