"""A part of the directory within another website: the same search, nothing around it."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from companies.facets import read
from companies.models import Embed
from companies.search.finding import Found, find
from companies.views.listing import heading, pages_reach, rows_of
from promo_portal.core.access import public
from promo_portal.core.list_query import ListQuery
from promo_portal.core.listing import ListPage


@public
@require_safe
@xframe_options_exempt
def embedded_list(request: HttpRequest, key: str) -> HttpResponse:
    """The entries of an embedded list, framed by the websites that staff named and by nobody else."""
    embed = Embed.objects.filter(key=key, is_active=True).first()
    if embed is None:
        raise Http404
    asked_for = QueryDict(embed.query, mutable=True)
    asked_for["page"] = request.GET.get("page", "1")
    with translation.override(embed.language):
        asked = read(ListQuery(asked_for, request.path))
        # A list whose cluster was withdrawn is empty; it is not the whole directory under that cluster's title.
        found = Found([], {}, 1, 0) if asked.lost else find(asked.criteria, with_facets=False)
        context = {
            "embed": embed,
            "heading": heading(found),
            "page": ListPage(rows_of(found), found.page, pages_reach(asked, found)),
            "whole_url": request.build_absolute_uri(reverse("companies:list")),
        }
        answer = render(request, "companies/embedded.html", context)
    answer._csp_replace = {"frame-ancestors": embed.allowed}  # type: ignore[attr-defined]  # noqa: SLF001 - as its decorators do
    return answer
