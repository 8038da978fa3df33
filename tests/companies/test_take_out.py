"""The directory as a file: asked for on a page, made by a worker, fetched by those who keep the directory."""

import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from companies.exports.jobs import TAKE_OUT
from companies.models import Organisation
from promo_portal.accounts.models import User
from promo_portal.jobs import workflow
from promo_portal.jobs.models import Job, JobState
from promo_portal.regions.models import Association, Municipality
from tests.companies import factories
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db(transaction=True)  # progress is written by a second connection
PAGE = "admin:companies_organisation_take_out"


@pytest.fixture
def entries(tavannes: Municipality, nidau: Municipality) -> list[Organisation]:
    """Two entries of here (one of them hidden), and one of elsewhere."""
    return [
        factories.organisation(tavannes, name="Décolletage Étoile SA", internal_note="payé en retard"),
        factories.organisation(tavannes, name="Atelier caché", state="hidden"),
        factories.organisation(nidau, name="Drechslerei Nidau GmbH"),
    ]


def made(desk: Client, **answers: str) -> Job:
    """Ask for a file as a person does, and let a worker make it."""
    answer = desk.post(reverse(PAGE), answers)
    job = Job.objects.get(kind=TAKE_OUT, state=JobState.QUEUED)
    assert answer["Location"] == reverse("admin:jobs_job_change", args=[job.pk])
    ended = workflow.run_job(job_id=job.pk)
    assert ended is not None
    return ended


def content(desk: Client, job: Job) -> bytes:
    answer = desk.get(reverse("admin:jobs_job_result", args=[job.pk]))
    assert answer.status_code == 200
    return b"".join(answer)


def test_the_book_holds_what_the_public_sees_of_the_association(
    entries: list[Organisation], officer: User, sign_in: SignIn
) -> None:
    desk = sign_in(officer)

    job = made(desk, format="pdf", language="de")
    book = PdfReader(io.BytesIO(content(desk, job)))
    text = "\n".join(page.extract_text() for page in book.pages)

    assert (job.state, job.done, job.total) == (JobState.DONE, 1, 1)
    assert job.result_name.startswith(("repertoire-", "verzeichnis-"))
    assert "Décolletage Étoile SA" in text
    assert "Drechslerei" not in text
    assert "caché" not in text
    assert "payé en retard" not in text
    assert book.trailer["/Root"]["/Lang"] == "de-CH"


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json", "geojson"])
def test_a_table_is_made_and_listed_with_the_files_made_before(
    kind: str, entries: list[Organisation], officer: User, sign_in: SignIn
) -> None:
    desk = sign_in(officer)

    job = made(desk, format=kind, language="fr")
    found = content(desk, job)

    assert job.result_name.endswith(f".{kind}")
    assert (b"PK" if kind == "xlsx" else "Étoile".encode()) in found
    if kind.endswith("json"):
        assert len(json.loads(found)["items" if kind == "json" else "features"]) == 1
    assert job.result_name in desk.get(reverse(PAGE)).content.decode()


def test_an_administrator_takes_out_all_regions(
    entries: list[Organisation], administrator: User, sign_in: SignIn
) -> None:
    assert made(sign_in(administrator), format="csv", language="fr").done == 2


def test_nothing_to_print_is_said_and_leaves_no_file(cep: Association, officer: User, sign_in: SignIn) -> None:
    job = made(sign_in(officer), format="pdf", language="fr")

    assert (job.state, job.result_key) == (JobState.FAILED, None)
    assert "published entry" in job.message


def test_a_book_in_english_and_unknown_answers_are_refused(
    entries: list[Organisation], officer: User, sign_in: SignIn
) -> None:
    desk = sign_in(officer)

    for answers in ({"format": "pdf", "language": "en"}, {"format": "exe", "language": "fr"}, {}):
        assert desk.post(reverse(PAGE), answers).status_code == 422
    assert not Job.objects.filter(kind=TAKE_OUT).exists()


def test_a_book_too_thick_is_refused_before_it_is_set(
    entries: list[Organisation], officer: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companies.exports.jobs.MOST_PRINTED", 0)

    job = made(sign_in(officer), format="pdf", language="fr")

    assert (job.state, job.result_key) == (JobState.FAILED, None)
    assert "at most" in job.message


def test_neighbours_and_readers_get_nothing(
    entries: list[Organisation], officer: User, foreign_manager: User, coach: User, sign_in: SignIn
) -> None:
    desk = sign_in(officer)
    job = made(desk, format="csv", language="fr")

    assert content(desk, job)
    for other in (foreign_manager, coach):
        assert sign_in(other).get(reverse("admin:jobs_job_result", args=[job.pk])).status_code == 404
    assert sign_in(coach).get(reverse(PAGE)).status_code == 404


def test_who_lost_the_right_meanwhile_gets_no_file(entries: list[Organisation], officer: User, sign_in: SignIn) -> None:
    sign_in(officer).post(reverse(PAGE), {"format": "csv", "language": "fr"})
    officer.memberships.update(valid_from="2019-01-01", valid_to="2020-01-01")

    ended = workflow.run_job(job_id=Job.objects.get(kind=TAKE_OUT).pk)

    assert ended is not None
    assert (ended.state, ended.result_key) == (JobState.FAILED, None)


def test_a_double_click_asks_once(entries: list[Organisation], officer: User, sign_in: SignIn) -> None:
    desk, answers = sign_in(officer), {"format": "csv", "language": "fr"}

    places = {desk.post(reverse(PAGE), answers)["Location"] for _press in range(2)}

    assert (len(places), Job.objects.filter(kind=TAKE_OUT).count()) == (1, 1)
