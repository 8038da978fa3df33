"""Forms of the staff: people at the door, and registrations by phone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.forms.registration import PeopleForm
from clusters.models import Event
from promo_portal.core import clock
from promo_portal.core.forms import EmailInput, PortalFormMixin
from promo_portal.core.forms.fields import LineField


class WalkInForm(PortalFormMixin, forms.Form):
    """Somebody who comes without having registered."""

    name = LineField(label=_("First and last name"), max_length=160)
    company = LineField(label=_("Company or organisation"), max_length=120, required=False)


class PhoneRegistrationForm(PeopleForm):
    """A registration by phone; with an address the person gets the same mails as everybody."""

    event = forms.ModelChoiceField(label=_("Event"), queryset=Event.objects.none())
    email = forms.EmailField(label=_("E-mail address"), widget=EmailInput, max_length=254, required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("fr", "Français"), ("de", "Deutsch"), ("en", "English")],
        widget=forms.RadioSelect,
        initial="fr",
    )
    field_order = ("event", "first_name", "last_name", "company", "email", "language", "others", "remark")

    def __init__(self, *args: Any, association_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coming = Event.objects.filter(association_id=association_id, state="published").upcoming(clock.now())
        self.fields["event"].queryset = coming  # type: ignore[attr-defined]
