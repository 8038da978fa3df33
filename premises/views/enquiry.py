"""Asking about an offer: four fields, a reference, a day for the answer; without script, one press in the mailbox."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from premises.addresses import offer_url
from premises.enums import EnquiryState
from premises.forms.public import EnquiryForm
from premises.links import SENDER, enquiry_behind, token_for
from premises.models import Enquiry, Offer
from premises.published import published_offers
from premises.titles import offer_title
from premises.workflow.enquiries import confirm_enquiry, send_enquiry
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.limits import allow
from promo_portal.core.scope import association_scope
from promo_portal.core.spam import HOUR, accept_proof, within_limit
from promo_portal.core.transitions import TransitionRefused

SAME_WITHIN = timedelta(minutes=10)


def _offer(pk: int) -> Offer:
    found = published_offers().filter(pk=pk).first() if pk <= 2**31 else None
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, offer: Offer, form: EnquiryForm, status: int = 200) -> HttpResponse:
    context = {"offer": offer, "object": offer_title(offer), "form": form, "object_url": offer_url(offer)}
    return render(request, "premises/enquire.html", context, status=status)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def enquire(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, and what becomes of it. A double press finds the first and shows the same page."""
    offer = _offer(pk)
    form = EnquiryForm(request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _page(request, offer, form)
    if not form.is_valid():
        return _page(request, offer, form, status=422)
    if form.stumbles():
        form.add_error(None, _("This came back very fast. Press “Send my enquiry” once more."))
        return _page(request, offer, form, status=422)
    values = {name: form.cleaned_data[name] for name in ("name", "email", "phone", "message")}
    if (earlier := _earlier(offer, values)) is not None:
        return _done(request, earlier)
    if not within_limit(request, "premises.enquiry") or not allow(
        f"premises.mail:{values['email'].lower()}", times=5, seconds=HOUR
    ):
        form.add_error(
            None, _("Several enquiries came from your network within an hour. Try again in an hour, or call us.")
        )
        return _page(request, offer, form, status=429)
    proved = accept_proof(form.cleaned_data["proof"])
    language = get_language() or "fr"
    return _done(request, send_enquiry(offer=offer, **values, language=language, proved=proved, now=clock.now()))


def _earlier(offer: Offer, values: dict[str, str]) -> Enquiry | None:
    """The same enquiry of a moment ago."""
    with association_scope(offer.association_id):
        rows = Enquiry.objects.filter(offer=offer, email__iexact=values["email"], message=values["message"])
        recent = rows.filter(created_at__gt=clock.now() - SAME_WITHIN)
        return recent.select_related("offer__site__municipality", "association").order_by("-pk").first()


def _done(request: HttpRequest, enquiry: Enquiry) -> HttpResponse:
    """Sent: its page. Not yet: one step remains, in the mailbox; the link itself goes nowhere but there."""
    if enquiry.state == EnquiryState.UNCONFIRMED:
        name, _at, host = enquiry.email.partition("@")
        context = {"address": f"{name[:1]}…@{host}", "object_url": offer_url(enquiry.offer)}
        return render(request, "premises/enquiry_asked.html", context)
    return redirect("premises:enquiry_confirm", token_for(SENDER, enquiry.association_id, enquiry.key))


@public
@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail: the button that sends it; afterwards, and for those who need no button, where it stands."""
    enquiry, has_ended = enquiry_behind(token)
    waits = enquiry.state == EnquiryState.UNCONFIRMED
    if has_ended:
        context = {"object_url": offer_url(enquiry.offer), "waits": waits}
        return render(request, "premises/enquiry_ended.html", context, status=410)
    if request.method == "POST" and waits:
        with suppress(TransitionRefused):  # the other press of a double click has sent it
            confirm_enquiry(enquiry=enquiry, now=clock.now())
        return redirect("premises:enquiry_confirm", token)
    told: dict[str, Any] = {
        "enquiry": enquiry,
        "waits": waits,
        "object": offer_title(enquiry.offer),
        "object_url": offer_url(enquiry.offer),
    }
    return render(request, "premises/enquiry.html", told)
