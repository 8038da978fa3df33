"""The parameters of each list, as the OpenAPI document and the page for readers tell them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from companies.enums import OrganisationKind, SizeClass
from premises.enums import OfferKind, UnitUse
from promo_portal.api.asking import LANGUAGES, MOST, USUAL
from promo_portal.api.meetings import ALL, PAST, UPCOMING
from promo_portal.api.offers import THINGS
from promo_portal.regions.models import ActivityCode


def _one(name: str, text: Any, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": "string"} | schema}


def _many(name: str, text: Any, **items: Any) -> dict[str, Any]:
    schema = {"type": "array", "items": {"type": "string"} | items}
    return _one(name, text) | {"schema": schema, "explode": True}


LIMIT = _one("limit", _("how many rows at once"), type="integer", minimum=1, maximum=MOST, default=USUAL)
CURSOR = _one("cursor", _("where to read on: the value of “next” of the answer before"))
LANGUAGE = _one("lang", _("language of the addresses of pages"), enum=list(LANGUAGES), default="fr")
PLACES = _many("municipality", _("BFS number; repeat it for several"), type="integer", minimum=1, maximum=9999)
CAPABILITY = _many("capability", _("short name of a capability, as the answers tell it"))
CLUSTER = _many("cluster", _("short name of a cluster"))
ALWAYS = [LIMIT, CURSOR, LANGUAGE]

COMPANIES = [
    _one("q", _("words, a name, a UID; spelling mistakes are forgiven"), maxLength=200),
    PLACES,
    _many("activity", _("NOGA code of any level")),
    _many("kind", _("sort of organisation"), enum=list(OrganisationKind.values)),
    _many("size", _("people employed"), enum=list(SizeClass.values)),
    CAPABILITY,
    CLUSTER,
    _one("sort", _("order: by relevance where words are given, else by name"), enum=["relevance", "name", "confirmed"]),
    *ALWAYS,
]
PREMISES = [
    PLACES,
    _many("kind", _("terms"), enum=list(OfferKind.values)),
    _many("thing", _("premises or land"), enum=list(THINGS)),
    _many("use", _("what the premises are built for"), enum=list(UnitUse.values)),
    _one("area", _("smallest area needed in one piece (m²)"), type="integer", minimum=1, maximum=10_000_000),
    *ALWAYS,
]
CLUSTERS = ALWAYS
EVENTS = [
    PLACES,
    CLUSTER,
    _one("when", _("coming, past or all"), enum=[UPCOMING, PAST, ALL], default=UPCOMING),
    *ALWAYS,
]
MUNICIPALITIES = [
    _one("q", _("part of a name, a locality or a postcode"), maxLength=200),
    _many("canton", _("two letters of the canton")),
    *ALWAYS,
]
ACTIVITIES = [
    _one("q", _("part of a label"), maxLength=200),
    _many("level", _("level of the classification"), enum=list(ActivityCode.Level.values)),
    *ALWAYS,
]
