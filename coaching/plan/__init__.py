"""The financial plan as arithmetic: what is entered, what follows from it, how two versions differ, how it is drawn and handed out."""

from coaching.plan.entered import Entered, Line, content_of, entered_of, from_content
from coaching.plan.reckoning import Figures, Year, reckon

__all__ = ["Entered", "Figures", "Line", "Year", "content_of", "entered_of", "from_content", "reckon"]
