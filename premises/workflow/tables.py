"""Which step leads where, as data. A pair that is not listed is refused; every pair is tested."""

from premises.enums import EnquiryState, MatchState, OfferState, SearchState, ShortlistState
from promo_portal.core.transitions import Table

_ENDS = {"let": OfferState.LET, "withdraw": OfferState.WITHDRAWN}

OFFER_ACTIONS = ("publish", "confirm", "reserve", "release", "let", "withdraw", "reopen")
OFFER: Table = {
    (OfferState.DRAFT, "publish"): OfferState.PUBLISHED,
    (OfferState.DRAFT, "withdraw"): OfferState.WITHDRAWN,
    (OfferState.PUBLISHED, "confirm"): OfferState.PUBLISHED,
    (OfferState.PUBLISHED, "reserve"): OfferState.RESERVED,
    (OfferState.RESERVED, "confirm"): OfferState.RESERVED,
    (OfferState.RESERVED, "release"): OfferState.PUBLISHED,
    **{(OfferState.PUBLISHED, action): state for action, state in _ENDS.items()},
    **{(OfferState.RESERVED, action): state for action, state in _ENDS.items()},
    (OfferState.LET, "reopen"): OfferState.PUBLISHED,
    (OfferState.WITHDRAWN, "reopen"): OfferState.PUBLISHED,
}

ENQUIRY_ACTIONS = ("confirm", "take", "answer", "drop", "reopen")
ENQUIRY: Table = {
    (EnquiryState.UNCONFIRMED, "confirm"): EnquiryState.RECEIVED,
    (EnquiryState.RECEIVED, "take"): EnquiryState.IN_HAND,
    (EnquiryState.RECEIVED, "answer"): EnquiryState.ANSWERED,
    (EnquiryState.RECEIVED, "drop"): EnquiryState.DROPPED,
    (EnquiryState.IN_HAND, "take"): EnquiryState.IN_HAND,  # a colleague takes over
    (EnquiryState.IN_HAND, "answer"): EnquiryState.ANSWERED,
    (EnquiryState.IN_HAND, "drop"): EnquiryState.DROPPED,
    (EnquiryState.ANSWERED, "reopen"): EnquiryState.IN_HAND,
    (EnquiryState.DROPPED, "reopen"): EnquiryState.IN_HAND,
}

SEARCH_ACTIONS = ("pause", "resume", "find", "give_up", "reopen")
SEARCH: Table = {
    (SearchState.OPEN, "pause"): SearchState.PAUSED,
    (SearchState.OPEN, "find"): SearchState.FOUND,
    (SearchState.OPEN, "give_up"): SearchState.GIVEN_UP,
    (SearchState.PAUSED, "resume"): SearchState.OPEN,
    (SearchState.PAUSED, "find"): SearchState.FOUND,
    (SearchState.PAUSED, "give_up"): SearchState.GIVEN_UP,
    (SearchState.FOUND, "reopen"): SearchState.OPEN,
    (SearchState.GIVEN_UP, "reopen"): SearchState.OPEN,
}

MATCH_ACTIONS = ("show", "keep", "dismiss")
MATCH: Table = {
    **{(state, "show"): MatchState.SHOWN for state in (MatchState.PROPOSED, MatchState.KEPT)},
    **{(state, "keep"): MatchState.KEPT for state in (MatchState.PROPOSED, MatchState.SHOWN, MatchState.DISMISSED)},
    **{(state, "dismiss"): MatchState.DISMISSED for state in (MatchState.PROPOSED, MatchState.SHOWN, MatchState.KEPT)},
}

SHORTLIST_ACTIONS = ("share", "end")
SHORTLIST: Table = {
    (ShortlistState.DRAFT, "share"): ShortlistState.SHARED,
    (ShortlistState.DRAFT, "end"): ShortlistState.ENDED,
    (ShortlistState.SHARED, "share"): ShortlistState.SHARED,  # sent once more, or for longer
    (ShortlistState.SHARED, "end"): ShortlistState.ENDED,
    (ShortlistState.ENDED, "share"): ShortlistState.SHARED,
}
