"""The living style page: every part of the design language, made by the same templates the pages use. Demo only."""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from promo_portal.core.context import current_branding
from promo_portal.portal.views import styleguide_samples as samples


def _demo_only() -> None:
    if not settings.IS_DEMO:
        raise Http404


@login_not_required
@require_safe
@csp_update({"frame-src": [SELF]})
def styleguide(request: HttpRequest) -> HttpResponse:
    """All parts on one page, in the language of the address."""
    _demo_only()
    return render(
        request,
        "portal/styleguide.html",
        {
            "swatches": samples.swatches(),
            "icons": samples.icons(),
            "sample": samples.SampleForm(prefix="good"),
            "refused": samples.refused_form(),
            "journal": samples.journal(),
            "steps": samples.next_steps(),
            "facts": samples.facts(),
            "figures": samples.figures(),
            "formats": samples.formats(),
            "bars": _bars(),
            "moment": samples.MOMENT,
            "sample_page": Paginator(range(600), 25).get_page(request.GET.get("page", "3")),
            "crumbs": [
                {"label": _("Companies"), "url": "#"},
                {"label": "Tramelan", "url": "#"},
                {"label": "Arcadec SA"},
            ],
            "tabs": _tabs(),
            "chips": [{"label": "Usinage mécanique (25.6)", "url": "#chips"}, {"label": "Tramelan", "url": "#chips"}],
            "facet_options": _facet_options(),
            "losses": [_("the draft and its 4 answers"), _("the link in our mail of %(day)s") % {"day": "23.11.2026"}],
        },
    )


def _bars() -> list[Message]:
    return [
        Message(constants.SUCCESS, _("Confirmed. Next reminder in November 2027."), extra_tags="undo:/"),
        Message(constants.INFO, _("The portal will be serviced on 01.12.2026 from 20:00 to 20:15.")),
        Message(constants.WARNING, _("This draft is kept until 15.12.2026.")),
        Message(constants.ERROR, _("The file is 31 MB and the limit is 20 MB. Your message is kept.")),
    ]


def _tabs() -> list[dict[str, Any]]:
    return [
        {"label": _("Journal"), "url": "#tabs", "current": True},
        {"label": _("Tasks"), "url": "#tabs", "count": 3},
        {"label": _("Milestones"), "url": "#tabs", "count": "2/4"},
        {"label": _("Documents"), "url": "#tabs", "count": 11},
        {"label": _("History"), "url": "#tabs"},
    ]


def _facet_options() -> list[dict[str, Any]]:
    return [
        {"value": "371", "label": "Biel/Bienne", "count": 41, "selected": True},
        {"value": "446", "label": "Tramelan", "count": 19, "selected": False},
        {"value": "441", "label": "Renan (BE)", "count": 0, "selected": False},
    ]


@login_not_required
@require_safe
@xframe_options_sameorigin
@csp_replace(
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "form-action": [NONE],
    }
)
def styleguide_mail(request: HttpRequest) -> HttpResponse:
    """A sample mail by itself: mails carry inline styles, which pages never may."""
    _demo_only()
    return render(
        request,
        "portal/styleguide_mail.html",
        {
            "language": get_language(),
            "branding": current_branding(),
            "subject": "Atelier Gerber, Tavannes",
            "button_url": f"{settings.SITE_URL}/",
            "button_label": _("Set the date"),
        },
    )
