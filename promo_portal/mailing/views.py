"""Staff pages of the outbox: mails that failed, to be repeated or closed."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from promo_portal.accounts.rights import Rights
from promo_portal.core import slots
from promo_portal.mailing import permissions
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.mailing.workflow import MoveRefused, dismiss_mail, retry_mail

ROWS = 50
ACTIONS = {"retry": retry_mail, "dismiss": dismiss_mail}


def failed_mails(rights: Rights) -> QuerySet[OutgoingMail]:
    """Mails that nobody has dealt with, as far as somebody may see them."""
    return permissions.visible(
        rights,
        OutgoingMail.objects.filter(state__in=(MailState.FAILED, MailState.UNKNOWN)).order_by("-created_at", "pk"),
    )


class FailedMails(View):
    """Failed and uncertain mails with their causes; several can be repeated or closed at once, each for a reason."""

    admin_site: ClassVar[AdminSite | None] = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.rights: Rights = request.rights  # type: ignore[attr-defined]
        if not permissions.sees_mail(self.rights):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list, newest first."""
        listed = Paginator(failed_mails(self.rights).select_related("to_user"), ROWS).get_page(request.GET.get("page"))
        shows_content = permissions.sees_content(self.rights)
        kinds = dict(slots.mail_kinds.items())
        mails = list(listed.object_list)
        lines = slots.lines_of([(mail.subject_kind, mail.subject_id) for mail in mails]) if shows_content else {}
        rows = [
            {
                "mail": mail,
                "kind": kinds[mail.kind].label if mail.kind in kinds else mail.kind,
                "record": lines.get((mail.subject_kind, mail.subject_id or 0), ("", ""))[0],
                "reason": _(mail.state_reason) if mail.state_reason else "",
            }
            for mail in mails
        ]
        assert self.admin_site is not None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Failed mails"),
            "page_obj": listed,
            "rows": rows,
            "may_decide": permissions.may_decide(self.rights),
            "outbox_url": reverse("admin:mailing_outgoingmail_changelist"),
        }
        return TemplateResponse(request, "admin/mailing/failed.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Repeat or close the chosen ones; what could not be done is counted, not hidden."""
        act = ACTIONS.get(request.POST.get("action", ""))
        if not permissions.may_decide(self.rights) or act is None:
            raise Http404
        chosen = _numbers(request.POST.getlist("mail"))
        done, refused = 0, []
        for mail in failed_mails(self.rights).filter(pk__in=chosen):
            try:
                act(mail=mail, by=request.user, reason=request.POST.get("reason", "").strip()[:300])
                done += 1
            except MoveRefused as error:
                refused.append(error.messages[0])
        self._report(request, done, refused, nothing=not chosen)
        return HttpResponseRedirect(reverse("admin:mailing_failed"))

    def _report(self, request: HttpRequest, done: int, refused: list[str], *, nothing: bool) -> None:
        if nothing:
            messages.warning(request, _("No mail was chosen. Nothing has changed."))
        if done:
            text = (
                ngettext("%(count)s mail leaves again.", "%(count)s mails leave again.", done)
                if request.POST["action"] == "retry"
                else ngettext("%(count)s mail closed.", "%(count)s mails closed.", done)
            )
            messages.success(request, text % {"count": done})
        if refused:
            text = ngettext(
                "%(count)s mail left as it is: %(why)s", "%(count)s mails left as they are: %(why)s", len(refused)
            )
            messages.warning(request, text % {"count": len(refused), "why": " ".join(sorted(set(refused)))})


def _numbers(raw: list[str]) -> list[str]:
    import uuid

    found = []
    for text in raw[:ROWS]:
        try:
            found.append(str(uuid.UUID(text)))
        except ValueError:
            continue
    return found
