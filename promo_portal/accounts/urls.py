"""Addresses of one's own account, beyond signing in (``signin_urls``)."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.views import account, second_factor, signin

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path(_("profile/"), account.profile, name="profile"),
    path(_("association/"), account.switch_association, name="switch_association"),
    path(_("sign-in/again/"), signin.start_again, name="start_again"),
    path(_("second-factor/"), second_factor.choose, name="second_factor"),
    path(_("second-factor/picture.svg"), second_factor.totp_picture, name="totp_picture"),
]
