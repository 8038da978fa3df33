"""The yearly question "is your entry still right?": whom it goes to, and what came of it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from companies.enums import CampaignState, RecipientState
from companies.models.organisation import Contact, Organisation
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Questions about campaigns."""

    def asking(self) -> "CampaignQuerySet":
        """Campaigns whose answers still count."""
        return self.filter(state__in=(CampaignState.SENDING, CampaignState.RUNNING))


@tracked()
class Campaign(models.Model):
    """A round of questions to the organisations of a segment. The mandate asks for an up-to-date directory each year."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("association")
    )
    title = models.CharField(_("title"), max_length=120)
    year = models.PositiveSmallIntegerField(_("year"))
    segment = models.JSONField(_("who is asked"), default=dict, blank=True)  # companies.segments.Segment
    message_fr = models.TextField(_("addition to the mail (French)"), max_length=1000, blank=True)
    message_de = models.TextField(_("addition to the mail (German)"), max_length=1000, blank=True)
    message_en = models.TextField(_("addition to the mail (English)"), max_length=1000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=CampaignState, default=CampaignState.DRAFT)
    author_id = models.BigIntegerField(_("number of the person"), null=True, blank=True)
    author_name = models.CharField(_("by"), max_length=200, blank=True)
    created_at = MomentField(_("created"), editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    summary = models.JSONField(_("figures at the end"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-year", "-id"]
        constraints = [
            models.CheckConstraint(
                name="campaign_closed_has_date",
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="campaign_asking_was_sent",
                condition=~Q(state__in=["sending", "running"]) | Q(sent_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="campaign_by_state", fields=["association", "state"])]

    def __str__(self) -> str:
        return self.title

    def message_in(self, language: str) -> str:
        """The staff's addition in a language; empty where none was written."""
        return str(getattr(self, f"message_{language}", ""))


@tracked()
class CampaignRecipient(models.Model):
    """One organisation of a campaign, the address it is asked at, and the answer."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="recipients", verbose_name=_("campaign")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="campaign_rows", verbose_name=_("organisation")
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, related_name="+", verbose_name=_("contact"), null=True, blank=True
    )
    address = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=2, default="fr")
    state = models.CharField(_("state"), max_length=12, choices=RecipientState, default=RecipientState.PLANNED)
    why = models.CharField(_("reason"), max_length=12, blank=True)  # enums.Exclusion, where there is no address
    mail = models.OneToOneField(
        OutgoingMail, on_delete=models.SET_NULL, related_name="+", verbose_name=_("mail"), null=True, blank=True
    )
    sent_at = models.DateTimeField(_("asked on"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    calls = models.PositiveSmallIntegerField(_("calls"), default=0)
    called_at = models.DateTimeField(_("last call"), null=True, blank=True)
    call_note = models.CharField(_("note on the call"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("recipient of a campaign")
        verbose_name_plural = _("recipients of campaigns")
        ordering = ["campaign", "id"]
        constraints = [
            models.UniqueConstraint(
                name="campaignrecipient_once",
                fields=["campaign", "organisation", "contact"],
                nulls_distinct=False,
                violation_error_message=_("This organisation is asked already."),
            ),
            models.CheckConstraint(
                name="campaignrecipient_asked_has_address",
                condition=~Q(state__in=["planned", "sent"]) | ~Q(address=""),
            ),
            models.CheckConstraint(
                name="campaignrecipient_sent_has_date", condition=~Q(state="sent") | Q(sent_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(name="campaignrecipient_state", fields=["campaign", "state"]),
            models.Index(name="campaignrecipient_planned", fields=["campaign", "id"], condition=Q(state="planned")),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.organisation_id}"

    @property
    def association_id(self) -> int:
        """Whose deadlines and mails these are."""
        return self.campaign.association_id


class MailRefusal(models.Model):
    """Somebody wants no more messages about an entry at this address; other mail of the portal is not concerned."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="mail_refusals", verbose_name=_("organisation")
    )
    email = models.EmailField(_("e-mail"))
    since = MomentField(_("since"), editable=False)

    class Meta:
        verbose_name = _("refusal of messages")
        verbose_name_plural = _("refusals of messages")
        ordering = ["organisation", "id"]
        constraints = [models.UniqueConstraint("organisation", Lower("email"), name="mailrefusal_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.since:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Addresses are compared in small letters."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)
