"""The founder's address of the three questions: a signature over the check's key, and whose check it is.

The association stands in the signed part, since the row itself shows to its association only.
"""

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import translation

from coaching.models import OutcomeCheck
from promo_portal.core import links
from promo_portal.core.scope import association_scope

AFTERWARDS = "coaching.afterwards"
DAYS = 120  # beyond the second reminder and the call


def token_for(check: OutcomeCheck, *, days: int = DAYS) -> str:
    """A fresh token."""
    return links.sign(AFTERWARDS, f"{check.association_id}.{check.key}", days=days)


def check_url(check: OutcomeCheck) -> str:
    """The whole address for a mail, in the founder's language."""
    with translation.override(check.case_file.founder.language):
        return f"{settings.SITE_URL}{reverse('coaching:afterwards', args=[token_for(check)])}"


def opened(token: str) -> tuple[OutcomeCheck, bool]:
    """The check behind a link, and whether the link's time is over; 404 for anything that is no link of ours."""
    link = links.read(AFTERWARDS, token)
    association, _dot, key = link.key.partition(".") if link else ("", "", "")
    if link is None or not association.isdecimal():
        raise Http404
    related = ("case_file__founder", "case_file__lead", "case_file__association")
    with association_scope(int(association)):
        found = OutcomeCheck.objects.select_related(*related).filter(key=key).first()
    if found is None:
        raise Http404
    return found, link.has_ended()
