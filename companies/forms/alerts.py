"""Following a search: an address and how often, guarded like every public form."""

from django import forms
from django.utils.translation import gettext_lazy

from companies.enums import Rhythm
from promo_portal.core.forms import EmailInput, PortalFormMixin
from promo_portal.core.spam import GuardedForm

RHYTHMS = (
    (Rhythm.DAILY.value, gettext_lazy("On each day with something new")),
    (Rhythm.WEEKLY.value, gettext_lazy("Once a week, if there is something new")),
)


class AlertForm(PortalFormMixin, GuardedForm):
    """Where the messages go; the search itself stands in the page's address."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        widget=EmailInput,
        error_messages={"required": gettext_lazy("Enter a full e-mail address, such as name@example.ch")},
    )
    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=RHYTHMS, initial=Rhythm.DAILY.value, widget=forms.RadioSelect
    )
    field_order = ("email", "rhythm")


class RhythmForm(forms.Form):
    """How often, for a search that is followed already."""

    rhythm = forms.ChoiceField(choices=RHYTHMS)
