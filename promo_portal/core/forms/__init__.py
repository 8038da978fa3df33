"""Forms as the portal writes them: label above, hint, error, field; the server decides, the words name the cure."""

from promo_portal.core.forms.base import PortalFormHelper, PortalFormMixin
from promo_portal.core.forms.widgets import (
    CodeInput,
    CountedTextarea,
    DateTextInput,
    EmailInput,
    PhoneInput,
    PostcodeInput,
    UploadInput,
    YearInput,
)

__all__ = [
    "CodeInput",
    "CountedTextarea",
    "DateTextInput",
    "EmailInput",
    "PhoneInput",
    "PortalFormHelper",
    "PortalFormMixin",
    "PostcodeInput",
    "UploadInput",
    "YearInput",
]
