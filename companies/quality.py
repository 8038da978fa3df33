"""How good an entry is: points for what a reader needs, and in words what is still missing.

One list of criteria serves the entry's page (in memory) and the municipalities' table (in the database); a test holds
the two against each other.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import (
    Avg,
    BooleanField,
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from companies.models import Organisation, OrganisationActivity, OrganisationCapability

WHOLE = 100


@dataclass(frozen=True)
class Criterion:
    """One thing a good entry has: points, and the words for its absence."""

    key: str
    points: int
    missing: Any


CRITERIA = (
    Criterion("purpose", 20, _("no text about what they make")),
    Criterion("confirmed", 20, _("not confirmed for a year")),
    Criterion("activity", 15, _("no activity")),
    Criterion("capability", 15, _("no capability")),
    Criterion("reachable", 15, _("no phone, e-mail or website")),
    Criterion("uid", 5, _("no UID")),
    Criterion("place", 5, _("no place of its own on the map")),
    Criterion("size", 5, _("no size class")),
)


@dataclass(frozen=True)
class Quality:
    """Points out of a hundred, and what is missing, the weightiest first."""

    score: int
    missing: tuple[Any, ...]


def quality_of(organisation: Organisation, *, today: date, has_activity: bool, has_capability: bool) -> Quality:
    """Judge one entry; whether it has links is given, so that a list asks for them once."""
    year_ago = today - relativedelta(months=settings.DIRECTORY_TO_CONFIRM_AFTER_MONTHS)
    has = {
        "purpose": bool(organisation.purpose_fr or organisation.purpose_de or organisation.purpose_en),
        "confirmed": organisation.confirmed_on is not None and organisation.confirmed_on > year_ago,
        "activity": has_activity,
        "capability": has_capability,
        "reachable": bool(organisation.phone or organisation.email or organisation.website),
        "uid": bool(organisation.uid),
        "place": organisation.lon is not None,
        "size": bool(organisation.size_class),
    }
    return Quality(
        score=sum(one.points for one in CRITERIA if has[one.key]),
        missing=tuple(one.missing for one in CRITERIA if not has[one.key]),
    )


def with_links(rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Entries that know whether they have activities and capabilities: ``has_activity``, ``has_capability``."""
    return rows.annotate(
        has_activity=Exists(OrganisationActivity.objects.filter(organisation=OuterRef("pk"))),
        has_capability=Exists(OrganisationCapability.objects.filter(organisation=OuterRef("pk"))),
    )


def with_links_row_by_row(rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """The same for a page of a list: each row's links are looked up, where ``EXISTS`` might read all links there are."""
    activities = OrganisationActivity.objects.filter(organisation=OuterRef("pk"))
    capabilities = OrganisationCapability.objects.filter(organisation=OuterRef("pk"))
    return rows.annotate(has_activity=_any_of(activities), has_capability=_any_of(capabilities))


def _any_of(links: QuerySet[Any]) -> Coalesce:
    one = links.order_by().annotate(there=Value(value=True)).values("there")[:1]
    return Coalesce(Subquery(one), Value(value=False), output_field=BooleanField())


def by_municipality(rows: QuerySet[Organisation], today: date) -> QuerySet[Any]:
    """Per municipality: how many entries, how many to confirm, without activity, without a place, and the mean score."""
    year_ago = today - relativedelta(months=settings.DIRECTORY_TO_CONFIRM_AFTER_MONTHS)
    conditions = {
        "purpose": ~Q(purpose_fr="", purpose_de="", purpose_en=""),
        "confirmed": Q(confirmed_on__gt=year_ago),
        "activity": Q(has_activity=True),
        "capability": Q(has_capability=True),
        "reachable": ~Q(phone="", email="", website=""),
        "uid": ~Q(uid=""),
        "place": Q(lon__isnull=False),
        "size": ~Q(size_class=""),
    }
    score: Any = Value(0)
    for one in CRITERIA:
        score = score + Case(
            When(conditions[one.key], then=Value(one.points)), default=Value(0), output_field=IntegerField()
        )
    return (
        with_links(rows)
        .order_by()
        .values("municipality", "municipality__name_fr", "municipality__name_de", "municipality__bfs")
        .annotate(
            count=Count("pk"),
            to_confirm=Count("pk", filter=~conditions["confirmed"] | Q(confirmed_on=None)),
            without_activity=Count("pk", filter=Q(has_activity=False)),
            without_place=Count("pk", filter=Q(lon=None)),
            score=Avg(score),
        )
        .order_by("score", "municipality__name_fr")
    )
