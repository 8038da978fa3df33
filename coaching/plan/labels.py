"""What the rows of a reckoned plan are called, in the reader's language."""

from datetime import date

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _


def month_words(month: date) -> str:
    """A month in words: janvier 2027."""
    return f"{MONTHS[month.month]} {month.year}"


def receipt_names() -> dict[str, str]:
    """Where money comes from."""
    return {
        "sales": _("Paid by customers"),
        "capital": _("Own money paid in"),
        "loans": _("Loans received"),
        "vat_back": _("Tax paid back"),
    }


def payment_names() -> dict[str, str]:
    """Where money goes."""
    return {
        "material": _("Material and goods"),
        "staff": _("Wages and social insurance"),
        "costs": _("Other costs"),
        "vat": _("Value added tax"),
        "investments": _("Investments"),
        "interest": _("Interest"),
        "repayment": _("Repayment of loans"),
        "withdrawals": _("Money taken out"),
    }
