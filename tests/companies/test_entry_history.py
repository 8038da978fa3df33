"""An entry's history: every field with its author, what hangs on the entry, and where a value came from."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from companies.enums import ProposalSource
from companies.models import Contact, Organisation, OrganisationCapability
from companies.workflow import entries, proposals
from promo_portal.accounts.history import told_history
from promo_portal.accounts.models import User
from promo_portal.core.scope import association_scope
from promo_portal.demo.directory.loader import begin_history, load_organisations
from promo_portal.regions.loading import load_regions
from promo_portal.regions.models import LegalForm, Municipality
from tests.companies import factories
from tests.conftest import SignIn

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def mecatis(tavannes: Municipality) -> Organisation:
    return factories.organisation(tavannes, name="Mécatis SA")


def told(desk: Client, row: Organisation) -> str:
    page = desk.get(reverse("admin:companies_organisation_history", args=[row.pk])).content.decode()
    text = re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", page))
    return text[text.rindex("Historique de Mécatis SA ") :]


def test_what_hangs_on_an_entry_stands_in_its_history_even_when_it_has_gone(
    mecatis: Organisation, officer: User, sign_in: SignIn
) -> None:
    factories.activity("2652", "Fabrication de montres")
    factories.activity("2562", "Usinage")
    for codes in (["2652"], ["2562"]):
        entries.edit_organisation(organisation=mecatis, values={}, activities=codes, by=officer, now=NOW)
    OrganisationCapability.objects.create(organisation=mecatis, capability=factories.capability(), detail="16 mm")
    person = Contact.objects.create(organisation=mecatis, first_name="Rose", last_name="Frei", is_public=True)
    person.function = "Directrice"
    person.save()

    text = told(sign_in(officer), mecatis)

    assert "Activité\u202f: suppression" in text
    assert "26.52 Fabrication de montres – " in text
    assert "Savoir-faire\u202f: ajout" in text
    assert "– décolletage" in text
    assert "Contact\u202f: ajout" in text
    assert "Visible du public – oui" in text
    assert "Contact\u202f: modification Rose Frei " in text
    assert "Fonction – Directrice" in text


def test_a_key_is_told_by_name_and_counters_not_at_all(mecatis: Organisation, officer: User, sign_in: SignIn) -> None:
    form = LegalForm.objects.create(code="0106", label_fr="société anonyme", label_de="Aktiengesellschaft")
    entries.edit_organisation(organisation=mecatis, values={"legal_form": form}, by=officer, now=NOW)

    text = told(sign_in(officer), mecatis)

    assert "Forme juridique – société anonyme" in text
    assert "Version" not in text


def test_an_accepted_value_names_its_source_and_who_decided(
    mecatis: Organisation, officer: User, sign_in: SignIn
) -> None:
    (proposal,) = proposals.propose_changes(
        organisation=mecatis,
        values={"street": "Rue des Prés 5"},
        source=ProposalSource.COMPANY,
        by="Rose Frei",
        now=NOW,
    )
    proposals.accept_proposal(proposal=proposal, by=officer, now=NOW)

    text = told(sign_in(officer), mecatis)

    assert "Proposition de changement\u202f: acceptée" in text
    assert "Source\u202f: l’entreprise elle-même, Rose Frei" in text
    assert str(officer) in text
    assert "Rue et numéro – Rue des Prés 5" in text


@pytest.mark.django_db
def test_a_change_of_an_entry_of_the_demo_says_what_stood_there_before() -> None:
    load_regions()
    load_organisations(5, seed=1)
    begin_history()
    row = Organisation.objects.order_by("pk")[0]
    before = row.phone or "–"

    Organisation.objects.filter(pk=row.pk).update(phone="+41320000077")

    with association_scope(row.association_id or 0):
        newest = told_history(row)[0]
    assert [(change.before, change.after) for change in newest.changes] == [(before, "+41320000077")]
