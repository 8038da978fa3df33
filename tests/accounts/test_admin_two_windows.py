"""C6 on every stock form of the admin: of two saves from the same page, the second is told and nothing is lost."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse

from premises.models import Building, Site
from promo_portal.accounts.admin_base import PortalModelAdmin
from promo_portal.accounts.models import User
from promo_portal.core.forms import stale
from promo_portal.regions.models import Municipality
from tests.premises import factories

SignIn = Callable[[User], Client]


class Fields(HTMLParser):
    """What a browser would send from the page's long form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = self._area = ""
        self.feed(page[page.index('id="site_form"') - 200 :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name, kind = found.get("name", ""), found.get("type", "text")
        if tag == "input" and name and kind not in {"submit", "file"}:
            if kind not in {"checkbox", "radio"} or "checked" in found:
                self.values[name] = found.get("value", "")
        elif tag == "select":
            self._select = name
            self.values[name] = ""
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""
        elif tag == "option" and self._select and "selected" in found:
            self.values[self._select] = found.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


@pytest.fixture
def place(tavannes: Municipality) -> Site:
    place = factories.site(tavannes)
    Building.objects.create(site=place, name="Bâtiment A")
    return place


@pytest.fixture
def two_desks(manager: User, sign_in: SignIn, place: Site) -> tuple[Client, str, dict[str, str]]:
    """The manager's two windows, both opened now."""
    desk, url = sign_in(manager), reverse("admin:premises_site_change", args=[place.pk])
    return desk, url, Fields(desk.get(url).content.decode()).values


Desks = tuple[Client, str, dict[str, str]]


def test_the_second_save_from_the_same_page_is_told_and_keeps_what_was_typed(two_desks: Desks, place: Site) -> None:
    desk, url, opened = two_desks

    saved = desk.post(url, {**opened, "name": "Zone du Pont"})
    refused = desk.post(url, {**opened, "street": "Rue du Pont 9"})

    page = refused.content.decode()
    assert (saved.status_code, refused.status_code) == (302, 200)
    assert "Cette fiche a été enregistrée depuis que vous l’avez ouverte" in page
    assert re.search(r"Votre saisie diffère[^.]*nom[^.]*rue", page, re.IGNORECASE)
    typed = Fields(page).values
    assert (typed["name"], typed["street"]) == (opened["name"], "Rue du Pont 9")
    place.refresh_from_db()
    assert (place.name, place.street) == ("Zone du Pont", opened["street"])

    again = desk.post(url, {**typed, "name": "Zone du Pont"})

    place.refresh_from_db()
    assert again.status_code == 302
    assert (place.name, place.street) == ("Zone du Pont", "Rue du Pont 9")


def test_rows_below_the_form_count_too(two_desks: Desks, place: Site) -> None:
    desk, url, opened = two_desks
    row = next(name for name, value in opened.items() if name.endswith("-name") and value == "Bâtiment A")

    desk.post(url, {**opened, row: "Bâtiment B"})
    refused = desk.post(url, {**opened, row: "Bâtiment C"})

    assert refused.status_code == 200
    assert place.buildings.get().name == "Bâtiment B"


def test_another_fault_does_not_hide_a_colleagues_work(two_desks: Desks, place: Site) -> None:
    desk, url, opened = two_desks
    faulty = Fields(desk.post(url, {**opened, "name": ""}).content.decode()).values
    assert faulty["_seen"] == opened["_seen"]

    desk.post(url, {**opened, "name": "Zone du Pont"})
    refused = desk.post(url, {**faulty, "name": "Zone du Lac"})

    place.refresh_from_db()
    assert (refused.status_code, place.name) == (200, "Zone du Pont")


def test_without_the_comparison_a_field_is_lost(two_desks: Desks, place: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the tests above see what happens where nobody looks."""
    desk, url, opened = two_desks
    monkeypatch.setattr(stale.NoticesColleagues, "clean", lambda form: super(stale.NoticesColleagues, form).clean())

    desk.post(url, {**opened, "name": "Zone du Pont"})
    desk.post(url, {**opened, "street": "Rue du Pont 9"})

    place.refresh_from_db()
    assert (place.name, place.street) == (opened["name"], "Rue du Pont 9")


def test_no_admin_page_of_ours_makes_its_form_past_the_base(rf: object) -> None:
    for model, page in site._registry.items():
        if isinstance(page, PortalModelAdmin):
            assert type(page).get_form is PortalModelAdmin.get_form, model
