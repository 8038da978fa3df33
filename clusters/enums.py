"""Words of clusters and events that are the same everywhere: forms, filters, addresses."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClusterState(models.TextChoices):
    """Whether the public sees a cluster."""

    DRAFT = "draft", pgettext_lazy("cluster", "draft")
    PUBLISHED = "published", pgettext_lazy("cluster", "published")
    CLOSED = "closed", pgettext_lazy("cluster", "closed")


class MemberRole(models.TextChoices):
    """What a member is to the cluster."""

    MAKER = "maker", pgettext_lazy("cluster member", "makes the product")
    SUPPLIER = "supplier", pgettext_lazy("cluster member", "supplies parts or machines")
    SERVICE = "service", pgettext_lazy("cluster member", "renders a service")
    TRAINING = "training", pgettext_lazy("cluster member", "trains people")
    RESEARCH = "research", pgettext_lazy("cluster member", "does research")
    SUPPORT = "support", pgettext_lazy("cluster member", "supports the cluster")


class NeedOfferKind(models.TextChoices):
    """Whether a member looks for something or has it to give."""

    NEED = "need", pgettext_lazy("between members", "looks for")
    OFFER = "offer", pgettext_lazy("between members", "offers")


class NeedOfferState(models.TextChoices):
    """Where a need or offer stands; the public reads those that are open."""

    DRAFT = "draft", pgettext_lazy("need or offer", "draft")
    OPEN = "open", pgettext_lazy("need or offer", "published")
    CLOSED = "closed", pgettext_lazy("need or offer", "settled")


class IntroductionState(models.TextChoices):
    """How far an introduction was followed up: after three months, then after twelve."""

    MADE = "made", _("introduced")
    FOLLOWED = "followed", _("followed up after 3 months")
    CLOSED = "closed", _("followed up after 12 months")


class IntroductionOutcome(models.TextChoices):
    """What became of an introduction."""

    NOTHING = "nothing", _("nothing came of it")
    IN_TOUCH = "in_touch", _("they are in touch")
    ORDER = "order", _("an order")
    PROJECT = "project", _("a joint project")


class EventState(models.TextChoices):
    """Where an event stands. Full and past follow from places and dates, not from a state."""

    DRAFT = "draft", pgettext_lazy("event", "draft")
    PUBLISHED = "published", pgettext_lazy("event", "published")
    CANCELLED = "cancelled", pgettext_lazy("event", "cancelled")


class RegistrationState(models.TextChoices):
    """Where a registration stands. Confirmed and offered ones hold places."""

    PENDING = "pending", pgettext_lazy("registration", "to be confirmed by mail")
    CONFIRMED = "confirmed", pgettext_lazy("registration", "confirmed")
    WAITING = "waiting", pgettext_lazy("registration", "on the waiting list")
    OFFERED = "offered", pgettext_lazy("registration", "place offered")
    CANCELLED = "cancelled", pgettext_lazy("registration", "cancelled")


class RegistrationChannel(models.TextChoices):
    """How a registration came in."""

    ONLINE = "online", pgettext_lazy("registration", "online")
    STAFF = "staff", pgettext_lazy("registration", "entered by staff")
    DOOR = "door", pgettext_lazy("registration", "at the door")


HOLDING_PLACES = (RegistrationState.CONFIRMED, RegistrationState.OFFERED)
ACTIVE = (*HOLDING_PLACES, RegistrationState.WAITING)
