"""Addresses of the demonstration."""

from django.urls import URLPattern, path

from promo_portal.demo import problems
from promo_portal.demo.bench.views import empty
from promo_portal.demo.views import mail, start, time

app_name = "demo"
urlpatterns: list[URLPattern] = [
    path("", start.start, name="start"),
    path("enter/", start.enter, name="enter"),
    path("mail/", mail.inbox, name="mail"),
    path("mail/<str:name>/", mail.mail, name="mail_detail"),
    path("mail/<str:name>/html/", mail.mail_html, name="mail_html"),
    path("clock/", time.clock_page, name="clock"),
    path("clock/move/", time.move, name="clock_move"),
    path("empty/", empty, name="empty"),
    path("problem/<int:status>/", problems.problem, name="problem"),
    path("problem/form/", problems.form_problem, name="form_problem"),
]
