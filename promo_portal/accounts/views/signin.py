"""Signing in: by mailed code (the front door), by password, by passkey; then the second factor where one is due."""

from typing import Any

from allauth.account.internal.stagekit import clear_login
from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from promo_portal.accounts.forms import PasswordSignInForm
from promo_portal.core.access import public


class PasswordSignInView(LoginView):
    """The side door for people with a password."""

    template_name = "account/login_password.html"

    def get_form_class(self) -> Any:
        return PasswordSignInForm


password_sign_in = PasswordSignInView.as_view()


@public
@require_POST
def start_again(request: HttpRequest) -> HttpResponse:
    """Leave a sign-in that waits for its code, to begin with another address."""
    clear_login(request)
    return HttpResponseRedirect(reverse("account_login"))
