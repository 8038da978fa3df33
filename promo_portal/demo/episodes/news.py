"""What the association tells the public."""

from datetime import datetime
from functools import partial
from typing import Any

from clusters.models import Cluster
from promo_portal.demo.episodes.premises import DATA
from promo_portal.demo.episodes.story import Moments, Stage
from promo_portal.exchange.models import NewsItem
from promo_portal.exchange.workflow import publish_news


def told(stage: Stage) -> Moments:
    """One piece of news after the other."""
    for row in DATA["news"]:
        yield stage.at(row["days_ago"]), partial(_publish, stage, row)


def _publish(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    association = stage.associations["cep"]
    item = NewsItem.objects.create(
        association=association, title_fr=row["fr"], title_de=row["de"], lead_fr=row["lead_fr"], lead_de=row["lead_de"],
        is_demonstration=True,
    )  # fmt: skip
    item.clusters.set(Cluster.objects.filter(slug=row["cluster"]))
    publish_news(item=item, by=stage.officer(association), now=now)
