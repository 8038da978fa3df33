"""The staff's pages of clusters and events."""

from clusters.admin.clusters import ClusterAdmin, ClusterMembershipAdmin, ValueStepAdmin
from clusters.admin.events import EventAdmin
from clusters.admin.needs import IntroductionAdmin, NeedOfferAdmin
from clusters.admin.registrations import RegistrationAdmin

__all__ = [
    "ClusterAdmin",
    "ClusterMembershipAdmin",
    "EventAdmin",
    "IntroductionAdmin",
    "NeedOfferAdmin",
    "RegistrationAdmin",
    "ValueStepAdmin",
]
