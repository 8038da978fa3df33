"""Words of premises and land that are the same everywhere: forms, lists, filters, addresses."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UnitUse(models.TextChoices):
    """What a unit is built for; it opens the title of its page."""

    HALL = "hall", _("industrial hall")
    WORKSHOP = "workshop", _("workshop")
    LABORATORY = "laboratory", _("laboratory")
    OFFICE = "office", _("offices")
    STORAGE = "storage", _("storage space")
    SHOP = "shop", _("shop or showroom")
    MIXED = "mixed", _("workshop with offices")


class Heating(models.TextChoices):
    """How a unit is heated."""

    DISTRICT = "district", _("district heating")
    WOOD = "wood", _("wood")
    HEAT_PUMP = "heat_pump", _("heat pump")
    GAS = "gas", _("gas")
    OIL = "oil", _("oil")
    ELECTRIC = "electric", _("electric")
    NONE = "none", pgettext_lazy("heating", "none")


class Zoning(models.TextChoices):
    """The zone of the municipality's plan."""

    INDUSTRY = "industry", _("industrial zone")
    ACTIVITY = "activity", _("zone for businesses")
    MIXED = "mixed", _("mixed zone")
    CENTRE = "centre", _("centre zone")
    PUBLIC = "public", _("zone for public use")
    OTHER = "other", pgettext_lazy("zone", "other zone")


class NoiseClass(models.TextChoices):
    """Degree of sensitivity to noise (Noise Abatement Ordinance, art. 43): how loud one may be."""

    II = "II", _("II: housing, no disturbing businesses")
    III = "III", _("III: moderately disturbing businesses")
    IV = "IV", _("IV: strongly disturbing businesses")


class Contamination(models.TextChoices):
    """What the cantonal register of polluted sites says."""

    NONE = "none", _("not in the register of polluted sites")
    LISTED = "listed", _("in the register, no measure needed")
    SURVEY = "survey", _("in the register, to be surveyed")
    CLEANUP = "cleanup", _("in the register, to be cleaned up")


class Servicing(models.TextChoices):
    """How far a plot is connected to road, water, sewer and power."""

    SERVICED = "serviced", _("fully serviced")
    PARTLY = "partly", _("partly serviced")
    PLANNED = "planned", _("servicing planned")
    RAW = "raw", _("not serviced")


class OfferKind(models.TextChoices):
    """On what terms something is on offer."""

    RENT = "rent", _("to let")
    SALE = "sale", _("for sale")
    BUILDING_RIGHT = "building_right", _("in building right")


class Visibility(models.TextChoices):
    """Who reads an offer."""

    PUBLIC = "public", _("public")
    ON_REQUEST = "on_request", _("public without address, details on request")
    INTERNAL = "internal", _("internal")


class OfferState(models.TextChoices):
    """The life of an offer."""

    DRAFT = "draft", pgettext_lazy("offer", "Draft")
    PUBLISHED = "published", pgettext_lazy("offer", "Free")
    RESERVED = "reserved", pgettext_lazy("offer", "Reserved")
    LET = "let", pgettext_lazy("offer", "Taken")
    WITHDRAWN = "withdrawn", pgettext_lazy("offer", "Withdrawn")


class OfferFreshness(models.TextChoices):
    """How far the owner's last confirmation lies back (periods: ``PREMISES_*`` settings)."""

    CONFIRMED = "confirmed", _("confirmed")
    TO_CONFIRM = "to_confirm", _("to be confirmed")
    HIDDEN = "hidden", _("hidden until confirmed")


class ClosureReason(models.TextChoices):
    """Why an offer ended."""

    TAKEN = "taken", _("let or sold")
    OWN_USE = "own_use", _("the owner uses it")
    OTHER_USE = "other_use", _("converted to another use")
    OWNER_STOPS = "owner_stops", _("the owner no longer offers it")
    WRONG = "wrong", _("entered by mistake")


class ClosureChannel(models.TextChoices):
    """Through whom the new occupant came."""

    PORTAL = "portal", _("this portal")
    ASSOCIATION = "association", _("the association")
    MUNICIPALITY = "municipality", _("the municipality")
    CANTON = "canton", _("the canton’s economic promotion")
    AGENCY = "agency", _("an estate agency")
    OWNER = "owner", _("the owner alone")
    UNKNOWN = "unknown", _("not known")


class PictureKind(models.TextChoices):
    """What a file shows."""

    PHOTO = "photo", _("photo")
    PLAN = "plan", _("plan")
    DOCUMENT = "document", _("document")


class Wanted(models.TextChoices):
    """What somebody looks for."""

    PREMISES = "premises", pgettext_lazy("several", "premises")
    PLOTS = "plots", _("building land")


class Deal(models.TextChoices):
    """On what terms somebody looks."""

    ANY = "any", _("rent or buy")
    RENT = "rent", _("rent")
    BUY = "buy", _("buy")


class SearchState(models.TextChoices):
    """The life of a space search."""

    OPEN = "open", pgettext_lazy("space search", "Open")
    PAUSED = "paused", pgettext_lazy("space search", "Paused")
    FOUND = "found", pgettext_lazy("space search", "Found")
    GIVEN_UP = "given_up", pgettext_lazy("space search", "Given up")


class MatchState(models.TextChoices):
    """What became of an offer that fits a search."""

    PROPOSED = "proposed", pgettext_lazy("match", "Suggested")
    SHOWN = "shown", pgettext_lazy("match", "Shown")
    KEPT = "kept", pgettext_lazy("match", "Kept in view")
    DISMISSED = "dismissed", pgettext_lazy("match", "Does not suit")


class EnquiryState(models.TextChoices):
    """The life of a public enquiry."""

    UNCONFIRMED = "unconfirmed", pgettext_lazy("enquiry", "Waiting for confirmation")
    RECEIVED = "received", pgettext_lazy("enquiry", "Received")
    IN_HAND = "in_hand", pgettext_lazy("enquiry", "Being handled")
    ANSWERED = "answered", pgettext_lazy("enquiry", "Answered")
    DROPPED = "dropped", pgettext_lazy("enquiry", "Dropped")


class ShortlistState(models.TextChoices):
    """The life of a shortlist."""

    DRAFT = "draft", pgettext_lazy("shortlist", "In preparation")
    SHARED = "shared", pgettext_lazy("shortlist", "Shared")
    ENDED = "ended", pgettext_lazy("shortlist", "Ended")
