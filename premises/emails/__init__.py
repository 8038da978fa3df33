"""Every mail about premises, one small function each; all go through the outbox."""

from premises.emails.public import queue_confirm_enquiry, queue_received
from premises.emails.staff import queue_new_enquiry, queue_taken

__all__ = ["queue_confirm_enquiry", "queue_new_enquiry", "queue_received", "queue_taken"]
