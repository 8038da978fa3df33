"""An offer: on what terms a unit or a plot can be had, who reads it, how fresh it is, and how it ended."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from companies.models import Organisation
from premises.enums import ClosureChannel, ClosureReason, OfferFreshness, OfferKind, OfferState, Visibility
from premises.models.checks import check_gaps
from premises.models.stock import Plot, Site, Unit
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.core.scope import ScopedManager
from promo_portal.regions.models import Association

ON_THE_MARKET = (OfferState.PUBLISHED, OfferState.RESERVED)
LANGUAGES = [("fr", _("French")), ("de", _("German")), ("en", _("English"))]


class OfferQuerySet(models.QuerySet["Offer"]):
    """Questions about many offers."""

    def for_public(self) -> "OfferQuerySet":
        """Offers that are not internal."""
        return self.exclude(visibility=Visibility.INTERNAL)

    def published(self, on: date) -> "OfferQuerySet":
        """What the public finds on a day: on the market, not internal, confirmed within the last 90 days."""
        since = on - timedelta(days=settings.PREMISES_HIDDEN_AFTER_DAYS)
        return self.for_public().filter(state__in=ON_THE_MARKET, confirmed_on__gt=since)

    def stale(self, on: date) -> "OfferQuerySet":
        """On the market, and due to be confirmed by the owner."""
        since = on - timedelta(days=settings.PREMISES_CONFIRM_EVERY_DAYS)
        return self.filter(state__in=ON_THE_MARKET, confirmed_on__lte=since)

    def premises(self) -> "OfferQuerySet":
        """Offers of units."""
        return self.filter(unit__isnull=False)

    def plots(self) -> "OfferQuerySet":
        """Offers of land."""
        return self.filter(plot__isnull=False)

    def with_areas(self) -> "OfferQuerySet":
        """Each with ``whole``, ``smallest`` and ``largest``: all of it, and the smallest and largest part to be had (m²)."""
        whole = Coalesce("unit__area_usable", "unit__area_gross", "plot__area_total")
        return self.annotate(
            whole=whole,
            smallest=Coalesce("unit__smallest_divisible", "plot__smallest_divisible", whole),
            largest=Coalesce("unit__largest_contiguous", "plot__largest_contiguous", whole),
        )

    def with_things(self) -> "OfferQuerySet":
        """Each with its unit or plot, its site, place and owner: what a row or a page tells."""
        return self.select_related("site__municipality", "site__association", "unit__building", "plot", "owner")


@tracked()
class Offer(models.Model):
    """A unit or a plot on the market. Nothing is deleted: an offer ends by being taken or withdrawn, and its page stays."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="offers", verbose_name=_("association"), editable=False
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="offers", verbose_name=_("site"), editable=False
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="offers", verbose_name=_("premises"), null=True, blank=True
    )
    plot = models.ForeignKey(
        Plot, on_delete=models.PROTECT, related_name="offers", verbose_name=_("plot"), null=True, blank=True
    )
    kind = models.CharField(_("terms"), max_length=14, choices=OfferKind)
    state = models.CharField(_("state"), max_length=10, choices=OfferState, default=OfferState.DRAFT)
    visibility = models.CharField(_("visibility"), max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    price = models.DecimalField(
        _("price (CHF per m²)"), max_digits=9, decimal_places=2, null=True, blank=True,
        help_text=_("Per m² and year to let and in building right, per m² for sale."),
    )  # fmt: skip
    price_on_request = models.BooleanField(_("price on request"), default=False)
    charges = models.DecimalField(
        _("charges (CHF per m² and year)"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    available_on = models.DateField(_("available from"), null=True, blank=True)
    term_years = models.PositiveSmallIntegerField(_("term (years)"), null=True, blank=True)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="offers", verbose_name=_("owner"), null=True, blank=True
    )
    owner_is_public = models.BooleanField(_("the owner is named"), default=False)
    published_on = models.DateField(_("published on"), null=True, blank=True, editable=False)
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)
    created_at = MomentField(_("created"), editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["-published_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="offer_of_one_thing",
                condition=Q(unit__isnull=False, plot=None) | Q(unit=None, plot__isnull=False),
                violation_error_message=_("An offer is of premises or of a plot."),
            ),
            models.CheckConstraint(
                name="offer_building_right_for_land",
                condition=~Q(kind="building_right") | Q(plot__isnull=False),
                violation_error_message=_("Only land is given in building right."),
            ),
            models.CheckConstraint(
                name="offer_price_or_on_request",
                condition=Q(price=None) | Q(price_on_request=False, price__gt=0),
                violation_error_message=_("Give a price above zero, or “on request”, not both."),
            ),
            models.CheckConstraint(
                name="offer_public_has_dates",
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(published_on__isnull=False, confirmed_on__isnull=False),
                violation_error_message=_("What is on the market has a day of publication and of confirmation."),
            ),
            models.CheckConstraint(
                name="offer_ended_has_day",
                condition=Q(state__in=["let", "withdrawn"], ended_on__isnull=False)
                | (~Q(state__in=["let", "withdrawn"]) & Q(ended_on=None)),
                violation_error_message=_("An offer that ended has the day on which it did."),
            ),
            models.UniqueConstraint(
                name="offer_once_per_unit",
                fields=["unit", "kind"],
                condition=Q(state__in=["draft", "published", "reserved"], unit__isnull=False),
                violation_error_message=_("These premises are on offer on the same terms already."),
            ),
            models.UniqueConstraint(
                name="offer_once_per_plot",
                fields=["plot", "kind"],
                condition=Q(state__in=["draft", "published", "reserved"], plot__isnull=False),
                violation_error_message=_("This plot is on offer on the same terms already."),
            ),
        ]
        indexes = [
            models.Index(name="offer_market", fields=["state", "visibility", "confirmed_on"]),
            models.Index(name="offer_queue", fields=["association", "state", "confirmed_on"]),
        ]

    def __str__(self) -> str:
        found = self.unit or self.plot
        if found is None or self.site_id is None:  # a form that is not filled in yet
            return str(self._meta.verbose_name)
        return f"{found.name}, {self.site.name}, {self.get_kind_display()}"

    def clean(self) -> None:
        """Rules about a field that was left empty."""
        check_gaps(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The thing on offer says where it lies and which association keeps it."""
        site = self.unit.building.site if self.unit else self.plot.site if self.plot else None
        if site is not None and (self.site_id != site.pk or self.association_id != site.association_id):
            self.site, self.association_id = site, site.association_id
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "site", "association"}
        super().save(*args, **kwargs)

    @property
    def thing(self) -> Unit | Plot:
        """The unit or plot on offer."""
        found = self.unit or self.plot
        assert found is not None
        return found

    @property
    def is_yearly(self) -> bool:
        """Whether the price is per m² and year, as to let and in building right."""
        return self.kind != OfferKind.SALE

    @property
    def smallest_part(self) -> int:
        """The smallest area to be had (m²)."""
        return self.thing.smallest_divisible or self.thing.area

    @property
    def largest_part(self) -> int:
        """The largest area to be had in one piece (m²)."""
        return self.thing.largest_contiguous or self.thing.area

    def freshness(self, today: date) -> OfferFreshness:
        """How fresh it is on a day (``PREMISES_BADGE_AFTER_DAYS``, ``PREMISES_HIDDEN_AFTER_DAYS``)."""
        if self.confirmed_on is None or self.confirmed_on <= today - timedelta(
            days=settings.PREMISES_HIDDEN_AFTER_DAYS
        ):
            return OfferFreshness.HIDDEN
        late = self.confirmed_on <= today - timedelta(days=settings.PREMISES_BADGE_AFTER_DAYS)
        return OfferFreshness.TO_CONFIRM if late else OfferFreshness.CONFIRMED

    def confirm_by(self) -> date | None:
        """The day on which the owner's next confirmation is due."""
        if self.confirmed_on is None:
            return None
        return self.confirmed_on + timedelta(days=settings.PREMISES_CONFIRM_EVERY_DAYS)

    def is_public(self, today: date) -> bool:
        """Whether the public finds it on a day."""
        on_the_market = self.state in ON_THE_MARKET and self.visibility != Visibility.INTERNAL
        return on_the_market and self.freshness(today) != OfferFreshness.HIDDEN

    def is_free_on(self, day: date) -> bool | None:
        """Whether it can be moved into by a day; ``None`` where nobody has told."""
        return None if self.available_on is None else self.available_on <= day


@tracked(confidential=True)
class OwnerContact(models.Model):
    """Whom to call about an offer. Never shown to the public; the municipality sees it where the person agreed."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association"), editable=False
    )
    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, related_name="owner_contact", verbose_name=_("offer"))
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("The monthly request to confirm goes there."))
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    municipality_may_see = models.BooleanField(_("the municipality may see this contact"), default=False)
    note = models.TextField(_("internal note"), max_length=2000, blank=True)

    objects = ScopedManager["OwnerContact"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("owner’s contact")
        verbose_name_plural = _("owners’ contacts")
        ordering = ["name", "id"]
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                name="ownercontact_can_be_reached",
                condition=~Q(email="") | ~Q(phone=""),
                violation_error_message=_("Give an e-mail address or a phone number."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Rules about a field that was left empty."""
        check_gaps(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """It belongs where its offer does."""
        self.association_id = self.offer.association_id
        super().save(*args, **kwargs)


@tracked(confidential=True)
class Closure(models.Model):
    """How an offer ended: why, through whom, how much of it, and the jobs planned there. Proof of jobs comes later."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association"), editable=False
    )
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="closures", verbose_name=_("offer"))
    reason = models.CharField(_("why"), max_length=12, choices=ClosureReason)
    channel = models.CharField(_("through whom"), max_length=12, choices=ClosureChannel, blank=True)
    area = models.PositiveIntegerField(_("area taken (m²)"), null=True, blank=True)
    occupant = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("occupant"), null=True, blank=True
    )
    occupant_name = models.CharField(_("occupant, if not in the directory"), max_length=200, blank=True)
    jobs_planned = models.PositiveSmallIntegerField(_("jobs planned"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("closed by"), null=True, blank=True
    )
    closed_on = models.DateField(_("closed on"))
    is_undone = models.BooleanField(_("taken back"), default=False)

    objects = ScopedManager["Closure"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("end of an offer")
        verbose_name_plural = _("ends of offers")
        ordering = ["-closed_on", "-id"]
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                name="closure_taken_names_channel",
                condition=~Q(reason="taken") | (~Q(channel="") & Q(area__isnull=False, area__gt=0)),
                violation_error_message=_("What was let or sold needs its area, and through whom it went."),
            ),
            models.UniqueConstraint(
                name="closure_one_in_force",
                fields=["offer"],
                condition=Q(is_undone=False),
                violation_error_message=_("This offer has ended already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.get_reason_display()}"
