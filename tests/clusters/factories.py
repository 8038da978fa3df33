"""Clusters, events and members for tests; registrations are made by the workflow."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from clusters.models import Cluster, ClusterMembership, Event, ValueStep
from companies.models import Organisation
from promo_portal.regions.models import Association, Municipality

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Décolletage {n} SA")
    association = factory.SelfAttribute("municipality.district.region.association")
    confirmed_on = factory.LazyFunction(NOW.date)


class ClusterFactory(factory.django.DjangoModelFactory[Cluster]):
    class Meta:
        model = Cluster

    slug = factory.Sequence(lambda n: f"cluster-{n}")
    state = "published"
    name_fr, name_de, name_en = "Précision", "Präzision", "Precision"
    makes_fr = "Des pièces au micron, pour l’horlogerie."
    makes_de = "Teile auf den Mikrometer, für Uhren."
    makes_en = "Parts to the micron, for watches."


def member(cluster: Cluster, municipality: Municipality, **values: Any) -> ClusterMembership:
    """An organisation that has been a member since 2025."""
    organisation = values.pop("organisation", None) or OrganisationFactory(municipality=municipality)
    values = {"valid_from": datetime(2025, 1, 1, tzinfo=UTC).date(), **values}
    return ClusterMembership.objects.create(cluster=cluster, organisation=organisation, **values)


def step(cluster: Cluster, order: int, name: str = "Taillage") -> ValueStep:
    """A step of the value chain."""
    return ValueStep.objects.create(cluster=cluster, order=order, name_fr=name, name_de=name, name_en=name)


def event(association: Association, municipality: Municipality, **values: Any) -> Event:
    """A published event in three weeks, with two places."""
    starts_at = values.pop("starts_at", NOW + timedelta(days=21))
    values = {
        "title_fr": "Journée de la précision",
        "title_de": "Tag der Präzision",
        "title_en": "Precision day",
        "state": "published",
        "published_at": NOW - timedelta(days=30),
        "ends_at": starts_at + timedelta(hours=6),
        "place": "Salle communale",
        "capacity": 2,
        **values,
    }
    return Event.objects.create(association=association, municipality=municipality, starts_at=starts_at, **values)
