"""Every mail of coaching, one small function each; all go through the outbox."""

from coaching.emails.after import queue_check_link, queue_closed
from coaching.emails.course import queue_document_brought
from coaching.emails.founder import (
    queue_accepted_for_founder,
    queue_confirmation,
    queue_draft_saved,
    queue_file_rests,
    queue_forwarded,
    queue_link,
    queue_next_date_moved,
    queue_received,
    queue_refused,
    queue_task_added,
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
from coaching.emails.staff import queue_new_file, queue_new_request, queue_withdrawn_for_staff
from coaching.models import CaseFile, CoachingRequest

__all__ = [
    "queue_accepted",
    "queue_check_link",
    "queue_closed",
    "queue_confirmation",
    "queue_document_brought",
    "queue_draft_saved",
    "queue_engagement_accepted",
    "queue_engagement_asked",
    "queue_engagement_declined",
    "queue_engagement_ended",
    "queue_engagement_proposed",
    "queue_engagement_reported",
    "queue_file_rests",
    "queue_forwarded",
    "queue_link",
    "queue_new_request",
    "queue_next_date_moved",
    "queue_received",
    "queue_refused",
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
