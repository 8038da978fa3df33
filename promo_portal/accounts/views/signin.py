"""Signing in: by mailed code (the front door), by password, by passkey; then the second factor where one is due."""

from typing import Any

from allauth.account.views import LoginView

from promo_portal.accounts.forms import PasswordSignInForm


class PasswordSignInView(LoginView):
    """The side door for people with a password."""

    template_name = "account/login_password.html"

    def get_form_class(self) -> Any:
        return PasswordSignInForm


password_sign_in = PasswordSignInView.as_view()
