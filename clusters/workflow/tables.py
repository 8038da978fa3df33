"""Which step leads where, as data. A pair that is not listed is refused; every pair is tested."""

from clusters.enums import ClusterState, EventState, IntroductionState, NeedOfferState, RegistrationState
from promo_portal.core.transitions import Table

CLUSTER_ACTIONS = ("edit", "publish", "close")
CLUSTER: Table = {
    **{(state, "edit"): state for state in ClusterState},
    (ClusterState.DRAFT, "publish"): ClusterState.PUBLISHED,
    (ClusterState.CLOSED, "publish"): ClusterState.PUBLISHED,
    (ClusterState.PUBLISHED, "close"): ClusterState.CLOSED,
    (ClusterState.DRAFT, "close"): ClusterState.CLOSED,
}

EVENT_ACTIONS = ("edit", "publish", "withdraw", "cancel", "register")
EVENT: Table = {
    (EventState.DRAFT, "edit"): EventState.DRAFT,
    (EventState.DRAFT, "publish"): EventState.PUBLISHED,
    (EventState.PUBLISHED, "edit"): EventState.PUBLISHED,
    (EventState.PUBLISHED, "withdraw"): EventState.DRAFT,  # as long as nobody is registered
    (EventState.PUBLISHED, "cancel"): EventState.CANCELLED,
    (EventState.PUBLISHED, "register"): EventState.PUBLISHED,
}

REGISTRATION_ACTIONS = ("confirm", "wait", "offer", "accept", "lapse", "change", "cancel", "check_in")
REGISTRATION: Table = {
    (RegistrationState.PENDING, "confirm"): RegistrationState.CONFIRMED,
    (RegistrationState.PENDING, "wait"): RegistrationState.WAITING,
    (RegistrationState.PENDING, "cancel"): RegistrationState.CANCELLED,
    (RegistrationState.WAITING, "offer"): RegistrationState.OFFERED,
    (RegistrationState.WAITING, "change"): RegistrationState.WAITING,
    (RegistrationState.WAITING, "cancel"): RegistrationState.CANCELLED,
    (RegistrationState.OFFERED, "accept"): RegistrationState.CONFIRMED,
    (RegistrationState.OFFERED, "lapse"): RegistrationState.CANCELLED,
    (RegistrationState.OFFERED, "change"): RegistrationState.OFFERED,
    (RegistrationState.OFFERED, "cancel"): RegistrationState.CANCELLED,
    (RegistrationState.CONFIRMED, "change"): RegistrationState.CONFIRMED,
    (RegistrationState.CONFIRMED, "cancel"): RegistrationState.CANCELLED,
    (RegistrationState.CONFIRMED, "check_in"): RegistrationState.CONFIRMED,
}

NEED_OFFER_ACTIONS = ("edit", "publish", "settle")
NEED_OFFER: Table = {
    (NeedOfferState.DRAFT, "edit"): NeedOfferState.DRAFT,
    (NeedOfferState.OPEN, "edit"): NeedOfferState.OPEN,
    (NeedOfferState.DRAFT, "publish"): NeedOfferState.OPEN,
    (NeedOfferState.CLOSED, "publish"): NeedOfferState.OPEN,
    (NeedOfferState.OPEN, "settle"): NeedOfferState.CLOSED,
    (NeedOfferState.DRAFT, "settle"): NeedOfferState.CLOSED,
}

INTRODUCTION_ACTIONS = ("follow_up", "close")
INTRODUCTION: Table = {
    (IntroductionState.MADE, "follow_up"): IntroductionState.FOLLOWED,
    (IntroductionState.FOLLOWED, "close"): IntroductionState.CLOSED,
    (IntroductionState.MADE, "close"): IntroductionState.CLOSED,
}
