"""The choices that make one organisation: trade, form, size, age, address, freshness, people."""

from datetime import date, timedelta

from companies.names import key_of
from promo_portal.demo.directory.chance import Lots
from promo_portal.demo.directory.entries import Contact, Entry, Person
from promo_portal.demo.directory.naming import COOPERATIVE, LIMITED, PARTNERSHIP, SHARES, SOLE, Naming
from promo_portal.demo.directory.places import Place
from promo_portal.demo.directory.words import Trade, trade_weights, trades, words

SIZE_CLASSES = ("1-9", "10-49", "50-249", "250+", "")
# Weights of the size classes, added up, by how large houses of the trade are; a few do not tell.
SIZES = {
    "micro": (82, 92, 94, 94.3, 100),
    "small": (52, 84, 93, 95, 100),
    "industry": (36, 74, 92, 96, 100),
    "plant": (16, 52, 84, 96, 100),
}
FORMS = (SHARES, LIMITED, SOLE, PARTNERSHIP, COOPERATIVE)
FORM_WEIGHTS = {"micro": (16, 54, 94, 98, 100), "small": (46, 84, 92, 95, 100)}
LARGER = (74, 95, 97, 99, 100)
OTHER_FORMS = {
    "school": ("0110", "0117"),
    "research": ("0110", "0109"),
    "association": ("0109",),
    "authority": ("0223",),
}
AT_HOME = {"local", "guests", "members"}
OLDEST = 118
CONFIRMED, DUE, OVERDUE = 0.6, 0.76, 0.84  # shares, added up; the others were never confirmed
YEAR, YEAR_AND_HALF, LONG = 362, 545, 1500


class Draw:
    """Draws entries, one after the other, from one source of chance."""

    def __init__(self, lots: Lots, today: date) -> None:
        self.lots, self.today = lots, today
        self.words, self.naming = words(), Naming(lots, words())

    def entry(self, place: Place, uid: str) -> Entry:
        """One organisation at a place."""
        lots = self.lots
        trade = lots.weighted(trades(), trade_weights("arc" if place.is_perimeter else "country"))
        language = lots.pick(place.languages)
        spoken = "de" if language == "de" else "fr"
        form, founder = self._form(trade), self.naming.person(language)
        postcode, locality = place.localities[0] if lots.happens(0.6) else lots.pick(place.localities)
        name = self.naming.organisation(trade, spoken, form, founder, locality)
        listed, confirmed = self._dates()
        ceased = (confirmed or listed) + timedelta(days=1 + int(19 * lots.chance())) if lots.happens(0.015) else None
        lon, lat = self._point(place)
        entry = Entry(
            name=name,
            uid=uid if lots.happens(0.95) else "",
            kind=trade.kind,
            state="ceased" if ceased else "hidden" if lots.happens(0.012) else "published",
            legal_form=form,
            place=place,
            language=spoken,
            street=f"{lots.pick(self.words.streets[spoken])} {1 + int(60 * lots.chance() ** 2)}",
            postcode=postcode,
            locality=locality,
            lon=lon,
            lat=lat,
            phone=f"+4132000{int(lots.chance() * 10_000):04d}" if lots.happens(0.9) else "",
            domain=f"{key_of(name).replace(' ', '-')[:48].strip('-')}.example" if lots.happens(0.88) else "",
            size_class=lots.weighted(SIZE_CLASSES, SIZES["micro" if form == SOLE else trade.size]),
            founded=self.today.year - int(OLDEST * lots.chance() ** 1.7) if lots.happens(0.85) else 0,
            listed_on=listed,
            confirmed_on=confirmed,
            ceased_on=ceased if ceased is None or ceased < self.today else self.today,
        )
        self._describe(entry, trade, is_bilingual=len(place.languages) > 1)
        entry.activities = list(trade.codes[:1] if lots.happens(0.66) else trade.codes[:2])
        entry.skills = lots.some(trade.skills, 1 + int(3.4 * lots.chance())) if lots.happens(0.8) else []
        self._staff(entry, founder)
        return entry

    def _form(self, trade: Trade) -> str:
        if trade.kind != "company":
            return self.lots.pick(OTHER_FORMS[trade.kind])
        return self.lots.weighted(FORMS, FORM_WEIGHTS.get(trade.size, LARGER))

    def _dates(self) -> tuple[date, date | None]:
        """When it was listed and last confirmed: most lately, some long ago, some never."""
        lot, age = self.lots.chance(), self.lots.chance()
        if lot >= OVERDUE:
            return self.today - timedelta(days=int(580 * age)), None
        if lot < CONFIRMED:
            days = int(YEAR * age)
        elif lot < DUE:
            days = YEAR + int((YEAR_AND_HALF - YEAR) * age)
        else:
            days = YEAR_AND_HALF + int(400 * age)
        confirmed = self.today - timedelta(days=days)
        return confirmed - timedelta(days=int(LONG * self.lots.chance())), confirmed

    def _point(self, place: Place) -> tuple[str, str]:
        """A point round the municipality's own; a few entries have none."""
        if self.lots.happens(0.03):
            return "", ""
        spread = self.lots.spread
        return (
            f"{place.lon + spread(0, 0.008 * place.spread):.5f}",
            f"{place.lat + spread(0, 0.0055 * place.spread):.5f}",
        )

    def _describe(self, entry: Entry, trade: Trade, *, is_bilingual: bool) -> None:
        """What they make, in their own language and often in the other one; some say nothing."""
        if self.lots.happens(0.06):
            return
        both = self.lots.happens(0.75 if is_bilingual else 0.3)
        if entry.language == "fr" or both:
            entry.purpose_fr = self._purpose(entry, trade, "fr")
        if entry.language == "de" or both:
            entry.purpose_de = self._purpose(entry, trade, "de")

    def _purpose(self, entry: Entry, trade: Trade, language: str) -> str:
        lots = self.lots
        one, two, three = lots.some(trade.products[language], 3)
        sentence = lots.pick(self.words.sentences[trade.does][language]).format(
            a=one, b=two, c=three, x=trade.craft[language][0], m=lots.pick(self.words.markets[trade.market][language])
        )
        if trade.kind != "company" or not lots.happens(0.55):
            return sentence
        closings = self.words.closings["industry" if trade.does == "make" and trade.market not in AT_HOME else "any"]
        year = entry.founded or self.today.year - 20
        return f"{sentence} {lots.pick(closings[language]).format(year=year)}"

    def _staff(self, entry: Entry, founder: Person) -> None:
        """Nobody, one or two people; the founder's family often leads the house."""
        lots = self.lots
        if lots.happens(0.28):
            return
        functions = self.words.functions[entry.language]
        first = founder if lots.happens(0.6) else self.naming.person(entry.language)
        entry.contacts.append(Contact(first, lots.pick(functions), is_main=True, is_public=lots.happens(0.6)))
        if lots.happens(0.22):
            other = self.naming.person(entry.language)
            left = self.today - timedelta(days=int(700 * lots.chance())) if lots.happens(0.2) else None
            entry.contacts.append(Contact(other, lots.pick(functions), is_main=False, is_public=False, left_on=left))
