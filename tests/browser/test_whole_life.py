"""A file's whole life, from the first question to the check three years after its end, in French and in German.

The request arrives at the wrong association and is forwarded; a commission decides; two specialists help, one in the
portal and one by phone; the file rests, goes on, is closed too early, reopened and closed again; four checks are asked
and answered by mail, and jobs are promised, then proved. Everybody works in a browser of their own, by the addresses and
fields a reader has before them; time passes through ``/demo/clock/``. It takes minutes, so it runs in ``make browser``.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import Message

import pytest
from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Browser, Page, expect

from coaching.models import CaseFile, CommissionSession, Engagement, OutcomeCheck, Specialist
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association
from tests.browser.conftest import LivePortal, from_elsewhere, listen, text_of
from tests.browser.test_thread import NEXT, link_in, sign_in_by_code

pytestmark = [pytest.mark.browser, pytest.mark.variant]

SAVE = "main .submit-row button"
STEP = "main .next-date .btn-primary"
REFERENCE = r"COA-\d{4}-\d{4}"
CHECKS = (6, 12, 24, 36)


@dataclass(frozen=True)
class Life:
    """Who takes part in one language; the request goes to ``asked``, its project lies in the other one's region."""

    language: str
    asked_at: str  # the municipality the founder names
    asked: str  # the manager there
    lies_at: str
    manager: str
    coach: str
    member: str
    specialist: str
    idea: str
    thanks: str
    told: tuple[str, ...]  # in the file's history

    @property
    def address(self) -> str:
        """The founder's."""
        return f"noe.{self.language}@vie.example"


FRENCH = Life(
    language="fr",
    asked_at="Nidau",
    asked="doris.frei@bienne-seeland.example",
    lies_at="Reconvilier",
    manager="claire.moser@cep.example",
    coach="nadine.rais@cep.example",
    member="paul.voirol@commission.example",
    specialist="anne.huguenin@brevets.example",
    idea="Reprise d’un atelier de polissage à Reconvilier.",
    thanks="Merci, votre réponse est enregistrée",
    told=("Dossier ouvert", "Dossier suspendu", "Dossier clos"),
)
GERMAN = Life(
    language="de",
    asked_at="Reconvilier",
    asked="claire.moser@cep.example",
    lies_at="Nidau",
    manager="doris.frei@bienne-seeland.example",
    coach="beat.kunz@bienne-seeland.example",
    member="urs.hofer@kommission.example",
    specialist="renate.zbinden@treuhand.example",
    idea="Übernahme einer Schleiferei in Nidau.",
    thanks="Danke, Ihre Antwort ist gespeichert",
    told=("Dossier eröffnet", "Dossier unterbrochen", "Dossier geschlossen"),
)


@pytest.fixture(params=[FRENCH, GERMAN], ids=["fr", "de"])
def life(request: pytest.FixtureRequest) -> Life:
    return request.param


class Company:
    """Everybody in the story, each in a browser of their own that is watched for complaints."""

    def __init__(self, browser: Browser, portal: LivePortal, life: Life, stack: ExitStack) -> None:
        self.browser, self.portal, self.life, self.stack = browser, portal, life, stack
        self.complaints: list[str] = []
        self.pages: dict[str, Page] = {}

    def visitor(self) -> Page:
        """A new browser."""
        context = self.browser.new_context(
            locale=f"{self.life.language}-CH",
            timezone_id="Europe/Zurich",
            base_url=self.portal.url,
            extra_http_headers=from_elsewhere(),
        )
        self.stack.callback(context.close)
        page = context.new_page()
        page.on("console", lambda message: listen(message, page, self.complaints))
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error} ({page.url})"))
        return page

    def of(self, login: str) -> Page:
        """The browser of somebody of the demo's cast, signed in."""
        if login not in self.pages:
            page = self.pages[login] = self.visitor()
            page.goto("/demo/")
            page.locator("form", has=page.locator(f"input[value='{login}']")).locator("button").click()
            page.wait_for_url(lambda url: "/demo/" not in url)
        return self.pages[login]

    def of_founder(self) -> Page:
        """The founder's browser."""
        if "founder" not in self.pages:
            self.pages["founder"] = self.visitor()
        return self.pages["founder"]

    def let_pass(self, days: int) -> None:
        """Time goes by, morning by morning."""
        page = self.pages.setdefault("", self.visitor())
        for length, button in ((30, "month"), (7, "week"), (1, "day")):
            for _ in range(days // length):
                page.goto("/demo/clock/")
                page.click(f"button[value={button}]")
                expect(page.locator(".bar-success")).to_be_visible()
            days %= length

    def mail(self, to: str, containing: str, act: Callable[[], None]) -> Message:
        """The mail that ``act`` makes arrive."""
        seen = len(self.portal.mails(to))
        act()
        return self.portal.wait_for_mail(to, containing, after=seen)


@pytest.fixture
def company(browser: Browser, live_portal: LivePortal, life: Life) -> Iterator[Company]:
    with ExitStack() as stack:
        found = Company(browser, live_portal, life, stack)
        yield found
        page = found.visitor()
        page.goto("/demo/clock/")
        page.click("button[value=today]")
        assert found.complaints == []


@contextmanager
def everything(portal: LivePortal) -> Iterator[None]:
    """Look at the rows of every association."""
    with portal.rows(), transaction.atomic(), association_scope(*Association.objects.values_list("pk", flat=True)):
        yield


def beginning(route: str, language: str) -> str:
    """What the addresses of a page have in common in a language."""
    with override(language):
        return reverse(route, args=["1"]).removesuffix("1/").lstrip("/")


def address_in(mail: Message, route: str, language: str) -> str:
    """The link of a mail to a page."""
    return link_in(mail, beginning(route, language))


def reference_in(mail: Message) -> str:
    """The number of the request a mail is about."""
    found = re.search(REFERENCE, text_of(mail))
    assert found, text_of(mail)
    return found[0]


def fill(page: Page, /, prefix: str = "", **values: str) -> None:
    """Fill in fields by name: text, a choice among radios or in a list, a tick."""
    for name, value in values.items():
        field = page.locator(f"main [name={prefix}{name}]")
        kind = field.first.get_attribute("type") or field.first.evaluate("element => element.localName")
        if kind in {"radio", "checkbox"}:
            page.locator(f"main [name={prefix}{name}][value='{value}']").check(force=True)
        elif kind == "select":
            field.select_option(value)
        else:
            field.fill(value)


def ask_for_coaching(page: Page, life: Life) -> None:
    """The six questions, the e-mail address confirmed by the mailed link where that is asked for."""
    page.goto(f"/{life.language}/coaching/")
    page.click("main a.btn-primary, main form .btn-primary")
    page.wait_for_timeout(2100)  # quicker would be a robot
    for answers in (
        {"first_name": "Noé", "last_name": "Marchand", "email": life.address, "phone": "032 000 00 01"},
        {"municipality": life.asked_at},
        {"stage": "takeover"},
        {"idea": life.idea},
        {"start": "2027"},
        {"need": "finance"},
    ):
        fill(page, **answers)
        page.click(NEXT)
    expect(page.locator("main")).to_contain_text(life.idea)
    page.click(NEXT)


def a_free_day(portal: LivePortal) -> date:
    """A day in a fortnight or later on which no session is held."""
    with everything(portal):
        taken = set(CommissionSession.objects.exclude(state="cancelled").values_list("held_on", flat=True))
        today = clock.today()
        return next(day for day in (today + timedelta(days=ahead) for ahead in range(14, 99)) if day not in taken)


def another_specialist(portal: LivePortal, life: Life) -> int:
    """One who works without the portal."""
    with everything(portal):
        rows = Specialist.objects.filter(is_active=True, user=None, terms__isnull=False)
        mine = Specialist.objects.get(user__email=life.specialist)
        return rows.filter(association_id=mine.association_id).earliest("pk").pk


def hold_session(company: Company, life: Life, reference: str, title: str) -> None:
    """A session from the first line of its agenda to the press that sends everything."""
    manager, portal, day = company.of(life.manager), company.portal, a_free_day(company.portal)
    with everything(portal):
        member, coach = (str(User.objects.get(email=login).pk) for login in (life.member, life.coach))
        ahead = (day - clock.today()).days

    manager.goto("/admin/coaching/commissionsession/add/")
    fill(manager, held_on=f"{day:%d.%m.%Y}", held_at="10:00", place="Salle 2", quorum="1", members=member, chair=member)
    manager.click(SAVE)
    session = re.sub(r"/change/.*", "/change/", manager.url)
    number = int(session.split("/")[-3])
    manager.goto(session.replace("/change/", f"/add/?q={reference}"))
    manager.click("main table form button")
    manager.goto(session)
    manager.click("main .agenda-tools a")
    fill(manager, title=title, summary="Atelier repris, deux emplois.", minutes="15", lead=coach)
    manager.click(SAVE)

    manager.goto(session)
    company.mail(life.member, "", lambda: manager.click(STEP))
    reader = company.of(life.member)
    with override(life.language):
        reader.goto(reverse("coaching:session", args=[number]))
    reader.click(f"main a:has-text('{title}')")
    fill(reader, advice="favourable")
    reader.click(NEXT)

    company.let_pass(ahead)
    manager.goto(session.replace("/change/", "/open/"))
    manager.click(SAVE)
    item = manager.locator("main details.decide").first.get_attribute("id")
    assert item
    manager.locator("main .more-fields > summary").first.click()
    fill(
        manager,
        prefix=item.replace("-", "") + "-",
        outcome="accept",
        votes_for="1",
        votes_against="0",
        votes_abstained="0",
        reasons=life.idea,
        conditions="Bail signé.",
        lead=coach,
        first_date=f"{day + timedelta(days=14):%d.%m.%Y}",
        first_what="Salle 2",
    )
    manager.click("main .decide-form .btn-primary")
    manager.goto(session.replace("/change/", "/close/"))
    manager.click(SAVE)
    expect(manager.locator("main .case-meta")).to_be_visible()
    manager.click(STEP)  # the minutes are approved


def bring_in(coach: Page, page: str, specialist: int, mandate: str) -> None:
    """Propose a specialist for a file."""
    coach.goto(page)
    fill(coach, specialist=str(specialist), field="finance", mandate=mandate, hours="6")
    coach.click("main .form-part .actions .btn")
    expect(coach.locator("main")).to_contain_text(mandate)


def arrives_and_is_forwarded(company: Company, life: Life) -> str:
    """The request arrives where the founder lives, not where the project lies; returns its number at the right place."""
    founder, address = company.of_founder(), life.address
    receipt = company.mail(address, "COA-", lambda: ask_for_coaching(founder, life))
    first = reference_in(receipt)
    elsewhere = company.of(life.asked)
    elsewhere.goto(f"/admin/coaching/coachingrequest/?q={first}")
    elsewhere.click("#result_list tbody a")
    elsewhere.goto(elsewhere.url.split("?")[0].replace("/change/", "/forward/"))
    fill(elsewhere, municipality=life.lies_at, consent="032 000 00 01, 27.11.2026")
    told = company.mail(address, "COA-", lambda: elsewhere.click(SAVE))
    return next(found for found in re.findall(REFERENCE, text_of(told)) if found != first)


def two_specialists_help(company: Company, life: Life, file: str) -> None:
    """One agrees in the portal and reports, one on the phone; the founder agrees to each and rates the first."""
    coach, founder, portal = company.of(life.coach), company.of_founder(), company.portal
    with everything(portal):
        partner = Specialist.objects.get(user__email=life.specialist).pk
    asked = company.mail(life.address, "", lambda: bring_in(coach, f"{file}/specialists/", partner, "Financement"))
    founder.goto(address_in(asked, "coaching:engagement", life.language))
    company.mail(life.specialist, "", lambda: founder.click("main form .btn-primary"))
    specialist = company.of(life.specialist)
    with everything(portal):
        work = Engagement.objects.filter(specialist=partner).latest("pk").pk
    with override(life.language):
        specialist.goto(reverse("coaching:work", args=[work]))
    specialist.click("main form .btn-primary")
    fill(specialist, report="Le plan tient, la marge est mince.", hours="3")
    report = "main form:has([name=report]) .btn-primary"
    reported = company.mail(life.address, "", lambda: specialist.click(report))
    founder.goto(address_in(reported, "coaching:engagement", life.language))
    fill(founder, satisfaction="5")
    founder.click("main form:has([name=satisfaction]) .btn-primary")

    other = another_specialist(portal, life)
    asked = company.mail(life.address, "", lambda: bring_in(coach, f"{file}/specialists/", other, "Comptabilité"))
    founder.goto(address_in(asked, "coaching:engagement", life.language))
    founder.click("main form .btn-primary")
    coach.goto(f"{file}/specialists/")
    coach.click("main button[name=act][value=accept]")
    coach.click("main button[name=act][value=end]")


def rests_goes_on_and_ends(company: Company, life: Life, file: str) -> None:
    """Twenty seconds after a meeting; then the file rests, goes on, is closed too early, reopened and closed."""
    coach, portal = company.of(life.coach), company.portal
    step(coach, f"{file}/meeting/", text="Le bail se négocie encore.")
    step(coach, f"{file}/pause/", reason="Bail en négociation")
    next_date = {"on": f"{later(portal, 30):%d.%m.%Y}", "what": "Bilan"}
    step(coach, f"{file}/reopen/", **next_date, reason="Bail signé")
    end = {"outcome": "taken_over", "jobs_planned": "2", "satisfaction": "5"}
    step(coach, f"{file}/close/", **end, reason="Atelier ouvert")
    step(coach, f"{file}/reopen/", **next_date, reason="Une question reste")
    company.mail(life.address, "", lambda: step(coach, f"{file}/close/", **end, reason="Question réglée"))


def is_asked_again_for_years(company: Company, life: Life) -> None:
    """Four checks by mail, each answered by its link."""
    founder, portal, closed_on = company.of_founder(), company.portal, later(company.portal, 0)
    afterwards = beginning("coaching:afterwards", life.language)
    for months in CHECKS:
        seen = len(portal.mails(life.address))
        company.let_pass((closed_on + relativedelta(months=months) - later(portal, 0)).days + 1)
        portal.wait_for_mail(life.address, afterwards, after=seen)
        asked = [mail for mail in portal.mails(life.address) if afterwards in text_of(mail)][-1]
        founder.goto(address_in(asked, "coaching:afterwards", life.language))
        fill(founder, is_active="yes", jobs=str(months // 6))
        founder.click("main form .btn-primary")
        expect(founder.locator("main h1")).to_have_text(life.thanks)


def test_from_the_first_question_to_the_proof_of_jobs_years_later(company: Company, life: Life) -> None:
    portal, title = company.portal, f"Polissage {life.language}"
    founder, coach = company.of_founder(), company.of(life.coach)

    reference = arrives_and_is_forwarded(company, life)
    decided = company.mail(life.address, "Bail signé.", lambda: hold_session(company, life, reference, title))
    founder.goto(address_in(decided, "coaching:case", life.language))
    sign_in_by_code(founder, portal, life.address)
    expect(founder.locator("main h1")).to_contain_text(title)
    with everything(portal):
        case = CaseFile.objects.get(request__reference=reference).pk
    file = f"/admin/coaching/casefile/{case}"
    two_specialists_help(company, life, file)
    rests_goes_on_and_ends(company, life, file)
    is_asked_again_for_years(company, life)

    # Promised jobs are proved; the three figures stand side by side, never added up.
    with everything(portal):
        check = OutcomeCheck.objects.get(case_file=case, months=36).pk
    step(coach, f"/admin/coaching/outcomecheck/{check}/prove/", jobs="4", proof="AVS 2030")
    expect(coach.locator("main .table tbody td.num")).to_have_text(["2", "6", "4"])
    coach.goto(f"{file}/history/")
    for words in life.told:
        expect(coach.locator("main .timeline")).to_contain_text(words)


def later(portal: LivePortal, days: int) -> date:
    """A day from the demo's today on."""
    with everything(portal):
        return clock.today() + timedelta(days=days)


def step(page: Page, address: str, /, **values: str) -> None:
    """Fill in a form of the staff and send it; it is taken."""
    page.goto(address)
    fill(page, **values)
    page.click(SAVE)
    expect(page.locator("main .error-summary")).to_have_count(0)
    assert not page.url.endswith(address)
