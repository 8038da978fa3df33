"""Two entries that may be one: suspected, put aside, or merged for good."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from companies.enums import DuplicateState
from companies.models.organisation import Organisation
from promo_portal.core.fields import MomentField


class DuplicatePair(models.Model):
    """Two entries whose names and places resemble each other; a person decides, and is not asked twice."""

    first = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("one entry"))
    second = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("the other entry")
    )
    likeness = models.PositiveSmallIntegerField(_("likeness (per cent)"))
    state = models.CharField(_("state"), max_length=8, choices=DuplicateState, default=DuplicateState.OPEN)
    found_at = MomentField(_("found"), editable=False)
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    decider_name = models.CharField(_("decided by"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ["-likeness", "id"]
        constraints = [
            models.UniqueConstraint(name="duplicatepair_once", fields=["first", "second"]),
            models.CheckConstraint(name="duplicatepair_in_order", condition=Q(first__lt=F("second"))),
        ]
        indexes = [
            models.Index(name="duplicatepair_queue", fields=["-likeness", "id"], condition=Q(state="open")),
            models.Index(
                name="duplicatepair_decided", fields=["-decided_at", "-id"], condition=Q(decided_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} / {self.second_id}"


class MergeRecord(models.Model):
    """What a merger did: which entry became which, what moved, and which values of the old entry were not taken over."""

    merged = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="merge_records", verbose_name=_("merged entry")
    )
    into = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("heir"))
    moved = models.JSONField(_("moved"), default=dict)
    put_aside = models.JSONField(_("values not taken over"), default=dict)
    actor_id = models.BigIntegerField(_("number of the person"), null=True, blank=True)
    actor_name = models.CharField(_("by"), max_length=200, blank=True)
    at = MomentField(_("merged on"), editable=False)

    class Meta:
        verbose_name = _("merger")
        verbose_name_plural = _("mergers")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.into_id}"
