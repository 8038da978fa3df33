"""The staff's pages of premises and land: stock, offers, demand, enquiries."""

from premises.admin.enquiries import EnquiryAdmin
from premises.admin.offers import OfferAdmin
from premises.admin.searches import SpaceSearchAdmin
from premises.admin.stock import BuildingAdmin, PlotAdmin, SiteAdmin, UnitAdmin

__all__ = ["BuildingAdmin", "EnquiryAdmin", "OfferAdmin", "PlotAdmin", "SiteAdmin", "SpaceSearchAdmin", "UnitAdmin"]
