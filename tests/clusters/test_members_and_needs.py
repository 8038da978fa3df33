"""Who belongs to a cluster, and what members look for: each step allowed or refused as its table says."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from clusters.enums import ClusterState, IntroductionState, NeedOfferState
from clusters.models import Cluster, Introduction, NeedOffer
from clusters.workflow import tables
from clusters.workflow.members import (
    change_role,
    close_cluster,
    cover_step,
    join_cluster,
    leave_cluster,
    publish_cluster,
)
from clusters.workflow.needs import follow_up, introduce, note_need, publish_need, settle_need
from promo_portal.accounts.models import User
from promo_portal.audit.models import Transition
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused
from promo_portal.regions.models import Association, Municipality
from tests.clusters import factories
from tests.clusters.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def cluster(cep: Association) -> Cluster:
    return factories.ClusterFactory(association=cep)


def test_an_organisation_joins_leaves_and_may_come_back(
    cluster: Cluster, tavannes: Municipality, officer: User
) -> None:
    firm = factories.OrganisationFactory(municipality=tavannes)
    step: dict[str, Any] = {"by": officer, "now": NOW}
    membership = join_cluster(cluster=cluster, organisation=firm, valid_from=date(2025, 1, 1), **step)

    with pytest.raises(ValidationError, match="déjà membre"), transaction.atomic():
        join_cluster(cluster=cluster, organisation=firm, valid_from=TODAY, **step)
    leave_cluster(membership=membership, last_day=TODAY, **step)
    join_cluster(cluster=cluster, organisation=firm, valid_from=TODAY + timedelta(days=1), **step)

    assert [cluster.memberships.active(TODAY + timedelta(days=days)).count() for days in (0, 1)] == [1, 1]
    with association_scope(cluster.association_id):
        actions = Transition.objects.order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["join", "leave", "join"]


def test_another_role_keeps_the_steps_that_a_member_covers(
    cluster: Cluster, tavannes: Municipality, officer: User
) -> None:
    membership = factories.member(cluster, tavannes)
    cover_step(membership=membership, step=factories.step(cluster, 1))
    with pytest.raises(ValidationError):
        cover_step(
            membership=membership, step=factories.step(factories.ClusterFactory(association=cluster.association), 1)
        )

    now = change_role(membership=membership, role="supplier", on=TODAY, by=officer, now=NOW)
    membership.refresh_from_db()

    assert (membership.role, membership.valid_to) == ("maker", TODAY - timedelta(days=1))
    assert (now.role, now.value_steps.count()) == ("supplier", 1)


CLUSTER_STEPS: dict[str, Callable[[Any, User], Any]] = {
    "publish": lambda row, by: publish_cluster(cluster=row, by=by, now=NOW),
    "close": lambda row, by: close_cluster(cluster=row, by=by, now=NOW),
}
NEED_STEPS: dict[str, Callable[[Any, User], Any]] = {
    "publish": lambda row, by: publish_need(need_offer=row, by=by, now=NOW),
    "settle": lambda row, by: settle_need(need_offer=row, by=by, now=NOW),
}


def walk(row: Any, rows: Any, all_states: Any, steps: Any, table: Any, by: User, **values: Any) -> int:
    for state in all_states.values:
        for action, step in steps.items():
            rows.filter(pk=row.pk).update(state=state, **values)
            leads_to = table.get((state, action))
            if leads_to is None:
                with pytest.raises(TransitionRefused):
                    step(row, by)
            else:
                assert step(row, by).state == leads_to
    return len(all_states.values) * len(steps)


def test_every_step_of_clusters_and_needs(cluster: Cluster, tavannes: Municipality, officer: User) -> None:
    firm = factories.OrganisationFactory(municipality=tavannes)
    need = note_need(cluster=cluster, organisation=firm, kind="need", title="Tour 32 mm", by=officer, now=NOW)

    assert walk(cluster, Cluster.objects, ClusterState, CLUSTER_STEPS, tables.CLUSTER, officer) == 6
    with association_scope(cluster.association_id):
        rows = NeedOffer.objects
        assert walk(need, rows, NeedOfferState, NEED_STEPS, tables.NEED_OFFER, officer, published_at=NOW) == 6


def test_an_introduction_is_followed_up_twice_and_no_more(
    cluster: Cluster, tavannes: Municipality, officer: User
) -> None:
    first, second = (factories.OrganisationFactory(municipality=tavannes) for _ in range(2))
    told: dict[str, Any] = {"reason": "Même matière", "made_on": TODAY, "by": officer, "now": NOW}
    with pytest.raises(ValidationError, match="deux organisations"), transaction.atomic():
        introduce(cluster=cluster, first=first, second=first, **told)
    made = introduce(cluster=cluster, first=first, second=second, **told)

    after = [
        follow_up(introduction=made, outcome=outcome, by=officer, now=NOW).state for outcome in ("in_touch", "order")
    ]
    with pytest.raises(TransitionRefused):
        follow_up(introduction=made, outcome="project", by=officer, now=NOW)

    assert after == [IntroductionState.FOLLOWED, IntroductionState.CLOSED]
    with association_scope(cluster.association_id):
        assert Introduction.objects.get().after_12_months == "order"
