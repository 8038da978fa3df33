"""A company's page: who they are, what they make, how to reach them, and what else the portal knows of them."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_safe

from companies.enums import Freshness, LinkKind, OrganisationState
from companies.models import Organisation
from companies.models.organisation import LANGUAGES
from companies.search.neighbours import neighbours
from companies.vcard import vcard
from companies.views.listing import gone
from companies.views.places import entry_map
from companies.workflow.pictures import shown_pictures
from promo_portal.core import clock, slots
from promo_portal.core.access import public
from promo_portal.core.listing import PER_PAGE

LARGEST_PK = 2**63 - 1
MOST_BELOW = 100
_SHOWN = ("municipality", "legal_form", "parent", "merged_into", "association")


def _find(pk: int) -> Organisation:
    if pk > LARGEST_PK:
        raise Http404
    entry = Organisation.objects.select_related(*_SHOWN).filter(pk=pk).first()
    if entry is None:
        raise Http404
    return entry


def heir_of(entry: Organisation) -> Organisation:
    """The entry that a merged one became; chains are short, a circle would end here too."""
    steps = 0
    while entry.merged_into_id and steps < PER_PAGE:
        entry, steps = _find(entry.merged_into_id), steps + 1
    return entry


@public
@require_safe
def organisation_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """The page of a published entry; a merged one leads to its heir, a wrong name in the address to the right one."""
    entry = heir_of(_find(pk))
    today = clock.today()
    if not entry.is_public(today):
        return gone(request, entry.name if entry.state != OrganisationState.MERGED else "")
    if entry.pk != pk or entry.slug != slug:
        return HttpResponsePermanentRedirect(reverse("companies:detail", args=[entry.pk, entry.slug]))
    activities = [link.activity for link in entry.activity_links.select_related("activity")]
    capabilities = [link for link in entry.capability_links.select_related("capability") if link.capability.is_active]
    language = (get_language() or "fr")[:2]
    texts = [(code, getattr(entry, f"purpose_{code}")) for code in dict.fromkeys([language, "fr", "de", "en"])]
    spoken = [(code, text) for code, text in texts if text]
    context: dict[str, Any] = {
        "entry": entry,
        "today": today,
        "is_confirmed": entry.freshness(today) == Freshness.CONFIRMED,
        "activities": activities,
        "capabilities": capabilities,
        "languages": ", ".join(str(label) for code, label in LANGUAGES if code in entry.languages.split()),
        "parent": entry.parent if entry.parent and entry.parent.is_public(today) else None,
        "below": below(entry, today),
        "purpose": spoken[0] if spoken else None,
        "contacts": list(entry.contacts.filter(is_public=True, left_on=None)),
        "neighbours": neighbours(entry, activities[0].code if activities else ""),
        "map": entry_map(entry),
        "pictures": shown_pictures(entry),
        "panels": panels(request, entry),
        "page_language": language,
    }
    return render(request, "companies/organisation_detail.html", context)


def below(entry: Organisation, today: date) -> list[tuple[str, list[Organisation]]]:
    """Branches, subsidiaries and departments that the public sees, each kind under its name."""
    rows = Organisation.objects.published(today).filter(parent=entry).order_by("name_key", "pk")[:MOST_BELOW]
    found: dict[str, list[Organisation]] = {}
    for row in rows:
        found.setdefault(row.parent_link, []).append(row)
    return [(_title_below(LinkKind(link), len(found[link])), found[link]) for link in LinkKind if link in found]


def _title_below(link: LinkKind, count: int) -> str:
    if link == LinkKind.BRANCH:
        return ngettext("Branch", "Branches", count)
    if link == LinkKind.SUBSIDIARY:
        return ngettext("Subsidiary", "Subsidiaries", count)
    return ngettext("Department", "Departments", count)


def panels(request: HttpRequest, entry: Organisation) -> list[tuple[str, dict[str, Any]]]:
    """What upper apps show of an entry: clusters, premises, events, news."""
    filled = [(panel, panel.context(request, entry)) for panel in slots.organisation_panels]
    return [
        (panel.template, context)
        for panel, context in sorted(filled, key=lambda pair: pair[0].order)
        if context is not None
    ]


@public
@require_safe
def organisation_vcard(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """The entry for an address book."""
    entry = heir_of(_find(pk))
    if not entry.is_public(clock.today()):
        return gone(request, entry.name)
    url = request.build_absolute_uri(reverse("companies:detail", args=[entry.pk, entry.slug]))
    response = HttpResponse(vcard(entry, url), content_type="text/vcard; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{entry.slug}.vcf"'
    return response
