"""Prices and keys year by year, the split of single files, and each quarter charged to its funders."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from coaching.models import (
    Annex,
)
from coaching.quarters import Quarter, quarters
from coaching.workflow.annexes import issue_annex, pay_annex, prepare_annexes
from coaching.workflow.funding import agree_shares, enter_price
from promo_portal.core import clock
from promo_portal.demo.episodes.files import ASSOCIATIONS, BEGIN, DATA, case_of, manager_of
from promo_portal.demo.episodes.story import Moments, Stage
from promo_portal.regions.models import Funder, Municipality
from promo_portal.regions.workflow import agree_key, funder_of

CHARGED, PAID = 6, 31  # days after the end of a quarter, and after that
PRICES = ("118.00", "121.50", "126.00")  # of an hour, three years running
JOINING_IN = (713, 446)  # municipalities that pay a part of the newest key


def told(stage: Stage) -> Moments:
    """Prices and keys first, then what was split otherwise; the quarters are charged as they end."""
    yield from _prices(stage)
    for row in DATA["share"]:
        yield stage.at(row["days_ago"]), partial(_share, stage, row)
    yield from _annexes(stage)


def _prices(stage: Stage) -> Moments:
    """A price each New Year, and a new key with the municipalities in this year's."""
    today = stage.calendar.today
    for number, price in enumerate(PRICES):
        first = date(today.year - len(PRICES) + 1 + number, 1, 1)
        since = BEGIN if number == 0 else max((today - first).days, 1)
        start = today - timedelta(days=BEGIN) if number == 0 else first
        yield stage.at(since), partial(_price, stage, start, Decimal(price))
    yield stage.at(max((today - date(today.year, 1, 1)).days, 1)), partial(_key, stage, date(today.year, 1, 1))


def _price(stage: Stage, first: date, price: Decimal, now: datetime) -> None:
    for code in ASSOCIATIONS:
        association = stage.associations[code]
        enter_price(association=association, valid_from=first, per_hour=price, by=manager_of(association), now=now)


def _key(stage: Stage, first: date, now: datetime) -> None:
    association = stage.associations["cep"]
    shares = {
        Funder.objects.get(code="confederation"): 3_500,
        Funder.objects.get(code="canton-be"): 3_500,
        Funder.objects.get(kind=Funder.Kind.ASSOCIATION, association=association): 2_000,
    }
    for bfs in JOINING_IN:
        shares[funder_of(Municipality.objects.get(bfs=bfs))] = 500
    agree_key(association=association, valid_from=first, shares=shares)


def _share(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    case = case_of(row)
    if case is None:
        return
    shares = {Funder.objects.get(code=code): row[code] for code in ("confederation", "canton-be")}
    shares[Funder.objects.get(kind=Funder.Kind.ASSOCIATION, association=case.association)] = row["own"]
    rest = 10_000 - sum(shares.values())
    shares[funder_of(Municipality.objects.get(bfs=row["municipality"]))] = rest
    agree_shares(case=case, shares=shares, by=manager_of(case.association), now=now)


def _annexes(stage: Stage) -> Moments:
    """Each quarter is charged a few days after its end; what is older than a month has been paid."""
    today = stage.calendar.today
    for quarter in quarters(today - timedelta(days=BEGIN), today):
        if quarter.next().first + timedelta(days=CHARGED) < today:
            yield stage.at((today - quarter.last).days - CHARGED), partial(_charge, stage, quarter)
            if quarter.last + timedelta(days=CHARGED + PAID) < today:
                yield stage.at((today - quarter.last).days - CHARGED - PAID), partial(_paid, stage, quarter)


def _charge(stage: Stage, quarter: Quarter, now: datetime) -> None:
    for code in ASSOCIATIONS:
        association = stage.associations[code]
        manager = manager_of(association)
        for annex in prepare_annexes(association=association, quarter=quarter, by=manager, now=now):
            issue_annex(annex=annex, language=manager.language, by=manager, now=now)


def _paid(stage: Stage, quarter: Quarter, now: datetime) -> None:
    day = now.astimezone(clock.ZURICH).date()
    for code in ASSOCIATIONS:
        association = stage.associations[code]
        for annex in Annex.objects.filter(association=association, period_from=quarter.first).order_by("pk"):
            pay_annex(annex=annex, on=day, by=manager_of(association), now=now)
