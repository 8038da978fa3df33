"""Mergers of municipalities, entered beforehand and in force from their day on; keys by which coaching is paid for."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from promo_portal.regions.models import Association, Funder, FundingKey, FundingKeyShare, Municipality
from promo_portal.regions.names import search_name

_GENERATIONS = 4
_WHOLE = 10_000


@transaction.atomic
def merge_municipalities(*, numbers: Collection[int], into: int, name: str, on: date) -> Municipality:
    """Let municipalities end the day before ``on`` and lead to their common successor, made if it is not there yet.

    Nothing else moves: organisations, requests and files keep the municipality they were entered with, and are found
    under the old number and the new one. Running it again changes nothing.
    """
    ending = list(
        Municipality.objects.select_for_update(of=("self",)).filter(bfs__in=numbers).exclude(bfs=into).order_by("bfs")
    )
    if len(ending) + (into in numbers) != len(set(numbers)) or not ending:
        raise ValidationError(_("Not all of these municipalities are known."))
    if any(place.valid_to is not None and place.valid_to < on - timedelta(days=1) for place in ending):
        raise ValidationError(_("One of these municipalities ended before that day."))
    first = ending[0]
    heir, _is_new = Municipality.objects.get_or_create(
        bfs=into,
        defaults={
            "official_name": name,
            "name_fr": name,
            "name_de": name,
            "search_name": search_name([name], [str(into)]),
            "canton_id": first.canton_id,
            "district_id": first.district_id,
            "lon": first.lon,
            "lat": first.lat,
            "valid_from": on,
        },
    )
    for place in ending:
        place.valid_to, place.successor = on - timedelta(days=1), heir
        place.save(update_fields=["valid_to", "successor"])
        heir.localities.add(*place.localities.all())
    return heir


def known_as(numbers: Iterable[int], on: date) -> QuerySet[Municipality]:
    """Return every row that means one of these places on a day, whether asked by its old or its new BFS number.

    A filter by a number that ended finds the successor and all that merged into it; records keep the row they were
    entered with, so a list filters by ``municipality__in=known_as(…)``.
    """
    asked = Municipality.objects.filter(bfs__in=list(numbers)).select_related("successor__successor")
    standing = {(place.standing(on) or place).pk for place in asked}
    found = Q(pk__in=standing)
    path = "successor"
    for _step in range(_GENERATIONS):
        found |= Q(**{f"{path}__in": standing, "valid_to__lt": on})
        path += "__successor"
    return Municipality.objects.filter(found)


@transaction.atomic
def agree_key(*, association: Association, valid_from: date, shares: Mapping[Funder, int]) -> FundingKey:
    """How an association's coaching is paid for from a day on; the key in force until then ends the day before.

    Keys follow each other without a gap: one that would leave days without any is refused with those days.
    """
    if sum(shares.values()) != _WHOLE:
        raise ValidationError(
            _("The shares add up to %(total)s, not to 10000 (100 per cent)."), params={"total": sum(shares.values())}
        )
    running = FundingKey.objects.select_for_update().filter(association=association, valid_from__lt=valid_from)
    running.filter(Q(valid_to=None) | Q(valid_to__gte=valid_from)).update(valid_to=valid_from - timedelta(days=1))
    later = FundingKey.objects.filter(association=association, valid_from__gt=valid_from).order_by("valid_from").first()
    key = FundingKey(
        association=association,
        valid_from=valid_from,
        valid_to=later.valid_from - timedelta(days=1) if later else None,
    )
    key.full_clean()
    key.save()
    FundingKeyShare.objects.bulk_create(
        FundingKeyShare(key=key, funder=funder, share=share) for funder, share in shares.items()
    )
    return key


def funder_of(municipality: Municipality) -> Funder:
    """The municipality as one who pays, made the first time it does."""
    made, _is_new = Funder.objects.get_or_create(
        code=f"municipality-{municipality.bfs}",
        defaults={
            "kind": Funder.Kind.MUNICIPALITY,
            "municipality": municipality,
            "name_fr": municipality.name_fr,
            "name_de": municipality.name_de,
        },
    )
    return made
