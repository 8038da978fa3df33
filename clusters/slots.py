"""What clusters and events show on pages that are not their own."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clusters.enums import ClusterState, EventState, IntroductionState
from clusters.models import Cluster, ClusterMembership, Event, Introduction, Registration
from clusters.views.rows import event_rows
from companies.facets import Facet
from promo_portal.accounts.permissions import may_open
from promo_portal.accounts.rights import Rights
from promo_portal.core import clock, slots
from promo_portal.core.forms.fields import visible
from promo_portal.core.slots import NavItem, Panel, WorkItem

AHEAD = timedelta(days=14)
AT_MOST = 40
HITS = 8


def _rights(request: HttpRequest) -> Rights:
    return request.rights  # type: ignore[attr-defined]


def may_see_events(request: HttpRequest) -> bool:
    """Whether events are part of this person's work."""
    return may_open(_rights(request), "event", "write")


def may_see_registrations(request: HttpRequest) -> bool:
    """Whether registrations are part of this person's work."""
    return may_open(_rights(request), "registration") and _rights(request).association_id is not None


def may_see_needs(request: HttpRequest) -> bool:
    """Whether needs, offers and introductions are part of this person's work."""
    return may_open(_rights(request), "need and offer") and _rights(request).association_id is not None


# -- public pages -------------------------------------------------------------------------------------------------------


def organisation_panel(request: HttpRequest, organisation: Any) -> dict[str, Any] | None:
    """The clusters a company belongs to, and their next events."""
    now = clock.now()
    current = ClusterMembership.objects.active(now.astimezone(clock.ZURICH).date())
    rows = current.filter(organisation=organisation, cluster__state=ClusterState.PUBLISHED).select_related("cluster")
    memberships = list(rows.order_by("cluster__order", "cluster__slug"))
    if not memberships:
        return None
    coming = Event.objects.public().upcoming(now).select_related("municipality")
    events = coming.filter(cluster__in=[row.cluster_id for row in memberships])[:3]
    return {"memberships": memberships, "events": event_rows(events, now)}


def home_panel(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The next three events."""
    now = clock.now()
    coming = Event.objects.public().exclude(state=EventState.CANCELLED).upcoming(now).select_related("municipality")
    return {"events": event_rows(coming[:3], now)}


def home_figure(request: HttpRequest) -> dict[str, Any] | None:
    """How many clusters there are."""
    count = Cluster.objects.published().count()
    if not count:
        return None
    label = ngettext("cluster of competence", "clusters of competence", count)
    return {"order": 30, "value": count, "label": label, "url": reverse("clusters:list")}


def sitemap_pages() -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """Clusters and events for search engines."""
    yield "clusters:list", (), None
    yield "clusters:events", (), None
    for slug in Cluster.objects.published().values_list("slug", flat=True):
        yield "clusters:detail", (slug,), None
    since = clock.now() - timedelta(days=730)
    for event in Event.objects.public().filter(ends_at__gte=since).order_by("pk"):
        yield "clusters:event", (event.pk, event.slug), event.changed_at.date()


def facet_choices() -> Iterable[tuple[str, str, str]]:
    """The directory's filter by cluster: value, label, token."""
    for found in Cluster.objects.published().only("slug", *(f"name_{code}" for code in ("fr", "de", "en"))):
        yield found.slug, found.name, f"g:{found.pk}"


def search_tokens(organisation_ids: Collection[int]) -> dict[int, Sequence[str]]:
    """``g:<cluster>`` for each published cluster that an organisation belongs to today, in one query."""
    rows = ClusterMembership.objects.active(clock.today()).filter(
        organisation_id__in=organisation_ids, cluster__state=ClusterState.PUBLISHED
    )
    found: dict[int, list[str]] = {}
    for organisation_id, cluster_id in rows.order_by("cluster_id").values_list("organisation_id", "cluster_id"):
        found.setdefault(organisation_id, []).append(f"g:{cluster_id}")
    return dict(found)


# -- the staff's day ----------------------------------------------------------------------------------------------------


def my_day(request: HttpRequest) -> Sequence[WorkItem]:
    """Events that are near, drafts that should be out, too many people for the places, introductions to follow up."""
    return [*_events_of_day(request), *_introductions_of_day(request)]


def _events_of_day(request: HttpRequest) -> Sequence[WorkItem]:
    if not (may_see_events(request) and may_see_registrations(request)):
        return []
    now, rights = clock.now(), _rights(request)
    near = Event.objects.filter(association_id=rights.association_id or 0, ends_at__gte=now, starts_at__lte=now + AHEAD)
    items = []
    for event in (
        near.exclude(state=EventState.CANCELLED).select_related("municipality").order_by("starts_at")[:AT_MOST]
    ):
        change = reverse("admin:clusters_event_change", args=[event.pk])
        door = reverse("admin:clusters_event_check_in", args=[event.pk])
        is_today = event.starts_at.astimezone(clock.ZURICH).date() <= now.astimezone(clock.ZURICH).date()
        over = event.seats_taken > event.capacity
        what: Any = gettext_lazy("Prepare the event")
        if event.state == EventState.DRAFT:
            what = gettext_lazy("Publish the event, or drop it")
        elif over:
            what = gettext_lazy("More people than places: find a larger room")
        elif is_today:
            what = gettext_lazy("Welcome the guests")
        items.append(
            WorkItem(
                group="today" if is_today else "next",
                when=event.starts_at if is_today else event.starts_at.astimezone(clock.ZURICH).date(),
                kind=gettext_lazy("Event"),
                what=what,
                whom=f"{event.title} · {event.seats_taken} / {event.capacity}",
                url=change,
                actions=((gettext_lazy("Check-in"), door, "link"),) if is_today else (),
            )
        )
    return items


def _introductions_of_day(request: HttpRequest) -> Sequence[WorkItem]:
    if not (may_see_needs(request) and may_open(_rights(request), "need and offer", "write")):
        return []
    today = clock.today()
    after_3 = Q(state=IntroductionState.MADE, made_on__lte=today - relativedelta(months=3))
    after_12 = Q(state=IntroductionState.FOLLOWED, made_on__lte=today - relativedelta(months=12))
    due = Introduction.objects.filter(after_3 | after_12).select_related("first", "second")
    items = []
    for row in due.order_by("made_on", "pk")[:AT_MOST]:
        months = 3 if row.state == IntroductionState.MADE else 12
        when = row.made_on + relativedelta(months=months)
        items.append(
            WorkItem(
                group="late" if when < today else "today",
                when=when,
                kind=gettext_lazy("Introduction"),
                what=gettext_lazy("Ask what became of the introduction"),
                whom=str(row),
                url=reverse("admin:clusters_introduction_change", args=[row.pk]),
                owner_id=row.made_by_id,
            )
        )
    return items


# -- search and titles --------------------------------------------------------------------------------------------------


def staff_search(request: HttpRequest, text: str) -> Sequence[dict[str, Any]]:
    """Events by title, people by name, company or address."""
    words = visible(text).strip().split()[:4]
    if len("".join(words)) < 2 or not may_see_registrations(request):  # noqa: PLR2004 - one letter finds everything
        return []
    by_event, by_person = Q(), Q()
    for word in words:
        by_event &= Q(title_fr__icontains=word) | Q(title_de__icontains=word) | Q(place__icontains=word)
        by_person &= (
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(company__icontains=word)
            | Q(email__icontains=word)
        )
    events = Event.objects.filter(by_event, association_id=_rights(request).association_id or 0).order_by(
        "-starts_at", "-pk"
    )
    people = Registration.objects.filter(by_person).select_related("event").order_by("-registered_at", "-pk")
    return [
        *(_hit(_("Event"), event.title, f"{event.starts_at:%d.%m.%Y}", "event", event.pk) for event in events[:HITS]),
        *(_hit(_("Registration"), row.name, row.event.title, "registration", row.pk) for row in people[:HITS]),
    ]


def _hit(kind: Any, title: str, text: str, model: str, pk: int) -> dict[str, Any]:
    return {"kind": kind, "title": title, "text": text, "url": reverse(f"admin:clusters_{model}_change", args=[pk])}


def registration_title(pk: int) -> str | None:
    """Whose registration it is, and for what."""
    found = Registration.objects.select_related("event").filter(pk=pk).first()
    return f"{found.name}, {found.event.title}" if found else None


def registration_url(pk: int) -> str | None:
    """The registration's page for staff."""
    return reverse("admin:clusters_registration_change", args=[pk])


def registration_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """Titles and addresses of registrations on a list."""
    rows = Registration.objects.filter(pk__in=pks).select_related("event").order_by("pk")
    return {row.pk: (f"{row.name}, {row.event.title}", registration_url(row.pk) or "") for row in rows}


def event_title(pk: int) -> str | None:
    """An event's title."""
    found = Event.objects.filter(pk=pk).first()
    return found.title if found else None


def event_admin_url(pk: int) -> str | None:
    """The event's page for staff."""
    return reverse("admin:clusters_event_change", args=[pk])


def event_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """Titles and addresses of events on a list."""
    rows = Event.objects.filter(pk__in=pks).order_by("pk")
    return {row.pk: (row.title, event_admin_url(row.pk) or "") for row in rows}


def register() -> None:
    """Put all of it into place."""
    slots.organisation_panels.register("clusters", Panel(40, "clusters/organisation_panel.html", organisation_panel))
    slots.home_panels.register("clusters.events", Panel(20, "clusters/home_panel.html", home_panel))
    slots.home_figures.register("clusters", home_figure)
    slots.sitemap_pages.register("clusters", sitemap_pages)
    slots.facets.register("cluster", Facet("cluster", gettext_lazy("Cluster"), "g", facet_choices))
    slots.search_tokens.register("clusters", search_tokens)
    slots.my_day.register("clusters", my_day)
    slots.staff_search.register("clusters", staff_search)
    for order, label, model, sees in (
        (40, gettext_lazy("Clusters"), "cluster", may_see_events),
        (41, gettext_lazy("Events"), "event", may_see_events),
        (42, gettext_lazy("Registrations"), "registration", may_see_registrations),
        (43, gettext_lazy("Needs and offers"), "needoffer", may_see_needs),
        (44, gettext_lazy("Introductions"), "introduction", may_see_needs),
    ):
        item = NavItem("directory", order, label, f"admin:clusters_{model}_changelist", None, sees)
        slots.staff_nav.register(f"clusters.{model}", item)
    for kind, title, url, lines in (
        ("clusters.registration", registration_title, registration_url, registration_lines),
        ("clusters.event", event_title, event_admin_url, event_lines),
    ):
        slots.subject_titles.register(kind, title)
        slots.subject_urls.register(kind, url)
        slots.subject_lines.register(kind, lines)
