"""The fields of an entry that people may change, each with its value as text: for proposals, history and comparison.

Text is the one form in which a value from a form, a file and the database can be set side by side. Links (activities,
capabilities) are texts too: codes, the main one first; short names with a detail after ``=``, divided by ``; ``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from companies.enums import OrganisationKind, PictureKind, SizeClass
from companies.models import (
    Capability,
    Contact,
    Organisation,
    OrganisationActivity,
    OrganisationCapability,
    OrganisationPicture,
)
from companies.models.organisation import LANGUAGES
from companies.models.picture import ALTERNATIVES
from companies.uid import display_uid
from promo_portal.core.formats import words
from promo_portal.regions.models import ActivityCode, LegalForm, Municipality

BETWEEN = "; "


@dataclass(frozen=True)
class EntryField:
    """One field: its name in the database, its label, and how a stored text is shown to people."""

    name: str
    label: Any
    show: Callable[[str], str] = str
    related: type[models.Model] | None = None
    is_internal: bool = False


def _choice(choices: Any) -> Callable[[str], str]:
    labels = dict(choices)
    return lambda text: str(labels.get(text, text))


def _related(model: type[models.Model]) -> Callable[[str], str]:
    def show(text: str) -> str:
        found = model._default_manager.filter(pk=int(text)).first() if text.isdecimal() else None  # noqa: SLF001
        return str(found) if found else text

    return show


def _activities(text: str) -> str:
    found = {row.code: str(row) for row in ActivityCode.objects.filter(code__in=text.split())}
    return BETWEEN.join(found.get(code, code) for code in text.split())


def _capabilities(text: str) -> str:
    wanted = dict(part.partition("=")[::2] for part in text.split(BETWEEN) if part)
    labels = {row.slug: row.label for row in Capability.objects.filter(slug__in=wanted)}
    return BETWEEN.join(
        f"{labels.get(slug, slug)} ({detail})" if detail else labels.get(slug, slug) for slug, detail in wanted.items()
    )


FIELDS: tuple[EntryField, ...] = (
    EntryField("name", _("name")),
    EntryField("uid", _("UID"), display_uid),
    EntryField("register_number", _("number of the commercial register")),
    EntryField("legal_form", _("legal form"), _related(LegalForm), LegalForm),
    EntryField("kind", _("kind"), _choice(OrganisationKind.choices)),
    EntryField("street", _("street and number")),
    EntryField("address_extra", _("additional address line")),
    EntryField("postcode", _("postcode")),
    EntryField("locality", _("locality")),
    EntryField("municipality", _("municipality"), _related(Municipality), Municipality),
    EntryField("lon", _("longitude")),
    EntryField("lat", _("latitude")),
    EntryField("phone", _("phone"), words.phone),
    EntryField("email", _("e-mail")),
    EntryField("website", _("website")),
    EntryField("language", _("language of correspondence"), _choice(LANGUAGES)),
    EntryField("languages", _("languages spoken")),
    EntryField("purpose_fr", _("what they make (French)")),
    EntryField("purpose_de", _("what they make (German)")),
    EntryField("purpose_en", _("what they make (English)")),
    EntryField("size_class", _("people employed"), _choice(SizeClass.choices)),
    EntryField("founded_year", _("founded in")),
    EntryField("internal_email", _("e-mail for confirmations (internal)"), is_internal=True),
    EntryField("internal_note", _("internal note"), is_internal=True),
    EntryField("activities", _("activities"), _activities),
    EntryField("capabilities", _("capabilities"), _capabilities),
)
CONTACT = "contact"  # the main contact, one text for all that is known of the person
CONTACT_PARTS = ("first_name", "last_name", "function", "email", "phone", "language")
# What a company says of its entry as a whole: statements that are decided like changes, each by itself.
CEASED, WRONG_ADDRESS = "ceased_on", "wrong_address"
STATEMENTS = (CEASED, WRONG_ADDRESS)
LINKS = ("activities", "capabilities")
COLUMNS = tuple(field.name for field in FIELDS if field.name not in LINKS)
PICTURES = (PictureKind.LOGO.value, PictureKind.PHOTO.value)  # one text for which picture it is and what is said of it
PICTURE_PARTS = ("picture", *ALTERNATIVES, "credit")


def _joined(names: Sequence[str], values: Mapping[str, str]) -> str:
    parts = ((name, str(values.get(name, "")).replace(";", ",").strip()) for name in names)
    return BETWEEN.join(f"{name}={value}" for name, value in parts if value)


def _divided(names: Sequence[str], text: str) -> dict[str, str]:
    found = dict(part.partition("=")[::2] for part in text.split(BETWEEN) if part)
    return {name: found.get(name, "") for name in names}


def contact_text(values: Mapping[str, str]) -> str:
    """A person as one text: ``last_name=Frei; email=…``; empty parts are left out."""
    return _joined(CONTACT_PARTS, values)


def contact_values(text: str) -> dict[str, str]:
    """The parts of such a text."""
    return _divided(CONTACT_PARTS, text)


def picture_text(values: Mapping[str, str]) -> str:
    """A logo or photo as one text: ``picture=…; alternative_fr=…``. Empty where there is none."""
    return _joined(PICTURE_PARTS, values)


def picture_values(text: str) -> dict[str, str]:
    """The parts of such a text."""
    return _divided(PICTURE_PARTS, text)


def text_of_picture(picture: OrganisationPicture | None) -> str:
    """The picture of an entry as such a text; the same bytes are the same picture."""
    if picture is None:
        return ""
    words_of = {name: getattr(picture, name) for name in (*ALTERNATIVES, "credit")}
    return picture_text({"picture": mark_of(picture.digest) or str(picture.file_id), **words_of})


def mark_of(digest: str) -> str:
    """The part of a file's SHA-256 that stands in the text."""
    return digest[:32]


def said_of_picture(text: str) -> list[str]:
    """What is said of a picture: in each language, then who took it."""
    found = picture_values(text)
    return list(dict.fromkeys(found[name] for name in (*ALTERNATIVES, "credit") if found[name]))


def _picture(text: str) -> str:
    return " / ".join(said_of_picture(text)) or pgettext("value of a field", "a picture")


def _contact(text: str) -> str:
    person = contact_values(text)
    name = f"{person['first_name']} {person['last_name']}".strip()
    phone = words.phone(person["phone"]) if person["phone"] else ""
    return ", ".join(part for part in (name, person["function"], person["email"], phone) if part)


def _day(text: str) -> str:
    return words.day(date.fromisoformat(text))


def _wrong_address(text: str) -> str:
    return gettext("%(address)s has nothing to do with this entry") % {"address": text}


BY_NAME: Mapping[str, EntryField] = {
    field.name: field
    for field in (
        *FIELDS,
        EntryField(CONTACT, _("main contact"), _contact, is_internal=True),
        EntryField(PictureKind.LOGO.value, _("logo"), _picture),
        EntryField(PictureKind.PHOTO.value, _("photo"), _picture),
        EntryField(CEASED, _("ceased on"), _day),
        EntryField(WRONG_ADDRESS, _("wrong recipient"), _wrong_address, is_internal=True),
    )
}


def main_contact(organisation: Organisation) -> Contact | None:
    """The person who answers for the entry, while they are there."""
    return organisation.contacts.filter(is_main=True, left_on=None).first()


def text_of(organisation: Organisation, name: str) -> str:
    """What an entry says in one field, as text."""
    if name == "activities":
        found = organisation.activity_links.select_related("activity").order_by("-is_main", "activity__code")
        return " ".join(link.activity.code for link in found)
    if name == "capabilities":
        rows = organisation.capability_links.select_related("capability").order_by("capability__slug")
        return BETWEEN.join(
            f"{row.capability.slug}={row.detail}" if row.detail else row.capability.slug for row in rows
        )
    if name == WRONG_ADDRESS:
        return ""
    if name in PICTURES:
        return text_of_picture(organisation.pictures.filter(kind=name).first())
    if name == CONTACT:
        person = main_contact(organisation)
        return contact_text({part: getattr(person, part) for part in CONTACT_PARTS}) if person else ""
    return as_text(getattr(organisation, f"{name}_id" if BY_NAME[name].related else name))


def as_text(value: Any) -> str:
    """A value of the database as text."""
    if value is None:
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def from_text(name: str, text: str) -> Any:
    """The value of a column that ``text`` stands for; ``ValueError`` where it stands for none."""
    field = Organisation._meta.get_field(name)
    if BY_NAME[name].related:
        return int(text) if text else None
    if isinstance(field, models.DecimalField):
        try:
            return Decimal(text) if text else None
        except InvalidOperation as error:
            raise ValueError(text) from error
    if isinstance(field, models.PositiveSmallIntegerField):
        return int(text) if text else None
    return text


def shown(name: str, text: str) -> str:
    """A stored text as people read it; empty stays empty."""
    field = BY_NAME.get(name)
    return field.show(text) if field and text else text


def label_of(name: str) -> str:
    """The label of a field, or its name if it has gone."""
    field = BY_NAME.get(name)
    return str(field.label) if field else name


def set_activities(organisation: Organisation, codes: Sequence[str]) -> bool:
    """Make the entry's activities those of ``codes``, the first the main one; ``True`` if that changed anything."""
    wanted = list(dict.fromkeys(codes))
    if text_of(organisation, "activities").split() == wanted:
        return False
    found = dict(ActivityCode.objects.filter(code__in=wanted).values_list("code", "pk"))
    organisation.activity_links.all().delete()
    OrganisationActivity.objects.bulk_create(
        OrganisationActivity(organisation=organisation, activity_id=found[code], is_main=code == wanted[0])
        for code in wanted
        if code in found
    )
    return True


def set_capabilities(organisation: Organisation, text: str) -> bool:
    """Make the entry's capabilities those of ``text``; ``True`` if that changed anything."""
    if text_of(organisation, "capabilities") == text:
        return False
    wanted = dict(part.partition("=")[::2] for part in text.split(BETWEEN) if part)
    found = dict(Capability.objects.filter(slug__in=wanted).values_list("slug", "pk"))
    organisation.capability_links.exclude(capability__slug__in=wanted).delete()
    for slug, detail in wanted.items():
        if slug in found:
            OrganisationCapability.objects.update_or_create(
                organisation=organisation, capability_id=found[slug], defaults={"detail": detail[:200]}
            )
    return True


def set_contact(organisation: Organisation, text: str) -> bool:
    """Make the person of ``text`` the main contact: the present one renewed where it is the same person (same address
    or same name), else somebody new beside them; ``True`` if that changed anything.
    """
    values, present = contact_values(text), main_contact(organisation)
    values["language"] = values["language"] or (present.language if present else organisation.language)
    if text_of(organisation, CONTACT) == text or not values["last_name"]:
        return False
    person = _same_person(organisation, values) or Contact(organisation=organisation)
    if present is not None and present.pk != person.pk:
        present.is_main = False
        present.save(update_fields=["is_main"])
    for name, value in values.items():
        setattr(person, name, Contact._meta.get_field(name).clean(value, person))  # type: ignore[union-attr]
    person.is_main = True
    person.save()
    return True


def _same_person(organisation: Organisation, values: Mapping[str, str]) -> Contact | None:
    people = organisation.contacts.filter(left_on=None).order_by("-is_main", "pk")
    by_address = people.filter(email__iexact=values["email"]).first() if values["email"] else None
    names = {"first_name__iexact": values["first_name"], "last_name__iexact": values["last_name"]}
    return by_address or people.filter(**names).first()
