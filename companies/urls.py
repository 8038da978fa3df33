"""Addresses of the directory."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from companies.views import answers, detail, embedding, listing, own

app_name = "companies"
urlpatterns: list[URLPattern] = [
    path("", listing.organisation_list, name="list"),
    path(_("suggestions/"), answers.suggestions, name="suggest"),
    path(_("map/"), answers.map_points, name="map"),
    path(_("embedded/<slug:key>/"), embedding.embedded_list, name="embedded"),
    path("<int:pk>-<slug:slug>/", detail.organisation_detail, name="detail"),
    path("<int:pk>/", detail.organisation_detail, name="detail_short"),
    path(_("<int:pk>/link/"), own.entry_ask, name="entry_ask"),
    path(_("my-entry/<str:token>/"), own.entry, name="entry"),
    path(_("my-entry/<str:token>/edit/"), own.entry_edit, name="entry_edit"),
    path(_("my-entry/<str:token>/left/"), own.entry_left, name="entry_left"),
    path(_("my-entry/<str:token>/thanks/"), own.entry_thanks, name="entry_thanks"),
    path(_("no-messages/<str:token>/"), own.entry_stop, name="entry_stop"),
    path("<int:pk>-<slug:slug>/card.vcf", detail.organisation_vcard, name="vcard"),
]
