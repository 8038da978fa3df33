"""Inputs of the staff's admin: the stock ones, with names for people who do not see the page."""

from typing import Any

from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect, AutocompleteSelectMultiple
from django.forms import Media
from django.utils.translation import gettext_lazy as _


class NamedSplitDateTime(AdminSplitDateTime):
    """Day and hour in two fields, each with a name of its own (the stock widget leaves them without)."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for widget, name in zip(self.widgets, (_("Day"), _("Hour")), strict=True):
            widget.attrs["aria-label"] = name


class _Numbered:
    """What is no number is shown as nothing chosen, where Django would fail; and the drawn field is given its name."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if str(one).isdecimal()], attrs)  # type: ignore[misc]

    @property
    def media(self) -> Media:
        return super().media + Media(js=["admin/js/autocomplete.js", "js/pick-names.js"])  # type: ignore[misc]


class NumberedAutocomplete(_Numbered, AutocompleteSelect):
    """A search field for a related row."""


class NumberedAutocompleteMultiple(_Numbered, AutocompleteSelectMultiple):
    """The same for several related rows."""
