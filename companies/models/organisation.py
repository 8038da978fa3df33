"""An entry of the directory: what the public reads, what staff keep beside it, and how fresh it is."""

from datetime import date
from functools import lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from companies.enums import Freshness, LinkKind, OrganisationKind, OrganisationState, SizeClass
from companies.models.capability import Capability
from companies.uid import display_uid
from promo_portal.audit.history import tracked
from promo_portal.core.fields import DayField, MomentField
from promo_portal.regions.models import ActivityCode, Association, LegalForm, Municipality
from promo_portal.regions.names import plain

LANGUAGES = [("fr", _("French")), ("de", _("German")), ("en", _("English")), ("it", _("Italian"))]


@lru_cache(maxsize=32)
def _months_before(day: date, months: int) -> date:
    """The same answer for every row of a list."""
    return day - relativedelta(months=months)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Questions about many entries."""

    def published(self, on: date) -> "OrganisationQuerySet":
        """Entries the public sees on a day: published, and confirmed (or listed) within the last 18 months."""
        since = _months_before(on, settings.DIRECTORY_HIDDEN_AFTER_MONTHS)
        fresh = Coalesce(F("confirmed_on"), F("listed_on"), output_field=models.DateField())
        return self.filter(state=OrganisationState.PUBLISHED).alias(fresh_on=fresh).filter(fresh_on__gt=since)

    def of_association(self, association_id: int | None) -> "OrganisationQuerySet":
        """Entries that an association keeps."""
        return self.filter(association_id=association_id or 0)


@tracked(exclude=["name_key", "name_core"], bulk=True)
class Organisation(models.Model):
    """A company, school, research institute, association or authority of the directory.

    It belongs to the association whose region holds its municipality (none outside the canton's regions). Public fields
    come first, internal ones (``internal_*``) never leave the staff's side. Nothing is deleted: an entry is hidden, ends
    or is merged into another.
    """

    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        related_name="organisations",
        verbose_name=_("association"),
        null=True,
        blank=True,
        db_index=False,  # `organisation_of_staff` begins with it
    )
    state = models.CharField(_("state"), max_length=10, choices=OrganisationState, default=OrganisationState.PUBLISHED)
    kind = models.CharField(_("kind"), max_length=12, choices=OrganisationKind, default=OrganisationKind.COMPANY)
    name = models.CharField(_("name"), max_length=200)
    # Derived by save() and by bulk loading alike: `companies.names`.
    name_key = models.CharField(_("sort key"), max_length=200, editable=False, db_collation="C")
    name_core = models.CharField(_("name without legal form"), max_length=200, editable=False, db_collation="C")
    uid = models.CharField(_("UID"), max_length=9, blank=True, help_text=_("Nine digits, without CHE."))
    register_number = models.CharField(_("number of the commercial register"), max_length=20, blank=True)
    legal_form = models.ForeignKey(
        LegalForm,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("legal form"),
        null=True,
        blank=True,
        db_index=False,  # nobody looks for it here: the search has its own table
    )

    street = models.CharField(_("street and number"), max_length=120, blank=True)
    address_extra = models.CharField(_("additional address line"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    locality = models.CharField(_("locality"), max_length=60, blank=True)
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        related_name="organisations",
        verbose_name=_("municipality"),
        db_index=False,  # `organisation_by_place` begins with it
    )
    lon = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)

    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    language = models.CharField(_("language of correspondence"), max_length=2, choices=LANGUAGES, default="fr")
    languages = models.CharField(_("languages spoken"), max_length=20, blank=True, help_text=_("Such as: fr de en"))

    purpose_fr = models.TextField(_("what they make (French)"), max_length=4000, blank=True)
    purpose_de = models.TextField(_("what they make (German)"), max_length=4000, blank=True)
    purpose_en = models.TextField(_("what they make (English)"), max_length=4000, blank=True)
    size_class = models.CharField(_("people employed"), max_length=6, choices=SizeClass, blank=True)
    founded_year = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    activities = models.ManyToManyField(
        ActivityCode, through="OrganisationActivity", related_name="organisations", verbose_name=_("activities")
    )
    capabilities = models.ManyToManyField(
        Capability, through="OrganisationCapability", related_name="organisations", verbose_name=_("capabilities")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("belongs to"),
        null=True,
        blank=True,
        db_index=False,  # `organisation_under`
    )
    parent_link = models.CharField(_("as"), max_length=10, choices=LinkKind, blank=True)

    listed_on = DayField(_("listed since"))
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="merged_entries",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        db_index=False,  # `organisation_merged`
    )
    ceased_on = models.DateField(_("ceased on"), null=True, blank=True)

    internal_email = models.EmailField(_("e-mail for confirmations (internal)"), blank=True)
    internal_note = models.TextField(_("internal note"), max_length=4000, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    is_demonstration = models.BooleanField(_("invented, for demonstration"), default=False, editable=False)
    created_at = MomentField(_("created"), editable=False)
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name_key", "id"]
        constraints = [
            models.UniqueConstraint(
                name="organisation_uid_once",
                fields=["uid"],
                condition=~Q(uid="") & ~Q(state="merged") & Q(parent_link=""),
                violation_error_message=_("Another entry has this UID already."),
            ),
            models.CheckConstraint(
                name="organisation_uid_nine_digits",
                condition=Q(uid="") | Q(uid__regex=r"^[0-9]{9}$"),
                violation_error_message=_("A UID has nine digits."),
            ),
            models.CheckConstraint(
                name="organisation_merged_names_heir",
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                violation_error_message=_("A merged entry names the one it became."),
            ),
            models.CheckConstraint(
                name="organisation_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=F("id")),
                violation_error_message=_("An entry cannot belong to itself."),
            ),
            models.CheckConstraint(
                name="organisation_parent_has_link",
                condition=Q(parent=None, parent_link="") | (Q(parent__isnull=False) & ~Q(parent_link="")),
                violation_error_message=_("Say how the entry hangs together with the one above it."),
            ),
            models.CheckConstraint(
                name="organisation_place_is_whole",
                condition=Q(lon=None, lat=None) | Q(lon__isnull=False, lat__isnull=False),
                violation_error_message=_("A place needs longitude and latitude."),
            ),
        ]
        indexes = [
            models.Index(name="organisation_by_place", fields=["municipality", "state"]),
            models.Index(name="organisation_by_key", fields=["name_key", "id"]),
            models.Index(name="organisation_of_staff", fields=["association", "name_key", "id"]),
            models.Index(
                name="organisation_not_public",
                fields=["association", "state", "name_key", "id"],
                condition=~Q(state="published"),
            ),
            models.Index(name="organisation_of_core", fields=["name_core", "municipality"]),
            models.Index(name="organisation_under", fields=["parent"], condition=Q(parent__isnull=False)),
            models.Index(name="organisation_merged", fields=["merged_into"], condition=Q(merged_into__isnull=False)),
            models.Index(name="organisation_by_uid", fields=["uid"], condition=~Q(uid="")),
            models.Index(name="organisation_in_register", fields=["register_number"], condition=~Q(register_number="")),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Derive the keys by which the entry is sorted and recognised."""
        from companies.names import core_of, key_of

        self.name_key, self.name_core = key_of(self.name), core_of(self.name)
        fields = kwargs.get("update_fields")
        if fields is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, "name_key", "name_core"}
        super().save(*args, **kwargs)

    @property
    def slug(self) -> str:
        """The readable part of its address; the number before it decides."""
        return slugify(plain(self.name))[:60] or "fiche"

    @property
    def uid_display(self) -> str:
        """The UID as it is printed: ``CHE-123.456.789``."""
        return display_uid(self.uid)

    @property
    def purpose(self) -> str:
        """What they make, in the reader's language where it is known (French, German, English otherwise)."""
        own = getattr(self, f"purpose_{(get_language() or 'fr')[:2]}", "")
        return own or self.purpose_fr or self.purpose_de or self.purpose_en

    @property
    def fresh_on(self) -> date:
        """The day from which freshness counts."""
        return self.confirmed_on or self.listed_on

    @property
    def place(self) -> tuple[float, float, bool] | None:
        """Longitude, latitude and whether they are its own; without an own place, its municipality's middle."""
        if self.lon is not None and self.lat is not None:
            return float(self.lon), float(self.lat), True
        if self.municipality.lon is not None and self.municipality.lat is not None:
            return float(self.municipality.lon), float(self.municipality.lat), False
        return None

    def freshness(self, today: date) -> Freshness:
        """How fresh the entry is on a day (``DIRECTORY_TO_CONFIRM_AFTER_MONTHS``, ``DIRECTORY_HIDDEN_AFTER_MONTHS``)."""
        if self.fresh_on <= _months_before(today, settings.DIRECTORY_HIDDEN_AFTER_MONTHS):
            return Freshness.HIDDEN
        if self.confirmed_on is None:
            return Freshness.TO_CONFIRM
        late = self.fresh_on <= _months_before(today, settings.DIRECTORY_TO_CONFIRM_AFTER_MONTHS)
        return Freshness.TO_CONFIRM if late else Freshness.CONFIRMED

    def is_public(self, today: date) -> bool:
        """Whether the public sees the entry on a day."""
        return self.state == OrganisationState.PUBLISHED and self.freshness(today) != Freshness.HIDDEN


@tracked(bulk=True, part_of="organisation")
class OrganisationActivity(models.Model):
    """An activity of an organisation; exactly one is the main one where there are any."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="activity_links",
        verbose_name=_("organisation"),
        db_index=False,  # `organisationactivity_once` begins with it
    )
    activity = models.ForeignKey(ActivityCode, on_delete=models.PROTECT, related_name="+", verbose_name=_("activity"))
    is_main = models.BooleanField(_("main activity"), default=False)

    class Meta:
        verbose_name = _("activity of an organisation")
        verbose_name_plural = _("activities of organisations")
        ordering = ["organisation", "-is_main", "activity"]
        constraints = [
            models.UniqueConstraint(name="organisationactivity_once", fields=["organisation", "activity"]),
            models.UniqueConstraint(
                name="organisationactivity_one_main",
                fields=["organisation"],
                condition=Q(is_main=True),
                violation_error_message=_("Only one activity is the main one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.activity_id}"


@tracked()
class OrganisationCapability(models.Model):
    """Something an organisation can do, with a detail such as a size or a standard's number."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="capability_links", verbose_name=_("organisation")
    )
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="+", verbose_name=_("capability"))
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("capability of an organisation")
        verbose_name_plural = _("capabilities of organisations")
        ordering = ["organisation", "capability"]
        constraints = [
            models.UniqueConstraint(name="organisationcapability_once", fields=["organisation", "capability"])
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.capability_id}"


@tracked()
class Contact(models.Model):
    """A person at an organisation. Only those marked public are shown; who has left keeps their row until erased."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("organisation")
    )
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80)
    function = models.CharField(_("function"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    is_public = models.BooleanField(_("shown to the public"), default=False)
    is_main = models.BooleanField(_("main contact"), default=False)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["organisation", "-is_main", "last_name", "id"]
        constraints = [
            models.UniqueConstraint(
                name="contact_one_main",
                fields=["organisation"],
                condition=Q(is_main=True, left_on=None),
                violation_error_message=_("Only one person is the main contact."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
