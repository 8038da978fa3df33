"""Whom a campaign asks: a choice of entries, the address each is asked at, and why some are left out.

All of it is one query, so that a count costs the same for a village and for the canton.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import gettext as _

from companies.enums import CampaignState, Exclusion, Freshness, OrganisationKind, OrganisationState, RecipientState
from companies.models import CampaignRecipient, Contact, MailRefusal, Organisation, OrganisationActivity
from promo_portal.core.formats import words
from promo_portal.mailing.models import AddressSuppression
from promo_portal.regions.activities import activity_with_descendants
from promo_portal.regions.models import ActivityCode, Municipality

EMPTY = Value("")
REACHED_BY_PHONE = (Exclusion.NO_ADDRESS, Exclusion.SUPPRESSED)  # they are asked all the same, by somebody who calls


@dataclass(frozen=True)
class Segment:
    """A choice of entries. An empty list leaves its question open; several values of one list are alternatives."""

    municipality: tuple[int, ...] = ()  # BFS numbers
    activity: tuple[str, ...] = ()  # NOGA codes of any level
    kind: tuple[str, ...] = ()
    freshness: tuple[str, ...] = ()
    confirmed_before: str = ""  # ISO day

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Segment":
        """The segment that a campaign keeps as JSON; what it does not know is left open."""
        return cls(
            municipality=tuple(stored.get("municipality", ())),
            activity=tuple(stored.get("activity", ())),
            kind=tuple(stored.get("kind", ())),
            freshness=tuple(stored.get("freshness", ())),
            confirmed_before=str(stored.get("confirmed_before", "")),
        )

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def rows(self, association_id: int, today: date) -> QuerySet[Organisation]:
        """The entries of an association that the segment names. Ceased, merged and hidden ones are nobody's to ask."""
        found = Organisation.objects.of_association(association_id).filter(state=OrganisationState.PUBLISHED)
        if self.municipality:
            found = found.filter(municipality__bfs__in=self.municipality)
        if self.activity:
            below = activity_with_descendants(self.activity)
            found = found.filter(
                Exists(OrganisationActivity.objects.filter(organisation=OuterRef("pk"), activity__in=below))
            )
        if self.kind:
            found = found.filter(kind__in=self.kind)
        if self.freshness:
            found = found.filter(_freshness(self.freshness, today))
        if self.confirmed_before:
            day = date.fromisoformat(self.confirmed_before)
            found = found.filter(Q(confirmed_on=None) | Q(confirmed_on__lt=day))
        return found

    def in_words(self) -> list[tuple[str, str]]:
        """Each question that is not left open, with its values as people read them."""
        lines = []
        if self.municipality:
            places = Municipality.objects.filter(bfs__in=self.municipality).order_by("official_name")
            lines.append((_("Municipalities"), ", ".join(sorted({place.name for place in places}))))
        if self.activity:
            codes = ActivityCode.objects.filter(code__in=self.activity).order_by("code")
            lines.append((_("Activities"), ", ".join(f"{code.display_code} {code.label}" for code in codes)))
        if self.kind:
            lines.append((_("Kind"), ", ".join(str(OrganisationKind(value).label) for value in self.kind)))
        if self.freshness:
            lines.append((_("Freshness"), ", ".join(str(Freshness(value).label) for value in self.freshness)))
        if self.confirmed_before:
            lines.append((_("Last confirmed before"), words.day(date.fromisoformat(self.confirmed_before))))
        return lines


def _freshness(wanted: Sequence[str], today: date) -> Q:
    """The states of ``Organisation.freshness`` as a condition; a test holds the two against each other."""
    hidden = today - relativedelta(months=settings.DIRECTORY_HIDDEN_AFTER_MONTHS)
    stale = today - relativedelta(months=settings.DIRECTORY_TO_CONFIRM_AFTER_MONTHS)
    never = Q(confirmed_on=None)
    parts = {
        Freshness.HIDDEN: Q(confirmed_on__lte=hidden) | (never & Q(listed_on__lte=hidden)),
        Freshness.TO_CONFIRM: Q(confirmed_on__gt=hidden, confirmed_on__lte=stale) | (never & Q(listed_on__gt=hidden)),
        Freshness.CONFIRMED: Q(confirmed_on__gt=stale),
    }
    found = Q()
    for value in wanted:
        found |= parts[Freshness(value)]
    return found


def with_addresses(rows: QuerySet[Organisation]) -> QuerySet[Any]:
    """Entries that know at which ``address`` they are asked, and which contact reads it.

    First the address that staff keep for this, then the main contact's or another's, last the public one.
    """
    people = Contact.objects.filter(organisation=OuterRef("pk"), left_on=None).exclude(email="")
    first = people.order_by("-is_main", "pk").values("email")[:1]
    reader = people.annotate(small=Lower("email")).filter(small=Lower(OuterRef("address"))).order_by("-is_main", "pk")
    known = rows.annotate(
        address=Coalesce(NullIf(F("internal_email"), EMPTY), Subquery(first), F("email"), output_field=CharField())
    )
    return known.annotate(
        reader=Subquery(reader.values("pk")[:1]), reader_language=Subquery(reader.values("language")[:1])
    )


def with_exclusions(rows: QuerySet[Organisation], today: date, *, campaign_id: int | None = None) -> QuerySet[Any]:
    """The same, with ``exclusion``: why an entry is not asked by mail; empty where it is."""
    lately = today - relativedelta(months=settings.DIRECTORY_CONFIRMED_LATELY_MONTHS)
    small = Lower(OuterRef("address"))
    suppressed = AddressSuppression.objects.annotate(small=Lower("email")).filter(small=small)
    refused = MailRefusal.objects.filter(organisation=OuterRef("pk"), email=small)
    asked = CampaignRecipient.objects.filter(
        organisation=OuterRef("pk"),
        state__in=(RecipientState.PLANNED, RecipientState.SENT),
        campaign__state__in=(CampaignState.SENDING, CampaignState.RUNNING),
    ).exclude(campaign=campaign_id or 0)
    return with_addresses(rows).annotate(
        exclusion=Case(
            When(confirmed_on__gt=lately, then=Value(Exclusion.LATELY.value)),
            When(Exists(asked), then=Value(Exclusion.ELSEWHERE.value)),
            When(address="", then=Value(Exclusion.NO_ADDRESS.value)),
            When(Exists(refused), then=Value(Exclusion.UNSUBSCRIBED.value)),
            When(Exists(suppressed), then=Value(Exclusion.SUPPRESSED.value)),
            default=EMPTY,
            output_field=CharField(),
        )
    )


def counted(rows: QuerySet[Any]) -> dict[str, int]:
    """How many are asked by mail (``""``), and how many are left out for each reason; one query."""
    found = rows.order_by().values("exclusion").annotate(count=Count("pk"))
    return {row["exclusion"]: row["count"] for row in found}


def mail_language(entry: Any) -> str:
    """The language of a mail to an entry with addresses: its reader's, else its own; French for Italian."""
    language = entry.reader_language or entry.language
    return language if language in {"fr", "de", "en"} else "fr"
