"""Who comes to an event, who waits for a place, and who was there."""

import secrets

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clusters.enums import RegistrationChannel, RegistrationState
from clusters.models.event import Event
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.core.scope import ScopedManager
from promo_portal.regions.models import Association

MOST_TOGETHER = 10
_ACTIVE = ("confirmed", "waiting", "offered")


def new_key() -> str:
    """A key that cannot be guessed (144 bits), for the person's own links."""
    return secrets.token_urlsafe(18)


@tracked(exclude=["key", "form_key"], confidential=True, private_state=RegistrationState.PENDING.value)
class Registration(models.Model):
    """One or several people who want to come together, under one e-mail address.

    A place is held by confirmed and offered registrations. ``waiting_number`` is given once, in the order in which people
    came, and never changes; the place in the queue is counted from it. ``form_key`` is the form's own number: the same
    form sent twice is one registration.
    """

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("event"))
    state = models.CharField(_("state"), max_length=10, choices=RegistrationState, default=RegistrationState.PENDING)
    channel = models.CharField(
        _("received"), max_length=8, choices=RegistrationChannel, default=RegistrationChannel.ONLINE
    )
    key = models.CharField(_("key"), max_length=40, unique=True, default=new_key, editable=False)
    form_key = models.CharField(_("number of the form"), max_length=40, blank=True, editable=False)
    user = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("person"),
        null=True,
        blank=True,
        editable=False,
    )
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    company = models.CharField(_("company or organisation"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=2, default="fr")
    seats = models.PositiveSmallIntegerField(_("people"), default=1)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    waiting_number = models.PositiveIntegerField(_("number on the waiting list"), null=True, blank=True, editable=False)
    offer_until = models.DateTimeField(_("place offered until"), null=True, blank=True, editable=False)
    registered_at = MomentField(_("registered"), editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ScopedManager["Registration"](own="user_id")
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-registered_at", "-id"]
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                "event",
                Lower("email"),
                name="registration_address_once",
                condition=Q(state__in=_ACTIVE) & ~Q(email=""),
                violation_error_message=_("Somebody is registered with this address already."),
            ),
            models.UniqueConstraint(
                "event",
                Lower("email"),
                name="registration_pending_once",
                condition=Q(state="pending"),
            ),
            models.UniqueConstraint(
                name="registration_form_once",
                fields=["event", "form_key"],
                condition=~Q(form_key=""),
                violation_error_message=_("This form has been sent already."),
            ),
            models.UniqueConstraint(name="registration_waiting_number_once", fields=["event", "waiting_number"]),
            models.CheckConstraint(
                name="registration_waiting_has_number",
                condition=~Q(state__in=("waiting", "offered")) | Q(waiting_number__isnull=False),
                violation_error_message=_("Who waits has a number."),
            ),
            models.CheckConstraint(
                name="registration_offer_ends",
                condition=Q(state="offered", offer_until__isnull=False) | (~Q(state="offered") & Q(offer_until=None)),
                violation_error_message=_("An offer has an end."),
            ),
            models.CheckConstraint(
                name="registration_seats_within_reason",
                condition=Q(seats__gte=1, seats__lte=MOST_TOGETHER),
                violation_error_message=_("At most ten people come under one registration."),
            ),
            models.CheckConstraint(
                name="registration_online_has_address",
                condition=~Q(channel="online") | ~Q(email=""),
                violation_error_message=_("A registration needs an e-mail address."),
            ),
            models.CheckConstraint(
                name="registration_cancelled_has_time",
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at=None)),
            ),
        ]
        indexes = [
            models.Index(name="registration_of_event", fields=["event", "state", "waiting_number"]),
            models.Index(name="registration_offers", fields=["offer_until"], condition=Q(state="offered")),
            models.Index(name="registration_pending", fields=["registered_at"], condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name as one writes them."""
        return f"{self.first_name} {self.last_name}".strip()


@tracked(confidential=True)
class Guest(models.Model):
    """One person of a registration: a name on a badge, a line on the check-in list."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="guests", verbose_name=_("registration")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=161)
    company = models.CharField(_("company or organisation"), max_length=120, blank=True)

    objects = ScopedManager["Guest"](own="registration__user_id")
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        ordering = ["registration", "number"]
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(name="guest_number_once", fields=["registration", "number"])]

    def __str__(self) -> str:
        return self.name


@tracked(confidential=True)
class CheckIn(models.Model):
    """Somebody arrived. Undoing a slip of the finger takes the row away; the history keeps it."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association")
    )
    guest = models.OneToOneField(Guest, on_delete=models.CASCADE, related_name="check_in", verbose_name=_("guest"))
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="check_ins", verbose_name=_("event"))
    at = MomentField(_("arrived at"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("checked in by"))

    objects = ScopedManager["CheckIn"]()
    unscoped = models.Manager()

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        ordering = ["-at", "-id"]
        base_manager_name = "unscoped"
        indexes = [models.Index(name="checkin_of_event", fields=["event", "-at"])]

    def __str__(self) -> str:
        return f"{self.guest_id}, {self.at:%Y-%m-%d %H:%M}"
