"""Pages about the portal: whom to ask, what is kept, for whom it works, where its figures come from, who publishes."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from promo_portal.core.access import public
from promo_portal.core.page_cache import kept_for
from promo_portal.portal.sitemap import index_xml, part_count, part_xml
from promo_portal.regions.models import Region
from promo_portal.regions.search import find_municipalities

LONGEST_PLACE = 120


@public
@require_safe
@kept_for(60)
def contact(request: HttpRequest) -> HttpResponse:
    """Who answers, and which association is in charge where somebody lives or works (``?place=``)."""
    place = request.GET.get("place", "")[:LONGEST_PLACE].replace("\x00", "").strip()
    context = {
        "place": place,
        "found": find_municipalities(place, 6) if place else [],
        "regions": Region.objects.select_related("association"),
    }
    return render(request, "portal/contact.html", context)


@public
@require_safe
@kept_for(300)
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, why, who sees it, and what people may ask for."""
    cookies = {"session": settings.SESSION_COOKIE_NAME, "csrf": settings.CSRF_COOKIE_NAME}
    return render(request, "portal/privacy.html", {"cookies": cookies})


@public
@require_safe
@kept_for(300)
def accessibility(request: HttpRequest) -> HttpResponse:
    """What works for everybody, what does not yet, and whom to tell."""
    return render(request, "portal/accessibility.html")


@public
@require_safe
@kept_for(300)
def sources(request: HttpRequest) -> HttpResponse:
    """Where places, names and boundaries come from, with date and assumptions."""
    return render(request, "portal/sources.html")


@public
@require_safe
@kept_for(300)
def imprint(request: HttpRequest) -> HttpResponse:
    """Who publishes the portal and on what terms."""
    return render(request, "portal/imprint.html")


@public
@require_safe
@cache_control(max_age=3600, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines should leave alone; a demonstration is left alone altogether."""
    lines = ["User-agent: *"]
    if settings.IS_DEMO:
        lines.append("Disallow: /")
    else:
        lines += ["Disallow: /admin/", "Disallow: /health/", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@public
@require_safe
@cache_control(max_age=3600, public=True)
def sitemap(request: HttpRequest) -> HttpResponse:
    """All public pages for search engines, or the list of files that hold them when one is not enough."""
    parts = part_count()
    return HttpResponse(part_xml(1) if parts == 1 else index_xml(parts), content_type="application/xml")


@public
@require_safe
@cache_control(max_age=3600, public=True)
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """One of these files."""
    if not 1 <= number <= part_count():
        raise Http404
    return HttpResponse(part_xml(number), content_type="application/xml")
