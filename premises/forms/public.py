"""The enquiry: four fields, guarded like every public form."""

from django import forms
from django.utils.translation import gettext_lazy

from promo_portal.core.forms import EmailInput, PhoneInput, PortalFormMixin
from promo_portal.core.forms.fields import LineField, PhoneField, TextBlockField
from promo_portal.core.spam import GuardedForm


class EnquiryForm(PortalFormMixin, GuardedForm):
    """Who asks, and what; the object is known."""

    name = LineField(
        label=gettext_lazy("First and last name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "w-name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        widget=EmailInput,
        error_messages={"required": gettext_lazy("Enter a full e-mail address, such as name@example.ch")},
    )
    phone = PhoneField(
        label=gettext_lazy("Phone"),
        required=False,
        max_length=40,
        widget=PhoneInput,
        help_text=gettext_lazy("The quickest way to agree on a visit."),
    )
    message = TextBlockField(
        label=gettext_lazy("Your question"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    field_order = ("name", "email", "phone", "message")
