"""The owner's link: one press says that it is still free, another that it is taken. Opening it changes nothing."""

from contextlib import suppress
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from premises.facts import groups_of, key_facts
from premises.links import offer_behind
from premises.models import Offer
from premises.models.offer import ON_THE_MARKET
from premises.titles import offer_title
from premises.workflow.moving import OWNER
from premises.workflow.offers import confirm_offer, report_taken
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused


@public
@never_cache
@require_http_methods(["GET", "POST"])
def owner(request: HttpRequest, token: str) -> HttpResponse:
    """What we publish, and two buttons."""
    offer, has_ended = offer_behind(token)
    if has_ended or offer.state not in ON_THE_MARKET:
        context: dict[str, Any] = {
            "title": offer_title(offer),
            "association": offer.association,
            "has_ended": has_ended,
        }
        return render(request, "premises/owner_ended.html", context, status=410)
    if request.method == "POST":
        answer = "taken" if request.POST.get("answer") == "taken" else "free"
        with suppress(TransitionRefused):  # closed by staff in the same second
            _answer(offer, answer)
        return redirect(f"{request.path}?done={answer}")
    today = clock.today()
    groups = groups_of(offer, today)
    context = {
        "title": offer_title(offer),
        "name": offer.thing.name,
        "offer": offer,
        "facts": key_facts(offer, groups),
        "association": offer.association,
        "done": request.GET.get("done", "") if offer.confirmed_on == today or "done" in request.GET else "",
        "confirm_by": offer.confirm_by(),
        "thanks": _("Thank you. It stays published; we ask again on the date below."),
    }
    return render(request, "premises/owner.html", context)


def _answer(offer: Offer, answer: str) -> None:
    with transaction.atomic(), association_scope(offer.association_id):
        if answer == "taken":
            report_taken(offer=offer, now=clock.now())
        else:
            confirm_offer(offer=offer, by=OWNER, now=clock.now())
