"""The page on which an administrator breaks the glass, and closes it again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.access import require
from promo_portal.audit.models import BreakGlass
from promo_portal.core.forms import CountedTextarea, PortalFormMixin
from promo_portal.portal.break_glass import LASTS, close_session, open_session
from promo_portal.regions.models import Association


class BreakGlassForm(PortalFormMixin, forms.Form):
    """Whose files, and why."""

    association = forms.ModelChoiceField(Association.objects.all(), label=_("Association"))
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The association's manager reads it in a mail that leaves at once."),
        min_length=15,
        max_length=1000,
        widget=CountedTextarea(maximum=1000, attrs={"rows": "4"}),
        error_messages={"min_length": _("Say in a sentence why the files must be opened.")},
    )


def open_or_close(request: HttpRequest) -> HttpResponse:
    """Open a session, or end the one that is open."""
    rights = require(request, "break-glass", "write")
    person: Any = request.user
    closes = request.method == "POST" and "association" not in request.POST  # the banner's button sends nothing else
    form = BreakGlassForm(request.POST if request.method == "POST" and not closes else None)
    if closes:
        if rights.break_glass:
            close_session(session=BreakGlass.objects.get(pk=rights.break_glass.pk), by=person)
            messages.success(request, gettext("The files are closed again."))
        return HttpResponseRedirect(reverse("admin:break_glass"))
    if form.is_bound and form.is_valid():
        open_session(by=person, association=form.cleaned_data["association"], reason=form.cleaned_data["reason"])
        messages.success(request, gettext("The files are open for an hour. The manager has been told."))
        return HttpResponseRedirect(reverse("admin:index"))
    context = {
        **admin.site.each_context(request),
        "title": _("Break-glass"),
        "form": form,
        "minutes": int(LASTS.total_seconds() // 60),
        "session": BreakGlass.objects.get(pk=rights.break_glass.pk) if rights.break_glass else None,
        "earlier": BreakGlass.objects.filter(actor_id=rights.user_id).order_by("-at")[:10],
    }
    return TemplateResponse(request, "admin/break_glass.html", context, status=422 if form.errors else 200)
