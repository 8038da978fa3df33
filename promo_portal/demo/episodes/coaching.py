"""Coaching beside the founders' stories: prices and keys, the network of specialists, the commission, later checks."""

import tomllib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from coaching.enums import CheckState, ItemOutcome, SessionKind, SessionState, TimeKind
from coaching.models import (
    AgendaItem,
    Annex,
    CaseDocument,
    CaseFile,
    CoachingRequest,
    CommissionSession,
    Engagement,
    FinancialPlan,
    OutcomeCheck,
    Specialist,
)
from coaching.models.specialists import OPEN_ENGAGEMENTS
from coaching.quarters import Quarter, quarters
from coaching.workflow.agenda import list_request
from coaching.workflow.annexes import issue_annex, pay_annex, prepare_annexes
from coaching.workflow.checks import Answer, answer_check, ask_check, prove_jobs
from coaching.workflow.engagements import (
    accept_engagement,
    consent_to_engagement,
    decline_engagement,
    end_engagement,
    enter_specialist,
    propose_engagement,
    rate_engagement,
    report_engagement,
    revoke_consent,
)
from coaching.workflow.forgetting import forget, forget_due, hold_request
from coaching.workflow.funding import agree_shares, enter_price
from coaching.workflow.ledger import book_time
from coaching.workflow.sessions import (
    Votes,
    approve_minutes,
    close_session,
    convene_session,
    enter_decision,
    give_opinion,
    open_session,
    plan_session,
    stand_aside,
)
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.demo.episodes.story import Moments, Stage
from promo_portal.demo.people import IN_OFFICE_SINCE
from promo_portal.demo.stories import stories
from promo_portal.demo.stories.plot import Story
from promo_portal.regions.models import Association, Funder, Municipality
from promo_portal.regions.workflow import agree_key, funder_of
from promo_portal.reminders.models import Absence

DATA = tomllib.loads((Path(__file__).parent / "coaching.toml").read_text(encoding="utf-8"))
CHARGED, PAID = 6, 31  # days after the end of a quarter, and after that
BEGIN = 1100  # days ago: before the first founder
ASSOCIATIONS = ("cep", "bienne-seeland")
PRICES = ("118.00", "121.50", "126.00")  # of an hour, three years running
JOINING_IN = (713, 446)  # municipalities that pay a part of the newest key
QUORUM = 2
APPROVED_AFTER = 20  # days: the members have had time to object
CONVENED, OPINION = 7, 4  # days before a session; a session of a Sunday is held on the Friday before
WENT = ("proposed", "consented", "active", "reported", "rated")


def told(stage: Stage) -> Moments:
    """First what money and network rest on, then what was decided, asked and shared."""
    yield stage.at(BEGIN), partial(_begin, stage)
    yield from _prices(stage)
    for row in DATA["session"]:
        yield from _session(stage, row)
    for row in DATA["share"]:
        yield stage.at(row["days_ago"]), partial(_share, stage, row)
    for row in DATA["engagement"]:
        yield from _engagement(stage, row)
    for row in DATA["check"]:
        yield from _check(stage, row)
    for row in DATA["kept"]:
        yield stage.at(row["days_ago"]), partial(_keep_longer, stage, row)
    for row in DATA["forgotten"]:
        yield stage.at(row["days_ago"]), partial(_forget, row)
    yield stage.at(22), lambda now: forget_due(now=now)
    yield from _annexes(stage)
    yield stage.at(20), partial(_go_away, stage)


def _case(row: dict[str, Any]) -> CaseFile | None:
    """The founder's file; there is none when only some of the stories are told."""
    related = ("lead", "founder", "association")
    return CaseFile.objects.filter(founder__email=row["founder"]).select_related(*related).first()


# -- what all rests on -------------------------------------------------------------------------------------------------


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
    enter_specialist(association=association, profile=profile, terms=terms, by=_manager(association), now=now)


def _manager(association: Association) -> User:
    return Membership.objects.select_related("user").get(role=Role.MANAGER, association=association).user


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
        enter_price(association=association, valid_from=first, per_hour=price, by=_manager(association), now=now)


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
    case = _case(row)
    if case is None:
        return
    shares = {Funder.objects.get(code=code): row[code] for code in ("confederation", "canton-be")}
    shares[Funder.objects.get(kind=Funder.Kind.ASSOCIATION, association=case.association)] = row["own"]
    rest = 10_000 - sum(shares.values())
    shares[funder_of(Municipality.objects.get(bfs=row["municipality"]))] = rest
    agree_shares(case=case, shares=shares, by=_manager(case.association), now=now)


# -- charging the funders ----------------------------------------------------------------------------------------------


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
        manager = _manager(association)
        for annex in prepare_annexes(association=association, quarter=quarter, by=manager, now=now):
            issue_annex(annex=annex, language=manager.language, by=manager, now=now)


def _paid(stage: Stage, quarter: Quarter, now: datetime) -> None:
    day = now.astimezone(clock.ZURICH).date()
    for code in ASSOCIATIONS:
        association = stage.associations[code]
        for annex in Annex.objects.filter(association=association, period_from=quarter.first).order_by("pk"):
            pay_annex(annex=annex, on=day, by=_manager(association), now=now)


def _go_away(stage: Stage, now: datetime) -> None:
    """One coach is away next month, with a colleague who stands in."""
    away, stands_in = (stage.people[email] for email in ("julien.gigon@cep.example", "nadine.rais@cep.example"))
    first = stage.calendar.today + timedelta(days=24)
    Absence.objects.create(user=away, first_day=first, last_day=first + timedelta(days=11), deputy=stands_in)


# -- the commission ----------------------------------------------------------------------------------------------------


def _session(stage: Stage, row: dict[str, Any]) -> Moments:
    """Planned, convened, advised on; held in the morning, so that its founders' stories go on the same day."""
    held, at = row["held"], stage.in_order()
    yield at(row["planned"]), partial(_plan, stage, row)
    convened = max(held + CONVENED, 3)
    yield at(convened), partial(_convene, stage, row)
    yield at(max(held + OPINION, 2)), partial(_advise, stage, row)
    if held > 0:
        morning = datetime.combine(stage.calendar.day(held), time(8, 20), clock.ZURICH)
        yield morning, partial(_hold, stage, row)
    if held > APPROVED_AFTER * 2:
        yield at(held - APPROVED_AFTER), partial(_approve, stage, row)


def _members(stage: Stage, row: dict[str, Any]) -> list[User]:
    association = stage.associations[row["association"]]
    held = Membership.objects.filter(role=Role.COMMISSION_MEMBER, association=association).order_by("pk")
    return [membership.user for membership in held.select_related("user")]


def _plan(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    association = stage.associations[row["association"]]
    is_circular = row.get("circular", False)
    plan_session(
        association=association, held_on=stage.calendar.day(row["held"]), held_at=None if is_circular else time(8, 15),
        place=row.get("place", ""), video_url=row.get("video", ""), quorum=QUORUM, members=_members(stage, row),
        kind=SessionKind.CIRCULAR if is_circular else SessionKind.MEETING, by=_manager(association), now=now,
    )  # fmt: skip


def _found(stage: Stage, row: dict[str, Any]) -> CommissionSession:
    association = stage.associations[row["association"]]
    kind = SessionKind.CIRCULAR if row.get("circular", False) else SessionKind.MEETING
    day = stage.calendar.day(row["held"])
    return CommissionSession.objects.get(association=association, held_on=day, kind=kind)


@cache
def _stories() -> dict[str, Story]:
    return {story.email: story for story in stories()}


def _story(row: dict[str, Any]) -> Story:
    return _stories()[row["founder"]]


def _convene(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    session, by = _found(stage, row), _manager(stage.associations[row["association"]])
    for item in row["item"]:
        request = CoachingRequest.objects.filter(email=item["founder"], association=session.association).first()
        if request is not None:
            story = _story(item)
            list_request(
                session=session, request=request, summary=item["summary"], title=story.project,
                lead=stage.people.get(story.coach), by=by, now=now,
            )  # fmt: skip
    if AgendaItem.objects.filter(session=session).exists():  # there is none when only some of the stories are told
        convene_session(session=session, by=by, now=now)


def _advise(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    """All but the last member write their opinion; the last stands aside where they have a stake."""
    *others, last = _members(stage, row)
    items = AgendaItem.objects.filter(session=_found(stage, row)).select_related("request", "session")
    for item in items.order_by("position"):
        listed = next(known for known in row["item"] if known["founder"] == item.request.email)
        refuses = listed.get("outcome") == ItemOutcome.REFUSE
        for number, member in enumerate(others):
            advice = "reserved" if refuses or number else "favourable"
            text = listed["summary"] if advice == "reserved" else ""
            give_opinion(item=item, member=member, advice=advice, text=text, now=now)
        if "aside" in listed:
            stand_aside(item=item, member=last, reason=listed["aside"], by=last, now=now)


def _hold(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    session, by = _found(stage, row), _manager(stage.associations[row["association"]])
    if session.state != SessionState.CONVENED:
        return
    session = open_session(session=session, present=_members(stage, row), by=by, now=now)
    for item in AgendaItem.objects.filter(session=session).select_related("request", "session"):
        listed = next(known for known in row["item"] if known["founder"] == item.request.email)
        story = _story(listed)
        is_accepted = listed["outcome"] == ItemOutcome.ACCEPT
        first = stage.calendar.day(story.meetings[0]) if is_accepted else None
        enter_decision(
            item=item, outcome=listed["outcome"], reasons=story.words, first_date=first,
            first_what=("Erstes Gespräch" if story.language == "de" else "Premier entretien") if first else "",
            votes=Votes(*listed["votes"]) if "votes" in listed else None, conditions=listed.get("conditions", ""),
            addresses=listed.get("addresses", ""), by=by, now=now,
        )  # fmt: skip
    close_session(session=session, minutes=row["minutes"], by=by, now=now + timedelta(minutes=35))


def _approve(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    session, by = _found(stage, row), _manager(stage.associations[row["association"]])
    if session.state == SessionState.CLOSED:
        approve_minutes(session=session, by=by, now=now)


# -- specialists -------------------------------------------------------------------------------------------------------


def _engagement(stage: Stage, row: dict[str, Any]) -> Moments:
    """Each step a few days after the one before, as far as it went."""
    day, went, at = row["proposed"], row["went"], stage.in_order()
    yield at(day), partial(_propose, row)
    if went == "declined":
        yield at(day - 2), partial(_step, row, _decline)
        return
    reached = WENT.index(went) if went in WENT else WENT.index("active")
    steps = ((2, _consent), (4, _accept), (17, _report), (20, _rate))
    for after, act in steps[:reached]:
        yield at(day - after), partial(_step, row, act)
    if went == "revoked":
        yield at(day - 9), partial(_step, row, _revoke)


def _propose(row: dict[str, Any], now: datetime) -> None:
    case = _case(row)
    if case is None:
        return
    specialist = Specialist.objects.get(association=case.association, last_name=row["specialist"])
    propose_engagement(
        case=case, specialist=specialist, field=row["field"], mandate=row["mandate"], hours=Decimal(row["hours"]),
        by=case.lead, now=now,
    )  # fmt: skip


def _step(row: dict[str, Any], act: Any, now: datetime) -> None:
    case = _case(row)
    if case is None:
        return
    related = ("specialist__user", "specialist__terms")
    found = Engagement.objects.select_related(*related).get(case_file=case, specialist__last_name=row["specialist"])
    if act is _rate or found.state in OPEN_ENGAGEMENTS:  # a file that was closed meanwhile has ended them all
        act(row, case, found, now)


def _consent(row: dict[str, Any], case: CaseFile, engagement: Engagement, now: datetime) -> None:
    words = f"{case.association}, {engagement.specialist}: {row['mandate']}"
    documents = list(CaseDocument.objects.filter(case_file=case).order_by("pk")[:1])
    shares_plan = FinancialPlan.objects.filter(case_file=case).exists()
    consent_to_engagement(
        engagement=engagement, words=words, documents=documents, shares_plan=shares_plan, by=case.founder, now=now
    )


def _decline(row: dict[str, Any], case: CaseFile, engagement: Engagement, now: datetime) -> None:
    decline_engagement(engagement=engagement, by=case.founder, now=now)


def _accept(row: dict[str, Any], case: CaseFile, engagement: Engagement, now: datetime) -> None:
    accept_engagement(engagement=engagement, by=engagement.specialist.user or case.lead, now=now)


def _revoke(row: dict[str, Any], case: CaseFile, engagement: Engagement, now: datetime) -> None:
    revoke_consent(engagement=engagement, by=case.founder, now=now)


def _report(row: dict[str, Any], case: CaseFile, engagement: Engagement, now: datetime) -> None:
    by = engagement.specialist.user or case.lead
    report_engagement(engagement=engagement, report=row["report"], hours=engagement.hours_agreed, by=by, now=now)


def _rate(row: dict[str, Any], case: CaseFile, engagement: Engagement, now: datetime) -> None:
    """The work ends with the bill, without the first hour where that is free, and the founder's word on it."""
    terms = engagement.specialist.terms
    hours = engagement.hours_agreed - (1 if terms.is_first_hour_free else 0)
    if engagement.state in OPEN_ENGAGEMENTS:
        engagement = end_engagement(engagement=engagement, by=case.lead, now=now)
    book_time(
        case=case, kind=TimeKind.SPECIALIST, worked_on=now.astimezone(clock.ZURICH).date(),
        minutes=int(engagement.hours_agreed * 60), amount=hours * (terms.hourly_rate or 0), engagement=engagement,
        person=engagement.specialist.user or case.lead, note=str(engagement.specialist), by=case.lead, now=now,
    )  # fmt: skip
    rate_engagement(engagement=engagement, satisfaction=5 if len(row["report"]) % 2 else 4, by=case.founder, now=now)


# -- what became of it -------------------------------------------------------------------------------------------------


def _check(stage: Stage, row: dict[str, Any]) -> Moments:
    asked, at = row["asked"], stage.in_order()
    yield at(asked), partial(_ask, row)
    if "active" in row:
        yield at(asked - 6), partial(_answer, row)
    if "proved" in row:
        yield at(asked - 25), partial(_prove, row)


def _check_of(row: dict[str, Any]) -> OutcomeCheck | None:
    case = _case(row)
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


# -- how long names are kept -------------------------------------------------------------------------------------------


def _keep_longer(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    found = CoachingRequest.objects.filter(email=row["founder"]).select_related("association").first()
    if found and found.association:
        until = stage.calendar.today + timedelta(days=row["for_days"])
        hold_request(request=found, reason=row["reason"], until=until, by=_manager(found.association), now=now)


def _forget(row: dict[str, Any], now: datetime) -> None:
    """A founder who gave up wishes to be forgotten; file and figures stay, without a name."""
    case = _case(row)
    if case:
        forget(request=case.request, reason=row["reason"], by=_manager(case.association), now=now)
