"""Which step leads where, as data. A pair that is not listed is refused; every pair is tested."""

from coaching.enums import CaseState, RequestState, TaskState
from promo_portal.core.transitions import Table

_ANSWERS = {
    "accept": RequestState.ACCEPTED,
    "refuse": RequestState.REFUSED,
    "forward": RequestState.FORWARDED,
    "withdraw": RequestState.WITHDRAWN,
}

REQUEST_ACTIONS = ("save", "ask_confirmation", "submit", "review", "accept", "refuse", "forward", "withdraw")
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
}

CASE_ACTIONS = ("edit", "move_next_date", "add_note", "add_task", "pause", "close", "reopen")
CASE: Table = {
    **{(CaseState.OPEN, action): CaseState.OPEN for action in ("edit", "move_next_date", "add_note", "add_task")},
    (CaseState.OPEN, "pause"): CaseState.PAUSED,
    (CaseState.OPEN, "close"): CaseState.CLOSED,
    (CaseState.PAUSED, "edit"): CaseState.PAUSED,
    (CaseState.PAUSED, "add_note"): CaseState.PAUSED,
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
