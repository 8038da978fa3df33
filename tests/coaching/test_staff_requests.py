"""The queue: oldest first, taken, decided, forwarded, typed in; and nobody else's business."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.enums import RequestState
from coaching.links import FOLLOW, path_to
from coaching.models import CaseFile, CoachingRequest, Decision
from promo_portal.accounts.models import User
from promo_portal.audit.models import AccessLog
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from tests.coaching import factories
from tests.coaching.factories import MONDAY
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db
QUEUE = "admin:coaching_coachingrequest_changelist"
STEPS = ("review", "accept", "refuse", "forward")


def at(name: str, *args: Any) -> str:
    return reverse(f"admin:coaching_coachingrequest_{name}", args=args)


@pytest.fixture
def desk(manager: User, sign_in: SignIn, monday: Any) -> Client:
    """The manager's browser, on Monday 23 November 2026."""
    return sign_in(manager)


@pytest.fixture
def waiting(tavannes: Municipality) -> CoachingRequest:
    """A request that was sent that Monday."""
    return factories.submitted(tavannes)


ACCEPTANCE = {
    "title": "Atelier Chappuis", "deputy": "", "first_date": "07.12.2026", "first_time": "14:30",
    "first_what": "Premier entretien", "task": "Esquisser le plan financier", "task_due_on": "", "reasons": "Projet solide.",
}  # fmt: skip


def reload(request: CoachingRequest) -> CoachingRequest:
    return CoachingRequest.unscoped.get(pk=request.pk)


# -- the queue ---------------------------------------------------------------------------------------------------------


def test_oldest_first_with_age_against_the_promise(desk: Client, tavannes: Municipality) -> None:
    factories.submitted(tavannes, now=MONDAY - timedelta(days=3))
    factories.submitted(tavannes, now=MONDAY - timedelta(days=21))

    page = desk.get(reverse(QUEUE)).content.decode()

    assert page.index("15 / 10") < page.index("1 / 10")
    assert "libre" in page
    assert "16.11.2026" in page  # the promise of the older one, gone by


def test_drafts_are_not_in_the_queue(desk: Client, tavannes: Municipality) -> None:
    factories.complete_draft(tavannes)

    assert "Rien à traiter" in desk.get(reverse(QUEUE)).content.decode()


def test_the_next_one_is_the_oldest_free_one(desk: Client, manager: User, tavannes: Municipality) -> None:
    oldest = factories.submitted(tavannes, now=MONDAY - timedelta(days=5))
    factories.submitted(tavannes)

    response = desk.post(at("take_next"))

    assert response["Location"] == at("change", oldest.pk)
    assert (reload(oldest).reviewer, reload(oldest).state) == (manager, RequestState.IN_REVIEW)


def test_an_empty_queue_says_so(desk: Client) -> None:
    response = desk.post(at("take_next"), follow=True)

    assert "Rien à prendre" in response.content.decode()


@pytest.mark.parametrize("query", ["Chappuis", "COA-2026", "tavannes", "' OR 1=1", "%", "x" * 5000, "\x00"])
def test_searching_never_breaks(desk: Client, waiting: CoachingRequest, query: str) -> None:
    assert desk.get(reverse(QUEUE), {"q": query}).status_code == 200


@pytest.mark.parametrize(
    "parameters", [{"state": "nonsense"}, {"page": "zzz"}, {"page": "-4"}, {"state": "refused", "page": "99"}]
)
def test_odd_parameters_show_a_list(desk: Client, waiting: CoachingRequest, parameters: dict[str, str]) -> None:
    assert desk.get(reverse(QUEUE), parameters).status_code == 200


@pytest.mark.parametrize("state", ["waiting", "accepted"])
def test_the_queue_takes_the_same_queries_with_twenty_rows(desk: Client, tavannes: Municipality, state: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(reverse(QUEUE), {"state": state})
        return len(captured)

    factories.submitted(tavannes)
    queries()
    with_one = queries()
    for _ in range(20):
        factories.submitted(tavannes)

    assert queries() == with_one
    assert with_one <= 25  # of all staff pages; each app with a queue adds its count to the navigation


# -- one request -------------------------------------------------------------------------------------------------------


def test_the_page_shows_answers_promise_and_steps(desk: Client, waiting: CoachingRequest) -> None:
    page = desk.get(at("change", waiting.pk)).content.decode()

    for words in (
        "Reprise d’un atelier",
        "lundi 7\u00a0décembre",
        "Accepter la demande",
        "Transmettre",
        "Demande envoyée",
    ):
        assert words in page


def test_opening_a_request_is_noted(desk: Client, manager: User, waiting: CoachingRequest) -> None:
    desk.get(at("change", waiting.pk))

    line = AccessLog.objects.get()
    assert (line.actor_id, line.subject_id, line.subject_kind) == (manager.pk, waiting.pk, "coaching.coachingrequest")


def test_other_requests_of_the_person_are_shown_not_refused(
    desk: Client, waiting: CoachingRequest, tavannes: Municipality
) -> None:
    another = factories.submitted(tavannes, email=waiting.email.upper())

    page = desk.get(at("change", waiting.pk)).content.decode()

    assert str(another.reference) in page


def test_accepting_opens_a_file(desk: Client, coach: User, waiting: CoachingRequest) -> None:
    given = {"lead": coach.pk, "version": waiting.version, "conditions": "Bail signé."}
    response = desk.post(at("accept", waiting.pk), {**ACCEPTANCE, **given})

    with association_scope(waiting.association_id or 0):
        case = CaseFile.objects.get()
        decision = Decision.objects.get()
    assert response["Location"] == reverse("admin:coaching_casefile_change", args=[case.pk])
    assert (case.lead, case.title, f"{case.next_time:%H:%M}") == (coach, "Atelier Chappuis", "14:30")
    assert (decision.reasons, decision.conditions) == ("Projet solide.", "Bail signé.")
    assert "Bail signé." in desk.get(at("change", waiting.pk)).content.decode()


def test_a_refusal_names_better_addresses(desk: Client, visitor: Client, waiting: CoachingRequest) -> None:
    said = {"version": waiting.version, "reasons": "Hors du cadre.", "addresses": "Fondation X, 032 000 00 00"}

    answers = [desk.post(at("refuse", waiting.pk), {**said, **more}) for more in ({"addresses": "x" * 1001}, {})]

    assert [answer.status_code for answer in answers] == [422, 302]
    with association_scope(waiting.association_id or 0):
        assert Decision.objects.get().addresses == "Fondation X, 032 000 00 00"
    for page in (desk.get(at("change", waiting.pk)), visitor.get(path_to(FOLLOW, reload(waiting)))):
        assert "Fondation X" in page.content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reasons": ""}, "À remplir"),
        ({"lead": ""}, "Choisissez une réponse"),
        ({"lead": "999999"}, "Sélectionnez un choix valide"),
        ({"first_date": "01.02.2020"}, "est passé"),
        ({"first_date": "01.02.2099"}, "dans plus de trois ans"),
        ({"first_date": "31.02.2027"}, "Indiquez le jour, le mois et l’année"),
        ({"title": "x" * 500}, "Le texte compte 500 caractères"),
        ({"first_time": "25:99"}, "first_time"),
    ],
)
def test_a_wrong_field_keeps_all_the_others(
    desk: Client, coach: User, waiting: CoachingRequest, changed: dict[str, str], words: str
) -> None:
    data = {**ACCEPTANCE, "lead": coach.pk, "version": waiting.version, **changed}

    response = desk.post(at("accept", waiting.pk), data)

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "Esquisser le plan financier" in page
    assert reload(waiting).state == RequestState.SUBMITTED


def test_a_foreign_coach_cannot_be_chosen(desk: Client, foreign_coach: User, waiting: CoachingRequest) -> None:
    page = desk.get(at("accept", waiting.pk)).content.decode()
    response = desk.post(at("accept", waiting.pk), {**ACCEPTANCE, "lead": foreign_coach.pk, "version": waiting.version})

    assert str(foreign_coach) not in page
    assert response.status_code == 422


def test_a_decision_that_came_too_late_says_so(desk: Client, coach: User, waiting: CoachingRequest) -> None:
    data = {**ACCEPTANCE, "lead": coach.pk, "version": waiting.version}
    desk.post(at("accept", waiting.pk), data)

    again = desk.post(at("accept", waiting.pk), {**data, "version": reload(waiting).version})

    assert again.status_code == 422
    assert "quelqu’un" in again.content.decode().lower() or "plus possible" in again.content.decode()
    with association_scope(waiting.association_id or 0):
        assert CaseFile.objects.count() == 1


def test_a_coach_may_take_and_forward_but_not_decide(
    sign_in: SignIn, coach: User, monday: Any, waiting: CoachingRequest
) -> None:
    browser = sign_in(coach)

    page = browser.get(at("change", waiting.pk)).content.decode()
    taken = browser.post(at("review", waiting.pk))

    assert "La décision revient à la direction." in page
    assert "Accepter la demande" not in page
    assert browser.get(at("accept", waiting.pk)).status_code == 404
    assert browser.post(at("refuse", waiting.pk), {"reasons": "Non", "version": 1}).status_code == 404
    assert taken.status_code == 302
    assert reload(waiting).reviewer == coach


def test_refusing_needs_reasons_and_tells_them(desk: Client, waiting: CoachingRequest) -> None:
    without = desk.post(at("refuse", waiting.pk), {"reasons": " ", "version": waiting.version})
    desk.post(at("refuse", waiting.pk), {"reasons": "Hors du cadre.", "version": waiting.version})

    assert without.status_code == 422
    assert "la personne y a droit" in without.content.decode()
    assert reload(waiting).state == RequestState.REFUSED


def test_forwarding_needs_the_persons_agreement(desk: Client, waiting: CoachingRequest, nidau: Municipality) -> None:
    without = desk.post(at("forward", waiting.pk), {"municipality": "Nidau", "consent": "", "version": waiting.version})
    ours = desk.post(
        at("forward", waiting.pk), {"municipality": "Tavannes", "consent": "oui", "version": waiting.version}
    )
    desk.post(
        at("forward", waiting.pk), {"municipality": "Nidau", "consent": "au téléphone", "version": waiting.version}
    )

    assert without.status_code == ours.status_code == 422
    assert "relève de nous" in ours.content.decode()
    assert reload(waiting).state == RequestState.FORWARDED


def test_an_outdated_page_decides_nothing(desk: Client, waiting: CoachingRequest) -> None:
    seen = waiting.version
    desk.post(at("review", waiting.pk))

    response = desk.post(at("refuse", waiting.pk), {"reasons": "Hors du cadre.", "version": seen})

    assert response.status_code == 422
    assert "Hors du cadre." in response.content.decode()
    assert reload(waiting).state == RequestState.IN_REVIEW


# -- by phone or on paper ----------------------------------------------------------------------------------------------

ENTRY = {
    "channel": "phone", "first_name": "Jean", "last_name": "Gerber", "email": "jean@exemple.example", "phone": "",
    "language": "fr", "municipality": "Tavannes", "stage": "takeover", "idea": "Reprise d’une menuiserie.",
    "start": "", "need": "law", "need_detail": "", "agreed": "on",
}  # fmt: skip


def test_a_request_by_phone_gets_number_and_confirmation(desk: Client, tavannes: Municipality) -> None:
    response = desk.post(at("add"), ENTRY, follow=True)

    request = CoachingRequest.unscoped.get()
    assert (request.channel, request.state, request.founder_name) == ("phone", RequestState.SUBMITTED, "Jean Gerber")
    assert str(request.reference) in response.content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"agreed": ""}, "Demandez l’accord de la personne"),
        ({"channel": "online"}, "Sélectionnez un choix valide"),
        ({"municipality": "Nidau"}, "relève d’une autre association"),
        ({"idea": ""}, "À remplir"),
    ],
)
def test_an_entry_with_a_gap_is_kept_on_the_page(
    desk: Client, tavannes: Municipality, nidau: Municipality, changed: dict[str, str], words: str
) -> None:
    response = desk.post(at("add"), {**ENTRY, **changed})

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert 'value="Gerber"' in page
    assert not CoachingRequest.unscoped.exists()


# -- nobody else's business --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["officer", "foreign_coach", "foreign_manager", "administrator"])
@pytest.mark.parametrize("name", ["change", *STEPS])
def test_to_others_the_request_does_not_exist(
    request: pytest.FixtureRequest, sign_in: SignIn, waiting: CoachingRequest, who: str, name: str
) -> None:
    somebody = sign_in(request.getfixturevalue(who))

    existing = {somebody.get(at(name, waiting.pk)).status_code, somebody.post(at(name, waiting.pk)).status_code}
    missing = {somebody.get(at(name, 999_999)).status_code, somebody.post(at(name, 999_999)).status_code}

    assert existing <= {404, 405}
    assert existing == missing
    assert reload(waiting).state == RequestState.SUBMITTED


def test_another_associations_queue_is_not_shown(
    sign_in: SignIn, foreign_manager: User, waiting: CoachingRequest, seeland: Association
) -> None:
    browser = sign_in(foreign_manager)

    for query in ({}, {"q": "Chappuis"}, {"q": str(waiting.reference)}, {"state": "waiting"}):
        assert "Chappuis</a>" not in browser.get(reverse(QUEUE), query).content.decode()


@pytest.mark.parametrize("name", ["take_next", "review"])
def test_steps_are_taken_by_a_press_only(desk: Client, waiting: CoachingRequest, name: str) -> None:
    args = [] if name == "take_next" else [waiting.pk]

    assert desk.get(at(name, *args)).status_code == 405
    assert reload(waiting).state == RequestState.SUBMITTED


def test_without_the_forms_token_nothing_happens(manager: User, waiting: CoachingRequest) -> None:
    from tests import factories as people

    strict = Client(enforce_csrf_checks=True)
    people.sign_in(strict, manager)

    assert strict.post(at("review", waiting.pk)).status_code == 403
    assert reload(waiting).state == RequestState.SUBMITTED


def test_the_day_of_the_test_is_monday(monday: Any) -> None:
    assert f"{clock.today():%d.%m.%Y}" == "23.11.2026"
