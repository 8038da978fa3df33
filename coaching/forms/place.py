"""The municipality that a person means, typed in any way and picked from a few where that is not clear."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.forms.fields import LineField
from promo_portal.core import clock
from promo_portal.core.forms import PortalFormMixin
from promo_portal.regions.models import Municipality
from promo_portal.regions.names import plain
from promo_portal.regions.search import find_municipalities


def _exact(found: list[Municipality], typed: str) -> list[Municipality]:
    """Those that bear the name; only where none does, those with a locality or a postcode of that name."""
    wanted = plain(typed)
    names = {wanted, re.sub(r"^(?:ch )?\d{4} ", "", wanted)}
    for mark in ("", "#"):
        if hits := [place for place in found if any(f"|{mark}{name}|" in place.search_name for name in names)]:
            return hits
    return []


def outside_our_regions(place: Municipality) -> str:
    """What a founder reads whose municipality no association covers."""
    return _(
        "%(name)s (%(canton)s) belongs to none of our regions. Its own canton has an office that can help you."
    ) % {
        "name": place.name,
        "canton": place.canton.name,
    }


class PlaceForm(PortalFormMixin, forms.Form):
    """Question 2: where, which decides who answers. An unclear name comes back with ``choices``."""

    municipality = LineField(
        label=gettext_lazy("Municipality"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "municipalities", "autocomplete": "off", "class": "w-name"}),
        error_messages={"required": gettext_lazy("Enter the municipality of your project, or the one where you live")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices: list[Municipality] = []

    def clean_municipality(self) -> Municipality:
        """The row that is meant, one of ours."""
        place = self._picked() or self._meant(self.cleaned_data["municipality"])
        if place.association() is None:
            raise ValidationError(outside_our_regions(place), code="outside")
        return place

    def _picked(self) -> Municipality | None:
        """The one picked from those offered for exactly this text."""
        number = self.data.get("bfs", "")
        if self.data.get("offered_for") != self.data.get("municipality") or not re.fullmatch(r"[0-9]{1,6}", number):
            return None
        offered = Municipality.objects.valid(clock.today()).filter(bfs=int(number))
        return offered.select_related("canton", "district__region__association").first()

    def _meant(self, typed: str) -> Municipality:
        found = find_municipalities(typed)
        certain = _exact(found, typed)
        if len(certain) == 1:
            return certain[0]
        self.choices = certain or found
        if self.choices:
            raise ValidationError(_("Choose the municipality that you mean"), code="unclear")
        message = _("We know no municipality called “%(typed)s”. Try its official name or its postcode.")
        raise ValidationError(message % {"typed": typed[:60]}, code="unknown")
