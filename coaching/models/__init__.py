"""Models of coaching, by noun."""

from coaching.models.case import CaseFile, CaseNote, Task
from coaching.models.request import CoachingRequest, Decision, ReferenceCounter

__all__ = ["CaseFile", "CaseNote", "CoachingRequest", "Decision", "ReferenceCounter", "Task"]
