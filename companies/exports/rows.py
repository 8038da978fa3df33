"""What every export of the directory holds: one explicit list of public fields, so that a new column cannot leak."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from companies.models import Contact, Organisation, OrganisationActivity, OrganisationCapability
from promo_portal.mailing.rendering import absolute
from promo_portal.regions.models import ActivityCode, Association

BATCH = 2_000

# The columns of tables, in this order; the heads are the names of the API, the same in every language.
COLUMNS = (
    *("id", "name", "kind", "uid", "legal_form", "street", "address_extra", "postcode", "locality"),
    *("municipality_bfs", "municipality"),
    *("lon", "lat", "phone", "email", "website", "language", "languages", "size", "founded_year"),
    *("purpose_fr", "purpose_de", "purpose_en", "activities", "activity_labels", "capabilities"),
    *("contact", "confirmed_on", "url"),
)


@dataclass(frozen=True)
class Exported:
    """An entry as the public may have it. Words and addresses are those of the language in force when they are asked."""

    organisation: Organisation
    activities: tuple[ActivityCode, ...]
    links: tuple[OrganisationCapability, ...]
    contact: Contact | None

    @property
    def capabilities(self) -> tuple[str, ...]:
        """What they can do, in words."""
        return tuple(_with_detail(link) for link in self.links)

    @property
    def url(self) -> str:
        """The entry's page."""
        return address_of(self.organisation)

    def cells(self) -> dict[str, Any]:
        """Its values by column."""
        entry = self.organisation
        return {
            "id": entry.pk,
            "name": entry.name,
            "kind": entry.kind,
            "uid": entry.uid_display,
            "legal_form": entry.legal_form.label if entry.legal_form else "",
            "street": entry.street,
            "address_extra": entry.address_extra,
            "postcode": entry.postcode,
            "locality": entry.locality,
            "municipality_bfs": entry.municipality.bfs,
            "municipality": entry.municipality.official_name,
            "lon": entry.lon,
            "lat": entry.lat,
            "phone": entry.phone,
            "email": entry.email,
            "website": entry.website,
            "language": entry.language,
            "languages": entry.languages,
            "size": entry.size_class,
            "founded_year": entry.founded_year,
            "purpose_fr": entry.purpose_fr,
            "purpose_de": entry.purpose_de,
            "purpose_en": entry.purpose_en,
            "activities": " ".join(code.code for code in self.activities),
            "activity_labels": "; ".join(code.label for code in self.activities),
            "capabilities": "; ".join(self.capabilities),
            "contact": str(self.contact) if self.contact else "",
            "confirmed_on": entry.confirmed_on,
            "is_demonstration": entry.is_demonstration,
            "url": self.url,
        }


def published_entries(*, on: date, association: Association | None = None) -> QuerySet[Organisation]:
    """The entries that the public sees on a day, by name; of one association where one is given."""
    rows = Organisation.objects.published(on)
    if association:
        rows = rows.of_association(association.pk)
    return rows.order_by("name_key", "pk")


def exported(rows: QuerySet[Organisation], *, language: str) -> Iterator[Exported]:
    """The rows with what belongs to them, ``BATCH`` at a time: the memory does not grow with the directory."""
    related = rows.select_related("municipality", "legal_form").prefetch_related(
        Prefetch("activity_links", OrganisationActivity.objects.select_related("activity")),
        Prefetch(
            "capability_links",
            OrganisationCapability.objects.select_related("capability").filter(capability__is_active=True),
        ),
        Prefetch("contacts", Contact.objects.filter(is_public=True, left_on=None), to_attr="public_contacts"),
    )
    for row in related.iterator(chunk_size=BATCH):
        with override(language):
            yield Exported(
                organisation=row,
                activities=tuple(link.activity for link in row.activity_links.all()),
                links=tuple(row.capability_links.all()),
                contact=next(iter(row.public_contacts), None),
            )


def _with_detail(link: OrganisationCapability) -> str:
    return f"{link.capability.label} ({link.detail})" if link.detail else link.capability.label


def address_of(row: Organisation) -> str:
    """The entry's public address, in the language in force."""
    try:
        return absolute(reverse("companies:detail", args=[row.pk, row.slug]))
    except NoReverseMatch:
        return ""
