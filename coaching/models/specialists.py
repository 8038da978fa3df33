"""The network of specialists: what everybody may know of them, what only the association knows, and their engagements."""

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coaching.enums import EngagementState, Expertise
from coaching.models.documents import CaseDocument
from coaching.models.parts import PartOfCase
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import ChoiceListField, MomentField
from promo_portal.core.scope import ScopedManager
from promo_portal.regions.models import Association, Municipality

LANGUAGES = [
    ("fr", pgettext_lazy("spoken", "French")),
    ("de", pgettext_lazy("spoken", "German")),
    ("en", pgettext_lazy("spoken", "English")),
    ("it", pgettext_lazy("spoken", "Italian")),
]
OPEN_ENGAGEMENTS = (
    EngagementState.PROPOSED,
    EngagementState.CONSENTED,
    EngagementState.ACTIVE,
    EngagementState.REPORTED,
)
READING_ENGAGEMENTS = (EngagementState.ACTIVE, EngagementState.REPORTED)  # while these last, shared things are open


class SpecialistQuerySet(models.QuerySet["Specialist"]):
    """Questions about specialists."""

    def published(self) -> "SpecialistQuerySet":
        """Those whom the public may read about."""
        return self.filter(is_published=True, is_active=True, agreed_public_on__isnull=False)


@tracked()
class Specialist(models.Model):
    """A specialist of an association's network: the part of the profile that may be public."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="specialists", verbose_name=_("association")
    )
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="specialist_profiles",
        verbose_name=_("account"),
        null=True,
        blank=True,
    )
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80)
    company = models.CharField(_("company"), max_length=160, blank=True)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name=_("municipality"), null=True, blank=True
    )
    website = models.URLField(_("website"), blank=True)
    expertise = ChoiceListField(_("fields"), options=Expertise.choices, blank=False)
    languages = ChoiceListField(_("languages"), options=LANGUAGES, blank=False)
    about_fr = models.TextField(_("about (French)"), max_length=800, blank=True)
    about_de = models.TextField(_("about (German)"), max_length=800, blank=True)
    about_en = models.TextField(_("about (English)"), max_length=800, blank=True, default="", db_default="")
    public_rate = models.DecimalField(
        _("hourly rate shown to the public (CHF)"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    offers_free_hour = models.BooleanField(_("first hour free, shown to the public"), default=False, db_default=False)
    agreed_public_on = models.DateField(
        _("agreed to the public profile on"),
        null=True,
        blank=True,
        help_text=_("Without that day nothing is shown to the public."),
    )
    is_published = models.BooleanField(_("public profile"), default=False)
    is_active = models.BooleanField(_("takes part in the network"), default=True)

    objects = SpecialistQuerySet.as_manager()

    class Meta:
        verbose_name = _("specialist")
        verbose_name_plural = _("specialists")
        ordering = ["last_name", "first_name", "id"]
        constraints = [
            models.UniqueConstraint(name="specialist_person_once", fields=["association", "user"]),
            models.CheckConstraint(
                name="specialist_rate_not_negative",
                condition=Q(public_rate=None) | Q(public_rate__gte=0),
                violation_error_message=_("A rate is not negative."),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    def words_of(self, name: str) -> list[str]:
        """Chosen fields or languages in the reader's language."""
        field: Any = self._meta.get_field(name)
        found: list[str] = field.labels(getattr(self, name))
        return found


@tracked(confidential=True)
class SpecialistTerms(models.Model):
    """What only the association knows of a specialist: rate, agreement, how much at once, remarks."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    specialist = models.OneToOneField(
        Specialist, on_delete=models.CASCADE, related_name="terms", verbose_name=_("specialist")
    )
    hourly_rate = models.DecimalField(
        _("hourly rate (CHF)"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    is_first_hour_free = models.BooleanField(_("first hour free"), default=False)
    agreement_on = models.DateField(_("agreement signed on"), null=True, blank=True)
    agreement_until = models.DateField(_("agreement valid until"), null=True, blank=True)
    at_once = models.PositiveSmallIntegerField(_("engagements at once, at most"), default=3)
    remarks = models.TextField(_("remarks"), max_length=2000, blank=True)

    objects = ScopedManager["SpecialistTerms"](own="specialist__user_id")
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("terms of a specialist")
        verbose_name_plural = _("terms of specialists")
        base_manager_name = "unscoped"
        ordering = ["specialist"]
        constraints = [
            models.CheckConstraint(
                name="specialistterms_rate_not_negative",
                condition=Q(hourly_rate=None) | Q(hourly_rate__gte=0),
                violation_error_message=_("A rate is not negative."),
            ),
            models.CheckConstraint(
                name="specialistterms_agreement_ends_later",
                condition=Q(agreement_until=None) | Q(agreement_until__gte=models.F("agreement_on")),
                violation_error_message=_("The agreement ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.specialist_id)


@tracked(confidential=True)
class Engagement(PartOfCase):
    """One specialist for one file: begins with the founder's consent to that person, ends with a report or a withdrawal.

    What the specialist may read is the mandate, the founder's name, the documents shared with this engagement, and the
    financial plan if the founder agreed to it, and that only while it lasts.
    """

    specialist = models.ForeignKey(
        Specialist, on_delete=models.PROTECT, related_name="engagements", verbose_name=_("specialist")
    )
    field = models.CharField(pgettext_lazy("of knowledge", "field"), max_length=12, choices=Expertise)
    mandate = models.TextField(_("what it is about"), max_length=1000)
    hours_agreed = models.DecimalField(_("hours agreed"), max_digits=5, decimal_places=2, default=Decimal(1))
    state = models.CharField(_("state"), max_length=10, choices=EngagementState, default=EngagementState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = MomentField(_("proposed at"))
    consent_text = models.TextField(_("what the founder agreed to"), max_length=1000, blank=True)
    consented_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    shares_plan = models.BooleanField(_("financial plan shared"), default=False, db_default=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    report = models.TextField(_("report"), max_length=6000, blank=True)
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)
    report_by = models.DateField(_("report by"), null=True, blank=True)
    hours_reported = models.DecimalField(_("hours worked"), max_digits=5, decimal_places=2, null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction (1 to 5)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    satisfaction_text = models.CharField(
        _("in the founder’s words"), max_length=500, blank=True, default="", db_default=""
    )
    rated_at = models.DateTimeField(_("rated at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScopedManager["Engagement"](own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="engagement_open_once",
                fields=["case_file", "specialist"],
                condition=Q(state__in=[state.value for state in OPEN_ENGAGEMENTS]),
                violation_error_message=_("This specialist is already engaged for the file."),
            ),
            models.CheckConstraint(
                name="engagement_works_with_consent",
                condition=~Q(state__in=["consented", "active", "reported", "ended"])
                | (Q(consented_at__isnull=False) & ~Q(consent_text="")),
                violation_error_message=_("Without the founder’s consent nobody is engaged."),
            ),
            models.CheckConstraint(
                name="engagement_reported_has_report",
                condition=~Q(state="reported") | (Q(reported_at__isnull=False) & ~Q(report="")),
                violation_error_message=_("A report needs words."),
            ),
            models.CheckConstraint(
                name="engagement_satisfaction_within_scale",
                condition=Q(satisfaction=None) | Q(satisfaction__gte=1, satisfaction__lte=5),
                violation_error_message=_("The scale goes from 1 to 5."),
            ),
        ]
        indexes = [models.Index(name="engagement_of_specialist", fields=["specialist", "state"])]

    def __str__(self) -> str:
        return f"{self.specialist}: {self.get_field_display()}"

    @property
    def opens_file(self) -> bool:
        """Whether the specialist may read what was shared, now."""
        return self.state in READING_ENGAGEMENTS


@tracked(confidential=True)
class SharedDocument(models.Model):
    """A document that the founder agreed to show to one engaged specialist."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    engagement = models.ForeignKey(
        Engagement, on_delete=models.CASCADE, related_name="shared_documents", verbose_name=_("engagement")
    )
    document = models.ForeignKey(CaseDocument, on_delete=models.CASCADE, related_name="+", verbose_name=_("document"))

    objects = ScopedManager["SharedDocument"](own="engagement__case_file__founder_id")
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("shared document")
        verbose_name_plural = _("shared documents")
        base_manager_name = "unscoped"
        ordering = ["engagement", "id"]
        constraints = [models.UniqueConstraint(name="shareddocument_once", fields=["engagement", "document"])]

    def __str__(self) -> str:
        return f"{self.engagement_id}: {self.document_id}"
