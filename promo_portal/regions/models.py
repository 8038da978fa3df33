"""Where things lie and who is in charge there: cantons, regions, districts, municipalities, associations.

Municipalities merge, split and change canton; they are rows with a validity and a successor, never a list in code.
"""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

_LONGEST_CHAIN = 10


class TwoNames(models.Model):
    """A name in French and in German; English readers see the official one."""

    name_fr = models.CharField(_("name (French)"), max_length=120)
    name_de = models.CharField(_("name (German)"), max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language, French where there is no German one."""
        return (self.name_de if get_language() == "de" else self.name_fr) or self.name_fr


class Canton(TwoNames):
    """A Swiss canton, by its two letters."""

    code = models.CharField(_("code"), max_length=2, unique=True)

    class Meta:
        verbose_name = _("canton")
        verbose_name_plural = _("cantons")
        ordering = ["code"]


class Association(TwoNames):
    """A regional association with a service mandate: the operator whose staff work here."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    street = models.CharField(_("street"), max_length=120, blank=True)
    locality = models.CharField(_("postcode and locality"), max_length=120, blank=True)
    website = models.URLField(_("website"), blank=True)
    is_assumed = models.BooleanField(_("assumption"), default=False, help_text=_("No official file names this body."))
    allows_circular_decisions = models.BooleanField(_("manager may accept by circular decision"), default=True)
    coaches_see_all_files = models.BooleanField(
        _("coaches see all files"), default=False, help_text=_("Otherwise those they lead or are the deputy of.")
    )
    answer_within_days = models.PositiveSmallIntegerField(_("answer within (working days)"), default=10)

    class Meta:
        verbose_name = _("association")
        verbose_name_plural = _("associations")
        ordering = ["code"]


class Region(TwoNames):
    """An economic region of the canton; its association answers for it."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    canton = models.ForeignKey(Canton, on_delete=models.PROTECT, related_name="regions", verbose_name=_("canton"))
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        related_name="regions",
        verbose_name=_("association"),
        null=True,
        blank=True,
    )
    is_assumed = models.BooleanField(_("assumption"), default=False)

    class Meta:
        verbose_name = _("economic region")
        verbose_name_plural = _("economic regions")
        ordering = ["code"]


class District(TwoNames):
    """An administrative district (arrondissement administratif, Verwaltungskreis)."""

    bfs = models.PositiveSmallIntegerField(_("BFS number"), unique=True)
    canton = models.ForeignKey(Canton, on_delete=models.PROTECT, related_name="districts", verbose_name=_("canton"))
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="districts",
        verbose_name=_("economic region"),
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("administrative district")
        verbose_name_plural = _("administrative districts")
        ordering = ["bfs"]


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    """Questions about municipalities."""

    def valid(self, on: date) -> "MunicipalityQuerySet":
        """Municipalities that exist on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)


class Municipality(TwoNames):
    """A municipality by its BFS number; when it merges, it ends and names its successor."""

    bfs = models.PositiveIntegerField(_("BFS number"), unique=True)
    official_name = models.CharField(_("official name"), max_length=120)
    search_name = models.TextField(
        _("name for searching"),
        editable=False,
        help_text=_("All names, localities and postcodes, plain and in small letters."),
    )
    canton = models.ForeignKey(
        Canton, on_delete=models.PROTECT, related_name="municipalities", verbose_name=_("canton")
    )
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        related_name="municipalities",
        verbose_name=_("district"),
        null=True,
        blank=True,
    )
    lon = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="predecessors",
        verbose_name=_("successor"),
        null=True,
        blank=True,
    )

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["official_name", "bfs"]
        constraints = [
            models.CheckConstraint(
                name="municipality_ends_after_start",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("A municipality cannot end before it begins."),
            ),
        ]

    def association(self) -> Association | None:
        """The association in charge here, if the canton's regions cover it."""
        region = self.district.region if self.district else None
        return region.association if region else None

    def standing(self, on: date) -> "Municipality | None":
        """The municipality that stands here on a day: itself, or what it became; none if that is not known."""
        place, steps = self, 0
        while place.valid_to is not None and place.valid_to < on:
            if place.successor is None or steps > _LONGEST_CHAIN:
                return None
            place, steps = place.successor, steps + 1
        return place
