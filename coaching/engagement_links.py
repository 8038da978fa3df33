"""The founder's address of an engagement, to agree, decline, take back or say how it went: signed, never acting on GET."""

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import translation

from coaching.models import Engagement
from promo_portal.core import links
from promo_portal.core.scope import association_scope

CONSENT = "coaching.engagement"
DAYS = 120


def token_for(engagement: Engagement, *, days: int = DAYS) -> str:
    """A fresh token; the association stands in it, since the row shows to its own only."""
    return links.sign(CONSENT, f"{engagement.association_id}.{engagement.pk}", days=days)


def engagement_path(engagement: Engagement) -> str:
    """The path of a fresh link, in the language that is active."""
    return reverse("coaching:engagement", args=[token_for(engagement)])


def engagement_url(engagement: Engagement) -> str:
    """The whole address for a mail, in the founder's language."""
    with translation.override(engagement.case_file.founder.language):
        return f"{settings.SITE_URL}{engagement_path(engagement)}"


def opened(token: str) -> tuple[Engagement, bool]:
    """The engagement behind a link, and whether the link's time is over; 404 for anything that is no link of ours."""
    link = links.read(CONSENT, token)
    association, _dot, number = link.key.partition(".") if link else ("", "", "")
    if link is None or not association.isdecimal() or not number.isdecimal():
        raise Http404
    related = ("case_file__founder", "case_file__lead", "case_file__association", "specialist__municipality")
    with association_scope(int(association)):
        found = Engagement.objects.select_related(*related).filter(pk=int(number)).first()
    if found is None:
        raise Http404
    return found, link.has_ended()
