"""Official lists for staff: everybody looks them up, administrators correct what no official file says."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from promo_portal.core import clock
from promo_portal.regions.models import (
    ActivityCode,
    Association,
    Canton,
    District,
    Funder,
    FundingKey,
    FundingKeyShare,
    LegalForm,
    Municipality,
    PostalLocality,
    Region,
)
from promo_portal.regions.names import plain, search_name

if TYPE_CHECKING:
    from django.db.models import QuerySet


WHOLE = 10_000  # a hundred per cent, in hundredths of a per cent


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
    list_display = ("bfs", "name_fr", "name_de", "region", "in_perimeter")
    list_filter = ("region", "in_perimeter")
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


class PlainSearch(ListAdmin):
    """A list searched by its prepared plain names, as the public search does."""

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        """Search without accents and case, in any language."""
        return super().get_search_results(request, queryset, plain(search_term.replace(".", "")))


@admin.register(ActivityCode)
class ActivityCodeAdmin(PlainSearch):
    list_display = ("display_code", "label_fr", "label_de", "level", "parent")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("search_name",)
    autocomplete_fields = ("parent",)

    def save_model(self, request: HttpRequest, obj: ActivityCode, form: object, change: bool) -> None:
        """Let a corrected label be found at once."""
        obj.search_name = search_name([obj.code, obj.label_fr, obj.label_de, obj.label_en])
        super().save_model(request, obj, form, change)


@admin.register(LegalForm)
class LegalFormAdmin(ListAdmin):
    list_display = ("code", "register_code", "label_fr", "label_de", "short_fr", "short_de")
    list_filter = (("register_code", admin.EmptyFieldListFilter),)
    search_fields = ("=code", "=register_code", "label_fr", "label_de", "label_en", "short_fr", "short_de")


@admin.register(PostalLocality)
class PostalLocalityAdmin(ListAdmin):
    list_display = ("postcode", "name", "places")
    list_filter = ("municipalities__district",)
    search_fields = ("^postcode", "name", "municipalities__search_name")
    autocomplete_fields = ("municipalities",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[PostalLocality]":
        """Bring the municipalities of all rows in one query."""
        return super().get_queryset(request).prefetch_related("municipalities")

    @admin.display(description=_("municipalities"))
    def places(self, obj: PostalLocality) -> str:
        """A postcode may lie in several."""
        return ", ".join(place.official_name for place in obj.municipalities.all())


@admin.register(Funder)
class FunderAdmin(ListAdmin):
    list_display = ("name_fr", "name_de", "kind", "association", "municipality")
    list_filter = ("kind",)
    list_select_related = ("association", "municipality")
    search_fields = ("code", "name_fr", "name_de")
    autocomplete_fields = ("association", "municipality")


class SharesFormset(BaseInlineFormSet):
    """Costs are shared out fully: the parts of a key make one hundred per cent."""

    def clean(self) -> None:
        """Refuse a key whose parts do not make the whole."""
        super().clean()
        if any(self.errors):
            return
        parts = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        total = sum(part["share"] for part in parts)
        if total != WHOLE:
            raise ValidationError(
                _("The shares add up to %(total)s, not to 10000 (100 per cent)."), params={"total": total}
            )


class ShareInline(admin.TabularInline):
    model = FundingKeyShare
    formset = SharesFormset
    extra = 0
    autocomplete_fields = ("funder",)


@admin.register(FundingKey)
class FundingKeyAdmin(ListAdmin):
    list_display = ("association", "valid_from", "valid_to", "is_assumed")
    list_filter = ("association", "is_assumed")
    list_select_related = ("association",)
    search_fields = ("association__code", "association__name_fr", "association__name_de")
    autocomplete_fields = ("association",)
    inlines = (ShareInline,)
