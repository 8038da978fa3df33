"""Clusters, who belongs to them, and which steps of the value chain they cover."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.enums import MemberRole
from clusters.models import Cluster, ClusterMembership, ValueStep, ValueStepMember
from clusters.workflow import tables
from clusters.workflow.locking import locked
from companies.changed import organisations_changed
from companies.models import Organisation
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.transitions import next_state

Actor = User | str


@transaction.atomic
def publish_cluster(*, cluster: Cluster, by: Actor, now: datetime) -> Cluster:
    """Show a cluster to the public."""
    return _move(cluster, "publish", by=by, now=now)


@transaction.atomic
def close_cluster(*, cluster: Cluster, by: Actor, reason: str = "", now: datetime) -> Cluster:
    """Take a cluster off the public pages; members and events keep their record."""
    return _move(cluster, "close", by=by, reason=reason, now=now)


def _move(cluster: Cluster, action: str, *, by: Actor, reason: str = "", now: datetime) -> Cluster:
    cluster = locked(cluster)
    before, cluster.state = cluster.state, next_state(tables.CLUSTER, cluster.state, action)
    cluster.version += 1
    cluster.save(update_fields=["state", "version"])
    record_transition(
        subject=cluster, action=action, from_state=before, to_state=cluster.state, by=by, reason=reason, at=now
    )
    return cluster


@transaction.atomic
def join_cluster(
    *,
    cluster: Cluster,
    organisation: Organisation,
    role: MemberRole | str = MemberRole.MAKER,
    valid_from: date,
    steps: Iterable[ValueStep] = (),
    by: Actor,
    now: datetime,
) -> ClusterMembership:
    """Take an organisation into a cluster from a day on. Raises ``ValidationError`` if it is in already."""
    cluster = locked(cluster)
    membership = ClusterMembership(cluster=cluster, organisation=organisation, role=role, valid_from=valid_from)
    membership.full_clean()
    membership.save()
    for step in steps:
        cover_step(membership=membership, step=step)
    organisations_changed([organisation.pk])  # the directory finds them under the cluster from now on
    _record(membership, "join", by=by, now=now)
    return membership


@transaction.atomic
def leave_cluster(
    *, membership: ClusterMembership, last_day: date, by: Actor, reason: str = "", now: datetime
) -> ClusterMembership:
    """End a membership with ``last_day``; its steps of the value chain become free with it."""
    membership = ClusterMembership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    membership.valid_to = last_day
    membership.full_clean()
    membership.save(update_fields=["valid_to"])
    organisations_changed([membership.organisation_id])
    _record(membership, "leave", by=by, reason=reason, now=now)
    return membership


@transaction.atomic
def change_role(
    *, membership: ClusterMembership, role: MemberRole | str, on: date, by: Actor, now: datetime
) -> ClusterMembership:
    """Give a member another role from a day on: the old row ends the day before, with its steps taken over."""
    steps = [row.step for row in membership.coverage.select_related("step")]
    if membership.valid_from >= on:
        membership.role = role
        membership.save(update_fields=["role"])
        _record(membership, "change_role", by=by, now=now)
        return membership
    leave_cluster(membership=membership, last_day=on - timedelta(days=1), by=by, now=now)
    return join_cluster(
        cluster=membership.cluster,
        organisation=membership.organisation,
        role=role,
        valid_from=on,
        steps=steps,
        by=by,
        now=now,
    )


def cover_step(*, membership: ClusterMembership, step: ValueStep) -> ValueStepMember:
    """Say that a member covers a step of its own cluster's value chain; saying it twice changes nothing."""
    if step.cluster_id != membership.cluster_id:
        raise ValidationError(_("This step belongs to another cluster."))
    return ValueStepMember.objects.get_or_create(step=step, membership=membership)[0]


def _record(membership: ClusterMembership, action: str, *, by: Actor, reason: str = "", now: datetime) -> None:
    record_transition(
        subject=membership,
        action=action,
        from_state="",
        to_state="",
        by=by,
        reason=reason,
        at=now,
        association_id=membership.cluster.association_id,
    )
