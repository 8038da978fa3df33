"""Searches that readers follow: how many, which, since when. Staff look and never act for a reader."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from companies.alerts import list_url
from companies.enums import AlertState
from companies.models import SavedSearch
from companies.permissions import SAVED_SEARCH, reaches_all
from promo_portal.accounts.admin_base import PortalModelAdmin, rights_of_staff
from promo_portal.core.formats import words
from promo_portal.core.forms.fields import visible
from promo_portal.core.templatetags.ui import badge

BADGES = {AlertState.WAITING: "waiting", AlertState.ACTIVE: "good", AlertState.ENDED: "neutral"}


@admin.register(SavedSearch)
class SavedSearchAdmin(PortalModelAdmin):
    """An association's own, those that name its municipalities; administrators see all."""

    matrix_object = SAVED_SEARCH
    list_display = ("title", "reader", "rhythm", "shown_state", "created_at", "alerts_sent", "last_alert")
    list_filter = ("state", "rhythm", "language")
    list_select_related = ("reader",)
    search_fields = ("reader__email", "title")
    search_help_text = gettext_lazy("E-mail address, or a word of the search")
    ordering = ("-created_at", "-pk")
    fields: ClassVar[Any] = (
        "title", "results", "reader", "rhythm", "language", "shown_state", "association", "created_at", "confirmed_at",
        "ended_at", "alerts_sent", "last_alert",
    )  # fmt: skip
    readonly_fields: ClassVar[Any] = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rights = rights_of_staff(request)
        rows = super().get_queryset(request)
        rows = rows if reaches_all(rights) else rows.filter(association_id=rights.association_id or 0)
        return rows.annotate(alert_count=Count("alerts"), last_alert_on=Max("alerts__day"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A part of the address or of the search."""
        text = visible(search_term)[:100].strip()
        return (
            queryset.filter(Q(reader__email__icontains=text) | Q(title__icontains=text)) if text else queryset
        ), False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Readers save their searches themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """And change them themselves."""
        return False

    @admin.display(description=gettext_lazy("in the directory"))
    def results(self, obj: Any) -> str:
        """The way to what the reader sees."""
        return format_html('<a href="{}">{}</a>', list_url(obj.query), _("See the whole search"))

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, obj: Any) -> str:
        """In shape, colour and word."""
        return badge(BADGES[AlertState(obj.state)], obj.get_state_display(), quiet=obj.state == AlertState.ACTIVE)

    @admin.display(description=pgettext_lazy("saved search", "alerts"))
    def alerts_sent(self, obj: Any) -> str:
        """How many of the last hundred days."""
        return words.number(obj.alert_count)

    @admin.display(description=gettext_lazy("last alert"))
    def last_alert(self, obj: Any) -> str:
        """Its day."""
        return words.day(obj.last_alert_on) if obj.last_alert_on else _("not yet")
