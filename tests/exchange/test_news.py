"""News: drafts stay inside, what is published reads in each language, and comes back by feed."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.transitions import TransitionRefused
from promo_portal.exchange.models import NewsItem, NewsState
from promo_portal.exchange.workflow import NEWS, publish_news, withdraw_news
from promo_portal.regions.models import Association
from tests.clusters.factories import NOW
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(cep: Association) -> NewsItem:
    return NewsItem.objects.create(
        association=cep, title_fr="Un atelier s’agrandit", lead_fr="À Tavannes.", title_de=""
    )


def test_every_step_is_allowed_or_refused_as_the_table_says(item: NewsItem, officer: User) -> None:
    for state in NewsState.values:
        for action, step in (("publish", publish_news), ("withdraw", withdraw_news)):
            NewsItem.objects.filter(pk=item.pk).update(state=state, published_at=NOW)
            if (state, action) in NEWS:
                assert step(item=item, by=officer, now=NOW).state == NEWS[state, action]
            else:
                with pytest.raises(TransitionRefused):
                    step(item=item, by=officer, now=NOW)


def test_what_is_published_stands_in_list_page_and_feed_and_what_is_not_stays_inside(
    client: Client, item: NewsItem, officer: User
) -> None:
    with clock.standing_still(NOW):
        page = reverse("exchange:news_item", args=[item.pk, item.slug])
        assert client.get(page).status_code == HTTPStatus.NOT_FOUND
        publish_news(item=item, by=officer, now=NOW, at=NOW + timedelta(hours=1))
        assert client.get(page).status_code == HTTPStatus.NOT_FOUND
    with clock.standing_still(NOW + timedelta(hours=2)):
        shown = [
            client.get(url).content.decode()
            for url in (page, reverse("exchange:news") + "?page=9", "/news.rss?lang=xx")
        ]

        assert all("atelier s’agrandit" in text for text in shown)
        assert (
            client.get(reverse("exchange:news_item", args=[item.pk, "x"])).status_code == HTTPStatus.MOVED_PERMANENTLY
        )


def test_staff_write_and_publish_their_own_associations_news(
    sign_in: SignIn, officer: User, foreign_manager: User, item: NewsItem
) -> None:
    step = reverse("admin:exchange_newsitem_step", args=[item.pk, "publish"])

    assert sign_in(foreign_manager).post(step).status_code == HTTPStatus.NOT_FOUND
    sign_in(officer).post(step)
    item.refresh_from_db()

    assert item.state == "published"
