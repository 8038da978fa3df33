"""Start page, links from mails, the page that shows the true state."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coaching.enums import RequestState
from coaching.links import CONFIRM, FOLLOW, RESUME, path_to
from coaching.models import CoachingRequest, Decision
from coaching.workflow.requests import forward_request, refuse_request, take_into_review
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Municipality
from tests.coaching import factories, journey
from tests.coaching.journey import fill_in, send, url

pytestmark = pytest.mark.django_db
ROUTES = {RESUME: "coaching:resume_link", CONFIRM: "coaching:confirm", FOLLOW: "coaching:follow"}


def snapshot() -> list[Any]:
    """Everything that a visit could have changed."""
    return [*CoachingRequest.unscoped.order_by("pk").values(), OutgoingMail.objects.count()]


# -- start -------------------------------------------------------------------------------------------------------------


def test_the_start_page_promises_and_offers_all_ways(visitor: Client, cep: Association) -> None:
    page = visitor.get(reverse("coaching:start")).content.decode()

    for words in (
        "Six questions, quatre minutes",
        "Commencer ma demande",
        "Reprendre un brouillon",
        "par téléphone",
        "papier",
    ):
        assert words in page


def test_the_start_page_names_who_answers_elsewhere(visitor: Client, nidau: Municipality, seeland: Association) -> None:
    page = visitor.get(reverse("coaching:start"), {"municipality": "nidau"}).content.decode()

    assert seeland.name_fr in page
    assert seeland.email in page


def test_the_start_page_knows_the_draft_of_this_browser(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor, until=3)

    page = visitor.get(reverse("coaching:start")).content.decode()

    assert "3 réponses sur 6" in page
    assert url(4) in page


def test_a_shared_computer_forgets_on_demand(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor, until=3)

    visitor.post(reverse("coaching:forget"))

    assert visitor.get(url(3)).status_code == 302
    assert CoachingRequest.unscoped.count() == 1


def test_the_paper_form_has_all_questions(visitor: Client, cep: Association) -> None:
    page = visitor.get(reverse("coaching:paper")).content.decode()

    assert page.count("<h2>") >= 6
    assert "☐ J’ai une idée" in page


def test_the_start_page_takes_few_queries(
    visitor: Client, cep: Association, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(5):
        visitor.get(reverse("coaching:start"))


# -- asking for one's links --------------------------------------------------------------------------------------------


def test_the_answer_is_the_same_whether_we_know_the_address(
    visitor: Client, other_browser: Client, tavannes: Municipality
) -> None:
    address = factories.draft().email
    OutgoingMail.objects.all().delete()

    known = journey.ask_for_links(visitor, address)
    unknown = journey.ask_for_links(other_browser, "personne@exemple.example")

    def shown(page: bytes, address: str) -> str:
        return page.decode().split("<main", 1)[1].replace(address, "")

    assert known.status_code == unknown.status_code == 200
    assert shown(known.content, address) == shown(unknown.content, "personne@exemple.example")
    assert OutgoingMail.objects.count() == 1


def test_an_address_is_not_flooded_with_links(visitor: Client, tavannes: Municipality) -> None:
    address = factories.draft().email
    OutgoingMail.objects.all().delete()

    for _ in range(8):
        journey.ask_for_links(visitor, address)

    assert OutgoingMail.objects.count() == 5


# -- links -------------------------------------------------------------------------------------------------------------


def test_the_resume_link_opens_at_the_first_open_question(other_browser: Client, tavannes: Municipality) -> None:
    request = factories.draft(municipality=tavannes, stage="idea")

    response = other_browser.get(path_to(RESUME, request))

    assert response["Location"] == url(4)
    assert other_browser.get(url(4)).status_code == 200


def test_a_skipped_question_is_not_asked_again_once_a_later_one_is_answered(
    other_browser: Client, tavannes: Municipality
) -> None:
    request = factories.complete_draft(tavannes, start="")

    assert other_browser.get(path_to(RESUME, request))["Location"] == reverse("coaching:check")


def test_nothing_typed_is_lost_between_two_browsers(
    visitor: Client, other_browser: Client, tavannes: Municipality
) -> None:
    fill_in(visitor, until=4)
    request = CoachingRequest.unscoped.get()

    other_browser.get(path_to(RESUME, request))
    page = other_browser.get(url(4)).content.decode()
    for number in (5, 6):
        journey.answer(other_browser, number)
    send(other_browser, proof="")

    assert "Reprise d’un atelier" in page
    request.refresh_from_db()
    assert request.state == RequestState.SUBMITTED


@pytest.mark.parametrize("purpose", [RESUME, CONFIRM, FOLLOW])
def test_opening_a_link_changes_nothing(visitor: Client, tavannes: Municipality, purpose: str) -> None:
    request = factories.submitted(tavannes) if purpose == FOLLOW else factories.complete_draft(tavannes)
    before = snapshot()

    for _ in range(3):
        visitor.get(path_to(purpose, request))
        visitor.head(path_to(purpose, request))

    assert snapshot() == before


@pytest.mark.parametrize("purpose", [RESUME, CONFIRM, FOLLOW])
@pytest.mark.parametrize("other", [RESUME, CONFIRM, FOLLOW])
def test_a_link_of_one_purpose_opens_no_other_door(
    visitor: Client, tavannes: Municipality, purpose: str, other: str
) -> None:
    request = factories.submitted(tavannes)
    token = path_to(purpose, request).rstrip("/").rpartition("/")[2]

    response = visitor.get(reverse(ROUTES[other], args=[token]))

    assert (response.status_code == 404) is (purpose != other)


@pytest.mark.parametrize("route", ROUTES.values())
@pytest.mark.parametrize("token", ["x", "a~1~b", "~", "é", "x" * 3000])
def test_nonsense_opens_no_door(visitor: Client, route: str, token: str) -> None:
    assert visitor.get(reverse(route, args=[token])).status_code == 404
    assert visitor.post(reverse(route, args=[token])).status_code == 404


@pytest.mark.parametrize(("purpose", "days"), [(RESUME, 30), (FOLLOW, 400)])
def test_a_link_ends_to_the_second_and_is_renewed_at_the_known_address(
    visitor: Client, tavannes: Municipality, purpose: str, days: int
) -> None:
    request = factories.submitted(tavannes) if purpose == FOLLOW else factories.complete_draft(tavannes)
    now = clock.now().replace(microsecond=0)
    with clock.standing_still(now):
        link = path_to(purpose, request)
    OutgoingMail.objects.all().delete()

    with clock.standing_still(now + timedelta(days=days) - timedelta(seconds=1)):
        still_good = visitor.get(link).status_code
    with clock.standing_still(now + timedelta(days=days)):
        ended = visitor.get(link)
        mails_after_opening = OutgoingMail.objects.count()
        renewed = visitor.post(link)

    assert still_good in {200, 302}
    assert ended.status_code == 410
    assert mails_after_opening == 0
    assert renewed.status_code == 200
    assert "l…@exemple.example" in renewed.content.decode()
    assert OutgoingMail.objects.get().to_address == request.email


# -- the true state ----------------------------------------------------------------------------------------------------


def page_of(browser: Client, request: CoachingRequest) -> str:
    return browser.get(path_to(FOLLOW, request)).content.decode()


def test_the_page_follows_the_request(visitor: Client, manager: User, cep: Association, tavannes: Municipality) -> None:
    request = factories.submitted(tavannes)
    sent = page_of(visitor, request)

    with association_scope(cep.pk):
        take_into_review(request=request, by=manager, now=factories.MONDAY)
    read = page_of(visitor, request)

    assert "Demande envoyée" in sent
    assert "En lecture" in read
    assert "07.12.2026" in read


def test_a_late_answer_is_admitted(visitor: Client, tavannes: Municipality) -> None:
    request = factories.submitted(tavannes)

    with clock.standing_still(factories.MONDAY + timedelta(days=30)):
        page = page_of(visitor, request)

    assert "Ce jour est passé sans réponse" in page


def test_a_refused_founder_reads_the_reasons_and_what_to_do(
    visitor: Client, manager: User, cep: Association, tavannes: Municipality
) -> None:
    request = factories.submitted(tavannes)
    with association_scope(cep.pk):
        refuse_request(
            request=request, reasons="Votre projet relève de l’agriculture.", by=manager, now=factories.MONDAY
        )

    page = page_of(visitor, request)

    assert "Votre projet relève de l’agriculture." in page
    assert "dans les 30 jours" in page
    assert "Retirer ma demande" not in page


def test_an_accepted_founder_finds_coach_date_and_conditions(visitor: Client, case: Any) -> None:
    with association_scope(case.association_id):
        Decision.objects.update(conditions="Bail signé.")
    page = page_of(visitor, CoachingRequest.unscoped.get())

    assert "Nadine Rais" in page
    assert "Bail signé." in page
    assert "lundi 7\u00a0décembre" in page
    assert reverse("coaching:case", args=[case.pk]) in page


def test_a_forwarded_founder_is_led_on(
    visitor: Client, manager: User, cep: Association, tavannes: Municipality, nidau: Municipality
) -> None:
    request = factories.submitted(tavannes)
    with association_scope(cep.pk):
        forward_request(request=request, municipality=nidau, consent="oui", by=manager, now=factories.MONDAY)
    request.refresh_from_db()

    page = page_of(visitor, request)

    assert "Bienne-Seeland" in page
    assert request.forwarded_to
    assert str(request.forwarded_to.reference) in page


def test_withdrawing_asks_once_and_happens_by_a_press(visitor: Client, tavannes: Municipality) -> None:
    request = factories.submitted(tavannes)
    link = f"{path_to(FOLLOW, request)}retirer/"

    asked = visitor.get(link)
    request.refresh_from_db()
    state_after_asking = request.state
    pressed = visitor.post(link, follow=True)

    assert "la date promise pour notre réponse" in asked.content.decode()
    assert state_after_asking == RequestState.SUBMITTED
    request.refresh_from_db()
    assert request.state == RequestState.WITHDRAWN
    assert "Vous avez retiré cette demande" in pressed.content.decode()


def test_what_is_decided_cannot_be_withdrawn(visitor: Client, case: Any) -> None:
    request = CoachingRequest.unscoped.get()

    visitor.post(f"{path_to(FOLLOW, request)}retirer/")

    request.refresh_from_db()
    assert request.state == RequestState.ACCEPTED


@pytest.mark.parametrize("language", ["fr", "de", "en"])
@pytest.mark.parametrize("name", ["start", "paper", "resume"])
def test_pages_speak_three_languages(visitor: Client, cep: Association, language: str, name: str) -> None:
    from django.utils import translation

    with translation.override(language):
        address = reverse(f"coaching:{name}")

    assert visitor.get(address).status_code == 200
