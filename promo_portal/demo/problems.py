"""Every page that says that something went wrong, to be looked at in the demonstration and measured like any other."""

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.views.decorators.http import require_safe

from promo_portal.core.access import public
from promo_portal.portal.views.errors import csrf_failure


class DemonstratedFault(Exception):
    """Raised on purpose, to see the page for faults of ours."""


FAULTS: dict[int, type[Exception]] = {
    400: BadRequest,
    404: Http404,
    413: RequestDataTooBig,
    500: DemonstratedFault,
}


@public
@require_safe
def problem(request: HttpRequest, status: int) -> HttpResponse:
    """Answer with ``status`` in the way the portal does when it is not a demonstration."""
    if status in FAULTS:
        raise FAULTS[status]
    if status == 405:  # noqa: PLR2004
        return HttpResponseNotAllowed(["POST"])
    if status in {410, 503}:
        return render(request, f"{status}.html", status=status)
    raise Http404


@public
@require_safe
def form_problem(request: HttpRequest) -> HttpResponse:
    """The page for a form whose token has ended."""
    return csrf_failure(request)
