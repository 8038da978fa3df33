"""Registering: six fields, several people at once, nothing asked that the day does not need."""

import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from clusters.models import Registration
from clusters.models.registration import MOST_TOGETHER
from clusters.workflow.registrations import Answers
from promo_portal.core.forms import EmailInput, PortalFormMixin
from promo_portal.core.forms.fields import LineField, TextBlockField
from promo_portal.core.spam import GuardedForm

LONGEST_NAME = 160


class NamesField(TextBlockField):
    """One name a line; empty lines do not count."""

    def to_python(self, value: Any) -> str:
        lines = (" ".join(line.split()) for line in super().to_python(value).splitlines())
        return "\n".join(line for line in lines if line)

    def validate(self, value: Any) -> None:
        super().validate(value)
        names = value.splitlines()
        if len(names) > MOST_TOGETHER - 1:
            message = ngettext(
                "At most %(most)s person comes with you under one registration",
                "At most %(most)s people come with you under one registration: register the others separately",
                MOST_TOGETHER - 1,
            )
            raise ValidationError(message % {"most": MOST_TOGETHER - 1}, code="too_many")
        if any(len(name) > LONGEST_NAME for name in names):
            raise ValidationError(_("One name is too long: write one person on each line"), code="max_length")


class PeopleForm(PortalFormMixin, forms.Form):
    """Who comes; also used to change it later."""

    first_name = LineField(label=_("First name"), max_length=80, widget=forms.TextInput({"autocomplete": "given-name"}))
    last_name = LineField(label=_("Last name"), max_length=80, widget=forms.TextInput({"autocomplete": "family-name"}))
    company = LineField(
        label=_("Company or organisation"),
        required=False,
        max_length=120,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    others = NamesField(
        label=_("Who comes with you?"),
        help_text=_("First and last name, one person on each line."),
        required=False,
        max_length=1500,
        widget=forms.Textarea({"rows": "3"}),
    )
    remark = LineField(
        label=_("Access, food: what should we know?"),
        required=False,
        max_length=500,
    )

    def answers(self, *, email: str, language: str = "") -> Answers:
        """What the registration is made of."""
        values = self.cleaned_data
        return Answers(
            first_name=values["first_name"],
            last_name=values["last_name"],
            email=email,
            company=values["company"],
            others=tuple(values["others"].splitlines()),
            remark=values["remark"],
            language=language or (get_language() or "fr")[:2],
        )


class RegistrationForm(PeopleForm, GuardedForm):
    """The public form. ``form_key`` is drawn when the form is shown: sent twice, it is one registration."""

    email = forms.EmailField(label=_("E-mail address"), widget=EmailInput, max_length=254)
    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    field_order = ("first_name", "last_name", "company", "email", "others", "remark")

    def shown_key(self) -> str:
        """The form's number: kept when the form comes back with a mistake, drawn anew otherwise."""
        return str(self.data.get("form_key") or "")[:40] or secrets.token_urlsafe(18)


def initial_of(registration: Registration) -> dict[str, Any]:
    """A registration as its form shows it."""
    names = list(registration.guests.order_by("number").values_list("name", flat=True))
    return {
        "first_name": registration.first_name,
        "last_name": registration.last_name,
        "company": registration.company,
        "others": "\n".join(names[1:]),
        "remark": registration.remark,
    }
