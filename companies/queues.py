"""What staff have to see to in the directory, as conditions on entries: lists, counts and My day use the same ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from companies.enums import OrganisationState
from companies.models import Organisation, OrganisationActivity

Rows = QuerySet[Organisation]
AT_MOST = 1_000  # a count beyond says "more than"


@dataclass(frozen=True)
class Queue:
    """Entries that need somebody."""

    key: str
    label: Any
    rows: Callable[[Rows, date], Rows]


def to_confirm(rows: Rows, today: date) -> Rows:
    """Listed entries whose last confirmation lies a year back, or that have none."""
    year_ago = today - relativedelta(months=settings.DIRECTORY_TO_CONFIRM_AFTER_MONTHS)
    return rows.filter(Q(confirmed_on=None) | Q(confirmed_on__lte=year_ago), state=OrganisationState.PUBLISHED)


def aged_out(rows: Rows, today: date) -> Rows:
    """Entries that the public does not see, since nobody has confirmed them for a year and a half."""
    limit = today - relativedelta(months=settings.DIRECTORY_HIDDEN_AFTER_MONTHS)
    old = Q(confirmed_on__lte=limit) | Q(confirmed_on=None, listed_on__lte=limit)
    return rows.filter(old, state=OrganisationState.PUBLISHED)


def without_activity(rows: Rows, today: date) -> Rows:
    """Listed entries that nobody finds by what they do."""
    has_one = Exists(OrganisationActivity.objects.filter(organisation=OuterRef("pk")))
    return rows.filter(~has_one, state=OrganisationState.PUBLISHED)


def without_place(rows: Rows, today: date) -> Rows:
    """Listed entries that the map shows in the middle of their municipality only."""
    return rows.filter(lon=None, state=OrganisationState.PUBLISHED)


QUEUES = (
    Queue("confirm", _("To confirm"), to_confirm),
    Queue("aged", _("Hidden: not confirmed for long"), aged_out),
    Queue("activity", _("Without activity"), without_activity),
    Queue("place", _("Without a place on the map"), without_place),
)
BY_KEY = {queue.key: queue for queue in QUEUES}


def count_up_to(rows: Any, most: int = AT_MOST) -> int:
    """How many rows, counted no further than ``most`` + 1: a number that is shown must not cost a scan of everything."""
    return int(first_of(rows, most).count())


def first_of(rows: Any, most: int = AT_MOST) -> Any:
    """As many rows as are counted at most, for a count that is made together with others."""
    return rows.order_by()[: most + 1]
