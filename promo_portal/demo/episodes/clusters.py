"""Clusters come about, gain members, bring them together and invite to events, year by year."""

import tomllib
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from clusters.enums import EventState, MemberRole, NeedOfferKind
from clusters.models import Cluster, Event, Guest, Introduction, Registration, Session, ValueStep
from clusters.workflow.arrivals import check_in
from clusters.workflow.events import cancel_event, plan_event, publish_event
from clusters.workflow.members import join_cluster, publish_cluster
from clusters.workflow.needs import follow_up, introduce, note_need, publish_need
from clusters.workflow.registrations import Answers, cancel_registration, register
from companies.enums import OrganisationKind
from companies.models import Organisation
from promo_portal.core import clock
from promo_portal.demo.episodes.story import Moments, Stage
from promo_portal.regions.models import Municipality

DATA = tomllib.loads((Path(__file__).parent / "clusters.toml").read_text(encoding="utf-8"))
HOME = "cep"
LANGUAGES = ("fr", "de", "en")
WAVES = (0, 160, 420)  # days after its founding on which a cluster takes members in
SUPPLIERS = {"2551", "2552", "2563", "2841", "4662"}
SERVICES = {"7020", "6920", "6910", "7112", "7120", "6210"}


def told(stage: Stage) -> Moments:
    """All clusters, then what happened in them."""
    for row in DATA["cluster"]:
        founded = row["founded"]
        yield stage.at(founded), partial(_found, stage, row)
        for wave, later in enumerate(WAVES):
            if founded - later > 0:
                yield stage.at(founded - later - 10), partial(_gather, stage, row, wave)
    for row in DATA["need"]:
        yield stage.at(row["days_ago"]), partial(_need, stage, row)
        if row["introduced"]:
            yield stage.at(row["introduced"]), partial(_introduce, stage, row)
        if row["outcome"]:
            yield stage.at(row["introduced"] - 92), partial(_follow_up, stage, row)
    for row in DATA["event"]:
        yield from _event(stage, row)


def _names(row: dict[str, Any], field: str, source: str = "") -> dict[str, str]:
    return {f"{field}_{language}": row.get(f"{source}{language}", "") for language in LANGUAGES}


def _found(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    association = stage.associations[HOME]
    by = stage.officer(association)
    cluster = Cluster.objects.create(
        association=association,
        slug=row["slug"],
        order=10 + DATA["cluster"].index(row),
        contact_name=by.get_full_name(),
        contact_email=by.email,
        is_demonstration=True,
        **_names(row, "name"),
        **_names(row, "makes", "makes_"),
        **_names(row, "text", "text_"),
    )
    for order, step in enumerate(row["step"], start=1):
        ValueStep.objects.create(cluster=cluster, order=order, **_names(step, "name"))
    publish_cluster(cluster=cluster, by=by, now=now)


def _gather(stage: Stage, row: dict[str, Any], wave: int, now: datetime) -> None:
    """A third of those whom the cluster suits join in each wave; makers first, schools and institutes too."""
    cluster = Cluster.objects.get(slug=row["slug"])
    suited = stage.organisations(HOME, *row["codes"]) + stage.organisations("bienne-seeland", *row["codes"])
    chosen = suited[: row["most"]][wave :: len(WAVES)]
    for organisation in chosen:
        code = organisation.activity_links.get(is_main=True).activity.code
        steps = [
            step
            for step, known in zip(cluster.value_steps.order_by("order"), row["step"], strict=True)
            if code in known["codes"]
        ]
        join_cluster(
            cluster=cluster, organisation=organisation, role=_role(organisation, code), steps=steps,
            valid_from=now.astimezone(clock.ZURICH).date(), by=stage.officer(cluster.association), now=now,
        )  # fmt: skip


def _role(organisation: Organisation, code: str) -> MemberRole:
    kinds = {OrganisationKind.SCHOOL: MemberRole.TRAINING, OrganisationKind.RESEARCH: MemberRole.RESEARCH}
    if organisation.kind in kinds:
        return kinds[OrganisationKind(organisation.kind)]
    return MemberRole.SUPPLIER if code in SUPPLIERS else MemberRole.SERVICE if code in SERVICES else MemberRole.MAKER


# -- needs and introductions -------------------------------------------------------------------------------------------


def _members(slug: str) -> list[Organisation]:
    return list(Organisation.objects.filter(cluster_memberships__cluster__slug=slug).order_by("pk").distinct())


def _need(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    cluster, members = Cluster.objects.get(slug=row["cluster"]), _members(row["cluster"])
    if not members:
        return
    need = note_need(
        cluster=cluster, organisation=members[0], kind=NeedOfferKind(row["kind"]), title=row["title"], text=row["text"],
        by=stage.officer(cluster.association), now=now,
    )  # fmt: skip
    publish_need(need_offer=need, by=stage.officer(cluster.association), now=now)


def _introduce(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    cluster, members = Cluster.objects.get(slug=row["cluster"]), _members(row["cluster"])
    if len(members) < 3:  # noqa: PLR2004 - a pair, and one who asked
        return
    introduce(
        cluster=cluster, first=members[0], second=members[2], reason=row["title"],
        made_on=now.astimezone(clock.ZURICH).date(), by=stage.officer(cluster.association), now=now,
    )  # fmt: skip


def _follow_up(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    cluster = Cluster.objects.get(slug=row["cluster"])
    found = Introduction.objects.filter(cluster=cluster, reason=row["title"]).first()
    if found:
        follow_up(introduction=found, outcome=row["outcome"], by=stage.officer(cluster.association), now=now)


# -- events ------------------------------------------------------------------------------------------------------------


def _event(stage: Stage, row: dict[str, Any]) -> Moments:
    """Planned two months ahead, filled in waves; some cancel, most come."""
    day = row["days_ago"]
    yield stage.at(day + 62), partial(_plan, stage, row)
    left, waves = row["people"], (58, 44, 31, 21, 13, 6)
    for number, before in enumerate(waves):
        share = left // (len(waves) - number)
        if day + before > 0:
            yield stage.at(day + before), partial(_register, stage, row, share)
        left -= share
    for before in (20, 9):
        if day + before > 0:
            yield stage.at(day + before), partial(_withdraw_one, row)
    if row["came"]:
        yield stage.at(day), partial(_arrive, stage, row)
    if "cancelled" in row:
        yield stage.at(row["cancelled"]), partial(_cancel, stage, row)


def _plan(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    day = stage.calendar.day(row["days_ago"])
    starts = datetime.combine(day, datetime.min.time().replace(hour=14), clock.ZURICH)
    association = stage.associations[HOME]
    event = Event(
        association=association, cluster=Cluster.objects.get(slug=row["cluster"]), is_cluster_day=row["is_cluster_day"],
        text_fr=row["text_fr"], starts_at=starts, ends_at=starts + timedelta(hours=3), place=row["place"],
        address=row["address"], municipality=Municipality.objects.get(bfs=row["municipality"]), languages="fr de",
        capacity=row["capacity"], registration_until=starts - timedelta(days=2), cancel_until=starts - timedelta(days=1),
        is_demonstration=True, **_names(row, "title"),
    )  # fmt: skip
    by = stage.officer(association)
    event = plan_event(event=event, by=by, now=now)
    parts = ("Accueil", "Exposés", "Visite", "Apéritif") if row["is_cluster_day"] else ("Accueil", "Rencontre")
    for hour, title in enumerate(parts):
        begins = starts + timedelta(minutes=45 * hour)
        Session.objects.create(event=event, starts_at=begins, ends_at=begins + timedelta(minutes=40), title_fr=title)
    publish_event(event=event, by=by, now=now)


def _found_event(row: dict[str, Any]) -> Event:
    return Event.objects.get(title_fr=row["fr"], is_demonstration=True)


def _register(stage: Stage, row: dict[str, Any], people: int, now: datetime) -> None:
    event, coming = _found_event(row), 0
    while coming < people:
        language = "de" if stage.lots.happens(0.25) else "fr"
        person, address = stage.guest(language)
        others = 1 if stage.lots.happens(0.2) and coming + 1 < people else 0
        companions = tuple(_name(stage) for _one in range(others))
        answers = Answers(
            first_name=person.first_name, last_name=person.last_name, email=address, others=companions,
            company=f"Atelier {person.last_name}", language=language,
        )  # fmt: skip
        register(event=event, answers=answers, proved=True, now=now)
        coming += 1 + others


def _name(stage: Stage) -> str:
    person = stage.naming.person("fr")
    return f"{person.first_name} {person.last_name}"


def _withdraw_one(row: dict[str, Any], now: datetime) -> None:
    event = _found_event(row)
    found = Registration.objects.filter(event=event, state="confirmed").order_by("pk").first()
    if found and event.state == EventState.PUBLISHED:
        cancel_registration(registration=found, now=now)


def _arrive(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    event, by = _found_event(row), stage.officer(stage.associations[HOME])
    guests = Guest.objects.filter(registration__event=event, registration__state="confirmed").order_by("pk")
    for guest in guests.select_related("registration"):
        if stage.lots.happens(row["came"]):
            check_in(guest=guest, by=by, now=now)


def _cancel(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    by = stage.officer(stage.associations[HOME])
    cancel_event(event=_found_event(row), reason="L’intervenante est malade.", by=by, now=now)
