"""Enrolling and keeping second factors: an authenticator app or passkeys, with recovery codes for a lost phone.

Who needs a second factor and has none can reach these pages and nothing else (``before_second_factor``).
"""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth as webauthn_auth
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from promo_portal.accounts import totp
from promo_portal.accounts.rights import needs_second_factor
from promo_portal.accounts.session import has_second_factor, vouch_for_second_factor


def before_second_factor(view: Any) -> Any:
    """Open a view to people whose second factor is still due."""
    view.before_second_factor = True
    return view


class ChooseSecondFactorView(TemplateView):
    """The first page of somebody whose role needs a second factor: why, and which."""

    template_name = "account/second_factor.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.rights.lacks_second_factor:  # type: ignore[attr-defined]
            return HttpResponseRedirect(reverse("mfa_index"))
        if has_second_factor(request.user):
            return HttpResponseRedirect(reverse("mfa_reauthenticate"))
        return super().dispatch(request, *args, **kwargs)


class ActivateAppView(ActivateTOTPView):
    """Scan the picture, type the first code; that code also counts as the proof for this session."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["secret"] = context["form"].secret
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        app = Authenticator.objects.get(user_id=self.request.user.pk, type=Authenticator.Type.TOTP)
        totp.claim(app, form.cleaned_data["code"])
        vouch_for_second_factor(self.request, "totp")
        return response


@reauthentication_required(app="allauth.mfa")
def totp_picture(request: HttpRequest) -> HttpResponse:
    """The QR picture of the app being enrolled: a file of its own, since the policy allows no pictures inside pages."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(picture, content_type="image/svg+xml")


class AddPasskeyView(AddWebAuthnView):
    """Add a passkey; making it counts as the proof for this session."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": webauthn_auth.begin_registration(self.request.user, True)}
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        vouch_for_second_factor(self.request, "webauthn")
        return response


class RemovePasskeyView(RemoveWebAuthnView):
    """Remove a passkey, unless it is the last second factor of somebody who needs one."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(reverse("mfa_index"))
        return super().form_valid(form)


class SecurityView(IndexView):
    """One's own second factors, passkeys, sessions and password at a glance."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["is_compulsory"] = needs_second_factor(self.request.rights.roles)
        context["has_password"] = self.request.user.has_usable_password()
        return context


choose = before_second_factor(ChooseSecondFactorView.as_view())
activate_app = before_second_factor(ActivateAppView.as_view())
add_passkey = before_second_factor(AddPasskeyView.as_view())
totp_picture = before_second_factor(totp_picture)
remove_passkey = RemovePasskeyView.as_view()
security = SecurityView.as_view()
view_recovery_codes = ViewRecoveryCodesView.as_view()
download_recovery_codes = method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")(
    DownloadRecoveryCodesView
).as_view()
