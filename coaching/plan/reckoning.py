"""What follows from a plan: income, tax, money by month, break-even. Whole centimes throughout.

Rounding: half up to the centime, once per line and month for everything that is a percentage (tax, social insurance,
material as a share of sales, interest). What is spread evenly (depreciation, repayment) is rounded on the sum so far, so
that the parts add up to the whole. The shared pages explain the same rules in words.

Value added tax (VAT Act, art. 36 and 37): by the effective method the tax on sales less the tax on purchases is settled
for each calendar quarter; by net tax rates a share of the turnover with tax is settled for each half-year, and tax on
purchases is a cost. Both are paid two months after the period (art. 86). Who is not liable enters what they pay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from coaching.enums import LineKind, VatMethod
from coaching.models.plan import MONTHS
from coaching.plan.entered import Entered, Line

YEAR = 12
SETTLED_AFTER = 2  # months
PERIOD = {VatMethod.EFFECTIVE: 3, VatMethod.NET: 6}
Row = list[int]
PURCHASES = (LineKind.MATERIAL, LineKind.COST, LineKind.INVESTMENT)


def part_of(amount: int, percent: Decimal) -> int:
    """``percent`` of an amount in centimes, half up."""
    return _divided(amount, percent, 100)


def _divided(amount: int, numerator: int | Decimal, denominator: int) -> int:
    return int((Decimal(amount) * numerator / denominator).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def zeros() -> Row:
    """A row without a franc."""
    return [0] * MONTHS


def spread(amount: int, start: int, span: int) -> Row:
    """An amount in equal monthly parts from month ``start`` on; their sum is exact."""
    row = zeros()
    before = 0
    for month in range(start, min(start + span, MONTHS)):
        so_far = _divided(amount, month - start + 1, span)
        row[month] += so_far - before
        before = so_far
    return row


def total(rows: Iterable[Sequence[int]]) -> Row:
    """Rows added month by month."""
    summed = zeros()
    for row in rows:
        for month, amount in enumerate(row):
            summed[month] += amount
    return summed


def _later(row: Sequence[int], delay: int) -> Row:
    return [0] * min(delay, MONTHS) + list(row[: MONTHS - delay])


@dataclass(frozen=True)
class Year:
    """The income of twelve months, in centimes."""

    number: int
    sales: int
    material: int
    staff: int
    costs: int
    depreciation: int
    interest: int

    @property
    def margin(self) -> int:
        """What sales leave after material."""
        return self.sales - self.material

    @property
    def fixed(self) -> int:
        """Costs that do not move with sales."""
        return self.staff + self.costs + self.depreciation + self.interest

    @property
    def result(self) -> int:
        """Before taxes on income."""
        return self.margin - self.fixed

    @property
    def break_even(self) -> int | None:
        """The sales at which the result is nil, if the margin stays as it is; ``None`` where nothing is earned on sales."""
        return _divided(self.fixed, self.sales, self.margin) if self.margin > 0 else None


@dataclass
class Figures:
    """Everything that is reckoned: rows of 36 months in centimes."""

    entered: Entered
    sales: Row = field(default_factory=zeros)
    material: Row = field(default_factory=zeros)
    staff: Row = field(default_factory=zeros)
    costs: Row = field(default_factory=zeros)
    depreciation: Row = field(default_factory=zeros)
    interest: Row = field(default_factory=zeros)
    receipts: dict[str, Row] = field(default_factory=dict)
    payments: dict[str, Row] = field(default_factory=dict)
    by_line: dict[int, Row] = field(default_factory=dict)  # what each line comes to, without tax
    vat_owed_at_end: int = 0

    @property
    def result(self) -> Row:
        """Income by month, before taxes on income."""
        spent = total([self.material, self.staff, self.costs, self.depreciation, self.interest])
        return [earned - cost for earned, cost in zip(self.sales, spent, strict=True)]

    @property
    def money_in(self) -> Row:
        """All receipts."""
        return total(self.receipts.values())

    @property
    def money_out(self) -> Row:
        """All payments."""
        return total(self.payments.values())

    @property
    def change(self) -> Row:
        """Receipts less payments."""
        return [came - went for came, went in zip(self.money_in, self.money_out, strict=True)]

    @property
    def balance(self) -> Row:
        """Money at hand at the end of each month."""
        row, held = [], self.entered.opening
        for amount in self.change:
            held += amount
            row.append(held)
        return row

    @property
    def lowest(self) -> tuple[int, int]:
        """The lowest balance, and in which month (0 to 35) it is first reached."""
        balance = self.balance
        month = min(range(MONTHS), key=lambda index: (balance[index], index))
        return balance[month], month

    @property
    def pays_from(self) -> int | None:
        """The month from which the results added up are no longer negative until the end; ``None`` if never."""
        held, sums = 0, []
        for amount in self.result:
            held += amount
            sums.append(held)
        found = None
        for month in reversed(range(MONTHS)):
            if sums[month] < 0:
                break
            found = month
        return found if any(self.sales) else None

    def years(self) -> list[Year]:
        """The three years."""
        rows = (self.sales, self.material, self.staff, self.costs, self.depreciation, self.interest)
        return [
            Year(number, *(sum(row[number * YEAR : (number + 1) * YEAR]) for row in rows))
            for number in range(MONTHS // YEAR)
        ]


def reckon(entered: Entered) -> Figures:
    """Work a plan out."""
    figures = Figures(entered)
    turnover, tax_on_sales, tax_on_purchases = zeros(), zeros(), zeros()
    sold = total(line.amounts for line in entered.of(LineKind.SALES))
    liable, effective = entered.vat_method != VatMethod.NONE, entered.vat_method == VatMethod.EFFECTIVE
    paid: dict[LineKind, Row] = {kind: zeros() for kind in LineKind}
    for line in entered.of(LineKind.SALES, *PURCHASES):
        net = _net(line, sold)
        tax = [part_of(amount, line.vat) if liable else 0 for amount in net]
        gross = [amount + share for amount, share in zip(net, tax, strict=True)]
        figures.by_line[line.number] = net
        paid[line.kind] = total([paid[line.kind], _later(gross, line.delay)])
        if line.kind == LineKind.SALES:
            turnover, tax_on_sales = total([turnover, gross]), total([tax_on_sales, tax])
            figures.sales = total([figures.sales, net if effective else gross])
            continue
        tax_on_purchases = total([tax_on_purchases, tax])
        cost = net if effective else gross
        if line.kind == LineKind.MATERIAL:
            figures.material = total([figures.material, cost])
        elif line.kind == LineKind.COST:
            figures.costs = total([figures.costs, cost])
        else:
            worn = [spread(amount, month, line.span) for month, amount in enumerate(cost) if amount]
            figures.depreciation = total([figures.depreciation, *worn])
    owed = zeros()
    if effective:
        owed = [on_sales - back for on_sales, back in zip(tax_on_sales, tax_on_purchases, strict=True)]
    elif liable:
        owed = [part_of(amount, entered.net_rate) for amount in turnover]
        figures.sales = [gross - tax for gross, tax in zip(figures.sales, owed, strict=True)]
    _staff(figures, paid)
    _loans(figures, paid)
    vat, figures.vat_owed_at_end = _settled(entered, owed)
    _money(figures, paid, vat)
    return figures


def _net(line: Line, sold: Row) -> Row:
    """A line by month without tax: as entered, or as a share of what is sold."""
    if line.kind == LineKind.MATERIAL and line.percent is not None:
        return [part_of(amount, line.percent) for amount in sold]
    return list(line.amounts)


def _staff(figures: Figures, paid: dict[LineKind, Row]) -> None:
    """Wages with what the employer adds for social insurance, paid in the same month."""
    for line in figures.entered.of(LineKind.STAFF):
        row = [amount + part_of(amount, line.percent or Decimal(0)) for amount in line.amounts]
        figures.by_line[line.number] = row
        figures.staff = total([figures.staff, row])
    paid[LineKind.STAFF] = figures.staff


def _loans(figures: Figures, paid: dict[LineKind, Row]) -> None:
    """Interest on what is owed at the start of a month, paid in it; repayment in equal parts after the months of grace."""
    repaid = zeros()
    for line in figures.entered.of(LineKind.LOAN):
        figures.by_line[line.number] = list(line.amounts)
        back = total(
            spread(amount, month + line.grace + 1, line.span) for month, amount in enumerate(line.amounts) if amount
        )
        owed = 0
        for month in range(MONTHS):
            figures.interest[month] += _divided(owed, line.percent or Decimal(0), 100 * YEAR)
            owed += line.amounts[month] - back[month]
        repaid = total([repaid, back])
    paid[LineKind.LOAN] = repaid
    for line in figures.entered.of(LineKind.CAPITAL, LineKind.WITHDRAWAL):
        figures.by_line[line.number] = list(line.amounts)
        paid[line.kind] = total([paid[line.kind], line.amounts])


def _settled(entered: Entered, owed: Row) -> tuple[Row, int]:
    """When the tax is paid (or comes back), and what is still owed after three years."""
    row, after = zeros(), 0
    length = PERIOD.get(entered.vat_method)
    if length is None:
        return row, after
    for index, amount in enumerate(owed):
        month = entered.month(index).month
        last_of_period = index + (length - month) % length
        due = last_of_period + SETTLED_AFTER
        if due < MONTHS:
            row[due] += amount
        else:
            after += amount
    return row, after


def _money(figures: Figures, paid: dict[LineKind, Row], vat: Row) -> None:
    drawn = total(line.amounts for line in figures.entered.of(LineKind.LOAN))
    back = [max(-amount, 0) for amount in vat]
    figures.receipts = {
        "sales": paid[LineKind.SALES],
        "capital": paid[LineKind.CAPITAL],
        "loans": drawn,
        "vat_back": back,
    }
    figures.payments = {
        "material": paid[LineKind.MATERIAL],
        "staff": paid[LineKind.STAFF],
        "costs": paid[LineKind.COST],
        "vat": [max(amount, 0) for amount in vat],
        "investments": paid[LineKind.INVESTMENT],
        "interest": list(figures.interest),
        "repayment": paid[LineKind.LOAN],
        "withdrawals": paid[LineKind.WITHDRAWAL],
    }
