"""What a list shows, as a file: the public fields of the open data, in the list's own order."""

import tempfile
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from companies.exports.bulk import COLUMNS
from companies.exports.jobs import TYPES
from companies.exports.rows import Exported, exported
from companies.exports.tables import WRITERS
from companies.facets import read
from companies.models import Organisation
from companies.search.finding import Criteria, find
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.list_query import ListQuery
from promo_portal.core.spam import within_limit

MOST = 2_000  # entries: about a second of work; who wants more takes the whole directory, made by night
FILES_AN_HOUR = 60
FORMATS = (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON"), ("geojson", "GeoJSON"))


@public
@require_safe
def list_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The list at the same parameters. Nothing is cut without a word: a longer list is refused, and says what to do."""
    if kind not in WRITERS:
        raise Http404
    asked = read(ListQuery(request.GET, request.path))
    wanted = asked.criteria
    found = find(Criteria(wanted.text, wanted.filters, wanted.sort, per_page=MOST), with_facets=False)
    if found.is_capped or found.count > MOST:
        return _refused(request, asked.query, status=422)
    if not within_limit(request, "companies.list_file", times=FILES_AN_HOUR):
        return _refused(request, asked.query, status=429)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{kind}"
        WRITERS[kind](_rows(found.ids), path, COLUMNS)
        body = path.read_bytes()
    name = f"{_('companies')}-{clock.today():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex"}
    return HttpResponse(body, content_type=TYPES[kind], headers=headers)


def _rows(numbers: list[int]) -> list[Exported]:
    """The entries in the order of the list; one that has just left the public's sight is not among them."""
    rows = Organisation.objects.published(clock.today()).filter(pk__in=numbers).order_by("pk")
    by_number = {row.organisation.pk: row for row in exported(rows, language=(get_language() or "fr")[:2])}
    return [by_number[number] for number in numbers if number in by_number]


def _refused(request: HttpRequest, query: ListQuery, *, status: int) -> HttpResponse:
    context = {"is_long": status == 422, "most": MOST, "parameters": query.url(path="")}  # noqa: PLR2004
    return render(request, "companies/list_file_refused.html", context, status=status)
