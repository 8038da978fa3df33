"""Addresses of news."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from promo_portal.exchange.views import news

app_name = "exchange"
urlpatterns: list[URLPattern] = [
    path(_("news/"), news.news_list, name="news"),
    path(_("news/<int:pk>-<slug:slug>/"), news.news_item, name="news_item"),
]
