"""A cluster, its members, and the steps from the raw part to the customer that they cover."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clusters.enums import ClusterState, MemberRole
from clusters.languages import in_language
from companies.models import Organisation
from promo_portal.audit.history import tracked
from promo_portal.core.fields import DayField, MomentField
from promo_portal.regions.models import Association


class ClusterQuerySet(models.QuerySet["Cluster"]):
    """Questions about many clusters."""

    def published(self) -> "ClusterQuerySet":
        """Clusters that the public sees."""
        return self.filter(state=ClusterState.PUBLISHED)


@tracked()
class Cluster(models.Model):
    """One competence in which the region's companies, schools and institutes are strong together."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="clusters", verbose_name=_("association")
    )
    slug = models.SlugField(_("short name"), max_length=60, unique=True, help_text=_("Part of the page's address."))
    state = models.CharField(_("state"), max_length=10, choices=ClusterState, default=ClusterState.DRAFT)
    name_fr = models.CharField(_("name (French)"), max_length=120)
    name_de = models.CharField(_("name (German)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    makes_fr = models.CharField(_("what it makes, and for whom (French)"), max_length=300)
    makes_de = models.CharField(_("what it makes, and for whom (German)"), max_length=300)
    makes_en = models.CharField(_("what it makes, and for whom (English)"), max_length=300)
    text_fr = models.TextField(_("text (French)"), max_length=6000, blank=True)
    text_de = models.TextField(_("text (German)"), max_length=6000, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=6000, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail of the contact person"), blank=True)
    contact_phone = models.CharField(_("phone of the contact person"), max_length=20, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=10)
    created_at = MomentField(_("created"), editable=False)
    is_demonstration = models.BooleanField(_("invented, for demonstration"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")

    @property
    def makes(self) -> str:
        """What it makes, and for whom, in the reader's language."""
        return in_language(self, "makes")

    @property
    def text(self) -> str:
        """The longer text in the reader's language."""
        return in_language(self, "text")


class ClusterMembershipQuerySet(models.QuerySet["ClusterMembership"]):
    """Questions about many memberships."""

    def active(self, on: date) -> "ClusterMembershipQuerySet":
        """Memberships in force on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)

    def shown(self, on: date) -> "ClusterMembershipQuerySet":
        """Memberships in force of organisations that the public sees."""
        return self.active(on).filter(organisation__in=Organisation.objects.published(on).order_by())


@tracked()
class ClusterMembership(models.Model):
    """An organisation's part in a cluster, from a day to a day. Leaving ends the row; joining again makes another."""

    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("cluster")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="cluster_memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=10, choices=MemberRole, default=MemberRole.MAKER)
    valid_from = DayField(_("member since"))
    valid_to = models.DateField(_("member until"), null=True, blank=True)

    objects = ClusterMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a cluster")
        verbose_name_plural = _("members of clusters")
        ordering = ["cluster", "organisation", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="clustermembership_open_once",
                fields=["cluster", "organisation"],
                condition=Q(valid_to=None),
                violation_error_message=_("This organisation is a member already."),
            ),
            models.CheckConstraint(
                name="clustermembership_ends_after_start",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("A membership cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.cluster}"


@tracked()
class ValueStep(models.Model):
    """One step of a cluster's value chain. Without a member it is a gap, and is shown as one."""

    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="value_steps", verbose_name=_("cluster")
    )
    order = models.PositiveSmallIntegerField(_("order"))
    name_fr = models.CharField(_("name (French)"), max_length=120)
    name_de = models.CharField(_("name (German)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    text_fr = models.CharField(_("text (French)"), max_length=400, blank=True)
    text_de = models.CharField(_("text (German)"), max_length=400, blank=True)
    text_en = models.CharField(_("text (English)"), max_length=400, blank=True)
    members = models.ManyToManyField(
        ClusterMembership, through="ValueStepMember", related_name="value_steps", verbose_name=_("covered by")
    )

    class Meta:
        verbose_name = _("step of the value chain")
        verbose_name_plural = _("steps of the value chain")
        ordering = ["cluster", "order"]
        constraints = [
            models.UniqueConstraint(
                name="valuestep_order_once",
                fields=["cluster", "order"],
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Two steps have the same place in the order."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.name}"

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")

    @property
    def text(self) -> str:
        """What happens in this step, in the reader's language."""
        return in_language(self, "text")


@tracked()
class ValueStepMember(models.Model):
    """A member covers a step of its cluster's value chain."""

    step = models.ForeignKey(
        ValueStep, on_delete=models.CASCADE, related_name="coverage", verbose_name=_("step of the value chain")
    )
    membership = models.ForeignKey(
        ClusterMembership, on_delete=models.CASCADE, related_name="coverage", verbose_name=_("member")
    )

    class Meta:
        verbose_name = _("member that covers a step")
        verbose_name_plural = _("members that cover a step")
        ordering = ["step", "membership"]
        constraints = [
            models.UniqueConstraint(
                name="valuestepmember_once",
                fields=["step", "membership"],
                violation_error_message=_("This member covers the step already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.membership_id}"
