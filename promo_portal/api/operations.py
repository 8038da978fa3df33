"""The interface itself: its operations, with what they take and answer."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from promo_portal.api import companies, lists, meetings, offers, parameters, schemas
from promo_portal.api.asking import Asked
from promo_portal.api.paging import features

VERSION = "1.0.0"
SOURCE = "OFS/BFS, GEOSTAT (places); the portal's operator and the organisations themselves (entries)"
ABOUT = (
    "Read only: what the portal's public pages show. Lists come in steps of up to 1000 rows; hand the value of `next` back as "
    "`cursor` to read on. A parameter that cannot be understood is left out and told in `hints`. Answers carry an ETag."
)

api = NinjaAPI(
    title="Portal for regional economic promotion",
    version=VERSION,
    description=ABOUT,
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
)


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Exception) -> HttpResponse:
    """Say that there is no such thing, or that it is not public, as a problem object."""
    return problem(HTTPStatus.NOT_FOUND, _("There is no such entry, or it is not public."))


def problem(status: HTTPStatus, detail: str) -> HttpResponse:
    """An answer that says what went wrong (RFC 9457)."""
    body = schemas.Problem(title=status.phrase, status=int(status), detail=detail)
    return HttpResponse(body.model_dump_json(), status=status, content_type="application/problem+json")


def _tells(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"parameters": rows}


@api.get(
    "companies",
    response=schemas.CompanyList,
    url_name="companies",
    openapi_extra=_tells(parameters.COMPANIES),
    summary="Companies and other organisations of the directory",
)
def company_list(request: HttpRequest) -> Any:
    """By relevance where words are given, else by name."""
    return companies.companies(Asked(request))


@api.get(
    "companies.geojson",
    response=schemas.FeatureCollection,
    url_name="companies_geojson",
    openapi_extra=_tells(parameters.COMPANIES),
    summary="The same as features of a map",
)
def company_features(request: HttpRequest) -> Any:
    """An organisation without a place of its own has no geometry."""
    return features(companies.companies(Asked(request)), SOURCE)


@api.get(
    "companies/{number}",
    response={200: schemas.Company, 404: schemas.Problem},
    url_name="company",
    openapi_extra=_tells([parameters.LANGUAGE]),
    summary="One organisation by its number",
)
def company(request: HttpRequest, number: str) -> Any:
    """What is not public is not there."""
    asked = Asked(request)
    if not (number.isascii() and number.isdecimal() and len(number) < 19):  # noqa: PLR2004 - what the database counts to
        raise Http404
    found = companies.company_items([int(number)], asked)
    if not found:
        raise Http404
    return found[0]


@api.get(
    "premises",
    response=schemas.PremisesList,
    url_name="premises",
    openapi_extra=_tells(parameters.PREMISES),
    summary="Premises and land on the market",
)
def premises_list(request: HttpRequest) -> Any:
    """The latest first."""
    return offers.premises(Asked(request))


@api.get(
    "premises.geojson",
    response=schemas.FeatureCollection,
    url_name="premises_geojson",
    openapi_extra=_tells(parameters.PREMISES),
    summary="The same as features of a map",
)
def premises_features(request: HttpRequest) -> Any:
    """Premises lie where their site does."""
    return features(offers.premises(Asked(request)), SOURCE)


@api.get(
    "clusters",
    response=schemas.ClusterList,
    url_name="clusters",
    openapi_extra=_tells(parameters.CLUSTERS),
    summary="Clusters",
)
def cluster_list(request: HttpRequest) -> Any:
    """By short name."""
    return meetings.clusters(Asked(request))


@api.get(
    "events",
    response=schemas.EventList,
    url_name="events",
    openapi_extra=_tells(parameters.EVENTS),
    summary="Events",
)
def event_list(request: HttpRequest) -> Any:
    """The coming ones by date, unless others are asked for."""
    return meetings.events(Asked(request))


@api.get(
    "municipalities",
    response=schemas.MunicipalityList,
    url_name="municipalities",
    openapi_extra=_tells(parameters.MUNICIPALITIES),
    summary="Municipalities of Switzerland that stand today",
)
def municipality_list(request: HttpRequest) -> Any:
    """By BFS number."""
    return lists.municipalities(Asked(request))


@api.get(
    "activities",
    response=schemas.ActivityList,
    url_name="activities",
    openapi_extra=_tells(parameters.ACTIVITIES),
    summary="Activities of the classification NOGA 2025",
)
def activity_list(request: HttpRequest) -> Any:
    """By code, all four levels."""
    return lists.activities(Asked(request))


def document() -> OpenAPISchema:
    """The OpenAPI document, in English."""
    with override("en"):
        found = api.get_openapi_schema(path_prefix="/api/v1/")
    for path in found["paths"].values():
        for answer in path["get"]["responses"].values():
            _mark_problem(answer)
    return found


def _mark_problem(answer: dict[str, Any]) -> None:
    """Problem objects have a media type of their own, which the library does not know."""
    content = answer.get("content", {})
    shown = content.get("application/json", {}).get("schema", {})
    if str(shown.get("$ref", "")).endswith("/Problem"):
        content["application/problem+json"] = content.pop("application/json")
