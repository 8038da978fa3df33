"""What the commission reads of a request: as it is, or without names, addresses and numbers where the association says so.

The texts themselves are searched for the founder's own names and for anything that looks like an address or a number, since
people sign what they write.
"""

import re
from typing import Any

from django.utils.translation import gettext as _

from coaching.models import AgendaItem, CoachingRequest
from coaching.views.check import summary
from promo_portal.core.formats import words

SHORTEST_NAME = 2
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\w)(?:\+|00|0)\d(?:[\s./’'-]?\d){7,13}(?!\w)")


def without_names(text: str, request: CoachingRequest) -> str:
    """``text`` without the founder's names and without addresses and phone numbers of anybody."""
    text = _ADDRESS.sub(_("[address]"), _MAIL.sub(_("[address]"), text))
    text = _PHONE.sub(_("[number]"), text)
    for part in re.split(r"[\s-]+", f"{request.last_name} {request.first_name}"):
        if len(part) > SHORTEST_NAME:
            text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", _("[name]"), text, flags=re.IGNORECASE)
    return re.sub(rf"(?:{re.escape(_('[name]'))}[\s-]*)+{re.escape(_('[name]'))}", _("[name]"), text)


def told(item: AgendaItem, text: str) -> str:
    """A text of an item as its association lets the members read it."""
    return without_names(text, item.request) if item.association.packs_are_redacted else text


def item_title(item: AgendaItem) -> str:
    """What members call an item: its project, or its number."""
    title = told(item, item.title).strip()
    return title if title and title != _("[name]") else str(item.request.reference)


def dossier(item: AgendaItem) -> list[dict[str, Any]]:
    """The request's answers as label and value, the personal ones left out where the association redacts."""
    request = item.request
    if not item.association.packs_are_redacted:
        return summary(request, with_links=False)
    need = " · ".join(
        part for part in (request.get_need_display() if request.need else "", told(item, request.need_detail)) if part
    )
    values = [
        (_("Reference"), request.reference),
        (_("Municipality"), request.municipality.name if request.municipality else ""),
        (_("Received on"), words.day(request.submitted_at) if request.submitted_at else ""),
        (_("Stage"), request.get_stage_display() if request.stage else ""),
        (_("Idea"), told(item, request.idea)),
        (_("When and with whom"), told(item, request.start)),
        (_("Main need"), need),
    ]
    return [{"label": label, "value": value, "missing": not value, "url": ""} for label, value in values]
