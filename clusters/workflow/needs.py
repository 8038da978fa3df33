"""Needs, offers and introductions between members; each step in the scope of their association."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from clusters.enums import IntroductionOutcome, IntroductionState
from clusters.models import Cluster, Introduction, NeedOffer
from clusters.workflow import tables
from clusters.workflow.locking import locked
from companies.models import Organisation
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import next_state


@transaction.atomic
def note_need(
    *, cluster: Cluster, organisation: Organisation, kind: str, title: str, by: User, now: datetime, **values: Any
) -> NeedOffer:
    """Note what a member looks for or offers, as a draft."""
    with association_scope(cluster.association_id):
        found = NeedOffer(
            association_id=cluster.association_id,
            cluster=cluster,
            organisation=organisation,
            kind=kind,
            title=title,
            created_at=now,
            **values,
        )
        found.save()
        record_transition(subject=found, action="note", from_state="", to_state=found.state, by=by, at=now)
    return found


@transaction.atomic
def publish_need(*, need_offer: NeedOffer, by: User, now: datetime) -> NeedOffer:
    """Show a need or offer on the cluster's page."""
    return _move(need_offer, "publish", by=by, now=now)


@transaction.atomic
def settle_need(*, need_offer: NeedOffer, by: User, reason: str = "", now: datetime) -> NeedOffer:
    """Take a need or offer off the page: it was met, or is no longer wanted."""
    return _move(need_offer, "settle", by=by, reason=reason, now=now)


def _move(found: NeedOffer, action: str, *, by: User, reason: str = "", now: datetime) -> NeedOffer:
    with association_scope(found.association_id):
        found = locked(found)
        before, found.state = found.state, next_state(tables.NEED_OFFER, found.state, action)
        if action == "publish":
            found.published_at = now
        found.save(update_fields=["state", "published_at"])
        record_transition(
            subject=found, action=action, from_state=before, to_state=found.state, by=by, reason=reason, at=now
        )
    return found


@transaction.atomic
def introduce(
    *,
    cluster: Cluster,
    first: Organisation,
    second: Organisation,
    reason: str,
    made_on: date,
    need_offer: NeedOffer | None = None,
    by: User,
    now: datetime,
) -> Introduction:
    """Note that two members were brought together, and why."""
    with association_scope(cluster.association_id):
        made = Introduction(
            association_id=cluster.association_id,
            cluster=cluster,
            first=first,
            second=second,
            reason=reason,
            need_offer=need_offer,
            made_on=made_on,
            made_by=by,
        )
        made.full_clean(exclude=["association"])
        made.save()
        record_transition(subject=made, action="introduce", from_state="", to_state=made.state, by=by, at=now)
    return made


@transaction.atomic
def follow_up(
    *, introduction: Introduction, outcome: IntroductionOutcome | str, note: str = "", by: User, now: datetime
) -> Introduction:
    """Note what became of an introduction: the first time after 3 months, the second after 12."""
    with association_scope(introduction.association_id):
        found = locked(introduction)
        action, field = (
            ("follow_up", "after_3_months") if found.state == IntroductionState.MADE else ("close", "after_12_months")
        )
        before, found.state = found.state, next_state(tables.INTRODUCTION, found.state, action)
        setattr(found, field, outcome)
        found.note = f"{found.note}\n{note}".strip() if note else found.note
        found.save(update_fields=["state", field, "note"])
        record_transition(
            subject=found, action=action, from_state=before, to_state=found.state, by=by, reason=str(outcome), at=now
        )
    return found
