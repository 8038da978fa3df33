"""A founder's dates as iCalendar (RFC 5545): next dates, tasks, milestones of their own files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.enums import CaseState, MilestoneState, TaskState
from coaching.models import CaseFile, Milestone, Task
from promo_portal.core import clock

LENGTH = timedelta(hours=1)  # of a date with an hour


@dataclass(frozen=True)
class Entry:
    """One date of a file."""

    uid: str
    day: date
    at: time | None
    title: str
    kind: str  # "date", "task", "milestone"
    case: CaseFile
    url: str
    is_late: bool = False


def entries_of(cases: Iterable[CaseFile]) -> list[Entry]:
    """What lies ahead in open files, by day; three queries for all of them."""
    open_files = {case.pk: case for case in cases if case.state == CaseState.OPEN}
    today = clock.today()
    found = [
        Entry(f"date-{case.pk}", case.next_date, case.next_time, case.next_what, "date", case, _page(case))
        for case in open_files.values()
        if case.next_date is not None
    ]
    tasks = Task.objects.filter(case_file__in=open_files, state=TaskState.OPEN).order_by("due_on", "pk")
    for task in tasks:
        case = open_files[task.case_file_id]
        if task.assignee_id == case.founder_id:
            url = reverse("coaching:task", args=[case.pk, task.pk])
            found.append(
                Entry(f"task-{task.pk}", task.due_on, None, task.title, "task", case, url, task.is_late(today))
            )
    milestones = Milestone.objects.filter(case_file__in=open_files, state=MilestoneState.OPEN, due_on__isnull=False)
    for row in milestones.order_by("due_on", "pk"):
        case = open_files[row.case_file_id]
        assert row.due_on is not None
        title = row.get_kind_display()
        found.append(
            Entry(f"milestone-{row.pk}", row.due_on, None, title, "milestone", case, _page(case), row.due_on < today)
        )
    return sorted(found, key=lambda entry: (entry.day, entry.at or time.min, entry.uid))


def _page(case: CaseFile) -> str:
    return reverse("coaching:case", args=[case.pk])


def calendar_of(entries: Iterable[Entry], now: datetime) -> bytes:
    """A calendar of these dates in the active language."""
    from icalendar import Calendar  # with its time zones some megabytes, which most processes never need

    calendar = Calendar()
    calendar.add("prodid", "-//Promotion economique//Coaching//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Coaching"))
    for entry in entries:
        calendar.add_component(_component(entry, now))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _component(entry: Entry, now: datetime) -> Any:
    from icalendar import Event

    made = Event()
    host = settings.SITE_URL.partition("://")[2].partition(":")[0]
    made.add("uid", f"coaching-{entry.uid}@{host}")
    made.add("dtstamp", now)
    if entry.at is None:
        made.add("dtstart", entry.day)
        made.add("dtend", entry.day + timedelta(days=1))
    else:
        begins = datetime.combine(entry.day, entry.at, tzinfo=clock.ZURICH)
        made.add("dtstart", begins)
        made.add("dtend", begins + LENGTH)
    shown = {"date": "%s", "task": _("To do: %s"), "milestone": _("Milestone: %s")}[entry.kind]
    made.add("summary", shown % entry.title)
    made.add("description", entry.case.title)
    made.add("url", f"{settings.SITE_URL}{entry.url}")
    return made
