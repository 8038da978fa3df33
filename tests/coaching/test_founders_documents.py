"""Documents from the founder's side: brought, held back, renewed, opened; told to the coach once; closed to everybody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from coaching.emails.course import documents_brought
from coaching.enums import TaskState
from coaching.models import CaseDocument, CaseFile, Task
from coaching.workflow.documents import add_document, share_document
from coaching.workflow.files import edit_case
from promo_portal.accounts.models import User
from promo_portal.audit.models import AccessLog
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.files.models import StoredFile
from promo_portal.files.workflow import scan_waiting
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Municipality
from tests.coaching import factories
from tests.coaching.factories import MONDAY
from tests.conftest import SignIn
from tests.files import corpus
from tests.files.scanner import scanner

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(case: CaseFile, sign_in: SignIn) -> Client:
    """The browser of the file's founder."""
    return sign_in(case.founder)


@pytest.fixture
def desk(coach: User, sign_in: SignIn) -> Client:
    """The coach's browser."""
    return sign_in(coach)


def place(case: CaseFile) -> str:
    return reverse("coaching:documents", args=[case.pk])


def paper(name: str = "plan.pdf", content: bytes = corpus.PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def bring(own: Client, case: CaseFile, **more: Any) -> Any:
    return own.post(place(case), {"file": paper(), "kind": "business_plan", **more})


def the_document(case: CaseFile) -> CaseDocument:
    with association_scope(case.association_id):
        return CaseDocument.objects.get(case_file=case)


def test_brought_renewed_and_opened_with_every_opening_seen_by_both_sides(
    own: Client, desk: Client, case: CaseFile
) -> None:
    assert bring(own, case, title="Plan d’affaires").status_code == 302
    document = the_document(case)
    newer = own.post(
        reverse("coaching:document", args=[case.pk, document.pk]), {"file": paper(content=corpus.PDF + b"% 2")}
    )
    opened = own.get(reverse("coaching:download", args=[case.pk, document.pk, 1]))
    theirs = desk.get(reverse("admin:coaching_casefile_download", args=[case.pk, document.pk, 2]))

    assert newer.status_code == 302
    assert b"".join(opened.streaming_content) == corpus.PDF  # type: ignore[attr-defined]
    assert opened["Content-Disposition"].startswith("attachment")
    assert theirs.status_code == 200
    assert AccessLog.objects.filter(subject_kind="coaching.casedocument", act="download").count() == 2
    for page in (own.get(place(case)), desk.get(reverse("admin:coaching_casefile_documents", args=[case.pk]))):
        words = page.content.decode()
        assert "Ouvert 2 fois" in words
        assert "Nadine Rais" in words
        assert "version 2" in words


def test_what_the_scanner_has_not_seen_is_shown_as_being_checked_and_cannot_be_opened(
    own: Client, desk: Client, case: CaseFile, settings: Any
) -> None:
    with scanner() as served:
        settings.CLAMD_URL = served.address
        bring(own, case)
        document = the_document(case)
        waiting = own.get(place(case)).content.decode()
        early = own.get(reverse("coaching:download", args=[case.pk, document.pk, 1]))
        scan_waiting(now=MONDAY + timedelta(days=400))
        late = own.get(reverse("coaching:download", args=[case.pk, document.pk, 1]))

    assert "En contrôle" in waiting
    assert "personne ne peut l’ouvrir" in waiting
    assert reverse("coaching:download", args=[case.pk, document.pk, 1]) not in waiting
    assert (early.status_code, late.status_code) == (409, 200)


@pytest.mark.parametrize("name", ["vide.pdf", "page.pdf", "macros.docx", "clef.pdf", "ancien.xlsx", "bombe.docx"])
@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_a_file_that_cannot_be_taken_is_refused_in_words_and_nothing_is_kept(
    own: Client, case: CaseFile, name: str, language: str
) -> None:
    with translation.override(language):
        address = place(case)

    answer = own.post(address, {"file": paper(name, corpus.BAD[name]), "kind": "other", "title": "Mon plan"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'class="invalid-feedback' in page
    assert "Mon plan" in page
    with association_scope(case.association_id):
        assert not CaseDocument.objects.exists()
        assert not StoredFile.objects.exists()


def test_a_file_beyond_the_limit_is_named_with_its_size(own: Client, case: CaseFile, settings: Any) -> None:
    settings.FILES_MAX_BYTES = 50

    page = bring(own, case).content.decode()

    assert "50" in page
    assert "limite" in page


def test_the_same_file_twice_is_one_document(own: Client, case: CaseFile) -> None:
    first, second = bring(own, case), bring(own, case)

    assert (first.status_code, second.status_code) == (302, 422)
    assert "Rien n’a été ajouté" in second.content.decode()
    assert the_document(case)


def test_the_coach_hears_once_of_all_that_came_within_half_an_hour(own: Client, case: CaseFile) -> None:
    bring(own, case, title="Plan d’affaires")
    own.post(place(case), {"file": paper("b.pdf", corpus.PDF + b"% b"), "kind": "other", "title": "Offre"})

    mail = OutgoingMail.objects.get(kind="coaching.documents_brought")
    with association_scope(case.association_id), translation.override("fr"):
        said = documents_brought(mail)

    assert mail.to_user_id == case.lead_id
    assert mail.send_after - mail.created_at > timedelta(minutes=29)
    assert "Plan d’affaires" in said.text
    assert "Offre" in said.text
    assert "2 documents" in said.text


def test_a_document_asked_for_is_a_task_that_bringing_it_ticks(own: Client, desk: Client, case: CaseFile) -> None:
    asked = desk.post(
        reverse("admin:coaching_casefile_ask", args=[case.pk]), {"kind": "liquidity_plan", "due_on": "15.12.2030"}
    )
    refused = desk.post(
        reverse("admin:coaching_casefile_ask", args=[case.pk]), {"kind": "liquidity_plan", "due_on": "15.12.2020"}
    )
    assert (asked.status_code, refused.status_code) == (422, 422)
    soon = {"kind": "liquidity_plan", "due_on": f"{clock.today() + timedelta(days=20):%d.%m.%Y}"}
    assert desk.post(reverse("admin:coaching_casefile_ask", args=[case.pk]), soon).status_code == 302
    with association_scope(case.association_id):
        task = Task.objects.get(wanted="liquidity_plan")
    shown = own.get(place(case)).content.decode()
    its_page = own.get(reverse("coaching:task", args=[case.pk, task.pk])).content.decode()
    bring(own, case, kind="liquidity_plan", task=str(task.pk))

    assert task.title == "Déposer\u202f: plan de trésorerie"
    assert f"?task={task.pk}" in shown
    assert f"?task={task.pk}" in its_page
    with association_scope(case.association_id):
        task.refresh_from_db()
    assert task.state == TaskState.DONE


def test_what_the_coach_shares_opens_and_closes_at_once_and_is_the_coachs_to_renew(
    own: Client, case: CaseFile, coach: User
) -> None:
    with transaction.atomic(), association_scope(case.association_id):
        document = add_document(
            case=case, title="Offre", kind="other", is_shared=False, upload=paper(), by=coach, now=MONDAY
        )
    address = reverse("coaching:download", args=[case.pk, document.pk, 1])
    before = own.get(address).status_code
    with transaction.atomic(), association_scope(case.association_id):
        share_document(document=document, is_shared=True, by=coach, now=MONDAY)
    shared = own.get(address).status_code
    renewing = own.post(reverse("coaching:document", args=[case.pk, document.pk]), {"file": paper("c.pdf")})
    with transaction.atomic(), association_scope(case.association_id):
        share_document(document=document, is_shared=False, by=coach, now=MONDAY)

    assert (before, shared, own.get(address).status_code, renewing.status_code) == (404, 200, 404, 404)


@pytest.mark.parametrize("who", ["officer", "specialist", "commission_member", "foreign_coach", "canton_officer"])
def test_for_others_neither_list_nor_bytes_exist(
    request: pytest.FixtureRequest, own: Client, sign_in: SignIn, case: CaseFile, who: str
) -> None:
    bring(own, case)
    document = the_document(case)
    somebody = sign_in(request.getfixturevalue(who))

    addresses = [
        place(case),
        reverse("coaching:download", args=[case.pk, document.pk, 1]),
        reverse("admin:coaching_casefile_download", args=[case.pk, document.pk, 1]),
    ]

    assert [somebody.get(address).status_code for address in addresses] == [404, 404, 404]
    assert somebody.post(place(case), {"file": paper("x.pdf"), "kind": "other"}).status_code == 404


def test_another_founder_and_a_coach_who_gave_the_file_away_read_nothing(
    own: Client,
    desk: Client,
    sign_in: SignIn,
    case: CaseFile,
    tavannes: Municipality,
    manager: User,
    coach: User,
) -> None:
    bring(own, case)
    document = the_document(case)
    neighbour = factories.open_case(tavannes, manager=manager, lead=coach)
    theirs = sign_in(neighbour.founder).get(reverse("coaching:download", args=[case.pk, document.pk, 1]))
    crossed = sign_in(neighbour.founder).get(reverse("coaching:download", args=[neighbour.pk, document.pk, 1]))
    address = reverse("admin:coaching_casefile_download", args=[case.pk, document.pk, 1])
    before = desk.get(address).status_code
    with transaction.atomic(), association_scope(case.association_id):
        edit_case(case=case, values={"lead": manager, "deputy": None}, by=manager, now=MONDAY, version=case.version)

    assert (theirs.status_code, crossed.status_code) == (404, 404)
    assert (before, desk.get(address).status_code) == (200, 404)
