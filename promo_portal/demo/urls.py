"""Addresses of the demonstration."""

from django.urls import URLPattern, path

from promo_portal.demo import problems
from promo_portal.demo.bench.views import empty

app_name = "demo"
urlpatterns: list[URLPattern] = [
    path("empty/", empty, name="empty"),
    path("problem/<int:status>/", problems.problem, name="problem"),
    path("problem/form/", problems.form_problem, name="form_problem"),
]
