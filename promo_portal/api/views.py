"""The interface's own description: for programs as OpenAPI, for readers as a page of the portal."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from promo_portal.api import parameters
from promo_portal.api.open_data import open_data
from promo_portal.api.operations import document
from promo_portal.core.access import public
from promo_portal.core.page_cache import kept_for

# What readers see, in their language: names of lists with their parameters and an example to press.
LISTS: tuple[tuple[str, list[dict[str, Any]], str], ...] = (
    ("companies", parameters.COMPANIES, "q=d%C3%A9colletage&municipality=713"),
    ("companies.geojson", parameters.COMPANIES, "municipality=371&limit=200"),
    ("companies/{id}", [parameters.LANGUAGE], ""),
    ("premises", parameters.PREMISES, "area=500"),
    ("premises.geojson", parameters.PREMISES, ""),
    ("clusters", parameters.CLUSTERS, ""),
    ("events", parameters.EVENTS, "when=all"),
    ("municipalities", parameters.MUNICIPALITIES, "canton=BE&limit=1000"),
    ("activities", parameters.ACTIVITIES, "level=division"),
)


@open_data
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document."""
    if request.method != "GET":
        return HttpResponse(status=405)
    body = json.dumps(document(), cls=DjangoJSONEncoder, ensure_ascii=False)
    return JsonResponse(json.loads(body), json_dumps_params={"ensure_ascii": False})


@public
@require_safe
@kept_for(300)
def docs(request: HttpRequest) -> HttpResponse:
    """How to read the portal by program, in words."""
    rows = [
        {
            "path": path,
            "parameters": [_shown(row) for row in rows],
            "example": f"{request.path.removesuffix('docs')}{path}{'?' if query else ''}{query}"
            if "{" not in path
            else "",
        }
        for path, rows, query in LISTS
    ]
    return render(request, "api/docs.html", {"lists": rows})


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    schema = row["schema"]
    inner = schema.get("items", schema)
    return {
        "name": row["name"],
        "description": row["description"],
        "is_many": "items" in schema,
        "values": inner.get("enum", ()),
        "range": (inner.get("minimum"), inner.get("maximum")) if "minimum" in inner else None,
        "default": schema.get("default"),
    }
