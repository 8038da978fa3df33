"""What coaching shows on pages that are not its own: the staff's day, navigation and search, the founder's space."""

from django.utils.translation import gettext_lazy

from coaching.slots.clockwork import ask_due_checks, follow_agreements, forget_due
from coaching.slots.doors import may_charge, may_see_indicators, may_see_requests, waiting_requests
from coaching.slots.finding import (
    case_lines,
    case_title,
    case_url,
    request_lines,
    request_title,
    request_url,
    session_lines,
    session_title_of,
    session_url,
    staff_search,
    task_lines,
    task_title,
    task_url,
)
from coaching.slots.space import canton_panel, founder_panel, member_panel, specialist_panel
from coaching.slots.staff_day import answer_time_figure, my_day, open_files_figure
from promo_portal.core import slots
from promo_portal.core.slots import NavItem, Panel


def register() -> None:
    """Put all of it into place."""
    slots.clock_work.register("coaching.later_checks", ask_due_checks)
    slots.clock_work.register("coaching.retention", forget_due)
    slots.clock_work.register("coaching.agreements", follow_agreements)
    slots.my_day.register("coaching", my_day)
    slots.my_day_figures.register("coaching.open_files", open_files_figure)
    slots.my_day_figures.register("coaching.answer_time", answer_time_figure)
    queue = NavItem(
        "to_handle",
        10,
        gettext_lazy("Coaching requests"),
        "admin:coaching_coachingrequest_changelist",
        waiting_requests,
        may_see_requests,
    )
    files = NavItem(
        "files", 10, gettext_lazy("Coaching files"), "admin:coaching_casefile_changelist", None, may_see_requests
    )
    slots.staff_nav.register("coaching.requests", queue)
    slots.staff_nav.register("coaching.files", files)
    board = NavItem("files", 5, gettext_lazy("Board"), "admin:coaching_casefile_board", None, may_see_requests)
    slots.staff_nav.register("coaching.board", board)
    for order, label, model, group in (
        (20, gettext_lazy("Commission"), "commissionsession", "files"),
        (30, gettext_lazy("Specialists"), "specialist", "files"),
        (40, gettext_lazy("Later checks"), "outcomecheck", "files"),
        (10, gettext_lazy("Time and costs"), "timeentry", "steering"),
    ):
        item = NavItem(group, order, label, f"admin:coaching_{model}_changelist", None, may_see_requests)
        slots.staff_nav.register(f"coaching.{model}", item)
    for order, label, name in (
        (11, gettext_lazy("Cost annexes"), "annex_changelist"),
        (12, gettext_lazy("Funders and keys"), "timeentry_keys"),
    ):
        item = NavItem("steering", order, label, f"admin:coaching_{name}", None, may_charge)
        slots.staff_nav.register(f"coaching.{name}", item)
    indicators = NavItem(
        "steering", 5, gettext_lazy("Indicators"), "admin:coaching_casefile_indicators", None, may_see_indicators
    )
    slots.staff_nav.register("coaching.indicators", indicators)
    retention = NavItem(
        "steering", 60, gettext_lazy("Retention"), "admin:coaching_coachingrequest_retention", None, may_see_indicators
    )
    slots.staff_nav.register("coaching.retention", retention)
    slots.staff_search.register("coaching", staff_search)
    for kind, title, url, lines in (
        ("coaching.coachingrequest", request_title, request_url, request_lines),
        ("coaching.casefile", case_title, case_url, case_lines),
        ("coaching.task", task_title, task_url, task_lines),
        ("coaching.commissionsession", session_title_of, session_url, session_lines),
    ):
        slots.subject_titles.register(kind, title)
        slots.subject_urls.register(kind, url)
        slots.subject_lines.register(kind, lines)
    slots.space_panels.register("coaching", Panel(10, "coaching/space_panel.html", founder_panel))
    slots.space_panels.register("coaching.commission", Panel(20, "coaching/space_commission.html", member_panel))
    slots.space_panels.register("coaching.canton", Panel(10, "coaching/canton_panel.html", canton_panel))
    slots.space_panels.register("coaching.network", Panel(15, "coaching/specialist_panel.html", specialist_panel))
