"""What a company says of itself by its signed link: the public fields, what it does, who answers for it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies import entry
from companies.enums import SizeClass
from companies.models import Capability, Contact, Organisation, OrganisationCapability
from companies.models.organisation import LANGUAGES
from companies.models.picture import ALTERNATIVES
from promo_portal.core.formats import words
from promo_portal.core.forms import CountedTextarea, EmailInput, PhoneInput, PortalFormMixin, PostcodeInput, YearInput
from promo_portal.core.forms.fields import LineField, PhoneField, TextBlockField, visible
from promo_portal.files.fields import PictureField
from promo_portal.files.workflow import digest_of
from promo_portal.regions.activities import activity_code, find_activities
from promo_portal.regions.models import ActivityCode, Municipality
from promo_portal.regions.names import plain
from promo_portal.regions.search import find_municipalities

SUGGESTED = 8
MOST_TICKED = 100
TEXT = 1_000
EARLIEST_YEAR, LATEST_YEAR = 1200, 2100
COLUMNS = (
    "name", "street", "address_extra", "postcode", "locality", "phone", "email", "website", "language",
    "purpose_fr", "purpose_de", "purpose_en", "size_class", "founded_year",
)  # fmt: skip
PERSON = "contact_"
PHOTO_WORDS = (*ALTERNATIVES, "credit")
PICTURE_MEGABYTES = 10  # each: both together are less than a request may carry


class WebField(forms.URLField):
    """An address of the web; https where nothing is said."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid": gettext_lazy("Enter a whole web address, such as https://example.ch")}
        super().__init__(assume_scheme="https", max_length=200, error_messages=messages, **kwargs)


class EntryForm(PortalFormMixin, forms.Form):
    """Three minutes: everything is filled in with what we know, and only what is changed is proposed.

    Words for activities and capabilities that fit several come back as boxes to tick; it works without script.
    """

    name = LineField(label=gettext_lazy("Name of the organisation"), max_length=200)
    street = LineField(label=gettext_lazy("Street and number"), max_length=120, required=False)
    address_extra = LineField(label=gettext_lazy("Additional address line"), max_length=120, required=False)
    postcode = LineField(label=gettext_lazy("Postcode"), max_length=10, required=False, widget=PostcodeInput)
    locality = LineField(label=gettext_lazy("Locality"), max_length=60, required=False)
    municipality = LineField(
        label=gettext_lazy("Municipality"),
        max_length=120,
        help_text=gettext_lazy("Change it only if you have moved to another municipality."),
    )
    phone = PhoneField(label=gettext_lazy("Phone"), max_length=40, required=False, widget=PhoneInput)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address that the public sees"), required=False, widget=EmailInput
    )
    website = WebField(label=gettext_lazy("Website"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language in which we write to you"), choices=LANGUAGES)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages you speak with customers"),
        choices=LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    size_class = forms.ChoiceField(
        label=gettext_lazy("People employed"), choices=[("", "–"), *SizeClass.choices], required=False
    )
    founded_year = forms.IntegerField(
        label=gettext_lazy("Founded in"),
        required=False,
        min_value=EARLIEST_YEAR,
        max_value=LATEST_YEAR,
        widget=YearInput,
        error_messages={
            name: gettext_lazy("Enter a year in four digits, such as 1987")
            for name in ("invalid", "min_value", "max_value")
        },
    )
    purpose_fr = TextBlockField(
        label=gettext_lazy("What you make, in French"), max_length=TEXT, required=False,
        widget=CountedTextarea(maximum=TEXT, attrs={"rows": "4"}),
    )  # fmt: skip
    purpose_de = TextBlockField(
        label=gettext_lazy("What you make, in German"), max_length=TEXT, required=False,
        widget=CountedTextarea(maximum=TEXT, attrs={"rows": "4"}),
    )  # fmt: skip
    purpose_en = TextBlockField(
        label=gettext_lazy("What you make, in English"), max_length=TEXT, required=False,
        widget=CountedTextarea(maximum=TEXT, attrs={"rows": "4"}),
    )  # fmt: skip
    activities = forms.MultipleChoiceField(
        label=gettext_lazy("Your activities"), required=False, widget=forms.CheckboxSelectMultiple
    )
    add_activity = LineField(
        label=gettext_lazy("Another activity"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("In your own words, such as watchmaking, or its code, such as 26.52."),
    )
    capabilities = forms.MultipleChoiceField(
        label=gettext_lazy("What you can do"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick what is true; companies like yours often name the ones that are not ticked yet."),
    )
    add_capability = LineField(
        label=gettext_lazy("Something else you can do"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Processes, materials, machines, certificates; several with commas."),
    )
    logo = PictureField(
        label=gettext_lazy("Another logo"),
        required=False,
        megabytes=PICTURE_MEGABYTES,
        help_text=gettext_lazy("At best on a clear ground or without one, 640 pixels wide or more."),
    )
    logo_away = forms.BooleanField(label=gettext_lazy("Take our logo off"), required=False)
    photo = PictureField(
        label=gettext_lazy("Another photo"),
        required=False,
        megabytes=PICTURE_MEGABYTES,
        help_text=gettext_lazy(
            "One that you may publish, such as your workshop or your products; 1280 pixels wide or more."
        ),
    )
    photo_away = forms.BooleanField(label=gettext_lazy("Take our photo off"), required=False)
    photo_alternative_fr = LineField(
        label=gettext_lazy("What the photo shows (French)"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Read aloud to those who do not see it: one sentence, such as: Two people at a lathe."),
    )
    photo_alternative_de = LineField(
        label=gettext_lazy("What the photo shows (German)"), max_length=200, required=False
    )
    photo_alternative_en = LineField(
        label=gettext_lazy("What the photo shows (English)"), max_length=200, required=False
    )
    photo_credit = LineField(label=gettext_lazy("Who took it"), max_length=120, required=False)
    contact_first_name = LineField(label=gettext_lazy("First name"), max_length=80, required=False)
    contact_last_name = LineField(label=gettext_lazy("Last name"), max_length=80, required=False)
    contact_function = LineField(label=gettext_lazy("Function"), max_length=120, required=False)
    contact_email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False, widget=EmailInput)
    contact_phone = PhoneField(label=gettext_lazy("Direct phone"), max_length=40, required=False, widget=PhoneInput)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, organisation: Organisation, waiting: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self.texts = {
            name: waiting.get(name, entry.text_of(organisation, name))
            for name in (*COLUMNS, "languages", "municipality", *entry.LINKS, entry.CONTACT)
        }
        self.pictures_now = {kind: entry.text_of(organisation, kind) for kind in entry.PICTURES}
        self.texts |= {kind: waiting.get(kind, text) for kind, text in self.pictures_now.items()}
        self._name_pictures(waiting)
        self.initial = {**self._initial(), **self.initial}
        self._offer_activities(self.texts["activities"].split())
        self._offer_capabilities(self._kept_capabilities(), suggest=True)
        size = TEXT
        for name in ("purpose_fr", "purpose_de", "purpose_en"):  # a longer text that stands already is no mistake
            size = max(TEXT, len(self.texts[name]))
            self.fields[name].longest = size  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["data-count-max"] = str(size)

    # -- what we know --------------------------------------------------------------------------------------------------

    def _initial(self) -> dict[str, Any]:
        person = entry.contact_values(self.texts[entry.CONTACT])
        place = Municipality.objects.filter(pk=self.texts["municipality"]).first()
        return {
            **{name: self.texts[name] for name in COLUMNS},
            **{f"{PERSON}{part}": person[part] for part in entry.CONTACT_PARTS if part != "language"},
            "phone": words.phone(self.texts["phone"]).replace(words.NBSP, " "),
            f"{PERSON}phone": words.phone(person["phone"]).replace(words.NBSP, " "),
            "municipality": place.name if place else "",
            "languages": self.texts["languages"].split(),
            "activities": self.texts["activities"].split(),
            "capabilities": list(self._kept_capabilities()),
            "seen_version": self.organisation.version,
            **{f"photo_{name}": entry.picture_values(self.texts["photo"])[name] for name in PHOTO_WORDS},
        }

    def _name_pictures(self, waiting: Mapping[str, str]) -> None:
        """The fields say what they do to the picture that is there, on its way, or neither."""
        first = {"logo": gettext_lazy("A logo"), "photo": gettext_lazy("A photo")}
        for kind, now in self.pictures_now.items():
            away = self.fields[f"{kind}_away"]
            if not self.texts[kind] and not now:
                self.fields[kind].label = first[kind]
                del self.fields[f"{kind}_away"]
            elif waiting.get(kind):
                away.label = gettext_lazy("Do not send this picture after all")
            else:
                away.initial = kind in waiting  # what they asked for already

    def _kept_capabilities(self) -> dict[str, str]:
        """Short names with their details."""
        parts = (part.partition("=") for part in self.texts["capabilities"].split(entry.BETWEEN) if part)
        return {slug: detail for slug, _sign, detail in parts}

    def _typed(self, name: str) -> list[str]:
        found = self.data.getlist(name) if self.is_bound and hasattr(self.data, "getlist") else []
        return [visible(value)[:60] for value in found[:MOST_TICKED]]

    def _offer_activities(self, codes: Iterable[str]) -> None:
        wanted = dict.fromkeys([*codes, *self._typed("activities")])
        rows = {row.code: row for row in ActivityCode.objects.filter(code__in=[code[:4] for code in wanted])}
        self.fields["activities"].choices = [  # type: ignore[attr-defined]
            (code, f"{rows[code].label} ({rows[code].display_code})") for code in wanted if code in rows
        ]

    def _offer_capabilities(self, slugs: Iterable[str], *, suggest: bool = False) -> None:
        wanted = dict.fromkeys([*slugs, *self._typed("capabilities")])
        details = self._kept_capabilities()
        rows = {row.slug: row for row in Capability.objects.filter(slug__in=[slug[:60] for slug in wanted])}
        offered = [row for row in self._suggested() if row.slug not in rows] if suggest else []
        self.fields["capabilities"].choices = [  # type: ignore[attr-defined]
            (row.slug, f"{row.label} ({details[row.slug]})" if details.get(row.slug) else row.label)
            for row in (*(rows[slug] for slug in wanted if slug in rows), *offered)
        ]

    def _suggested(self) -> list[Capability]:
        """What organisations of the same activities name most often."""
        same = OrganisationCapability.objects.filter(
            organisation__activity_links__activity__in=self.organisation.activities.all(), capability__is_active=True
        ).exclude(organisation=self.organisation)
        often = same.order_by().values("capability").annotate(count=Count("pk")).order_by("-count", "capability")
        numbers = [row["capability"] for row in often[: SUGGESTED * 2]]
        rows = Capability.objects.in_bulk(numbers)
        return [rows[pk] for pk in numbers][:SUGGESTED]

    # -- what was typed ------------------------------------------------------------------------------------------------

    def clean_municipality(self) -> Municipality:
        """The municipality that is meant; several of one name come back as words to choose from."""
        typed = self.cleaned_data["municipality"]
        present = Municipality.objects.filter(pk=self.texts["municipality"]).first()
        if present is not None and plain(typed) == plain(present.name):
            return present
        found = find_municipalities(typed)
        exact = [place for place in found if f"|{plain(typed)}|" in place.search_name]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if found:
            names = ", ".join(place.name for place in found[:5])
            raise ValidationError(_("Which one do you mean? %(names)s") % {"names": names}, code="several")
        raise ValidationError(_("We know no municipality of this name."), code="unknown")

    def clean_add_activity(self) -> list[str]:
        """The codes that the words stand for."""
        typed = self.cleaned_data["add_activity"]
        if not typed:
            return []
        if re.fullmatch(r"[\d. ]{2,8}", typed) and ActivityCode.objects.filter(code=activity_code(typed)).exists():
            return [activity_code(typed)]
        found = [row for row in find_activities(typed, 6) if len(row.code) > 1]
        if len(found) == 1:
            return [found[0].code]
        if not found:
            raise ValidationError(
                _("We know no activity of this name. Try another word, or leave it out."), code="unknown"
            )
        codes = [code for code, _label in self.fields["activities"].choices]  # type: ignore[attr-defined]
        self._offer_activities([*codes, *(row.code for row in found)])
        raise ValidationError(_("Several fit: tick the right one under “Your activities”."), code="several")

    def clean_add_capability(self) -> list[str]:
        """Short names of the capabilities that the words stand for."""
        slugs: list[str] = []
        offered: list[str] = []
        unknown: list[str] = []
        for word in (part.strip() for part in self.cleaned_data["add_capability"].split(",")):
            if not word:
                continue
            rows = Capability.objects.filter(is_active=True).distinct()
            labels = Q(label_fr__iexact=word) | Q(label_de__iexact=word) | Q(label_en__iexact=word)
            exact = rows.filter(labels | Q(synonyms__text__iexact=word)).order_by("pk").first()
            if exact is not None:
                slugs.append(exact.slug)
                continue
            near = Q(label_fr__icontains=word) | Q(label_de__icontains=word) | Q(label_en__icontains=word)
            found = list(rows.filter(near | Q(synonyms__text__icontains=word)).order_by("pk")[:6])
            offered += [row.slug for row in found]
            unknown += [] if found else [word]
        if offered:
            present = [slug for slug, _label in self.fields["capabilities"].choices]  # type: ignore[attr-defined]
            self._offer_capabilities([*present, *slugs, *offered])
            raise ValidationError(_("Several fit: tick the right ones under “What you can do”."), code="several")
        if unknown:
            listed = {"words": ", ".join(unknown)}
            raise ValidationError(
                _("Our list does not have: %(words)s. Say it in the text about what you make.") % listed, code="unknown"
            )
        return slugs

    def clean(self) -> dict[str, Any]:
        """A person needs a last name before they can be the contact."""
        cleaned = super().clean() or {}
        others = [f"{PERSON}{part}" for part in ("first_name", "function", "email", "phone")]
        if any(cleaned.get(name) for name in others) and not cleaned.get(f"{PERSON}last_name"):
            self.add_error(f"{PERSON}last_name", _("Fill in: %(label)s") % {"label": _("Last name")})
        self._clean_words_of_photo(cleaned)
        return cleaned

    def _clean_words_of_photo(self, cleaned: dict[str, Any]) -> None:
        """A photo is told in words, and words need their photo."""
        has_words = any(cleaned.get(f"photo_{name}") for name in ALTERNATIVES)
        is_there = bool(cleaned.get("photo")) or bool(self.texts["photo"] and not cleaned.get("photo_away"))
        if any(f"photo_{name}" in self.errors for name in PHOTO_WORDS) or "photo" in self.errors:
            return
        if is_there and not has_words:
            self.add_error("photo_alternative_fr", _("Say in at least one language what the photo shows."))
        if has_words and not is_there and not self.texts["photo"] and not self.pictures_now["photo"]:
            self.add_error("photo", _("Choose the photo that these words tell of, or leave the words out."))

    def ask_for_pictures_again(self) -> None:
        """A page that comes back never brings a chosen file along: say so beside it."""
        for kind in self.uploads:
            if kind not in self.errors:
                self.add_error(kind, _("Choose this picture once more: it does not come back with the page."))

    @property
    def uploads(self) -> dict[str, UploadedFile]:
        """The files that were chosen, by field."""
        found = {kind: self.cleaned_data.get(kind) for kind in entry.PICTURES}
        return {kind: upload for kind, upload in found.items() if upload}

    def _picture(self, kind: str) -> str:
        """The picture that the entry should have, as the text that proposals compare."""
        cleaned, upload = self.cleaned_data, self.uploads.get(kind)
        said = {name: cleaned.get(f"{kind}_{name}", "") for name in PHOTO_WORDS}
        if upload is not None:
            return entry.picture_text({"picture": entry.mark_of(digest_of(upload)), **said})
        is_waiting = self.texts[kind] != self.pictures_now[kind]
        if cleaned.get(f"{kind}_away"):
            return self.pictures_now[kind] if is_waiting and self.texts[kind] else ""
        if not self.texts[kind]:  # taking it off was proposed, and is not wanted any more
            return self.pictures_now[kind]
        if kind == "logo":
            return self.texts[kind]
        return entry.picture_text({"picture": entry.picture_values(self.texts[kind])["picture"], **said})

    def values(self) -> dict[str, str]:
        """Every field as the text that proposals compare."""
        cleaned = self.cleaned_data
        texts = {name: entry.as_text(cleaned[name]) for name in COLUMNS}
        texts |= {kind: self._picture(kind) for kind in entry.PICTURES}
        texts["municipality"] = str(cleaned["municipality"].pk)
        spoken = set(cleaned["languages"])
        texts["languages"] = " ".join(code for code, _label in LANGUAGES if code in spoken)
        if set(self.texts["languages"].split()) == spoken:
            texts["languages"] = self.texts["languages"]
        codes = [code for code in self.texts["activities"].split() if code in cleaned["activities"]]
        codes += [code for code in (*cleaned["activities"], *cleaned["add_activity"]) if code not in codes]
        texts["activities"] = " ".join(dict.fromkeys(codes))
        if set(codes) == set(self.texts["activities"].split()):
            texts["activities"] = self.texts["activities"]
        kept = self._kept_capabilities()
        slugs = sorted({*cleaned["capabilities"], *cleaned["add_capability"]})
        texts["capabilities"] = entry.BETWEEN.join(f"{slug}={kept[slug]}" if kept.get(slug) else slug for slug in slugs)
        person = {part: cleaned.get(f"{PERSON}{part}", "") for part in entry.CONTACT_PARTS}
        if cleaned[f"{PERSON}last_name"]:
            person["language"] = entry.contact_values(self.texts[entry.CONTACT])["language"]
            texts[entry.CONTACT] = entry.contact_text(person)
        return texts


class LeftForm(PortalFormMixin, forms.Form):
    """Who has left, and who answers now."""

    contact = forms.ChoiceField(label=gettext_lazy("Who has left?"), widget=forms.RadioSelect)
    first_name = LineField(label=gettext_lazy("First name"), max_length=80, required=False)
    last_name = LineField(label=gettext_lazy("Last name"), max_length=80, required=False)
    function = LineField(label=gettext_lazy("Function"), max_length=120, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False, widget=EmailInput)
    phone = PhoneField(label=gettext_lazy("Direct phone"), max_length=40, required=False, widget=PhoneInput)

    def __init__(self, *args: Any, contacts: Iterable[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contacts = {str(person.pk): person for person in contacts}
        labels = [
            (pk, f"{person}, {person.function}" if person.function else str(person))
            for pk, person in self.contacts.items()
        ]
        self.fields["contact"].choices = labels  # type: ignore[attr-defined]
        if len(labels) == 1:
            self.initial.setdefault("contact", labels[0][0])

    def clean(self) -> dict[str, Any]:
        """A successor has a last name and an address, or is not named at all."""
        cleaned = super().clean() or {}
        if any(cleaned.get(name) for name in ("first_name", "last_name", "function", "email", "phone")):
            for name in ("last_name", "email"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill in: %(label)s") % {"label": self.fields[name].label})
        return cleaned

    @property
    def successor(self) -> str:
        """The person as the text of a proposal; empty where none is named."""
        cleaned = self.cleaned_data
        person = {part: cleaned.get(part, "") for part in entry.CONTACT_PARTS}
        return entry.contact_text(person) if cleaned.get("last_name") else ""
