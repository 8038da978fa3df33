"""Coaching beside the founders' stories: the network of specialists and absences, later checks, names that end."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from coaching.enums import CheckState
from coaching.models import (
    CoachingRequest,
    OutcomeCheck,
)
from coaching.workflow.checks import Answer, answer_check, ask_check, prove_jobs
from coaching.workflow.engagements import (
    enter_specialist,
)
from coaching.workflow.forgetting import forget, forget_due, hold_request
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.demo.episodes import money
from promo_portal.demo.episodes.commission import session
from promo_portal.demo.episodes.files import BEGIN, DATA, case_of, manager_of
from promo_portal.demo.episodes.network import engagement
from promo_portal.demo.episodes.story import Moments, Stage
from promo_portal.demo.people import IN_OFFICE_SINCE
from promo_portal.regions.models import Municipality
from promo_portal.reminders.models import Absence


def told(stage: Stage) -> Moments:
    """First what money and network rest on, then what was decided, asked and shared."""
    yield stage.at(BEGIN), partial(_begin, stage)
    yield from money.told(stage)
    for row in DATA["session"]:
        yield from session(stage, row)
    for row in DATA["engagement"]:
        yield from engagement(stage, row)
    for row in DATA["check"]:
        yield from _check(stage, row)
    for row in DATA["kept"]:
        yield stage.at(row["days_ago"]), partial(_keep_longer, stage, row)
    for row in DATA["forgotten"]:
        yield stage.at(row["days_ago"]), partial(_forget, row)
    yield stage.at(22), lambda now: forget_due(now=now)
    yield stage.at(20), partial(_go_away, stage)


def _begin(stage: Stage, now: datetime) -> None:
    for row in DATA["member"]:
        user = User(email=row["email"], first_name=row["first_name"], last_name=row["last_name"])
        user.language = row["language"]
        user.set_unusable_password()
        user.save()
        association = stage.associations[row["association"]]
        Membership.objects.create(
            user=user, role=Role.COMMISSION_MEMBER, association=association, valid_from=IN_OFFICE_SINCE
        )
    for row in DATA["specialist"]:
        _specialist(stage, row, now)


def _specialist(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    association = stage.associations[row["association"]]
    names = ("first_name", "last_name", "company", "expertise", "languages")
    agreed = now.astimezone(clock.ZURICH).date()
    profile = {name: row[name] for name in names} | {
        "user": stage.people.get(row.get("account", "")),
        "municipality": Municipality.objects.get(bfs=row["municipality"]),
        "about_fr": row.get("about_fr", ""),
        "about_de": row.get("about_de", ""),
        "website": f"https://specialiste-{row['municipality']}.example/",
        "is_published": True,
        "agreed_public_on": agreed,
        "public_rate": Decimal(row["rate"]),
        "offers_free_hour": row["free_first_hour"],
    }
    terms = {
        "hourly_rate": Decimal(row["rate"]),
        "is_first_hour_free": row["free_first_hour"],
        "agreement_on": agreed,
        "agreement_until": stage.calendar.today + timedelta(days=row.get("agreement_left", 2 * 365)),
    }
    enter_specialist(association=association, profile=profile, terms=terms, by=manager_of(association), now=now)


def _go_away(stage: Stage, now: datetime) -> None:
    """One coach is away next month, with a colleague who stands in."""
    away, stands_in = (stage.people[email] for email in ("julien.gigon@cep.example", "nadine.rais@cep.example"))
    first = stage.calendar.today + timedelta(days=24)
    Absence.objects.create(user=away, first_day=first, last_day=first + timedelta(days=11), deputy=stands_in)


def _check(stage: Stage, row: dict[str, Any]) -> Moments:
    asked, at = row["asked"], stage.in_order()
    yield at(asked), partial(_ask, row)
    if "active" in row:
        yield at(asked - 6), partial(_answer, row)
    if "proved" in row:
        yield at(asked - 25), partial(_prove, row)


def _check_of(row: dict[str, Any]) -> OutcomeCheck | None:
    case = case_of(row)
    return OutcomeCheck.objects.filter(case_file=case, months=row["months"]).first() if case else None


def _ask(row: dict[str, Any], now: datetime) -> None:
    check = _check_of(row)
    if check and check.state == CheckState.PLANNED:
        ask_check(check=check, by="clock", now=now)


def _answer(row: dict[str, Any], now: datetime) -> None:
    check = _check_of(row)
    if check:
        said = Answer(is_active=row["active"], jobs=row["promised"], comment=row["comment"])
        answer_check(check=check, answer=said, by=check.case_file.founder, now=now)


def _prove(row: dict[str, Any], now: datetime) -> None:
    check = _check_of(row)
    if check:
        prove_jobs(check=check, jobs=row["proved"], proof=row["proof"], by=check.case_file.lead, now=now)


def _keep_longer(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    found = CoachingRequest.objects.filter(email=row["founder"]).select_related("association").first()
    if found and found.association:
        until = stage.calendar.today + timedelta(days=row["for_days"])
        hold_request(request=found, reason=row["reason"], until=until, by=manager_of(found.association), now=now)


def _forget(row: dict[str, Any], now: datetime) -> None:
    """A founder who gave up wishes to be forgotten; file and figures stay, without a name."""
    case = case_of(row)
    if case:
        forget(request=case.request, reason=row["reason"], by=manager_of(case.association), now=now)
