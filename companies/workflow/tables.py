"""Which step leads where, as data. A pair that is not listed is refused; every pair is tested."""

from companies.enums import (
    AlertState,
    CampaignState,
    DuplicateState,
    ImportState,
    OrganisationState,
    PictureState,
    ProposalState,
    RecipientState,
)
from promo_portal.core.transitions import Table

_LISTED = (OrganisationState.PUBLISHED, OrganisationState.HIDDEN)
ORGANISATION_ACTIONS = ("edit", "confirm", "publish", "hide", "cease", "revive", "propose", "merge")
ORGANISATION: Table = {
    **{(state, action): state for state in _LISTED for action in ("edit", "confirm", "propose")},
    (OrganisationState.CEASED, "edit"): OrganisationState.CEASED,
    (OrganisationState.CEASED, "propose"): OrganisationState.CEASED,
    (OrganisationState.HIDDEN, "publish"): OrganisationState.PUBLISHED,
    (OrganisationState.PUBLISHED, "hide"): OrganisationState.HIDDEN,
    **{(state, "cease"): OrganisationState.CEASED for state in _LISTED},
    (OrganisationState.CEASED, "revive"): OrganisationState.HIDDEN,
    **{(state, "merge"): OrganisationState.MERGED for state in (*_LISTED, OrganisationState.CEASED)},
}

PROPOSAL_ACTIONS = ("accept", "refuse", "withdraw", "overtake")
PROPOSAL: Table = {
    (ProposalState.OPEN, "accept"): ProposalState.ACCEPTED,
    (ProposalState.OPEN, "refuse"): ProposalState.REFUSED,
    (ProposalState.OPEN, "withdraw"): ProposalState.WITHDRAWN,
    (ProposalState.OPEN, "overtake"): ProposalState.OVERTAKEN,
}

DUPLICATE_ACTIONS = ("keep_both", "merge", "suspect")
DUPLICATE: Table = {
    (DuplicateState.OPEN, "keep_both"): DuplicateState.DISTINCT,
    (DuplicateState.OPEN, "merge"): DuplicateState.MERGED,
    (DuplicateState.DISTINCT, "suspect"): DuplicateState.OPEN,
}

PICTURE_ACTIONS = ("draw", "refuse", "replace")
PICTURE: Table = {
    (PictureState.CHECKING, "draw"): PictureState.SHOWN,
    (PictureState.CHECKING, "refuse"): PictureState.REFUSED,
    **{(state, "replace"): PictureState.CHECKING for state in PictureState},
}

IMPORT_ACTIONS = ("name_columns", "judge", "judged", "run", "finish", "cancel", "fail", "undo")
_STEPS = (ImportState.CHOSEN, ImportState.JUDGED)
_STOPPED = (ImportState.FAILED, ImportState.CANCELLED)
_WORKING = (ImportState.JUDGING, ImportState.RUNNING)
IMPORT: Table = {
    **{(state, "name_columns"): ImportState.CHOSEN for state in (*_STEPS, *_STOPPED)},
    **{(state, "judge"): ImportState.JUDGING for state in _STEPS},
    (ImportState.JUDGING, "judged"): ImportState.JUDGED,
    (ImportState.JUDGED, "run"): ImportState.RUNNING,
    (ImportState.RUNNING, "finish"): ImportState.DONE,
    **{(state, "cancel"): ImportState.CANCELLED for state in (*_STEPS, *_WORKING)},
    **{(state, "fail"): ImportState.FAILED for state in _WORKING},
    (ImportState.DONE, "undo"): ImportState.UNDONE,
}

CAMPAIGN_ACTIONS = ("edit", "send", "sent", "close")
CAMPAIGN: Table = {
    (CampaignState.DRAFT, "edit"): CampaignState.DRAFT,
    (CampaignState.DRAFT, "send"): CampaignState.SENDING,
    (CampaignState.SENDING, "sent"): CampaignState.RUNNING,
    **{(state, "close"): CampaignState.CLOSED for state in CampaignState if state != CampaignState.CLOSED},
}

_BACK = {f"back_to_{state}": state for state in RecipientState if state != RecipientState.DROPPED}
RECIPIENT_ACTIONS = ("send", "confirm", "propose", "phone", "unsubscribe", "bounce", "lose", "drop", *_BACK)
_ASKED = (RecipientState.PLANNED, RecipientState.SENT)
_TO_PHONE = (RecipientState.UNREACHABLE, RecipientState.BOUNCED, RecipientState.PHONED)
_ANSWERS = {"confirm": RecipientState.CONFIRMED, "propose": RecipientState.PROPOSED}
RECIPIENT: Table = {
    (RecipientState.PLANNED, "send"): RecipientState.SENT,
    (RecipientState.PLANNED, "drop"): RecipientState.DROPPED,
    **{(state, "bounce"): RecipientState.BOUNCED for state in _ASKED},
    **{(state, "lose"): RecipientState.UNREACHABLE for state in _ASKED},  # whoever was asked has left the company
    **{(state, "phone"): RecipientState.PHONED for state in (*_ASKED, *_TO_PHONE)},
    **{(state, "unsubscribe"): RecipientState.UNSUBSCRIBED for state in (*_ASKED, *_TO_PHONE)},
    # An answer counts whenever it comes, also after another one; only who was never asked has none to give.
    **{(state, action): after for state in RecipientState if state != RecipientState.DROPPED
       for action, after in _ANSWERS.items()},
    # Whoever answered too soon takes it back within half an hour: the line waits as it did before.
    **{(state, action): before for state in (RecipientState.CONFIRMED, RecipientState.PROPOSED, RecipientState.UNREACHABLE)
       for action, before in _BACK.items() if before != state},
}  # fmt: skip

ALERT_ACTIONS = ("confirm", "change", "end")
_FOLLOWED = (AlertState.WAITING, AlertState.ACTIVE)
ALERT: Table = {
    (AlertState.WAITING, "confirm"): AlertState.ACTIVE,
    (AlertState.ACTIVE, "change"): AlertState.ACTIVE,
    **{(state, "end"): AlertState.ENDED for state in _FOLLOWED},
}
