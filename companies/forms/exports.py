"""What staff say about the file they want."""

from django import forms
from django.utils.translation import gettext_lazy

from promo_portal.core.forms.base import PortalFormMixin

KINDS = (
    ("pdf", gettext_lazy("Printed directory (PDF), with contents and index")),
    ("xlsx", gettext_lazy("Excel table")),
    ("csv", gettext_lazy("CSV table, for other programs")),
    ("json", "JSON"),
    ("geojson", gettext_lazy("GeoJSON, for maps")),
)
LANGUAGES = (("fr", gettext_lazy("French")), ("de", gettext_lazy("German")), ("en", gettext_lazy("English")))
PRINTED = ("fr", "de")


class TakeOutForm(PortalFormMixin, forms.Form):
    """Which kind of file, and the language of places, activities and capabilities in it."""

    format = forms.ChoiceField(
        label=gettext_lazy("Kind of file"), choices=KINDS, widget=forms.RadioSelect, initial="pdf"
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, widget=forms.RadioSelect)

    def clean(self) -> dict[str, str]:
        """A book is printed in the languages of the region."""
        found: dict[str, str] = super().clean() or {}
        if found.get("format") == "pdf" and found.get("language") not in {None, *PRINTED}:
            self.add_error("language", gettext_lazy("The directory is printed in French or German."))
        return found
