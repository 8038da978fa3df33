"""A registered person's own addresses: a signature over the association and the registration's key.

Registrations stand behind the walls of the association whose event it is, so the link names that association; whoever
holds a link of ours acts in its scope, on this one registration. Nothing changes when a link is opened.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import translation

from clusters.models import Registration
from promo_portal.core import clock, links
from promo_portal.core.scope import association_scope

MANAGE, CONFIRM = "clusters.registration", "clusters.confirm"
ROUTES = {MANAGE: "clusters:registration", CONFIRM: "clusters:confirm"}
CONFIRM_DAYS = 3
KEPT_AFTER = timedelta(days=30)


def token_for(purpose: str, registration: Registration, *, now: datetime | None = None) -> str:
    """A fresh signature: to confirm within three days, to change until a month after the event."""
    moment = now or clock.now()
    rest = registration.event.ends_at + KEPT_AFTER - moment
    days = CONFIRM_DAYS if purpose == CONFIRM else max(1, rest.days)
    return links.sign(purpose, f"{registration.association_id}.{registration.key}", days=days, now=moment)


def path_to(purpose: str, registration: Registration) -> str:
    """The path of a fresh link, in the language that is active."""
    return reverse(ROUTES[purpose], args=[token_for(purpose, registration)])


def url_to(purpose: str, registration: Registration) -> str:
    """The whole address for a mail, in the person's language."""
    with translation.override(registration.language):
        return f"{settings.SITE_URL}{path_to(purpose, registration)}"


@contextmanager
def opened(purpose: str, token: str) -> Iterator[tuple[Registration, bool]]:
    """The registration behind a link, in the scope of its association, and whether the link's time is over.

    404 for anything that is no link of ours.
    """
    link = links.read(purpose, token)
    association, _dot, key = link.key.partition(".") if link else ("", "", "")
    if link is None or not association.isdecimal():
        raise Http404
    with association_scope(int(association)):
        rows = Registration.objects.select_related("event__association", "event__municipality", "event__cluster")
        found = rows.filter(key=key).first()
        if found is None:
            raise Http404
        yield found, link.has_ended()
