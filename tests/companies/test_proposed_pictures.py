"""A company's own logo and photo: proposed by its signed link, seen by staff alone, then the entry's own or gone."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from companies.links import token_for
from companies.models import ChangeProposal, Contact, Organisation, OrganisationPicture, ProposedPicture
from companies.pictures import path_of
from companies.workflow.entries import edit_organisation
from companies.workflow.proposals import accept_many, accept_proposal, decide_fields
from companies.workflow.unfit_pictures import lapse_pictures
from promo_portal.accounts.models import User
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.files.models import StoredFile
from promo_portal.files.workflow import scan_waiting
from promo_portal.mailing.models import OutgoingMail
from promo_portal.mailing.workflow.sending import render_sample
from promo_portal.regions.models import Municipality
from tests.companies import factories
from tests.companies.test_entry_link import FORM
from tests.companies.test_pictures import sideways_with_place
from tests.conftest import SignIn
from tests.files.corpus import EICAR, flood_of_pixels
from tests.files.scanner import scanner

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WORDS = {"photo_alternative_fr": "Deux personnes devant un tour.", "photo_credit": "A. Frei"}


@pytest.fixture(autouse=True)
def at_nine(fresh_cache: object) -> Iterator[None]:
    with clock.standing_still(NOW):
        yield


@pytest.fixture
def mecatis(tavannes: Municipality) -> Organisation:
    """An entry that says what the form sends, so that only its pictures change."""
    made = factories.organisation(
        tavannes, street="Rue du Pont 3", postcode="2710", locality="Tavannes", phone="+41324810000",
        email="info@mecatis.example", website="https://mecatis.example/", languages="fr de", size_class="10-49",
        founded_year=1987, purpose_fr="Décolletage de précision.", confirmed_on=clock.today(), language="fr",
    )  # fmt: skip
    made.activity_links.create(activity=factories.activity(), is_main=True)
    made.capability_links.create(capability=factories.capability())
    Contact.objects.create(
        organisation=made, first_name="Anna", last_name="Frei", email="anna@mecatis.example", is_main=True,
        language="fr",
    )  # fmt: skip
    return made


@pytest.fixture
def token(mecatis: Organisation) -> str:
    return token_for(mecatis.pk, mecatis.contacts.get().pk, "anna@mecatis.example")


@pytest.fixture
def desk(officer: User, sign_in: SignIn) -> Client:
    return sign_in(officer)


def send(token: str, **changes: Any) -> Any:
    """The page of the signed link as a browser sends it; bytes become a file of their field."""
    version = Organisation.objects.get(name="Mécatis SA").version
    sent = {**FORM, "seen_version": version, "photo_alternative_fr": "", **changes}
    files = {
        name: value if isinstance(value, SimpleUploadedFile) else SimpleUploadedFile("image.jpg", value)
        for name, value in sent.items()
        if isinstance(value, bytes | SimpleUploadedFile)
    }
    return Client(headers={"accept-language": "fr"}).post(reverse("companies:entry_edit", args=[token]), sent | files)


def proposed(kind: str) -> ChangeProposal:
    return ChangeProposal.objects.get(field=kind, state="open")


def files_of(entry: Organisation) -> list[str]:
    with association_scope(entry.association_id or 0):
        return [row.path for row in StoredFile.objects.order_by("pk")]


def test_a_company_proposes_a_photo_that_only_staff_and_itself_see_until_it_is_accepted(
    client: Client, desk: Client, token: str, mecatis: Organisation, officer: User,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    factories.picture(mecatis, "photo", alternative_fr="Le hall.")
    mecatis.refresh_from_db()
    old = mecatis.pictures.get()
    (old_file,) = files_of(mecatis)

    answer = send(token, photo=sideways_with_place(), **WORDS)
    held = ProposedPicture.objects.get()
    at_staff = reverse("companies:picture", args=[held.key, "small"])
    at_company = reverse("companies:entry_picture", args=[token, held.key, "small"])
    listed = desk.get(reverse("admin:companies_changeproposal_changelist")).text
    own_page = client.get(reverse("companies:entry_edit", args=[token])).text
    public_page = client.get(reverse("companies:detail", args=[mecatis.pk, mecatis.slug])).text
    seen = {who: one.get(at_staff).status_code for who, one in {"public": client, "staff": desk}.items()}
    drawn = Image.open(io.BytesIO(b"".join(desk.get(at_staff))))

    assert answer["Location"].endswith("?what=changes")
    assert seen == {"public": 404, "staff": 200}
    assert client.get(at_company).status_code == 200
    assert all("no-store" in answer["Cache-Control"] for answer in (desk.get(at_staff), client.get(at_company)))
    assert at_staff in listed
    assert reverse("companies:picture", args=[old.key, "small"]) in listed
    assert at_company in own_page
    assert str(held.key) not in public_page
    assert (drawn.format, dict(drawn.getexif())) == ("WEBP", {})

    with django_capture_on_commit_callbacks(execute=True):
        accept_proposal(proposal=proposed("photo"), by=officer, now=NOW)
    kept = mecatis.pictures.get()
    step = Transition.unscoped.get(subject_id=mecatis.pk, action="keep_photo", reason__gt="")
    mail = OutgoingMail.objects.get(kind="companies.changes_decided")
    assert (kept.key, kept.alternative_fr, kept.credit) == (held.key, "Deux personnes devant un tour.", "A. Frei")
    assert client.get(at_staff)["Cache-Control"] == "public, max-age=86400"
    assert kept.added_by_name == "Anna Frei"
    assert step.actor_name == str(officer)
    assert step.reason == "l’entreprise elle-même, Anna Frei"
    assert "Deux personnes devant un tour." in render_sample(mail).text
    assert not ProposedPicture.objects.exists()
    assert len(files_of(mecatis)) == 1
    assert not default_storage.exists(old_file)
    assert not default_storage.exists(path_of(old.key, "small"))


def test_another_company_and_a_foreign_association_never_reach_a_proposed_picture(
    client: Client,
    token: str,
    tavannes: Municipality,
    foreign_manager: User,
    company_contact: User,
    commission_member: User,
    founder: User,
    sign_in: SignIn,
) -> None:
    other = factories.organisation(tavannes, name="Autre SA", email="info@autre.example")
    send(token, logo=factories.jpeg())
    key = ProposedPicture.objects.get().key

    theirs = reverse("companies:entry_picture", args=[token_for(other.pk, None, other.email), key, "small"])
    assert client.get(theirs).status_code == 404
    at_staff = reverse("companies:picture", args=[key, "small"])
    outsiders = (foreign_manager, company_contact, commission_member, founder)
    assert [sign_in(who).get(at_staff).status_code for who in outsiders] == [404] * 4
    Contact.objects.update(left_on=clock.today())
    assert client.get(reverse("companies:entry_picture", args=[token, key, "small"])).status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (SimpleUploadedFile("logo.jpg", b"%PDF-1.7 un document"), "terminaison .jpg"),
        (SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "PNG, JPG, WEBP"),
        (SimpleUploadedFile("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "terminaison .png"),
        (SimpleUploadedFile("logo.gif", b"GIF89a" + bytes(40)), "PNG, JPG, WEBP"),
        (SimpleUploadedFile("logo.jpg", b"GIF89a" + bytes(40)), "terminaison .jpg"),
        (SimpleUploadedFile("logo.jpg", b""), "vide"),
        (SimpleUploadedFile("logo.jpg", factories.jpeg() + bytes(10_000_000)), "la limite est de 10"),
        (SimpleUploadedFile("logo.jpg", factories.jpeg()[:700]), "ne se lit pas comme image"),
        (SimpleUploadedFile("logo.png", flood_of_pixels()), "trop de pixels"),
    ],
    ids=["pdf", "svg", "svg as png", "gif", "gif as jpg", "empty", "10 MB", "broken", "30'000 pixels"],
)
def test_what_is_no_picture_for_the_public_is_said_in_words_and_all_that_was_typed_stays(
    token: str, mecatis: Organisation, content: SimpleUploadedFile, words: str
) -> None:
    content.seek(0)
    answer = send(token, logo=content, street="Rue des Prés 5")

    assert answer.status_code == 422
    assert words in answer.text.replace("\u202f", " ").replace("\xa0", " ")
    assert "Rue des Prés 5" in answer.text
    assert not ChangeProposal.objects.exists()
    assert not files_of(mecatis)


def test_a_request_far_beyond_the_limit_is_answered_with_words_before_it_is_read(token: str) -> None:
    answer = Client().generic(
        "POST", reverse("companies:entry_edit", args=[token]), b"", "multipart/form-data", CONTENT_LENGTH="200000000"
    )

    assert answer.status_code == 413
    assert "plus petit" in answer.content.decode()


def test_a_photo_needs_its_words_and_words_their_photo_and_a_page_that_comes_back_asks_for_the_file_again(
    token: str,
) -> None:
    wordless = send(token, photo=factories.jpeg())
    alone = send(token, **WORDS)
    mistyped = send(token, photo=factories.jpeg(), **WORDS, postcode="2710", email="nobody")

    assert (wordless.status_code, alone.status_code, mistyped.status_code) == (422, 422, 422)
    assert "dans au moins une langue" in wordless.text
    assert "Choisissez la photo" in alone.text
    assert "Choisissez cette image encore une fois" in mistyped.text
    assert not ChangeProposal.objects.exists()


def test_a_newer_answer_replaces_the_older_with_its_file_and_new_words_alone_keep_the_picture(
    token: str, mecatis: Organisation, django_capture_on_commit_callbacks: Any
) -> None:
    send(token, photo=factories.jpeg((300, 200)), **WORDS)
    (first,) = files_of(mecatis)
    with django_capture_on_commit_callbacks(execute=True):
        send(token, photo=factories.jpeg((400, 200)), **WORDS)
    held, (second,) = ProposedPicture.objects.get(), files_of(mecatis)
    again = send(token, photo_alternative_fr="Deux tours.", photo_credit="A. Frei")

    assert not default_storage.exists(first)
    assert default_storage.exists(second)
    assert again["Location"].endswith("?what=changes")
    assert ProposedPicture.objects.get().key == held.key
    assert "Deux tours." in proposed("photo").proposed
    with django_capture_on_commit_callbacks(execute=True):
        send(token, photo_away="on", photo_alternative_fr="Deux tours.", photo_credit="A. Frei")
    assert not ChangeProposal.objects.filter(state="open").exists()
    assert not default_storage.exists(second)
    assert not default_storage.exists(path_of(held.key, "large"))


def test_a_company_proposes_other_words_or_to_take_its_picture_off(
    token: str, mecatis: Organisation, officer: User
) -> None:
    factories.picture(mecatis, "photo", alternative_fr="Le hall.")
    factories.picture(mecatis, "logo")

    send(token, photo_alternative_fr="Le hall de Tavannes.", logo_away="on")
    again = send(token, photo_alternative_fr="Le hall de Tavannes.", logo_away="on")
    decided = accept_many(
        proposals=list(ChangeProposal.objects.filter(field__in=["logo", "photo"])), by=officer, now=NOW
    )

    assert again["Location"].endswith("?what=nothing")
    assert {row.field for row in decided.done} == {"logo", "photo"}
    assert list(mecatis.pictures.values_list("kind", "alternative_fr")) == [("photo", "Le hall de Tavannes.")]
    assert len(files_of(mecatis)) == 1


def test_a_refused_picture_is_deleted_and_the_same_bytes_are_not_asked_again(
    token: str, mecatis: Organisation, officer: User, django_capture_on_commit_callbacks: Any
) -> None:
    send(token, logo=factories.jpeg())
    held, (brought,) = ProposedPicture.objects.get(), files_of(mecatis)
    with django_capture_on_commit_callbacks(execute=True):
        decide_fields(
            organisation=mecatis, accept=[], refuse={proposed("logo").pk: "Trop sombre."}, by=officer, now=NOW
        )
    again = send(token, logo=factories.jpeg())

    assert again["Location"].endswith("?what=declined")
    assert not ProposedPicture.objects.exists()
    assert not files_of(mecatis)
    assert not default_storage.exists(brought)
    assert not default_storage.exists(path_of(held.key, "small"))


def test_all_without_conflict_are_accepted_at_once_pictures_too_and_a_conflict_stays(
    desk: Client, token: str, mecatis: Organisation, tavannes: Municipality
) -> None:
    send(token, logo=factories.jpeg(), photo=factories.jpeg((300, 200)), **WORDS)
    mecatis.refresh_from_db()
    factories.picture(mecatis, "logo")  # staff brought one meanwhile

    preview = desk.get(reverse("admin:companies_changeproposal_accept_all"))
    desk.post(reverse("admin:companies_changeproposal_accept_all"), {"seen": preview.context["seen"]})

    assert preview.text.count('<span class="picture-pair">') == 2
    assert (preview.context["conflicts"], preview.context["fit"]) == (1, 1)
    assert mecatis.pictures.get(kind="photo").alternative_fr == "Deux personnes devant un tour."
    assert set(ChangeProposal.objects.filter(state="open").values_list("field", flat=True)) == {"logo"}


def test_a_value_that_the_database_refuses_leaves_the_pictures_of_the_same_decision_open(
    token: str, mecatis: Organisation, officer: User, tavannes: Municipality
) -> None:
    factories.organisation(tavannes, name="Autre SA", uid=factories.uid_number(1))
    send(token, logo=factories.jpeg())
    factories.proposal(mecatis, field="uid", proposed=factories.uid_number(1))

    decided = accept_many(proposals=list(ChangeProposal.objects.filter(state="open")), by=officer, now=NOW)

    assert "logo" in {row.field for row, _why in decided.skipped}
    assert proposed("logo").picture.key is not None
    assert not mecatis.pictures.exists()


def test_nobody_sees_or_accepts_what_the_scanner_has_not_passed_and_what_it_finds_is_refused_with_words(
    desk: Client, token: str, mecatis: Organisation, officer: User, settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    with scanner() as clamd:
        settings.CLAMD_URL = clamd.address
        send(token, logo=factories.jpeg())
        before = accept_many(proposals=[proposed("logo")], by=officer, now=NOW)
        page = desk.get(reverse("admin:companies_changeproposal_changelist")).text
        own = Client().get(reverse("companies:entry_edit", args=[token])).text
        scan_waiting(now=NOW)
        ready = ProposedPicture.objects.get()
        send(token, logo=factories.jpeg() + EICAR)
        with django_capture_on_commit_callbacks(execute=True):
            scan_waiting(now=NOW)

    refused = ChangeProposal.objects.get(state="refused")
    assert "antivirus" in before.skipped[0][1]
    assert "antivirus" in page
    assert "contrôle antivirus" in own
    assert ready.key is not None
    assert "antivirus" in refused.reason
    assert not files_of(mecatis)
    assert OutgoingMail.objects.filter(kind="companies.changes_decided").exists()


def test_a_picture_that_nobody_decides_on_for_a_year_is_deleted_and_its_company_told(
    token: str, mecatis: Organisation, django_capture_on_commit_callbacks: Any
) -> None:
    send(token, logo=factories.jpeg(), street="Rue des Prés 5")
    (brought,) = files_of(mecatis)
    others = ChangeProposal.objects.exclude(field="logo")

    assert lapse_pictures(now=NOW + timedelta(days=364)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert lapse_pictures(now=NOW + timedelta(days=366)) == 1
    assert lapse_pictures(now=NOW + timedelta(days=366)) == 0

    logo = ChangeProposal.objects.get(field="logo")
    assert (logo.state, "Envoyez" in logo.reason) == ("overtaken", True)
    assert not default_storage.exists(brought)
    assert set(others.values_list("state", flat=True)) == {"open"}


def test_the_file_goes_also_when_the_entry_has_moved_to_another_association(
    token: str, mecatis: Organisation, nidau: Municipality, officer: User, django_capture_on_commit_callbacks: Any
) -> None:
    home = mecatis.association_id or 0
    send(token, logo=factories.jpeg())
    mecatis.refresh_from_db()
    edit_organisation(organisation=mecatis, values={"municipality": nidau}, by=officer, now=NOW)
    accept_proposal(proposal=proposed("logo"), by=officer, now=NOW)
    moved = OrganisationPicture.objects.get()
    send(token_for(mecatis.pk, None, "info@mecatis.example"), municipality="Nidau", logo=factories.jpeg((300, 200)))
    with django_capture_on_commit_callbacks(execute=True):
        accept_proposal(proposal=proposed("logo"), by=officer, now=NOW)

    assert moved.keeper_id == home
    with association_scope(home):
        assert not StoredFile.objects.exists()
