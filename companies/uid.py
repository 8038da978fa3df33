"""The UID of a Swiss enterprise: any customary spelling in, nine digits out, check digit proved.

Spellings met: ``CHE-123.456.788``, ``CHE123456788``, ``CHE 123 456 788 MWST``, the digits alone, small letters, the suffixes
MWST, TVA, IVA and VAT of the tax register, HR and RC of the commercial register (eCH-0097, annex).
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from promo_portal.core.forms.fields import LineField

DIGITS = 9
_MODULUS, _ZERO = 11, ord("0")
_WEIGHT_OF_ZEROS = _ZERO * (5 + 4 + 3 + 2 + 7 + 6 + 5 + 4)  # the weights of eCH-0097, annex
_SUFFIX = re.compile(r"(?:MWST|TVA|IVA|VAT|TPV|HR|RC)\Z")
_SHAPE = re.compile(r"(?:CHE?)?([0-9]+)\Z")
_BETWEEN = re.compile(r"[^0-9A-Z]+")
_USUAL = re.compile(r"(?:CHE-?)?([0-9]{3})\.?([0-9]{3})\.?([0-9]{3})\Z")
_LONGEST = 60


class WrongUid(ValueError):
    """What was typed is no UID; the sentence says why, in the language of whoever reads it."""

    def __init__(self, message: str, **values: int) -> None:
        super().__init__(message)
        self.message, self.values = message, values

    def __str__(self) -> str:
        return _(self.message) % self.values


def parse_uid(text: str) -> str:
    """Nine digits from any customary spelling, an empty string from nothing; ``WrongUid`` with a sentence otherwise."""
    if not text:
        return ""
    if (usual := _USUAL.match(text)) and has_right_check_digit(whole := "".join(usual.groups())):
        return whole
    bare = _BETWEEN.sub("", text[:_LONGEST].upper())
    if not bare:
        return ""
    found = _SHAPE.match(_SUFFIX.sub("", _SUFFIX.sub("", bare)))
    if found is None:
        raise WrongUid(gettext_noop("A UID begins with CHE and has nine digits, such as CHE-123.456.788."))
    digits = found[1]
    if len(digits) != DIGITS:
        raise WrongUid(gettext_noop("A UID has nine digits; this one has %(count)s."), count=len(digits))
    if not has_right_check_digit(digits):
        raise WrongUid(gettext_noop("The check digit of this UID is wrong: at least one of its digits is a slip."))
    return digits


def has_right_check_digit(digits: str) -> bool:
    """Whether the ninth digit follows from the first eight."""
    if digits == "0" * DIGITS or len(digits) != DIGITS or not digits.isascii():
        return False
    # Said without a loop: a file asks for it a hundred thousand times.
    a, b, c, d, e, f, g, h, check = digits.encode()
    rest = (5 * a + 4 * b + 3 * c + 2 * d + 7 * e + 6 * f + 5 * g + 4 * h - _WEIGHT_OF_ZEROS) % _MODULUS
    return check - _ZERO == (_MODULUS - rest) % _MODULUS


def display_uid(digits: str) -> str:
    """The UID as it is printed: ``CHE-123.456.788``."""
    return f"CHE-{digits[:3]}.{digits[3:6]}.{digits[6:]}" if digits else ""


def looks_like_uid(text: str) -> str:
    """The nine digits where a search text is a whole UID, an empty string otherwise."""
    try:
        return parse_uid(text) if any(sign.isdigit() for sign in text) else ""
    except WrongUid:
        return ""


class UidField(LineField):
    """A UID in any customary writing, kept as nine digits."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(max_length=kwargs.pop("max_length", _LONGEST), **kwargs)  # type: ignore[arg-type]

    def to_python(self, value: object) -> str:
        try:
            return parse_uid(super().to_python(value))
        except WrongUid as wrong:
            raise ValidationError(str(wrong), code="uid") from None

    def prepare_value(self, value: object) -> object:
        return display_uid(value) if isinstance(value, str) and value.isdecimal() else value
