"""How well an offer suits a search: a pure function over two descriptions, with the reasons for its answer.

What rules an offer out (another kind, other terms, no area in common) gives no score at all. Every other criterion that
the search names has a weight; met counts in full, not known counts half, not met counts nothing.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from premises.enums import Deal, OfferKind, Wanted
from premises.models import Offer, SpaceSearch, Unit

NEAR = Decimal("0.2")  # an area that misses by a fifth is still worth a look
LEAST_SCORE = 40
WEIGHTS = {
    "area": 30, "place": 20, "price": 15, "date": 10, "height": 10, "floor_load": 10, "power": 10, "crane": 10,
    "dock": 5, "clean_room": 10,
}  # fmt: skip
HALF = Decimal("0.5")


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What somebody looks for; what is ``None`` or empty does not matter to them."""

    wanted: str = Wanted.PREMISES
    deal: str = Deal.ANY
    area_from: int
    area_to: int | None = None
    municipalities: frozenset[int] = frozenset()
    price_to: Decimal | None = None
    needed_by: date | None = None
    height: Decimal | None = None
    floor_load: int | None = None
    power: int | None = None
    crane: int | None = None
    needs_dock: bool = False
    needs_clean_room: bool = False


@dataclass(frozen=True, kw_only=True)
class Supply:
    """What is on offer; ``None`` means that nobody has told."""

    wanted: str = Wanted.PREMISES
    kind: str = OfferKind.RENT
    smallest: int
    largest: int
    municipality: int
    price: Decimal | None = None
    free_on: date | None = None
    height: Decimal | None = None
    floor_load: int | None = None
    power: int | None = None
    crane: int | None = None
    has_dock: bool | None = None
    has_clean_room: bool | None = None


@dataclass(frozen=True)
class Reason:
    """One criterion: whether it is met (``None``: not known), and how much it counts."""

    code: str
    fits: bool | None
    weight: int

    def as_data(self) -> dict[str, object]:
        """As it is kept with the match."""
        return {"code": self.code, "fits": self.fits, "weight": self.weight}


@dataclass(frozen=True)
class Score:
    """From 0 to 100, and why."""

    value: int
    reasons: tuple[Reason, ...] = field(default_factory=tuple)


def suits(criteria: Criteria, supply: Supply) -> Score | None:
    """The score of an offer for a search, or ``None`` where it is out of the question."""
    if criteria.wanted != supply.wanted or not _on_such_terms(criteria.deal, supply.kind):
        return None
    area = _area(criteria, supply)
    if area is None:
        return None
    answers: dict[str, bool | None] = {"area": area}
    if criteria.municipalities:
        answers["place"] = supply.municipality in criteria.municipalities
    answers |= _asked(criteria, supply)
    reasons = tuple(Reason(code, fits, WEIGHTS[code]) for code, fits in answers.items())
    total = sum(reason.weight for reason in reasons)
    met = sum((reason.weight * _worth(reason.fits) for reason in reasons), Decimal(0))
    return Score(round(100 * met / total), reasons)


def _worth(fits: bool | None) -> Decimal:
    return HALF if fits is None else Decimal(int(fits))


def _on_such_terms(deal: str, kind: str) -> bool:
    """Building right is neither rent nor purchase, and open to those who would do either."""
    if deal == Deal.ANY or kind == OfferKind.BUILDING_RIGHT:
        return True
    return (deal == Deal.RENT) == (kind == OfferKind.RENT)


def _area(criteria: Criteria, supply: Supply) -> bool | None:
    """Whether the areas meet; ``False`` when they miss by no more than a fifth; ``None`` for further apart."""
    most = criteria.area_to if criteria.area_to is not None else None
    if supply.largest >= criteria.area_from and (most is None or supply.smallest <= most):
        return True
    close = supply.largest >= criteria.area_from * (1 - NEAR) and (most is None or supply.smallest <= most * (1 + NEAR))
    return False if close else None


def _asked(criteria: Criteria, supply: Supply) -> dict[str, bool | None]:
    """The technical and other criteria that the search names."""
    answers: dict[str, bool | None] = {}
    if criteria.price_to is not None:
        answers["price"] = None if supply.price is None else supply.price <= criteria.price_to
    if criteria.needed_by is not None:
        answers["date"] = None if supply.free_on is None else supply.free_on <= criteria.needed_by
    for code in ("height", "floor_load", "power", "crane"):
        least, there = getattr(criteria, code), getattr(supply, code)
        if least:
            answers[code] = None if there is None else there >= least
    if criteria.needs_dock:
        answers["dock"] = supply.has_dock
    if criteria.needs_clean_room:
        answers["clean_room"] = supply.has_clean_room
    return answers


def criteria_of(search: SpaceSearch, municipalities: frozenset[int]) -> Criteria:
    """A search of the register, as the function reads it."""
    return Criteria(
        wanted=search.wanted,
        deal=search.deal,
        area_from=search.area_from,
        area_to=search.area_to,
        municipalities=municipalities,
        price_to=search.price_to,
        needed_by=search.needed_by,
        height=search.ceiling_height,
        floor_load=search.floor_load,
        power=search.power,
        crane=search.crane,
        needs_dock=search.needs_dock,
        needs_clean_room=search.needs_clean_room,
    )


def supply_of(offer: Offer) -> Supply:
    """An offer, as the function reads it."""
    thing = offer.thing
    is_unit = isinstance(thing, Unit)
    return Supply(
        wanted=Wanted.PREMISES if is_unit else Wanted.PLOTS,
        kind=offer.kind,
        smallest=offer.smallest_part,
        largest=offer.largest_part,
        municipality=offer.site.municipality_id,
        price=offer.price,
        free_on=offer.available_on,
        power=thing.power,
        height=thing.ceiling_height if isinstance(thing, Unit) else None,
        floor_load=thing.floor_load if isinstance(thing, Unit) else None,
        crane=thing.crane if isinstance(thing, Unit) else None,
        has_dock=None if not isinstance(thing, Unit) or thing.docks is None else thing.docks > 0,
        has_clean_room=thing.has_clean_room if isinstance(thing, Unit) else None,
    )
