"""Every mail of coaching, one small function each; all go through the outbox."""

from coaching.emails.after import queue_check_link, queue_closed
from coaching.emails.commission import (
    queue_minutes_approved,
    queue_postponed,
    queue_session_cancelled,
    queue_session_changed,
    queue_session_convened,
)
from coaching.emails.course import queue_documents_brought
from coaching.emails.file import (
    queue_accepted_for_founder,
    queue_file_rests,
    queue_new_coach,
    queue_next_date_moved,
    queue_task_added,
)
from coaching.emails.founder import (
    queue_confirmation,
    queue_draft_saved,
    queue_forwarded,
    queue_link,
    queue_received,
    queue_refused,
    queue_withdrawn_by_founder,
)
from coaching.emails.network import (
    queue_engagement_accepted,
    queue_engagement_asked,
    queue_engagement_declined,
    queue_engagement_ended,
    queue_engagement_proposed,
    queue_engagement_reported,
)
from coaching.emails.staff import queue_file_taken, queue_new_file, queue_new_request, queue_withdrawn_for_staff
from coaching.emails.talk import queue_message, queue_plan_comment
from coaching.models import CaseFile, CoachingRequest
from promo_portal.accounts.models import User

__all__ = [
    "queue_accepted",
    "queue_check_link",
    "queue_closed",
    "queue_confirmation",
    "queue_documents_brought",
    "queue_draft_saved",
    "queue_engagement_accepted",
    "queue_engagement_asked",
    "queue_engagement_declined",
    "queue_engagement_ended",
    "queue_engagement_proposed",
    "queue_engagement_reported",
    "queue_file_rests",
    "queue_forwarded",
    "queue_handed_over",
    "queue_link",
    "queue_message",
    "queue_minutes_approved",
    "queue_new_request",
    "queue_next_date_moved",
    "queue_plan_comment",
    "queue_postponed",
    "queue_received",
    "queue_refused",
    "queue_session_cancelled",
    "queue_session_changed",
    "queue_session_convened",
    "queue_task_added",
    "queue_withdrawn",
]


def queue_accepted(case: CaseFile) -> None:
    """Tell founder and coaches of a new file."""
    queue_accepted_for_founder(case)
    queue_new_file(case)


def queue_withdrawn(request: CoachingRequest) -> None:
    """Confirm a withdrawal to the founder, and tell the association."""
    queue_withdrawn_by_founder(request)
    queue_withdrawn_for_staff(request)


def queue_handed_over(case: CaseFile, *, to: User) -> None:
    """Tell the founder of the new coach, and the new coach or deputy of the file."""
    if case.lead_id == to.pk:
        queue_new_coach(case)
    queue_file_taken(case, to=to)
