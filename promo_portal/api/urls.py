"""Addresses of the interface: ``/api/v1/…``, the same in every language."""

from django.urls import URLPattern, path

from promo_portal.api import views
from promo_portal.api.open_data import open_data
from promo_portal.api.operations import api

app_name = "api"


def _opened(pattern: URLPattern) -> URLPattern:
    pattern.callback = open_data(pattern.callback)
    return pattern


urlpatterns = [
    path("openapi.json", views.openapi, name="openapi"),
    path("docs", views.docs, name="docs"),
    *(_opened(row) for row in api.urls[0] if isinstance(row, URLPattern) and row.name != "api-root"),
]
