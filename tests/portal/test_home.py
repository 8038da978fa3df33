"""Visitors arrive in their language and find only doors that open."""

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation

from companies.models import Organisation
from companies.search import rebuild
from promo_portal.core.page_cache import forget_pages
from promo_portal.portal import sitemap
from promo_portal.regions.loading import load_regions
from promo_portal.regions.models import Municipality

pytestmark = pytest.mark.django_db

PAGES = ["portal:home", "portal:contact", "portal:privacy", "portal:accessibility", "portal:sources", "portal:imprint"]


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    forget_pages()


@pytest.mark.parametrize(
    ("wanted", "home"),
    [
        ("fr-CH,fr;q=0.9", "/fr/"),
        ("de-CH,de;q=0.9,en;q=0.5", "/de/"),
        ("en", "/en/"),
        ("it-CH, pt;q=0.5", "/fr/"),
        ("", "/fr/"),
        ("\x00;;q=,,", "/fr/"),
    ],
)
def test_the_bare_address_leads_to_the_browsers_language(client: Client, wanted: str, home: str) -> None:
    answer = client.get("/", headers={"accept-language": wanted})

    assert (answer.status_code, answer["Location"]) == (302, home)
    assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))


def test_a_language_chosen_before_counts_more_than_the_browsers(client: Client) -> None:
    client.cookies["language"] = "de"

    assert client.get("/", headers={"accept-language": "fr"})["Location"] == "/de/"


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_every_public_page_opens_and_links_only_to_pages_that_open(client: Client, language: str) -> None:
    links = set()
    for name in PAGES:
        with translation.override(language):
            answer = client.get(reverse(name))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert f'lang="{language}-CH"' in page
        links |= set(re.findall(r'<a [^>]*href="(/[^"#]*)', page))

    broken = {link: status for link in links if (status := client.get(link).status_code) not in {200, 302}}

    assert broken == {}
    assert len(links) > 20


def test_home_figures_come_from_records_and_each_is_a_link(client: Client) -> None:
    load_regions()

    page = client.get("/fr/").content.decode()

    assert '<dd class="figure">58</dd>' in page
    assert "map-land" in page
    assert 'role="search"' in page
    assert page.count('<dd class="figure">') == page.split("</dl>")[0].count("<dt><a href=")


def test_home_works_before_anything_is_loaded(client: Client) -> None:
    answer = client.get("/fr/")

    assert answer.status_code == 200
    assert "map-circle" not in answer.content.decode()


def test_home_shows_companies_as_a_figure_and_on_the_map_with_the_same_numbers_in_a_table(client: Client) -> None:
    load_regions()
    tramelan = Municipality.objects.get(bfs=446)
    for number in range(3):
        Organisation.objects.create(
            name=f"Atelier {number}",
            kind="company",
            municipality=tramelan,
            state="published",
            listed_on=date(2026, 1, 1),
            confirmed_on=date(2026, 10, 1),
        )
    rebuild()

    page = client.get("/fr/").content.decode()

    assert re.search(r'<dt><a href="/fr/entreprises/">entreprises</a></dt><dd class="figure">3</dd>', page)
    assert "Tramelan, 3 entreprises" in page
    assert '<a href="/fr/entreprises/?municipality=446">Tramelan</a>' in page
    assert len(re.findall(r'<dd class="figure">', page)) == 4


def test_search_engines_get_every_public_page_in_three_languages_and_in_files_of_their_size(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.delete("sitemap:count")

    whole = client.get("/sitemap.xml").content.decode()
    monkeypatch.setattr(sitemap, "ENTRIES", 4)
    index = client.get("/sitemap.xml").content.decode()
    parts = re.findall(r"<loc>[^<]*(/sitemap-\d+\.xml)</loc>", index)
    in_parts = [url for part in parts for url in re.findall(r"<loc>(.*?)</loc>", client.get(part).content.decode())]

    urls = re.findall(r"<loc>(.*?)</loc>", whole)
    paths = {url.removeprefix(django_settings.SITE_URL) for url in urls}
    assert {"/fr/", "/de/", "/en/", "/fr/entreprises/", "/de/unternehmen/", "/en/companies/"} <= paths
    assert urls == in_parts
    assert len(parts) > 2
    assert whole.count('hreflang="de-CH"') == len(urls)
    assert {path: code for path in paths if (code := client.get(path).status_code) != 200} == {}
    assert [client.get(f"/sitemap-{number}.xml").status_code for number in (0, 999)] == [404, 404]
    ET.fromstring(whole)
    cache.delete("sitemap:count")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("tramelan", "Chambre d’économie publique du Jura bernois"),
        ("Bienne", "Promotion économique Bienne-Seeland"),
        ("Lausanne", "Hors du canton de Berne"),
        ("qqqqqq", "Aucune commune"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("a" * 5000, "Aucune commune"),
        ("\x00", "Trouver mon contact"),
    ],
)
def test_the_contact_page_names_who_is_in_charge_of_a_place(client: Client, place: str, expected: str) -> None:
    load_regions()

    answer = client.get("/fr/contact/", {"place": place})

    assert answer.status_code == 200
    assert expected in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize("url", ["/fr/", "/fr/contact/?place=biel"])
def test_a_public_page_costs_few_queries(client: Client, django_assert_max_num_queries: object, url: str) -> None:
    load_regions()

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get(url)


def test_a_demonstration_asks_search_engines_to_stay_away(client: Client, settings: object) -> None:
    demo = client.get("/robots.txt").content.decode()
    settings.IS_DEMO = False  # type: ignore[attr-defined]
    real = client.get("/robots.txt").content.decode()

    assert demo == "User-agent: *\nDisallow: /\n"
    assert "Disallow: /admin/" in real
    assert "Disallow: /\n" not in real
