"""Lists for other websites: framed where staff allow it, chosen by the address of a filtered directory."""

import html

import pytest
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from companies.admin.embeds import EmbedAdmin
from companies.models import Embed
from companies.search import rebuild
from promo_portal.accounts.models import User
from promo_portal.regions.models import Association, Municipality
from tests.clusters.factories import ClusterFactory
from tests.companies import factories
from tests.conftest import SignIn

ADD = "admin:companies_embed_add"
SITE = "https://www.tavannes.example"


def policy_of(answer: object) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split(";")  # type: ignore[attr-defined]
    return dict(part.strip().split(" ", 1) for part in parts if " " in part.strip())


def sent(desk: Client, **answers: str) -> object:
    values = {"title": "Nos entreprises", "key": "tavannes-ch", "query": "", "origins": SITE, "language": "fr"}
    return desk.post(reverse(ADD), {**values, "is_active": "on", **answers})


@pytest.fixture
def two_places(tavannes: Municipality, nidau: Municipality) -> None:
    factories.organisation(tavannes, name="Décolletage Étoile SA", internal_note="payé en retard")
    factories.organisation(nidau, name="Drechslerei Nidau GmbH")
    rebuild()


def test_a_municipality_shows_its_companies_on_its_own_website_and_nowhere_else(
    two_places: None, cep: Association, client: Client
) -> None:
    embed = factories.embed(cep, query="municipality=713", origins=f"{SITE}\nhttps://tavannes.example")

    answer = client.get(reverse("companies:embedded", args=[embed.key]), {"page": "nonsense", "q": "nidau"})
    page = answer.content.decode()

    assert "Décolletage Étoile SA" in page
    assert "Drechslerei" not in page
    assert "payé en retard" not in page
    assert f'{reverse("companies:list")}" target' in page  # the whole directory, without the list's own filter
    assert policy_of(answer)["frame-ancestors"] == f"{SITE} https://tavannes.example"
    assert "X-Frame-Options" not in answer.headers
    assert "<script" not in page


def test_a_withdrawn_cluster_leaves_an_empty_list_not_the_whole_directory(
    two_places: None, cep: Association, client: Client
) -> None:
    ClusterFactory(slug="precision", state="draft", association=cep)
    embed = factories.embed(cep, query="cluster=precision")

    page = client.get(reverse("companies:embedded", args=[embed.key])).content.decode()

    assert "Aucune entreprise n’y figure" in page
    assert "Nidau" not in page


def test_control_every_other_page_of_the_directory_can_be_framed_by_nobody(two_places: None, client: Client) -> None:
    answer = client.get(reverse("companies:list"))

    assert policy_of(answer)["frame-ancestors"] == "'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_list_is_in_its_own_language_and_says_when_nobody_is_in_it(cep: Association, client: Client) -> None:
    embed = factories.embed(cep, language="de")

    page = client.get(reverse("companies:embedded", args=[embed.key])).content.decode()

    assert '<html lang="de-CH"' in page
    assert "Zurzeit steht hier kein Unternehmen." in page


@pytest.mark.parametrize("change", [{"is_active": False}, {"key": "other"}])
def test_a_list_out_of_use_or_unknown_is_a_missing_page(
    change: dict[str, object], cep: Association, client: Client
) -> None:
    factories.embed(cep, **{"key": "tavannes-ch", **change})  # type: ignore[arg-type]

    assert client.get(reverse("companies:embedded", args=["tavannes-ch"])).status_code == 404


def test_staff_paste_an_address_and_get_what_the_website_needs(
    two_places: None, cep: Association, officer: User, sign_in: SignIn
) -> None:
    desk = sign_in(officer)

    answer = sent(
        desk, query=f"https://portail.example{reverse('companies:list')}?municipality=713&sort=confirmed&page=4"
    )
    (embed,) = Embed.objects.all()
    page = desk.get(reverse("admin:companies_embed_change", args=[embed.pk])).content.decode()

    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert (embed.association, embed.query) == (cep, "municipality=713&sort=confirmed")
    assert "&lt;iframe src=" in page
    assert embed.key in page


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("query", "https://portail.example/?municipality=99999"),
        ("query", "https://portail.example/fr/"),
        ("query", "nonsense"),
        ("origins", "http://www.tavannes.example"),
        ("origins", "https://www.tavannes.example/page"),
        ("origins", "*"),
        ("origins", "https://*.example"),
        ("origins", "https://a.example; script-src *"),
        ("origins", "'unsafe-inline'"),
        ("origins", "\n".join(f"https://www{n}.example.ch" for n in range(11))),
        ("origins", ""),
        ("key", "tavannes ch"),
    ],
)
def test_what_is_no_website_or_no_filter_is_refused_in_words(
    field: str, text: str, two_places: None, officer: User, sign_in: SignIn
) -> None:
    answer = sent(sign_in(officer), **{field: text})

    assert answer.status_code in {200, 422}  # type: ignore[attr-defined]
    assert b"errorlist" in answer.content or b"is-invalid" in answer.content  # type: ignore[attr-defined]
    assert not Embed.objects.exists()


def test_lists_of_others_stay_theirs(
    cep: Association, foreign_manager: User, coach: User, administrator: User, sign_in: SignIn
) -> None:
    embed = factories.embed(cep)
    change = reverse("admin:companies_embed_change", args=[embed.pk])

    assert sign_in(foreign_manager).get(change).status_code == 404
    assert sign_in(coach).get(reverse(ADD)).status_code in {403, 404}
    assert sign_in(administrator).get(change).status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        Embed.objects.filter(pk=embed.pk).update(origins="")


def test_the_address_of_a_list_stays(cep: Association, officer: User, sign_in: SignIn) -> None:
    embed = factories.embed(cep)
    values = {"title": "Neu", "key": "anders", "query": "", "origins": SITE, "language": "de", "is_active": "on"}

    sign_in(officer).post(reverse("admin:companies_embed_change", args=[embed.pk]), values)
    embed.refresh_from_db()

    assert (embed.title, embed.key) == ("Neu", "tavannes-ch")


def test_a_title_stays_a_title_in_what_the_website_pastes() -> None:
    embed = Embed(pk=1, key="ici", title='Les "nôtres" & <autres>')

    pasted = html.unescape(EmbedAdmin(Embed, admin.site).snippet(embed))

    assert 'title="Les &quot;nôtres&quot; &amp; &lt;autres&gt;"' in pasted
