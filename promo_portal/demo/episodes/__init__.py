"""What happened beside the founders’ stories in three years: episodes as moments of the replay, each through the real workflow."""

from promo_portal.demo.episodes import campaigns, clusters, coaching, directory, news, pictures, premises
from promo_portal.demo.episodes.story import Moments, Stage

__all__ = ["Stage", "episodes"]


def episodes(stage: Stage) -> Moments:
    """All moments of all episodes, in no order."""
    for episode in (directory, pictures, clusters, premises, news, coaching, campaigns):
        yield from episode.told(stage)
