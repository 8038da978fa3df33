"""Text as people paste it, numbers as they type them."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from promo_portal.core.formats import words

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
GROUPED = re.compile(r"[\s’'`]")  # blanks of any width and apostrophes between thousands
_SHOWN_CONTROLS = {"\n", "\t", "\u200d"}  # line breaks, and the joiner that some scripts need


def visible(text: str) -> str:
    """``text`` without control and format characters (zero bytes, reversed writing), line breaks in one way."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in _SHOWN_CONTROLS or unicodedata.category(sign) not in _UNSEEN)


class LineField(forms.CharField):
    """One line: whatever was pasted, its breaks become blanks."""

    def __init__(self, *args: Any, max_length: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.longest = max_length

    def to_python(self, value: Any) -> str:
        return re.sub(r"\s+", " ", visible(super().to_python(value) or "")).strip()

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > self.longest:
            raise ValidationError(_too_long(len(value), self.longest), code="max_length")


class TextBlockField(LineField):
    """Several lines, with a limit that says how far the text goes beyond it."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return visible(forms.CharField.to_python(self, value) or "").strip()


def _too_long(length: int, longest: int) -> str:
    numbers = {"length": words.number(length), "longest": words.number(longest)}
    return (
        _("The text has %(length)s characters and there is room for %(longest)s. Shorten it; it is kept below.")
        % numbers
    )


class PhoneField(LineField):
    """A phone number in any customary writing, kept as +41320000000."""

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        return words.phone_uri(typed) if typed else ""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not re.fullmatch(r"\+\d{8,15}", value):
            raise ValidationError(_("Enter a phone number with its prefix, such as 032 000 00 00"), code="phone")


class NumberField(forms.DecimalField):
    """A number as people here write it: 2,5 or 2.5, 1’200.50 or 1 200,50, with or without the sign of per cent."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "w-year"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """The number behind it; ``invalid`` for anything else."""
        if isinstance(value, str):
            value = GROUPED.sub("", value).removesuffix("%").replace(",", ".")
        return super().to_python(value)
