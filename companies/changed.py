"""Who wants to know that entries have changed: what is derived from them (search documents) follows in the same step."""

from collections.abc import Callable, Collection

Follower = Callable[[Collection[int]], None]
_followers: list[Follower] = []


def follow(follower: Follower) -> None:
    """Have ``follower`` called with the numbers of changed entries, inside the transaction that changed them."""
    if follower not in _followers:
        _followers.append(follower)


def organisations_changed(organisation_ids: Collection[int], *, but: Follower | None = None) -> None:
    """Tell everybody who follows, ``but`` who knows already; every write path of the directory ends here."""
    if organisation_ids:
        for follower in _followers:
            if follower is not but:
                follower(organisation_ids)
