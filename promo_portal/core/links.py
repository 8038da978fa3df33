"""Signed links in mails: made for one purpose, good until a stated moment, and nothing changes when they are opened.

A link carries a row's own key and its end; both are covered by a signature that is salted with the purpose, so that a
link of one purpose fails at every other door (ASVS 6.6.3; mail scanners follow links, hence GET only shows a page).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer

from promo_portal.core import clock


@dataclass(frozen=True)
class SignedLink:
    """What a link with a good signature says."""

    key: str
    ends_at: datetime

    def has_ended(self, now: datetime | None = None) -> bool:
        """Whether its time is over: from the very second of its end on."""
        return (now or clock.now()) >= self.ends_at


def _signer(purpose: str) -> Signer:
    return Signer(salt=f"link:{purpose}", sep="~")


def sign(purpose: str, key: str, *, days: int, now: datetime | None = None) -> str:
    """A token for ``purpose`` that names ``key`` and ends ``days`` from now."""
    ends_at = (now or clock.now()) + timedelta(days=days)
    return _signer(purpose).sign(f"{key}~{int(ends_at.timestamp())}")


def read(purpose: str, token: str) -> SignedLink | None:
    """The content of a token of that purpose, ended or not; ``None`` for anything else."""
    try:
        key, _, seconds = _signer(purpose).unsign(token).rpartition("~")
        return SignedLink(key, datetime.fromtimestamp(int(seconds), UTC))
    except (BadSignature, ValueError, OverflowError):
        return None
