"""The directory's staff pages: entries, steps, many at once, proposals, duplicates."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from companies import entry, quality
from companies.models import Capability, CapabilitySynonym, ChangeProposal, Contact, DuplicatePair, Organisation
from companies.vocabulary import load_capabilities
from companies.workflow import proposals
from promo_portal.accounts.models import User
from promo_portal.regions.models import Association, Municipality
from tests.companies import factories
from tests.conftest import SignIn

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LIST = "/admin/companies/organisation/"


@pytest.fixture
def desk(officer: User, sign_in: SignIn) -> Client:
    return sign_in(officer)


@pytest.fixture
def mecatis(tavannes: Municipality) -> Organisation:
    return factories.organisation(tavannes, name="Mécatis SA", uid=factories.uid_number(1))


def management_forms() -> dict[str, str]:
    prefixes = ("capability_links", "contacts")
    return {
        f"{prefix}-{name}": value
        for prefix in prefixes
        for name, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"))
    }


def filled(municipality: Municipality, **fields: str) -> dict[str, str]:
    values = {"name": "Mécatis SA", "kind": "company", "municipality": str(municipality.pk), "language": "fr"}
    return {**values, **management_forms(), **fields}


def test_an_entry_is_entered_with_its_activities_and_belongs_to_the_association_of_its_place(
    desk: Client, tavannes: Municipality, cep: Association
) -> None:
    factories.activity("2652")

    answer = desk.post(
        f"{LIST}add/", filled(tavannes, uid="CHE-116.281.271 TVA", phone="032 000 00 01", activity_codes="26.52")
    )

    made = Organisation.objects.get()
    assert answer.status_code == 302
    assert (made.uid, made.phone, made.association, made.state) == ("116281271", "+41320000001", cep, "published")
    assert entry.text_of(made, "activities") == "2652"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"uid": "CHE-116.281.272"}, "chiffre de contrôle"),
        ({"activity_codes": "99.99"}, "9999"),
        ({"lon": "7.2"}, "longitude et d’une latitude"),
    ],
)
def test_what_does_not_fit_is_said_in_words(
    desk: Client, tavannes: Municipality, fields: dict[str, str], words: str
) -> None:
    answer = desk.post(f"{LIST}add/", filled(tavannes, **fields))

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Organisation.objects.exists()


def test_a_stale_form_overwrites_nothing(desk: Client, mecatis: Organisation, tavannes: Municipality) -> None:
    address = f"{LIST}{mecatis.pk}/change/"
    assert desk.post(address, filled(tavannes, street="Rue 1", seen_version="1")).status_code == 302

    answer = desk.post(address, filled(tavannes, street="Rue 2", seen_version="1"))

    mecatis.refresh_from_db()
    assert (answer.status_code, mecatis.street, mecatis.version) == (200, "Rue 1", 2)
    assert "Une personne de l’équipe" in answer.content.decode()


def test_entries_are_found_by_name_core_uid_and_number(
    desk: Client, mecatis: Organisation, tavannes: Municipality, nidau: Municipality
) -> None:
    factories.organisation(tavannes, name="Société anonyme Horlosag")
    factories.organisation(nidau, name="Mécatis Nidau AG")

    def names(text: str) -> list[str]:
        return [row.name for row in desk.get(LIST, {"q": text}).context["cl"].result_list]

    assert names("mecat") == ["Mécatis SA"]
    assert names("horlosag") == ["Société anonyme Horlosag"]
    assert names(mecatis.uid_display) == ["Mécatis SA"]
    assert names(str(mecatis.pk)) == ["Mécatis SA"]
    assert names("%_'") == []
    assert names("") == ["Mécatis SA", "Société anonyme Horlosag"]


def test_a_list_of_any_length_counts_nothing_it_need_not(desk: Client, tavannes: Municipality) -> None:
    for number in range(3):
        factories.organisation(tavannes, name=f"Mécatis {number} SA")

    with CaptureQueriesContext(connection) as queries:
        desk.get(LIST)

    counts = [
        query["sql"] for query in queries if "COUNT(*)" in query["sql"] and "companies_organisation" in query["sql"]
    ]
    assert all("LIMIT" in sql for sql in counts)


@pytest.mark.parametrize("queue", ["confirm", "activity", "place", "nonsense"])
def test_queues_are_filters_that_are_never_on_by_themselves(desk: Client, mecatis: Organisation, queue: str) -> None:
    assert len(desk.get(LIST).context["cl"].result_list) == 1
    found = desk.get(LIST, {"queue": queue}).context["cl"].result_list
    assert [row.pk for row in found] == [mecatis.pk]

    entry.set_activities(mecatis, [factories.activity().code])
    Organisation.objects.filter(pk=mecatis.pk).update(lon=7, lat=47, confirmed_on=date(2100, 1, 1))
    found = desk.get(LIST, {"queue": queue}).context["cl"].result_list
    assert len(found) == (1 if queue == "nonsense" else 0)


def test_steps_are_taken_with_a_reason_and_an_impossible_one_is_told(desk: Client, mecatis: Organisation) -> None:
    step = f"{LIST}{mecatis.pk}/step/"
    assert desk.get(f"{LIST}{mecatis.pk}/change/").status_code == 200
    assert desk.get(f"{step}hide/").status_code == 200
    assert desk.post(f"{step}hide/", {"reason": ""}).status_code == 422
    assert desk.post(f"{step}hide/", {"reason": "Vérifier l’adresse"}).status_code == 302
    mecatis.refresh_from_db()
    assert mecatis.state == "hidden"

    again = desk.post(f"{step}hide/", {"reason": "Encore"}, follow=True)
    assert "Cette étape n’est plus possible" in again.content.decode()
    assert desk.post(f"{step}confirm/", {"reason": ""}).status_code == 302
    assert desk.get(f"{step}explode/").status_code == 404


def test_many_are_changed_only_after_a_preview(desk: Client, mecatis: Organisation, tavannes: Municipality) -> None:
    ceased = factories.organisation(tavannes, name="Ancienne SA", state="ceased")
    chosen = {"_selected_action": [mecatis.pk, ceased.pk]}

    shown = desk.post(LIST, {"action": "hide_many", **chosen}, follow=True)
    assert (len(shown.context["outcome"].done), len(shown.context["outcome"].skipped)) == (1, 1)
    mecatis.refresh_from_db()
    assert mecatis.state == "published"

    desk.post(f"{LIST}bulk/", {"reason": "Doublons", "carry_out": "1", "choice": shown.context["choice"]})
    mecatis.refresh_from_db()
    assert mecatis.state == "hidden"

    shown = desk.post(LIST, {"action": "change_many", **chosen}, follow=True)
    same = {"field": "size_class", "size_class": "10-49", "choice": shown.context["choice"]}
    shown = desk.post(f"{LIST}bulk/", {**same, "preview": "1"})
    assert len(shown.context["outcome"].done) == 2
    desk.post(f"{LIST}bulk/", {**same, "carry_out": "1"})
    mecatis.refresh_from_db()
    assert mecatis.size_class == "10-49"
    assert desk.get(f"{LIST}bulk/").status_code == 302


def test_two_windows_do_not_change_each_others_entries(
    desk: Client, mecatis: Organisation, tavannes: Municipality
) -> None:
    other = factories.organisation(tavannes, name="Tavatool SA")
    first = desk.post(LIST, {"action": "confirm_many", "_selected_action": [mecatis.pk]}, follow=True)
    desk.post(LIST, {"action": "confirm_many", "_selected_action": [other.pk]}, follow=True)

    sent = {"note": "", "carry_out": "1", "choice": first.context["choice"]}
    told = desk.post(f"{LIST}bulk/", sent, follow=True)

    assert "dans une autre fenêtre" in told.text
    assert not Organisation.objects.exclude(confirmed_on=None).exists()


def propose(organisation: Organisation, **values: str) -> list[ChangeProposal]:
    return proposals.propose_changes(
        organisation=organisation, values=values, source="company", source_detail="lien", by="Léa", now=NOW
    )


def test_proposals_are_reviewed_field_by_field(desk: Client, mecatis: Organisation) -> None:
    activity = factories.activity()
    street, where, what = propose(mecatis, street="Rue 1", phone="+41320000001", activities=activity.code)
    page = desk.get(reverse("admin:companies_changeproposal_changelist")).content.decode()
    assert "Rue 1" in page
    assert "Fabrication de montres" in page

    desk.post(reverse("admin:companies_changeproposal_accept", args=[street.pk]))
    refusal = reverse("admin:companies_changeproposal_refuse", args=[where.pk])
    assert desk.post(refusal, {"reason": ""}).status_code == 422
    desk.post(refusal, {"reason": "Numéro privé"})
    own = reverse("admin:companies_changeproposal_change", args=[what.pk])
    assert desk.get(own).status_code == 200

    mecatis.refresh_from_db()
    assert (mecatis.street, mecatis.phone) == ("Rue 1", "")
    assert ChangeProposal.objects.filter(state="refused", reason="Numéro privé").count() == 1


def test_all_without_conflict_are_accepted_after_a_look(desk: Client, mecatis: Organisation) -> None:
    propose(mecatis, street="Rue 1", email="info@mecatis.example")
    Organisation.objects.filter(pk=mecatis.pk).update(street="Rue 9")
    address = reverse("admin:companies_changeproposal_accept_all")

    shown = desk.get(address)
    assert (shown.context["fit"], shown.context["conflicts"]) == (1, 1)
    propose(mecatis, website="https://mecatis.example")  # arrives while somebody reads the preview
    desk.post(address, {"seen": shown.context["seen"]})

    mecatis.refresh_from_db()
    assert (mecatis.street, mecatis.email, mecatis.website) == ("Rue 9", "info@mecatis.example", "")
    assert set(ChangeProposal.objects.filter(state="open").values_list("field", flat=True)) == {"street", "website"}
    assert desk.post(address).context["fit"] == 1  # a press without a look is a look


def test_duplicates_are_kept_as_two_or_merged_with_a_preview(
    desk: Client, mecatis: Organisation, tavannes: Municipality
) -> None:
    twin = factories.organisation(tavannes, name="Mecatis S.A.", street="Rue 5")
    other = factories.organisation(tavannes, name="Mécatis Groupe SA")
    first = DuplicatePair.objects.create(first=mecatis, second=twin, likeness=90)
    second = DuplicatePair.objects.create(first=mecatis, second=other, likeness=60)
    assert desk.get(reverse("admin:companies_duplicatepair_changelist")).status_code == 200
    assert desk.get(reverse("admin:companies_duplicatepair_change", args=[first.pk])).status_code == 200

    desk.post(reverse("admin:companies_duplicatepair_keep", args=[second.pk]))
    merge = reverse("admin:companies_duplicatepair_merge", args=[twin.pk, mecatis.pk])
    assert "Rue 5" in desk.get(merge).content.decode()
    desk.post(merge, {"take": ["name"]})

    mecatis.refresh_from_db()
    twin.refresh_from_db()
    assert (mecatis.name, mecatis.street, twin.merged_into) == ("Mecatis S.A.", "Rue 5", mecatis)
    assert not DuplicatePair.objects.filter(state="open").exists()
    page = desk.get(reverse("admin:companies_duplicatepair_changelist")).text
    assert all(text in page for text in ("Décidés récemment", "Mécatis Groupe SA", "deux fiches", "Olivier Racine"))
    assert desk.get(f"{LIST}{twin.pk}/change/").status_code == 200


def test_the_quality_in_memory_and_in_the_database_is_the_same(desk: Client, tavannes: Municipality) -> None:
    good = factories.organisation(
        tavannes,
        name="Bonne SA",
        uid=factories.uid_number(2),
        purpose_de="Drehteile",
        phone="+41320000001",
        size_class="10-49",
        confirmed_on=date(2026, 11, 1),
        lon=7,
        lat=47,
    )
    entry.set_activities(good, [factories.activity().code])
    entry.set_capabilities(good, factories.capability().slug)
    for number in range(3):
        factories.organisation(tavannes, name=f"Vide {number}", purpose_en="x" * number)
    today = date(2026, 11, 23)

    scores = [
        quality.quality_of(row, today=today, has_activity=row.has_activity, has_capability=row.has_capability)
        for row in quality.with_links(Organisation.objects.all())
    ]
    (place,) = quality.by_municipality(Organisation.objects.all(), today)

    assert sorted(found.score for found in scores) == [0, 20, 20, 100]
    assert (place["score"], place["count"], place["without_activity"], place["to_confirm"]) == (35, 4, 3, 3)
    assert max(scores, key=lambda found: found.score).missing == ()
    assert sum(one.points for one in quality.CRITERIA) == quality.WHOLE
    assert desk.get(reverse("admin:companies_organisation_quality")).status_code == 200


def test_each_figure_of_the_quality_leads_to_its_entries(
    desk: Client, mecatis: Organisation, tavannes: Municipality, nidau: Municipality
) -> None:
    factories.organisation(nidau, name="Ailleurs SA", association=mecatis.association)

    shown = desk.get(f"{LIST}quality/")
    (row,) = [row for row in shown.context["rows"] if row["place"] == tavannes]
    listed = desk.get(f"{row['url']}&queue=activity")

    assert f"{row['url'].replace('&', '&amp;')}&amp;queue=activity" in shown.text
    assert [entry.name for entry in listed.context["cl"].result_list] == [mecatis.name]
    assert desk.get(f"{LIST}?place=x").status_code == desk.get(f"{LIST}?place=99999").status_code == 200


def test_the_vocabulary_is_loaded_once_and_staffs_own_words_stay(db: None) -> None:
    new, count = load_capabilities()
    assert new == count >= 150
    Capability.objects.filter(slug="turning").update(label_fr="tournage fin", is_active=False)
    CapabilitySynonym.objects.filter(capability__slug="turning").delete()

    assert load_capabilities() == (0, count)

    turning = Capability.objects.get(slug="turning")
    assert (turning.label_fr, turning.is_active, turning.synonyms.count()) == ("tournage fin", False, 0)
    assert not Capability.objects.filter(label_de="").exists()


def test_a_word_is_added_to_a_capability(desk: Client) -> None:
    capability = factories.capability("turning")
    address = f"/admin/companies/capability/{capability.pk}/change/"
    values = {"label_fr": "décolletage", "label_de": "Drehen", "label_en": "", "slug": "turning", "kind": "process"}
    inline = {
        "synonyms-TOTAL_FORMS": "1",
        "synonyms-INITIAL_FORMS": "0",
        "synonyms-0-language": "fr",
        "synonyms-0-text": "tour",
    }

    assert desk.post(address, {**values, "is_active": "on", **inline}).status_code == 302
    assert [word.text for word in capability.synonyms.all()] == ["tour"]


def test_others_entries_do_not_exist_for_staff_and_administrators_keep_all(
    desk: Client, nidau: Municipality, coach: User, administrator: User, sign_in: SignIn, mecatis: Organisation
) -> None:
    foreign = factories.organisation(nidau, name="Nidau AG")
    (proposal,) = propose(foreign, street="Rue 1")
    pair = DuplicatePair.objects.create(first=foreign, second=factories.organisation(nidau, name="Nidau"), likeness=70)
    addresses = [
        f"{LIST}{foreign.pk}/change/",
        f"{LIST}{foreign.pk}/step/hide/",
        reverse("admin:companies_changeproposal_change", args=[proposal.pk]),
        reverse("admin:companies_changeproposal_refuse", args=[proposal.pk]),
        reverse("admin:companies_duplicatepair_change", args=[pair.pk]),
        reverse("admin:companies_duplicatepair_merge", args=[foreign.pk, mecatis.pk]),
    ]

    assert [desk.get(address).status_code for address in addresses] == [404] * 6
    everything = sign_in(administrator)
    assert [everything.get(address).status_code for address in addresses] == [200] * 6
    reading = sign_in(coach)
    assert reading.get(f"{LIST}{mecatis.pk}/change/").status_code == 200
    assert reading.get(f"{LIST}{mecatis.pk}/step/hide/").status_code == 404
    assert reading.post(f"{LIST}{mecatis.pk}/change/", {}).status_code in {403, 404}


def test_staff_search_and_my_day_lead_to_entries_and_proposals(desk: Client, mecatis: Organisation) -> None:
    propose(mecatis, street="Rue 1")

    assert "Mécatis SA" in desk.get("/admin/search/", {"q": "mécat"}).content.decode()
    assert "Mécatis SA" in desk.get("/admin/search/", {"q": mecatis.uid_display}).content.decode()
    assert reverse("admin:companies_changeproposal_changelist") in desk.get("/admin/").content.decode()


def test_a_list_knows_each_rows_links_without_reading_all_links(tavannes: Municipality) -> None:
    good, bare = factories.organisation(tavannes, name="Bonne SA"), factories.organisation(tavannes, name="Vide SA")
    entry.set_activities(good, [factories.activity().code])
    entry.set_capabilities(good, factories.capability().slug)

    rows = quality.with_links_row_by_row(Organisation.objects.order_by("pk"))

    links = {row.pk: (row.has_activity, row.has_capability) for row in rows}
    assert links == {good.pk: (True, True), bare.pk: (False, False)}
    assert "EXISTS" not in str(rows.query)


def test_the_history_is_told_in_words_and_names_a_merger_on_both_sides(
    desk: Client, mecatis: Organisation, tavannes: Municipality
) -> None:
    twin = factories.organisation(tavannes, name="Mecatis S.A.", street="Rue 5")
    Contact.objects.create(organisation=twin, last_name="Frei")
    merge = reverse("admin:companies_duplicatepair_merge", args=[twin.pk, mecatis.pk])

    preview = desk.get(merge)
    desk.post(merge)
    heir, old = (desk.get(f"{LIST}{pk}/history/").text for pk in (mecatis.pk, twin.pk))

    assert preview.context["hangs_on"] == {"contacts": 1}
    assert "réunion d’une autre fiche à celle-ci" in heir
    assert "réunion à une autre fiche" in old
    assert not any(word in heir + old for word in ("merge:", "create:", "<dt>Version", "+00:00</"))


def test_after_a_decision_the_queue_goes_on_at_the_next_change(
    desk: Client, mecatis: Organisation, tavannes: Municipality
) -> None:
    others = [factories.organisation(tavannes, name=f"Suite {number:02} SA") for number in range(22)]
    phone, street = propose(mecatis, phone="+41320000001", street="Rue 1")
    waiting = [propose(other, street="Rue 2")[0] for other in others]
    queue = reverse("admin:companies_changeproposal_changelist")

    same = desk.post(reverse("admin:companies_changeproposal_accept", args=[phone.pk]))
    other = desk.post(reverse("admin:companies_changeproposal_accept", args=[street.pk]))
    late = desk.post(
        reverse("admin:companies_changeproposal_refuse", args=[waiting[20].pk]), {"reason": "Numéro privé"}
    )
    last = desk.post(reverse("admin:companies_changeproposal_accept", args=[waiting[21].pk]))

    assert same["Location"] == f"{queue}#proposal-{street.pk}"
    assert other["Location"] == f"{queue}#entry-{others[0].pk}"
    assert late["Location"] == f"{queue}?page=2#entry-{others[21].pk}"
    assert last["Location"] == queue
    assert f'id="entry-{others[0].pk}"' in desk.get(queue).content.decode()
