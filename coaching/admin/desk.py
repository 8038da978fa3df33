"""Bases of coaching's plain lists: rows of the association on the desk, and of the files that the person may open."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest

from coaching.permissions import files_for_staff
from promo_portal.accounts.admin_base import AssociationAdmin, rights_of_staff
from promo_portal.accounts.enums import Role
from promo_portal.accounts.permissions import Act


class DeskAdmin(AssociationAdmin):
    """Rows of the association on the desk; without one (an administrator who has not broken the glass) there is no page."""

    confidential = True
    actions = None

    def _may(self, request: HttpRequest, act: Act) -> bool:
        return rights_of_staff(request).association_id is not None and super()._may(request, act)


class LookAtAdmin(DeskAdmin):
    """A list to look at; its rows come and go through the steps of the workflow only."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CaseRowAdmin(LookAtAdmin):
    """Parts of coaching files: a coach sees those of the files they may open."""

    list_select_related: ClassVar[Any] = ("case_file",)
    case_search: ClassVar[tuple[str, ...]] = ("case_file__reference", "case_file__title")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        rights = rights_of_staff(request)
        if rights.has(Role.MANAGER) or rights.break_glass:
            return rows
        return rows.filter(case_file__in=files_for_staff(rights))
