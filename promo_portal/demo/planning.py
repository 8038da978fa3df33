"""What founder and coach do together between meetings: a financial plan with its comments, and messages."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from coaching.enums import LineKind, VatMethod
from coaching.models import CaseFile, FinancialPlan, PlanComment, PlanLine
from coaching.models.plan import MONTHS
from coaching.workflow.plans import (
    add_line,
    begin_plan,
    change_line,
    change_plan,
    comment_on_line,
    keep_version,
    settle_comment,
)
from coaching.workflow.talk import mark_read, write_message
from promo_portal.accounts.models import User

CENTIMES = 100
WORDS = {
    "fr": {
        "sales": "Ventes aux entreprises", "shop": "Ventes au comptant", "material": "Matières", "wage": "Salaire, mi-temps",
        "rent": "Loyer et énergie", "insurance": "Assurances", "machine": "Tour d’occasion", "loan": "Crédit de la banque",
        "own": "Épargne", "drawn": "Prélèvement mensuel", "kept": "Première esquisse",
        "question": "D’où viennent ces chiffres ? Deux offres signées rendraient la ligne plus solide.",
        "answer": "Une offre est signée, la deuxième arrive en janvier. J’ai baissé les trois premiers mois.",
        "settled": "Le loyer comprend-il le chauffage ?", "yes": "Oui, selon le bail.",
        "hello": "Bonjour, puis-je déjà montrer le plan financier à la banque ?",
        "reply": "Attendons l’entretien : nous regarderons encore ensemble les trois premiers mois.",
        "news": "Bonne nouvelle : la première offre est signée. Je l’ai déposée dans les documents.",
    },
    "de": {
        "sales": "Verkäufe an Unternehmen", "shop": "Barverkäufe", "material": "Material", "wage": "Lohn, halbe Stelle",
        "rent": "Miete und Energie", "insurance": "Versicherungen", "machine": "Drehbank, gebraucht", "loan": "Bankkredit",
        "own": "Ersparnisse", "drawn": "Monatlicher Bezug", "kept": "Erster Entwurf",
        "question": "Woher stammen diese Zahlen? Zwei unterschriebene Offerten würden die Zeile stützen.",
        "answer": "Eine Offerte ist unterschrieben, die zweite folgt im Januar. Die ersten drei Monate sind tiefer.",
        "settled": "Ist die Heizung in der Miete inbegriffen?", "yes": "Ja, gemäss Mietvertrag.",
        "hello": "Guten Tag, darf ich den Finanzplan schon der Bank zeigen?",
        "reply": "Warten wir das Gespräch ab: Die ersten drei Monate sehen wir noch gemeinsam an.",
        "news": "Gute Nachricht: Die erste Offerte ist unterschrieben. Sie liegt bei den Dokumenten.",
    },
}  # fmt: skip


class Planning:
    """The plan and the talk of one file."""

    def __init__(self, case: Callable[[], CaseFile], lead: Callable[[], User], *, number: int, language: str) -> None:
        self._case, self._lead, self.number, self.words = case, lead, number, WORDS[language]

    def plan(self, now: datetime) -> None:
        """The founder begins a plan and fills it; the first state is kept."""
        case = self._case()
        first = date(now.year + now.month // 12, now.month % 12 + 1, 1)
        plan = begin_plan(case=case, first_month=first, by=case.founder, now=now)
        opening = (8_000 + self.number % 5 * 1_000) * CENTIMES
        values = {"first_month": first, "vat_method": VatMethod.EFFECTIVE, "net_rate": Decimal(0), "opening": opening}
        plan = change_plan(plan=plan, values=values, version=plan.version, by=case.founder, now=now)
        for kind, name, amounts, more in self._lines():
            line = {"label": self.words[name], "amounts": amounts, **_bare(), **more}
            add_line(plan=plan, kind=kind, values=line, by=case.founder, now=now)
        keep_version(plan=plan, name=self.words["kept"], by=case.founder, now=now)

    def _lines(self) -> list[tuple[LineKind, str, list[int], dict[str, Any]]]:
        size = 9_000 + self.number % 7 * 600
        normal = {"vat_percent": Decimal("8.1")}
        growing = [(size + 260 * month) * CENTIMES for month in range(MONTHS)]
        return [
            (LineKind.SALES, "sales", growing, {**normal, "delay_months": 1}),
            (LineKind.SALES, "shop", _every(1_200), normal),
            (LineKind.MATERIAL, "material", _every(0), {**normal, "percent": Decimal(28), "delay_months": 1}),
            (LineKind.STAFF, "wage", [0] * 6 + _every(2_900)[6:], {"percent": Decimal("15.5")}),
            (LineKind.COST, "rent", _every(1_450), normal),
            (LineKind.COST, "insurance", [2_400 * CENTIMES if month % 12 == 0 else 0 for month in range(MONTHS)], {}),
            (LineKind.INVESTMENT, "machine", _once(38_000), {**normal, "span_months": 60}),
            (
                LineKind.LOAN, "loan", _once(40_000),
                {"percent": Decimal("4.5"), "span_months": 60, "grace_months": 6},
            ),
            (LineKind.CAPITAL, "own", _once(20_000), {}),
            (LineKind.WITHDRAWAL, "drawn", _every(3_200), {}),
        ]  # fmt: skip

    def discuss(self, now: datetime) -> None:
        """The coach asks, the founder answers and lowers the first months; another question is settled."""
        case, lead = self._case(), self._lead()
        plan = FinancialPlan.objects.get(case_file=case)
        sales, rent = (
            PlanLine.objects.select_related("plan", "case_file").get(plan=plan, label=self.words[name])
            for name in ("sales", "rent")
        )
        question = comment_on_line(line=sales, text=self.words["question"], by=lead, now=now)
        comment_on_line(line=sales, text=self.words["answer"], answers=question, by=case.founder, now=now)
        lowered = [amount // 2 for amount in sales.amounts[:3]] + sales.amounts[3:]
        fields = ("label", "vat_percent", "delay_months", "percent", "span_months", "grace_months")
        values = {**{name: getattr(sales, name) for name in fields}, "amounts": lowered}
        change_line(line=sales, values=values, version=sales.version, by=case.founder, now=now)
        other = comment_on_line(line=rent, text=self.words["settled"], by=lead, now=now)
        comment_on_line(line=rent, text=self.words["yes"], answers=other, by=case.founder, now=now)
        settle_comment(comment=PlanComment.objects.get(pk=other.pk), is_settled=True, by=lead, now=now)

    def talk(self, now: datetime) -> None:
        """A question and its answer, both read."""
        case, lead = self._case(), self._lead()
        write_message(case=case, text=self.words["hello"], by=case.founder, now=now)
        mark_read(case=case, by=lead, now=now)
        write_message(case=case, text=self.words["reply"], by=lead, now=now)
        mark_read(case=case, by=case.founder, now=now)

    def tell(self, now: datetime) -> None:
        """The latest message, which the coach has yet to read."""
        case = self._case()
        write_message(case=case, text=self.words["news"], by=case.founder, now=now)


def _bare() -> dict[str, Any]:
    return {"vat_percent": Decimal(0), "delay_months": 0, "percent": None, "span_months": 0, "grace_months": 0}


def _every(amount: int) -> list[int]:
    return [amount * CENTIMES] * MONTHS


def _once(amount: int) -> list[int]:
    return [amount * CENTIMES] + [0] * (MONTHS - 1)
