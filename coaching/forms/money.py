"""Forms of the association's money: filters of the ledger, a new funding key, the steps of an annex."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.forms.course import PastDayField
from coaching.forms.fields import LineField, NumberField
from coaching.models.annexes import LANGUAGES
from coaching.models.money import WHOLE
from coaching.quarters import Quarter
from promo_portal.core.formats import words
from promo_portal.core.forms import DateTextInput, PortalFormMixin
from promo_portal.regions.models import Funder, Municipality

SHARE = "share_"
HUNDRED = Decimal(100)


class PercentField(NumberField):
    """A share in per cent, to the hundredth."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            min_value=0,
            max_value=100,
            max_digits=5,
            decimal_places=2,
            **kwargs,
        )


class KeyForm(PortalFormMixin, forms.Form):
    """A new key: from which day, and how many per cent each funder pays."""

    valid_from = forms.DateField(label=gettext_lazy("In force from"), widget=DateTextInput)
    municipality = forms.TypedChoiceField(
        label=gettext_lazy("Municipality that joins in"), required=False, empty_value=None
    )
    municipality_share = PercentField(label=gettext_lazy("Its share in per cent"))

    def __init__(
        self, *args: Any, funders: Iterable[Funder], places: Iterable[Municipality], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.funders, self.today = list(funders), today
        for funder in self.funders:
            self.fields[f"{SHARE}{funder.pk}"] = PercentField(label=_("%(funder)s, in per cent") % {"funder": funder})
        found = {str(place.pk): place for place in places}
        field: Any = self.fields["municipality"]
        field.choices = [("", "–"), *((number, place.name) for number, place in found.items())]
        field.coerce = found.get
        shares = [f"{SHARE}{funder.pk}" for funder in self.funders]
        self.order_fields(["valid_from", *shares, "municipality", "municipality_share"])

    def clean_valid_from(self) -> date:
        """A day that can be meant."""
        day: date = self.cleaned_data["valid_from"]
        if not 2000 <= day.year <= self.today.year + 10:  # noqa: PLR2004 - coaching exists since 2002
            raise ValidationError(_("Check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        place, part = values.get("municipality"), values.get("municipality_share")
        if bool(place) != bool(part) and not self.errors:
            self.add_error("municipality_share", _("Choose the municipality and enter its share."))
        total = sum((values.get(f"{SHARE}{funder.pk}") or Decimal(0) for funder in self.funders), part or Decimal(0))
        if total != HUNDRED and not self.errors:
            raise ValidationError(
                _("The shares add up to %(total)s, not to 100 per cent.") % {"total": words.percent(total)}
            )
        return values

    def shares(self) -> dict[Funder, int]:
        """The funders' shares in hundredths of a per cent, without the municipality's."""
        found = {funder: self.cleaned_data.get(f"{SHARE}{funder.pk}") for funder in self.funders}
        return {funder: int(share * WHOLE / 100) for funder, share in found.items() if share}


class QuarterForm(PortalFormMixin, forms.Form):
    """For which quarter drafts are made."""

    quarter = forms.TypedChoiceField(label=gettext_lazy("Quarter"), coerce=Quarter.named)

    def __init__(self, *args: Any, quarters: Iterable[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = [(quarter.key, str(quarter)) for quarter in quarters]  # type: ignore[attr-defined]


class IssueForm(PortalFormMixin, forms.Form):
    """In which language the annex leaves."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language of the annex"), choices=LANGUAGES, widget=forms.RadioSelect
    )


class PayForm(PortalFormMixin, forms.Form):
    """The day of the payment."""

    on = PastDayField(label=gettext_lazy("Paid on"))


class TakeBackForm(PortalFormMixin, forms.Form):
    """Why the payment was none."""

    reason = LineField(label=gettext_lazy("Reason"), max_length=300)
