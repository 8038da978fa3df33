"""Checking, sending, and the road by mail for browsers without JavaScript (F9)."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coaching.enums import RequestState
from coaching.links import CONFIRM, FOLLOW, RESUME, path_to, url_to
from coaching.models import CoachingRequest
from coaching.workflow.drafts import ask_confirmation
from promo_portal.core import clock
from promo_portal.core.spam import new_challenge
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Municipality
from tests.coaching import factories, journey
from tests.coaching.conftest import some_address
from tests.coaching.factories import MONDAY
from tests.coaching.journey import fill_in, send
from tests.core.proofs import solved

pytestmark = pytest.mark.django_db
CHECK = "coaching:check"


def the_request() -> CoachingRequest:
    return CoachingRequest.unscoped.get()


def test_the_check_page_shows_all_answers_and_a_way_back_to_each(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor)

    page = visitor.get(reverse(CHECK)).content.decode()

    for words in (
        "Léa Chappuis",
        "Tavannes",
        "Je prépare",
        "Reprise d’un atelier",
        "Au printemps",
        "Calculer les finances",
    ):
        assert words in page
    assert page.count("?return=check") == 6
    assert "j’accepte que l’association" in page


def test_a_skipped_answer_says_so(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor, until=4)
    visitor.post(journey.url(5), {"start": ""})
    journey.answer(visitor, 6)

    assert "Non renseigné" in visitor.get(reverse(CHECK)).content.decode()


def test_sent_with_a_reference_and_a_date(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor)

    response = send(visitor)
    page = visitor.get(response["Location"]).content.decode()

    request = the_request()
    assert request.state == RequestState.SUBMITTED
    assert "Demande envoyée" in page
    assert request.reference in page  # type: ignore[operator]
    assert request.answer_by
    assert f"{request.answer_by:%d.%m.%Y}" in page


def test_pressed_twice_it_is_sent_once(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor)

    first, second = send(visitor), send(visitor)

    assert CoachingRequest.unscoped.count() == 1
    assert OutgoingMail.objects.filter(kind="coaching.received").count() == 1
    assert "/suivi/" in first["Location"]
    assert "Demande envoyée" in visitor.get(second["Location"]).content.decode()


def test_a_missing_answer_keeps_it_from_being_sent(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor, until=5)

    response = send(visitor)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Il manque une réponse" in page
    assert "De quoi avez-vous le plus besoin" in page
    assert the_request().state == RequestState.DRAFT


def test_a_used_proof_does_not_send_a_second_request(
    visitor: Client, other_browser: Client, tavannes: Municipality
) -> None:
    """F9: replay. The control, the same with a fresh proof, is the line before it."""
    proof = solved(new_challenge())
    fill_in(visitor)
    fill_in(other_browser, email="autre@exemple.example")

    send(visitor, proof=proof)
    replayed = send(other_browser, proof=proof)

    assert replayed["Location"] == reverse("coaching:confirmation_asked")
    states = CoachingRequest.unscoped.order_by("pk").values_list("state", flat=True)
    assert list(states) == [RequestState.SUBMITTED, RequestState.DRAFT]


def test_five_requests_an_hour_from_one_network(tavannes: Municipality) -> None:
    address = some_address()
    codes = []
    for number in range(7):
        drafted = factories.complete_draft(tavannes, email=f"p{number}@exemple.example")
        browser = Client(REMOTE_ADDR=address)
        browser.get(path_to(RESUME, drafted))
        codes.append(send(browser).status_code)

    assert codes == [302] * 5 + [429] * 2
    assert CoachingRequest.unscoped.filter(state=RequestState.SUBMITTED).count() == 5


# -- without JavaScript ------------------------------------------------------------------------------------------------


def test_without_proof_one_step_remains_in_the_mailbox(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor)

    response = send(visitor, proof="")
    page = visitor.get(response["Location"]).content.decode()

    request = the_request()
    assert request.state == RequestState.DRAFT
    assert "n’est pas encore envoyée" in page
    assert OutgoingMail.objects.filter(kind="coaching.confirm", to_address=request.email).count() == 1


def test_the_mailed_button_sends_it_and_opening_the_link_does_not(
    visitor: Client, other_browser: Client, tavannes: Municipality
) -> None:
    fill_in(visitor)
    send(visitor, proof="")
    link = path_to(CONFIRM, the_request())

    opened = other_browser.get(link)
    state_after_opening = the_request().state
    pressed = other_browser.post(link)

    assert opened.status_code == 200
    assert state_after_opening == RequestState.DRAFT
    request = the_request()
    assert request.state == RequestState.SUBMITTED
    assert request.confirmed_at is not None
    assert "Demande envoyée" in other_browser.get(pressed["Location"]).content.decode()


def test_the_mailed_button_works_once(other_browser: Client, tavannes: Municipality) -> None:
    request = ask_confirmation(request=factories.complete_draft(tavannes), now=clock.now())
    link = path_to(CONFIRM, request)

    other_browser.post(link)
    again = other_browser.post(link)

    assert "/suivi/" in again["Location"]
    assert OutgoingMail.objects.filter(kind="coaching.received").count() == 1


def test_an_ended_confirmation_sends_a_fresh_one_to_the_known_address(visitor: Client, tavannes: Municipality) -> None:
    long_ago = clock.now() - timedelta(days=4)
    request = ask_confirmation(request=factories.complete_draft(tavannes), now=long_ago)
    with clock.standing_still(long_ago):
        link = path_to(CONFIRM, request)
    OutgoingMail.objects.all().delete()

    ended = visitor.get(link)
    nothing_sent = OutgoingMail.objects.count()
    fresh = visitor.post(link)

    assert ended.status_code == 410
    assert "Ce lien n’est plus valable" in ended.content.decode()
    assert nothing_sent == 0
    assert "l…@exemple.example" in fresh.content.decode()
    assert OutgoingMail.objects.get().to_address == request.email
    assert the_request().state == RequestState.DRAFT


def test_who_came_by_a_mailed_link_needs_no_proof(other_browser: Client, tavannes: Municipality) -> None:
    request = factories.complete_draft(tavannes)
    other_browser.get(path_to(RESUME, request))

    send(other_browser, proof="")

    request.refresh_from_db()
    assert request.state == RequestState.SUBMITTED
    assert request.confirmed_at is not None


def test_the_mailed_link_is_whole_and_in_the_founders_language(tavannes: Municipality) -> None:
    request = factories.complete_draft(tavannes, language="de")

    address = url_to(FOLLOW, request)

    assert re.fullmatch(r"http://testserver/de/coaching/stand/[\w~.-]+/", address)


def test_hours_of_the_page_are_those_of_zurich(visitor: Client, tavannes: Municipality) -> None:
    request = factories.submitted(tavannes)

    with clock.standing_still(MONDAY):
        page = visitor.get(path_to(FOLLOW, request)).content.decode()

    assert "Reçue le 23\u00a0novembre 2026 à\u00a014\u00a0h\u00a041" in page
    assert "Réponse jusqu’au 07.12.2026" in page
