"""Pages of coaching: the request, the founder’s space, the file at the desk, the commission."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.looks import MAIN_BUTTON, REFUSED, STAFF, Act, Row, at, of, page, send
from tests.browser.scene import CONFIRM, FOLLOW, RESUME, Scene

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


def case_page(name: str, suffix: str, **more: Any) -> Row:
    """A page of the scene's coaching file."""
    gather = of(f"admin:coaching_casefile_{suffix}", lambda s: s.case.pk)
    return Row(f"file, {name}", f"admin:coaching_casefile_{suffix}", gather, role="manager", kind=STAFF, **more)


def annex_page(name: str, suffix: str, which: str, **more: Any) -> Row:
    """A page of one of the scene's annexes."""
    gather = of(f"admin:coaching_annex_{suffix}", lambda s: getattr(s, which).pk)
    return Row(f"annex, {name}", f"admin:coaching_annex_{suffix}", gather, role="manager", kind=STAFF, **more)


def check_page(name: str, suffix: str, which: str, **more: Any) -> Row:
    """A page of a later check."""
    route = f"admin:coaching_outcomecheck_{suffix}"
    gather = of(route, lambda s: getattr(s, which).pk)
    return Row(f"later check, {name}", route, gather, role="manager", kind=STAFF, **more)


def course_page(name: str, suffix: str, *parts: str, case: str = "case_under_way", **more: Any) -> Row:
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


def emptied(*names: str, press: str = MAIN_BUTTON) -> Act:
    """Empty fields, then press the button."""

    def act(page: Page, scene: Scene) -> None:
        for name in names:
            page.locator(f"main [name={name}]").fill("")
        send(press)(page, scene)

    return act


def _own(name: str, route: str, *parts: str, case: str = "case_under_way", **more: Any) -> Row:
    """A page of the founder's own file."""

    def find(scene: Scene, language: str) -> str:
        found = getattr(scene, case)
        numbers = [getattr(scene, part) for part in parts]
        return scene.path(f"coaching:{route}", found.pk, *numbers, language=language)

    role = {"case_full": "long founder", "case_closed": "closed founder"}.get(case, "founder")
    return Row(f"own file, {name}", f"coaching:{route}", find, role=role, **more)


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
    course_page("journal", "change"),
    course_page("journal, long", "change", case="case_full"),
    course_page("meeting", "meeting"),
    course_page("meeting, refused", "meeting", act=send(), **REFUSED),
    course_page("milestones", "milestones"),
    course_page("milestones, none", "milestones", case="case_closed"),
    course_page("milestones, late", "milestones", case="case_full"),
    course_page("milestone reached", "reach", "milestone"),
    course_page("milestone dropped", "drop_milestone", "milestone"),
    course_page("milestone taken up again", "reopen_milestone", "milestone"),
    course_page("readiness", "readiness"),
    course_page("readiness, refused", "readiness", act=send(chosen=False), **REFUSED),
    course_page("documents", "documents"),
    course_page("documents, none", "documents", case="case_closed"),
    course_page("documents, long", "documents", case="case_full"),
    course_page("documents, refused", "documents", act=send(_STEP_FORM), **REFUSED),
    course_page("document asked for", "ask"),
    course_page("document asked for, refused", "ask", act=send(), **REFUSED),
    course_page("document", "document", "document"),
    course_page("document, refused", "document", "document", act=send(), **REFUSED),
    course_page("plan", "plan"),
    course_page("plan, none", "plan", case="case_closed"),
    course_page("plan's frame", "plan_frame"),
    course_page("plan, new line", "plan_add", "line_kind"),
    course_page("plan's line", "plan_line", "plan_line"),
    course_page("plan's versions", "plan_compare"),
    course_page("messages", "messages"),
    course_page("messages, refused", "messages", act=send(), **REFUSED),
    course_page("hours", "hours"),
    course_page("hours, none", "hours", case="case_closed"),
    course_page("hours, long", "hours", case="case_full"),
    course_page("hours, refused", "hours", act=emptied("worked_on", press=_STEP_FORM), **REFUSED),
    course_page("line corrected", "correct", "ledger_line"),
    course_page("line corrected, refused", "correct", "ledger_line", act=emptied("minutes"), **REFUSED),
]
