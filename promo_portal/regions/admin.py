"""Official lists for staff: everybody looks them up, administrators correct what no official file says."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from promo_portal.core import clock
from promo_portal.regions.models import Association, Canton, District, Municipality, Region
from promo_portal.regions.names import plain, search_name

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ListAdmin(admin.ModelAdmin):
    """A list that is looked up: searched and filtered, never deleted, no filter on by default."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Records name these rows for ever; what ends gets an end date."""
        return False


@admin.register(Canton)
class CantonAdmin(ListAdmin):
    list_display = ("code", "name_fr", "name_de")
    search_fields = ("code", "name_fr", "name_de")


@admin.register(Association)
class AssociationAdmin(ListAdmin):
    list_display = ("name_fr", "code", "phone", "email", "answer_within_days", "is_assumed")
    list_filter = ("is_assumed", "allows_circular_decisions")
    search_fields = ("code", "name_fr", "name_de", "locality")


@admin.register(Region)
class RegionAdmin(ListAdmin):
    list_display = ("name_fr", "name_de", "canton", "association", "is_assumed")
    list_filter = ("canton", "is_assumed")
    list_select_related = ("canton", "association")
    search_fields = ("code", "name_fr", "name_de")
    autocomplete_fields = ("canton", "association")


@admin.register(District)
class DistrictAdmin(ListAdmin):
    list_display = ("bfs", "name_fr", "name_de", "region")
    list_filter = ("region",)
    list_select_related = ("region",)
    search_fields = ("=bfs", "name_fr", "name_de")
    autocomplete_fields = ("canton", "region")


class ValidityFilter(admin.SimpleListFilter):
    """Those that exist today, or those that ended."""

    title = _("validity")
    parameter_name = "validity"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, object]]:  # type: ignore[override]
        return [("today", _("exists today")), ("ended", _("ended"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Municipality]") -> "QuerySet[Municipality]":
        today = clock.today()
        if self.value() == "ended":
            return queryset.filter(valid_to__lt=today)
        if self.value() == "today":
            return queryset.exclude(valid_to__lt=today).filter(valid_from__lte=today)
        return queryset


@admin.register(Municipality)
class MunicipalityAdmin(ListAdmin):
    """A merger is entered here, or in the file of former municipalities: an end, and a successor."""

    list_display = ("official_name", "bfs", "canton", "district", "valid_from", "valid_to", "successor")
    list_filter = (ValidityFilter, "district__region", "district", "canton")
    list_select_related = ("canton", "district", "successor")
    search_fields = ("search_name",)
    autocomplete_fields = ("canton", "district", "successor")

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Municipality]", search_term: str
    ) -> tuple["QuerySet[Municipality]", bool]:
        """Search as the public search does: without accents, in either language, by locality and postcode."""
        return super().get_search_results(request, queryset, plain(search_term))

    def save_model(self, request: HttpRequest, obj: Municipality, form: object, change: bool) -> None:
        """Let a new or renamed municipality be found at once."""
        if not change or {"official_name", "name_fr", "name_de", "bfs"} & set(form.changed_data):  # type: ignore[attr-defined]
            obj.search_name = search_name([obj.official_name, obj.name_fr, obj.name_de], [str(obj.bfs)])
        super().save_model(request, obj, form, change)
