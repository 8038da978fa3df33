"""What a program asks for. As on the pages, what cannot be understood is left out and told; the rest applies."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.translation import gettext as _

from promo_portal.core import clock
from promo_portal.core.list_query import ListQuery
from promo_portal.regions.models import ActivityCode, Municipality

LANGUAGES = ("fr", "de", "en")
MOST, USUAL = 1000, 100
LONGEST_CURSOR = 2000


class Asked(ListQuery):
    """One request's parameters, with where to read on."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET, request.path)
        self.today = clock.today()
        self.language = self.take_choice("lang", LANGUAGES, "fr")

    def take_limit(self) -> int:
        """How many rows at once, up to 1000; more is cut."""
        number = self.take_number("limit", 1, 2**31 - 1)
        if number is not None and number > MOST:
            self.hint(_("At most %(count)s rows come at once.") % {"count": MOST})
        self._keep("limit", [])
        return min(number or USUAL, MOST)

    def take_cursor(self) -> dict[str, Any]:
        """Where to read on, as we said it; to be taken last, for it belongs to the same search only."""
        values = self._values("cursor")
        if not values:
            return {}
        try:
            if len(values[-1]) > LONGEST_CURSOR:
                raise BadSignature  # noqa: TRY301 - as if it were not ours
            known: dict[str, Any] = self._signer().unsign_object(values[-1])
        except (BadSignature, ValueError):
            self.hint(_("This cursor does not belong to this search; the list begins anew."))
            return {}
        return known

    def cursor(self, place: dict[str, Any]) -> str:
        """Say where the next rows begin: opaque, and good for this search only."""
        return self._signer().sign_object(place)

    def _signer(self) -> Signer:
        kept = hashlib.sha256(repr((self.path.removesuffix(".geojson"), self.pairs(but={"lang"}))).encode()).hexdigest()
        return Signer(salt=f"api.cursor.{kept}")

    def take_municipalities(self) -> list[Municipality]:
        """Municipalities by BFS number; one that ended leads to what it became, with a hint."""
        numbers = self.take_numbers("municipality", 1, 9999)
        found = {row.bfs: row for row in Municipality.objects.filter(bfs__in=numbers).select_related("successor")}
        places: dict[int, Municipality] = {}
        for number in numbers:
            row = found.get(number)
            place = row.standing(self.today) if row else None
            if row is None or place is None:
                self.refuse("municipality", str(number))
                continue
            if place != row:
                self.hint(_("%(old)s is now part of %(new)s.") % {"old": row.official_name, "new": place.official_name})
            places[place.bfs] = place
        self.replace("municipality", places)
        return list(places.values())

    def take_activities(self) -> list[str]:
        """NOGA codes of any level, with or without the dot."""
        given = {value: value.replace(".", "").upper()[:10] for value in self._values("activity")}
        known = set(ActivityCode.objects.filter(code__in=_printable(given.values())).values_list("code", flat=True))
        for value, code in given.items():
            if code not in known:
                self.refuse("activity", value)
        chosen = [code for code in dict.fromkeys(given.values()) if code in known]
        self.replace("activity", chosen)
        return chosen


def _printable(values: Iterable[str]) -> list[str]:
    return [value for value in values if value.isalnum() and value.isascii()]
