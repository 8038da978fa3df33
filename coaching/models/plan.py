"""The financial plan of a file: three years by month, its lines, the versions kept of it, and what is said about a line.

Money is kept in centimes, as whole numbers: nothing is ever lost between two roundings.
"""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coaching.enums import LineKind, VatMethod
from coaching.models.parts import PartOfCase
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.core.scope import ScopedManager

MONTHS = 36
MOST_LINES = 120
LONGEST_DELAY, LONGEST_SPAN = 6, 480


def no_amounts() -> list[int]:
    """Three years without a franc."""
    return [0] * MONTHS


@tracked(confidential=True)
class FinancialPlan(PartOfCase):
    """The plan on which founder and coach work together: when it begins, how the tax is settled, what is at hand."""

    first_month = models.DateField(_("first month"))
    vat_method = models.CharField(
        _("value added tax"), max_length=9, choices=VatMethod, default=VatMethod.NONE, db_default=VatMethod.NONE.value
    )
    net_rate = models.DecimalField(_("net tax rate (%)"), max_digits=4, decimal_places=2, default=Decimal(0))
    opening = models.BigIntegerField(_("money at hand at the start (centimes)"), default=0)
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("begun by"))
    begun_at = MomentField(_("begun at"))
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScopedManager["FinancialPlan"](own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = _("financial plan")
        verbose_name_plural = _("financial plans")
        ordering = ["case_file", "id"]
        constraints = [
            models.UniqueConstraint(name="financialplan_once", fields=["case_file"]),
            models.CheckConstraint(
                name="financialplan_begins_with_a_month",
                condition=Q(first_month__day=1),
                violation_error_message=_("A plan begins on the first day of a month."),
            ),
            models.CheckConstraint(
                name="financialplan_rate_is_a_rate", condition=Q(net_rate__gte=0, net_rate__lte=Decimal(10))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_file_id}, {self.first_month:%m.%Y}"


@tracked(confidential=True)
class PlanLine(PartOfCase):
    """One line of a plan: 36 months and what its kind needs besides. A removed line stays for what was said about it."""

    plan = models.ForeignKey(
        FinancialPlan, on_delete=models.CASCADE, related_name="lines", verbose_name=_("financial plan")
    )
    kind = models.CharField(pgettext_lazy("plan line", "kind"), max_length=10, choices=LineKind)
    label = models.CharField(pgettext_lazy("plan line", "name"), max_length=80)
    amounts = ArrayField(
        models.BigIntegerField(), size=MONTHS, default=no_amounts, verbose_name=_("amounts by month (centimes)")
    )
    vat_percent = models.DecimalField(_("VAT rate (%)"), max_digits=4, decimal_places=2, default=Decimal(0))
    delay_months = models.PositiveSmallIntegerField(
        _("paid after (months)"), default=0, validators=[MaxValueValidator(LONGEST_DELAY)]
    )
    percent = models.DecimalField(_("per cent"), max_digits=5, decimal_places=2, null=True, blank=True)
    span_months = models.PositiveSmallIntegerField(
        _("spread over (months)"), default=0, validators=[MaxValueValidator(LONGEST_SPAN)]
    )
    grace_months = models.PositiveSmallIntegerField(
        _("months without repayment"), default=0, validators=[MaxValueValidator(MONTHS)]
    )
    added_at = MomentField(_("added"))
    removed_at = models.DateTimeField(pgettext_lazy("plan line", "removed"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScopedManager["PlanLine"](own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = _("line of a plan")
        verbose_name_plural = _("lines of plans")
        ordering = ["plan", "id"]
        constraints = [
            models.CheckConstraint(
                name="planline_has_name",
                condition=~Q(label=""),
                violation_error_message=_("Give the line a name."),
            ),
            models.CheckConstraint(name="planline_has_all_months", condition=Q(amounts__len=MONTHS)),
            models.CheckConstraint(
                name="planline_spread_has_span",
                condition=~Q(kind__in=["investment", "loan"]) | Q(span_months__gt=0),
                violation_error_message=_("Say over how long the line is spread."),
            ),
            models.CheckConstraint(
                name="planline_percent_is_sound",
                condition=Q(percent=None) | Q(percent__gte=0, percent__lte=Decimal(200)),
            ),
        ]
        indexes = [models.Index(name="planline_of_plan", fields=["plan", "id"])]

    def __str__(self) -> str:
        return self.label


class PlanVersion(PartOfCase):
    """A plan as it stood when somebody kept it under a name. It is never changed, so that two can be compared."""

    plan = models.ForeignKey(
        FinancialPlan, on_delete=models.CASCADE, related_name="versions", verbose_name=_("financial plan")
    )
    number = models.PositiveIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=80)
    content = models.JSONField(_("content"))
    kept_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("kept by"))
    kept_at = MomentField(_("kept at"))

    objects = ScopedManager["PlanVersion"](own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = _("version of a plan")
        verbose_name_plural = _("versions of plans")
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(name="planversion_once", fields=["plan", "number"]),
            models.CheckConstraint(
                name="planversion_has_name",
                condition=~Q(name=""),
                violation_error_message=_("Give the version a name."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


@tracked(confidential=True)
class PlanComment(PartOfCase):
    """A question or remark on a line; answered below, and settled when nothing is left to say."""

    line = models.ForeignKey(PlanLine, on_delete=models.CASCADE, related_name="comments", verbose_name=_("line"))
    answers = models.ForeignKey(
        "self", on_delete=models.CASCADE, related_name="replies", verbose_name=_("answers"), null=True, blank=True
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    text = models.TextField(_("text"), max_length=2000)
    written_at = MomentField(_("written"))
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("settled by"), null=True, blank=True
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScopedManager["PlanComment"](own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = _("comment on a plan")
        verbose_name_plural = _("comments on plans")
        ordering = ["written_at", "id"]
        constraints = [
            models.CheckConstraint(name="plancomment_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="plancomment_settled_by_somebody",
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="plancomment_settled_as_a_whole",
                condition=Q(answers=None) | Q(settled_at=None),
            ),
        ]
        indexes = [models.Index(name="plancomment_of_line", fields=["line", "written_at"])]

    def __str__(self) -> str:
        return f"{self.line_id}, {self.pk}"
