"""The canton's page: what coaching did, in figures, without a single file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from coaching.canton import lines, years_for
from coaching.permissions import may_read_figures
from promo_portal.core import clock
from promo_portal.regions.models import Association


@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """A finished year, all associations side by side."""
    if not may_read_figures(request.rights):  # type: ignore[attr-defined]
        raise Http404
    year, offered = years_for(request.GET.get("year", ""), clock.today())
    associations = list(Association.objects.all())
    years = [str(one) for one in offered]  # as names, not as numbers to be grouped
    context = {"year": str(year), "years": years, "associations": associations, "lines": lines(associations, year)}
    return render(request, "coaching/canton_figures.html", context)
