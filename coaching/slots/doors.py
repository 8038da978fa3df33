"""Which of coaching's pages a person sees in the navigation, and how many requests wait there."""

from typing import Any

from django.http import HttpRequest

from coaching.models.request import AWAITING_ANSWER
from coaching.permissions import requests_for_staff
from promo_portal.accounts.enums import Role
from promo_portal.accounts.permissions import may_open
from promo_portal.accounts.rights import Rights


def rights_in(request: HttpRequest) -> Rights:
    """What whoever asks may do."""
    return request.rights  # type: ignore[attr-defined]


def may_see_requests(request: HttpRequest) -> bool:
    """Whether the request queue is part of this person's work."""
    return may_open(rights_in(request), "coaching request") and rights_in(request).association_id is not None


def may_see_indicators(request: HttpRequest) -> bool:
    """Figures over all files are the manager's."""
    return rights_in(request).has(Role.MANAGER) and rights_in(request).association_id is not None


def may_charge(request: HttpRequest) -> bool:
    """Whether charging the funders is part of this person's work."""
    return rights_in(request).has(Role.MANAGER) and rights_in(request).association_id is not None


def waiting_requests(request: HttpRequest) -> Any:
    """Requests whose founders wait for an answer."""
    return requests_for_staff(rights_in(request)).filter(state__in=AWAITING_ANSWER)
