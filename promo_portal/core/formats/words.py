"""Dates, numbers, money, phones as they are read in Switzerland; for templates, mails and texts of workflows.

Everything follows the active language and writes instants in Zurich time. Templates use the filters of the same names
(``{% load formats %}``); nothing else in the portal formats a number or a date.
"""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language, gettext, ngettext

NBSP = "\u00a0"
APOSTROPHE = "\u2019"
MINUS = "\u2212"
EN_DASH = "\u2013"
ZURICH = ZoneInfo("Europe/Zurich")
KILO, MEGA = 1000, 1_000_000
SHORT_MEGABYTES = 10  # below, one decimal says more
NOON = 12
HOUR = 60  # minutes
SWISS_E164 = len("+41320000000")
UID_DIGITS = 9

Moment = datetime | date | time | None


def _language() -> str:
    return (get_language() or "fr")[:2]


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _grouped(value: Decimal, places: int | None) -> str:
    """Digits in threes with ’, a real minus sign; ``places`` fixes the decimals, ``None`` keeps what is there."""
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    else:
        value = value.normalize()
        if value == value.to_integral():
            value = value.quantize(Decimal(1))
    return f"{value:,f}".replace(",", APOSTROPHE).replace("-", MINUS)


# -- numbers -----------------------------------------------------------------------------------------------------------


def number(value: Any) -> str:
    """1234.5 becomes 1’234.5; text that is no number stays as it is."""
    if type(value) is int:  # a list has hundreds of counts
        return f"{value:,}".replace(",", APOSTROPHE).replace("-", MINUS)
    amount = _decimal(value)
    return str(value if value is not None else "") if amount is None else _grouped(amount, None)


def decimal(value: Any, places: int = 2) -> str:
    """A number with a fixed count of decimals, rounded half up."""
    amount = _decimal(value)
    return "" if amount is None else _grouped(amount, places)


def percent(value: Any) -> str:
    """86 becomes “86 %” (no blank in English)."""
    amount = _decimal(value)
    if amount is None:
        return ""
    return f"{_grouped(amount, None)}{'' if _language() == 'en' else NBSP}%"


def money(value: Any) -> str:
    """CHF 1’234.50, the sign of the currency first and held to its number."""
    amount = _decimal(value)
    return "" if amount is None else f"CHF{NBSP}{_grouped(amount, 2)}"


def rent_m2(value: Any) -> str:
    """A rent per square metre and year: CHF 145.00 / m² et an."""
    amount = money(value)
    return gettext("%(amount)s / m² and year") % {"amount": amount} if amount else ""


def area(value: Any) -> str:
    """An area in square metres: 1’200 m²."""
    amount = _decimal(value)
    return "" if amount is None else f"{_grouped(amount, None)}{NBSP}m²"


def area_range(smallest: Any, largest: Any) -> str:
    """120–250 m²; one value alone is written alone."""
    low, high = _decimal(smallest), _decimal(largest)
    if low is None or high is None or low == high:
        return area(high if low is None else low)
    return f"{_grouped(low, None)}{EN_DASH}{area(high)}"


def file_size(size: Any) -> str:
    """Bytes as people say them: 31 Mo, 820 ko (MB and kB in German and English)."""
    amount = _decimal(size)
    if amount is None:
        return ""
    unit = "o" if _language() == "fr" else "B"
    if amount < KILO:
        return f"{_grouped(amount, 0)}{NBSP}{'octets' if unit == 'o' else 'bytes' if _language() == 'en' else 'Byte'}"
    if amount < MEGA:
        return f"{_grouped(amount / KILO, 0)}{NBSP}k{unit}"
    millions = amount / MEGA
    return f"{_grouped(millions, 0 if millions >= SHORT_MEGABYTES or millions == int(millions) else 1)}{NBSP}M{unit}"


# -- dates and hours ---------------------------------------------------------------------------------------------------


def _local(value: Moment) -> Moment:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(ZURICH)
    return value


def _is_day(value: Moment) -> bool:
    return isinstance(value, date)


def day(value: Moment) -> str:
    """23.11.2026, in tables and lists."""
    value = _local(value)
    return value.strftime("%d.%m.%Y") if isinstance(value, date) else ""


def day_month(value: Moment) -> str:
    """23.11., where the year is plain."""
    value = _local(value)
    return value.strftime("%d.%m.") if isinstance(value, date) else ""


def month_year(value: Moment) -> str:
    """11.2026, for confirmations."""
    value = _local(value)
    return value.strftime("%m.%Y") if isinstance(value, date) else ""


def _day_number(value: date) -> str:
    if _language() == "de":
        return f"{value.day}."
    return "1er" if value.day == 1 and _language() == "fr" else str(value.day)


def day_prose(value: Moment) -> str:
    """23 novembre 2026 / 23. November 2026 / 23 November 2026, in sentences."""
    value = _local(value)
    if not isinstance(value, date):
        return ""
    return f"{_day_number(value)}{NBSP}{MONTHS[value.month]} {value.year}"


def weekday(value: Moment) -> str:
    """Lundi 23 novembre / Montag, 23. November / Monday 23 November."""
    value = _local(value)
    if not isinstance(value, date):
        return ""
    comma = "," if _language() == "de" else ""
    return f"{WEEKDAYS[value.weekday()]}{comma} {_day_number(value)}{NBSP}{MONTHS[value.month]}"


def hour(value: Moment) -> str:
    """14:30, in tables."""
    value = _local(value)
    return value.strftime("%H:%M") if isinstance(value, datetime | time) else ""


def hour_prose(value: Moment) -> str:
    """14 h 30 / 14.30 Uhr / 2.30 pm, in sentences; full hours without minutes."""
    value = _local(value)
    if not isinstance(value, datetime | time):
        return ""
    minutes = f"{value.minute:02d}" if value.minute else ""
    if _language() == "de":
        return f"{value.hour}{'.' if minutes else ''}{minutes}{NBSP}Uhr"
    if _language() == "en":
        half = "am" if value.hour < NOON else "pm"
        return f"{value.hour % NOON or NOON}{'.' if minutes else ''}{minutes}{NBSP}{half}"
    return f"{value.hour}{NBSP}h{NBSP if minutes else ''}{minutes}"


def moment(value: Moment) -> str:
    """23.11.2026, 14:30; a date alone stays a date."""
    return f"{day(value)}, {hour(value)}" if isinstance(value, datetime) else day(value)


def moment_prose(value: Moment) -> str:
    """23 novembre 2026 à 14 h 30 / 23. November 2026, 14.30 Uhr / 23 November 2026, 2.30 pm."""
    if not isinstance(value, datetime):
        return day_prose(value)
    joint = f" à{NBSP}" if _language() == "fr" else ", "
    return f"{day_prose(value)}{joint}{hour_prose(value)}"


def days_off(count: Any) -> str:
    """Distance in days from today: −4 jours, aujourd’hui, dans 3 jours."""
    amount = _decimal(count)
    if amount is None:
        return ""
    days = int(amount)
    if days == 0:
        return gettext("today")
    if days < 0:
        return ngettext("%(count)s day late", "%(count)s days late", -days) % {"count": _grouped(Decimal(-days), 0)}
    return ngettext("in %(count)s day", "in %(count)s days", days) % {"count": _grouped(Decimal(days), 0)}


def duration(minutes: Any) -> str:
    """Minutes as time spent: 45 min, 1 h 30."""
    amount = _decimal(minutes)
    if amount is None:
        return ""
    total = int(amount)
    if total < HOUR:
        return f"{total}{NBSP}min"
    return f"{_grouped(Decimal(total // HOUR), 0)}{NBSP}h{NBSP}{total % HOUR:02d}"


# -- phones and identifiers --------------------------------------------------------------------------------------------


def phone_uri(value: Any) -> str:
    """Any customary writing as +41320000000, for ``tel:``; also ``+41 (0)32 000 00 00``."""
    text = str(value or "").strip()
    if text.startswith(("+", "00")):
        text = text.replace("(0)", "", 1)
    digits = "".join(sign for sign in text if sign.isdigit())
    if text.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+41{digits[1:]}" if digits.startswith("0") else digits


def phone(value: Any) -> str:
    """032 000 00 00 for Swiss numbers; foreign ones keep their country code, in groups of three."""
    digits = phone_uri(value)
    if digits.startswith("+41") and len(digits) == SWISS_E164:
        local = f"0{digits[3:]}"
        return NBSP.join((local[:3], local[3:6], local[6:8], local[8:]))
    if digits.startswith("+"):
        rest = digits[3:]
        return NBSP.join([digits[:3], *(rest[at : at + 3] for at in range(0, len(rest), 3))])
    return digits


def uid(value: Any) -> str:
    """CHE-123.456.789 from any writing of it."""
    digits = "".join(sign for sign in str(value or "") if sign.isdigit())
    return f"CHE-{digits[:3]}.{digits[3:6]}.{digits[6:]}" if len(digits) == UID_DIGITS else str(value or "")
