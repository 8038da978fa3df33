"""Addresses of the health pages."""

from django.urls import path

from promo_portal.reminders.views import health

app_name = "health"
urlpatterns = [
    path("live", health.live, name="live"),
    path("ready", health.ready, name="ready"),
    path("jobs", health.jobs, name="jobs"),
]
