"""What members look for and offer, and who was brought together."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clusters.enums import IntroductionOutcome, IntroductionState, NeedOfferKind, NeedOfferState
from clusters.models.cluster import Cluster
from companies.models import Capability, Organisation
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import DayField, MomentField
from promo_portal.core.scope import ScopedManager
from promo_portal.regions.models import Association


class NeedOfferQuerySet(models.QuerySet["NeedOffer"]):
    """Questions about many needs and offers."""

    def published(self, on: date) -> "NeedOfferQuerySet":
        """Those the public reads on a day."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), state=NeedOfferState.OPEN)


@tracked(confidential=True)
class NeedOffer(models.Model):
    """Something a member looks for or can give. Drafts and settled ones stay between the member and the association."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="needs_and_offers", verbose_name=_("cluster")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="needs_and_offers", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=NeedOfferKind)
    state = models.CharField(_("state"), max_length=6, choices=NeedOfferState, default=NeedOfferState.DRAFT)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=2000, blank=True)
    language = models.CharField(_("language"), max_length=2, default="fr")
    capability = models.ForeignKey(
        Capability, on_delete=models.PROTECT, related_name="+", verbose_name=_("capability"), null=True, blank=True
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    internal_note = models.TextField(_("internal note"), max_length=2000, blank=True)
    created_at = MomentField(_("created"), editable=False)

    objects = ScopedManager.from_queryset(NeedOfferQuerySet)()
    unscoped = NeedOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("need or offer")
        verbose_name_plural = _("needs and offers")
        ordering = ["-created_at", "-id"]
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                name="needoffer_published_has_time",
                condition=~Q(state="open") | Q(published_at__isnull=False),
                violation_error_message=_("What is published has a time of publication."),
            )
        ]
        indexes = [models.Index(name="needoffer_of_cluster", fields=["cluster", "state", "kind"])]

    def __str__(self) -> str:
        return self.title


@tracked(confidential=True)
class Introduction(models.Model):
    """Two members were brought together for a stated reason; after 3 and 12 months somebody asks what became of it."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="introductions", verbose_name=_("cluster")
    )
    first = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("one side"))
    second = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("the other side")
    )
    need_offer = models.ForeignKey(
        NeedOffer,
        on_delete=models.PROTECT,
        related_name="introductions",
        verbose_name=_("need or offer"),
        null=True,
        blank=True,
    )
    reason = models.TextField(_("why they fit together"), max_length=2000)
    state = models.CharField(_("state"), max_length=8, choices=IntroductionState, default=IntroductionState.MADE)
    made_on = DayField(_("introduced on"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("introduced by"))
    after_3_months = models.CharField(
        _("after 3 months"), max_length=8, choices=IntroductionOutcome, blank=True, editable=False
    )
    after_12_months = models.CharField(
        _("after 12 months"), max_length=8, choices=IntroductionOutcome, blank=True, editable=False
    )
    note = models.TextField(_("note"), max_length=2000, blank=True)

    objects = ScopedManager["Introduction"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = pgettext_lazy("between members", "introduction")
        verbose_name_plural = pgettext_lazy("between members", "introductions")
        ordering = ["-made_on", "-id"]
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                name="introduction_between_two",
                condition=~Q(first=F("second")),
                violation_error_message=_("An introduction needs two different organisations."),
            ),
            models.CheckConstraint(
                name="introduction_followed_has_outcome",
                condition=Q(state="made")
                | (Q(state="followed") & ~Q(after_3_months=""))
                | (Q(state="closed") & ~Q(after_12_months="")),
                violation_error_message=_("A follow-up says what became of the introduction."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"
