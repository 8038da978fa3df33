"""Who moved what, who opened which confidential record, who broke the glass: to read, never to change.

Managers read their association's; coaches and officers their own acts; administrators all, without the reasons that stand
in files they have not opened.
"""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts import record_words as words
from promo_portal.accounts.admin_base import ReadOnlyAdmin, rights_of_staff
from promo_portal.accounts.enums import Role
from promo_portal.accounts.permissions import may
from promo_portal.audit.models import AccessLog, BreakGlass, Transition
from promo_portal.core import slots

OWN_KINDS = {"accounts.user", "audit.breakglass", "mailing.outgoingmail", "reminders.deadline"}


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


class KindOfRecordFilter(admin.SimpleListFilter):
    """Lines about one kind of record, by its name."""

    title = _("kind of record")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        kinds = {key for key, _title in slots.subject_titles.items()} | OWN_KINDS
        return sorted(((kind, words.kind_words(kind)) for kind in kinds), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(subject_kind=self.value()) if self.value() else queryset


class ListWithTitles(ChangeList):
    """Lines with the titles of their records, gathered at once; only those that the reader may open have one."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        lines = slots.lines_of([(row.subject_kind, row.subject_id) for row in rows])
        for row in rows:
            row.line = lines.get((row.subject_kind, row.subject_id))
        self.result_list = rows


class RecordAdmin(ReadOnlyAdmin):
    """A list of lines about records."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ListWithTitles

    @admin.display(description=_("record"))
    def record(self, row: Any) -> str:
        """The record by its title where the reader may open it, else by kind and number."""
        line = getattr(row, "line", None)
        if line is None:
            return words.record_words(row.subject_kind, row.subject_id)
        title, url = line
        return format_html('<a href="{}">{}</a>', url, title) if url else title


@admin.register(AccessLog)
class AccessLogAdmin(RecordAdmin):
    """Who opened, downloaded or exported which confidential record."""

    matrix_object = "history"
    list_display = ["at", "actor_name", "roles", "act", "record", "glass"]
    fields = ["at", "actor_name", "roles", "act", "record", "glass"]
    list_filter = ["act", KindOfRecordFilter, "at"]
    search_fields = ["actor_name", "=subject_id"]
    search_help_text = _("Name, or number of the record")
    ordering = ["-at", "-pk"]
    list_select_related = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return reachable(request, super().get_queryset(request))

    @admin.display(description=_("role"))
    def roles(self, row: AccessLog) -> str:
        """The roles the person had then."""
        known = dict(Role.choices)
        return ", ".join(str(known.get(role, role)) for role in row.role.split())

    @admin.display(description=_("break-glass session"))
    def glass(self, row: AccessLog) -> str:
        """The number of the session, where it took one."""
        return f"n° {row.break_glass_id}" if row.break_glass_id else ""


@admin.register(Transition)
class TransitionAdmin(RecordAdmin):
    """What moved from which state to which, by whom and why."""

    matrix_object = "history"
    list_display = ["at", "who", "record", "what", "before", "after", "why"]
    fields = ["at", "who", "record", "what", "before", "after", "why"]
    list_filter = [KindOfRecordFilter, "at"]
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

    @admin.display(description=_("by"), ordering="actor_name")
    def who(self, row: Transition) -> str:
        """The person, or the job in words."""
        return words.actor_words(row.actor_name, row.actor_id)

    @admin.display(description=_("action"), ordering="action")
    def what(self, row: Transition) -> str:
        """The act in words."""
        return words.act_words(row.action)

    @admin.display(description=_("from"))
    def before(self, row: Transition) -> str:
        """The state before."""
        return words.state_words(row.subject_kind, row.from_state)

    @admin.display(description=_("to"))
    def after(self, row: Transition) -> str:
        """The state after."""
        return words.state_words(row.subject_kind, row.to_state)

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
