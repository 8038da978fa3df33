"""Sites with their buildings and pictures, units and plots: the facts, kept once."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from premises.admin.doors import StockAdmin, StockChoices
from premises.models import Building, Picture, Plot, Site, Unit
from promo_portal.accounts.admin_base import PortalStackedInline, PortalTabularInline
from promo_portal.core.formats import words

TEXTS: Any = (_("Description"), {"fields": ("text_fr", "text_de", "text_en"), "classes": ("collapse",)})


class BuildingInline(StockChoices, PortalTabularInline):
    model = Building
    show_change_link = True


class PictureInline(StockChoices, PortalStackedInline):
    model = Picture
    fields = ("kind", "caption", "credit", "taken_on", "unit", "plot", "position")


@admin.register(Site)
class SiteAdmin(StockAdmin):
    """A place with what the plan and the registers say of it."""

    list_display = ("name", "municipality", "zoning", "facts_checked_on")
    list_filter = ("zoning",)
    list_select_related = ("municipality",)
    search_fields = ("name", "street", "locality", "municipality__search_name")
    search_help_text = _("Name, street or municipality")
    autocomplete_fields = ("municipality",)
    inlines = (BuildingInline, PictureInline)
    fieldsets = (
        (None, {"fields": ("name", "street", ("postcode", "locality"), "municipality", ("lon", "lat"))}),
        (
            _("Plan and registers"),
            {
                "fields": (
                    ("zoning", "zoning_note"),
                    "noise_class",
                    ("contamination", "contamination_note"),
                    ("motorway_minutes", "station_minutes"),
                    ("facts_source", "facts_checked_on"),
                )
            },
        ),
    )


@admin.register(Building)
class BuildingAdmin(StockAdmin):
    """A building; its units are found from there."""

    association_path = "site__association"
    list_display = ("name", "site", "built_year", "renovated_year")
    list_select_related = ("site",)
    search_fields = ("name", "site__name")
    autocomplete_fields = ("site",)


@admin.register(Unit)
class UnitAdmin(StockAdmin):
    """Premises with the facts that an industrialist decides on."""

    association_path = "building__site__association"
    list_display = ("name", "building", "place", "use", "shown_area", "ceiling_height", "floor_load")
    list_filter = ("use",)
    list_select_related = ("building__site__municipality",)
    search_fields = ("name", "building__name", "building__site__name", "building__site__municipality__search_name")
    search_help_text = _("Name, building, site or municipality")
    autocomplete_fields = ("building",)
    fieldsets = (
        (None, {"fields": ("building", "name", "use", "floor")}),
        (
            _("Areas"),
            {"fields": (("area_gross", "area_usable"), ("smallest_divisible", "largest_contiguous"))},
        ),
        (
            _("Technique"),
            {
                "fields": (
                    ("ceiling_height", "floor_load"),
                    ("power", "crane"),
                    ("docks", "goods_lift"),
                    ("has_clean_room", "clean_room_class"),
                    ("has_compressed_air", "has_fibre"),
                    ("heating", "parking_spaces"),
                ),
                "description": _("Leave empty what nobody has told; 0 means none."),
            },
        ),
        TEXTS,
    )

    @admin.display(description=_("municipality"), ordering="building__site__municipality__official_name")
    def place(self, unit: Unit) -> str:
        """Where it lies."""
        return unit.building.site.municipality.name

    @admin.display(description=_("area"), ordering="area_usable")
    def shown_area(self, unit: Unit) -> str:
        """The area it counts with."""
        return words.area(unit.area)


@admin.register(Plot)
class PlotAdmin(StockAdmin):
    """Land that can be built on."""

    association_path = "site__association"
    list_display = ("name", "site", "place", "shown_area", "servicing")
    list_filter = ("servicing",)
    list_select_related = ("site__municipality",)
    search_fields = ("name", "parcel", "site__name", "site__municipality__search_name")
    search_help_text = _("Name, parcel, site or municipality")
    autocomplete_fields = ("site",)
    fieldsets = (
        (None, {"fields": ("site", "name", "parcel")}),
        (_("Areas"), {"fields": ("area_total", ("smallest_divisible", "largest_contiguous"))}),
        (
            _("Building"),
            {
                "fields": (
                    ("servicing", "utilisation"),
                    ("building_height", "slope"),
                    "power",
                    ("has_fibre", "has_rail"),
                )
            },
        ),
        TEXTS,
    )

    @admin.display(description=_("municipality"), ordering="site__municipality__official_name")
    def place(self, plot: Plot) -> str:
        """Where it lies."""
        return plot.site.municipality.name

    @admin.display(description=_("area"), ordering="area_total")
    def shown_area(self, plot: Plot) -> Any:
        """Its area."""
        return words.area(plot.area_total)
