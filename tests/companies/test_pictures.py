"""The logo and the photo of an entry: brought by staff, checked, drawn anew, seen by everybody who sees the entry."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from companies import pictures
from companies.models import Organisation, OrganisationPicture
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.files.models import StoredFile
from promo_portal.files.workflow import scan_waiting
from promo_portal.regions.models import Municipality
from tests.companies import factories
from tests.conftest import SignIn
from tests.files.corpus import EICAR
from tests.files.scanner import scanner

LATITUDE, ORIENTATION = 2, 0x0112


@pytest.fixture
def desk(officer: User, sign_in: SignIn) -> Client:
    return sign_in(officer)


@pytest.fixture
def mecatis(tavannes: Municipality) -> Organisation:
    return factories.organisation(tavannes, confirmed_on=clock.today())


def sideways_with_place() -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(0x8825)[LATITUDE] = (47.0, 13.0, 12.0)
    return factories.jpeg((900, 600), exif=exif)


def bring(desk: Client, entry: Organisation, kind: str, content: bytes | None, **more: str) -> Any:
    sent: dict[str, Any] = {"kind": kind, f"{kind}-seen_version": str(entry.version), **more}
    if content is not None:
        sent[f"{kind}-file"] = SimpleUploadedFile("image.jpg", content)
    return desk.post(reverse("admin:companies_organisation_pictures", args=[entry.pk]), sent)


def address(entry: Organisation, kind: str, size: str = "large") -> str:
    return reverse("companies:picture", args=[entry.pictures.get(kind=kind).key, size])


def test_what_staff_bring_is_seen_by_everybody_without_what_the_camera_wrote_into_it(
    desk: Client, client: Client, mecatis: Organisation
) -> None:
    answer = bring(
        desk, mecatis, "photo", sideways_with_place(), **{"photo-alternative_fr": "Un tour.", "photo-credit": "A. Frei"}
    )
    mecatis.refresh_from_db()
    bring(desk, mecatis, "logo", factories.jpeg((1500, 500)))

    page = client.get(reverse("companies:detail", args=[mecatis.pk, mecatis.slug])).content.decode()
    served = client.get(address(mecatis, "photo"))
    drawn = Image.open(io.BytesIO(b"".join(served)))
    item = client.get(f"/api/v1/companies/{mecatis.pk}").json()
    assert answer.status_code == 302
    assert 'alt="Un tour."' in page
    assert "A. Frei" in page
    assert all(word in page for word in ('itemprop="logo"', 'itemprop="image"', address(mecatis, "logo", "small")))
    assert (drawn.size, drawn.format, dict(drawn.getexif())) == ((600, 900), "WEBP", {})
    assert served["Cache-Control"] == "public, max-age=86400"
    assert item["logo_url"].endswith(address(mecatis, "logo"))
    assert mecatis.pictures.get(kind="logo").width == 640


@pytest.mark.parametrize(
    ("kind", "content", "more", "words"),
    [
        ("photo", factories.jpeg(), {}, "dans au moins une langue"),
        ("photo", None, {"photo-alternative_fr": "Un tour."}, "Choisissez un fichier"),
        ("logo", b"%PDF-1.7 ceci n'est pas une image", {}, "terminaison .jpg"),
        ("logo", factories.jpeg()[:700], {}, "ne se lit pas comme image"),
        ("logo", factories.jpeg(), {"logo-seen_version": "7"}, "Une personne de l’équipe"),
    ],
)
def test_what_cannot_be_taken_is_said_in_words_and_nothing_is_kept(
    desk: Client, mecatis: Organisation, kind: str, content: bytes | None, more: dict[str, str], words: str
) -> None:
    answer = bring(desk, mecatis, kind, content, **more)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not OrganisationPicture.objects.exists()


def test_nothing_is_seen_before_the_scanner_has_passed_it(desk: Client, mecatis: Organisation, settings: Any) -> None:
    with scanner() as clamd:
        settings.CLAMD_URL = clamd.address
        bring(desk, mecatis, "logo", factories.jpeg())
        before = mecatis.pictures.get()
        scan_waiting(now=clock.now())
        mecatis.refresh_from_db()
        after = mecatis.pictures.get()
        bring(desk, mecatis, "logo", factories.jpeg() + EICAR)
        scan_waiting(now=clock.now())
        infected = mecatis.pictures.get()

    assert (before.state, before.key) == ("checking", None)
    assert (after.state, after.key is None) == ("shown", False)
    assert (infected.state, infected.key) == ("refused", None)


def test_a_picture_that_was_replaced_or_taken_off_or_whose_entry_is_hidden_is_gone_for_the_public(
    desk: Client, client: Client, mecatis: Organisation, django_capture_on_commit_callbacks: Any
) -> None:
    factories.picture(mecatis)
    first = address(mecatis, "logo")
    mecatis.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        bring(desk, mecatis, "logo", factories.jpeg((300, 100)))
    second = address(mecatis, "logo")
    kept = mecatis.pictures.get()
    with association_scope(mecatis.association_id or 0):
        brought = kept.file.path
        assert StoredFile.objects.count() == 1, "what was brought before is gone, with all that a camera wrote into it"

    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    Organisation.objects.filter(pk=mecatis.pk).update(state="hidden")
    assert (client.get(second).status_code, desk.get(second).status_code) == (404, 200)
    mecatis.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        bring(desk, mecatis, "logo", None, take_off="1")
    assert not mecatis.pictures.exists()
    assert not pictures.default_storage.exists(pictures.path_of(kept.key, "small"))
    assert not pictures.default_storage.exists(brought)
    with association_scope(mecatis.association_id or 0):
        assert not StoredFile.objects.exists()
