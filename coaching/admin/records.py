"""Lists of what belongs to coaching files: meetings, milestones, readiness, documents, engagements, checks, the ledger."""

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from coaching.admin.desk import CaseRowAdmin, DeskAdmin
from coaching.models import (
    CaseDocument,
    CostRate,
    Engagement,
    FundingShare,
    Meeting,
    Milestone,
    ReadinessScore,
    SharedDocument,
    TimeEntryShare,
)
from promo_portal.accounts.admin_base import PortalTabularInline, rights_of_staff
from promo_portal.accounts.enums import Role
from promo_portal.core.formats import words


class ToLookAtInline(PortalTabularInline):
    """Rows of a record, to look at."""

    can_delete = False
    exclude: ClassVar[Any] = ("association",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Meeting)
class MeetingAdmin(CaseRowAdmin):
    """All meetings; they are entered on their file's page."""

    list_display = ("held_on", "case_file", "kind", "contact_minutes", "preparation_minutes", "coach", "is_shared")
    list_filter = ("kind", "coach", "is_shared")
    list_select_related = ("case_file", "coach")
    search_fields = ("case_file__reference", "case_file__title", "text")
    search_help_text = _("File or words of the minutes")


@admin.register(Milestone)
class MilestoneAdmin(CaseRowAdmin):
    """All milestones, the open ones by their day."""

    list_display = ("case_file", "kind", "due_on", "state", "reached_on", "proof")
    list_filter = ("kind", "state")
    list_select_related = ("case_file", "proof")
    search_fields = CaseRowAdmin.case_search
    search_help_text = _("Number or project of the file")
    ordering = ("due_on", "pk")


@admin.register(ReadinessScore)
class ReadinessScoreAdmin(CaseRowAdmin):
    """All readiness grids."""

    list_display = ("case_file", "month", "plan", "finance", "market", "protection", "team", "scored_by")
    list_filter = ("month",)
    list_select_related = ("case_file", "scored_by")
    search_fields = CaseRowAdmin.case_search
    search_help_text = _("Number or project of the file")


@admin.register(CaseDocument)
class CaseDocumentAdmin(CaseRowAdmin):
    """All documents; reading one is a step of its own, on its file's page."""

    list_display = ("title", "case_file", "kind", "added_at", "added_by", "is_shared")
    list_filter = ("kind", "is_shared")
    list_select_related = ("case_file", "added_by")
    search_fields = ("title", "case_file__reference", "case_file__title")
    search_help_text = _("Title, number or project")


class SharedDocumentInline(ToLookAtInline):
    """What the specialist may read."""

    model = SharedDocument


@admin.register(Engagement)
class EngagementAdmin(CaseRowAdmin):
    """All engagements of specialists."""

    list_display = ("case_file", "specialist", "field", "state", "hours_agreed", "proposed_at", "satisfaction")
    list_filter = ("state", "field")
    list_select_related = ("case_file", "specialist")
    search_fields = ("case_file__reference", "case_file__title", "specialist__last_name", "specialist__company")
    search_help_text = _("File or specialist")
    inlines = (SharedDocumentInline,)


@admin.register(FundingShare)
class FundingShareAdmin(CaseRowAdmin):
    """Files whose costs are split otherwise than by the association's key."""

    list_display = ("case_file", "funder", "shown_share")
    list_filter = ("funder",)
    list_select_related = ("case_file", "funder")
    search_fields = CaseRowAdmin.case_search
    search_help_text = _("Number or project of the file")

    @admin.display(description=_("share"), ordering="share")
    def shown_share(self, row: FundingShare) -> str:
        """In per cent."""
        return words.percent(Decimal(row.share) / 100)


class TimeEntryShareInline(ToLookAtInline):
    """Who pays what of the line."""

    model = TimeEntryShare


@admin.register(CostRate)
class CostRateAdmin(DeskAdmin):
    """What an hour of coaching costs; the manager enters a new line when it changes, old lines stay."""

    confidential = False
    list_display = ("valid_from", "per_hour")
    search_fields = ("=per_hour",)
    search_help_text = _("Amount")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rights_of_staff(request).has(Role.MANAGER) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Lines of the ledger rest on it: it is replaced by a later one, not changed."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("association")
