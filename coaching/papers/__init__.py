"""Templates that founders fill in at home: business, liquidity and marketing plan, for Word and for Excel, in three languages.

They are made when somebody asks for them, from one set of definitions, so that no language and no form lags behind.
"""

from coaching.papers.definitions import PAPERS, Paper
from coaching.papers.excel import excel_of
from coaching.papers.word import word_of

FORMS = {
    "word": (word_of, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "excel": (excel_of, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}

__all__ = ["FORMS", "PAPERS", "Paper"]
