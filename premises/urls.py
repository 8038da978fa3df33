"""Addresses of premises and land: the list, the pages of units and plots, comparison, enquiry, the owner's link."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from premises.views import compare, detail, enquiry, owner, search

app_name = "premises"
urlpatterns: list[URLPattern] = [
    path("", search.offers, name="list"),
    path(_("compare/"), compare.compare, name="compare"),
    path("<int:pk>-<slug:slug>/", detail.unit, name="detail"),
    path(_("plots/<int:pk>-<slug:slug>/"), detail.plot, name="plot"),
    path(_("enquiry/<int:pk>/"), enquiry.enquire, name="enquire"),
    path(_("enquiry/<str:token>/"), enquiry.confirm, name="enquiry_confirm"),
    path(_("owner/<str:token>/"), owner.owner, name="owner"),
]
