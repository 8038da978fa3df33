"""Invented contents for the style page: a form in all its states, lists, a file's journal."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from promo_portal.core.contrast import ratio, read_tokens
from promo_portal.core.formats import words
from promo_portal.core.forms import (
    CodeInput,
    CountedTextarea,
    DateTextInput,
    EmailInput,
    PhoneInput,
    PortalFormMixin,
    PostcodeInput,
    UploadInput,
    YearInput,
)

ZURICH = ZoneInfo("Europe/Zurich")
MOMENT = datetime(2026, 11, 23, 14, 32, tzinfo=ZURICH)
STAGES = [
    ("thinking", gettext_lazy("I am still thinking about it")),
    ("preparing", gettext_lazy("I am preparing the launch")),
    ("young", gettext_lazy("The company is less than three years old")),
]
MUNICIPALITIES = [("", "—"), ("446", "Tramelan"), ("443", "Saint-Imier"), ("717", "Valbirse"), ("371", "Biel/Bienne")]


class SampleForm(PortalFormMixin, forms.Form):
    """Every kind of field the portal has."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("We write to this address only about your request."),
        widget=EmailInput(),
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, widget=PhoneInput())
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=4, widget=PostcodeInput())
    municipality = forms.ChoiceField(label=gettext_lazy("Municipality"), choices=MUNICIPALITIES)
    year = forms.IntegerField(label=gettext_lazy("Year of founding"), required=False, widget=YearInput())
    start = forms.DateField(
        label=gettext_lazy("Start planned for"),
        required=False,
        help_text=gettext_lazy("A month is enough: take its first day."),
        widget=DateTextInput(),
    )
    stage = forms.ChoiceField(label=gettext_lazy("Where are you?"), choices=STAGES, widget=forms.RadioSelect())
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("What do you need most?"),
        required=False,
        choices=[
            ("plan", gettext_lazy("A business plan")),
            ("money", gettext_lazy("Financing")),
            ("place", gettext_lazy("Premises")),
        ],
        widget=forms.CheckboxSelectMultiple(),
    )
    idea = forms.CharField(
        label=gettext_lazy("Describe your idea in a few sentences"),
        help_text=gettext_lazy("What you want to sell, to whom, and how far you are."),
        max_length=1000,
        widget=CountedTextarea(maximum=1000),
    )
    plan = forms.FileField(
        label=gettext_lazy("Business plan"),
        required=False,
        widget=UploadInput(formats="PDF, Word, Excel", megabytes=20),
    )
    code = forms.CharField(label=gettext_lazy("Code from our mail"), max_length=12, widget=CodeInput())
    consent = forms.BooleanField(
        label=gettext_lazy("I agree that the association reads my request."),
        help_text=gettext_lazy("You can withdraw it at any time."),
    )


def refused_form() -> SampleForm:
    """The same form, sent with mistakes."""
    sent = {"name": "Lea Chappuis", "email": "lea@", "postcode": "2720", "municipality": "446", "start": "31.02.2027"}
    return SampleForm({f"bad-{name}": value for name, value in sent.items()}, prefix="bad")


@dataclass(frozen=True)
class Swatch:
    """A token with its values and their contrast against page and sunk, in both themes."""

    name: str
    use: Any
    light: str
    light_ratios: str
    dark: str
    dark_ratios: str


def swatches() -> list[Swatch]:
    """All colour tokens, measured from the file the pages load."""
    blocks = read_tokens(settings.BASE_DIR)
    uses = {
        "page": _("ground"), "sunk": _("bars, side areas"), "raised": _("menus, dialogs"), "ink": _("text, strong rules"),
        "ink-2": _("secondary text"), "ink-3": _("placeholder"), "ctl": _("borders of fields and buttons"),
        "line": _("hairlines"), "accent": _("links, primary button, focus"), "accent-hi": _("hover"),
        "on-accent": _("text on accent"), "tint": _("selection"), "ok": _("done, confirmed"), "ok-t": _("its ground"),
        "warn": _("due soon, to confirm"), "warn-t": _("its ground"), "bad": _("late, refused"), "bad-t": _("its ground"),
    }  # fmt: skip

    def ratios(block: dict[str, str], name: str) -> str:
        if name.endswith("-t"):
            return words.decimal(ratio(block[name[:-2]], block[name]), 1)
        if name in {"page", "sunk", "raised", "tint"}:
            return words.decimal(ratio(block["ink"], block[name]), 1)
        ground = ("accent", "accent-hi") if name == "on-accent" else ("page", "sunk")
        return " / ".join(words.decimal(ratio(block[name], block[other]), 1) for other in ground)

    light, dark = blocks["light"], blocks["dark"]
    return [
        Swatch(name, use, light[name], ratios(light, name), dark[name], ratios(dark, name))
        for name, use in uses.items()
    ]


def icons() -> list[str]:
    """The names of all symbols of the sprite."""
    return re.findall(r'<symbol id="([a-z-]+)"', (settings.BASE_DIR / "static" / "img" / "icons.svg").read_text())


def journal() -> list[dict[str, Any]]:
    """A file's journal, newest first."""
    meeting = _("Prices reviewed with the main customer. Open: letter of intent, liquidity plan over 18 months.")
    deposit = {"title": _("Document added by the founder"), "text": "Plan financier v3.xlsx", "url": "#timeline"}
    return [
        {"kind": "ours", "at": date(2026, 11, 19), "title": _("Meeting no. 3"), "text": meeting},
        {"kind": "theirs", "at": date(2026, 11, 12), **deposit},
        {"kind": "system", "at": date(2026, 11, 9), "title": _("Consent given for two documents")},
        {"kind": "ours", "at": date(2026, 11, 5), "title": _("Milestone reached: business plan")},
    ]  # fmt: skip


def next_steps() -> list[dict[str, Any]]:
    """What happens after a request, oldest first."""
    received = _("Received on %(moment)s") % {"moment": words.moment(MOMENT)}
    commission = _("Commission of %(day)s") % {"day": words.day(date(2027, 1, 14))}
    answer = _("Answer by %(day)s") % {"day": words.day(date(2026, 12, 7))}
    return [
        {"kind": "done", "title": received, "text": _("You can still add to it.")},
        {"kind": "next", "title": answer, "text": _("We call you if a question stays open.")},
        {"kind": "next", "title": commission, "text": _("If your request can be accepted.")},
    ]  # fmt: skip


def facts() -> list[dict[str, Any]]:
    """A signed link's list of values."""
    return [
        {"label": _("Address"), "value": "Rue du Vallon 8, 2610 Saint-Imier", "url": "#facts"},
        {"label": _("Phone"), "value": words.phone("+41320000000"), "url": "#facts"},
        {"label": _("Website"), "missing": True, "url": "#facts"},
    ]


def figures() -> list[dict[str, Any]]:
    """Four live figures, each a link to its records."""
    return [
        {"value": words.number(1284), "label": _("companies"), "url": "#figures", "note": _("1’107 of them confirmed within 12 months")},
        {"value": "47", "label": _("free premises and plots"), "url": "#figures", "note": words.area(23400)},
        {"value": words.percent(86), "label": _("entries confirmed"), "url": "#figures"},
        {"value": "31", "label": _("projects accompanied"), "url": "#figures"},
    ]  # fmt: skip


def formats() -> list[tuple[str, str]]:
    """Each format filter with one value."""
    return [
        ("number", words.number("1234.5")),
        ("money", words.money("1234.5")),
        ("rent_m2", words.rent_m2(145)),
        ("area_range", words.area_range(120, 250)),
        ("percent", words.percent(86)),
        ("day", words.day(MOMENT)),
        ("day_prose", words.day_prose(MOMENT)),
        ("weekday", words.weekday(MOMENT)),
        ("hour", words.hour(MOMENT)),
        ("hour_prose", words.hour_prose(MOMENT)),
        ("moment_prose", words.moment_prose(MOMENT)),
        ("days_off", words.days_off(-4)),
        ("duration", words.duration(90)),
        ("file_size", words.file_size(31_000_000)),
        ("phone", words.phone("+41320000000")),
        ("uid", words.uid("CHE100000006")),
    ]
