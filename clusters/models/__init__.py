"""Models of clusters and events, by noun."""

from clusters.models.cluster import Cluster, ClusterMembership, ValueStep, ValueStepMember
from clusters.models.event import Event, Session
from clusters.models.exchange import Introduction, NeedOffer
from clusters.models.registration import CheckIn, Guest, Registration

__all__ = [
    "CheckIn",
    "Cluster",
    "ClusterMembership",
    "Event",
    "Guest",
    "Introduction",
    "NeedOffer",
    "Registration",
    "Session",
    "ValueStep",
    "ValueStepMember",
]
