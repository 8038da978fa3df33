"""Questions about the classification of activities: from words to codes, from a code to what lies below and above it."""

from collections.abc import Iterable

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length

from promo_portal.regions.models import ActivityCode
from promo_portal.regions.names import plain

_LONGEST = 80
_CODE_LENGTH = 4


def activity_code(text: str) -> str:
    """Return a code as it is stored, whatever its spelling: ``2652`` for ``26.52``, ``C`` for ``c``."""
    return "".join(letter for letter in text[:_LONGEST].upper() if letter.isascii() and letter.isalnum())[:_CODE_LENGTH]


def find_activities(text: str, limit: int = 8) -> list[ActivityCode]:
    """Return the activities that fit some words in French, German or English, or the beginning of a code; best first.

    Accents and case do not matter, each word may be cut short. The finest level comes first: people look for what they
    do, not for the section it belongs to.
    """
    words = plain(text[:_LONGEST].replace(".", "") if text[:1].isdigit() else text[:_LONGEST]).split()
    if not words:
        return []
    every_word = Q()
    for word in words:
        every_word &= Q(search_name__regex=rf"[| #]{word}")
    wanted = " ".join(words)
    rank = Case(
        When(code__iexact=wanted, then=Value(0)),
        When(search_name__contains=f"|{wanted}|", then=Value(1)),
        When(search_name__contains=f"|{wanted}", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    found = ActivityCode.objects.annotate(rank=rank).filter(every_word)
    return list(found.order_by("rank", -Length("code"), "code")[:limit])


def activity_with_descendants(codes: Iterable[str]) -> QuerySet[ActivityCode]:
    """Return the activities of these codes (any level, any spelling) and all below them; unknown codes add nothing.

    One query, usable inside another: ``OrganisationActivity.objects.filter(activity__in=activity_with_descendants(…))``.
    """
    wanted = {code for text in codes if (code := activity_code(text))}
    return ActivityCode.objects.filter(
        Q(code__in=wanted)
        | Q(parent__code__in=wanted)
        | Q(parent__parent__code__in=wanted)
        | Q(parent__parent__parent__code__in=wanted)
    )


def activity_with_ancestors(code: str) -> list[ActivityCode]:
    """Return the path from the section down to the activity itself: for headings and breadcrumbs."""
    above = "parent__parent__parent"
    activity = ActivityCode.objects.filter(code=activity_code(code)).select_related(above).first()
    path: list[ActivityCode] = []
    while activity is not None:
        path.insert(0, activity)
        activity = activity.parent
    return path
