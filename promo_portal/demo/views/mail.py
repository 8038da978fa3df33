"""Every mail the demo sent, readable, with links that work."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from promo_portal.demo import mailbox
from promo_portal.demo.access import demo_only
from promo_portal.demo.views.start import in_readers_language, languages

PER_PAGE = 25
# A mail's own document: its looks are inline, nothing else may load or run, and only our page may frame it.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self';"
    " sandbox allow-popups allow-top-navigation-by-user-activation"
)


@demo_only
@require_safe
@in_readers_language
def inbox(request: HttpRequest) -> HttpResponse:
    """All mails, newest first, with a search over address, subject and text."""
    search = request.GET.get("q", "").replace("\x00", "")[:200].strip()
    found = mailbox.messages(search)
    context = {
        "search": search,
        "page_obj": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "count": len(found),
        "is_ours": mailbox.folder() is not None,
        "alternate_urls": languages(request),
    }
    return render(request, "demo/mail_list.html", context)


@demo_only
@require_safe
@in_readers_language
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: envelope, HTML in a frame of its own, and the text part."""
    return render(request, "demo/mail.html", {"mail": _mail(name), "alternate_urls": languages(request)})


@demo_only
@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, without anything that acts."""
    found = _mail(name)
    if not found.html:
        raise Http404
    body = mailbox.harmless(found.html)
    page = format_html(
        '<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8"><title>{}</title></head><body>{}</body></html>',
        found.language,
        found.subject,
        mark_safe(body),  # noqa: S308 - cleaned, and its policy lets nothing run
    )
    return HttpResponse(page, headers={"Content-Security-Policy": MAIL_POLICY})


def _mail(name: str) -> mailbox.Mail:
    found = mailbox.message(name)
    if found is None:
        raise Http404
    return found
