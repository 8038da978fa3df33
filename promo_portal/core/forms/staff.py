"""Inputs of the staff's admin: the stock ones, with names for people who do not see the page."""

from typing import Any

from django.contrib.admin.widgets import AdminSplitDateTime
from django.utils.translation import gettext_lazy as _


class NamedSplitDateTime(AdminSplitDateTime):
    """Day and hour in two fields, each with a name of its own (the stock widget leaves them without)."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for widget, name in zip(self.widgets, (_("Day"), _("Hour")), strict=True):
            widget.attrs["aria-label"] = name
