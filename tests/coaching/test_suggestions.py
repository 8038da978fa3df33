"""Suggestions say why and decide nothing; a leaving coach's files go on in one step; readiness is drawn and remembered."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from coaching import radar
from coaching.forms.handover import HandOverForm
from coaching.models import CaseFile, Recusal, Specialist, SpecialistTerms, Task
from coaching.suggestions import km_between, suggest_coaches, suggest_specialists
from coaching.workflow.handover import Handed, hand_over
from coaching.workflow.locking import ChangedMeanwhile
from coaching.workflow.meetings import score_readiness
from coaching.workflow.milestones import plan_milestone
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Municipality
from promo_portal.reminders.models import Absence, Reminder, ReminderState
from tests import factories as people
from tests.coaching import factories, rows
from tests.coaching.factories import MONDAY

TODAY = MONDAY.date()
pytestmark = pytest.mark.django_db


@pytest.fixture
def other(cep: Association) -> User:
    return people.member("coach", cep, first_name="Julien", last_name="Gigon", language="de")


def test_coaches_are_ranked_by_language_need_load_and_nearness(
    cep: Association, tavannes: Municipality, manager: User, coach: User, other: User
) -> None:
    factories.open_case(tavannes, manager=manager, lead=other, language="fr")
    german = factories.in_review(tavannes, coach, language="de")
    french = factories.in_review(tavannes, coach)

    with association_scope(cep.pk):
        for_german = suggest_coaches(german, [coach, other], today=TODAY)
        for_french = suggest_coaches(french, [coach, other], today=TODAY)

    assert [one.person for one in for_german] == [other, coach]
    assert for_german[0].told() == (
        "travaille en allemand · 1 dossier avec le même besoin · 1 dossier ouvert"
        " · suit déjà des projets près de Tavannes"
    )
    assert [one.person for one in for_french] == [coach, other]
    with translation.override("de"), association_scope(cep.pk):
        assert "arbeitet auf französisch" in suggest_coaches(french, [coach], today=TODAY)[0].told().lower()


def test_absence_and_conflict_put_a_coach_last_and_say_so(
    case: CaseFile, cep: Association, tavannes: Municipality, coach: User, other: User
) -> None:
    asked = factories.in_review(tavannes, coach)
    away = Absence.objects.create(user=coach, first_day=TODAY, last_day=date(2026, 12, 4))
    with association_scope(cep.pk):
        first, last = suggest_coaches(asked, [coach, other], today=TODAY)
        assert (first.person, last.person, last.is_advisable) == (other, coach, False)
        assert "absence jusqu’au 04.12.2026" in last.told()

        away.delete()
        item = rows.parts_of(case)["agendaitem"]
        item.request = asked
        item.save()
        Recusal.objects.filter(item=item).delete()
        Recusal.objects.create(association=cep, item=item, member=coach, source="declared", reason="Cousine")
        last = suggest_coaches(asked, [coach, other], today=TODAY)[-1]
        assert "se récuse" in last.told()
        other.last_name = asked.last_name
        assert not any(one.is_advisable for one in suggest_coaches(asked, [coach, other], today=TODAY))


def test_specialists_fit_by_field_language_load_agreement_and_distance(
    case: CaseFile, cep: Association, tavannes: Municipality, nidau: Municipality, coach: User
) -> None:
    Municipality.objects.filter(pk=tavannes.pk).update(lon=Decimal("7.2"), lat=Decimal("47.22"))
    Municipality.objects.filter(pk=nidau.pk).update(lon=Decimal("7.24"), lat=Decimal("47.13"))
    for place in (tavannes, nidau):
        place.refresh_from_db()
    asked = factories.in_review(tavannes, coach)

    def network(name: str, fields: list[str], languages: list[str], **terms: Any) -> Specialist:
        of = {"association": cep, "last_name": name, "expertise": fields, "languages": languages}
        one = Specialist.objects.create(**of, municipality=nidau)
        SpecialistTerms.objects.create(association=cep, specialist=one, **terms)
        return one

    with association_scope(cep.pk):
        network("Allemann", ["finance"], ["de"])
        best = network("Bon", ["finance", "law"], ["fr"])
        network("Brevet", ["patents"], ["fr"])
        full = network("Complet", ["taxes"], ["fr"], at_once=0)
        network("Périmé", ["taxes"], ["fr"], agreement_on=date(2020, 1, 1), agreement_until=date(2025, 12, 31))
        found = suggest_specialists(asked, today=TODAY)

    assert [one.person.last_name for one in found] == ["Bon", "Périmé", "Allemann", "Complet"]
    assert found[0].person == best
    assert found[0].told() == "finances et comptabilité · travaille en français · 0 mandat en cours · à 10\u00a0km"
    assert (found[-1].person, found[-1].is_advisable) == (full, False)
    assert "convention échue le 31.12.2025" in found[1].told()
    assert km_between(tavannes, None) is None


def test_twenty_files_go_on_with_their_deputies_and_nothing_is_lost(
    cep: Association, tavannes: Municipality, manager: User, coach: User, other: User, sign_in: Callable[[User], Client]
) -> None:
    with clock.standing_still(MONDAY):
        files = [
            factories.open_case(tavannes, manager=manager, lead=coach, deputy=other, task="") for _one in range(20)
        ]
        with association_scope(cep.pk):
            task = factories.another_task(files[0], by=coach, assignee=coach)
            plan_milestone(case=files[0], kind="launch", due_on=date(2027, 2, 1), by=coach, now=MONDAY)
        page = reverse("admin:coaching_casefile_handover", args=[coach.pk])
        desk = sign_in(manager)
        shown = desk.get(page)
        form = shown.context["form"]
        data = {f"to_{case.pk}": form[f"to_{case.pk}"].value() for case in files}
        versions = {f"version_{case.pk}": form[f"version_{case.pk}"].value() for case in files}
        assert set(data.values()) == {other.pk}, "the deputy is proposed"

        stale = {**versions, f"version_{files[7].pk}": 99}
        assert desk.post(page, {**data, **stale, "reason": "Départ"}).status_code == 422
        with association_scope(cep.pk):
            assert not CaseFile.objects.filter(lead=other).exists(), "all or nothing"
        assert desk.post(page, {**versions, "reason": "Départ"}).status_code == 422
        assert desk.post(page, {**data, **versions, "reason": "Départ"}).status_code == 302

    with association_scope(cep.pk):
        assert CaseFile.objects.filter(lead=other, deputy=None).count() == 20
        assert {case.next_date for case in CaseFile.objects.all()} == {date(2026, 12, 7)}
        assert Task.objects.get(pk=task.pk).assignee == other
        kinds = list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))
        planned = Reminder.objects.filter(state=ReminderState.PLANNED, user=coach)
        assert not planned.exists(), "nobody reminds who has left"
        assert Reminder.objects.filter(state=ReminderState.PLANNED, user=other).count() >= 20
    assert (kinds.count("coaching.new_coach"), kinds.count("coaching.file_taken")) == (20, 20)
    for stranger in (coach, people.member("manager", people.AssociationFactory(code="loin"))):
        assert sign_in(stranger).get(page).status_code == 404


@pytest.mark.usefixtures("in_cep")
def test_a_handover_never_overwrites_a_colleague_nor_touches_other_files(
    case: CaseFile, coach: User, other: User, manager: User
) -> None:
    with pytest.raises(ChangedMeanwhile):
        hand_over(files=[Handed(case, 77, other)], leaving=coach, reason="", by=manager, now=MONDAY)
    assert (
        hand_over(files=[Handed(case, case.version, coach)], leaving=manager, reason="", by=manager, now=MONDAY) == []
    )
    done = hand_over(files=[Handed(case, case.version, other)], leaving=coach, reason="Congé", by=manager, now=MONDAY)
    assert [row.lead for row in done] == [other]
    form = HandOverForm(None, files=done, people=[coach, other], leaving=other)
    assert form.rows()[0]["to"].field.initial is None


def test_readiness_is_drawn_for_both_sides_with_its_history(
    case: CaseFile, cep: Association, coach: User, founder: User, sign_in: Callable[[User], Client]
) -> None:
    values = {"plan": 1, "finance": 2, "market": 3, "protection": 4, "team": 5}

    def judge(month: int, shared: bool, **changed: int) -> None:
        with association_scope(cep.pk):
            score_readiness(
                case=case,
                month=month,
                values={**values, **changed},
                comment="",
                is_shared=shared,
                by=coach,
                now=MONDAY + timedelta(days=month),
            )

    judge(0, True)
    judge(0, True, plan=2)
    judge(3, False, plan=4)
    desk, theirs = sign_in(coach), sign_in(case.founder)
    page = desk.get(reverse("admin:coaching_casefile_milestones", args=[case.pk])).content.decode()
    own = theirs.get(reverse("coaching:case", args=[case.pk])).content.decode()
    form = desk.get(reverse("admin:coaching_casefile_readiness", args=[case.pk])).context["form"]

    assert (page.count('<polygon class="radar-shape'), own.count('<polygon class="radar-shape')) == (2, 1)
    assert 'role="img"' in own
    assert "<caption>" in own
    with association_scope(cep.pk):
        assert [(one.month, one.plan, one.scored_by) for one in radar.judgements(case)] == [
            (3, 4, coach), (0, 2, coach), (0, 1, coach),
        ]  # fmt: skip
    assert "Toutes les évaluations" in page
    assert (form["month"].value(), form["plan"].value()) == (6, 4), "only what moved is pressed"
