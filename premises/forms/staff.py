"""Forms of the staff: how an offer ended, how an enquiry was answered."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from premises.enums import ClosureChannel, ClosureReason
from premises.models import Offer
from premises.workflow.offers import Ending
from promo_portal.core.formats import words
from promo_portal.core.forms import PortalFormMixin
from promo_portal.core.forms.fields import LineField, TextBlockField

MOST_JOBS = 10_000


class CloseForm(PortalFormMixin, forms.Form):
    """Why an offer ends, through whom, how much of it, and how many jobs are planned there."""

    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=ClosureReason.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label=gettext_lazy("Through whom"),
        choices=[("", "–"), *ClosureChannel.choices],
        required=False,
        help_text=gettext_lazy("Where it was let or sold."),
    )
    area = forms.IntegerField(label=gettext_lazy("Area taken (m²)"), required=False, min_value=1, max_value=2**31 - 1)
    occupant_name = LineField(label=gettext_lazy("Who moves in"), required=False, max_length=200)
    jobs_planned = forms.IntegerField(
        label=gettext_lazy("Jobs planned"), required=False, min_value=0, max_value=MOST_JOBS
    )
    note = TextBlockField(label=gettext_lazy("Note"), required=False, max_length=1000)

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer

    def clean(self) -> dict[str, Any]:
        """What was taken needs its area and its channel; no more can go than there is."""
        values = super().clean() or {}
        area, whole = values.get("area"), self.offer.thing.area
        if values.get("reason") == ClosureReason.TAKEN:
            if not values.get("channel"):
                self.add_error("channel", _("Say through whom it was let or sold; “not known” is an answer too"))
            if area is None and "area" not in self.errors:
                self.add_error("area", _("Enter how many square metres were taken"))
        if area is not None and area > whole:
            self.add_error("area", _("There are no more than %(area)s") % {"area": words.area(whole)})
        return values

    def ending(self) -> Ending:
        """The answers, as the workflow takes them."""
        return Ending(**self.cleaned_data)


class AnswerForm(PortalFormMixin, forms.Form):
    """How an enquiry was answered."""

    how = TextBlockField(
        label=gettext_lazy("How did you answer?"),
        max_length=1000,
        help_text=gettext_lazy("Such as: visit agreed on by phone. Only colleagues read it."),
    )


class DropForm(PortalFormMixin, forms.Form):
    """Why no answer is owed."""

    reason = LineField(label=gettext_lazy("Why is no answer owed?"), max_length=300)
