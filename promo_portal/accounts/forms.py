"""Forms of signing in and of one's own account: allauth's rules, our words and fields."""

from copy import deepcopy
from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.validators import MaxLengthValidator
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts import totp
from promo_portal.accounts.models import User
from promo_portal.core.forms import CodeInput, EmailInput, PhoneInput, PortalFormMixin
from promo_portal.core.limits import allow

rules_of_passwords = lazy(lambda: " ".join(str(text) for text in password_validators_help_texts()), str)


class Plain(PortalFormMixin):
    """Puts our labels, hints and inputs in the place of allauth's."""

    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}
    widgets: dict[str, forms.Widget] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")
            if name in self.widgets:
                field.widget = deepcopy(self.widgets[name])  # rendering leaves marks on it, such as "refused"
            field.widget.attrs.pop("placeholder", None)
            field.widget.is_required = field.required
            self._speak_plainly(field)


EMAIL = EmailInput(attrs={"autocomplete": "username"})


class SignInForm(Plain, account.LoginForm):
    """The front door: an address, to which a code goes."""

    labels = {"login": _("E-mail")}
    widgets = {"login": EMAIL}


class PasswordSignInForm(Plain, account.LoginForm):
    """The door for people who have a password."""

    labels = {"login": _("E-mail"), "password": _("Password")}
    widgets = {"login": EMAIL}

    def _setup_password_field(self) -> None:
        """Keep the field; allauth would drop it, since nobody signs up with a password."""


class EnterCodeForm(Plain, account.ConfirmLoginCodeForm):
    """The code from the mail."""

    labels = {"code": _("Code from the mail")}
    hints = {"code": _("Six digits. You may paste them.")}
    widgets = {"code": CodeInput()}


class EnterResetCodeForm(Plain, account.ConfirmPasswordResetCodeForm):
    """The code from the mail, on the way to a new password."""

    labels = EnterCodeForm.labels
    hints = EnterCodeForm.hints
    widgets = EnterCodeForm.widgets


class ForgottenPasswordForm(Plain, account.ResetPasswordForm):
    """Where the code goes."""

    labels = {"email": _("E-mail")}
    widgets = {"email": EMAIL}


NEW_PASSWORD = {"password1": _("New password"), "password2": _("New password, once more")}
NEW_PASSWORD_HINTS = {"password1": rules_of_passwords()}


class NewPasswordForm(Plain, account.ResetPasswordKeyForm):
    """A new password after the code."""

    labels, hints = NEW_PASSWORD, NEW_PASSWORD_HINTS


class SetPasswordForm(Plain, account.SetPasswordForm):
    """A first password."""

    labels, hints = NEW_PASSWORD, NEW_PASSWORD_HINTS


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    """Another password."""

    labels = {**NEW_PASSWORD, "oldpassword": _("Present password")}
    hints = NEW_PASSWORD_HINTS


class ConfirmPasswordForm(Plain, account.ReauthenticateForm):
    """Once more the password, before something delicate."""

    labels = {"password": _("Password")}


TRIES, TRIES_SECONDS = 15, 300  # of a second factor, right ones included, also while the shared cache is away


class OnlyOnce:
    """Takes a code of the app once, recovery codes being single-use anyway."""

    authenticator: Authenticator
    user: Any

    def clean_code(self) -> str:
        if not allow(f"second factor of {self.user.pk}", times=TRIES, seconds=TRIES_SECONDS):
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not totp.claim(self.authenticator, code):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code


CODE_LABELS = {"code": _("Code from your app, or a recovery code")}


class SecondFactorForm(Plain, OnlyOnce, mfa.AuthenticateForm):
    """The second factor at sign-in."""

    labels = CODE_LABELS
    widgets = {"code": CodeInput()}


class ConfirmSecondFactorForm(Plain, OnlyOnce, mfa.ReauthenticateForm):
    """The second factor once more, before something delicate."""

    labels = CODE_LABELS
    widgets = {"code": CodeInput()}


class ActivateAppForm(Plain, totp_forms.ActivateTOTPForm):
    """The first code of a newly scanned app."""

    labels = {"code": _("Code shown by your app")}
    hints = {"code": _("Six digits; a new code appears every thirty seconds.")}
    widgets = {"code": CodeInput()}


class AddPasskeyForm(Plain, webauthn.AddWebAuthnForm):
    """A passkey; it always stays on the device and asks for finger, face or PIN, so it can open the door alone."""

    labels = {"name": _("Name of this passkey")}
    hints = {"name": _('So that you recognise it later, such as "Phone" or "Office key".')}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"] = forms.BooleanField(widget=forms.HiddenInput, required=False, initial=True)
        self.fields["name"].validators.append(MaxLengthValidator(60))


class RenamePasskeyForm(Plain, webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    labels = {"name": _("Name of this passkey")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(MaxLengthValidator(60))


class ProfileForm(PortalFormMixin, forms.ModelForm):
    """What a person changes about themselves; the address that signs in is changed by staff."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "phone", "language", "keyboard_shortcuts"]
        widgets = {"phone": PhoneInput(), "language": forms.RadioSelect()}
