"""The clusters: all of them, and one with its members, its value chain and its gaps."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext
from django.views.decorators.http import require_safe

from clusters.enums import NeedOfferKind
from clusters.models import Cluster, ClusterMembership, Event, NeedOffer, ValueStep, ValueStepMember
from clusters.views.rows import event_rows
from companies.models import Organisation
from promo_portal.core import clock, slots
from promo_portal.core.access import public
from promo_portal.core.page_cache import kept_for
from promo_portal.regions.maps.drawing import Circle, RegionMap

EVENTS_SHOWN = 3


@public
@require_safe
@kept_for(300)
def cluster_list(request: HttpRequest) -> HttpResponse:
    """Every published cluster: what it makes, for whom, and how many stand behind it."""
    # From the members to their entries: as a condition of an aggregate it would read every entry of the directory.
    shown = ClusterMembership.objects.shown(clock.today()).order_by().values("cluster")
    members = dict(shown.annotate(count=Count("organisation", distinct=True)).values_list("cluster", "count"))
    rows = [(found, members.get(found.pk, 0)) for found in Cluster.objects.published()]
    return render(request, "clusters/cluster_list.html", {"clusters": rows})


@public
@require_safe
@kept_for(300)
def cluster(request: HttpRequest, slug: str) -> HttpResponse:
    """One cluster, explained before it is counted."""
    found = get_object_or_404(Cluster.objects.published().select_related("association"), slug=slug)
    now = clock.now()
    today = now.astimezone(clock.ZURICH).date()
    members = list(
        found.memberships.shown(today)
        .select_related("organisation__municipality")
        .order_by("organisation__name_key", "organisation_id")
    )
    steps = value_chain(found, members)
    needs = list(
        NeedOffer.unscoped.published(today)
        .filter(cluster=found, organisation__in=Organisation.objects.published(today).order_by())
        .select_related("organisation")
        .order_by("-published_at", "-pk")
    )
    context = {
        "cluster": found,
        "members": members,
        "steps": steps,
        "gap_count": sum(step["is_gap"] for step in steps),
        "needs": [row for row in needs if row.kind == NeedOfferKind.NEED],
        "offers": [row for row in needs if row.kind == NeedOfferKind.OFFER],
        "events": event_rows(_next_events(found, now), now),
        "figures": figures(found, members, steps, len(needs)),
        "panels": _panels(request, found),
        "map": members_map(found, members),
        "crumbs": [{"label": _("Clusters"), "url": reverse("clusters:list")}, {"label": found.name, "url": ""}],
    }
    return render(request, "clusters/cluster_detail.html", context)


def members_map(found: Cluster, members: list[ClusterMembership]) -> RegionMap | None:
    """Where the members are: a circle for each municipality."""
    places = {row.organisation.municipality_id: row.organisation.municipality for row in members}
    counted = Counter(row.organisation.municipality_id for row in members)
    circles = [
        Circle.of(
            place,
            counted[pk],
            ngettext("%(place)s, %(count)s member", "%(place)s, %(count)s members", counted[pk])
            % {"place": place.name, "count": counted[pk]},
        )
        for pk, place in places.items()
    ]
    shown = [circle for circle in circles if circle is not None]
    if not shown:
        return None
    title = _("Map of the members: %(cluster)s") % {"cluster": found.name}
    return RegionMap(title=title, circles=shown, interactive=False)


def value_chain(found: Cluster, members: list[ClusterMembership]) -> list[dict[str, Any]]:
    """The steps in their order, each with the members that cover it; nobody means a gap."""
    by_pk = {row.pk: row for row in members}
    covering: dict[int, list[ClusterMembership]] = {}
    links = ValueStepMember.objects.filter(membership__in=by_pk).order_by("pk").values_list("step_id", "membership_id")
    for step_id, membership_id in links:
        covering.setdefault(step_id, []).append(by_pk[membership_id])
    return [
        {"step": step, "members": covering.get(step.pk, []), "is_gap": step.pk not in covering}
        for step in ValueStep.objects.filter(cluster=found).order_by("order")
    ]


def figures(
    found: Cluster, members: list[ClusterMembership], steps: list[dict[str, Any]], open_count: int
) -> list[dict[str, Any]]:
    """Five figures, each counted from the records on this page and leading to them."""
    towns = {row.organisation.municipality_id for row in members}
    schools = sum(row.role in {"training", "research"} for row in members)
    covered = sum(not step["is_gap"] for step in steps)
    counted = [
        (len(members), npgettext("figure", "member", "members", len(members)), "#members"),
        (len(towns), npgettext("figure", "municipality", "municipalities", len(towns)), "#members"),
        (schools, ngettext("school or institute", "schools and institutes", schools), "#members"),
        (open_count, npgettext("figure", "need or offer", "needs and offers", open_count), "#needs"),
    ]
    listed = [{"value": value, "label": label, "url": url} for value, label, url in counted]
    listed.insert(
        2,
        {
            "value": _("%(covered)s of %(all)s") % {"covered": covered, "all": len(steps)},
            "label": ngettext("step of the chain covered", "steps of the chain covered", covered),
            "url": "#chain",
        },
    )
    return listed


def _next_events(found: Cluster, now: datetime) -> list[Event]:
    rows = Event.objects.public().upcoming(now).filter(cluster=found).select_related("municipality")
    return list(rows[:EVENTS_SHOWN])


def _panels(request: HttpRequest, found: Cluster) -> list[dict[str, Any]]:
    """What upper apps show on a cluster's page (news)."""
    filled = []
    for panel in sorted(slots.cluster_panels, key=lambda one: one.order):
        values = panel.context(request, found)
        if values is not None:
            filled.append({"template": panel.template, "values": values})
    return filled
