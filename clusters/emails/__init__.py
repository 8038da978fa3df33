"""What people registered for an event read; one mail per act."""

from clusters.emails.registered import KINDS, queue

__all__ = ["KINDS", "queue"]
