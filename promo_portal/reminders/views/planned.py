"""Outgoing mail of the next days, by day: how many, to whom it says what, held or not; and who may stop it does."""

from collections.abc import Iterable
from datetime import datetime, time
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from promo_portal.accounts.access import note_access
from promo_portal.accounts.permissions import may_open
from promo_portal.core import clock
from promo_portal.mailing import permissions
from promo_portal.mailing.models import MailHold
from promo_portal.mailing.workflow import release_hold
from promo_portal.reminders import preview
from promo_portal.reminders.models import Reminder

if TYPE_CHECKING:
    from promo_portal.accounts.rights import Rights


class HoldForm(forms.Form):
    """Why a sending waits, and until when."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)
    until = forms.DateField(label=gettext_lazy("Until"), required=False)


class StaffView(View):
    """A page of the admin for people who see mail."""

    admin_site: ClassVar[AdminSite | None] = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.rights: Rights = request.rights  # type: ignore[attr-defined]
        if not permissions.sees_mail(self.rights):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """Render within the staff's shell."""
        assert self.admin_site is not None
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **context}, status=status)


class PlannedMails(StaffView):
    """The list, and the three decisions: hold, release, let all mail go again."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Held sendings first, then day by day."""
        return self._list(request)

    def _list(self, request: HttpRequest, *, form: HoldForm | None = None, key: str = "") -> HttpResponse:
        found = preview.sendings(self.rights)
        context = {
            "title": _("Outgoing mail"),
            "count": sum(sending.count for sending in found),
            "held": [sending for sending in found if sending.is_held],
            "days": _by_day(sending for sending in found if not sending.is_held),
            "span": preview.DAYS,
            "holds": list(MailHold.objects.in_force(clock.now())),
            "may_decide": permissions.may_decide(self.rights),
            "may_release_all": may_open(self.rights, "operation", "write"),
            "form": form,
            "key": key,
            "url": reverse("admin:mailing_planned"),
        }
        return self.page(request, "admin/reminders/planned.html", context, status=422 if form else 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Hold or release a sending, or end a hold on everything."""
        action, key = request.POST.get("action", ""), request.POST.get("key", "")
        if action == "release-all":
            return self._release_all(request)
        if not permissions.may_decide(self.rights) or action not in {"hold", "release"}:
            raise Http404
        if action == "release":
            count = preview.release(rights=self.rights, key=key, by=request.user)  # type: ignore[arg-type]
            text = ngettext(
                "%(count)s mail leaves at its time again.", "%(count)s mails leave at their time again.", count
            )
            messages.success(request, text % {"count": count})
            return HttpResponseRedirect(reverse("admin:mailing_planned"))
        form = HoldForm(request.POST)
        if not form.is_valid():
            return self._list(request, form=form, key=key)
        day = form.cleaned_data["until"]
        until = datetime.combine(day, time(0), clock.ZURICH) if day else None
        reason = form.cleaned_data["reason"]
        count = preview.hold(rights=self.rights, key=key, until=until, reason=reason, by=request.user)  # type: ignore[arg-type]
        if count:
            text = ngettext("%(count)s mail is held back.", "%(count)s mails are held back.", count)
            messages.success(request, text % {"count": count})
        else:
            messages.warning(request, _("These mails have already left or changed. Nothing was held."))
        return HttpResponseRedirect(reverse("admin:mailing_planned"))

    def _release_all(self, request: HttpRequest) -> HttpResponse:
        if not may_open(self.rights, "operation", "write"):
            raise Http404
        number = request.POST.get("hold", "")
        hold = get_object_or_404(MailHold, pk=int(number) if number.isdecimal() else 0)
        release_hold(hold=hold, by=request.user)
        messages.success(request, _("Mail leaves again."))
        return HttpResponseRedirect(reverse("admin:mailing_planned"))


class SampleOfMail(StaffView):
    """One mail of a sending as it would read now; on request also by mail to the one who looks."""

    def _reminder(self, request: HttpRequest, pk: int) -> Reminder:
        rows = preview.visible_reminders(self.rights).select_related("deadline", "user")
        reminder = get_object_or_404(rows, pk=pk)
        if not preview.may_read_sample(self.rights, reminder, request.user):  # type: ignore[arg-type]
            raise Http404
        return reminder

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The text part, which says everything the mail says."""
        reminder = self._reminder(request, pk)
        note_access(request, reminder.deadline)
        with transaction.atomic(), translation.override(reminder.language):
            message = preview.sample_of(reminder)
        context = {
            "title": message.subject,
            "message": message,
            "reminder": reminder,
            "to": reminder.user or reminder.recipient.partition(":")[2],
            "url": reverse("admin:mailing_sample", args=[pk]),
            "back": reverse("admin:mailing_planned"),
        }
        return self.page(request, "admin/reminders/sample.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send it to oneself."""
        reminder = self._reminder(request, pk)
        preview.send_sample(reminder=reminder, to=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The sample is on its way to %(address)s.") % {"address": request.user.email})  # type: ignore[union-attr]
        return HttpResponseRedirect(reverse("admin:mailing_sample", args=[pk]))


def _by_day(found: Iterable[preview.Sending]) -> list[dict[str, Any]]:
    days = []
    for day, group in groupby(found, key=lambda sending: sending.day):
        rows = list(group)
        days.append({"day": day, "rows": rows, "count": sum(row.count for row in rows)})
    return days
