"""An event with its programme and its places."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from clusters.enums import EventState
from clusters.languages import in_language
from clusters.models.cluster import Cluster
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.regions.models import Association, Municipality
from promo_portal.regions.names import plain


class EventQuerySet(models.QuerySet["Event"]):
    """Questions about many events."""

    def public(self) -> "EventQuerySet":
        """Events that have a page: published ones, and cancelled ones that had been published."""
        return self.filter(published_at__isnull=False).exclude(state=EventState.DRAFT)

    def upcoming(self, now: datetime) -> "EventQuerySet":
        """Events that are not over."""
        return self.filter(ends_at__gte=now).order_by("starts_at", "id")

    def over(self, now: datetime) -> "EventQuerySet":
        """Events that lie behind, the latest first."""
        return self.filter(ends_at__lt=now).order_by("-starts_at", "-id")


@tracked(recounted=["seats_taken", "seats_waiting", "offers_until", "version"])
class Event(models.Model):
    """Something people come to, above all the yearly Cluster Day.

    ``seats_taken``, ``seats_waiting`` and ``offers_until`` are recounted from the registrations under the lock of this row, so that public
    pages can tell free places without reading anybody's registration.
    """

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="events", verbose_name=_("association")
    )
    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="events", verbose_name=_("cluster"), null=True, blank=True
    )
    is_cluster_day = models.BooleanField(_("Cluster Day"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=EventState, default=EventState.DRAFT)
    state_reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    title_fr = models.CharField(_("title (French)"), max_length=120)
    title_de = models.CharField(_("title (German)"), max_length=120, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=120, blank=True)
    text_fr = models.TextField(_("text (French)"), max_length=6000, blank=True)
    text_de = models.TextField(_("text (German)"), max_length=6000, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=6000, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=120, help_text=_("Such as: Salle communale"))
    address = models.CharField(_("street, postcode and locality"), max_length=160, blank=True)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    languages = models.CharField(_("languages spoken"), max_length=20, default="fr", help_text=_("Such as: fr de en"))
    price = models.DecimalField(_("price"), max_digits=7, decimal_places=2, default=0, help_text=_("0 means free."))
    capacity = models.PositiveIntegerField(_("places"))
    registration_until = models.DateTimeField(_("registration until"), null=True, blank=True)
    cancel_until = models.DateTimeField(_("cancelling possible until"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    changed_at = MomentField(_("changed"), editable=False)
    seats_taken = models.PositiveIntegerField(_("places taken"), default=0, editable=False)
    seats_waiting = models.PositiveIntegerField(_("people on the waiting list"), default=0, editable=False)
    offers_until = models.DateTimeField(_("next offer ends"), null=True, blank=True, editable=False)
    is_demonstration = models.BooleanField(_("invented, for demonstration"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="event_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("An event cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="event_registration_before_start",
                condition=Q(registration_until=None) | Q(registration_until__lte=F("starts_at")),
                violation_error_message=_("Registration ends before the event begins."),
            ),
            models.CheckConstraint(
                name="event_cancelling_before_start",
                condition=Q(cancel_until=None) | Q(cancel_until__lte=F("starts_at")),
                violation_error_message=_("Cancelling is possible until the event begins at the latest."),
            ),
            models.CheckConstraint(
                name="event_published_has_time",
                condition=~Q(state="published") | Q(published_at__isnull=False),
                violation_error_message=_("A published event has a time of publication."),
            ),
            models.CheckConstraint(
                name="event_cancelled_has_reason",
                condition=~Q(state="cancelled") | ~Q(state_reason=""),
                violation_error_message=_("Cancelling an event needs a reason."),
            ),
            models.CheckConstraint(
                name="event_price_not_negative",
                condition=Q(price__gte=0),
                violation_error_message=_("A price is not below zero."),
            ),
        ]
        indexes = [
            models.Index(name="event_by_date", fields=["state", "starts_at"]),
            models.Index(name="event_of_association", fields=["association", "starts_at"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self, "title")

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return in_language(self, "text")

    @property
    def slug(self) -> str:
        """The readable part of its address; the number before it decides."""
        return slugify(plain(self.title_fr))[:60] or "evenement"

    @property
    def seats_free(self) -> int:
        """Places that nobody holds; none as long as people wait for one."""
        return 0 if self.seats_waiting else max(0, self.capacity - self.seats_taken)

    def is_over(self, now: datetime) -> bool:
        """Whether the event lies behind."""
        return self.ends_at < now

    def takes_registrations(self, now: datetime) -> bool:
        """Whether people may register (for a place or for the waiting list)."""
        until = self.registration_until or self.starts_at
        return self.state == EventState.PUBLISHED and now <= until

    def may_be_left(self, now: datetime) -> bool:
        """Whether a registration can still be cancelled online."""
        return self.state == EventState.PUBLISHED and now <= (self.cancel_until or self.starts_at)


@tracked()
class Session(models.Model):
    """A part of an event's programme: when, what, who speaks, in which room."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("event"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    title_fr = models.CharField(_("title (French)"), max_length=160)
    title_de = models.CharField(_("title (German)"), max_length=160, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    speaker = models.CharField(_("who speaks"), max_length=200, blank=True)
    room = models.CharField(_("room"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("part of the programme")
        verbose_name_plural = _("programme")
        ordering = ["event", "starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_start",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A part of the programme cannot end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self, "title")
