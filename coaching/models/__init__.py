"""Models of coaching, by noun."""

from coaching.models.case import CaseFile, CaseNote, Task
from coaching.models.request import CoachingRequest, Decision

__all__ = ["CaseFile", "CaseNote", "CoachingRequest", "Decision", "Task"]
