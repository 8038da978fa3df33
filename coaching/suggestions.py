"""Who could lead a file or help with it, in an order that says why. A proposal only: a person chooses.

Each reason moves the order by a fixed number of points, and each point is told in words, so that nobody is ranked by
something they cannot read. Conflicts and absences put a person last instead of hiding them.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.enums import CaseState, Expertise, Need
from coaching.models import CaseFile, CoachingRequest, Engagement, Recusal, Specialist, SpecialistTerms
from coaching.models.specialists import LANGUAGES, OPEN_ENGAGEMENTS
from promo_portal.accounts.models import User
from promo_portal.core.formats import words
from promo_portal.regions.models import Municipality
from promo_portal.reminders.models import Absence

NEAR_KM, EARTH_KM = 15, 6371
SOON = timedelta(days=21)
LANGUAGE, FIELD, NEAR, PRAISED = 3, 3, 1, 1
PER_FILE, AWAY_SOON, LAST = -0.5, -2, -100
FIELDS: dict[str, tuple[str, ...]] = {
    Need.BUSINESS_PLAN: (Expertise.FINANCE, Expertise.MARKETING, Expertise.SALES),
    Need.FINANCE: (Expertise.FINANCE, Expertise.TAXES),
    Need.MARKET: (Expertise.MARKETING, Expertise.SALES, Expertise.EXPORT),
    Need.LAW: (Expertise.LAW, Expertise.TAXES, Expertise.PEOPLE),
    Need.PROTECTION: (Expertise.PATENTS, Expertise.LAW),
    Need.PREMISES: (Expertise.PRODUCTION,),
}
PRAISE, ENOUGH = 4, 2  # mean satisfaction that counts, and from how many answers


@dataclass(frozen=True)
class Reason:
    """One ground, in words; ``is_against`` makes it a warning."""

    text: str
    points: float
    is_against: bool = False


@dataclass
class Suggestion:
    """A person with the grounds for and against."""

    person: Any
    reasons: list[Reason] = field(default_factory=list)

    @property
    def points(self) -> float:
        """The sum that orders the list."""
        return sum(reason.points for reason in self.reasons)

    @property
    def is_advisable(self) -> bool:
        """Whether nothing speaks strongly against it."""
        return all(reason.points > LAST for reason in self.reasons)

    def add(self, text: str, points: float, *, is_against: bool = False) -> None:
        """One more ground."""
        self.reasons.append(Reason(text, points, is_against))

    def told(self) -> str:
        """All grounds as one line."""
        return " · ".join(reason.text for reason in self.reasons)


def suggest_coaches(
    request: CoachingRequest, people: Sequence[User], *, today: date, leaving: User | None = None
) -> list[Suggestion]:
    """The association's coaches for a request or its file, the most suitable first: five queries, however many."""
    found = {one.pk: Suggestion(one) for one in people if leaving is None or one.pk != leaving.pk}
    led = CaseFile.objects.filter(lead__in=found).exclude(request=request)
    open_files: Counter[int] = Counter()
    same_need: Counter[int] = Counter()
    nearby: Counter[int] = Counter()
    rows = led.select_related("request__municipality").order_by("pk")
    for case in rows.only("lead_id", "state", "request__need", "request__municipality"):
        is_open = case.state == CaseState.OPEN
        open_files[case.lead_id] += is_open
        same_need[case.lead_id] += bool(request.need) and case.request.need == request.need
        nearby[case.lead_id] += is_open and _is_near(case.request.municipality, request.municipality)
    away = _absences(found, today)
    stand_aside = set(
        Recusal.objects.filter(item__request=request, member__in=found).order_by().values_list("member_id", flat=True)
    )
    for pk, one in found.items():
        if one.person.language == request.language:
            one.add(_("works in %(language)s") % {"language": _language(request.language)}, LANGUAGE)
        else:
            one.add(_("works in another language than %(language)s") % {"language": _language(request.language)}, 0)
        if same_need[pk]:
            text = ngettext("%(n)s file with the same need", "%(n)s files with the same need", same_need[pk])
            one.add(text % {"n": same_need[pk]}, min(FIELD, same_need[pk]))
        count = open_files[pk]
        one.add(ngettext("%(n)s open file", "%(n)s open files", count) % {"n": count}, PER_FILE * count)
        if nearby[pk] and request.municipality:
            one.add(_("already follows founders near %(place)s") % {"place": request.municipality.name}, NEAR)
        _tell_absence(one, away.get(pk), today)
        if pk in stand_aside or _same_name(one.person.last_name, request.last_name):
            why = _("stands aside for this request") if pk in stand_aside else _("bears the founder’s name: conflict?")
            one.add(why, LAST, is_against=True)
    return _ordered(found.values())


def suggest_specialists(request: CoachingRequest, *, today: date, case: CaseFile | None = None) -> list[Suggestion]:
    """The network's active specialists whose field fits the main need, the most suitable first; four queries."""
    wanted = set(FIELDS.get(request.need, ()))
    rows = Specialist.objects.filter(association=request.association, is_active=True)
    fitting = [one for one in rows.select_related("municipality") if wanted & set(one.expertise)]
    found = {one.pk: Suggestion(one) for one in fitting}
    terms = {row.specialist_id: row for row in SpecialistTerms.objects.filter(specialist__in=found)}
    engaged: dict[int, Any] = {
        row["specialist_id"]: row
        for row in Engagement.objects.filter(specialist__in=found)
        .order_by()
        .values("specialist_id")
        .annotate(
            running=Count("pk", Q(state__in=OPEN_ENGAGEMENTS)),
            praise=Avg("satisfaction"),
            answers=Count("satisfaction"),
            here=Count("pk", Q(case_file=case) if case else Q(pk=None)),
        )
    }
    away = _absences([one.user_id for one in fitting if one.user_id], today)
    for pk, one in found.items():
        row: dict[str, Any] = engaged.get(pk, {})
        _tell_specialist(one, request, wanted, terms.get(pk), row, today)
        _tell_absence(one, away.get(one.person.user_id or 0), today)
        if row.get("here"):
            one.add(_("was asked for this file already"), 0)
        names = (one.person.last_name, request.last_name)
        if _same_name(*names) or (one.person.user_id and one.person.user_id == getattr(case, "founder_id", None)):
            one.add(_("bears the founder’s name: conflict?"), LAST, is_against=True)
    return _ordered(found.values())


def _tell_specialist(
    one: Suggestion,
    request: CoachingRequest,
    wanted: set[str],
    terms: SpecialistTerms | None,
    row: dict[str, Any],
    today: date,
) -> None:
    person: Specialist = one.person
    one.add(", ".join(str(Expertise(name).label) for name in person.expertise if name in wanted), FIELD)
    if request.language in person.languages:
        one.add(_("works in %(language)s") % {"language": _language(request.language)}, LANGUAGE)
    else:
        one.add(
            _("does not work in %(language)s") % {"language": _language(request.language)}, -LANGUAGE, is_against=True
        )
    running, most = row.get("running", 0), terms.at_once if terms else 0
    text = ngettext("%(n)s engagement running", "%(n)s engagements running", running) % {"n": running}
    is_full = bool(terms) and running >= most
    one.add(
        _("%(load)s, the most agreed on") % {"load": text} if is_full else text,
        LAST if is_full else -running / 2,
        is_against=is_full,
    )
    if terms and terms.agreement_until and terms.agreement_until < today:
        day = words.day(terms.agreement_until)
        one.add(_("agreement ended on %(day)s") % {"day": day}, -LANGUAGE, is_against=True)
    away_km = km_between(person.municipality, request.municipality)
    if away_km is not None:
        one.add(_("%(km)s km away") % {"km": round(away_km)}, NEAR if away_km <= NEAR_KM else 0)
    if row.get("answers", 0) >= ENOUGH and row["praise"] >= PRAISE:
        praise = words.decimal(Decimal(str(row["praise"])), 1)
        one.add(_("satisfaction %(mean)s of 5") % {"mean": praise}, PRAISED)


def _language(code: str) -> str:
    return str(dict(LANGUAGES).get(code, code)).lower()


def _absences(people: Iterable[int], today: date) -> dict[int, Absence]:
    rows = Absence.objects.filter(user__in=list(people), last_day__gte=today, first_day__lte=today + SOON)
    found: dict[int, Absence] = {}
    for row in rows.order_by("first_day", "pk"):
        found.setdefault(row.user_id, row)
    return found


def _tell_absence(one: Suggestion, absence: Absence | None, today: date) -> None:
    if absence is None:
        return
    is_now = absence.first_day <= today
    text = _("away until %(day)s") if is_now else _("away from %(day)s")
    day = words.day(absence.last_day if is_now else absence.first_day)
    one.add(text % {"day": day}, LAST if is_now else AWAY_SOON, is_against=True)


def _same_name(one: str, other: str) -> bool:
    return bool(one.strip()) and one.strip().casefold() == other.strip().casefold()


def _is_near(one: Municipality | None, other: Municipality | None) -> bool:
    apart = km_between(one, other)
    return apart is not None and apart <= NEAR_KM


def km_between(one: Municipality | None, other: Municipality | None) -> float | None:
    """Kilometres as the crow flies between two municipalities; nothing where a place is not known."""
    if one is None or other is None:
        return None
    if one.pk == other.pk:
        return 0.0
    if None in (one.lon, one.lat, other.lon, other.lat):
        return None
    lon, lat, lon_there, lat_there = (
        math.radians(float(value or 0)) for value in (one.lon, one.lat, other.lon, other.lat)
    )
    half = (
        math.sin((lat_there - lat) / 2) ** 2
        + math.cos(lat) * math.cos(lat_there) * math.sin((lon_there - lon) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def _ordered(found: Iterable[Suggestion]) -> list[Suggestion]:
    return sorted(found, key=lambda one: (-one.points, str(one.person), one.person.pk))
