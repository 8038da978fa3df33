"""What one funder owes for one quarter: put together from the ledger, frozen with the day on which it leaves."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coaching.enums import AnnexState
from coaching.models.money import TimeEntryShare
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.core.scope import ScopedManager
from promo_portal.files.models import StoredFile
from promo_portal.regions.models import Association, Funder

if TYPE_CHECKING:
    from coaching.quarters import Quarter

LANGUAGES = [("fr", _("French")), ("de", _("German")), ("en", _("English"))]


@tracked(confidential=True)
class Annex(models.Model):
    """The cost annex of a funder and a quarter. While it is a draft it shows the ledger of the moment; issued, it has a
    number and lines of its own that nobody changes, and what is corrected later stands in the next one.
    """

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, related_name="+", verbose_name=_("funder"))
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("to"))
    state = models.CharField(_("state"), max_length=8, choices=AnnexState, default=AnnexState.DRAFT)
    number = models.CharField(_("number"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    minutes = models.IntegerField(_("minutes"), default=0)
    amount = models.DecimalField(_("amount (CHF)"), max_digits=12, decimal_places=2, default=0)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("prepared by"))
    prepared_at = MomentField(_("prepared"))
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("issued by"), null=True, blank=True
    )
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    paid_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("payment noted by"), null=True, blank=True
    )
    job_id = models.BigIntegerField(_("long work"), null=True, blank=True, editable=False)
    paper = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("PDF"), null=True, blank=True
    )
    table = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("Excel file"), null=True, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScopedManager["Annex"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("cost annex")
        verbose_name_plural = _("cost annexes")
        ordering = ["-period_from", "funder", "id"]
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                name="annex_once",
                fields=["association", "funder", "period_from"],
                violation_error_message=_("This funder has an annex for this quarter already."),
            ),
            models.UniqueConstraint(
                name="annex_number_once", fields=["association", "number"], condition=~Q(number="")
            ),
            models.CheckConstraint(name="annex_ends_after_start", condition=Q(period_to__gt=F("period_from"))),
            models.CheckConstraint(
                name="annex_issued_has_number",
                condition=Q(state="draft", number="", issued_on=None)
                | (~Q(state="draft") & ~Q(number="") & Q(issued_on__isnull=False, issued_by__isnull=False)),
                violation_error_message=_("An issued annex has a number and a day."),
            ),
            models.CheckConstraint(
                name="annex_paid_has_day",
                condition=Q(state="paid", paid_on__isnull=False, paid_by__isnull=False)
                | (~Q(state="paid") & Q(paid_on=None, paid_by=None)),
                violation_error_message=_("A paid annex has the day of the payment."),
            ),
        ]
        indexes = [models.Index(name="annex_of_period", fields=["association", "-period_from"])]

    def __str__(self) -> str:
        return f"{self.number or self.get_state_display()}, {self.quarter}"

    @property
    def quarter(self) -> "Quarter":
        """The three months it is about."""
        from coaching.quarters import Quarter

        return Quarter.of(self.period_from)


class AnnexLine(models.Model):
    """A funder's part of one line of the ledger, charged once and for all in one annex."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    annex = models.ForeignKey(Annex, on_delete=models.PROTECT, related_name="lines", verbose_name=_("cost annex"))
    share = models.OneToOneField(
        TimeEntryShare, on_delete=models.PROTECT, related_name="annex_line", verbose_name=_("funder’s part of a line")
    )

    objects = ScopedManager["AnnexLine"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("line of an annex")
        verbose_name_plural = _("lines of annexes")
        base_manager_name = "unscoped"
        ordering = ["annex", "id"]

    def __str__(self) -> str:
        return f"{self.annex_id}: {self.share_id}"
