"""A founder's request and what was decided on it."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coaching.enums import Channel, Need, RequestState, Stage
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.core.scope import ScopedManager
from promo_portal.regions.models import Association, Municipality

AWAITING_ANSWER = (RequestState.SUBMITTED, RequestState.IN_REVIEW, RequestState.ON_AGENDA)


def new_key() -> str:
    """A key that cannot be guessed (144 bits), for the founder's own links."""
    return secrets.token_urlsafe(18)


@tracked(exclude=["key"], confidential=True, private_state=RequestState.DRAFT.value)
class CoachingRequest(models.Model):
    """Six answers of a founder. A draft is kept from the first answer on; nothing is sent before they agree."""

    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        related_name="coaching_requests",
        verbose_name=_("association"),
        null=True,
        blank=True,
    )
    reference = models.CharField(_("reference"), max_length=20, unique=True, null=True, blank=True)
    key = models.CharField(_("key"), max_length=40, unique=True, default=new_key, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=RequestState, default=RequestState.DRAFT)
    channel = models.CharField(_("received"), max_length=10, choices=Channel, default=Channel.ONLINE)
    version = models.PositiveIntegerField(_("version"), default=1)

    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=2, default="fr")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name=_("municipality"), null=True, blank=True
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, blank=True)
    idea = models.TextField(_("idea"), max_length=2000, blank=True)
    start = models.CharField(_("when and with whom"), max_length=500, blank=True)
    need = models.CharField(_("main need"), max_length=16, choices=Need, blank=True)
    need_detail = models.CharField(_("in your words"), max_length=500, blank=True)

    consented_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    confirmation_asked_at = models.DateTimeField(_("confirmation asked at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("address confirmed at"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answer_by = models.DateField(_("answer by"), null=True, blank=True)
    reviewer = models.ForeignKey(
        User, on_delete=models.SET_NULL, related_name="+", verbose_name=_("in charge"), null=True, blank=True
    )
    forwarded_to = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="forwarded_from",
        verbose_name=_("forwarded as"),
        null=True,
        blank=True,
    )
    hold_reason = models.CharField(_("kept longer because"), max_length=300, blank=True, default="", db_default="")
    hold_until = models.DateField(_("kept until"), null=True, blank=True)
    anonymised_at = models.DateTimeField(_("anonymised"), null=True, blank=True)
    created_at = MomentField(_("begun"), editable=False)
    saved_at = MomentField(_("saved"))

    objects = ScopedManager["CoachingRequest"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("coaching request")
        verbose_name_plural = _("coaching requests")
        ordering = ["-submitted_at", "-id"]
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                name="coachingrequest_sent_is_complete",
                condition=Q(state="draft")
                | (
                    Q(association__isnull=False, municipality__isnull=False, reference__isnull=False)
                    & Q(submitted_at__isnull=False, consented_at__isnull=False, answer_by__isnull=False)
                )
                | Q(state="withdrawn"),
                violation_error_message=_(
                    "A request that was sent has a reference, a place and a date for the answer."
                ),
            ),
            models.CheckConstraint(
                name="coachingrequest_forwarded_names_successor",
                condition=Q(state="forwarded", forwarded_to__isnull=False)
                | (~Q(state="forwarded") & Q(forwarded_to=None)),
                violation_error_message=_("A forwarded request names the one it became."),
            ),
            models.CheckConstraint(
                name="coachingrequest_hold_is_complete",
                condition=Q(hold_reason="", hold_until=None) | (~Q(hold_reason="") & Q(hold_until__isnull=False)),
                violation_error_message=_("What is kept longer has a reason and a last day."),
            ),
        ]
        indexes = [
            models.Index(name="coachingrequest_queue", fields=["association", "state", "answer_by"]),
            models.Index(name="coachingrequest_drafts", fields=["saved_at"], condition=Q(state="draft")),
        ]

    def __str__(self) -> str:
        return f"{self.reference or _('draft')} {self.founder_name}"

    @property
    def founder_name(self) -> str:
        """First and last name as one writes them."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_awaiting_answer(self) -> bool:
        """Whether the association still owes the founder an answer."""
        return self.state in AWAITING_ANSWER

    @property
    def awaits_confirmation(self) -> bool:
        """Sent without a proof of work, and not yet confirmed from the founder's mailbox."""
        return self.state == RequestState.DRAFT and self.confirmation_asked_at is not None


class ReferenceCounter(models.Model):
    """The last number given in a year, one row per kind of reference; its row lock keeps two requests from sharing one."""

    kind = models.CharField(_("kind"), max_length=10)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"))

    class Meta:
        verbose_name = _("reference counter")
        verbose_name_plural = _("reference counters")
        constraints = [models.UniqueConstraint(name="referencecounter_once", fields=["kind", "year"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


@tracked(confidential=True)
class Decision(models.Model):
    """What was decided on a request, by whom and why; a circular decision falls between the commission's sessions.

    One with a session was voted on by the members; one without is the manager's own, where the association allows it.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("coaching request", "Accepted")
        REFUSED = "refused", pgettext_lazy("coaching request", "Refused")

    class Way(models.TextChoices):
        COMMISSION = "commission", _("by the commission")
        CIRCULAR = "circular", _("by circular decision")

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    request = models.OneToOneField(
        CoachingRequest, on_delete=models.PROTECT, related_name="decision", verbose_name=_("request")
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    way = models.CharField(_("way"), max_length=12, choices=Way)
    session = models.ForeignKey(
        "coaching.CommissionSession",
        on_delete=models.PROTECT,
        related_name="decisions",
        verbose_name=_("session"),
        null=True,
        blank=True,
    )
    reasons = models.TextField(_("reasons"))
    conditions = models.TextField(_("conditions"), max_length=2000, blank=True, default="", db_default="")
    addresses = models.TextField(_("better addresses"), max_length=1000, blank=True, default="", db_default="")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = MomentField(_("decided at"))

    objects = ScopedManager["Decision"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-decided_at"]
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                name="decision_has_reasons",
                condition=~Q(reasons=""),
                violation_error_message=_("A decision needs its reasons."),
            ),
            models.CheckConstraint(
                name="decision_of_commission_names_session",
                condition=~Q(way="commission") | Q(session__isnull=False),
                violation_error_message=_("A decision of the commission falls in one of its sessions."),
            ),
            models.CheckConstraint(
                name="decision_conditions_if_accepted",
                condition=Q(outcome="accepted") | Q(conditions=""),
                violation_error_message=_("Only an acceptance has conditions."),
            ),
            models.CheckConstraint(
                name="decision_addresses_if_refused",
                condition=Q(outcome="refused") | Q(addresses=""),
                violation_error_message=_("Only a refusal names better addresses."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.get_outcome_display()}"
