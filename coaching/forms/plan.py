"""Forms of the financial plan: its frame, a line with its 36 months, a version, a comment."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS as MONTH_NAMES
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from coaching.enums import LineKind, VatMethod
from coaching.forms.fields import LineField, NumberField, TextBlockField
from coaching.models import FinancialPlan, PlanLine
from coaching.models.plan import MONTHS
from coaching.plan.labels import month_words
from coaching.plan.reckoning import YEAR
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.core.forms import PortalFormMixin

MONEY_INPUT = {"inputmode": "decimal", "class": "w-amount", "autocomplete": "off"}
SHORT = {"inputmode": "decimal", "class": "w-year", "autocomplete": "off"}
MOST = 99_999_999_999  # centimes: a thousand million francs less one centime
FROM_BEFORE, UP_TO = 12, 24  # months around today with which a plan may begin
VAT_RATES = (("8.10", "8.1"), ("2.60", "2.6"), ("3.80", "3.8"), ("0.00", "0"))  # VAT Act art. 25, from 1 January 2024
ONCE = 0
RHYTHMS = (
    (1, gettext_lazy("every month")),
    (3, gettext_lazy("every three months")),
    (12, gettext_lazy("once a year")),
    (ONCE, gettext_lazy("once")),
)
WITH_TAX = {LineKind.SALES, LineKind.MATERIAL, LineKind.COST, LineKind.INVESTMENT}


class CentimesField(forms.CharField):
    """An amount in francs as people write it (1’234.50, 1 234,5), kept in centimes."""

    def __init__(self, *, may_be_negative: bool = False, **kwargs: Any) -> None:
        self.may_be_negative = may_be_negative
        kwargs.setdefault("widget", forms.TextInput(attrs=MONEY_INPUT))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, int):
            return value
        typed = re.sub(r"[\s’'\u00a0\u202f]|CHF|Fr\.", "", str(value or ""))
        typed = typed.replace("\u2212", "-").replace(",", ".").removesuffix(".–").removesuffix(".-")
        if typed == "":
            return 0
        if not re.fullmatch(r"-?\d{1,12}(\.\d{1,2})?", typed):
            raise ValidationError(_("Enter an amount in francs, such as 1’234.50"), code="amount")
        amount = int(Decimal(typed) * 100)
        if abs(amount) > MOST:
            raise ValidationError(_("This amount is too large."), code="amount")
        if amount < 0 and not self.may_be_negative:
            raise ValidationError(_("Enter the amount without a minus sign."), code="amount")
        return amount

    def prepare_value(self, value: Any) -> Any:
        return francs(value) if isinstance(value, int) else value


def francs(amount: int) -> str:
    """Centimes as they stand in a field: empty for nothing, no decimals where there are none."""
    if amount == 0:
        return ""
    whole = Decimal(amount) / 100
    return words.decimal(whole, 0 if amount % 100 == 0 else 2).replace("\u2212", "-")


class PercentField(NumberField):
    """A share in per cent, with a comma or a point."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs=SHORT))
        kwargs.setdefault("error_messages", {"invalid": gettext_lazy("Enter a number, such as 8.5")})
        super().__init__(min_value=0, max_digits=5, decimal_places=2, **kwargs)


class Versioned(PortalFormMixin, forms.Form):
    """Knows which version the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class PlanForm(Versioned):
    """When the plan begins, how the tax is settled, what is at hand."""

    first_month = forms.TypedChoiceField(label=gettext_lazy("First month"), coerce=date.fromisoformat)
    opening = CentimesField(
        label=gettext_lazy("Money at hand at the start, in CHF"),
        may_be_negative=True,
        help_text=gettext_lazy("Cash and bank accounts; with a minus sign if the account is overdrawn."),
    )
    vat_method = forms.ChoiceField(
        label=gettext_lazy("Value added tax"), choices=VatMethod.choices, widget=forms.RadioSelect
    )
    net_rate = PercentField(
        label=gettext_lazy("Net tax rate in %"),
        required=False,
        max_value=10,
        help_text=gettext_lazy("Only for the method by net tax rates; the tax administration sets it for your trade."),
    )

    def __init__(self, *args: Any, plan: FinancialPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_month"].choices = months_to_choose(plan.first_month)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("vat_method") == VatMethod.NET and not values.get("net_rate") and "net_rate" not in self.errors:
            self.add_error("net_rate", _("Enter the rate of your trade, such as 6.2"))
        values["net_rate"] = values.get("net_rate") or Decimal(0)
        return values


def months_to_choose(present: date | None = None) -> list[tuple[str, str]]:
    """The months with which a plan may begin, and the one it begins with."""
    today = clock.today().replace(day=1)
    months = {today + relativedelta(months=shift) for shift in range(-FROM_BEFORE, UP_TO + 1)}
    return [(month.isoformat(), month_words(month)) for month in sorted(months | ({present} if present else set()))]


class BeginForm(PortalFormMixin, forms.Form):
    """The first month is all that is needed to begin."""

    first_month = forms.TypedChoiceField(label=gettext_lazy("First month"), coerce=date.fromisoformat)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_month"].choices = months_to_choose()  # type: ignore[attr-defined]


class PlanLineForm(Versioned):
    """A line of one kind: its name, what the kind needs, 36 months, and a way to fill them at once."""

    label = LineField(label=pgettext_lazy("plan line", "Name"), max_length=80)

    def __init__(self, *args: Any, kind: LineKind, plan: FinancialPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.plan = kind, plan
        for name, field in _fields_of(kind, with_tax=plan.vat_method != VatMethod.NONE).items():
            self.fields[name] = field
        self.months = [plan.first_month + relativedelta(months=index) for index in range(MONTHS)]
        starts = [(index, month_words(month)) for index, month in enumerate(self.months)]
        self.fields["fill_amount"] = CentimesField(label=_("Amount in CHF"))
        self.fields["fill_from"] = forms.TypedChoiceField(
            label=pgettext("months", "From"), choices=starts, coerce=int, required=False
        )
        self.fields["fill_every"] = forms.TypedChoiceField(
            label=_("How often"),
            choices=RHYTHMS,
            coerce=int,
            required=False,
            initial=ONCE if kind in {LineKind.INVESTMENT, LineKind.LOAN, LineKind.CAPITAL} else 1,
        )
        self.fields["fill_growth"] = PercentField(label=_("Growth a year in %"), required=False, max_value=500)
        for index, month in enumerate(self.months):
            field = CentimesField(label=month_words(month))
            field.widget = forms.TextInput(attrs={**MONEY_INPUT, "class": "form-control", "aria-label": field.label})
            self.fields[f"m{index}"] = field
        for each in self.fields.values():
            self._speak_plainly(each)

    def top(self) -> list[Any]:
        """The fields above the months."""
        return [
            self[name]
            for name in ("label", "percent", "vat_percent", "delay_months", "span", "grace_months")
            if name in self.fields
        ]

    def filling(self) -> list[Any]:
        """The fields that fill the months."""
        return [self[name] for name in ("fill_amount", "fill_from", "fill_every", "fill_growth")]

    def table(self) -> list[tuple[str, list[Any]]]:
        """Twelve rows, named by their month, of three years."""
        years = range(MONTHS // YEAR)
        return [
            (str(MONTH_NAMES[self.months[row].month]), [self[f"m{row + year * YEAR}"] for year in years])
            for row in range(YEAR)
        ]

    def heads(self) -> list[str]:
        """From when to when each column goes."""
        return [
            _("Year %(number)s, from %(month)s")
            % {"number": year + 1, "month": words.month_year(self.months[year * YEAR])}
            for year in range(MONTHS // YEAR)
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        amounts = [values.get(f"m{index}") or 0 for index in range(MONTHS)]
        months = int(values.get("span") or 0) * (YEAR if self.kind == LineKind.INVESTMENT else 1)
        percent = values.get("percent")
        if self.kind == LineKind.MATERIAL and percent is not None:
            amounts = [0] * MONTHS
        values["line"] = {
            "label": values.get("label", ""),
            "amounts": amounts,
            "vat_percent": values.get("vat_percent") or Decimal(0),
            "delay_months": values.get("delay_months") or 0,
            "percent": percent,
            "span_months": months,
            "grace_months": values.get("grace_months") or 0,
        }
        return values

    def filled(self) -> Mapping[str, Any]:
        """What was typed, with the months filled as asked; nothing is saved by it."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        values = self.cleaned_data
        amount, every, first = values.get("fill_amount") or 0, values.get("fill_every"), values.get("fill_from") or 0
        growth = 1 + (values.get("fill_growth") or Decimal(0)) / 100
        rhythm = 1 if every in {None, ""} else int(every)
        for index in range(first, MONTHS):
            passed = index - first
            if (rhythm == ONCE and passed) or (rhythm and passed % rhythm):
                continue
            grown = Decimal(amount) * growth ** (passed // YEAR)
            data[f"m{index}"] = francs(int(grown.quantize(Decimal(1), rounding=ROUND_HALF_UP)))
        return data


def _fields_of(kind: LineKind, *, with_tax: bool) -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    if kind == LineKind.MATERIAL:
        found["percent"] = PercentField(
            label=_("Share of the sales in %"),
            required=False,
            max_value=100,
            help_text=_("With a share, the months follow from the sales and stay empty below."),
        )
    if kind == LineKind.STAFF:
        found["percent"] = PercentField(
            label=_("Employer’s contributions in %"),
            max_value=100,
            initial=Decimal(15),
            help_text=_("Social insurance, accident, pension fund; on top of the gross wage."),
        )
    if kind == LineKind.LOAN:
        found["percent"] = PercentField(label=_("Interest a year in %"), max_value=50)
    if kind in WITH_TAX and with_tax:
        rates = [(value, words.percent(shown)) for value, shown in VAT_RATES]
        found["vat_percent"] = forms.TypedChoiceField(label=_("VAT rate"), choices=rates, coerce=Decimal)
    if kind in WITH_TAX:
        delays = [(0, _("at once")), *((number, words_of_days(number)) for number in (1, 2, 3))]
        found["delay_months"] = forms.TypedChoiceField(
            label=pgettext("terms of payment", "Paid"), choices=delays, coerce=int
        )
    if kind == LineKind.INVESTMENT:
        found["span"] = forms.IntegerField(
            label=_("Used for how many years"), min_value=1, max_value=40, widget=forms.TextInput(attrs=SHORT)
        )
    if kind == LineKind.LOAN:
        found["span"] = forms.IntegerField(
            label=_("Repaid within how many months"), min_value=1, max_value=480, widget=forms.TextInput(attrs=SHORT)
        )
        found["grace_months"] = forms.IntegerField(
            label=_("Months before the first repayment"),
            min_value=0,
            max_value=MONTHS,
            required=False,
            widget=forms.TextInput(attrs=SHORT),
        )
    return found


def words_of_days(months: int) -> str:
    """A term of payment in days."""
    return _("after %(days)s days") % {"days": months * 30}


def initial_of(line: PlanLine) -> dict[str, Any]:
    """A line as its form shows it."""
    months = {f"m{index}": amount for index, amount in enumerate(line.amounts)}
    return {
        **months,
        "label": line.label,
        "percent": line.percent,
        "vat_percent": f"{line.vat_percent:.2f}",
        "delay_months": line.delay_months,
        "span": line.span_months // (YEAR if line.kind == LineKind.INVESTMENT else 1) or None,
        "grace_months": line.grace_months,
        "version": line.version,
    }


class VersionNameForm(PortalFormMixin, forms.Form):
    """What the version is called."""

    name = LineField(
        label=gettext_lazy("Name of the version"),
        max_length=80,
        help_text=gettext_lazy("Such as “For the bank” or “Cautious”."),
    )


class CommentForm(PortalFormMixin, forms.Form):
    """A remark on a line."""

    text = TextBlockField(label=gettext_lazy("Comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class MessageForm(PortalFormMixin, forms.Form):
    """A message to the other side."""

    text = TextBlockField(
        label=gettext_lazy("Your message"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write a message.")},
    )
