"""Ninety invented organisations with their search documents: enough for steps, filters and order."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from companies.models import Organisation
from companies.search import rebuild
from promo_portal.demo.directory.loader import load_organisations
from promo_portal.demo.directory.places import read_places
from promo_portal.regions.loading import DATA
from promo_portal.regions.models import Association, Municipality

Get = Callable[..., Any]


@pytest.fixture
def directory(cep: Association, tavannes: Municipality) -> list[Organisation]:
    places = [place for place in read_places(DATA) if place.is_perimeter and place.bfs != tavannes.bfs]
    Municipality.objects.bulk_create(
        Municipality(
            bfs=place.bfs,
            official_name=place.name,
            name_fr=place.name,
            name_de=place.name,
            search_name="",
            canton=tavannes.canton,
            district=tavannes.district,
            valid_from=tavannes.valid_from,
        )
        for place in places
    )
    load_organisations(90, seed=1)
    rebuild()
    return list(Organisation.objects.order_by("name_key", "pk"))


@pytest.fixture
def get(client: Client) -> Get:
    def read(path: str, **query: Any) -> Any:
        response = client.get(f"/api/v1/{path}", query)
        assert response.status_code == 200, response.content
        return response.json()

    return read
