"""The six questions: one page each, kept as one goes, taken up in any browser."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coaching.enums import RequestState
from coaching.models import CoachingRequest
from coaching.views import questions
from coaching.workflow.requests import submit_request
from promo_portal.core.models import Claim
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Municipality
from tests.coaching import factories, journey
from tests.coaching.conftest import some_address
from tests.coaching.journey import begin, email_of, fill_in, opened, url

pytestmark = pytest.mark.django_db


def the_draft() -> CoachingRequest:
    return CoachingRequest.unscoped.get()


def test_six_answers_lead_to_the_check_page(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor, until=5)

    last = journey.answer(visitor, 6)

    assert last["Location"] == reverse("coaching:check")
    draft = the_draft()
    assert (draft.first_name, draft.email, draft.phone) == ("Léa", email_of(visitor), "+41320000000")
    assert (draft.municipality, draft.stage, draft.need) == (tavannes, "preparing", "finance")
    assert draft.association == tavannes.association()
    assert draft.state == RequestState.DRAFT


def test_from_the_first_answer_on_the_draft_is_kept_and_mailed(visitor: Client) -> None:
    response = begin(visitor)

    assert response["Location"] == url(2)
    assert OutgoingMail.objects.get().to_address == email_of(visitor)


@pytest.mark.parametrize("number", range(1, 7))
def test_each_question_opens_and_says_which_it_is(visitor: Client, tavannes: Municipality, number: int) -> None:
    fill_in(visitor, until=1)

    response = visitor.get(url(number))

    assert response.status_code == 200
    assert f"question {number} sur 6" in response.content.decode()
    assert response["Cache-Control"].find("no-store") >= 0


@pytest.mark.parametrize("number", ["0", "7", "99999999999999999999"])
def test_there_are_six_questions(visitor: Client, number: str) -> None:
    assert visitor.get(f"/fr/coaching/question/{number}/").status_code == 404


def test_without_a_draft_later_questions_offer_the_way_back(visitor: Client) -> None:
    response = visitor.get(url(4), follow=True)

    assert response.redirect_chain[0][0].startswith(reverse("coaching:resume"))
    assert "conservé" in response.content.decode()


@pytest.mark.parametrize("value", ["x", "", "a~b~c", "é" * 50])
def test_a_forged_memory_of_the_browser_is_none(visitor: Client, tavannes: Municipality, value: str) -> None:
    factories.draft()
    visitor.cookies["coaching"] = value

    assert visitor.get(url(3)).status_code == 302
    assert visitor.post(reverse("coaching:autosave", args=[3]), {"stage": "idea"}).status_code == 404


# -- answers that need another look ------------------------------------------------------------------------------------


def test_a_missing_answer_is_named_and_the_others_are_kept(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor, until=3)

    response = visitor.post(url(4), {"idea": "   "})

    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("Décrivez votre projet, même en deux lignes") == 2  # summary and field
    assert "Vos réponses 1, 2 et 3 sont enregistrées." in page
    assert "<title>Erreur" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "lea", "Indiquez une adresse e-mail complète"),
        ("email", "", "Indiquez une adresse e-mail complète"),
        ("first_name", "", "Indiquez votre prénom"),
        ("last_name", " \u200b ", "Indiquez votre nom"),
        ("phone", "12", "Indiquez un numéro avec son indicatif"),
        ("first_name", "x" * 200, "Le texte compte 200 caractères"),
    ],
)
def test_the_first_answer_names_field_and_cure(visitor: Client, field: str, value: str, words: str) -> None:
    response = begin(visitor, **{field: value})

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not CoachingRequest.unscoped.exists()


def test_a_long_idea_is_kept_on_the_page_that_refuses_it(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor, until=3)

    response = visitor.post(url(4), {"idea": "é" * 1240})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Le texte compte 1’240 caractères, la place est de 1’000" in page
    assert "é" * 1240 in page


def test_hostile_text_is_kept_as_text(visitor: Client, tavannes: Municipality) -> None:
    hostile = "<script>alert(1)</script>\x00\u202e{{ 7*7 }} ' OR 1=1 --\r\nBcc: x@y.example"

    fill_in(visitor, until=1, first_name=f"Léa\r\nBcc: x@y.example{hostile[:20]}")
    for number in (2, 3):
        journey.answer(visitor, number)
    visitor.post(url(4), {"idea": hostile})
    page = visitor.get(url(4)).content.decode()

    draft = the_draft()
    assert "\x00" not in draft.idea
    assert "\u202e" not in draft.idea
    assert "\n" not in draft.first_name
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7*7 }}" in page


def test_ten_megabytes_are_too_much_for_an_answer(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor, until=3)

    response = visitor.post(url(4), {"idea": "x" * 10_000_000})

    assert response.status_code == 413
    assert the_draft().idea == ""


def test_without_the_forms_token_the_page_says_so(tavannes: Municipality) -> None:
    strict = Client(REMOTE_ADDR=some_address(), enforce_csrf_checks=True)

    response = strict.post(url(1), {**journey.REACH, **opened(), "email": "lea@exemple.example"})

    assert response.status_code == 403
    assert "<h1" in response.content.decode()
    assert not CoachingRequest.unscoped.exists()


@pytest.mark.parametrize("name", ["question", "autosave"])
def test_other_methods_are_refused(visitor: Client, name: str) -> None:
    fill_in(visitor, until=1)

    response = visitor.put(reverse(f"coaching:{name}", args=[1]))

    assert response.status_code == 405


# -- the municipality --------------------------------------------------------------------------------------------------


def test_an_ambiguous_name_offers_choices(visitor: Client, cep: Association, tavannes: Municipality) -> None:
    from tests.factories import MunicipalityFactory

    for bfs, name in ((442, "Romont (BE)"), (2096, "Romont (FR)")):
        MunicipalityFactory(
            bfs=bfs, official_name=name, search_name="|romont|romont be|", district__region__association=cep
        )
    fill_in(visitor, until=1)

    unclear = visitor.post(url(2), {"municipality": "Romont"})
    chosen = visitor.post(url(2), {"municipality": "Romont", "offered_for": "Romont", "bfs": "442"})

    assert unclear.status_code == 422
    assert "Romont (BE)" in unclear.content.decode()
    assert chosen.status_code == 302
    assert the_draft().municipality.bfs == 442  # type: ignore[union-attr]


def test_a_choice_counts_only_for_the_name_it_was_offered_for(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor, until=1)

    visitor.post(url(2), {"municipality": "Tavannes", "offered_for": "Romont", "bfs": "442"})

    assert the_draft().municipality == tavannes


@pytest.mark.parametrize("typed", ["Atlantis", "9999", "'; DROP TABLE", "%", "_"])
def test_an_unknown_municipality_is_told_so(visitor: Client, tavannes: Municipality, typed: str) -> None:
    fill_in(visitor, until=1)

    response = visitor.post(url(2), {"municipality": typed})

    assert response.status_code == 422
    assert "Nous ne trouvons aucune commune" in response.content.decode()


def test_a_place_outside_our_regions_is_explained(visitor: Client, tavannes: Municipality) -> None:
    from tests.factories import MunicipalityFactory

    MunicipalityFactory(bfs=6421, official_name="La Chaux-de-Fonds", search_name="|la chaux de fonds|", district=None)
    fill_in(visitor, until=1)

    response = visitor.post(url(2), {"municipality": "La Chaux-de-Fonds"})

    assert response.status_code == 422
    assert "n’appartient à aucune de nos régions" in response.content.decode()
    assert the_draft().municipality is None


def test_another_association_is_as_welcome(visitor: Client, nidau: Municipality, seeland: Association) -> None:
    Municipality.objects.filter(pk=nidau.pk).update(search_name="|nidau|#2560|")
    fill_in(visitor, until=1)

    visitor.post(url(2), {"municipality": "2560 Nidau"})

    assert the_draft().association == seeland


# -- kept as one goes --------------------------------------------------------------------------------------------------


def test_a_half_written_page_is_saved_by_itself(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor, until=3)

    response = visitor.post(reverse("coaching:autosave", args=[4]), {"idea": "Reprise d’un at"})

    assert response.json()["saved_text"].startswith("Brouillon enregistré à ")
    assert the_draft().idea == "Reprise d’un at"


@pytest.mark.parametrize(
    ("number", "data"),
    [
        (1, {"email": "half@"}),
        (2, {"municipality": "Tav"}),
        (3, {"stage": "nonsense"}),
        (4, {"idea": "x" * 1001}),
        (6, {}),
    ],
)
def test_what_is_not_yet_good_is_not_saved(
    visitor: Client, tavannes: Municipality, number: int, data: dict[str, str]
) -> None:
    fill_in(visitor, until=2)
    before = CoachingRequest.unscoped.values().get()

    response = visitor.post(reverse("coaching:autosave", args=[number]), data)

    after = CoachingRequest.unscoped.values().get()
    assert response.status_code == 200
    assert {name: value for name, value in after.items() if name not in {"saved_at", "version"}} == {
        name: value for name, value in before.items() if name not in {"saved_at", "version"}
    }


def test_an_address_is_never_changed_while_it_is_being_typed(visitor: Client) -> None:
    fill_in(visitor, until=1)

    visitor.post(reverse("coaching:autosave", args=[1]), {**journey.REACH, "email": "lea@exemple.ex"})

    assert the_draft().email == email_of(visitor)
    assert OutgoingMail.objects.count() == 1


def test_a_foreign_browser_saves_nothing(visitor: Client, other_browser: Client, tavannes: Municipality) -> None:
    fill_in(visitor, until=3)

    response = other_browser.post(reverse("coaching:autosave", args=[4]), {"idea": "mine?"})

    assert response.status_code == 404
    assert the_draft().idea == ""


def test_come_back_later_keeps_what_was_written(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor, until=3)

    response = visitor.post(url(4), {"idea": "Reprise d’un atelier", "later": "1"}, follow=True)

    page = response.content.decode()
    assert the_draft().idea == "Reprise d’un atelier"
    assert "Votre brouillon est enregistré" in page
    assert "l…@exemple.example" in page


def test_the_link_is_sent_again_on_demand(visitor: Client) -> None:
    fill_in(visitor, until=1)

    response = visitor.post(reverse("coaching:kept"))

    assert "Le lien est parti encore une fois." in response.content.decode()
    assert OutgoingMail.objects.filter(kind="coaching.draft_saved").count() == 2


def test_a_change_from_the_check_page_leads_back_there(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor)

    page = visitor.get(f"{url(3)}?return=check").content.decode()
    response = visitor.post(url(3), {"stage": "idea", "return": "check"})

    assert 'name="return" value="check"' in page
    assert response["Location"] == reverse("coaching:check")


def test_a_sent_request_is_not_asked_again(visitor: Client, tavannes: Municipality) -> None:
    fill_in(visitor)
    submit_request(request=the_draft(), now=factories.MONDAY)

    response = visitor.get(url(3))

    assert response.status_code == 302
    assert "/suivi/" in response["Location"]


# -- robots ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("posts", [60, pytest.param(1000, marks=pytest.mark.endurance)])
def test_scripted_posts_leave_five_drafts_an_hour(db: None, posts: int) -> None:
    """F9."""
    answers = posted_by_a_robot(posts)

    assert CoachingRequest.unscoped.count() == 5
    assert OutgoingMail.objects.count() == 5
    assert answers.count(302) == 5
    assert set(answers[5:]) == {429}


def posted_by_a_robot(posts: int) -> list[int]:
    """So many first answers from one address; a robot forgets its draft each time."""
    robot = Client(REMOTE_ADDR=some_address())
    return [
        robot.post(url(1), {**journey.REACH, **opened(), "email": f"robot{number}@exemple.example"}).status_code
        for number in range(posts)
        if not robot.cookies.clear()
    ]


def test_control_without_the_limit_every_post_is_stored(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """F9's control."""
    monkeypatch.setattr(questions, "within_limit", lambda request, form: True)

    posted_by_a_robot(60)

    assert CoachingRequest.unscoped.count() == 60


def test_the_limit_holds_without_the_cache(settings: object, db: None) -> None:
    away = {**settings.CACHES["default"], "LOCATION": "unix:///nonexistent/valkey.sock?db=1"}  # type: ignore[attr-defined]
    settings.CACHES = {"default": away}  # type: ignore[attr-defined]
    robot = Client(REMOTE_ADDR=some_address())

    for number in range(12):
        robot.cookies.clear()
        robot.post(url(1), {**journey.REACH, **opened(), "email": f"robot{number}@exemple.example"})

    assert CoachingRequest.unscoped.count() == 5
    assert Claim.objects.exists()


def test_nobody_can_make_us_write_to_a_stranger_all_day(db: None) -> None:
    codes = []
    for _ in range(8):
        robot = Client(REMOTE_ADDR=some_address())
        codes.append(robot.post(url(1), {**journey.REACH, **opened(), "email": "victim@exemple.example"}).status_code)

    assert codes == [302] * 5 + [429] * 3
    assert OutgoingMail.objects.filter(to_address="victim@exemple.example").count() == 5


@pytest.mark.parametrize("robot", [{"website": "https://spam.example"}, {"opened": ""}, {"opened": "forged"}])
def test_who_looks_like_a_robot_is_asked_to_press_again(visitor: Client, robot: dict[str, str]) -> None:
    response = begin(visitor, **robot)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Appuyez encore une fois" in page
    assert 'value="Chappuis"' in page
    assert not CoachingRequest.unscoped.exists()


def test_public_pages_take_few_queries(
    visitor: Client, tavannes: Municipality, django_assert_max_num_queries: Any
) -> None:
    fill_in(visitor)

    for address in (*(url(number) for number in range(1, 7)), reverse("coaching:check"), reverse("coaching:kept")):
        with django_assert_max_num_queries(8):
            assert visitor.get(address).status_code == 200
