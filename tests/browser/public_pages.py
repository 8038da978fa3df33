"""Pages of the public and of people signing in: directory, clusters, premises, accounts, the demo."""

from collections.abc import Callable
from itertools import count
from typing import Any

from playwright.sync_api import Page

from tests.browser.looks import STAFF, Act, Row, at, of, page, send
from tests.browser.scene import WITH_PASSWORD, Scene


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
    _own("own entry, closed", "entry_closed"),
    _own("own entry, not ours", "entry_not_ours"),
    _own("own entry, taking back", "entry_undo", is_rare=True),
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
