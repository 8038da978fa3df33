"""Names of people and organisations, as the commercial register has them and yet nobody's."""

from promo_portal.demo.directory.chance import Lots
from promo_portal.demo.directory.entries import Person
from promo_portal.demo.directory.words import Trade, Words

SOLE, PARTNERSHIP, COOPERATIVE, LIMITED, SHARES = "0101", "0103", "0108", "0107", "0106"
SUFFIX = {
    SHARES: {"fr": "SA", "de": "AG"},
    LIMITED: {"fr": "Sàrl", "de": "GmbH"},
    PARTNERSHIP: {"fr": "& Cie", "de": "& Co."},
    COOPERATIVE: {"fr": "société coopérative", "de": "Genossenschaft"},
}
BY_FAMILY, BY_FIELD, BY_MARK = 0.52, 0.72, 0.9


class Naming:
    """Puts names together."""

    def __init__(self, lots: Lots, words: Words) -> None:
        self.lots, self.words = lots, words

    def person(self, language: str) -> Person:
        """Somebody; every tenth family came from the other side of the language border."""
        spoken = "fr" if language in {"fr", "it"} else "de"
        families = language if not self.lots.happens(0.1) else ("de" if spoken == "fr" else "fr")
        return Person(self.lots.pick(self.words.first_names[spoken]), self.lots.pick(self.words.families[families]))

    def organisation(self, trade: Trade, language: str, form: str, founder: Person, locality: str) -> str:
        """A name that fits the trade, the language and the legal form."""
        craft = self.lots.pick(trade.craft[language])
        if trade.kind != "company":
            return self._institution(craft, language, locality)
        if form == SOLE:
            return self._sole(craft, language, founder)
        suffix = SUFFIX.get(form, SUFFIX[SHARES])[language]
        if form == PARTNERSHIP:
            return f"{craft} {founder.last_name} {suffix}"
        return f"{self._core(craft, language, founder, locality)} {suffix}"

    def _core(self, craft: str, language: str, founder: Person, locality: str) -> str:
        way = self.lots.chance()
        if way < BY_FAMILY:
            return self._family(craft, language, founder.last_name)
        if way < BY_FIELD:
            return f"{craft} {self.lots.pick(self.words.fields[language])}"
        mark = self.lots.pick(self.words.coined[0]) + self.lots.pick(self.words.coined[1])
        if way < BY_MARK:
            return f"{mark} {craft}" if self.lots.happens(0.7) else mark
        return f"{craft} {founder.last_name} {locality}"

    def _family(self, craft: str, language: str, family: str) -> str:
        if language == "fr":
            forms = (f"{craft} {family}", f"{family} {craft}", f"{family} & Fils {craft}", f"{craft} {family} Frères")
        else:
            forms = (f"{family} {craft}", f"{craft} {family}", f"{family} + Partner {craft}", f"Gebr. {family} {craft}")
        return self.lots.pick(forms)

    def _sole(self, craft: str, language: str, founder: Person) -> str:
        if self.lots.happens(0.5):
            return f"{craft} {founder.first_name} {founder.last_name}"
        low = craft if language == "de" else craft[0].lower() + craft[1:]
        return f"{founder.first_name} {founder.last_name}, {low}"

    def _institution(self, craft: str, language: str, locality: str) -> str:
        if self.lots.happens(0.5):
            return f"{craft} {self.lots.pick(self.words.fields[language])}"
        if language == "de":
            return f"{craft} {locality}"
        vowel = locality[0] in "AEÉIOUYH"
        return f"{craft} {'d’' if vowel else 'de '}{locality}"
