"""How an entry stays true: confirmations, and changes that somebody proposes and staff decide."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from companies.enums import ConfirmationWay, ProposalSource, ProposalState
from companies.models.organisation import Organisation
from promo_portal.audit.history import tracked
from promo_portal.core.fields import DayField, MomentField


class Confirmation(models.Model):
    """Somebody said on a day that the entry is right; the newest is the date that the public reads."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="confirmations", verbose_name=_("organisation")
    )
    confirmed_on = DayField(_("confirmed on"))
    way = models.CharField(_("how"), max_length=8, choices=ConfirmationWay)
    actor_id = models.BigIntegerField(_("number of the person"), null=True, blank=True)
    actor_name = models.CharField(_("by"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    # What the entry said before, so that whoever pressed too soon can take it back.
    replaced_on = models.DateField(_("date before"), null=True, blank=True, editable=False)
    at = MomentField(_("entered"), editable=False)

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["-confirmed_on", "-id"]
        indexes = [models.Index(name="confirmation_of", fields=["organisation", "-confirmed_on"])]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.confirmed_on}"


@tracked(bulk=True)
class ChangeProposal(models.Model):
    """One field of one entry: what it says, what it should say, where that comes from, and what was decided.

    Values are kept as text, in the form of ``companies.entry``; ``current`` is what the entry said when the proposal was
    made, so that a change in between shows as a conflict.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("organisation")
    )
    field = models.CharField(_("field"), max_length=30)
    current = models.TextField(_("current"), blank=True)
    proposed = models.TextField(_("proposed"), blank=True)
    source = models.CharField(_("source"), max_length=8, choices=ProposalSource)
    source_detail = models.CharField(_("source in words"), max_length=200, blank=True)
    import_run = models.ForeignKey(
        "ImportRun",
        on_delete=models.PROTECT,
        related_name="proposals",
        verbose_name=_("import"),
        null=True,
        blank=True,
    )
    author_id = models.BigIntegerField(_("number of the person"), null=True, blank=True)
    author_name = models.CharField(_("author"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = MomentField(_("proposed on"), editable=False)
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    decider_id = models.BigIntegerField(_("number of who decided"), null=True, blank=True)
    decider_name = models.CharField(_("decided by"), max_length=200, blank=True)
    # Who came by a signed link learns what became of the answer; `told_at` is the moment that mail was queued.
    answer_to = models.EmailField(_("answer to"), blank=True, db_default="", default="")
    told_at = models.DateTimeField(_("answered on"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "field", MD5("proposed"), name="changeproposal_open_once", condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="changeproposal_decided_has_date",
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(name="changeproposal_of", fields=["organisation", "state"]),
            models.Index(name="changeproposal_queue", fields=["created_at", "id"], condition=Q(state="open")),
            models.Index(name="changeproposal_run", fields=["import_run"], condition=Q(import_run__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.field}"
