"""allauth's pages that the portal uses, one by one; what is not listed does not exist (sign-up, adding addresses)."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.views import account as own_account
from promo_portal.accounts.views import second_factor, signin
from promo_portal.accounts.views.second_factor import before_second_factor

urlpatterns: list[URLPattern] = [
    path(_("sign-in/"), account.login, name="account_login"),
    path(_("sign-in/"), account.login, name="account_request_login_code"),  # the same door by allauth's other name
    path(_("sign-in/code/"), account.confirm_login_code, name="account_confirm_login_code"),
    path(_("sign-in/password/"), signin.password_sign_in, name="account_password_login"),
    path(_("sign-in/passkey/"), passkeys.login_webauthn, name="mfa_login_webauthn"),
    path(_("sign-in/second-factor/"), mfa.authenticate, name="mfa_authenticate"),
    path(_("sign-out/"), account.logout, name="account_logout"),
    path(_("closed/"), account.account_inactive, name="account_inactive"),
    path(_("password/change/"), account.password_change, name="account_change_password"),
    path(_("password/set/"), account.password_set, name="account_set_password"),
    path(_("password/forgotten/"), account.password_reset, name="account_reset_password"),
    path(
        _("password/forgotten/code/"), account.confirm_password_reset_code, name="account_confirm_password_reset_code"
    ),
    path(_("password/forgotten/new/"), account.complete_password_reset, name="account_complete_password_reset"),
    path(_("password/forgotten/done/"), account.password_reset_from_key_done, name="account_password_reset_completed"),
    path(_("confirm/password/"), before_second_factor(account.reauthenticate), name="account_reauthenticate"),
    path(_("confirm/second-factor/"), before_second_factor(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        _("confirm/passkey/"),
        before_second_factor(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(_("security/"), second_factor.security, name="mfa_index"),
    path(_("security/app/"), second_factor.activate_app, name="mfa_activate_totp"),
    path(_("security/app/remove/"), app.deactivate_totp, name="mfa_deactivate_totp"),
    path(_("security/recovery-codes/"), second_factor.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(_("security/recovery-codes/new/"), recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(_("security/recovery-codes/file/"), second_factor.download_recovery_codes, name="mfa_download_recovery_codes"),
    path(_("security/passkeys/"), passkeys.list_webauthn, name="mfa_list_webauthn"),
    path(_("security/passkeys/add/"), second_factor.add_passkey, name="mfa_add_webauthn"),
    path(_("security/passkeys/<int:pk>/remove/"), second_factor.remove_passkey, name="mfa_remove_webauthn"),
    path(_("security/passkeys/<int:pk>/name/"), passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path(_("security/sessions/"), own_account.devices, name="usersessions_list"),
]
