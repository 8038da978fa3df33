"""The directory for programs: the same search as the public list, read on by key."""

# ruff: noqa: S608 - statements are put together from constants; values are parameters

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Prefetch

from clusters.models import Cluster, ClusterMembership
from companies.enums import OrganisationKind, PictureKind, PictureState, SizeClass
from companies.models import Capability, Organisation, OrganisationActivity, OrganisationCapability, OrganisationPicture
from companies.search.conditions import Filters, Tiers, condition
from companies.search.expansion import expand
from companies.search.finding import CAP, CONFIRMED, NAME, RELEVANCE, Criteria, find
from promo_portal.api.asking import Asked
from promo_portal.api.words import label, number, page_address, place

_CLUSTER = "g:"
_LATER = (
    "(confirmed_on < %s::date OR (confirmed_on IS NULL AND %s::date IS NOT NULL)"
    " OR (confirmed_on IS NOT DISTINCT FROM %s::date AND organisation_id > %s))"
)
_NEXT = {
    NAME: ("name_key, organisation_id", "(name_key, organisation_id) > (%s, %s)"),
    CONFIRMED: ("confirmed_on DESC NULLS LAST, organisation_id", _LATER),
}


@dataclass(frozen=True)
class Step:
    """Numbers of entries in order, how many there are in all, and where the next step begins."""

    ids: list[int]
    count: int
    is_exact: bool
    next: dict[str, Any] | None


def companies(asked: Asked) -> dict[str, Any]:
    """A page of organisations."""
    text = asked.take_text("q")
    filters = Filters(
        {
            "municipality": [f"m:{row.bfs}" for row in asked.take_municipalities()],
            "activity": [f"n:{code}" for code in asked.take_activities()],
            "kind": [f"k:{kind}" for kind in asked.take_choices("kind", OrganisationKind.values)],
            "size": [f"s:{size}" for size in asked.take_choices("size", SizeClass.values)],
            "capability": _capabilities(asked),
            "cluster": _clusters(asked),
        }
    )
    sort = asked.take_choice("sort", (RELEVANCE, NAME, CONFIRMED), RELEVANCE if text else NAME)
    limit = asked.take_limit()
    known = asked.take_cursor()
    asked.finish()
    step = _step(text, filters, sort if text or sort != RELEVANCE else NAME, limit, known)
    return {
        "items": company_items(step.ids, asked),
        "next": asked.cursor(step.next) if step.next else None,
        "count": step.count,
        "count_is_exact": step.is_exact,
        "hints": asked.hints,
    }


def _clusters(asked: Asked) -> list[str]:
    if "cluster" not in asked.query:
        return []
    known = dict(Cluster.objects.published().values_list("slug", "pk"))
    return [f"{_CLUSTER}{known[slug]}" for slug in asked.take_choices("cluster", known)]


def _capabilities(asked: Asked) -> list[str]:
    if "capability" not in asked.query:
        return []
    known = dict(Capability.objects.order_by("pk").values_list("slug", "pk"))
    return [f"c:{known[slug]}" for slug in asked.take_choices("capability", known)]


def _step(text: str, filters: Filters, sort: str, limit: int, known: dict[str, Any]) -> Step:
    if known.get("key"):
        return _read_on(text, filters, sort, limit, known)
    page, size = known.get("page", 1), known.get("size", limit)
    found = find(Criteria(text=text, filters=filters, sort=sort, page=page, per_page=size), with_facets=False)
    is_exact = not found.is_capped or found.count > CAP
    more = len(found.ids) == size and page * size < found.count
    place_of_next: dict[str, Any] | None = None
    if more and sort == RELEVANCE:
        place_of_next = {"page": page + 1, "size": size}
    elif more:
        place_of_next = {"key": _key(found.ids[-1]), "count": found.count, "exact": is_exact}
    return Step(found.ids, found.count, is_exact, place_of_next)


def _read_on(text: str, filters: Filters, sort: str, limit: int, known: dict[str, Any]) -> Step:
    """The rows after a key; how many there are in all was counted in the first step."""
    expansion = expand(text)
    where, values = condition(expansion, Tiers.of(expansion).anywhere, filters.query())
    name_key, confirmed, pk = known["key"]
    order, after = _NEXT[sort]
    key = [name_key, pk] if sort == NAME else [confirmed, confirmed, confirmed, pk]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT organisation_id FROM companies_search_document WHERE {where} AND {after} ORDER BY {order} LIMIT %s",
            [*values, *key, limit + 1],
        )
        ids = [row[0] for row in cursor.fetchall()]
    more = len(ids) > limit
    ids = ids[:limit]
    following = {**known, "key": _key(ids[-1])} if more else None
    return Step(ids, known["count"], known["exact"], following)


def _key(pk: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name_key, confirmed_on FROM companies_search_document WHERE organisation_id = %s", [pk])
        name_key, confirmed = cursor.fetchone()
    return [name_key, confirmed.isoformat() if confirmed else None, pk]


def company_items(ids: list[int], asked: Asked) -> list[dict[str, Any]]:
    """The entries in their order, as far as the public sees them this very moment."""
    shown = ClusterMembership.objects.active(asked.today).select_related("cluster").order_by("cluster__slug")
    rows = (
        Organisation.objects.published(asked.today)
        .select_related("municipality", "legal_form")
        .prefetch_related(
            Prefetch(
                "activity_links", OrganisationActivity.objects.select_related("activity").order_by("-is_main", "pk")
            ),
            Prefetch("capability_links", OrganisationCapability.objects.select_related("capability").order_by("pk")),
            Prefetch(
                "pictures", OrganisationPicture.objects.filter(state=PictureState.SHOWN), to_attr="shown_pictures"
            ),
            Prefetch("cluster_memberships", shown.filter(cluster__state="published"), to_attr="shown_memberships"),
        )
        .in_bulk(ids)
    )
    return [_item(rows[pk], asked.language) for pk in ids if pk in rows]


def _item(row: Organisation, language: str) -> dict[str, Any]:
    links = [link for link in row.capability_links.all() if link.capability.is_active]
    return {
        "id": row.pk,
        "name": row.name,
        "uid": row.uid_display or None,
        "kind": row.kind,
        "legal_form": label(row.legal_form) if row.legal_form else None,
        "size": row.size_class or None,
        "founded_year": row.founded_year,
        "municipality": place(row.municipality),
        "address": {
            "street": row.street, "extra": row.address_extra, "postcode": row.postcode, "locality": row.locality
        },
        "lon": number(row.lon),
        "lat": number(row.lat),
        "phone": row.phone,
        "email": row.email,
        "website": row.website,
        "languages": row.languages.split(),
        "purpose": {"fr": row.purpose_fr, "de": row.purpose_de, "en": row.purpose_en},
        "activities": [{"code": link.activity.code, "label": label(link.activity)} for link in row.activity_links.all()],
        "capabilities": [
            {
                "slug": link.capability.slug, "kind": link.capability.kind, "label": label(link.capability),
                "detail": link.detail,
            }
            for link in links
        ],
        "clusters": sorted({membership.cluster.slug for membership in row.shown_memberships}),  # type: ignore[attr-defined]
        "logo_url": _picture(row, PictureKind.LOGO, language),
        "photo_url": _picture(row, PictureKind.PHOTO, language),
        "confirmed_on": row.confirmed_on,
        "is_demonstration": row.is_demonstration,
        "url": page_address("companies:detail", language, row.pk, row.slug),
    }  # fmt: skip


def _picture(row: Organisation, kind: str, language: str) -> str | None:
    found = [picture for picture in row.shown_pictures if picture.kind == kind]  # type: ignore[attr-defined]
    return page_address("companies:picture", language, found[0].key, "large") if found else None
