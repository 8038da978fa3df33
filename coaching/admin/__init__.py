"""The staff's pages of coaching: the queue of requests and the files."""

from coaching.admin.files import CaseFileAdmin
from coaching.admin.requests import CoachingRequestAdmin

__all__ = ["CaseFileAdmin", "CoachingRequestAdmin"]
