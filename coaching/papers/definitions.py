"""What the three templates ask: chapters with their questions, and tables to fill in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Grid:
    """A table with empty rows: its columns, and what stands in the first of them."""

    columns: tuple[Any, ...]
    rows: tuple[Any, ...] = ()
    empty: int = 0


@dataclass(frozen=True)
class Chapter:
    """A heading, the questions below it, and at times a table."""

    title: Any
    questions: tuple[Any, ...] = ()
    grid: Grid | None = None


@dataclass(frozen=True)
class Paper:
    """A template: its name as a file, its title, a sentence on how to use it, and its chapters."""

    name: str
    title: Any
    lead: Any
    chapters: tuple[Chapter, ...]


YEARS = (_("Year 1"), _("Year 2"), _("Year 3"))
RECEIPTS = (
    _("Cash sales"),
    _("Paid invoices"),
    _("Advances from customers"),
    _("Own money paid in"),
    _("Loans received"),
    _("Contributions and support"),
    _("Other receipts"),
)
PAYMENTS = (
    _("Material and goods"),
    _("Wages and social insurance"),
    _("Rent and energy"),
    _("Insurance"),
    _("Vehicles and travel"),
    _("Advertising"),
    _("Telephone, computing"),
    _("Accounting, advice, fees"),
    _("Value added tax"),
    _("Taxes"),
    _("Machines and equipment"),
    _("Interest"),
    _("Repayment of loans"),
    _("Money taken out"),
    _("Other payments"),
)
NEEDS = (
    _("Machines and equipment"),
    _("Fitting out of premises"),
    _("Vehicles"),
    _("Computers and software"),
    _("Founding, register, advice"),
    _("Patents and brands"),
    _("First stock"),
    _("Rent deposit"),
    _("Costs until the first sales"),
    _("Reserve"),
)
SOURCES = (
    _("Own money"),
    _("Family and friends"),
    _("Pension fund (second pillar)"),
    _("Bank loan"),
    _("Contributions and support"),
    _("Other sources"),
)
STEPS = Grid((_("What"), _("Who"), _("Until when"), _("Cost in CHF")), empty=8)

BUSINESS = Paper(
    "business-plan",
    _("Business plan"),
    _("Ten to fifteen pages are enough. Write for somebody who knows nothing of your trade, and delete the questions."),
    (
        Chapter(
            _("In brief"),
            (
                _("What do you offer, to whom, and why do they buy from you?"),
                _("How much money do you need, what for, and who gives it?"),
                _("Write this page last."),
            ),
        ),
        Chapter(
            _("People"),
            (
                _("Who founds? Training, experience, and what each of you brings."),
                _("What do you lack, and who helps you with it?"),
            ),
        ),
        Chapter(
            _("Offer"),
            (
                _("What exactly do customers get, and what does it cost them?"),
                _("What is protected, what could be copied?"),
            ),
        ),
        Chapter(
            _("Market"),
            (
                _("Who buys, how many are they, where?"),
                _("Who offers something like it, and what do you do better?"),
                _("Whom have you asked, and what did they say?"),
            ),
            Grid((_("Competitor"), _("Offer and price"), _("Strong in"), _("Weak in")), empty=5),
        ),
        Chapter(
            _("Marketing and sales"),
            (
                _("How do customers learn of you, and how do they order?"),
                _("What do you sell in the first 3, 12 and 36 months?"),
            ),
        ),
        Chapter(
            _("Organisation"),
            (
                _("Legal form, place, premises, equipment, permits."),
                _("Who does what, and whom will you employ in the three years?"),
            ),
        ),
        Chapter(
            _("Risks"),
            (_("What could go wrong, how likely is it, and what would you do?"),),
            Grid((_("Risk"), _("How likely"), _("What you would do")), empty=5),
        ),
        Chapter(
            _("Money needed and where it comes from"),
            (_("The two totals must agree. Plan a reserve: almost everything takes longer."),),
            Grid((_("Needed for"), _("Amount in CHF"), pgettext_lazy("column", "Remark")), NEEDS),
        ),
        Chapter(
            _("Sources of money"),
            (),
            Grid((_("Source"), _("Amount in CHF"), pgettext_lazy("column", "Remark")), SOURCES),
        ),
        Chapter(_("Next steps"), (), STEPS),
    ),
)
LIQUIDITY = Paper(
    "liquidity-plan",
    _("Liquidity plan"),
    _("It shows in which month the money becomes scarce. Enter what really comes in and goes out, tax included."),
    (
        Chapter(
            _("Assumptions"),
            (
                _("When do customers pay: at once, after 30 days, after 60?"),
                _("Which months are strong, which are weak, and why?"),
                _("When do you pay suppliers, wages, social insurance, value added tax?"),
            ),
        ),
        Chapter(
            _("Receipts"),
            (_("Money counts in the month in which it arrives, not in that of the invoice."),),
            Grid((_("Receipts in CHF"), *YEARS), RECEIPTS),
        ),
        Chapter(
            _("Payments"),
            (_("Yearly bills stand in the month in which they are paid."),),
            Grid((_("Payments in CHF"), *YEARS), PAYMENTS),
        ),
        Chapter(
            _("If it becomes tight"),
            (
                _("Which month is the lowest, and how much is missing then?"),
                _("What can you postpone, who can lend, from whom can you ask an advance?"),
            ),
        ),
    ),
)
MARKETING = Paper(
    "marketing-plan",
    _("Marketing plan"),
    _("Few measures, each with a goal, a cost and a day. What cannot be measured cannot be improved."),
    (
        Chapter(
            _("Goal"),
            (
                _("How many customers and which sales do you want after 3, 12 and 36 months?"),
                _("By what do you recognise that it works?"),
            ),
        ),
        Chapter(
            _("Customers"),
            (_("Describe two or three typical customers: what they need, when they buy, what they pay."),),
            Grid((_("Group of customers"), _("How many"), _("Need"), _("Price they accept")), empty=4),
        ),
        Chapter(
            _("Competitors"),
            (_("Why do people buy elsewhere today?"),),
            Grid((_("Competitor"), _("Offer and price"), _("Strong in"), _("Weak in")), empty=5),
        ),
        Chapter(
            _("Offer and price"),
            (
                _("What do you promise in one sentence?"),
                _("How is the price made: costs, competitors, value to the customer?"),
            ),
        ),
        Chapter(
            _("Ways to the customer"),
            (
                _("Where do your customers look when they have the need?"),
                _("Website, trade fairs, visits, recommendation, sales through others: which, and in what order?"),
            ),
        ),
        Chapter(_("Measures of the first year"), (), STEPS),
        Chapter(
            _("Look back"),
            (_("Every three months: what brought customers, what did not, what do you change?"),),
            Grid((_("Quarter"), _("New customers"), _("Sales in CHF"), _("What you change")), empty=4),
        ),
    ),
)
PAPERS: Mapping[str, Paper] = {paper.name: paper for paper in (BUSINESS, LIQUIDITY, MARKETING)}
