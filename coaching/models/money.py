"""Who pays for a coaching: the price of an hour, the file's own split, and a ledger of which nothing is ever rubbed out."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coaching.enums import TimeKind
from coaching.models.parts import PartOfCase
from coaching.models.progress import LONGEST_DAY, Meeting
from coaching.models.specialists import Engagement
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.core.scope import ScopedManager
from promo_portal.regions.models import Association, Funder

WHOLE = 10_000  # hundredths of a per cent


@tracked()
class CostRate(models.Model):
    """What an hour of the association's own coaches costs from a day on; the basis of what funders are charged."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="cost_rates", verbose_name=_("association")
    )
    valid_from = models.DateField(_("valid from"))
    per_hour = models.DecimalField(
        _("CHF per hour"), max_digits=7, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )

    class Meta:
        verbose_name = _("price of an hour")
        verbose_name_plural = _("prices of an hour")
        ordering = ["association", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="costrate_once",
                fields=["association", "valid_from"],
                violation_error_message=_("There is a price from this day already."),
            ),
            models.CheckConstraint(
                name="costrate_is_positive",
                condition=Q(per_hour__gt=0),
                violation_error_message=_("An hour has a price."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%d.%m.%Y}: {self.per_hour}"


@tracked(confidential=True)
class FundingShare(PartOfCase):
    """A file's own split where it differs from the association's key, such as when a municipality joins in."""

    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, related_name="+", verbose_name=_("funder"))
    share = models.PositiveSmallIntegerField(_("share (1/100 per cent)"))

    objects = ScopedManager["FundingShare"]()
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = _("file’s own share of a funder")
        verbose_name_plural = _("files’ own shares of funders")
        ordering = ["case_file", "-share", "id"]
        constraints = [
            models.UniqueConstraint(name="fundingshare_once", fields=["case_file", "funder"]),
            models.CheckConstraint(
                name="fundingshare_within_whole",
                condition=Q(share__gt=0, share__lte=WHOLE),
                violation_error_message=_("A share lies between 0.01 and 100 per cent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funder}: {self.share / 100:.2f}"

    @property
    def percent(self) -> Decimal:
        """The share in per cent."""
        return Decimal(self.share) / 100


class TimeEntry(PartOfCase):
    """A line of the ledger: minutes and money on a day. It can only be added; a correcting line points to the one it
    corrects and holds the difference, so that the sum of all lines is always the truth.
    """

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="entries", verbose_name=_("meeting"), null=True, blank=True
    )
    engagement = models.ForeignKey(
        Engagement,
        on_delete=models.PROTECT,
        related_name="entries",
        verbose_name=_("engagement"),
        null=True,
        blank=True,
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("whose work"))
    worked_on = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=12, choices=TimeKind)
    minutes = models.IntegerField(_("minutes"), default=0)
    amount = models.DecimalField(_("amount (CHF)"), max_digits=10, decimal_places=2)
    note = models.CharField(_("what for"), max_length=300, blank=True)
    funder = models.ForeignKey(
        Funder,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("paid by"),
        null=True,
        blank=True,
        help_text=_("Empty: by the key of the period."),
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="corrections", verbose_name=_("corrects"), null=True, blank=True
    )
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = MomentField(_("entered"))

    objects = ScopedManager["TimeEntry"]()
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = _("line of the ledger")
        verbose_name_plural = _("ledger of time and costs")
        ordering = ["-worked_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="timeentry_minutes_fit_a_day",
                condition=Q(minutes__gte=-LONGEST_DAY, minutes__lte=LONGEST_DAY),
                violation_error_message=_("A day has 24 hours."),
            ),
            models.CheckConstraint(
                name="timeentry_only_corrections_subtract",
                condition=Q(corrects__isnull=False) | Q(minutes__gte=0, amount__gte=0),
                violation_error_message=_("Only a correction takes time or money away."),
            ),
            models.CheckConstraint(
                name="timeentry_correction_says_why",
                condition=Q(corrects=None) | ~Q(note=""),
                violation_error_message=_("A correction says why."),
            ),
            models.CheckConstraint(
                name="timeentry_is_not_empty",
                condition=~Q(minutes=0, amount=0),
                violation_error_message=_("Enter minutes or an amount."),
            ),
        ]
        indexes = [
            models.Index(name="timeentry_of_case", fields=["case_file", "-worked_on"]),
            models.Index(name="timeentry_of_period", fields=["association", "worked_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.worked_on:%d.%m.%Y}: {self.minutes} min, CHF {self.amount}"


class TimeEntryShare(models.Model):
    """What one funder pays of one line, to the centime; the shares of a line add up to its amount exactly."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    entry = models.ForeignKey(
        TimeEntry, on_delete=models.PROTECT, related_name="shares", verbose_name=_("line of the ledger")
    )
    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, related_name="+", verbose_name=_("funder"))
    amount = models.DecimalField(_("amount (CHF)"), max_digits=10, decimal_places=2)

    objects = ScopedManager["TimeEntryShare"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("funder’s part of a line")
        verbose_name_plural = _("funders’ parts of lines")
        base_manager_name = "unscoped"
        ordering = ["entry", "id"]
        constraints = [models.UniqueConstraint(name="timeentryshare_once", fields=["entry", "funder"])]

    def __str__(self) -> str:
        return f"{self.funder_id}: {self.amount}"
