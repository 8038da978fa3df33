"""The page that does nothing: what the way through the middleware costs, as the unit of all other figures."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from promo_portal.core.access import public


@public
@require_safe
def empty(request: HttpRequest) -> HttpResponse:
    """Nothing, after everything that every request passes."""
    return HttpResponse(b"", content_type="text/plain")
