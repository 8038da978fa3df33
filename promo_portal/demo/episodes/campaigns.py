"""Last year's campaign, closed with its figures, and this year's, in the middle of its returns."""

from datetime import datetime
from functools import partial

from companies.enums import CallResult, CampaignState, ProposalState, RecipientState
from companies.links import STOP, Opened, opened, token_for
from companies.models import Campaign, CampaignRecipient
from companies.segments import Segment
from companies.workflow.answers import confirm_by_link, propose_by_link, stop_messages
from companies.workflow.campaigns import (
    NothingToSend,
    close_campaign,
    create_campaign,
    finish_sending,
    note_call,
    start_sending,
)
from companies.workflow.proposals import decide_fields
from companies.workflow.sending import end_dates_of_closed, send_block, settle_returns
from promo_portal.demo.episodes.story import Moments, Stage

FOREVER = float("inf")
PLACES = {"last": (443, 717, 690, 434), "this": (446, 713, 703, 444)}  # BFS numbers
ADDITIONS = {
    "message_fr": "Nouveau cette année : indiquez ce que vous savez faire. Les donneurs d’ordres cherchent par compétence.",
    "message_de": "Neu in diesem Jahr: Geben Sie an, was Sie können. Auftraggeber suchen nach Fähigkeiten.",
}
CHANGES = (
    {"phone": "+41320000163"}, {"size_class": "10-49"}, {"street": "Rue de la Gare 12", "website": "https://essai.example/"},
)  # fmt: skip


def told(stage: Stage) -> Moments:
    """Two years of asking."""
    yield stage.at(385), partial(_send, stage, "last", 385)
    for number in range(14):
        yield stage.at(380 - number * 2), partial(_answer, stage, "last", number)
    yield stage.at(310), partial(_close, stage)
    yield stage.at(24), partial(_send, stage, "this", 24)
    for number in range(12):
        yield stage.at(22 - number), partial(_answer, stage, "this", number)
    for number in range(3):
        yield stage.at(6 - number), partial(_call, stage, number)
    yield stage.at(4), partial(_decide, stage)


def _title(stage: Stage, which: str) -> tuple[str, int]:
    year = stage.calendar.day(385 if which == "last" else 24).year
    return f"Mise à jour du répertoire {year}", year


def _campaign(stage: Stage, which: str) -> Campaign | None:
    title, year = _title(stage, which)
    found = Campaign.objects.filter(association=stage.associations["cep"], year=year, title=title)
    return found.exclude(state=CampaignState.DRAFT).first()


def _send(stage: Stage, which: str, days_ago: int, now: datetime) -> None:
    title, year = _title(stage, which)
    officer = stage.officer(stage.associations["cep"])
    values = {"title": title, "year": year, **(ADDITIONS if which == "this" else {})}
    campaign = create_campaign(
        association=stage.associations["cep"],
        values=values,
        segment=Segment(municipality=PLACES[which], freshness=("to_confirm", "hidden")),
        by=officer,
        now=now,
    )
    try:
        start_sending(campaign=campaign, by=officer, now=now)
    except NothingToSend:  # a demonstration with very few entries
        return
    while send_block(campaign, now):
        continue
    finish_sending(campaign=campaign, now=now)


def _line(stage: Stage, which: str, number: int, *states: str) -> CampaignRecipient | None:
    campaign = _campaign(stage, which)
    if campaign is None or campaign.state == CampaignState.CLOSED:
        return None
    rows = list(campaign.recipients.filter(state__in=states).select_related("organisation", "contact").order_by("pk"))
    return rows[number * 5 % len(rows)] if rows else None


def _link(line: CampaignRecipient, purpose: str = "companies.entry") -> Opened:
    token = token_for(line.organisation_id, line.contact_id, line.address, purpose=purpose)
    return opened(token, purpose=purpose)


def _answer(stage: Stage, which: str, number: int, now: datetime) -> None:
    """Most confirm, every fourth corrects something, one wants no more mail."""
    line = _line(stage, which, number, RecipientState.SENT)
    if line is None:
        return
    if number == 5:  # noqa: PLR2004 - any of them
        stop_messages(link=_link(line, STOP), now=now)
    elif number % 4 == 3:  # noqa: PLR2004
        propose_by_link(link=_link(line), values=CHANGES[number % 3], seen_version=None, now=now)
    else:
        confirm_by_link(link=_link(line), now=now)


def _call(stage: Stage, number: int, now: datetime) -> None:
    line = _line(stage, "this", number, RecipientState.UNREACHABLE, RecipientState.SENT)
    if line is not None:
        result = (CallResult.CONFIRMED, CallResult.NOT_REACHED, CallResult.REACHED)[number]
        by = stage.officer(stage.associations["cep"])
        note_call(recipient=line, result=result, note="Appelé le standard.", by=by, now=now)


def _decide(stage: Stage, now: datetime) -> None:
    """One company's changes are decided, so that a mail about the outcome is there to read."""
    line = _line(stage, "this", 0, RecipientState.PROPOSED)
    if line is None:
        return
    waiting = line.organisation.proposals.filter(state=ProposalState.OPEN).exclude(answer_to="")
    by = stage.officer(stage.associations["cep"])
    decide_fields(organisation=line.organisation, accept=list(waiting), refuse={}, by=by, now=now)


def _close(stage: Stage, now: datetime) -> None:
    campaign = _campaign(stage, "last")
    if campaign is None:
        return
    settle_returns(now)
    close_campaign(campaign=campaign, by=stage.officer(stage.associations["cep"]), now=now, reason="Année terminée.")
    end_dates_of_closed(now, until=FOREVER)
