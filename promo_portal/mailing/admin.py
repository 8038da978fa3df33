"""The outbox in the admin: what went, what waits, what failed and why; nothing can be written here."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.admin_base import PortalModelAdmin, ReadOnlyAdmin, rights_of_staff
from promo_portal.core import slots
from promo_portal.core.templatetags.ui import badge
from promo_portal.mailing import permissions, views
from promo_portal.mailing.lists import SubjectChangeList, subject_link
from promo_portal.mailing.models import AddressSuppression, MailHold, MailState, OutgoingMail

BADGES = {
    MailState.SENT: "good",
    MailState.QUEUED: "waiting",
    MailState.SENDING: "waiting",
    MailState.RETRY: "waiting",
    MailState.HELD: "problem",
    MailState.FAILED: "problem",
    MailState.UNKNOWN: "problem",
    MailState.CANCELLED: "neutral",
    MailState.EXPIRED: "neutral",
}


def state_badge(mail: OutgoingMail) -> str:
    """The state as shape, colour and word; what is in order is grey."""
    return badge(BADGES[MailState(mail.state)], mail.get_state_display(), quiet=mail.state == MailState.SENT)


class KindFilter(admin.SimpleListFilter):
    """Mails by kind, in words."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return sorted(((kind.name, str(kind.label)) for kind in slots.mail_kinds), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """Every mail with its fate. Texts are made when a mail leaves and kept nowhere, so there is nothing more to see."""

    matrix_object = "mail"
    list_display = ["heading", "to_address", "shown_state", "reason", "record", "created_at", "sent_at"]
    list_filter = ["state", KindFilter, "mail_class"]
    search_fields = ["to_address", "subject", "to_user__last_name"]
    search_help_text = _("Address, person or subject")
    list_select_related = ["to_user"]
    ordering = ["-created_at", "id"]
    fields = [
        "heading", "to_address", "to_user", "language", "shown_state", "reason", "record", "attempts", "last_error",
        "created_at", "send_after", "next_try_at", "expires_at", "sent_at", "id",
    ]  # fmt: skip

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.sees_mail(rights_of_staff(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return permissions.visible(rights_of_staff(request), super().get_queryset(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Administrators get who, when and what kind."""
        content = {"heading", "record"}
        given = list(super().get_fields(request, obj))
        if permissions.sees_content(rights_of_staff(request)):
            return given
        return ["kind_label", *(name for name in given if name not in content)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    def get_list_display(self, request: HttpRequest) -> Any:
        if permissions.sees_content(rights_of_staff(request)):
            return self.list_display
        return ["kind_label", "to_address", "shown_state", "reason", "created_at", "sent_at"]

    def get_search_fields(self, request: HttpRequest) -> Any:
        return self.search_fields if permissions.sees_content(rights_of_staff(request)) else ["to_address"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        mine = [path("failed/", view(views.FailedMails.as_view(admin_site=self.admin_site)), name="mailing_failed")]
        return [*mine, *super().get_urls()]

    @admin.display(description=_("mail"), ordering="kind")
    def heading(self, mail: OutgoingMail) -> str:
        """Its subject once it left, its kind before."""
        return mail.subject or self.kind_label(mail)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_label(self, mail: OutgoingMail) -> str:
        """The kind in words."""
        kind = slots.mail_kinds.get(mail.kind)
        return str(kind.label) if kind else mail.kind

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, mail: OutgoingMail) -> str:
        """The state as a badge."""
        return state_badge(mail)

    @admin.display(description=_("reason"))
    def reason(self, mail: OutgoingMail) -> str:
        """Why it stands there, in the reader's language."""
        return gettext(mail.state_reason) if mail.state_reason else ""

    @admin.display(description=_("record"))
    def record(self, mail: OutgoingMail) -> str:
        """The record it is about, with a link."""
        return subject_link(mail)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Names the records of all rows at once."""
        return SubjectChangeList


@admin.register(AddressSuppression)
class AddressSuppressionAdmin(PortalModelAdmin):
    """Addresses without mail. An entry is taken back by deleting it, once the owner has a working mailbox."""

    matrix_object = "mail"
    list_display = ["email", "reason", "detail", "since"]
    list_filter = ["reason"]
    search_fields = ["email"]
    search_help_text = _("Address")
    fields = ["email", "reason", "detail", "since"]
    readonly_fields = ["detail", "since"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Addresses that the association has written to; others say who deals with whom."""
        written = permissions.visible(rights_of_staff(request), OutgoingMail.objects.all())
        known = written.filter(to_address__iexact=OuterRef("email"))
        return super().get_queryset(request).filter(Exists(known))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.sees_mail(rights_of_staff(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["email", "reason"] if obj is None else self.fields

    def save_model(self, request: HttpRequest, obj: AddressSuppression, form: Any, change: bool) -> None:
        obj.email = obj.email.lower()
        super().save_model(request, obj, form, change)


@admin.register(MailHold)
class MailHoldAdmin(ReadOnlyAdmin):
    """What was held, why and until when; holds are set and released on the page of outgoing mail."""

    matrix_object = "mail"
    list_display = ["shown_reason", "kind", "since", "until"]
    search_fields = ["reason"]

    @admin.display(description=_("reason"), ordering="reason")
    def shown_reason(self, hold: MailHold) -> str:
        """A person's own words as they stand; the portal's in the reader's language."""
        return gettext(hold.reason) if hold.reason else ""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.sees_mail(rights_of_staff(request))
