"""The commission's sessions and agendas as lists."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from coaching.admin.desk import LookAtAdmin, own_items
from coaching.admin.records import ToLookAtInline
from coaching.models import AgendaItem, CommissionSession, Opinion, Recusal, SessionMember
from promo_portal.accounts.admin_base import rights_of_staff

if TYPE_CHECKING:
    from django.db.models import QuerySet


class SeatInline(ToLookAtInline):
    """Who was invited and who came."""

    model = SessionMember


@admin.register(CommissionSession)
class CommissionSessionAdmin(LookAtAdmin):
    """The sessions of the association's commission."""

    list_display = ("held_on", "held_at", "place", "quorum", "state")
    list_filter = ("state",)
    search_fields = ("place", "minutes")
    search_help_text = _("Place or words of the minutes")
    inlines = (SeatInline,)


class OpinionInline(ToLookAtInline):
    """What the members think of it."""

    model = Opinion


class RecusalInline(ToLookAtInline):
    """Who stands aside."""

    model = Recusal


@admin.register(AgendaItem)
class AgendaItemAdmin(LookAtAdmin):
    """Requests that were or will be before the commission; a coach sees those they took up or are to lead."""

    list_display = ("request", "session", "position", "state", "outcome", "lead")
    list_filter = ("state", "outcome")
    list_select_related = ("request", "session", "lead")
    search_fields = ("request__reference", "request__last_name", "title")
    search_help_text = _("Number, founder or project")
    inlines = (OpinionInline, RecusalInline)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[AgendaItem]":
        return super().get_queryset(request).filter(own_items(rights_of_staff(request)))
