"""Who looks for space: the register of demand, what fits it, and what the public asks about an offer."""

import secrets
from datetime import date
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from companies.models import Organisation
from premises.enums import Deal, EnquiryState, MatchState, SearchState, Wanted
from premises.models.checks import check_gaps
from premises.models.offer import LANGUAGES, Offer
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.core.scope import ScopedManager
from promo_portal.regions.models import Association, Municipality

UNANSWERED = (EnquiryState.RECEIVED, EnquiryState.IN_HAND)


def new_key() -> str:
    """A key that cannot be guessed (144 bits)."""
    return secrets.token_urlsafe(18)


@tracked(confidential=True)
class SpaceSearch(models.Model):
    """A company or an investor looks for space: criteria, until when, and whether nobody may know."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="space_searches", verbose_name=_("association")
    )
    title = models.CharField(_("in short"), max_length=120)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation"), null=True, blank=True
    )
    organisation_name = models.CharField(_("organisation, if not in the directory"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    is_confidential = models.BooleanField(
        _("confidential"), default=False, help_text=_("The name stays within the association, also in reports.")
    )
    wanted = models.CharField(_("looks for"), max_length=8, choices=Wanted, default=Wanted.PREMISES)
    deal = models.CharField(_("rent or buy"), max_length=4, choices=Deal, default=Deal.ANY)
    area_from = models.PositiveIntegerField(_("area from (m²)"), validators=[MinValueValidator(1)])
    area_to = models.PositiveIntegerField(_("area to (m²)"), null=True, blank=True)
    municipalities = models.ManyToManyField(
        Municipality, related_name="+", verbose_name=_("municipalities"), blank=True,
        help_text=_("None: the whole region."),
    )  # fmt: skip
    price_to = models.DecimalField(
        _("price up to (CHF per m², per year to let)"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    ceiling_height = models.DecimalField(
        _("clear height from (m)"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    floor_load = models.PositiveIntegerField(_("floor load from (kg/m²)"), null=True, blank=True)
    power = models.PositiveIntegerField(_("electrical power from (kW)"), null=True, blank=True)
    crane = models.PositiveIntegerField(_("overhead crane from (kg)"), null=True, blank=True)
    needs_dock = models.BooleanField(_("loading dock needed"), default=False)
    needs_clean_room = models.BooleanField(_("clean room needed"), default=False)
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    open_until = models.DateField(_("search ends on"))
    jobs_planned = models.PositiveSmallIntegerField(_("jobs planned"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=SearchState, default=SearchState.OPEN)
    in_charge = models.ForeignKey(
        User, on_delete=models.SET_NULL, related_name="+", verbose_name=_("in charge"), null=True, blank=True
    )
    created_at = MomentField(_("received"), editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ScopedManager["SpaceSearch"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("space search")
        verbose_name_plural = _("space searches")
        ordering = ["open_until", "id"]
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                name="spacesearch_area_in_order",
                condition=Q(area_to=None) | Q(area_to__gte=F("area_from")),
                violation_error_message=_("The largest area cannot be below the smallest."),
            ),
            models.CheckConstraint(
                name="spacesearch_names_somebody",
                condition=Q(organisation__isnull=False) | ~Q(organisation_name="") | ~Q(contact_name=""),
                violation_error_message=_("Say who is looking: an organisation or a person."),
            ),
        ]
        indexes = [models.Index(name="spacesearch_queue", fields=["association", "state", "open_until"])]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Rules about a field that was left empty."""
        check_gaps(self)

    @property
    def who(self) -> str:
        """Who is looking, as staff read it."""
        return str(self.organisation) if self.organisation else self.organisation_name or self.contact_name

    def is_over(self, today: date) -> bool:
        """Whether its time has gone by though it is still open."""
        return self.state == SearchState.OPEN and self.open_until < today


@tracked(confidential=True)
class Match(models.Model):
    """An offer that fits a search, with the score and the reasons for it; found from either side."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    search = models.ForeignKey(
        SpaceSearch, on_delete=models.CASCADE, related_name="matches", verbose_name=_("space search")
    )
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="matches", verbose_name=_("offer"))
    score = models.PositiveSmallIntegerField(_("score (0 to 100)"))
    # The criteria as the scoring saw them: {"code": "area", "fits": true | false | null, "weight": 30}.
    reasons = models.JSONField(_("reasons"), default=list)
    state = models.CharField(_("state"), max_length=9, choices=MatchState, default=MatchState.PROPOSED)
    found_at = MomentField(_("found"), editable=False)

    objects = ScopedManager["Match"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["-score", "id"]
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(name="match_once", fields=["search", "offer"]),
            models.CheckConstraint(name="match_score_within_hundred", condition=Q(score__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.search_id} × {self.offer_id}: {self.score}"


@tracked(exclude=["key"], confidential=True, private_state=EnquiryState.UNCONFIRMED.value)
class Enquiry(models.Model):
    """Somebody asks about an offer. Four fields; what came without a proof of work waits for a press in the mailbox."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="enquiries", verbose_name=_("offer"))
    key = models.CharField(_("key"), max_length=40, unique=True, default=new_key, editable=False)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    message = models.TextField(_("message"), max_length=2000, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    state = models.CharField(_("state"), max_length=11, choices=EnquiryState, default=EnquiryState.UNCONFIRMED)
    answer_by = models.DateField(_("answer by"), null=True, blank=True)
    handler = models.ForeignKey(
        User, on_delete=models.SET_NULL, related_name="+", verbose_name=_("in charge"), null=True, blank=True
    )
    created_at = MomentField(_("written"), editable=False)
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = ScopedManager["Enquiry"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        ordering = ["-received_at", "-id"]
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                name="enquiry_received_has_promise",
                condition=Q(state__in=["unconfirmed", "dropped"])
                | Q(received_at__isnull=False, answer_by__isnull=False),
                violation_error_message=_("An enquiry that was received has a day for its answer."),
            ),
            models.CheckConstraint(
                name="enquiry_answered_has_time",
                condition=Q(state="answered", answered_at__isnull=False) | (~Q(state="answered") & Q(answered_at=None)),
            ),
        ]
        indexes = [models.Index(name="enquiry_queue", fields=["association", "state", "answer_by"])]

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"

    @property
    def reference(self) -> str:
        """What the sender reads and spells on the phone: LOC-2026-0042."""
        return f"LOC-{self.created_at:%Y}-{self.pk:04d}"

    @property
    def awaits_answer(self) -> bool:
        """Whether somebody still owes an answer."""
        return self.state in UNANSWERED

    def is_late(self, today: date) -> bool:
        """Whether the promised day has gone by."""
        return self.awaits_answer and self.answer_by is not None and self.answer_by < today

    def save(self, *args: Any, **kwargs: Any) -> None:
        """It belongs where its offer does."""
        self.association_id = self.offer.association_id
        super().save(*args, **kwargs)
