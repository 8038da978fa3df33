"""Every page type of the portal as data: who opens it, where it is, and in which state it is looked at.

``test_pages`` measures each row in all looks; another test compares the rows with the resolver, so a page without a row
fails. Admin lists and records come from the registry: a newly registered model is measured at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from tests.browser.scene import CONFIRM, FOLLOW, RESUME, WITH_PASSWORD, Scene

PUBLIC, STAFF, STOCK = "public", "staff", "stock"
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


def send(selector: str = MAIN_BUTTON) -> Act:
    """Press the form's main button as it stands, then look at what comes back."""

    def press(page: Page, scene: Scene) -> None:
        page.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true; })")
        with page.expect_navigation():
            page.locator(selector).first.click()

    return press


PUBLIC_ROWS = [
    page("home", "portal:home"),
    page("contact", "portal:contact"),
    page("data protection", "portal:privacy"),
    page("accessibility", "portal:accessibility"),
    page("sources", "portal:sources"),
    page("imprint", "portal:imprint"),
    page("styleguide", "portal:styleguide"),
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
    Row("withdraw", "coaching:withdraw", of("coaching:withdraw", lambda s: s.link(FOLLOW, s.sent))),
    Row("founder's file", "coaching:case", of("coaching:case", lambda s: s.case.pk), role="founder"),
    Row("founder's file, long", "coaching:case", of("coaching:case", lambda s: s.case_long.pk), role="long founder"),
    Row(
        "founder's task", "coaching:task", of("coaching:task", lambda s: s.case.pk, lambda s: s.task.pk), role="founder"
    ),
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


def _request(name: str, suffix: str, **more: Any) -> Row:
    """A step of the queue, for the request that was sent."""
    gather = of(f"admin:coaching_coachingrequest_{suffix}", lambda s: s.sent.pk)
    return Row(
        f"request, {name}", f"admin:coaching_coachingrequest_{suffix}", gather, role="manager", kind=STAFF, **more
    )


STAFF_ROWS = [
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
    _case("tasks", "tasks"),
    _case("tasks, refused", "tasks", act=send(".staff-form .actions .btn"), status=422, is_refused=True),
    _case("reminders", "reminders"),
    _case("history", "history"),
    _case("edit", "edit"),
    _case("move", "move"),
    _case("move, refused", "move", act=send(), status=422, is_refused=True),
    _case("pause", "pause"),
    _case("close", "close"),
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
    "coaching:forget": "posts only",
    "coaching:autosave": "posts only; answers the script",
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


ROWS = [*PUBLIC_ROWS, *COACHING_ROWS, *PEOPLE_ROWS, *TROUBLE_ROWS, *DEMO_ROWS, *STAFF_ROWS, *admin_rows()]


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
