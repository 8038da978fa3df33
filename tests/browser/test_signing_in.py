"""Signing in as people do it: a code from the mail, an authenticator app, a passkey."""

import re
import time
from datetime import date

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from promo_portal.accounts.models import Membership, User
from promo_portal.regions.models import Association
from tests.browser.conftest import LivePortal, text_of

pytestmark = pytest.mark.browser


def newcomer(portal: LivePortal, address: str, role: str) -> User:
    """Somebody whose account was just made, without second factor or password."""
    with portal.rows():
        person = User.objects.create_user(address, first_name="Aline", last_name="Girod")
        Membership.objects.create(
            user=person, role=role, association=Association.objects.order_by("pk").first(), valid_from=date(2024, 1, 1)
        )
    return person


def enter_by_mail(page: Page, portal: LivePortal, address: str) -> float:
    """Ask for a code, read it in the mail, type it; returns the seconds until the mail server had it."""
    before = len(portal.mails(address))
    page.goto(f"{portal.url}/fr/compte/connexion/")
    page.fill("[name=login]", address)
    begin = time.monotonic()
    page.get_by_role("button", name="M’envoyer un code").click()
    mail = portal.wait_for_mail(address, "code", after=before)
    seconds = time.monotonic() - begin
    code = re.search(r"\b(\d{6})\b", text_of(mail))
    assert code
    page.fill("[name=code]", code[1])
    page.get_by_role("button", name="Se connecter", exact=True).click()
    return seconds


def test_a_founder_signs_in_with_a_code_that_arrives_at_once(page: Page, live_portal: LivePortal) -> None:
    newcomer(live_portal, "fondatrice@essai.example", "founder")

    seconds = enter_by_mail(page, live_portal, "fondatrice@essai.example")

    expect(page).to_have_url(re.compile("/fr/espace/"))
    assert seconds <= 20  # five on a quiet machine; measured in the bench


def test_a_new_coach_enrols_an_app_and_reaches_the_days_work(page: Page, live_portal: LivePortal) -> None:
    newcomer(live_portal, "coach.app@essai.example", "coach")

    enter_by_mail(page, live_portal, "coach.app@essai.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("Installer votre second facteur")
    page.get_by_role("link", name="Avec une application de codes").click()
    picture = page.locator("img.qr")
    expect(picture).to_be_visible()
    picture.evaluate("image => image.decode()")  # waits for the picture, and fails where it is none
    page.get_by_text("Je ne peux pas la scanner").click()
    secret = page.locator("#secret").inner_text()
    page.fill("[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name="Activer l’application").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    assert page.locator(".codes li").count() == 10
    page.goto(f"{live_portal.url}/admin/")
    expect(page.locator("nav.staff-nav")).to_be_visible()


def test_a_coach_makes_a_passkey_and_signs_in_with_it_alone(page: Page, live_portal: LivePortal) -> None:
    newcomer(live_portal, "coach.cle@essai.example", "coach")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    enter_by_mail(page, live_portal, "coach.cle@essai.example")
    page.get_by_role("link", name="Avec une clé d’accès").click()
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    page.goto(f"{live_portal.url}/fr/compte/securite/")
    page.locator("main").get_by_role("button", name="Se déconnecter").click()

    page.goto(f"{live_portal.url}/fr/compte/connexion/")
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()

    page.wait_for_url(re.compile("/(admin|fr/arrivee|fr/espace)/"))
    page.goto(f"{live_portal.url}/admin/")
    expect(page.locator("nav.staff-nav")).to_be_visible()
