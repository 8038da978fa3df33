"""The open data page: what there is, on what terms, and the whole directory as a file."""

from datetime import datetime

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from companies.exports.bulk import COLUMNS, FORMATS, LANGUAGES
from companies.models import BulkFile
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.files import hand_bytes
from promo_portal.core.page_cache import kept_for

TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "geojson": "application/geo+json"}
USES = {
    "csv": gettext_lazy("For Excel and databases: one row per organisation"),
    "json": gettext_lazy("For programs: activities and capabilities as lists"),
    "geojson": gettext_lazy("For maps: one point per organisation, where its place is known"),
}
MEANINGS = {
    "id": gettext_lazy("Number of the entry, which stays"),
    "name": gettext_lazy("Name as registered"),
    "kind": gettext_lazy("company, school, research, association or authority"),
    "uid": gettext_lazy("Business identification number, such as CHE-123.456.789"),
    "legal_form": gettext_lazy("Legal form, in words"),
    "street": gettext_lazy("Street and number"),
    "address_extra": gettext_lazy("Additional line of the address"),
    "postcode": gettext_lazy("Postcode"),
    "locality": gettext_lazy("Locality"),
    "municipality_bfs": gettext_lazy("Number of the municipality in the official list"),
    "municipality": gettext_lazy("Official name of the municipality"),
    "lon": gettext_lazy("Longitude (WGS 84), empty where unknown"),
    "lat": gettext_lazy("Latitude (WGS 84), empty where unknown"),
    "phone": gettext_lazy("Phone of the organisation"),
    "email": gettext_lazy("E-mail address of the organisation"),
    "website": gettext_lazy("Website"),
    "languages": gettext_lazy("Languages spoken, such as: fr de"),
    "size": gettext_lazy("People employed: 1-9, 10-49, 50-249 or 250+"),
    "founded_year": gettext_lazy("Year of foundation"),
    "purpose_fr": gettext_lazy("What they make, in French"),
    "purpose_de": gettext_lazy("What they make, in German"),
    "purpose_en": gettext_lazy("What they make, in English"),
    "activities": gettext_lazy("Activities (NOGA 2025), the main one first"),
    "activity_labels": gettext_lazy("The same in words"),
    "capabilities": gettext_lazy("What they can do, in words"),
    "confirmed_on": gettext_lazy("Day on which the organisation last confirmed the entry"),
    "is_demonstration": gettext_lazy("Whether the entry is invented, for demonstration"),
    "url": gettext_lazy("Page of the entry"),
}


@public
@require_safe
@kept_for(60)
def open_data(request: HttpRequest) -> HttpResponse:
    """What everybody may take away."""
    files = {file.format: file for file in BulkFile.objects.filter(language=_language())}
    context = {
        "files": [{"file": files[kind], "use": USES[kind]} for kind in FORMATS if kind in files],
        "made_at": max((file.made_at for file in files.values()), default=None),
        "fields": [(name, MEANINGS[name]) for name in COLUMNS],
    }
    return render(request, "companies/open_data.html", context)


def _language() -> str:
    """The page's own: its address says it, and so does that of a file."""
    return (get_language() or LANGUAGES[0])[:2]


def _file(kind: str) -> BulkFile:
    found = BulkFile.objects.filter(format=kind, language=_language()).first() if kind in FORMATS else None
    if found is None or not default_storage.exists(found.path):
        raise Http404
    return found


def _etag(request: HttpRequest, kind: str) -> str:
    return f'"{_file(kind).sha256}"'


def _made_at(request: HttpRequest, kind: str) -> datetime:
    return _file(kind).made_at


@public
@require_safe
@condition(etag_func=_etag, last_modified_func=_made_at)
def bulk_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """A whole file; who has it already is told so."""
    file = _file(kind)
    day = file.made_at.astimezone(clock.ZURICH).date()
    name = f"{_('companies')}-{day:%Y-%m-%d}.{kind}"
    response = hand_bytes(file.path, name=name, content_type=TYPES[kind], size=file.size)
    response["Cache-Control"] = "public, max-age=600"
    response["Access-Control-Allow-Origin"] = "*"
    return response
