"""Every page type of the portal as data: who opens it, where it is, and in which state it is looked at.

``test_pages`` measures each row in all looks; another test compares the rows with the resolver, so a page without a row
fails. Admin lists and records come from the registry: a newly registered model is measured at once.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from tests.browser.scene import CONFIRM, FOLLOW, RESUME, WITH_PASSWORD, Scene

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


def _company(name: str) -> tuple[Callable[[Scene], Any], Callable[[Scene], Any]]:
    """Number and name in the address of one of the scene's companies."""
    return (lambda scene: getattr(scene, name)[0], lambda scene: getattr(scene, name)[1])


PUBLIC_ROWS = [
    page("home", "portal:home"),
    page("contact", "portal:contact"),
    page("data protection", "portal:privacy"),
    page("accessibility", "portal:accessibility"),
    page("sources", "portal:sources"),
    page("imprint", "portal:imprint"),
    page("styleguide", "portal:styleguide"),
]

COMPANY_ROWS = [
    page("companies", "companies:list"),
    Row("companies, found", "companies:list", at("companies:list", query="?q=d%C3%A9colletage&kind=company")),
    Row("companies, nothing", "companies:list", at("companies:list", query="?q=zzzzzz&size=1-9&size=250%2B")),
    Row("companies, hints", "companies:list", at("companies:list", query="?municipality=zz&zzz=1&page=abc")),
    Row("company", "companies:detail", of("companies:detail", *_company("company"))),
    Row("company, pictures", "companies:detail", of("companies:detail", *_company("company_pictured"))),
    Row("company, long", "companies:detail", of("companies:detail", *_company("company_long"))),
    Row("company, gone", "companies:detail", of("companies:detail", *_company("company_gone")), status=410),
]


def _own(name: str, route: str, *, has_ended: bool = False, purpose: str = "", query: str = "", **more: Any) -> Row:
    """A page behind the company's signed link."""

    def find(scene: Scene, language: str) -> str:
        token = scene.entry_link(purpose, has_ended=has_ended)
        return scene.path(f"companies:{route}", token, language=language, query=query)

    return Row(name, f"companies:{route}", find, **more)


OWN_ROWS = [
    _own("own entry", "entry"),
    _own("own entry, link ended", "entry", has_ended=True, status=410),
    _own("own entry, edit", "entry_edit"),
    _own(
        "own entry, edit, refused",
        "entry_edit",
        act=lambda page, scene: (page.locator("#id_name").fill(""), send()(page, scene)),
        status=422,
        is_refused=True,
    ),
    _own("own entry, somebody left", "entry_left"),
    _own("own entry, thanks", "entry_thanks", query="?what=confirmed"),
    _own("own entry, nothing new", "entry_thanks", query="?what=nothing", is_rare=True),
    _own("own entry, no messages", "entry_stop", purpose="companies.entry.stop"),
    Row("own entry, ask for a link", "companies:entry_ask", of("companies:entry_ask", lambda s: s.company[0])),
]


def _followed(name: str, route: str, purpose: str, state: str = "active", *, ended: bool = False, **more: Any) -> Row:
    """A page behind a reader's link about the searches they follow."""

    def find(scene: Scene, language: str) -> str:
        token = scene.followed(f"companies.alert.{purpose}", state, has_ended=ended)
        return scene.path(f"companies:{route}", token, language=language)

    return Row(name, f"companies:{route}", find, **more)


def _open_data_made(scene: Scene, language: str) -> str:
    assert scene.bulk_files
    return scene.path("companies:open_data", language=language)


ALERT_ROWS = [
    Row("open data", "companies:open_data", _open_data_made),
    Row("follow a search", "companies:alert_new", at("companies:alert_new", query="?q=d%C3%A9colletage&kind=company")),
    page("follow a search, refused", "companies:alert_new", act=send(), status=422, is_refused=True),
    page("follow a search, sent", "companies:alert_sent"),
    _followed("search to confirm", "alert_confirm", "confirm", "waiting"),
    _followed("search confirmed", "alert_confirm", "confirm"),
    _followed("search, link ended", "alert_confirm", "confirm", "waiting", ended=True, status=410),
    _followed("my searches", "alerts", "manage"),
    _followed("my searches, none left", "alerts", "manage", "ended"),
    _followed("end a search", "alert_stop", "stop"),
    _followed("search ended", "alert_stop", "stop", "ended"),
]

COACHING_ROWS = [
    page("coaching start", "coaching:start"),
    page("coaching start, draft known", "coaching:start", role="draft"),
    Row(
        "coaching start, place outside",
        "coaching:start",
        at("coaching:start", query="?municipality=Zermatt"),
        is_refused=True,
    ),
    Row("coaching start, place known", "coaching:start", at("coaching:start", query="?municipality=Tavannes")),
    page("coaching on paper", "coaching:paper"),
    page("coaching resume", "coaching:resume"),
    page("coaching resume, refused", "coaching:resume", status=422, act=send(), is_refused=True),
    *(
        Row(f"question {n}", "coaching:question", at("coaching:question", n), role="draft" if n > 1 else "")
        for n in range(1, 7)
    ),
    *(
        Row(
            f"question {n}, refused",
            "coaching:question",
            at("coaching:question", n),
            role=role,
            status=422,
            act=send(),
            is_refused=True,
        )
        for n, role in ((1, ""), (2, "draft"), (3, "draft"), (4, "draft"), (6, "draft"))
    ),
    Row(
        "question 4, answered", "coaching:question", at("coaching:question", 4, query="?return=check"), role="answered"
    ),
    page("draft kept", "coaching:kept", role="draft"),
    page("check", "coaching:check", role="answered"),
    page("check, unfinished", "coaching:check", role="draft", is_rare=True),
    page("check, refused", "coaching:check", role="draft", status=422, act=send(), is_refused=True),
    page("one more press in the mailbox", "coaching:confirmation_asked", role="awaiting"),
    Row("confirm by mail", "coaching:confirm", of("coaching:confirm", lambda s: s.link(CONFIRM, s.awaiting))),
    Row(
        "confirm, link ended",
        "coaching:confirm",
        of("coaching:confirm", lambda s: s.link(CONFIRM, s.awaiting, has_ended=True)),
        status=410,
    ),
    Row(
        "resume, link ended",
        "coaching:resume_link",
        of("coaching:resume_link", lambda s: s.link(RESUME, s.draft, has_ended=True)),
        status=410,
    ),
    Row("sent", "coaching:follow", of("coaching:follow", lambda s: s.link(FOLLOW, s.sent))),
    Row("sent, long", "coaching:follow", of("coaching:follow", lambda s: s.link(FOLLOW, s.sent_long))),
    Row("sent, accepted", "coaching:follow", of("coaching:follow", lambda s: s.link(FOLLOW, s.case and s.accepted))),
    Row("afterwards", "coaching:afterwards", of("coaching:afterwards", lambda s: s.check_link("check_asked"))),
    Row(
        "afterwards, answered",
        "coaching:afterwards",
        of("coaching:afterwards", lambda s: s.check_link("check_answered")),
    ),
    Row(
        "afterwards, refused",
        "coaching:afterwards",
        of("coaching:afterwards", lambda s: s.check_link("check_asked")),
        act=send(),
        status=422,
        is_refused=True,
    ),
    Row(
        "afterwards, ended",
        "coaching:afterwards",
        of("coaching:afterwards", lambda s: s.check_link("check_asked", days=-1)),
        status=410,
    ),
    page("specialists", "coaching:specialists"),
    Row("specialists, none", "coaching:specialists", at("coaching:specialists", query="?q=zzzzzz")),
    Row("specialist", "coaching:specialist", of("coaching:specialist", lambda s: s.proposed.specialist_id)),
    Row("engagement, asked", "coaching:engagement", of("coaching:engagement", lambda s: s.engagement_link("proposed"))),
    Row("engagement, agreed", "coaching:engagement", of("coaching:engagement", lambda s: s.engagement_link("active"))),
    Row(
        "engagement, ended link",
        "coaching:engagement",
        of("coaching:engagement", lambda s: s.engagement_link("proposed", days=-1)),
        status=410,
    ),
    page(
        "own profile",
        "coaching:profile",
        find=lambda s, language: s.proposed and at("coaching:profile")(s, language),
        role="specialist",
    ),
    Row("work", "coaching:work", of("coaching:work", lambda s: s.active.pk), role="specialist"),
    Row("work, plan", "coaching:work_plan", of("coaching:work_plan", lambda s: s.active.pk), role="specialist"),
    Row("withdraw", "coaching:withdraw", of("coaching:withdraw", lambda s: s.link(FOLLOW, s.sent))),
    Row("founder's file", "coaching:case", of("coaching:case", lambda s: s.case.pk), role="founder"),
    Row("founder's file, long", "coaching:case", of("coaching:case", lambda s: s.case_long.pk), role="long founder"),
    Row(
        "founder's task", "coaching:task", of("coaching:task", lambda s: s.case.pk, lambda s: s.task.pk), role="founder"
    ),
]


def _event(name: str, attribute: str, route: str = "clusters:event", **more: Any) -> Row:
    """A page of one of the scene's events."""

    def find(scene: Scene, language: str) -> str:
        event = getattr(scene, attribute)
        return scene.path(route, event.pk, event.slug, language=language)

    return Row(name, route, find, **more)


def _registration(state: str, route: str = "clusters:registration", **more: Any) -> Row:
    gather = of(route, lambda s: s.registration(state))
    return Row(f"{route.split(':')[1]}, {state}", route, gather, **more)


CLUSTER_ROWS = [
    page("clusters", "clusters:list"),
    Row("cluster", "clusters:detail", of("clusters:detail", lambda s: s.cluster_rows["clusters_cluster"].slug)),
    page("events", "clusters:events"),
    Row("events, past", "clusters:events", at("clusters:events", query="?when=past")),
    Row("events, broken", "clusters:events", at("clusters:events", query="?when=demain")),
    _event("event", "open_event"),
    _event("event, full and long", "full_event"),
    _event("event, past", "past_event"),
    _event("event, cancelled", "cancelled_event"),
    _event("register", "open_event", "clusters:register"),
    _event("register, waiting list", "full_event", "clusters:register"),
    _event("register, refused", "open_event", "clusters:register", act=send(), status=422, is_refused=True),
    page("look into your mailbox", "clusters:mail_sent"),
    _registration("pending", "clusters:confirm"),
    *(_registration(state) for state in ("confirmed", "waiting", "offered", "cancelled")),
    _registration("confirmed", "clusters:change"),
    _registration("confirmed", "clusters:cancel"),
    page("news", "exchange:news"),
    Row(
        "news, one",
        "exchange:news_item",
        of("exchange:news_item", lambda s: s.news.pk, lambda s: s.news.slug),
    ),
    Row(
        "check-in",
        "admin:clusters_event_check_in",
        of("admin:clusters_event_check_in", lambda s: s.open_event.pk),
        role="manager",
        kind=STAFF,
    ),
]


def _thing(name: str, route: str, offer: str, **more: Any) -> Row:
    """The page of premises or a plot."""

    def find(scene: Scene, language: str) -> str:
        return scene.path(route, *scene.number_and_name(getattr(scene, offer), language), language=language)

    return Row(name, route, find, **more)


def _compared(name: str, *offers: str, query: str = "", **more: Any) -> Row:
    """The comparison of some of the scene's offers."""

    def find(scene: Scene, language: str) -> str:
        asked = "&".join(f"o={getattr(scene, one).pk}" for one in offers)
        return scene.path("premises:compare", language=language, query=f"?{asked}{query}")

    return Row(name, "premises:compare", find, **more)


def _enquiry(name: str, attribute: str, *, has_ended: bool = False, **more: Any) -> Row:
    """Where somebody's enquiry stands, by their link."""
    gather = of("premises:enquiry_confirm", lambda s: s.sender_link(getattr(s, attribute), has_ended=has_ended))
    return Row(name, "premises:enquiry_confirm", gather, **more)


def _owner(name: str, offer: str, *, query: str = "", has_ended: bool = False, **more: Any) -> Row:
    """What an offer's owner sees by the monthly link."""

    def find(scene: Scene, language: str) -> str:
        token = scene.owner_link(getattr(scene, offer), has_ended=has_ended)
        return scene.path("premises:owner", token, language=language, query=query)

    return Row(name, "premises:owner", find, **more)


def _ask_without_proof(page: Page, scene: Scene) -> None:
    """Send an enquiry as a browser does that computes no proof: what remains is a press in the mailbox."""
    page.locator("[data-proof]").evaluate("(field) => { field.dataset.waited = '1'; }")
    page.wait_for_timeout(2100)  # whoever is quicker than two seconds is taken for a robot
    for name, value in {"name": "Personne", "email": f"{next(_addresses)}@ailleurs.example"}.items():
        page.locator(f"main [name={name}]").fill(value)
    send()(page, scene)


_enquire = of("premises:enquire", lambda s: s.hall.pk)
PREMISES_ROWS = [
    page("premises", "premises:list"),
    Row("premises, found", "premises:list", at("premises:list", query="?kind=premises&terms=rent&area_from=200")),
    Row("premises, land", "premises:list", at("premises:list", query="?kind=plots")),
    Row("premises, nothing", "premises:list", at("premises:list", query="?area_from=90000&area_to=95000&power=900")),
    Row(
        "premises, hints",
        "premises:list",
        at("premises:list", query="?kind=castle&area_from=x&municipality=zz&free=never&page=abc&zzz=1"),
    ),
    _thing("hall", "premises:detail", "hall"),
    _thing("hall, long", "premises:detail", "hall_long"),
    _thing("hall, on request", "premises:detail", "hall_on_request"),
    _thing("hall, taken", "premises:detail", "hall_taken"),
    _thing("hall, gone", "premises:detail", "hall_gone", status=410),
    _thing("plot", "premises:plot", "land"),
    _thing("plot, little known", "premises:plot", "land_bare"),
    _compared("compare", "hall", "land"),
    _compared("compare, four, one long", "hall", "hall_long", "hall_on_request", "land_bare"),
    _compared("compare, differences", "hall", "hall_long", query="&only=differences"),
    _compared("compare, one", "hall"),
    _compared("compare, none"),
    _compared("compare, one gone and broken", "hall", "hall_gone", query="&o=zz&zzz=1"),
    Row("enquire", "premises:enquire", _enquire),
    Row("enquire, refused", "premises:enquire", _enquire, act=send(), status=422, is_refused=True),
    Row("enquire, one step remains", "premises:enquire", _enquire, act=_ask_without_proof),
    _enquiry("enquiry, to confirm", "enquiry_waiting"),
    _enquiry("enquiry, sent", "enquiry"),
    _enquiry("enquiry, answered", "enquiry_answered"),
    _enquiry("enquiry, link ended", "enquiry_waiting", has_ended=True, status=410),
    _owner("owner", "hall"),
    _owner("owner, long", "hall_long"),
    _owner("owner, confirmed", "hall", query="?done=free"),
    _owner("owner, told it is taken", "hall", query="?done=taken"),
    _owner("owner, link ended", "hall", has_ended=True, status=410),
    _owner("owner, off the market", "hall_taken", status=410),
    page("data for programs", "api:docs"),
]

_addresses = count(1)


def _fill(values: dict[str, str]) -> Act:
    """Fill in fields by name and press the button; an address gets a number, since codes per address are limited."""

    def act(page: Page, scene: Scene) -> None:
        if values is WITH_PASSWORD:
            assert scene.people["with password"]  # made when first asked for, whatever rows are chosen
        for name, value in values.items():
            page.locator(f"main [name={name}]").fill(value.replace("@ailleurs", f"{next(_addresses)}@ailleurs"))
        send()(page, scene)

    return act


PEOPLE_ROWS = [
    page("sign-in", "account_login"),
    page("sign-in, refused", "account_login", act=send(), is_refused=True),
    Row(
        "sign-in, code",
        "account_confirm_login_code",
        at("account_login"),
        act=_fill({"login": "personne@ailleurs.example"}),
    ),
    Row(
        "sign-in, wrong code",
        "account_confirm_login_code",
        at("account_login"),
        act=lambda page, scene: (
            _fill({"login": "personne@ailleurs.example"})(page, scene),
            _fill({"code": "ABC123"})(page, scene),
        ),
        is_refused=True,
    ),
    page("sign-in by password", "account_password_login"),
    page(
        "sign-in by password, refused",
        "account_password_login",
        act=_fill({"login": "x@y.example", "password": "wrong"}),
        is_refused=True,
    ),
    Row("sign-in, second factor", "mfa_authenticate", at("account_password_login"), act=_fill(WITH_PASSWORD)),
    page("password forgotten", "account_reset_password"),
    Row(
        "password forgotten, code",
        "account_confirm_password_reset_code",
        at("account_reset_password"),
        act=_fill({"email": "personne@ailleurs.example"}),
    ),
    page("password set anew", "account_password_reset_completed"),
    page("account closed", "account_inactive"),
    page("password change", "account_change_password", role="with password"),
    page("password set", "account_set_password", role="founder"),
    page("confirm by password", "account_reauthenticate", role="with password"),
    page("confirm by second factor", "mfa_reauthenticate", role="coach"),
    page("confirm by passkey", "mfa_reauthenticate_webauthn", role="with passkey"),
    page("sign out", "account_logout", role="founder"),
    page("profile", "accounts:profile", role="founder"),
    page("enrolment", "accounts:second_factor", role="without second factor"),
    page("enrolment, app", "mfa_activate_totp", role="without second factor"),
    page(
        "enrolment, app, refused",
        "mfa_activate_totp",
        role="without second factor",
        act=send(),
        is_refused=True,
    ),
    page("security", "mfa_index", role="coach"),
    page("app removed", "mfa_deactivate_totp", role="with passkey"),
    page("recovery codes", "mfa_view_recovery_codes", role="coach"),
    page("recovery codes, new", "mfa_generate_recovery_codes", role="coach"),
    page("passkeys", "mfa_list_webauthn", role="with passkey"),
    page("passkeys, none", "mfa_list_webauthn", role="coach"),
    page("passkey, add", "mfa_add_webauthn", role="coach"),
    Row("passkey, name", "mfa_edit_webauthn", of("mfa_edit_webauthn", lambda s: s.passkey), role="with passkey"),
    Row("passkey, remove", "mfa_remove_webauthn", of("mfa_remove_webauthn", lambda s: s.passkey), role="with passkey"),
    page("devices", "usersessions_list", role="founder"),
    page("space, founder", "portal:space", role="founder"),
    page("space, empty", "portal:space", role="empty founder"),
    page("space, long", "portal:space", role="long founder"),
    page("space, company contact", "portal:space", role="company_contact"),
    page("space, specialist", "portal:space", role="specialist"),
    page("space, canton", "portal:space", role="canton_officer"),
    page("canton, figures", "coaching:canton_figures", role="canton_officer"),
]

TROUBLE_ROWS = [
    *(
        Row(f"error {status}", "demo:problem", at("demo:problem", status), status=status)
        for status in (400, 404, 405, 410, 413, 500, 503)
    ),
    page("error, form open too long", "demo:form_problem", status=403),
]

DEMO_ROWS = [
    page("demo", "demo:start"),
    page("demo mail", "demo:mail"),
    Row("demo mail, nothing found", "demo:mail", at("demo:mail", query="?q=zzzzzz")),
    Row("demo mail, one", "demo:mail_detail", of("demo:mail_detail", lambda s: s.mail_name)),
    page("demo clock", "demo:clock"),
]


def _case(name: str, suffix: str, **more: Any) -> Row:
    """A page of the scene's coaching file."""
    gather = of(f"admin:coaching_casefile_{suffix}", lambda s: s.case.pk)
    return Row(f"file, {name}", f"admin:coaching_casefile_{suffix}", gather, role="manager", kind=STAFF, **more)


def _annex(name: str, suffix: str, which: str, **more: Any) -> Row:
    """A page of one of the scene's annexes."""
    gather = of(f"admin:coaching_annex_{suffix}", lambda s: getattr(s, which).pk)
    return Row(f"annex, {name}", f"admin:coaching_annex_{suffix}", gather, role="manager", kind=STAFF, **more)


def _check(name: str, suffix: str, which: str, **more: Any) -> Row:
    """A page of a later check."""
    route = f"admin:coaching_outcomecheck_{suffix}"
    gather = of(route, lambda s: getattr(s, which).pk)
    return Row(f"later check, {name}", route, gather, role="manager", kind=STAFF, **more)


def _course(name: str, suffix: str, *parts: str, case: str = "case_under_way", **more: Any) -> Row:
    """A page of the course of one of the scene's files, and of a document, a milestone or a line of it."""
    route = f"admin:coaching_casefile_{suffix}"

    def find(scene: Scene, language: str) -> str:
        numbers = [getattr(scene, part) for part in parts]
        return scene.path(route, getattr(scene, case).pk, *numbers, language=language)

    return Row(f"file, {name}", route, find, role="manager", kind=STAFF, **more)


def _session(name: str, suffix: str, session: str = "session_convened", *, item: bool = False, **more: Any) -> Row:
    """A page of one of the scene's sessions, for the manager."""
    route = f"admin:coaching_commissionsession_{suffix}"

    def find(scene: Scene, language: str) -> str:
        found = getattr(scene, session)
        return scene.path(route, found.pk, *([scene.item_of(found)] if item else []), language=language)

    return Row(f"commission, {name}", route, find, role="manager", kind=STAFF, **more)


def _seat(name: str, route: str, session: str = "session_convened", *, item: bool = False, **more: Any) -> Row:
    """A member's page of one of the scene's sessions."""

    def find(scene: Scene, language: str) -> str:
        found = getattr(scene, session)
        return scene.path(f"coaching:{route}", found.pk, *([scene.item_of(found)] if item else []), language=language)

    return Row(f"member, {name}", f"coaching:{route}", find, role="commission_member", **more)


COMMISSION_ROWS = [
    page("commission, list", "admin:coaching_commissionsession_changelist", role="manager", kind=STAFF),
    page("commission, empty", "admin:coaching_commissionsession_changelist", role="empty manager", kind=STAFF),
    page("commission, plan", "admin:coaching_commissionsession_add", role="manager", kind=STAFF),
    page("commission, plan without members", "admin:coaching_commissionsession_add", role="empty manager", kind=STAFF),
    page("commission, year", "admin:coaching_commissionsession_report", role="manager", kind=STAFF),
    page("commission, year, empty", "admin:coaching_commissionsession_report", role="empty manager", kind=STAFF),
    _session("planned", "change", "session_planned"),
    _session("convened", "change"),
    _session("the day", "change", "session_open"),
    _session(
        "the day, refused",
        "change",
        "session_open",
        act=send(".decide[open] .btn-primary", chosen=False),
        status=422,
        is_refused=True,
    ),
    _session("closed", "change", "session_closed"),
    _session("circular", "change", "session_circular"),
    _session("called off", "change", "session_cancelled"),
    _session("edit", "edit"),
    _session("members", "members"),
    _session("queue", "list", "session_planned"),
    _session("item", "item", item=True),
    _session("take off", "remove", item=True),
    _session("stand aside", "aside", item=True),
    _session("presence", "open"),
    _session("close", "close", "session_open"),
    _session("remarks", "minutes", "session_closed"),
    _session("call off", "cancel"),
    _session("call off, refused", "cancel", act=send(), status=422, is_refused=True),
    page("member, sessions", "coaching:sessions", role="commission_member"),
    _seat("session", "session"),
    _seat("session, planned", "session", "session_planned"),
    _seat("session, closed", "session", "session_closed"),
    _seat("session, circular", "session", "session_circular"),
    _seat("session, called off", "session", "session_cancelled", is_rare=True),
    _seat("file", "session_item", item=True),
    _seat("file, refused", "session_item", item=True, act=send(), status=422, is_refused=True),
    _seat("stands aside", "session_aside", item=True),
]


def _emptied(*names: str, press: str = MAIN_BUTTON) -> Act:
    """Empty fields, then press the button."""

    def act(page: Page, scene: Scene) -> None:
        for name in names:
            page.locator(f"main [name={name}]").fill("")
        send(press)(page, scene)

    return act


def _choose_many(action: str) -> Act:
    """Tick two entries on the list and lead on to what would happen to them."""

    def act(page: Page, scene: Scene) -> None:
        for number in range(2):
            page.locator(".action-select").nth(number).check()
        page.locator("select[name=action]").select_option(action)
        with page.expect_navigation():
            page.locator("button[name=index]").first.click()

    return act


def _bulk(name: str, action: str, **more: Any) -> Row:
    """The preview of a change to many entries; it remembers the choice, so it is reached through the list."""
    act = more.pop("act", None)

    def choose(page: Page, scene: Scene) -> None:
        _choose_many(action)(page, scene)
        if act:
            act(page, scene)

    find = at("admin:companies_organisation_changelist")
    return Row(
        f"many entries, {name}",
        "admin:companies_organisation_bulk",
        find,
        role="manager",
        kind=STAFF,
        act=choose,
        **more,
    )


def _staff(name: str, route: str, *gather: Callable[[Scene], Any], **more: Any) -> Row:
    """A page of the manager's with arguments from the scene."""
    return Row(name, route, of(route, *gather), role="manager", kind=STAFF, **more)


def _own(name: str, route: str, *parts: str, case: str = "case_under_way", **more: Any) -> Row:
    """A page of the founder's own file."""

    def find(scene: Scene, language: str) -> str:
        found = getattr(scene, case)
        numbers = [getattr(scene, part) for part in parts]
        return scene.path(f"coaching:{route}", found.pk, *numbers, language=language)

    role = {"case_full": "long founder", "case_closed": "closed founder"}.get(case, "founder")
    return Row(f"own file, {name}", f"coaching:{route}", find, role=role, **more)


REFUSED: dict[str, Any] = {"status": 422, "is_refused": True}
SPACE_ROWS = [
    _own("documents", "documents"),
    _own("documents, long", "documents", case="case_full"),
    _own("documents, refused", "documents", act=send(), **REFUSED),
    _own("document", "document", "document"),
    _own("document, refused", "document", "document", act=send(), **REFUSED),
    _own("plan", "plan"),
    _own("plan, none", "plan", case="case_closed"),
    _own("plan, long", "plan", case="case_full"),
    _own("plan's frame", "plan_frame"),
    _own("plan, new line", "plan_add", "line_kind"),
    _own("plan, new line, refused", "plan_add", "line_kind", act=send(), **REFUSED),
    _own("plan's line", "plan_line", "plan_line"),
    _own("plan's versions", "plan_compare"),
    _own("messages", "messages"),
    _own("messages, none", "messages", case="case_closed"),
    _own("messages, refused", "messages", act=send(), **REFUSED),
    _own("dates", "dates"),
    _own("consents", "consents", case="case_full"),
    _own("consents, none", "consents", case="case_closed"),
]
_STEP_FORM = ".staff-form .actions .btn"
COURSE_ROWS = [
    _course("journal", "change"),
    _course("journal, long", "change", case="case_full"),
    _course("meeting", "meeting"),
    _course("meeting, refused", "meeting", act=send(), **REFUSED),
    _course("milestones", "milestones"),
    _course("milestones, none", "milestones", case="case_closed"),
    _course("milestones, late", "milestones", case="case_full"),
    _course("milestone reached", "reach", "milestone"),
    _course("milestone dropped", "drop_milestone", "milestone"),
    _course("milestone taken up again", "reopen_milestone", "milestone"),
    _course("readiness", "readiness"),
    _course("readiness, refused", "readiness", act=send(chosen=False), **REFUSED),
    _course("documents", "documents"),
    _course("documents, none", "documents", case="case_closed"),
    _course("documents, long", "documents", case="case_full"),
    _course("documents, refused", "documents", act=send(_STEP_FORM), **REFUSED),
    _course("document asked for", "ask"),
    _course("document asked for, refused", "ask", act=send(), **REFUSED),
    _course("document", "document", "document"),
    _course("document, refused", "document", "document", act=send(), **REFUSED),
    _course("plan", "plan"),
    _course("plan, none", "plan", case="case_closed"),
    _course("plan's frame", "plan_frame"),
    _course("plan, new line", "plan_add", "line_kind"),
    _course("plan's line", "plan_line", "plan_line"),
    _course("plan's versions", "plan_compare"),
    _course("messages", "messages"),
    _course("messages, refused", "messages", act=send(), **REFUSED),
    _course("hours", "hours"),
    _course("hours, none", "hours", case="case_closed"),
    _course("hours, long", "hours", case="case_full"),
    _course("hours, refused", "hours", act=_emptied("worked_on", press=_STEP_FORM), **REFUSED),
    _course("line corrected", "correct", "ledger_line"),
    _course("line corrected, refused", "correct", "ledger_line", act=_emptied("minutes"), **REFUSED),
]

DIRECTORY_ROWS = [
    page("quality", "admin:companies_organisation_quality", role="manager", kind=STAFF),
    page("quality, none", "admin:companies_organisation_quality", role="empty manager", kind=STAFF),
    _bulk("confirm", "confirm_many"),
    _bulk("hide", "hide_many"),
    _bulk("hide, refused", "hide_many", act=send(), **REFUSED),
    _bulk("value", "change_many"),
    _staff("merge", "admin:companies_duplicatepair_merge", lambda s: s.pair[0], lambda s: s.pair[1]),
    _staff("merge, long", "admin:companies_duplicatepair_merge", lambda s: s.company_long[0], lambda s: s.company[0]),
    Row(
        "accept all",
        "admin:companies_changeproposal_accept_all",
        lambda s, language: s.decided_entry and s.path("admin:companies_changeproposal_accept_all", language=language),
        role="manager",
        kind=STAFF,
    ),
    page("accept all, none", "admin:companies_changeproposal_accept_all", role="empty manager", kind=STAFF),
    _staff("change refused", "admin:companies_changeproposal_refuse", lambda s: s.proposal),
    _staff(
        "change refused, no reason",
        "admin:companies_changeproposal_refuse",
        lambda s: s.proposal,
        act=send(),
        **REFUSED,
    ),
    _staff("entry, pictures", "admin:companies_organisation_pictures", lambda s: s.pictured),
    _staff(
        "entry, photo refused",
        "admin:companies_organisation_pictures",
        lambda s: s.company[0],
        act=send("form:has([value=photo]) .btn-secondary"),
        status=422,
        is_refused=True,
    ),
    _staff("entry, hide", "admin:companies_organisation_step", lambda s: s.company[0], lambda s: "hide"),
    _staff("offer, close", "admin:premises_offer_close", lambda s: s.hall.pk),
    _staff("offer, close, refused", "admin:premises_offer_close", lambda s: s.hall.pk, act=send(), **REFUSED),
    _staff("enquiry, answer", "admin:premises_enquiry_answer", lambda s: s.enquiry.pk),
    _staff("enquiry, drop", "admin:premises_enquiry_drop", lambda s: s.enquiry.pk),
    _staff("enquiry, drop, refused", "admin:premises_enquiry_drop", lambda s: s.enquiry.pk, act=send(), **REFUSED),
]


def _request(name: str, suffix: str, **more: Any) -> Row:
    """A step of the queue, for the request that was sent."""
    gather = of(f"admin:coaching_coachingrequest_{suffix}", lambda s: s.sent.pk)
    return Row(
        f"request, {name}", f"admin:coaching_coachingrequest_{suffix}", gather, role="manager", kind=STAFF, **more
    )


def _import(name: str, suffix: str, run: str, **more: Any) -> Row:
    """A page of one of the scene's imports."""
    route = f"admin:companies_importrun_{suffix}"
    return Row(f"import, {name}", route, of(route, lambda s: getattr(s, run).pk), role="manager", kind=STAFF, **more)


def _campaign(name: str, suffix: str, *, is_draft: bool = False, **more: Any) -> Row:
    """A page of one of the scene's campaigns."""
    gather = of(f"admin:companies_campaign_{suffix}", lambda s: (s.campaign_draft if is_draft else s.campaign).pk)
    return Row(f"campaign, {name}", f"admin:companies_campaign_{suffix}", gather, role="manager", kind=STAFF, **more)


def _in_english(page: Page, scene: Scene) -> None:
    """Ask for a book in a language that is not printed."""
    page.check("main input[name=language][value=en]", force=True)
    send()(page, scene)


STAFF_ROWS = [
    Row("embedded list", "companies:embedded", of("companies:embedded", lambda s: s.embed.key), kind=STAFF),
    page("take out", "admin:companies_organisation_take_out", role="manager", kind=STAFF),
    page(
        "take out, refused",
        "admin:companies_organisation_take_out",
        role="manager",
        kind=STAFF,
        status=422,
        act=_in_english,
        is_refused=True,
    ),
    page("import, choose", "admin:companies_importrun_add", role="manager", kind=STAFF),
    page(
        "import, refused",
        "admin:companies_importrun_add",
        role="manager",
        kind=STAFF,
        act=send(),
        status=422,
        is_refused=True,
    ),
    _import("columns", "columns", "import_judged"),
    _import("verdicts", "change", "import_judged"),
    _import("at work", "change", "import_running"),
    _import("done", "change", "import_done"),
    _import("undo", "undo", "import_done"),
    _campaign("plan", "change", is_draft=True),
    _campaign("edit", "edit", is_draft=True),
    _campaign(
        "edit, refused",
        "edit",
        is_draft=True,
        act=lambda page, scene: (page.locator("#id_title").fill(""), send(".submit-row .btn-primary")(page, scene)),
        status=422,
        is_refused=True,
    ),
    _campaign("who is asked", "recipients", is_draft=True),
    _campaign("mail", "preview", is_draft=True),
    _campaign("lines", "recipients"),
    _campaign("phone list", "phone"),
    _campaign("close", "close"),
    Row(
        "campaign, call",
        "admin:companies_campaign_call",
        of(
            "admin:companies_campaign_call",
            lambda s: s.campaign.pk,
            lambda s: s.line_of(s.campaign),
        ),
        role="manager",
        kind=STAFF,
    ),
    Row(
        "changes of an entry",
        "admin:companies_changeproposal_decide",
        of("admin:companies_changeproposal_decide", lambda s: s.decided_entry),
        role="manager",
        kind=STAFF,
    ),
    page("My day, manager", "admin:index", role="manager", kind=STAFF),
    page("My day, coach", "admin:index", role="coach", kind=STAFF),
    page("My day, empty", "admin:index", role="empty manager", kind=STAFF),
    page("My day, administrator", "admin:index", role="administrator", kind=STAFF),
    Row("staff search", "admin:search", at("admin:search", query="?q=Chappuis"), role="manager", kind=STAFF),
    Row("staff search, nothing", "admin:search", at("admin:search", query="?q=zzzzzz"), role="manager", kind=STAFF),
    page("break glass", "admin:break_glass", role="administrator", kind=STAFF),
    page(
        "break glass, refused",
        "admin:break_glass",
        role="administrator",
        kind=STAFF,
        act=send(),
        status=422,
        is_refused=True,
    ),
    page("queue, empty", "admin:coaching_coachingrequest_changelist", role="empty manager", kind=STAFF),
    Row(
        "request, long",
        "admin:coaching_coachingrequest_change",
        of("admin:coaching_coachingrequest_change", lambda s: s.sent_long.pk),
        role="manager",
        kind=STAFF,
    ),
    _request("accept", "accept"),
    _request("accept, refused", "accept", act=send(), status=422, is_refused=True),
    _request("refuse", "refuse"),
    _request("refuse, refused", "refuse", act=send(), status=422, is_refused=True),
    _request("forward", "forward"),
    page("files, empty", "admin:coaching_casefile_changelist", role="empty manager", kind=STAFF),
    Row(
        "file, long",
        "admin:coaching_casefile_change",
        of("admin:coaching_casefile_change", lambda s: s.case_long.pk),
        role="manager",
        kind=STAFF,
    ),
    page("board", "admin:coaching_casefile_board", role="manager", kind=STAFF),
    page("board, empty", "admin:coaching_casefile_board", role="empty manager", kind=STAFF),
    Row(
        "handing over",
        "admin:coaching_casefile_handover",
        of("admin:coaching_casefile_handover", lambda s: s.case_long.lead_id),
        role="manager",
        kind=STAFF,
    ),
    page("ledger, empty", "admin:coaching_timeentry_changelist", role="empty manager", kind=STAFF),
    page("funding keys", "admin:coaching_timeentry_keys", role="manager", kind=STAFF),
    page(
        "funding keys, refused",
        "admin:coaching_timeentry_keys",
        role="manager",
        kind=STAFF,
        act=send(),
        status=422,
        is_refused=True,
    ),
    page("annexes, empty", "admin:coaching_annex_changelist", role="empty manager", kind=STAFF),
    _annex("draft", "change", "annex_draft"),
    _annex("issue", "issue", "annex_draft"),
    _annex("issued, long", "change", "annex_issued"),
    _annex("pay", "pay", "annex_issued"),
    _annex("take back", "take_back", "annex_issued"),
    _case("tasks", "tasks"),
    _case("tasks, refused", "tasks", act=send(".staff-form .actions .btn"), status=422, is_refused=True),
    _case("reminders", "reminders"),
    _case("history", "history"),
    _case("edit", "edit"),
    _case("move", "move"),
    _case("move, refused", "move", act=send(), status=422, is_refused=True),
    _case("pause", "pause"),
    _case("close", "close"),
    _case("close, refused", "close", act=send(), status=422, is_refused=True),
    page("later checks", "admin:coaching_outcomecheck_changelist", role="manager", kind=STAFF),
    page("later checks, none", "admin:coaching_outcomecheck_changelist", role="empty manager", kind=STAFF),
    _course("specialists", "engagements"),
    _course("report of a specialist", "engagement_report", "engagement_number"),
    page("retention", "admin:coaching_coachingrequest_retention", role="manager", kind=STAFF),
    Row(
        "retention, later",
        "admin:coaching_coachingrequest_retention",
        at("admin:coaching_coachingrequest_retention", query="?show=later"),
        role="manager",
        kind=STAFF,
    ),
    _request("hold", "hold"),
    _request("hold, refused", "hold", act=send(), status=422, is_refused=True),
    _request("forget", "forget"),
    page("indicators", "admin:coaching_casefile_indicators", role="manager", kind=STAFF),
    Row(
        "indicators, refused",
        "admin:coaching_casefile_indicators",
        at("admin:coaching_casefile_indicators", query="?first=31.12.2026&last=1.1.2026"),
        role="manager",
        kind=STAFF,
        status=422,
        is_refused=True,
    ),
    Row(
        "indicator",
        "admin:coaching_casefile_indicator",
        at("admin:coaching_casefile_indicator", "requests"),
        role="manager",
        kind=STAFF,
    ),
    Row(
        "indicator, none",
        "admin:coaching_casefile_indicator",
        at("admin:coaching_casefile_indicator", "requests", query="?first=01.01.2001&last=02.01.2001"),
        role="manager",
        kind=STAFF,
    ),
    _check("answered", "change", "check_answered"),
    _check("phone", "phone", "check_asked"),
    _check("phone, refused", "phone", "check_asked", act=_emptied("told_by"), status=422, is_refused=True),
    _check("prove", "prove", "check_answered"),
    _check("give up", "give_up", "check_asked"),
    Row(
        "file, reopen",
        "admin:coaching_casefile_reopen",
        of("admin:coaching_casefile_reopen", lambda s: s.case_closed.pk),
        role="manager",
        kind=STAFF,
    ),
    Row(
        "file, closed",
        "admin:coaching_casefile_change",
        of("admin:coaching_casefile_change", lambda s: s.case_closed.pk),
        role="manager",
        kind=STAFF,
    ),
    Row(
        "file, task",
        "admin:coaching_casefile_task_edit",
        of("admin:coaching_casefile_task_edit", lambda s: s.case.pk, lambda s: s.task.pk),
        role="manager",
        kind=STAFF,
    ),
    page("planned mails", "admin:mailing_planned", role="manager", kind=STAFF),
    page("planned mails, none", "admin:mailing_planned", role="empty manager", kind=STAFF),
    Row(
        "planned mails, sample",
        "admin:mailing_sample",
        of("admin:mailing_sample", lambda s: s.reminder),
        role="manager",
        kind=STAFF,
    ),
    page("failed mails", "admin:mailing_failed", role="manager", kind=STAFF),
    page("failed mails, none", "admin:mailing_failed", role="empty manager", kind=STAFF),
]

# Routes that are no page of their own, each with the reason.
NO_PAGES = {
    "admin:coaching_casefile_stage": "posts only",
    "admin:coaching_annex_prepare": "posts only",
    "admin:coaching_annex_papers": "posts only",
    "admin:coaching_annex_pdf": "a file",
    "admin:coaching_annex_xlsx": "a file",
    "admin:coaching_commissionsession_approve": "posts only",
    "admin:coaching_commissionsession_convene": "posts only",
    "admin:coaching_commissionsession_count": "posts only",
    "admin:coaching_commissionsession_decide": "posts only",
    "admin:coaching_commissionsession_minutes_file": "a file",
    "admin:coaching_commissionsession_move": "posts only",
    "admin:coaching_commissionsession_pack": "posts only",
    "admin:coaching_commissionsession_pack_file": "a file",
    "admin:coaching_commissionsession_pack_progress": "a part of a page",
    "coaching:session_calendar": "a file",
    "coaching:session_minutes": "a file",
    "coaching:session_pack": "posts only",
    "coaching:session_pack_file": "a file",
    "coaching:session_pack_progress": "a part of a page",
    "admin:companies_importrun_step": "posts only",
    "admin:coaching_casefile_download": "a file",
    "admin:coaching_casefile_indicators_export": "a file",
    "admin:coaching_casefile_engagement_step": "posts only",
    "coaching:work_document": "a file",
    "admin:coaching_casefile_share": "posts only",
    "coaching:download": "a file",
    "coaching:plan_comment": "posts only",
    "coaching:plan_settle": "posts only",
    "coaching:plan_keep": "posts only",
    "coaching:consent": "posts only",
    "coaching:plan_export": "a file",
    "coaching:calendar_file": "a file",
    "companies:bulk_file": "a file",
    "companies:picture": "a file",
    "admin:companies_organisation_open_data": "posts only",
    "coaching:calendar_feed": "for machines",
    "admin:coaching_casefile_plan_comment": "posts only",
    "admin:coaching_casefile_plan_settle": "posts only",
    "admin:coaching_casefile_plan_keep": "posts only",
    "admin:coaching_casefile_plan_export": "a file",
    "coaching:template": "a file",
    "admin:companies_changeproposal_accept": "posts only",
    "admin:companies_duplicatepair_keep": "posts only",
    "admin:companies_duplicatepair_search": "posts only",
    "admin:premises_enquiry_reopen": "posts only",
    "admin:premises_enquiry_take": "posts only",
    "admin:premises_offer_confirm": "posts only",
    "admin:premises_offer_publish": "posts only",
    "admin:premises_offer_release": "posts only",
    "admin:premises_offer_reopen": "posts only",
    "admin:premises_offer_reserve": "posts only",
    "admin:premises_spacesearch_find": "posts only",
    "admin:premises_spacesearch_give_up": "posts only",
    "admin:premises_spacesearch_match": "posts only",
    "admin:premises_spacesearch_pause": "posts only",
    "admin:premises_spacesearch_reopen": "posts only",
    "admin:premises_spacesearch_resume": "posts only",
    "api:activities": "for machines",
    "api:clusters": "for machines",
    "api:companies": "for machines",
    "api:companies_geojson": "for machines",
    "api:company": "for machines",
    "api:events": "for machines",
    "api:municipalities": "for machines",
    "api:openapi": "for machines",
    "api:premises": "for machines",
    "api:premises_geojson": "for machines",
    "map_outlines": "answers the script",
    "premises_rss": "for machines",
    "sitemap": "for machines",
    "sitemap_part": "for machines",
    "admin:companies_importrun_rejected": "a file",
    "admin:jobs_job_progress": "answers the script",
    "admin:jobs_job_cancel": "posts only",
    "admin:jobs_job_result": "a file",
    "companies:suggest": "answers the script",
    "companies:map": "answers the script",
    "companies:detail_short": "leads on",
    "companies:vcard": "a file",
    "admin:companies_campaign_send": "posts only",
    "admin:companies_campaign_count": "answers the script",
    "coaching:forget": "posts only",
    "coaching:autosave": "posts only; answers the script",
    "clusters:accept": "posts only",
    "clusters:event_calendar": "a file",
    "events_feed": "for machines",
    "news_feed": "for machines",
    "admin:clusters_cluster_step": "posts only",
    "admin:clusters_event_step": "posts only",
    "admin:clusters_registration_step": "posts only",
    "admin:clusters_needoffer_step": "posts only",
    "admin:clusters_introduction_step": "posts only",
    "admin:exchange_newsitem_step": "posts only",
    "portal:theme": "posts only",
    "portal:language": "posts only",
    "portal:arrival": "leads on",
    "demo:empty": "empty on purpose",
    "demo:enter": "posts only",
    "demo:clock_move": "posts only",
    "demo:mail_html": "a mail within a frame",
    "accounts:switch_association": "posts only",
    "accounts:totp_picture": "a picture",
    "mfa_download_recovery_codes": "a file",
    "account_request_login_code": "the sign-in page's other name",
    "admin:login": "leads to the sign-in page",
    "admin:logout": "posts only",
    "admin:autocomplete": "answers the script",
    "admin:jsi18n": "a script",
    "admin:app_list": "My day is the only index",
    "admin:shortcuts": "posts only",
    "admin:coaching_casefile_note": "posts only",
    "admin:coaching_casefile_task": "posts only",
    "admin:coaching_coachingrequest_review": "posts only",
    "admin:coaching_coachingrequest_take_next": "posts only",
    "accounts:start_again": "posts only",
    "account_complete_password_reset": "needs a code from a mail; its form is that of setting a password",
    "mfa_login_webauthn": "answers the script",
    "health:live": "for machines",
    "health:ready": "for machines",
    "health:jobs": "for machines",
    "portal:challenge": "answers the script",
    "portal:styleguide_mail": "a mail within a frame",
    "robots": "for machines",
    "root": "leads on",
    "(?P<url>.*)$": "the admin's answer to unknown addresses",
    "<path:object_id>/": "the admin's old addresses lead on",
}


# -- admin pages from the registry -------------------------------------------------------------------------------------


def _list_path(label: str, query: str = "") -> Find:
    return at(f"admin:{label}_changelist", query=query)


def _record_path(label: str, page_name: str) -> Find:
    return lambda scene, language: scene.path(f"admin:{label}_{page_name}", scene.record(label), language=language)


# Pages that look like their neighbours: looked at in `make browser` only.
ALIKE = {"regions_canton", "regions_region", "regions_district", "reminders_heartbeat", "audit_breakglass"}


def admin_rows() -> list[Row]:
    """A list and a record of every registered model; histories by `make browser`."""
    rows = []
    for model in sorted(admin.site._registry, key=lambda one: one._meta.label_lower):
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        shared: dict[str, Any] = {"role": f"staff of {label}", "kind": STOCK}
        is_rare = label in ALIKE
        rows += [
            Row(f"list {label}", f"admin:{label}_changelist", _list_path(label), is_rare=is_rare, **shared),
            Row(f"record {label}", f"admin:{label}_change", _record_path(label, "change"), is_rare=is_rare, **shared),
            Row(f"history {label}", f"admin:{label}_history", _record_path(label, "history"), is_rare=True, **shared),
        ]
    return rows


ROWS = [
    *PUBLIC_ROWS,
    *COMPANY_ROWS,
    *OWN_ROWS,
    *ALERT_ROWS,
    *COACHING_ROWS,
    *CLUSTER_ROWS,
    *PREMISES_ROWS,
    *PEOPLE_ROWS,
    *TROUBLE_ROWS,
    *DEMO_ROWS,
    *STAFF_ROWS,
    *COMMISSION_ROWS,
    *COURSE_ROWS,
    *SPACE_ROWS,
    *DIRECTORY_ROWS,
    *admin_rows(),
]


# -- what the resolver knows -------------------------------------------------------------------------------------------


def route_names(patterns: Any = None, namespace: str = "") -> set[str]:
    """The name of every route, with its namespace; a route without a name is a fault that shows as its pattern."""
    found: set[str] = set()
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = ":".join(part for part in (namespace, entry.namespace) if part)
            found |= route_names(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            found.add(f"{namespace}:{entry.name}" if namespace and entry.name else entry.name or str(entry.pattern))
    return found
