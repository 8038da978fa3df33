"""Models of coaching, by noun."""

from coaching.models.annexes import Annex, AnnexLine
from coaching.models.case import CaseFile, CaseNote, Task
from coaching.models.commission import AgendaItem, CommissionSession, Opinion, Recusal, SessionMember
from coaching.models.documents import CaseDocument
from coaching.models.money import CostRate, FundingShare, TimeEntry, TimeEntryShare
from coaching.models.plan import FinancialPlan, PlanComment, PlanLine, PlanVersion
from coaching.models.progress import Meeting, Milestone, OutcomeCheck, ReadinessScore
from coaching.models.request import CoachingRequest, Decision, ReferenceCounter
from coaching.models.specialists import Engagement, SharedDocument, Specialist, SpecialistTerms
from coaching.models.talk import CalendarFeed, CaseMessage

__all__ = [
    "AgendaItem",
    "Annex",
    "AnnexLine",
    "CalendarFeed",
    "CaseDocument",
    "CaseFile",
    "CaseMessage",
    "CaseNote",
    "CoachingRequest",
    "CommissionSession",
    "CostRate",
    "Decision",
    "Engagement",
    "FinancialPlan",
    "FundingShare",
    "Meeting",
    "Milestone",
    "Opinion",
    "OutcomeCheck",
    "PlanComment",
    "PlanLine",
    "PlanVersion",
    "ReadinessScore",
    "Recusal",
    "ReferenceCounter",
    "SessionMember",
    "SharedDocument",
    "Specialist",
    "SpecialistTerms",
    "Task",
    "TimeEntry",
    "TimeEntryShare",
]
