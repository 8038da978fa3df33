"""Models of the directory, by noun."""

from companies.models.alerts import AlertReader, SavedSearch, SavedSearchAlert
from companies.models.campaigns import Campaign, CampaignRecipient, MailRefusal
from companies.models.capability import Capability, CapabilitySynonym
from companies.models.duplicates import DuplicatePair, MergeRecord
from companies.models.embeds import Embed
from companies.models.freshness import ChangeProposal, Confirmation
from companies.models.imports import ColumnMemory, ImportRow, ImportRun
from companies.models.open_data import BulkFile
from companies.models.organisation import (
    Contact,
    Organisation,
    OrganisationActivity,
    OrganisationCapability,
    OrganisationQuerySet,
)
from companies.models.picture import OrganisationPicture, ProposedPicture
from companies.models.search import (
    SearchAnchor,
    SearchDocument,
    SearchNews,
    SearchSynonym,
    SearchTerm,
    SearchTile,
    SearchTotal,
)

__all__ = [
    "AlertReader",
    "BulkFile",
    "Campaign",
    "CampaignRecipient",
    "Capability",
    "CapabilitySynonym",
    "ChangeProposal",
    "ColumnMemory",
    "Confirmation",
    "Contact",
    "DuplicatePair",
    "Embed",
    "ImportRow",
    "ImportRun",
    "MailRefusal",
    "MergeRecord",
    "Organisation",
    "OrganisationActivity",
    "OrganisationCapability",
    "OrganisationPicture",
    "OrganisationQuerySet",
    "ProposedPicture",
    "SavedSearch",
    "SavedSearchAlert",
    "SearchAnchor",
    "SearchDocument",
    "SearchNews",
    "SearchSynonym",
    "SearchTerm",
    "SearchTile",
    "SearchTotal",
]
