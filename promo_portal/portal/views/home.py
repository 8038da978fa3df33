"""Where visitors arrive: the address without a language, the home page, and the page after signing in."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, ngettext, npgettext, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from companies.models import SearchDocument
from companies.search.finding import Criteria, Found, find
from promo_portal.core import clock, slots
from promo_portal.core.access import public
from promo_portal.core.formats import words
from promo_portal.core.page_cache import kept_for
from promo_portal.portal.context import url_or_none
from promo_portal.regions.maps.drawing import Circle, RegionMap, canton_districts
from promo_portal.regions.models import Association, Municipality

Figure = dict[str, Any]
_FIGURES = 4
_FRESH_MONTHS = 12


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
    """What one can find here, where it lies, and what comes next; every figure leads to its records."""
    today = clock.today()
    inside = Municipality.objects.valid(today).filter(district__in_perimeter=True).select_related("district")
    places = list(inside)
    districts = tuple(sorted({place.district.bfs for place in places if place.district})) or canton_districts()
    found = find(Criteria(per_page=1, sort="name"))
    context = {
        "map": _map(places, found, districts),
        "figures": _figures(request, found, places, today),
        "examples": [_("precision turning"), _("surface treatment"), _("medical technology in Bienne")],
        "search_url": url_or_none("companies:list"),
        "settle_url": url_or_none("premises:list") or reverse("portal:contact"),
        "support_url": url_or_none("support:list") or reverse("portal:contact"),
        "panels": _panels(request),
    }
    return render(request, "portal/home.html", context)


def _map(places: list[Municipality], found: Found, districts: tuple[int, ...]) -> RegionMap:
    start = url_or_none("companies:list")
    counts = found.facets.get("municipality", {}) if found.has_facet_counts else {}
    circles = []
    for place in places:
        count = counts.get(str(place.bfs), 0)
        text = ngettext("%(place)s, %(count)s company", "%(place)s, %(count)s companies", count)
        label = text % {"place": place.name, "count": words.number(count)}
        circle = Circle.of(place, count, label, f"{start}?municipality={place.bfs}" if start else "") if count else None
        if circle:
            circles.append(circle)
    return RegionMap(
        title=_("Map of the Bernese Jura and of the district of Biel/Bienne"),
        districts=districts,
        circles=circles,
        interactive=False,
        table_title=_("Companies by municipality"),
        table_unit=_("Companies"),
    )


def _figures(request: HttpRequest, found: Found, places: list[Municipality], today: date) -> list[Figure]:
    """Four figures: what the apps count, companies first; until all have records, what holds from the first day."""
    figures = [figure for count in slots.home_figures if (figure := count(request))]
    companies = _companies(found, today)
    figures = sorted([*companies, *figures], key=lambda figure: figure.get("order", 0))
    if len(figures) < _FIGURES:
        figures += _from_the_first_day(places)
    return figures[:_FIGURES]


def _companies(found: Found, today: date) -> list[Figure]:
    url = url_or_none("companies:list")
    if not found.count or not url:
        return []
    since = today - relativedelta(months=_FRESH_MONTHS)
    confirmed = SearchDocument.objects.filter(confirmed_on__gt=since).count()  # published ones only, by an index
    note = _("%(count)s of them confirmed within 12 months") % {"count": words.number(confirmed)}
    label = npgettext("home figure", "company", "companies", found.count)
    return [{"order": 10, "value": found.count, "label": label, "url": url, "note": note}]


def _from_the_first_day(places: list[Municipality]) -> list[Figure]:
    operator = Association.objects.filter(code=settings.OPERATOR_ASSOCIATION).first()
    start, contact = reverse("coaching:start"), reverse("portal:contact")
    figures: list[Figure] = []
    if operator:
        label, note = _("working days until our answer"), _("The date stands on your confirmation")
        figures.append({"value": operator.answer_within_days, "label": label, "url": start, "note": note})
    if places:
        label, note = _("municipalities"), _("Each with its person to talk to")
        figures.append({"value": len(places), "label": label, "url": f"{contact}#in-charge", "note": note})
    label, note = _("questions to request coaching"), _("Four minutes, nothing to upload")
    figures.append({"value": 6, "label": label, "url": start, "note": note})
    return figures


def _panels(request: HttpRequest) -> list[dict[str, Any]]:
    shown = []
    for panel in sorted(slots.home_panels, key=lambda one: one.order):
        content = panel.context(request, None)
        if content is not None:
            shown.append({"template": panel.template, "content": content})
    return shown


@never_cache
def arrival(request: HttpRequest) -> HttpResponse:
    """After signing in: staff begin with their day, everybody else in their space."""
    rights = request.rights  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("admin:index" if rights.may_enter_admin else "portal:space"))
