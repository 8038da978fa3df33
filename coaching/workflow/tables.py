"""Which step leads where, as data. A pair that is not listed is refused; every pair is tested."""

from coaching.enums import (
    AnnexState,
    CaseState,
    CheckState,
    EngagementState,
    ItemState,
    MilestoneState,
    RequestState,
    SessionState,
    TaskState,
)
from promo_portal.core.transitions import Table

_ANSWERS = {
    "accept": RequestState.ACCEPTED,
    "refuse": RequestState.REFUSED,
    "forward": RequestState.FORWARDED,
    "withdraw": RequestState.WITHDRAWN,
}

REQUEST_ACTIONS = (
    "save",
    "ask_confirmation",
    "submit",
    "review",
    "accept",
    "refuse",
    "forward",
    "withdraw",
    "list",
    "unlist",
)
REQUEST: Table = {
    (RequestState.DRAFT, "save"): RequestState.DRAFT,
    (RequestState.DRAFT, "ask_confirmation"): RequestState.DRAFT,
    (RequestState.DRAFT, "submit"): RequestState.SUBMITTED,
    (RequestState.DRAFT, "withdraw"): RequestState.WITHDRAWN,
    (RequestState.SUBMITTED, "review"): RequestState.IN_REVIEW,
    (RequestState.IN_REVIEW, "review"): RequestState.IN_REVIEW,  # a colleague takes over
    **{(RequestState.SUBMITTED, action): state for action, state in _ANSWERS.items()},
    **{(RequestState.IN_REVIEW, action): state for action, state in _ANSWERS.items()},
    **{(RequestState.ON_AGENDA, action): state for action, state in _ANSWERS.items() if action != "forward"},
    (RequestState.SUBMITTED, "list"): RequestState.ON_AGENDA,
    (RequestState.IN_REVIEW, "list"): RequestState.ON_AGENDA,
    (RequestState.ON_AGENDA, "unlist"): RequestState.IN_REVIEW,  # postponed, taken off, or the session was called off
}

# What is written into a file without moving it: always, not while it is closed, or only while somebody works on it.
_EVER = ("book_time", "add_document", "score", "write_message")
_NOT_CLOSED = ("edit", "add_note", "add_meeting", "edit_plan")
_OPEN_ONLY = ("move_next_date", "add_task", "plan_milestone")
CASE_ACTIONS = (*_EVER, *_NOT_CLOSED, *_OPEN_ONLY, "pause", "close", "reopen")
CASE: Table = {
    **{(CaseState.OPEN, action): CaseState.OPEN for action in (*_EVER, *_NOT_CLOSED, *_OPEN_ONLY)},
    **{(CaseState.PAUSED, action): CaseState.PAUSED for action in (*_EVER, *_NOT_CLOSED)},
    **{(CaseState.CLOSED, action): CaseState.CLOSED for action in _EVER},
    (CaseState.OPEN, "pause"): CaseState.PAUSED,
    (CaseState.OPEN, "close"): CaseState.CLOSED,
    (CaseState.PAUSED, "reopen"): CaseState.OPEN,
    (CaseState.PAUSED, "close"): CaseState.CLOSED,
    (CaseState.CLOSED, "reopen"): CaseState.OPEN,
}

TASK_ACTIONS = ("edit", "complete", "drop", "reopen")
TASK: Table = {
    (TaskState.OPEN, "edit"): TaskState.OPEN,
    (TaskState.OPEN, "complete"): TaskState.DONE,
    (TaskState.OPEN, "drop"): TaskState.CANCELLED,
    (TaskState.DONE, "reopen"): TaskState.OPEN,
    (TaskState.CANCELLED, "reopen"): TaskState.OPEN,
}

MILESTONE_ACTIONS = ("plan", "reach", "drop", "reopen")
MILESTONE: Table = {
    (MilestoneState.OPEN, "plan"): MilestoneState.OPEN,
    (MilestoneState.OPEN, "reach"): MilestoneState.REACHED,
    (MilestoneState.OPEN, "drop"): MilestoneState.DROPPED,
    (MilestoneState.REACHED, "reopen"): MilestoneState.OPEN,
    (MilestoneState.DROPPED, "reopen"): MilestoneState.OPEN,
}

ENGAGEMENT_ACTIONS = ("consent", "decline", "accept", "refuse", "report", "end", "revoke", "cancel", "rate")
ENGAGEMENT: Table = {
    (EngagementState.PROPOSED, "consent"): EngagementState.CONSENTED,
    (EngagementState.PROPOSED, "decline"): EngagementState.DECLINED,
    (EngagementState.PROPOSED, "cancel"): EngagementState.CANCELLED,
    (EngagementState.CONSENTED, "accept"): EngagementState.ACTIVE,
    (EngagementState.CONSENTED, "refuse"): EngagementState.DECLINED,
    (EngagementState.CONSENTED, "revoke"): EngagementState.REVOKED,
    (EngagementState.CONSENTED, "cancel"): EngagementState.CANCELLED,
    (EngagementState.ACTIVE, "report"): EngagementState.REPORTED,
    (EngagementState.ACTIVE, "end"): EngagementState.ENDED,
    (EngagementState.ACTIVE, "revoke"): EngagementState.REVOKED,
    (EngagementState.REPORTED, "end"): EngagementState.ENDED,
    (EngagementState.REPORTED, "revoke"): EngagementState.REVOKED,
    (EngagementState.REPORTED, "rate"): EngagementState.REPORTED,
    (EngagementState.ENDED, "rate"): EngagementState.ENDED,
}

SESSION_ACTIONS = (
    *("edit", "list", "convene", "opine", "recuse", "open", "attend", "enter", "close", "note", "approve", "cancel"),
)
SESSION: Table = {
    **{(SessionState.PLANNED, action): SessionState.PLANNED for action in ("edit", "list", "recuse")},
    (SessionState.PLANNED, "convene"): SessionState.CONVENED,
    (SessionState.PLANNED, "cancel"): SessionState.CANCELLED,
    **{(SessionState.CONVENED, action): SessionState.CONVENED for action in ("edit", "list", "opine", "recuse")},
    (SessionState.CONVENED, "open"): SessionState.OPEN,
    (SessionState.CONVENED, "cancel"): SessionState.CANCELLED,
    **{(SessionState.OPEN, action): SessionState.OPEN for action in ("recuse", "attend", "enter")},
    (SessionState.OPEN, "close"): SessionState.CLOSED,
    (SessionState.CLOSED, "note"): SessionState.CLOSED,
    (SessionState.CLOSED, "approve"): SessionState.APPROVED,
}

ITEM_ACTIONS = ("edit", "enter", "decide", "postpone", "remove")
ITEM: Table = {
    (ItemState.LISTED, "edit"): ItemState.LISTED,
    (ItemState.LISTED, "enter"): ItemState.LISTED,
    (ItemState.LISTED, "decide"): ItemState.DECIDED,
    (ItemState.LISTED, "postpone"): ItemState.POSTPONED,
    (ItemState.LISTED, "remove"): ItemState.REMOVED,
}

CHECK_ACTIONS = ("ask", "answer", "correct", "prove", "give_up", "cancel")
CHECK: Table = {
    (CheckState.PLANNED, "ask"): CheckState.ASKED,
    (CheckState.PLANNED, "answer"): CheckState.ANSWERED,
    (CheckState.PLANNED, "cancel"): CheckState.CANCELLED,
    (CheckState.ASKED, "answer"): CheckState.ANSWERED,
    (CheckState.ASKED, "give_up"): CheckState.UNREACHABLE,
    (CheckState.ASKED, "cancel"): CheckState.CANCELLED,
    (CheckState.UNREACHABLE, "answer"): CheckState.ANSWERED,
    (CheckState.ANSWERED, "correct"): CheckState.ANSWERED,  # an answer given twice counts as it was given last
    (CheckState.ANSWERED, "prove"): CheckState.ANSWERED,
}

ANNEX_ACTIONS = ("issue", "pay", "take_back")
ANNEX: Table = {
    (AnnexState.DRAFT, "issue"): AnnexState.ISSUED,
    (AnnexState.ISSUED, "pay"): AnnexState.PAID,
    (AnnexState.PAID, "take_back"): AnnexState.ISSUED,  # the payment was noted by mistake
}
