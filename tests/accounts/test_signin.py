"""Signing in: a code by mail for everybody, a second factor for those who open other people's files (F15)."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.test import Client
from django.urls import reverse
from django.utils import translation

from promo_portal.accounts.models import User
from promo_portal.mailing.models import MailClass, OutgoingMail
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
SIGN_IN, CODE, SECOND = "/fr/compte/connexion/", "account_confirm_login_code", "mfa_authenticate"


def ask_for_code(client: Client, user: User) -> str:
    client.post(reverse("account_login"), {"login": user.email})
    return OutgoingMail.objects.filter(to_user=user, kind="accounts.login_code").latest("created_at").params["code"]


def code_of_app(user: User, steps: int = 0) -> str:
    secret = decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_founder_signs_in_with_the_code_from_the_mail(founder: User) -> None:
    client = Client()

    code = ask_for_code(client, founder)
    answer = client.post(reverse(CODE), {"code": code})

    assert re.fullmatch(r"\d{6}", code)
    assert answer.status_code == 302
    assert is_signed_in(client)


def test_the_code_is_a_secret_mail_that_expires(founder: User) -> None:
    ask_for_code(Client(), founder)

    mail = OutgoingMail.objects.get(to_user=founder)
    assert mail.mail_class == MailClass.SECRET
    assert (mail.expires_at - mail.created_at).total_seconds() == 900


def test_a_wrong_code_signs_nobody_in_and_five_end_the_attempt(founder: User) -> None:
    client = Client()
    code = ask_for_code(client, founder)
    wrong = "000000" if code != "000000" else "111111"

    for _attempt in range(5):
        client.post(reverse(CODE), {"code": wrong})
    answer = client.post(reverse(CODE), {"code": code})

    assert not is_signed_in(client)
    assert answer.status_code == 302


def test_a_code_works_only_in_the_browser_that_asked(founder: User) -> None:
    code = ask_for_code(Client(), founder)

    other = Client()
    other.post(reverse(CODE), {"code": code})

    assert not is_signed_in(other)


def test_a_coach_passes_the_second_factor_after_the_code(coach: User) -> None:
    client = Client()

    answer = client.post(reverse(CODE), {"code": ask_for_code(client, coach)})
    assert answer.url == reverse(SECOND)
    assert not is_signed_in(client)

    client.post(reverse(SECOND), {"code": code_of_app(coach)})
    assert is_signed_in(client)
    assert client.get("/admin/").status_code == 200


def test_a_coach_passes_the_second_factor_after_the_password(coach: User) -> None:
    coach.set_password("une-phrase-bien-longue")
    coach.save()
    client = Client()

    answer = client.post(
        reverse("account_password_login"), {"login": coach.email, "password": "une-phrase-bien-longue"}
    )

    assert answer.url == reverse(SECOND)
    assert not is_signed_in(client)


def test_a_code_of_the_app_is_refused_the_second_time(coach: User, fresh_cache: Callable[[], None]) -> None:
    once = code_of_app(coach)
    first, second = Client(), Client()
    first.post(reverse(CODE), {"code": ask_for_code(first, coach)})
    second.post(reverse(CODE), {"code": ask_for_code(second, coach)})

    first.post(reverse(SECOND), {"code": once})
    fresh_cache()  # the memory of used codes must not hang on the cache
    second.post(reverse(SECOND), {"code": once})

    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_control_a_code_whose_use_is_forgotten_works_again(coach: User, fresh_cache: Callable[[], None]) -> None:
    """F15's control: the second code of the test above is refused for its use alone."""
    once = code_of_app(coach)
    first, second = Client(), Client()
    first.post(reverse(CODE), {"code": ask_for_code(first, coach)})
    second.post(reverse(CODE), {"code": ask_for_code(second, coach)})

    first.post(reverse(SECOND), {"code": once})
    fresh_cache()
    row = Authenticator.objects.get(user=coach, type="totp")
    del row.data["last_step"]
    row.save()
    second.post(reverse(SECOND), {"code": once})

    assert is_signed_in(second)


def test_an_earlier_code_is_refused_after_a_later_one(coach: User) -> None:
    first, second = Client(), Client()
    first.post(reverse(CODE), {"code": ask_for_code(first, coach)})
    second.post(reverse(CODE), {"code": ask_for_code(second, coach)})

    first.post(reverse(SECOND), {"code": code_of_app(coach)})
    second.post(reverse(SECOND), {"code": code_of_app(coach, steps=-1)})

    assert not is_signed_in(second)


def test_a_recovery_code_works_once(coach: User) -> None:
    recovery = Authenticator.objects.get(user=coach, type="recovery_codes").wrap().get_unused_codes()[0]
    first, second = Client(), Client()
    first.post(reverse(CODE), {"code": ask_for_code(first, coach)})
    second.post(reverse(CODE), {"code": ask_for_code(second, coach)})

    first.post(reverse(SECOND), {"code": recovery})
    second.post(reverse(SECOND), {"code": recovery})

    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_the_secret_of_an_app_cannot_be_read_in_the_database(coach: User) -> None:
    stored = Authenticator.objects.get(user=coach, type="totp").data["secret"]

    assert stored.startswith("gAAAA")
    assert decrypt(stored) not in stored


def test_a_closed_account_gets_no_code(founder: User) -> None:
    founder.is_active = False
    founder.save()

    answer = Client().post(reverse("account_login"), {"login": founder.email})

    assert answer.status_code == 302
    assert not OutgoingMail.objects.filter(to_user=founder).exists()


def test_nobody_signs_up(db: None) -> None:
    for path in ("/fr/compte/signup/", "/fr/accounts/signup/", "/fr/compte/inscription/"):
        answer = Client().post(path, {"email": "neu@exemple.example"})
        assert answer.status_code == 302
    assert not User.objects.filter(email="neu@exemple.example").exists()


def test_a_new_coach_reaches_enrolment_first_and_everything_after_it(cep: object) -> None:
    coach = factories.UserFactory(email="neue@exemple.example")
    factories.Membership.objects.create(user=coach, role="coach", association=cep, valid_from="2024-01-01")
    client = Client()
    client.post(reverse(CODE), {"code": ask_for_code(client, coach)})

    assert client.get("/admin/").url.startswith(reverse("accounts:second_factor"))
    page = client.get(reverse("mfa_activate_totp"))
    picture = client.get(reverse("accounts:totp_picture"))
    answer = client.post(reverse("mfa_activate_totp"), {"code": _first_code(page.context["secret"])})

    assert page.status_code == 200
    assert b"data:image" not in page.content
    assert picture["Content-Type"] == "image/svg+xml"
    assert answer.url == reverse("mfa_view_recovery_codes")
    assert client.get(answer.url).status_code == 200
    assert client.get("/admin/").status_code == 200
    assert OutgoingMail.objects.filter(to_user=coach, kind="accounts.security_notice").exists() is False  # on commit


def _first_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


PAGES = [
    "mfa_index", "accounts:profile", "account_set_password", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_deactivate_totp", "usersessions_list", "account_logout", "mfa_reauthenticate",
]  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_every_page_of_the_account_opens(language: str, coach: User, fresh_session: Callable[[User], Client]) -> None:
    client = fresh_session(coach)

    for name in PAGES:
        with translation.override(language):
            url = reverse(name)
        answer = client.get(url, follow=True)
        assert answer.status_code == 200, name
        assert b"noindex" in answer.content, name


@pytest.fixture
def fresh_session(sign_in: Callable[[User], Client]) -> Callable[[User], Client]:
    """A session whose second factor was passed a moment ago."""

    def signed_in(user: User) -> Client:
        client = sign_in(user)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
        session.save()
        return client

    return signed_in


DOORS = [
    "account_login",
    "account_password_login",
    "account_reset_password",
    "account_inactive",
    "account_password_reset_completed",
]


@pytest.mark.parametrize("name", DOORS)
def test_every_page_before_sign_in_opens(name: str) -> None:
    assert Client().get(reverse(name)).status_code == 200


def test_a_password_is_set_anew_by_code_and_the_second_factor_stays(coach: User) -> None:
    client = Client()
    client.post(reverse("account_reset_password"), {"email": coach.email})
    code = OutgoingMail.objects.get(kind="accounts.reset_code").params["code"]

    client.post(reverse("account_confirm_password_reset_code"), {"code": code})
    answer = client.post(
        reverse("account_complete_password_reset"),
        {"password1": "encore-une-phrase-longue", "password2": "encore-une-phrase-longue"},
    )

    assert answer.url == reverse("account_password_reset_completed")
    assert not is_signed_in(client)
    answer = client.post(
        reverse("account_password_login"), {"login": coach.email, "password": "encore-une-phrase-longue"}
    )
    assert answer.url == reverse(SECOND)
    assert not is_signed_in(client)


def test_control_where_no_second_factor_is_due_the_new_password_opens(founder: User) -> None:
    """F15's control: the test above would pass if passwords that were set anew opened nothing at all."""
    client = Client()
    client.post(reverse("account_reset_password"), {"email": founder.email})
    code = OutgoingMail.objects.get(kind="accounts.reset_code").params["code"]
    client.post(reverse("account_confirm_password_reset_code"), {"code": code})
    new = {"password1": "encore-une-phrase-longue", "password2": "encore-une-phrase-longue"}
    client.post(reverse("account_complete_password_reset"), new)

    client.post(reverse("account_password_login"), {"login": founder.email, "password": new["password1"]})

    assert is_signed_in(client)
