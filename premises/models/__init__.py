"""Models of premises and land, by noun."""

from premises.models.demand import Enquiry, Match, SpaceSearch
from premises.models.offer import Closure, Offer, OwnerContact
from premises.models.shortlist import Shortlist, ShortlistItem, ShortlistView
from premises.models.stock import Building, Picture, Plot, Site, Unit

__all__ = [
    "Building",
    "Closure",
    "Enquiry",
    "Match",
    "Offer",
    "OwnerContact",
    "Picture",
    "Plot",
    "Shortlist",
    "ShortlistItem",
    "ShortlistView",
    "Site",
    "SpaceSearch",
    "Unit",
]
