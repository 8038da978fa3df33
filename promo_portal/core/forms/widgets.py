"""Inputs that say what they take: width, keyboard, autofill. Everything typed or pasted is accepted; the server tidies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class _Preset:
    """Adds a widget's own attributes under those given by the form."""

    preset: dict[str, str] = {}

    def __init__(self, attrs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__({**self.preset, **(attrs or {})}, **kwargs)  # type: ignore[call-arg]


class EmailInput(_Preset, forms.EmailInput):
    """An e-mail address."""

    preset = {
        "class": "w-email",
        "autocomplete": "email",
        "inputmode": "email",
        "autocapitalize": "off",
        "spellcheck": "false",
    }


class PhoneInput(_Preset, forms.TextInput):
    """A phone number in any customary writing."""

    input_type = "tel"
    preset = {"class": "w-phone", "autocomplete": "tel", "inputmode": "tel"}


class PostcodeInput(_Preset, forms.TextInput):
    """A Swiss postcode."""

    preset = {"class": "w-postcode", "autocomplete": "postal-code", "inputmode": "numeric"}


class YearInput(_Preset, forms.TextInput):
    """A year in four digits."""

    preset = {"class": "w-year", "inputmode": "numeric"}


class CodeInput(_Preset, forms.TextInput):
    """A code from a mail or an authenticator: pasted, autofilled, never a puzzle."""

    preset = {
        "class": "w-code",
        "autocomplete": "one-time-code",
        "inputmode": "numeric",
        "autocapitalize": "off",
        "spellcheck": "false",
    }


class DateTextInput(_Preset, forms.DateInput):
    """A date as text (dd.mm.yyyy) with the browser's own picker beside it where script runs."""

    preset = {"class": "w-date", "inputmode": "numeric", "autocomplete": "off"}

    def __init__(self, attrs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__({"placeholder": _("dd.mm.yyyy"), **(attrs or {})}, **kwargs)


class CountedTextarea(_Preset, forms.Textarea):
    """A text with a limit, counted politely when the writer pauses; the limit is enforced by the server."""

    preset = {"rows": "8"}

    def __init__(self, attrs: dict[str, Any] | None = None, *, maximum: int = 1000, **kwargs: Any) -> None:
        super().__init__({"data-count-max": str(maximum), **(attrs or {})}, **kwargs)


class UploadInput(_Preset, forms.ClearableFileInput):
    """A file; its formats and largest size are said before choosing."""

    def __init__(
        self, attrs: dict[str, Any] | None = None, *, formats: Any = "", megabytes: int = 20, **kwargs: Any
    ) -> None:
        super().__init__(attrs, **kwargs)
        self.formats, self.megabytes = formats, megabytes
