"""One of everything, in an association: for tests that walk all routes, lists and forms."""

from datetime import timedelta
from typing import Any

from clusters.links import CONFIRM, MANAGE, token_for
from clusters.models import Event, Introduction, NeedOffer, Registration
from clusters.workflow.members import cover_step
from clusters.workflow.registrations import register
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.exchange.models import NewsItem
from promo_portal.regions.models import Association, Municipality
from tests.clusters import factories
from tests.clusters.conftest import answers


def rows_in(association: Association, municipality: Municipality, person: User, *, number: int = 0) -> dict[str, Any]:
    """A cluster with a member, a step and a need, an event with a registration, an introduction, a piece of news."""
    now = clock.now()
    cluster = factories.ClusterFactory(association=association, slug=f"{association.code}-{number}")
    membership = factories.member(cluster, municipality)
    step = factories.step(cluster, 1)
    cover_step(membership=membership, step=step)
    begins = now + timedelta(days=10)
    event = factories.event(association, municipality, cluster=cluster, starts_at=begins, published_at=now, capacity=9)
    news = NewsItem.objects.create(
        association=association,
        title_fr="Un atelier s’agrandit",
        lead_fr="À Tavannes.",
        state="published",
        published_at=now,
    )
    news.clusters.add(cluster)  # type: ignore[attr-defined]
    made, _came = register(event=event, answers=answers(f"invite{number}"), proved=True, now=now)
    with association_scope(association.pk):
        shared: dict[str, Any] = {"association": association, "cluster": cluster}
        other = factories.OrganisationFactory(municipality=municipality)
        need = NeedOffer.objects.create(
            **shared,
            organisation=membership.organisation,
            kind="need",
            title="Tour 32 mm",
            state="open",
            published_at=now,
        )
        introduction = Introduction.objects.create(
            **shared, first=membership.organisation, second=other, reason="Même matière", made_by=person
        )
    return {
        "clusters_cluster": cluster,
        "clusters_clustermembership": membership,
        "clusters_valuestep": step,
        "clusters_event": event,
        "clusters_registration": made,
        "clusters_needoffer": need,
        "clusters_introduction": introduction,
        "exchange_newsitem": news,
    }


def pending_in(event: Event, *, email: str = "attend@valtour.example") -> Registration:
    """A registration that waits for its mail to be answered."""
    return register(event=event, answers=answers("attend", email=email), proved=False, now=clock.now())[0]


def token(purpose: str, registration: Registration) -> dict[str, str]:
    """The argument of a signed address."""
    return {"token": token_for(purpose, registration)}


__all__ = ["CONFIRM", "MANAGE", "pending_in", "rows_in", "token"]
