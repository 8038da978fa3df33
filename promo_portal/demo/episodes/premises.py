"""Premises and land come to the market, are confirmed, asked about and taken; investors look for space."""

import tomllib
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from premises.models import Enquiry, Offer, Site
from premises.workflow.enquiries import answer_enquiry, drop_enquiry, send_enquiry, take_enquiry
from premises.workflow.offers import Ending, close_offer, confirm_offer
from premises.workflow.searches import register_search
from premises.workflow.supply import offer_land, offer_premises
from promo_portal.core import clock
from promo_portal.demo.episodes.story import Moments, Stage
from promo_portal.regions.models import Municipality

DATA = tomllib.loads((Path(__file__).parent / "premises.toml").read_text(encoding="utf-8"))
EVERY = 30  # days between two confirmations of an owner
ASKED = ("La surface est-elle divisible ?", "Peut-on visiter la semaine prochaine ?", "Ist eine Rampe möglich?")


def told(stage: Stage) -> Moments:
    """Offers with their enquiries, then the demand."""
    for row in (*DATA["premises"], *DATA["land"]):
        yield stage.at(row["listed"]), partial(_offer, stage, row)
        for days in range(row["listed"] - EVERY, row["confirmed"], -EVERY):
            yield stage.at(days), partial(_confirm, row)
        if row["confirmed"] < row["listed"]:
            yield stage.at(row["confirmed"]), partial(_confirm, row)
        last = row["ends"]["days_ago"] if "ends" in row else 1
        for number in range(row["enquiries"]):
            days = last + 2 + number * 17
            if days < row["listed"]:
                yield stage.at(days), partial(_ask, stage, row, number)
                if number or days > EVERY:
                    yield stage.at(max(days - 2, 1)), partial(_answer, stage, row, number)
        if "ends" in row:
            yield stage.at(last), partial(_end, stage, row)
    for row in DATA["search"]:
        yield stage.at(row["days_ago"]), partial(_search, stage, row)


def _offer(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    place = Municipality.objects.get(bfs=row["municipality"])
    shared: dict[str, Any] = {
        "municipality": place,
        "site": row["site"] | {"is_demonstration": True, "lon": place.lon, "lat": place.lat},
        "terms": row["terms"] | _free(row, now),
        "contact": {"name": "Gérance du site", "email": "gerance@locaux.example", "phone": "+41320000077"},
        "by": stage.officer(place.association()),
        "now": now,
    }
    if "unit" in row:
        offer_premises(unit=row["unit"], **shared)
    else:
        offer_land(plot=row["plot"], **shared)


def _free(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """From when it can be had; where the owner has not said so, nothing."""
    if "free" not in row:
        return {}
    return {"available_on": now.astimezone(clock.ZURICH).date() + timedelta(days=row["listed"] + row["free"])}


def _found(row: dict[str, Any]) -> Offer:
    site = Site.objects.get(name=row["site"]["name"], municipality__bfs=row["municipality"])
    return Offer.objects.get(site=site)


def _confirm(row: dict[str, Any], now: datetime) -> None:
    confirm_offer(offer=_found(row), by="owner", now=now)


def _ask(stage: Stage, row: dict[str, Any], number: int, now: datetime) -> None:
    person, address = stage.guest()
    send_enquiry(
        offer=_found(row), name=f"{person.first_name} {person.last_name}", email=address,
        message=ASKED[number % len(ASKED)], language="de" if number % len(ASKED) > 1 else "fr", now=now,
    )  # fmt: skip


def _answer(stage: Stage, row: dict[str, Any], number: int, now: datetime) -> None:
    """Most are answered by phone; one was a robot; the latest is only taken."""
    offer = _found(row)
    enquiry = Enquiry.objects.filter(offer=offer, state="received").order_by("pk").first()
    if enquiry is None:
        return
    by = stage.officer(offer.association)
    if number % 4 == 3:  # noqa: PLR2004 - every fourth
        drop_enquiry(enquiry=enquiry, reason="Publicité", by=by, now=now)
        return
    enquiry = take_enquiry(enquiry=enquiry, by=by, now=now)
    if number:
        answer_enquiry(enquiry=enquiry, how="Rappelé, visite proposée.", by=by, now=now)


def _end(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    offer, end = _found(row), row["ends"]
    ending = Ending(
        reason=end["reason"], channel=end["channel"], area=end["area"] or None, jobs_planned=end["jobs"] or None,
        occupant_name="Atelier du voisin (démonstration)" if end["jobs"] else "",
    )  # fmt: skip
    close_offer(offer=offer, ending=ending, by=stage.officer(offer.association), now=now)


def _search(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    association = stage.associations[row["association"]]
    by = stage.officer(association)
    values = {
        "title": row["title"], "organisation_name": row["organisation_name"], "area_from": row["area_from"],
        "area_to": row["area_to"], "is_confidential": row.get("confidential", False),
        "open_until": now.astimezone(clock.ZURICH).date() + timedelta(days=240), "email": "recherche@courrier.example",
    }  # fmt: skip
    register_search(association=association, values=values, in_charge=by, by=by, now=now)
