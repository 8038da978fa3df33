"""Pages of the staff’s desk that are no file: directory, imports, campaigns, clusters, mail, people."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.coaching_pages import annex_page, case_page, check_page, course_page, emptied
from tests.browser.looks import REFUSED, STAFF, Act, Row, at, of, page, send
from tests.browser.scene import Scene


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
    annex_page("draft", "change", "annex_draft"),
    annex_page("issue", "issue", "annex_draft"),
    annex_page("issued, long", "change", "annex_issued"),
    annex_page("pay", "pay", "annex_issued"),
    annex_page("take back", "take_back", "annex_issued"),
    case_page("tasks", "tasks"),
    case_page("tasks, refused", "tasks", act=send(".staff-form .actions .btn"), status=422, is_refused=True),
    case_page("reminders", "reminders"),
    case_page("history", "history"),
    case_page("edit", "edit"),
    case_page("move", "move"),
    case_page("move, refused", "move", act=send(), status=422, is_refused=True),
    case_page("pause", "pause"),
    case_page("close", "close"),
    case_page("close, refused", "close", act=send(), status=422, is_refused=True),
    page("later checks", "admin:coaching_outcomecheck_changelist", role="manager", kind=STAFF),
    page("later checks, none", "admin:coaching_outcomecheck_changelist", role="empty manager", kind=STAFF),
    course_page("specialists", "engagements"),
    course_page("report of a specialist", "engagement_report", "engagement_number"),
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
    check_page("answered", "change", "check_answered"),
    check_page("phone", "phone", "check_asked"),
    check_page("phone, refused", "phone", "check_asked", act=emptied("told_by"), status=422, is_refused=True),
    check_page("prove", "prove", "check_answered"),
    check_page("give up", "give_up", "check_asked"),
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
