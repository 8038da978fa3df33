"""Entries, proposals and mergers: every step where it belongs, and nothing lost."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from companies import entry
from companies.changed import _followers, follow
from companies.enums import ConfirmationWay, OrganisationState, ProposalSource, ProposalState
from companies.models import ChangeProposal, Confirmation, Contact, DuplicatePair, Organisation
from companies.workflow import entries, merging, proposals, tables
from companies.workflow.locking import ChangedMeanwhile
from promo_portal.accounts.models import User
from promo_portal.audit.models import Transition
from promo_portal.core.transitions import TransitionRefused, next_state
from promo_portal.regions.models import Association, Municipality
from tests.companies import factories

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ALL_TABLES = [
    (tables.ORGANISATION, OrganisationState.values, tables.ORGANISATION_ACTIONS, 16),
    (tables.PROPOSAL, ProposalState.values, tables.PROPOSAL_ACTIONS, 4),
    (tables.PICTURE, ["checking", "shown", "refused"], tables.PICTURE_ACTIONS, 5),
    (tables.DUPLICATE, ["open", "distinct", "merged"], tables.DUPLICATE_ACTIONS, 3),
    (
        tables.IMPORT,
        ["chosen", "judging", "judged", "running", "done", "cancelled", "failed", "undone"],
        tables.IMPORT_ACTIONS,
        16,
    ),
]


@pytest.mark.parametrize(("table", "states", "actions", "allowed"), ALL_TABLES)
def test_every_pair_of_state_and_action_is_allowed_or_refused(table, states, actions, allowed: int) -> None:
    done = []
    for state in states:
        for action in actions:
            if (state, action) in table:
                done.append(next_state(table, state, action))
            else:
                with pytest.raises(TransitionRefused):
                    next_state(table, state, action)

    assert set(table) <= {(state, action) for state in states for action in actions}
    assert len(done) == len(table) == allowed


@pytest.fixture
def changed() -> list[int]:
    """What the search documents would hear."""
    heard: list[int] = []
    before = list(_followers)
    follow(heard.extend)
    yield heard
    _followers[:] = before


@pytest.fixture
def mecatis(tavannes: Municipality) -> Organisation:
    return factories.organisation(tavannes, name="Mécatis SA", listed_on=date(2025, 1, 7))


def test_a_new_entry_belongs_to_the_association_of_its_municipality(
    officer: User, tavannes: Municipality, nidau: Municipality, cep: Association, changed: list[int]
) -> None:
    factories.activity("2652")
    factories.capability("turning")

    made = entries.create_organisation(
        values={"name": "Jurédent Sàrl", "municipality": tavannes},
        activities=["2652"],
        capabilities="turning=jusqu’à 32 mm",
        by=officer,
        now=NOW,
    )

    assert (made.association, made.state, made.listed_on) == (cep, "published", date(2026, 11, 23))
    assert entry.text_of(made, "activities") == "2652"
    assert entry.shown("capabilities", entry.text_of(made, "capabilities")) == "décolletage (jusqu’à 32 mm)"
    assert changed == [made.pk]
    assert Transition.unscoped.get(subject_kind="companies.organisation", subject_id=made.pk).actor_name == str(officer)


def test_moving_to_another_municipality_moves_the_entry_to_its_association(
    officer: User, mecatis: Organisation, nidau: Municipality, seeland: Association
) -> None:
    moved = entries.edit_organisation(
        organisation=mecatis, values={"municipality": nidau, "locality": "Nidau"}, by=officer, now=NOW
    )

    assert (moved.association, moved.version) == (seeland, 2)


def test_a_merged_municipality_leads_to_its_successor_and_one_without_is_refused(
    officer: User, tavannes: Municipality, nidau: Municipality
) -> None:
    nidau.valid_to, nidau.successor = date(2025, 12, 31), tavannes
    nidau.save()
    made = entries.create_organisation(values={"name": "A", "municipality": nidau}, by=officer, now=NOW)
    assert made.municipality == tavannes

    nidau.successor = None
    nidau.save()
    with pytest.raises(entries.NoSuchPlace):
        entries.create_organisation(values={"name": "B", "municipality": nidau}, by=officer, now=NOW)


def test_an_edit_that_changes_nothing_leaves_no_trace_and_a_stale_one_is_refused(
    officer: User, mecatis: Organisation, changed: list[int]
) -> None:
    entries.edit_organisation(organisation=mecatis, values={"name": "Mécatis SA"}, by=officer, now=NOW, version=1)
    assert changed == []

    entries.edit_organisation(organisation=mecatis, values={"street": "Rue 1"}, by=officer, now=NOW, version=1)
    with pytest.raises(ChangedMeanwhile) as refusal:
        entries.edit_organisation(organisation=mecatis, values={"street": "Rue 2"}, by=officer, now=NOW, version=1)

    assert (refusal.value.current.street, bool(refusal.value.message)) == ("Rue 1", True)


def test_an_entry_is_hidden_shown_ceases_and_comes_back(officer: User, mecatis: Organisation) -> None:
    assert entries.hide_organisation(organisation=mecatis, by=officer, now=NOW, reason="Vérifier").state == "hidden"
    assert entries.publish_organisation(organisation=mecatis, by=officer, now=NOW).state == "published"
    ceased = entries.cease_organisation(organisation=mecatis, by=officer, now=NOW, ceased_on=date(2026, 10, 1))
    assert (ceased.state, ceased.ceased_on) == ("ceased", date(2026, 10, 1))
    with pytest.raises(TransitionRefused):
        entries.confirm_organisation(organisation=mecatis, by=officer, now=NOW)
    revived = entries.revive_organisation(organisation=mecatis, by=officer, now=NOW)
    assert (revived.state, revived.ceased_on) == ("hidden", None)
    assert Organisation.objects.filter(pk=mecatis.pk).exists()


def test_a_confirmation_is_the_date_the_public_reads_and_an_older_one_does_not_turn_it_back(
    officer: User, mecatis: Organisation
) -> None:
    entries.confirm_organisation(organisation=mecatis, by=officer, now=NOW)
    entries.confirm_organisation(
        organisation=mecatis, by="", now=NOW, way=ConfirmationWay.LINK, confirmed_on=date(2026, 3, 1)
    )

    mecatis.refresh_from_db()
    assert mecatis.confirmed_on == date(2026, 11, 23)
    assert [row.way for row in Confirmation.objects.order_by("pk")] == ["staff", "link"]
    assert mecatis.is_public(date(2028, 5, 22))
    assert not mecatis.is_public(date(2028, 5, 23))


def propose(organisation: Organisation, **values: str) -> list[ChangeProposal]:
    return proposals.propose_changes(
        organisation=organisation, values=values, source=ProposalSource.COMPANY, by="Mécatis SA", now=NOW
    )


def test_a_proposal_changes_nothing_before_it_is_accepted(officer: User, mecatis: Organisation) -> None:
    (proposal,) = propose(mecatis, street="Rue des Prés 5", name="Mécatis SA")
    mecatis.refresh_from_db()
    assert (mecatis.street, proposal.current, proposal.proposed) == ("", "", "Rue des Prés 5")

    proposals.accept_proposal(proposal=proposal, by=officer, now=NOW)

    mecatis.refresh_from_db()
    proposal.refresh_from_db()
    assert (mecatis.street, proposal.state, proposal.decider_name) == ("Rue des Prés 5", "accepted", str(officer))


def test_what_is_open_or_was_refused_is_not_asked_again(officer: User, mecatis: Organisation) -> None:
    (proposal,) = propose(mecatis, street="Rue des Prés 5")
    assert propose(mecatis, street="Rue des Prés 5") == []

    proposals.refuse_proposal(proposal=proposal, reason="Ancienne adresse", by=officer, now=NOW)
    assert propose(mecatis, street="Rue des Prés 5") == []
    assert len(propose(mecatis, street="Rue des Prés 7")) == 1


def test_staff_may_correct_the_value_while_accepting(officer: User, mecatis: Organisation) -> None:
    (proposal,) = propose(mecatis, phone="+41320000009")

    proposals.accept_proposal(proposal=proposal, by=officer, now=NOW, text="+41320000008")

    mecatis.refresh_from_db()
    assert mecatis.phone == "+41320000008"


@pytest.mark.parametrize(
    ("field", "text"),
    [("email", "nobody"), ("founded_year", "MCM"), ("municipality", "987654321"), ("lon", "7.2"), ("kind", "circus")],
)
def test_a_value_that_does_not_fit_is_refused_and_the_entry_stays(
    officer: User, mecatis: Organisation, field: str, text: str
) -> None:
    (proposal,) = propose(mecatis, **{field: text})

    with pytest.raises(proposals.CannotApply) as refusal:
        proposals.accept_proposal(proposal=proposal, by=officer, now=NOW)

    proposal.refresh_from_db()
    assert (proposal.state, bool(refusal.value.message)) == ("open", True)


def test_many_are_accepted_at_once_except_those_whose_entry_changed_since(
    officer: User, mecatis: Organisation, tavannes: Municipality, nidau: Municipality, seeland: Association
) -> None:
    factories.activity("2652")
    factories.capability("turning")
    other = factories.organisation(tavannes, name="Horlosag SA")
    propose(mecatis, street="Rue 1", lon="7.2", lat="47.2", activities="2652", capabilities="turning")
    propose(other, street="Rue 2", municipality=str(nidau.pk))
    entries.edit_organisation(organisation=other, values={"street": "Rue 9"}, by=officer, now=NOW)

    decided = proposals.accept_many(proposals=ChangeProposal.objects.order_by("pk"), by=officer, now=NOW)

    mecatis.refresh_from_db()
    other.refresh_from_db()
    assert (len(decided.done), [skipped.field for skipped, _why in decided.skipped]) == (6, ["street"])
    assert (mecatis.street, float(mecatis.lon), entry.text_of(mecatis, "activities")) == ("Rue 1", 7.2, "2652")
    assert (other.street, other.association) == ("Rue 9", seeland)
    again = proposals.accept_many(proposals=ChangeProposal.objects.filter(state="accepted"), by=officer, now=NOW)
    assert (len(again.done), len(again.skipped)) == (0, 6)


def test_accepting_one_of_two_values_overtakes_the_older_one(officer: User, mecatis: Organisation) -> None:
    (older,) = propose(mecatis, street="Rue 1")
    (newer,) = propose(mecatis, street="Rue 2")

    proposals.accept_proposal(proposal=newer, by=officer, now=NOW)

    older.refresh_from_db()
    assert older.state == "overtaken"


def test_a_merger_loses_nothing_and_the_old_address_leads_to_the_heir(
    officer: User, mecatis: Organisation, tavannes: Municipality, changed: list[int]
) -> None:
    old = factories.organisation(
        tavannes,
        name="Mecatis S.A.",
        uid=factories.uid_number(1),
        phone="+41320000001",
        street="Ancienne rue 1",
        lon=7.2,
        lat=47.2,
        confirmed_on=date(2026, 5, 1),
        listed_on=date(2020, 1, 1),
    )
    older = factories.organisation(tavannes, name="Mécatis", state="merged", merged_into=old)
    child = factories.organisation(tavannes, name="Mécatis, succursale", parent=old, parent_link="branch")
    mecatis.street = "Rue neuve 2"
    mecatis.save()
    entry.set_activities(old, [factories.activity("2652").code])
    entry.set_capabilities(old, factories.capability("turning").slug)
    entry.set_capabilities(mecatis, factories.capability("milling", "fraisage").slug)
    Contact.objects.create(organisation=old, last_name="Gerber", is_main=True)
    Contact.objects.create(organisation=mecatis, last_name="Rossel", is_main=True)
    propose(old, email="info@mecatis.example")
    entries.confirm_organisation(organisation=old, by=officer, now=NOW, confirmed_on=date(2026, 5, 1))
    pair = DuplicatePair.objects.create(first=mecatis, second=old, likeness=90)

    record = merging.merge_organisations(merged=old, into=mecatis, by=officer, now=NOW)

    for row in (mecatis, old, older, child, pair):
        row.refresh_from_db()
    assert (old.state, merging.heir_of(old), merging.heir_of(older), child.parent) == (
        "merged",
        mecatis,
        mecatis,
        mecatis,
    )
    assert (mecatis.uid, mecatis.phone, mecatis.street) == (factories.uid_number(1), "+41320000001", "Rue neuve 2")
    assert (float(mecatis.lon), mecatis.confirmed_on, mecatis.listed_on) == (7.2, date(2026, 5, 1), date(2020, 1, 1))
    assert record.put_aside == {"name": "Mecatis S.A.", "street": "Ancienne rue 1"}
    assert (old.street, old.name) == ("Ancienne rue 1", "Mecatis S.A.")
    assert entry.text_of(mecatis, "capabilities") == "milling; turning"
    assert sorted(mecatis.contacts.values_list("last_name", "is_main")) == [("Gerber", False), ("Rossel", True)]
    assert (mecatis.proposals.count(), mecatis.confirmations.count(), pair.state) == (1, 1, "merged")
    assert {old.pk, mecatis.pk} <= set(changed)
    with pytest.raises(TransitionRefused):
        merging.merge_organisations(merged=old, into=child, by=officer, now=NOW)


def test_an_entry_cannot_be_merged_with_itself_nor_into_its_own_past(
    officer: User, mecatis: Organisation, tavannes: Municipality
) -> None:
    with pytest.raises(merging.CannotMerge):
        merging.merge_organisations(merged=mecatis, into=mecatis, by=officer, now=NOW)

    other = factories.organisation(tavannes, name="Autre")
    merging.merge_organisations(merged=other, into=mecatis, by=officer, now=NOW)
    with pytest.raises(TransitionRefused):
        merging.merge_organisations(merged=mecatis, into=other, by=officer, now=NOW)


def test_two_that_are_two_are_not_asked_again(officer: User, mecatis: Organisation, tavannes: Municipality) -> None:
    other = factories.organisation(tavannes, name="Mécatis Group SA")
    pair = DuplicatePair.objects.create(first=mecatis, second=other, likeness=80)

    merging.keep_both(pair=pair, by=officer, now=NOW)

    with pytest.raises(TransitionRefused):
        merging.keep_both(pair=pair, by=officer, now=NOW)


def test_an_entry_without_a_place_of_its_own_lies_in_the_middle_of_its_municipality(
    mecatis: Organisation, tavannes: Municipality
) -> None:
    assert mecatis.place is None

    tavannes.lon, tavannes.lat = 7.2, 47.2
    assert mecatis.place == (7.2, 47.2, False)

    mecatis.lon, mecatis.lat = 7.21, 47.21
    assert mecatis.place == (7.21, 47.21, True)


def test_the_database_refuses_a_second_entry_with_the_same_uid(tavannes: Municipality) -> None:
    factories.organisation(tavannes, name="A", uid=factories.uid_number(1))

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.organisation(tavannes, name="B", uid=factories.uid_number(1))
