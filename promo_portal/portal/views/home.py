"""Where visitors arrive: the address without a language, the home page, and the page after signing in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from promo_portal.core.access import public
from promo_portal.core.page_cache import kept_for
from promo_portal.portal.territory import DISTRICTS, LABELS
from promo_portal.regions.models import Association, Municipality


@public
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Lead to the home page in the language chosen before, else in the browser's."""
    with override(get_language_from_request(request)):
        response = HttpResponseRedirect(reverse("portal:home"))
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


@public
@require_safe
@kept_for(300)
def home(request: HttpRequest) -> HttpResponse:
    """What one can do here, and the few figures that already have records behind them."""
    places = Municipality.objects.filter(district__bfs__in=DISTRICTS, valid_to=None)
    operator = Association.objects.filter(code=settings.OPERATOR_ASSOCIATION).first()
    context = {
        "labels": LABELS,
        "municipality_count": places.count(),
        "answer_days": operator.answer_within_days if operator else None,
    }
    return render(request, "portal/home.html", context)


@never_cache
def arrival(request: HttpRequest) -> HttpResponse:
    """After signing in: staff begin with their day, everybody else in their space."""
    rights = request.rights  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("admin:index" if rights.may_enter_admin else "portal:space"))
