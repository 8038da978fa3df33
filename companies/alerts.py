"""What a saved search means: read as the list reads it, said in a line, belonging to an association."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from companies.facets import AREA, Asked, read
from promo_portal.core.list_query import ListQuery
from promo_portal.mailing.rendering import absolute
from promo_portal.regions.models import Association, Municipality


def asked_of(query: str) -> Asked:
    """The search behind a saved address."""
    return read(ListQuery(QueryDict(query)))


def kept_query(asked: Asked) -> str:
    """What is saved of a search: text and filters as they were understood, without order, page and part of the map."""
    return urlencode(asked.query.pairs(but=("sort", AREA)))


def said(asked: Asked) -> str:
    """The search in a line, for people: “décolletage” · Tavannes · 10 to 49."""
    text = asked.criteria.text
    parts = [_("“%(text)s”") % {"text": text}] if text else []
    return " · ".join([*parts, *(chip.label for chip in asked.chips)]) or _("All companies")


def list_url(query: str, *, language: str = "") -> str:
    """The search in the directory; with ``language`` the whole address, for a mail."""
    ending = f"?{query}" if query else ""
    if not language:
        return f"{reverse('companies:list')}{ending}"
    with translation.override(language):
        return absolute(f"{reverse('companies:list')}{ending}")


def association_of(asked: Asked) -> Association | None:
    """The association of all the municipalities that a search names, if it is one and the same."""
    numbers = [int(token[2:]) for token in asked.criteria.filters.tokens.get("municipality", ())]
    places = Municipality.objects.select_related("district__region__association").filter(bfs__in=numbers)
    found = {place.association() for place in places}
    return found.pop() if len(found) == 1 else None
