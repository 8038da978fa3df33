"""Addresses of the directory."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from companies.views import alerts, answers, detail, embedding, list_file, listing, open_data, own, pictures

app_name = "companies"
urlpatterns: list[URLPattern] = [
    path("", listing.organisation_list, name="list"),
    path(_("suggestions/"), answers.suggestions, name="suggest"),
    path(_("map/"), answers.map_points, name="map"),
    path(_("list.<slug:kind>"), list_file.list_file, name="list_file"),
    path(_("embedded/<slug:key>/"), embedding.embedded_list, name="embedded"),
    path(_("open-data/"), open_data.open_data, name="open_data"),
    path(_("open-data/companies.<slug:kind>"), open_data.bulk_file, name="bulk_file"),
    path(_("alert/"), alerts.alert_new, name="alert_new"),
    path(_("alert/sent/"), alerts.alert_sent, name="alert_sent"),
    path(_("alert/<str:token>/"), alerts.alert_confirm, name="alert_confirm"),
    path(_("my-searches/<str:token>/"), alerts.alert_list, name="alerts"),
    path(_("no-alerts/<str:token>/"), alerts.alert_stop, name="alert_stop"),
    path("picture/<uuid:key>-<slug:size>.webp", pictures.picture, name="picture"),
    path("<int:pk>-<slug:slug>/", detail.organisation_detail, name="detail"),
    path("<int:pk>/", detail.organisation_detail, name="detail_short"),
    path(_("<int:pk>/link/"), own.entry_ask, name="entry_ask"),
    path(_("my-entry/<str:token>/"), own.entry, name="entry"),
    path(_("my-entry/<str:token>/edit/"), own.entry_edit, name="entry_edit"),
    path(_("my-entry/<str:token>/picture/<uuid:key>-<slug:size>.webp"), own.entry_picture, name="entry_picture"),
    path(_("my-entry/<str:token>/left/"), own.entry_left, name="entry_left"),
    path(_("my-entry/<str:token>/closed/"), own.entry_closed, name="entry_closed"),
    path(_("my-entry/<str:token>/not-ours/"), own.entry_not_ours, name="entry_not_ours"),
    path(_("my-entry/<str:token>/undo/"), own.entry_undo, name="entry_undo"),
    path(_("my-entry/<str:token>/thanks/"), own.entry_thanks, name="entry_thanks"),
    path(_("no-messages/<str:token>/"), own.entry_stop, name="entry_stop"),
    path("<int:pk>-<slug:slug>/card.vcf", detail.organisation_vcard, name="vcard"),
]
