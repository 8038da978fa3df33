"""Who moved what, who opened which confidential record, who broke the glass: to read, never to change.

Managers read their association's; coaches and officers their own acts; administrators all, without the reasons that stand
in files they have not opened.
"""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.admin_base import ReadOnlyAdmin, rights_of_staff
from promo_portal.accounts.enums import Role
from promo_portal.accounts.permissions import may
from promo_portal.audit.models import AccessLog, BreakGlass, Transition


def reachable(request: HttpRequest, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """The rows of a record that the matrix grants: all, one's association's, or one's own acts."""
    rights = rights_of_staff(request)
    reaches = [grant.reach for grant in may(rights, "history", "read")]
    if frozenset() in reaches:
        return rows
    if any("association" in reach for reach in reaches):
        return rows.filter(association_id=rights.association_id or 0)
    if any("acts" in reach for reach in reaches):
        return rows.filter(actor_id=rights.user_id)
    return rows.none()


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    """Who opened, downloaded or exported which confidential record."""

    matrix_object = "history"
    list_display = ["at", "actor_name", "role", "act", "record", "break_glass_id"]
    list_filter = ["act", "subject_kind", "at"]
    search_fields = ["actor_name", "=subject_id"]
    search_help_text = _("Name, or number of the record")
    ordering = ["-at", "-pk"]
    list_select_related = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return reachable(request, super().get_queryset(request))

    @admin.display(description=_("record"))
    def record(self, row: AccessLog) -> str:
        """Kind and number; the title is confidential itself."""
        return f"{row.subject_kind} {row.subject_id}"


@admin.register(Transition)
class TransitionAdmin(ReadOnlyAdmin):
    """What moved from which state to which, by whom and why."""

    matrix_object = "history"
    list_display = ["at", "actor_name", "record", "action", "from_state", "to_state", "why"]
    fields = ["at", "actor_name", "subject_kind", "subject_id", "action", "from_state", "to_state", "why"]
    list_filter = ["subject_kind", "action", "at"]
    search_fields = ["actor_name", "=subject_id"]
    search_help_text = _("Name, or number of the record")
    ordering = ["-at", "-pk"]
    list_select_related = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rights = rights_of_staff(request)
        if not rights.has(Role.ADMINISTRATOR):
            return reachable(request, super().get_queryset(request))
        opened = rights.break_glass.association_id if rights.break_glass else 0
        is_closed = models.Case(
            models.When(association_id=opened, then=models.Value(False)), default=models.Value(True)
        )
        return Transition.unscoped.annotate(is_closed=is_closed)

    @admin.display(description=_("record"))
    def record(self, row: Transition) -> str:
        """Kind and number."""
        return f"{row.subject_kind} {row.subject_id}"

    @admin.display(description=_("reason"))
    def why(self, row: Transition) -> str:
        """The reason, to people who may open the record."""
        return "–" if getattr(row, "is_closed", False) else row.reason


@admin.register(BreakGlass)
class BreakGlassAdmin(ReadOnlyAdmin):
    """Which administrator opened which association's files, when and why."""

    list_display = ["at", "actor_name", "association_id", "reason", "expires_at", "closed_at"]
    list_filter = ["at"]
    search_fields = ["actor_name", "reason"]
    search_help_text = _("Name or reason")
    ordering = ["-at"]
    list_select_related = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rights = rights_of_staff(request)
        rows = super().get_queryset(request)
        return rows if rights.has(Role.ADMINISTRATOR) else rows.filter(association_id=rights.association_id or 0)
