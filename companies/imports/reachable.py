"""Phone numbers and addresses as people write them: checked quickly where usual, thoroughly where not."""

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from promo_portal.core.formats.words import phone_uri

# Addresses as most are written, which the thorough checks take as well; only others are put before those.
_USUAL_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,3}[a-z]{2,20}"
USUAL_EMAIL = re.compile(rf"[a-zA-Z0-9_+-]+(?:\.[a-zA-Z0-9_+-]+)*@{_USUAL_HOST}\Z")
USUAL_SITE = re.compile(rf"https?://{_USUAL_HOST}(?:/[a-zA-Z0-9._/-]*)?\Z")
USUAL_PHONE = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_LOST_ZERO = re.compile(r"[2-9][0-9]{8}\Z")
_LOST_PLUS = re.compile(r"41[2-9][0-9]{8}\Z")
check_url: Callable[[str], None] = URLValidator(["http", "https"])


def is_valid(text: str, usual: re.Pattern[str], check: Callable[[str], None]) -> bool:
    """Whether an address is one."""
    if not usual.match(text):
        try:
            check(text)
        except ValidationError:
            return False
    return True


def is_email(text: str) -> bool:
    """Whether a text is an e-mail address."""
    return is_valid(text, USUAL_EMAIL, validate_email)


def phone_number(phone: str) -> str:
    """A number in one form; empty where it is none, such as two in one cell.

    A spreadsheet that takes a number for a number drops the zero or the plus at its beginning.
    """
    found = phone_uri(phone)
    if _LOST_ZERO.match(phone):
        found = f"+41{found}"
    elif _LOST_PLUS.match(phone):
        found = f"+{found}"
    return found if not found.startswith("+") or USUAL_PHONE.match(found) else ""
