"""Addresses without a language: what the map's script fetches."""

from django.urls import URLPattern, path

from promo_portal.regions import views

urlpatterns: list[URLPattern] = [
    path("outlines/<slug:area>.geojson", views.map_outlines, name="map_outlines"),
]
