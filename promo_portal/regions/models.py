"""Where things lie and who is in charge there: cantons, regions, districts, municipalities, associations.

Municipalities merge, split and change canton; they are rows with a validity and a successor, never a list in code.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from promo_portal.core.formats import words

ONE_DAY = timedelta(days=1)
_LONGEST_CHAIN = 10
_DIVISION_DIGITS = 2


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
    packs_are_redacted = models.BooleanField(
        _("commission reads without names"),
        default=True,
        db_default=True,
        help_text=_("Names, addresses and phone numbers of founders are left out of what the members read."),
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
    in_perimeter = models.BooleanField(
        _("in the perimeter"),
        default=False,
        db_default=False,
        help_text=_("Part of the territory that the home page and the maps show."),
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


class ThreeLabels(models.Model):
    """An official label in French, German and English."""

    label_fr = models.CharField(_("label (French)"), max_length=250)
    label_de = models.CharField(_("label (German)"), max_length=250)
    label_en = models.CharField(_("label (English)"), max_length=250, blank=True)

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        """The label in the reader's language, French where there is none."""
        return getattr(self, f"label_{(get_language() or 'fr')[:2]}", "") or self.label_fr


class ActivityCode(ThreeLabels):
    """A class of the general classification of economic activities (NOGA 2025), or one of its three levels above.

    Codes are written without dots (``2652``); ``display_code`` is the customary spelling (``26.52``). Levels: section (a
    letter), division (two digits), group (three), class (four).
    """

    class Level(models.TextChoices):
        SECTION = "section", _("section")
        DIVISION = "division", _("division")
        GROUP = "group", _("group")
        CLASS = "class", pgettext_lazy("activities", "class")

    code = models.CharField(_("code"), max_length=4, unique=True)
    level = models.CharField(_("level"), max_length=8, choices=Level)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="children", verbose_name=_("belongs to"), null=True, blank=True
    )
    search_name = models.TextField(_("name for searching"), editable=False, blank=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="activitycode_section_has_no_parent",
                condition=Q(level="section", parent=None) | (~Q(level="section") & Q(parent__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.display_code} {self.label}"

    @property
    def display_code(self) -> str:
        """The code as the Federal Statistical Office prints it: a dot after the division."""
        return self.code if len(self.code) <= _DIVISION_DIGITS else f"{self.code[:2]}.{self.code[2:]}"


class LegalForm(ThreeLabels):
    """A legal form, by both code systems that registers use: eCH-0097 (``0106``) and the older register numbers (``3``)."""

    code = models.CharField(_("code (eCH-0097)"), max_length=4, unique=True)
    register_code = models.CharField(_("code of the commercial register"), max_length=4, blank=True)
    short_fr = models.CharField(_("short form (French)"), max_length=40, blank=True)
    short_de = models.CharField(_("short form (German)"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("legal form")
        verbose_name_plural = _("legal forms")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.label


class PostalLocality(models.Model):
    """A postcode with its locality; it may lie in several municipalities, and a municipality has several."""

    postcode = models.CharField(_("postcode"), max_length=4)
    name = models.CharField(_("locality"), max_length=60)
    municipalities = models.ManyToManyField(
        Municipality, related_name="localities", verbose_name=_("municipalities"), db_table="regions_locality_places"
    )

    class Meta:
        verbose_name = _("postal locality")
        verbose_name_plural = _("postal localities")
        ordering = ["postcode", "name"]
        constraints = [models.UniqueConstraint(name="postallocality_once", fields=["postcode", "name"])]

    def __str__(self) -> str:
        return f"{self.postcode} {self.name}"


class Funder(TwoNames):
    """Who pays for coaching and mandates: Confederation, canton, an association, a municipality."""

    class Kind(models.TextChoices):
        CONFEDERATION = "confederation", _("Confederation")
        CANTON = "canton", _("canton")
        ASSOCIATION = "association", _("association")
        MUNICIPALITY = "municipality", _("municipality")
        OTHER = "other", _("other")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association"), null=True, blank=True
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name=_("municipality"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("funder")
        verbose_name_plural = _("funders")
        ordering = ["code"]


class FundingKey(models.Model):
    """How an association's coaching is paid for in a period; the shares of its funders add up to 100 per cent."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="funding_keys", verbose_name=_("association")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    is_assumed = models.BooleanField(
        _("assumption"),
        default=False,
        db_default=False,
        help_text=_("No contract at hand says how the costs are shared."),
    )

    class Meta:
        verbose_name = _("funding key")
        verbose_name_plural = _("funding keys")
        ordering = ["association", "-valid_from"]
        constraints = [
            models.UniqueConstraint(name="fundingkey_once", fields=["association", "valid_from"]),
            models.CheckConstraint(
                name="fundingkey_ends_after_start",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("A funding key cannot end before it begins."),
            ),
            # Ranges on both sides: the equality of a number would need another index method.
            ExclusionConstraint(
                name="fundingkey_one_at_a_time",
                expressions=[
                    (
                        Func(F("association"), F("association"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another funding key is in force in these days: no day has two keys."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.association}, {self.valid_from}"

    def clean(self) -> None:
        """No day between two keys is left without one."""
        if not self.association_id or not self.valid_from:
            return
        others = FundingKey.objects.filter(association_id=self.association_id).exclude(pk=self.pk)
        before = others.filter(valid_from__lt=self.valid_from).order_by("-valid_from").first()
        after = others.filter(valid_from__gt=self.valid_from).order_by("valid_from").first()
        if before and before.valid_to and before.valid_to < self.valid_from - ONE_DAY:
            raise ValidationError(gap_words(before.valid_to + ONE_DAY, self.valid_from - ONE_DAY))
        if after and self.valid_to and self.valid_to < after.valid_from - ONE_DAY:
            raise ValidationError(gap_words(self.valid_to + ONE_DAY, after.valid_from - ONE_DAY))


def gap_words(first: date, last: date) -> str:
    """Why a key is refused that would leave days without one."""
    return gettext(
        "From %(first)s to %(last)s no funding key would be in force: keys follow each other day by day."
    ) % {
        "first": words.day(first),
        "last": words.day(last),
    }


class FundingKeyShare(models.Model):
    """One funder's part of a funding key, in hundredths of a per cent (10000 is everything)."""

    key = models.ForeignKey(FundingKey, on_delete=models.CASCADE, related_name="shares", verbose_name=_("funding key"))
    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, related_name="+", verbose_name=_("funder"))
    share = models.PositiveSmallIntegerField(_("share (1/100 per cent)"))

    class Meta:
        verbose_name = _("share of a funder")
        verbose_name_plural = _("shares of funders")
        ordering = ["key", "-share", "funder"]
        constraints = [
            models.UniqueConstraint(name="fundingkeyshare_once", fields=["key", "funder"]),
            models.CheckConstraint(
                name="fundingkeyshare_within_whole",
                condition=Q(share__gt=0, share__lte=10000),
                violation_error_message=_("A share lies between 0.01 and 100 per cent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funder}: {self.share / 100:.2f}"

    @property
    def percent(self) -> Decimal:
        """The share in per cent."""
        return Decimal(self.share) / 100
