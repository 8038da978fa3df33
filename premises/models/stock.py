"""What stands and lies there: sites, their buildings and units, their plots, and what shows them.

A value that nobody has told stays empty, which the page says as “not communicated”; a nought means “none”.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from premises.enums import Contamination, Heating, NoiseClass, PictureKind, Servicing, UnitUse, Zoning
from premises.models.checks import check_gaps
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.regions.models import Association, Municipality

WHOLE = Coalesce("area_gross", "area_usable")


@tracked()
class Site(models.Model):
    """A place with an address: an industrial estate, a factory, a field. What the plan and the registers say is told once
    for all that stands there. It belongs to the association whose region holds its municipality.
    """

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="sites", verbose_name=_("association"), editable=False
    )
    name = models.CharField(_("name"), max_length=120)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    locality = models.CharField(_("locality"), max_length=60, blank=True)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="sites", verbose_name=_("municipality")
    )
    lon = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    zoning = models.CharField(_("zone"), max_length=12, choices=Zoning, blank=True)
    zoning_note = models.CharField(_("name of the zone in the plan"), max_length=120, blank=True)
    noise_class = models.CharField(_("sensitivity to noise"), max_length=4, choices=NoiseClass, blank=True)
    contamination = models.CharField(_("polluted site"), max_length=8, choices=Contamination, blank=True)
    contamination_note = models.CharField(_("note on pollution"), max_length=300, blank=True)
    motorway_minutes = models.PositiveSmallIntegerField(_("minutes by car to the motorway"), null=True, blank=True)
    station_minutes = models.PositiveSmallIntegerField(_("minutes on foot to the station"), null=True, blank=True)
    facts_source = models.CharField(_("source of these facts"), max_length=120, blank=True)
    facts_checked_on = models.DateField(_("checked on"), null=True, blank=True)
    is_demonstration = models.BooleanField(_("invented, for demonstration"), default=False, editable=False)
    created_at = MomentField(_("created"), editable=False)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                name="site_once",
                fields=["municipality", "name"],
                violation_error_message=_("This municipality has a site of that name already."),
            ),
            models.CheckConstraint(
                name="site_place_is_whole",
                condition=Q(lon=None, lat=None) | Q(lon__isnull=False, lat__isnull=False),
                violation_error_message=_("A place needs longitude and latitude."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.municipality.name}"

    def clean(self) -> None:
        """A place that no association covers is nobody's to offer here."""
        if self.municipality_id and self.municipality.association() is None:
            raise ValidationError({"municipality": _("No association of this portal covers this municipality.")})
        check_gaps(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The municipality says which association keeps the site."""
        association = self.municipality.association()
        if association is None:
            msg = f"no association covers municipality {self.municipality.bfs}"
            raise ValueError(msg)
        if self.association_id != association.pk:
            self.association = association
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "association"}
        super().save(*args, **kwargs)

    @property
    def address(self) -> str:
        """Street, postcode and locality on one line, as far as they are known."""
        place = f"{self.postcode} {self.locality}".strip()
        return ", ".join(part for part in (self.street, place) if part)


@tracked()
class Building(models.Model):
    """A building on a site, with one unit or many."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="buildings", verbose_name=_("site"))
    name = models.CharField(_("name"), max_length=120)
    built_year = models.PositiveSmallIntegerField(_("built in"), null=True, blank=True)
    renovated_year = models.PositiveSmallIntegerField(_("renovated in"), null=True, blank=True)

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        ordering = ["site", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                name="building_once",
                fields=["site", "name"],
                violation_error_message=_("The site has a building of that name already."),
            ),
            models.CheckConstraint(
                name="building_renovated_after_built",
                condition=Q(built_year=None) | Q(renovated_year=None) | Q(renovated_year__gte=F("built_year")),
                violation_error_message=_("A building cannot be renovated before it is built."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.site.name}"


class Described(models.Model):
    """A few sentences in the languages they were written in; facts come first on every page."""

    text_fr = models.TextField(_("description (French)"), max_length=1500, blank=True)
    text_de = models.TextField(_("description (German)"), max_length=1500, blank=True)
    text_en = models.TextField(_("description (English)"), max_length=1500, blank=True)

    class Meta:
        abstract = True

    def text_and_language(self) -> tuple[str, str]:
        """The description in the reader's language, else in the first it was written in, with that language."""
        own = (get_language() or "fr")[:2]
        for language in dict.fromkeys((own, "fr", "de", "en")):
            if text := getattr(self, f"text_{language}", ""):
                return text, language
        return "", own


@tracked()
class Unit(Described):
    """Premises that can be taken as one: a hall, a floor, a laboratory."""

    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="units", verbose_name=_("building"))
    name = models.CharField(_("name"), max_length=120, help_text=_("Such as: Hall 2, ground floor"))
    use = models.CharField(_("use"), max_length=12, choices=UnitUse)
    floor = models.CharField(_("floor"), max_length=30, blank=True)
    area_gross = models.PositiveIntegerField(_("gross floor area (m²)"), null=True, blank=True)
    area_usable = models.PositiveIntegerField(_("usable area (m²)"), null=True, blank=True)
    smallest_divisible = models.PositiveIntegerField(
        _("smallest divisible area (m²)"), null=True, blank=True, help_text=_("The smallest part that can be taken.")
    )
    largest_contiguous = models.PositiveIntegerField(
        _("largest contiguous area (m²)"), null=True, blank=True, help_text=_("The largest part without a wall.")
    )
    ceiling_height = models.DecimalField(_("clear height (m)"), max_digits=4, decimal_places=2, null=True, blank=True)
    floor_load = models.PositiveIntegerField(_("floor load (kg/m²)"), null=True, blank=True)
    power = models.PositiveIntegerField(_("electrical power (kW)"), null=True, blank=True)
    crane = models.PositiveIntegerField(_("overhead crane (kg, 0 for none)"), null=True, blank=True)
    docks = models.PositiveSmallIntegerField(_("loading docks (0 for none)"), null=True, blank=True)
    goods_lift = models.PositiveIntegerField(_("goods lift (kg, 0 for none)"), null=True, blank=True)
    has_clean_room = models.BooleanField(_("clean room"), null=True, blank=True)
    clean_room_class = models.CharField(_("class of the clean room"), max_length=20, blank=True)
    has_compressed_air = models.BooleanField(_("compressed air"), null=True, blank=True)
    heating = models.CharField(_("heating"), max_length=12, choices=Heating, blank=True)
    has_fibre = models.BooleanField(_("optical fibre"), null=True, blank=True)
    parking_spaces = models.PositiveSmallIntegerField(_("parking spaces"), null=True, blank=True)

    class Meta:
        verbose_name = _("premises")
        verbose_name_plural = pgettext_lazy("several", "premises")
        ordering = ["building", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                name="unit_once",
                fields=["building", "name"],
                violation_error_message=_("The building has premises of that name already."),
            ),
            models.CheckConstraint(
                name="unit_has_area",
                condition=Q(area_gross__isnull=False, area_gross__gt=0)
                | Q(area_usable__isnull=False, area_usable__gt=0),
                violation_error_message=_("Give the gross or the usable area."),
            ),
            models.CheckConstraint(
                name="unit_usable_within_gross",
                condition=Q(area_gross=None) | Q(area_usable=None) | Q(area_usable__lte=F("area_gross")),
                violation_error_message=_("The usable area cannot be larger than the gross area."),
            ),
            models.CheckConstraint(
                name="unit_smallest_within_largest",
                condition=Q(smallest_divisible=None)
                | Q(largest_contiguous=None)
                | Q(smallest_divisible__lte=F("largest_contiguous")),
                violation_error_message=_("The smallest part cannot be larger than the largest."),
            ),
            models.CheckConstraint(
                name="unit_parts_within_whole",
                condition=(Q(smallest_divisible=None) | Q(smallest_divisible__lte=WHOLE))
                & (Q(largest_contiguous=None) | Q(largest_contiguous__lte=WHOLE)),
                violation_error_message=_("A part cannot be larger than the whole."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.building.name}"

    def clean(self) -> None:
        """Rules about a field that was left empty."""
        check_gaps(self)

    @property
    def area(self) -> int:
        """The area to count with: usable where it is known, else gross; the page says which."""
        return self.area_usable or self.area_gross or 0

    @property
    def area_is_usable(self) -> bool:
        """Whether ``area`` is the usable area."""
        return bool(self.area_usable)


@tracked()
class Plot(Described):
    """Land that can be built on."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="plots", verbose_name=_("site"))
    name = models.CharField(_("name"), max_length=120, help_text=_("Such as: north field"))
    parcel = models.CharField(_("parcel number"), max_length=40, blank=True)
    area_total = models.PositiveIntegerField(_("area (m²)"))
    smallest_divisible = models.PositiveIntegerField(
        _("smallest divisible area (m²)"), null=True, blank=True, help_text=_("The smallest part that can be taken.")
    )
    largest_contiguous = models.PositiveIntegerField(
        _("largest contiguous area (m²)"), null=True, blank=True, help_text=_("The largest part in one piece.")
    )
    servicing = models.CharField(_("servicing"), max_length=10, choices=Servicing, blank=True)
    utilisation = models.DecimalField(
        _("utilisation figure"), max_digits=4, decimal_places=2, null=True, blank=True,
        help_text=_("Floor area per area of land, by the building regulations."),
    )  # fmt: skip
    building_height = models.DecimalField(
        _("greatest height of buildings (m)"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    slope = models.PositiveSmallIntegerField(_("slope (%)"), null=True, blank=True)
    power = models.PositiveIntegerField(_("electrical power at the border (kW)"), null=True, blank=True)
    has_fibre = models.BooleanField(_("optical fibre at the border"), null=True, blank=True)
    has_rail = models.BooleanField(_("rail siding"), null=True, blank=True)

    class Meta:
        verbose_name = _("plot")
        verbose_name_plural = _("plots")
        ordering = ["site", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                name="plot_once",
                fields=["site", "name"],
                violation_error_message=_("The site has a plot of that name already."),
            ),
            models.CheckConstraint(
                name="plot_has_area",
                condition=Q(area_total__gt=0),
                violation_error_message=_("A plot has an area."),
            ),
            models.CheckConstraint(
                name="plot_smallest_within_largest",
                condition=Q(smallest_divisible=None)
                | Q(largest_contiguous=None)
                | Q(smallest_divisible__lte=F("largest_contiguous")),
                violation_error_message=_("The smallest part cannot be larger than the largest."),
            ),
            models.CheckConstraint(
                name="plot_parts_within_whole",
                condition=(Q(smallest_divisible=None) | Q(smallest_divisible__lte=F("area_total")))
                & (Q(largest_contiguous=None) | Q(largest_contiguous__lte=F("area_total"))),
                violation_error_message=_("A part cannot be larger than the whole."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.site.name}"

    @property
    def area(self) -> int:
        """The area to count with."""
        return self.area_total


@tracked()
class Picture(models.Model):
    """A photo, plan or document of a site, or of one unit or plot there, always with its credit and its date.

    The file itself is kept elsewhere; ``file_key`` names it. Without a file the row is a note of what is still to come.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="pictures", verbose_name=_("site"))
    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="pictures", verbose_name=_("premises"), null=True, blank=True
    )
    plot = models.ForeignKey(
        Plot, on_delete=models.CASCADE, related_name="pictures", verbose_name=_("plot"), null=True, blank=True
    )
    kind = models.CharField(_("kind"), max_length=8, choices=PictureKind)
    caption = models.CharField(_("what it shows"), max_length=200)
    credit = models.CharField(_("credit"), max_length=120)
    taken_on = models.DateField(_("date"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    file_key = models.CharField(_("file"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("photo or plan")
        verbose_name_plural = _("photos and plans")
        ordering = ["site", "position", "id"]
        constraints = [
            models.CheckConstraint(
                name="picture_of_one_thing",
                condition=Q(unit=None) | Q(plot=None),
                violation_error_message=_("A picture shows premises or a plot, not both."),
            ),
            models.CheckConstraint(
                name="picture_has_credit",
                condition=~Q(credit=""),
                violation_error_message=_("Say who made the picture."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.caption}"
