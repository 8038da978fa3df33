"""Inputs of the staff's admin: the stock ones, with names for people who do not see the page."""

from typing import Any

from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect
from django.utils.translation import gettext_lazy as _


class NamedSplitDateTime(AdminSplitDateTime):
    """Day and hour in two fields, each with a name of its own (the stock widget leaves them without)."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for widget, name in zip(self.widgets, (_("Day"), _("Hour")), strict=True):
            widget.attrs["aria-label"] = name


class NumberedAutocomplete(AutocompleteSelect):
    """A search field for a related row. What is no number is shown as nothing chosen, where Django would fail."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if str(one).isdecimal()], attrs)
