"""Clusters for staff: words, members, and the value chain with its gaps."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.admin.steps import Step, StepsAdmin
from clusters.enums import ClusterState
from clusters.models import Cluster, ClusterMembership, ValueStep, ValueStepMember
from clusters.workflow.members import close_cluster, publish_cluster
from clusters.workflow.tables import CLUSTER
from companies.changed import organisations_changed
from promo_portal.accounts.admin_base import PortalTabularInline, rights_of_staff
from promo_portal.accounts.enums import Role
from promo_portal.core import clock
from promo_portal.core.templatetags.ui import badge

BADGES = {ClusterState.DRAFT: "waiting", ClusterState.PUBLISHED: "good", ClusterState.CLOSED: "neutral"}


class MembershipInline(PortalTabularInline):
    """Who belongs to the cluster, from when to when; each is changed on a page of its own."""

    model = ClusterMembership
    fields = ("organisation", "role", "valid_from", "valid_to")
    raw_id_fields = ("organisation",)
    show_change_link = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are read here and added, so that the page stays quick with a hundred members."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """In the order of names."""
        return (
            super().get_queryset(request).select_related("organisation", "cluster").order_by("organisation__name_key")
        )


class ValueStepInline(PortalTabularInline):
    """The steps in their order."""

    model = ValueStep
    fields = ("order", "name_fr", "name_de", "name_en")
    show_change_link = True


@admin.register(Cluster)
class ClusterAdmin(StepsAdmin):
    """The association's clusters."""

    list_display = ("name_fr", "shown_state", "member_count", "contact_name", "association")
    list_filter = ("state",)
    list_select_related = ("association",)
    search_fields = ("name_fr", "name_de", "name_en", "slug")
    ordering = ("order", "slug")
    inlines = (MembershipInline, ValueStepInline)
    table = CLUSTER
    steps = {
        "publish": Step(
            gettext_lazy("Publish"),
            lambda row, by, now, reason: publish_cluster(cluster=row, by=by, now=now),
            gettext_lazy("The cluster is on the public pages."),
        ),
        "close": Step(
            gettext_lazy("Take off the pages"),
            lambda row, by, now, reason: close_cluster(cluster=row, by=by, reason=reason, now=now),
            gettext_lazy("The cluster is no longer on the public pages."),
            asks=gettext_lazy("Reason"),
        ),
    }
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "slug",
                    "order",
                    "name_fr",
                    "name_de",
                    "name_en",
                    "makes_fr",
                    "makes_de",
                    "makes_en",
                )
            },
        ),
        (gettext_lazy("Longer texts"), {"fields": ("text_fr", "text_de", "text_en"), "classes": ("collapse",)}),
        (gettext_lazy("Contact person"), {"fields": ("contact_name", "contact_email", "contact_phone")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of members today."""
        today = clock.today()
        current = Q(memberships__valid_from__lte=today) & (
            Q(memberships__valid_to=None) | Q(memberships__valid_to__gte=today)
        )
        return super().get_queryset(request).annotate(members_today=Count("memberships", filter=current))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Each saving is a new version."""
        if change:
            obj.version = F("version") + 1
        super().save_model(request, obj, form, change)
        obj.refresh_from_db(fields=["version"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The directory's search follows who belongs to the cluster."""
        super().save_related(request, form, formsets, change)
        organisations_changed(
            {
                row.organisation_id
                for formset in formsets
                for row in _touched(formset)
                if isinstance(row, ClusterMembership)
            }
        )

    def links(self, row: Any) -> list[dict[str, str]]:
        """The public page."""
        if row is None or row.state != ClusterState.PUBLISHED:
            return []
        return [{"label": _("Public page"), "url": reverse("clusters:detail", args=[row.slug])}]

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, row: Cluster) -> SafeString:
        """The normal case is quiet."""
        return badge(
            BADGES[ClusterState(row.state)], row.get_state_display(), quiet=row.state == ClusterState.PUBLISHED
        )

    @admin.display(description=gettext_lazy("members"), ordering="members_today")
    def member_count(self, row: Any) -> int:
        """Members today."""
        return int(row.members_today)


def _touched(formset: Any) -> list[Any]:
    """Rows that an inline has made or changed."""
    return [*formset.new_objects, *(row for row, _fields in formset.changed_objects)]


class ClusterPartAdmin(StepsAdmin):
    """Something that hangs on a cluster and belongs to the cluster's association."""

    association_path = "cluster__association"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Clusters of one's own association."""
        rights = rights_of_staff(request)
        if db_field.name == "cluster" and not (rights.association_id is None and rights.has(Role.ADMINISTRATOR)):
            kwargs["queryset"] = Cluster.objects.filter(association_id=rights.association_id or 0)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(ClusterMembership)
class ClusterMembershipAdmin(ClusterPartAdmin):
    """All memberships, past ones too."""

    list_display = ("organisation", "cluster", "role", "valid_from", "valid_to")
    list_filter = ("cluster", "role")
    list_select_related = ("organisation", "cluster")
    search_fields = ("organisation__name", "organisation__uid")
    raw_id_fields = ("organisation",)
    ordering = ("organisation__name_key", "pk")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The directory's search follows."""
        super().save_model(request, obj, form, change)
        organisations_changed([obj.organisation_id])


class CoverageFormSet(BaseInlineFormSet):
    """Refuses in words a member that covers the step already (Django leaves out constraints that name the parent)."""

    def clean(self) -> None:
        """Rows taken away in the same form do not count."""
        super().clean()
        if any(self.errors) or not self.instance.pk:
            return
        leaving = {form.instance.pk for form in self.deleted_forms if form.instance.pk}
        rows = ValueStepMember.objects.filter(step=self.instance).exclude(pk__in=leaving)
        covered = set(rows.values_list("membership_id", flat=True))
        for form in self.extra_forms:
            member = form.cleaned_data.get("membership")
            if member and member.pk in covered and form not in self.deleted_forms:
                form.add_error("membership", _("This member covers the step already."))


class CoverageInline(PortalTabularInline):
    """Which members cover the step; taken away where they no longer do."""

    model = ValueStepMember
    formset = CoverageFormSet
    fields = ("membership",)
    extra = 1

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Covering a step is a link, not a record that must stay; its history does."""
        return self.has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Members of the step's own cluster."""
        match = request.resolver_match
        number = (match.kwargs.get("object_id") if match else None) or ""
        step = ValueStep.objects.filter(pk=number).first() if str(number).isdecimal() else None
        rows = ClusterMembership.objects.active(clock.today()).select_related("organisation", "cluster")
        kwargs["queryset"] = rows.filter(cluster_id=step.cluster_id if step else 0).order_by("organisation__name_key")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the names."""
        return super().get_queryset(request).select_related("membership__organisation", "membership__cluster")


@admin.register(ValueStep)
class ValueStepAdmin(ClusterPartAdmin):
    """The steps of all chains; a step without a member is a gap."""

    list_display = ("name_fr", "cluster", "order", "coverage_count")
    list_filter = ("cluster",)
    list_select_related = ("cluster",)
    search_fields = ("name_fr", "name_de", "name_en")
    ordering = ("cluster__order", "cluster__slug", "order")
    inlines = (CoverageInline,)
    fields = ("cluster", "order", "name_fr", "name_de", "name_en", "text_fr", "text_de", "text_en")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of members that cover the step."""
        return super().get_queryset(request).annotate(covered_by=Count("coverage"))

    @admin.display(description=gettext_lazy("covered by"), ordering="covered_by")
    def coverage_count(self, row: Any) -> int | SafeString:
        """A gap stands out."""
        return int(row.covered_by) or badge("waiting", _("gap"))
