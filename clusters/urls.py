"""Addresses of clusters and events."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from clusters.views import clusters, events, registering

app_name = "clusters"
urlpatterns: list[URLPattern] = [
    path(_("clusters/"), clusters.cluster_list, name="list"),
    path(_("clusters/<slug:slug>/"), clusters.cluster, name="detail"),
    path(_("events/"), events.event_list, name="events"),
    path(_("events/check-your-mail/"), registering.mail_sent, name="mail_sent"),
    path(_("events/confirm/<str:token>/"), registering.confirm, name="confirm"),
    path(_("events/registration/<str:token>/"), registering.registration, name="registration"),
    path(_("events/registration/<str:token>/accept/"), registering.accept, name="accept"),
    path(_("events/registration/<str:token>/change/"), registering.change, name="change"),
    path(_("events/registration/<str:token>/cancel/"), registering.cancel, name="cancel"),
    path(_("events/<int:pk>-<slug:slug>/"), events.event, name="event"),
    path(_("events/<int:pk>-<slug:slug>/calendar.ics"), events.event_calendar, name="event_calendar"),
    path(_("events/<int:pk>-<slug:slug>/register/"), registering.register_page, name="register"),
]
