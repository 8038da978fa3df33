"""Links in mails about premises. Each names its association under the signature, on whose behalf its row is read."""

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import translation

from premises.models import Enquiry, Offer
from promo_portal.core import links
from promo_portal.core.scope import association_scope

OWNER, SENDER = "premises.owner", "premises.enquiry"
DAYS = {OWNER: 60, SENDER: 3}
ROUTES = {OWNER: "premises:owner", SENDER: "premises:enquiry_confirm"}


def token_for(purpose: str, association_id: int, key: str) -> str:
    """A token of a purpose for a row of an association."""
    return links.sign(purpose, f"{association_id}.{key}", days=DAYS[purpose])


def url_to(purpose: str, association_id: int, key: str, *, language: str) -> str:
    """The whole address for a mail, in the reader's language."""
    with translation.override(language):
        return f"{settings.SITE_URL}{reverse(ROUTES[purpose], args=[token_for(purpose, association_id, key)])}"


def opened(purpose: str, token: str) -> tuple[int, str, bool]:
    """Association, key, and whether the link's time is over; 404 for anything that is no link of ours."""
    link = links.read(purpose, token)
    association, _, key = (link.key if link else "").partition(".")
    if link is None or not association.isdecimal() or not key:
        raise Http404
    return int(association), key, link.has_ended()


def offer_behind(token: str) -> tuple[Offer, bool]:
    """The offer whose owner holds the link."""
    _association, key, has_ended = opened(OWNER, token)
    found = Offer.objects.with_things().filter(pk=int(key)).first() if key.isdecimal() else None
    if found is None:
        raise Http404
    return found, has_ended


def enquiry_behind(token: str) -> tuple[Enquiry, bool]:
    """The enquiry whose sender holds the link; read and changed within its association's scope."""
    association, key, has_ended = opened(SENDER, token)
    with association_scope(association):
        related = ("offer__site__municipality", "offer__unit__building", "offer__plot", "association")
        found = Enquiry.objects.select_related(*related).filter(key=key).first()
    if found is None:
        raise Http404
    return found, has_ended
