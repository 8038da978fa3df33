"""Lists of mails, dates and the like, which name the records they are about."""

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.html import format_html

from promo_portal.core.slots import lines_of


class SubjectChangeList(ChangeList):
    """A list whose rows are about records of other apps: their titles are read at once, not row by row."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        lines = lines_of([(row.subject_kind, row.subject_id) for row in self.result_list])
        for row in self.result_list:
            row.subject_line = lines.get((row.subject_kind, row.subject_id))


def subject_link(row: Any) -> str:
    """The record a row is about, with a link; empty where the reader may not see it."""
    line = row.subject_line if hasattr(row, "subject_line") else _read(row)
    return format_html('<a href="{}">{}</a>', line[1], line[0]) if line else ""


def _read(row: Any) -> tuple[str, str] | None:
    return lines_of([(row.subject_kind, row.subject_id)]).get((row.subject_kind, row.subject_id))
