"""The staff's pages of coaching: the queue of requests, the files and their parts, the commission, the network."""

from coaching.admin.annexes import AnnexAdmin
from coaching.admin.checks import OutcomeCheckAdmin
from coaching.admin.commission import AgendaItemAdmin, CommissionSessionAdmin
from coaching.admin.files import CaseFileAdmin
from coaching.admin.ledger import TimeEntryAdmin
from coaching.admin.records import (
    CaseDocumentAdmin,
    CostRateAdmin,
    EngagementAdmin,
    FundingShareAdmin,
    MeetingAdmin,
    MilestoneAdmin,
    ReadinessScoreAdmin,
)
from coaching.admin.requests import CoachingRequestAdmin
from coaching.admin.specialists import SpecialistAdmin

__all__ = [
    "AgendaItemAdmin",
    "AnnexAdmin",
    "CaseDocumentAdmin",
    "CaseFileAdmin",
    "CoachingRequestAdmin",
    "CommissionSessionAdmin",
    "CostRateAdmin",
    "EngagementAdmin",
    "FundingShareAdmin",
    "MeetingAdmin",
    "MilestoneAdmin",
    "OutcomeCheckAdmin",
    "ReadinessScoreAdmin",
    "SpecialistAdmin",
    "TimeEntryAdmin",
]
