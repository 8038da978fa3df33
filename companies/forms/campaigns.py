"""What staff type about a campaign: whom it asks, what it adds, and what came of a call."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.enums import CallResult, Freshness, OrganisationKind
from companies.forms.staff import ActivityCodesField
from companies.models import Campaign
from companies.segments import Segment
from promo_portal.core.forms import CountedTextarea, DateTextInput, PortalFormMixin, YearInput
from promo_portal.core.forms.fields import LineField, TextBlockField
from promo_portal.regions.models import Municipality

ADDITION = 1_000
INPUT_DAYS = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d")


def _addition(label: Any) -> TextBlockField:
    return TextBlockField(
        label=label,
        max_length=ADDITION,
        required=False,
        widget=CountedTextarea(maximum=ADDITION, attrs={"rows": "3"}),
    )


class CampaignForm(PortalFormMixin, forms.Form):
    """An empty question leaves everybody in."""

    title = LineField(label=gettext_lazy("Title"), max_length=120)
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=2000,
        max_value=2100,
        widget=YearInput,
        error_messages={
            name: gettext_lazy("Enter a year in four digits, such as 2026")
            for name in ("invalid", "min_value", "max_value")
        },
    )
    municipality = forms.MultipleChoiceField(
        label=gettext_lazy("Municipalities"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": "8"}),
        help_text=gettext_lazy("None chosen: all."),
    )
    activity = ActivityCodesField(
        label=gettext_lazy("Activities"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Codes of any level, such as C or 26.52. Empty: all."),
    )
    kind = forms.MultipleChoiceField(
        label=gettext_lazy("Kind"),
        choices=OrganisationKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    freshness = forms.MultipleChoiceField(
        label=gettext_lazy("Freshness"), choices=Freshness.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    confirmed_before = forms.DateField(
        label=gettext_lazy("Last confirmed before"),
        required=False,
        input_formats=INPUT_DAYS,
        widget=DateTextInput(format="%d.%m.%Y"),
    )
    message_fr = _addition(gettext_lazy("Addition to the mail (French)"))
    message_de = _addition(gettext_lazy("Addition to the mail (German)"))
    message_en = _addition(gettext_lazy("Addition to the mail (English)"))
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, association_id: int | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Municipality.objects.valid(today).filter(district__region__association=association_id or 0)
        self.fields["municipality"].choices = [  # type: ignore[attr-defined]
            (str(place.bfs), place.name) for place in places.order_by("official_name")
        ]

    @classmethod
    def of(cls, campaign: Campaign, today: date, data: Any = None) -> "CampaignForm":
        """The form of a campaign as it stands."""
        segment = Segment.of(campaign.segment)
        initial = {
            "title": campaign.title,
            "year": campaign.year,
            "municipality": [str(number) for number in segment.municipality],
            "activity": " ".join(segment.activity),
            "kind": list(segment.kind),
            "freshness": list(segment.freshness),
            "confirmed_before": date.fromisoformat(segment.confirmed_before) if segment.confirmed_before else None,
            "message_fr": campaign.message_fr,
            "message_de": campaign.message_de,
            "message_en": campaign.message_en,
            "seen_version": campaign.version,
        }
        return cls(data, initial=initial, association_id=campaign.association_id, today=today)

    @property
    def segment(self) -> Segment:
        """The choice, once the form is valid; what is not valid leaves its question open (for the count)."""
        cleaned = self.cleaned_data
        day = cleaned.get("confirmed_before")
        return Segment(
            municipality=tuple(
                int(number) for number in cleaned.get("municipality", ()) if re.fullmatch(r"\d+", number)
            ),
            activity=tuple(cleaned.get("activity") or ()),
            kind=tuple(cleaned.get("kind", ())),
            freshness=tuple(cleaned.get("freshness", ())),
            confirmed_before=day.isoformat() if day else "",
        )

    def values(self) -> dict[str, Any]:
        """The campaign's own fields."""
        return {name: self.cleaned_data[name] for name in ("title", "year", "message_fr", "message_de", "message_en")}


class CallForm(PortalFormMixin, forms.Form):
    """What came of a call."""

    result = forms.ChoiceField(label=gettext_lazy("Result"), choices=CallResult.choices, widget=forms.RadioSelect)
    note = LineField(label=gettext_lazy("Note"), max_length=300, required=False)


class CloseForm(PortalFormMixin, forms.Form):
    """A remark for those who read the figures later."""

    reason = LineField(label=gettext_lazy("Remark"), max_length=300, required=False)


class DecideForm(forms.Form):
    """Accept, refuse or leave each field of one entry; a refusal needs its reason."""

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in numbers:
            self.fields[f"answer_{number}"] = forms.ChoiceField(
                choices=[("accept", ""), ("refuse", ""), ("later", "")], required=False
            )
            self.fields[f"reason_{number}"] = LineField(max_length=300, required=False)
        self.numbers = numbers

    def clean(self) -> dict[str, Any]:
        """Whoever sent a change reads why it was refused."""
        cleaned = super().clean() or {}
        for number in self.numbers:
            if cleaned.get(f"answer_{number}") == "refuse" and not cleaned.get(f"reason_{number}"):
                self.add_error(f"reason_{number}", _("Say why: the company reads it."))
        return cleaned

    def accepted(self) -> list[int]:
        """Numbers of the proposals to take over."""
        return [number for number in self.numbers if self.cleaned_data.get(f"answer_{number}") == "accept"]

    def refused(self) -> dict[int, str]:
        """Numbers of the others, with their reasons."""
        return {
            number: self.cleaned_data[f"reason_{number}"]
            for number in self.numbers
            if self.cleaned_data.get(f"answer_{number}") == "refuse"
        }
