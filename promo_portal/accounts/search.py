"""People in the staff's search, for those who keep them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from promo_portal.accounts.models import User
from promo_portal.accounts.workflow import grantable_roles

if TYPE_CHECKING:
    from promo_portal.accounts.rights import Rights

MOST = 8


def find_people(request: HttpRequest, text: str) -> Sequence[dict[str, Any]]:
    """People by name or address, as far as their page may be opened."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    if not grantable_roles(rights):
        return []
    found = User.objects.visible_to(rights)
    for word in text.split()[:4]:
        found = found.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word))
    return [
        {
            "kind": _("Person"),
            "title": str(person),
            "text": person.email,
            "url": reverse("admin:accounts_user_change", args=[person.pk]),
        }
        for person in found.order_by("last_name", "first_name", "pk")[:MOST]
    ]
