"""Clusters and events, for programs; who registered stays inside."""

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from clusters.models import Cluster, ClusterMembership, Event
from promo_portal.api.asking import Asked
from promo_portal.api.paging import listed
from promo_portal.api.words import label, page_address, place
from promo_portal.core import clock

UPCOMING, PAST, ALL = "upcoming", "past", "all"


def clusters(asked: Asked) -> dict[str, Any]:
    """All clusters, by short name."""
    shown = ClusterMembership.objects.shown(asked.today).filter(cluster=OuterRef("pk")).order_by()
    counted = shown.values("cluster").annotate(number=Count("organisation", distinct=True)).values("number")
    rows: Any = Cluster.objects.published().annotate(members=Coalesce(Subquery(counted), 0))

    def show(page: list[Cluster]) -> list[dict[str, Any]]:
        return [
            {
                "slug": row.slug,
                "name": label(row, "name"),
                "makes": label(row, "makes"),
                "members": row.members,  # type: ignore[attr-defined]
                "is_demonstration": row.is_demonstration,
                "url": page_address("clusters:detail", asked.language, row.slug),
            }
            for row in page
        ]

    return listed(asked, rows, ("slug",), show)


def events(asked: Asked) -> dict[str, Any]:
    """Events by date: the coming ones, the past ones (latest first) or all."""
    when = asked.take_choice("when", (UPCOMING, PAST, ALL), UPCOMING)
    rows = Event.objects.public().select_related("municipality", "cluster")
    if places := asked.take_municipalities():
        rows = rows.filter(municipality__in=places)
    known = set(Cluster.objects.published().values_list("slug", flat=True))
    if slugs := asked.take_choices("cluster", known):
        rows = rows.filter(cluster__slug__in=slugs)
    if when == UPCOMING:
        rows = rows.filter(ends_at__gte=clock.now())
    elif when == PAST:
        rows = rows.filter(ends_at__lt=clock.now())
    order = ("-starts_at", "-id") if when == PAST else ("starts_at", "id")
    return listed(asked, rows, order, lambda page: [_event(row, asked.language) for row in page])


def _event(row: Event, language: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "title": {"fr": row.title_fr, "de": row.title_de or row.title_fr, "en": row.title_en or row.title_fr},
        "state": row.state,
        "cluster": row.cluster.slug if row.cluster else None,
        "is_cluster_day": row.is_cluster_day,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "place": row.place,
        "address": row.address,
        "municipality": place(row.municipality),
        "languages": row.languages.split(),
        "price": float(row.price),
        "capacity": row.capacity,
        "seats_free": row.seats_free,
        "registration_until": row.registration_until,
        "is_demonstration": row.is_demonstration,
        "url": page_address("clusters:event", language, row.pk, row.slug),
    }
