"""Dates and reminders to look at, absences and closing days to keep, and the pages of outgoing mail."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.admin_base import PortalModelAdmin, ReadOnlyAdmin, choosable, rights_of_staff
from promo_portal.accounts.enums import Role
from promo_portal.accounts.permissions import may_open
from promo_portal.core import slots
from promo_portal.core.templatetags.ui import badge
from promo_portal.mailing import permissions
from promo_portal.mailing.lists import SubjectChangeList, subject_link
from promo_portal.reminders import preview
from promo_portal.reminders.kinds import deadline_kind
from promo_portal.reminders.models import Absence, Deadline, DeadlineState, Heartbeat, Holiday, Reminder, ReminderState
from promo_portal.reminders.views.planned import PlannedMails, SampleOfMail

DEADLINE_BADGES = {DeadlineState.OPEN: "waiting", DeadlineState.DONE: "good", DeadlineState.CANCELLED: "neutral"}
REMINDER_BADGES = {ReminderState.QUEUED: "good", ReminderState.PLANNED: "waiting", ReminderState.HELD: "problem"}


class KindFilter(admin.SimpleListFilter):
    """Dates by kind, in words."""

    title = _("kind")
    parameter_name = "kind"
    lookup = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return sorted(((kind.name, str(kind.label)) for kind in slots.deadline_kinds), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.lookup: self.value()}) if self.value() else queryset


class ReminderKindFilter(KindFilter):
    """Reminders by the kind of their date."""

    lookup = "deadline__kind"


def kind_words(name: str) -> str:
    """A kind of date in words."""
    kind = deadline_kind(name)
    return str(kind.label) if kind else name


@admin.register(Deadline)
class DeadlineAdmin(ReadOnlyAdmin):
    """Dates that were agreed on; they are set and moved on the pages of their records."""

    list_display = ["kind_label", "record", "local_date", "local_time", "shown_state", "version"]
    list_filter = ["state", KindFilter]
    search_fields = ["=subject_id"]
    search_help_text = _("Number of the record")
    ordering = ["local_date", "pk"]
    fields = ["kind_label", "record", "local_date", "local_time", "shown_state", "version", "set_at", "ended_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rights = rights_of_staff(request)
        return permissions.visible(
            rights, super().get_queryset(request), association="association_id", person="reminders__user_id"
        ).distinct()

    @admin.display(description=_("kind"), ordering="kind")
    def kind_label(self, deadline: Deadline) -> str:
        """The kind in words."""
        return kind_words(deadline.kind)

    @admin.display(description=_("record"))
    def record(self, deadline: Deadline) -> str:
        """The record the date belongs to, with a link."""
        return subject_link(deadline)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Names the records of all rows at once."""
        return SubjectChangeList

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, deadline: Deadline) -> str:
        """The state as a badge."""
        kind = DEADLINE_BADGES[DeadlineState(deadline.state)]
        return badge(kind, deadline.get_state_display(), quiet=deadline.state != DeadlineState.OPEN)


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """Every reminder with what became of it."""

    matrix_object = "mail"
    list_display = ["kind_label", "words", "to", "due_at", "shown_state", "mail_state"]
    list_filter = ["state", ReminderKindFilter]
    list_select_related = ["deadline", "user", "mail"]
    search_fields = ["user__last_name", "user__email"]
    search_help_text = _("Person")
    ordering = ["-due_at", "-pk"]
    fields = [
        "kind_label",
        "words",
        "to",
        "due_at",
        "expires_at",
        "shown_state",
        "held_reason",
        "held_until",
        "mail_state",
    ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.sees_mail(rights_of_staff(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        rights = rights_of_staff(request)
        return permissions.visible(rights, rows, association="deadline__association_id", person="user_id")

    def get_urls(self) -> list[URLPattern]:
        view, site = self.admin_site.admin_view, self.admin_site
        mine = [
            path("planned/", view(PlannedMails.as_view(admin_site=site)), name="mailing_planned"),
            path("planned/<int:pk>/", view(SampleOfMail.as_view(admin_site=site)), name="mailing_sample"),
        ]
        return [*mine, *super().get_urls()]

    @admin.display(description=_("date"), ordering="deadline__kind")
    def kind_label(self, reminder: Reminder) -> str:
        """The kind of date in words."""
        return kind_words(reminder.deadline.kind)

    @admin.display(description=_("step"))
    def words(self, reminder: Reminder) -> str:
        """The step in words."""
        return preview.step_words(reminder.step)

    @admin.display(description=_("to"))
    def to(self, reminder: Reminder) -> str:
        """The person or address."""
        return str(reminder.user) if reminder.user else reminder.recipient.partition(":")[2]

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, reminder: Reminder) -> str:
        """The state as a badge."""
        kind = REMINDER_BADGES.get(ReminderState(reminder.state), "neutral")
        return badge(kind, reminder.get_state_display(), quiet=kind == "good")

    @admin.display(description=_("mail"))
    def mail_state(self, reminder: Reminder) -> str:
        """What became of its mail."""
        return str(reminder.mail.get_state_display()) if reminder.mail else ""


@admin.register(Absence)
class AbsenceAdmin(PortalModelAdmin):
    """Who is away, and who is told instead. Managers keep those of their association."""

    list_display = ["user", "first_day", "last_day", "deputy", "note"]
    list_select_related = ["user", "deputy"]
    search_fields = ["user__last_name", "user__first_name"]
    search_help_text = _("Person")
    fields = ["user", "first_day", "last_day", "deputy", "note"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        from promo_portal.accounts.models import User

        rows = super().get_queryset(request)
        if rights_of_staff(request).has(Role.MANAGER, Role.ADMINISTRATOR):
            return rows.filter(user__in=choosable(request, User))
        return rows.filter(user_id=request.user.pk)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Everybody notes their own absence; managers also that of others."""
        from promo_portal.accounts.models import User

        if db_field.name == "user" and not rights_of_staff(request).has(Role.MANAGER, Role.ADMINISTRATOR):
            kwargs["queryset"] = User.objects.filter(pk=request.user.pk)
            kwargs["initial"] = request.user.pk
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(Holiday)
class HolidayAdmin(PortalModelAdmin):
    """Closing days, on which no reminder leaves; the canton's public holidays are known already."""

    list_display = ["day", "name", "association"]
    list_select_related = ["association"]
    search_fields = ["name"]
    search_help_text = _("Name")
    fields = ["day", "name"]

    def _keeps_own(self, request: HttpRequest) -> bool:
        rights = rights_of_staff(request)
        return rights.has(Role.MANAGER) and rights.association_id is not None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        from django.db.models import Q

        rows = super().get_queryset(request)
        rights = rights_of_staff(request)
        if rights.has(Role.ADMINISTRATOR) and rights.association is None:
            return rows
        return rows.filter(Q(association=None) | Q(association_id=rights.association_id or 0))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._keeps_own(request) or super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A manager keeps the association's closing days; those of all are the administrator's."""
        if super().has_change_permission(request, obj):
            return True
        own = rights_of_staff(request).association_id
        return self._keeps_own(request) and (obj is None or obj.association_id == own)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Holiday, form: Any, change: bool) -> None:
        if not change and self._keeps_own(request):
            obj.association_id = rights_of_staff(request).association_id
        super().save_model(request, obj, form, change)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """When each part of the clockwork last gave a sign of life."""

    list_display = ["name", "at"]
    ordering = ["name"]
    fields = ["name", "at", "detail"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_open(rights_of_staff(request), "operation", "read")
