"""My day: what a staff member can finish today, gathered from all parts of the portal."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.enums import Role
from promo_portal.core import clock, slots
from promo_portal.core.counting import count_together
from promo_portal.core.formats.words import weekday

SHOWN = 12  # rows of a group, then "see all"
GROUPS = (("late", _("Late")), ("today", _("Today")), ("received", _("Received")), ("next", _("Next working days")))


def items_for(request: HttpRequest, *, whole_team: bool = False) -> list[slots.WorkItem]:
    """The person's own work and what belongs to nobody yet; with ``whole_team`` everybody's."""
    rights = request.rights  # type: ignore[attr-defined]
    found = [item for gather in slots.my_day for item in gather(request)]
    return [item for item in found if whole_team or item.owner_id in (None, rights.user_id)]


def _when(item: slots.WorkItem) -> tuple[datetime, str]:
    if isinstance(item.when, datetime):
        return item.when, item.whom
    return datetime.combine(item.when, time.max, tzinfo=clock.ZURICH), item.whom


def sentence(items: Sequence[slots.WorkItem]) -> str:
    """One sentence that says how much there is and how urgent it is."""
    due = [item for item in items if item.group in {"late", "today"}]
    late = sum(item.group == "late" for item in due)
    if not due:
        return gettext("Nothing is due today.")
    text = ngettext("%(count)s thing to do today", "%(count)s things to do today", len(due)) % {"count": len(due)}
    if late:
        text += ngettext(", %(count)s of them late", ", %(count)s of them late", late) % {"count": late}
    return gettext("%(text)s. The rest can wait.") % {"text": text}


def _figures(request: HttpRequest) -> list[dict[str, Any]]:
    """The figures that concern this person; those that count rows are counted together."""
    found = [figure for gather in slots.my_day_figures if (figure := gather(request))]
    counted = [figure for figure in found if isinstance(figure["value"], QuerySet)]
    values = count_together([figure["value"] for figure in counted])
    for figure, value in zip(counted, values, strict=True):
        figure["value"] = value
    return found


def my_day(request: HttpRequest) -> dict[str, Any]:
    """The page's context, in the words that ``templates/admin/index.html`` expects."""
    today = clock.today()
    is_manager = request.rights.has(Role.MANAGER)  # type: ignore[attr-defined]
    whole_team = is_manager and "team" in request.GET
    items = items_for(request, whole_team=whole_team)
    wanted = request.GET.get("group")
    index = reverse("admin:index")
    groups = []
    for key, title in GROUPS:
        rows = sorted((item for item in items if item.group == key), key=_when)
        shown = rows if wanted == key else rows[:SHOWN]
        if rows:
            groups.append(
                {
                    "key": key,
                    "title": title,
                    "count": len(rows),
                    "rows": shown,
                    "more_url": f"{index}?group={key}" if len(rows) > len(shown) else "",
                    "folded": key == "next" and wanted != key,
                }
            )
    upcoming = [item for item in items if item.group == "next"]
    return {
        "heading": capfirst(weekday(today)),
        "today": today,
        "sentence": sentence(items),
        "groups": groups,
        "figures": _figures(request),
        "next_deadline": min(upcoming, key=_when) if upcoming else None,
        "team_url": f"{index}?team=1" if is_manager and not whole_team else "",
        "is_team": whole_team,
    }
