"""Searches that readers follow: twice agreed to, told of what is new and of nothing else, ended with one press."""

import threading
from datetime import datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clusters.models import Cluster
from companies.changed import organisations_changed
from companies.enums import AlertState, OrganisationState, Rhythm
from companies.forms.alerts import AlertForm
from companies.links import ALERT_CONFIRM, ALERT_MANAGE, ALERT_STOP, alert_token
from companies.models import (
    AlertReader,
    Organisation,
    OrganisationCapability,
    SavedSearch,
    SavedSearchAlert,
    SearchNews,
)
from companies.search import rebuild
from companies.search.alerting import new_matches
from companies.workflow import alerts, tables
from companies.workflow.alerts import alert_pass, confirm_search, end_searches, forget_searches, save_search
from promo_portal.accounts.models import User
from promo_portal.audit.models import Transition
from promo_portal.core import clock, spam
from promo_portal.core.links import read
from promo_portal.core.transitions import TransitionRefused, next_state
from promo_portal.mailing.kinds import mail_kind
from promo_portal.mailing.models import AddressSuppression, MailClass, MailState, OutgoingMail
from promo_portal.mailing.workflow.sending import render_sample
from promo_portal.regions.models import Municipality
from tests.clusters.factories import ClusterFactory
from tests.coaching.conftest import some_address
from tests.coaching.test_at_once import at_once
from tests.companies import factories
from tests.conftest import SignIn

READER = "lea@lecture.example"


def morning(days: int) -> datetime:
    """Half past seven in Zurich, so many days from now."""
    day = clock.today() + timedelta(days=days)
    return datetime.combine(day, time(7, 30), tzinfo=clock.ZURICH)


def followed(query: str, *, email: str = READER, rhythm: str = "daily", language: str = "fr") -> SavedSearch:
    search = save_search(email=email, query=query, rhythm=rhythm, language=language, now=clock.now())
    assert search is not None
    return confirm_search(search=search, now=clock.now())


def listed(place: Municipality, name: str, **fields: object) -> Organisation:
    entry = factories.organisation(place, name=name, **fields)
    organisations_changed([entry.pk])
    return entry


def told(day: int) -> list[str]:
    """Whom the alerts of a morning name."""
    rows = SavedSearchAlert.objects.filter(day=morning(day).date()).order_by("pk")
    return [
        name
        for row in rows
        for name in Organisation.objects.filter(pk__in=row.organisations).values_list("name", flat=True)
    ]


@pytest.fixture
def directory(tavannes: Municipality, nidau: Municipality, fresh_cache: object) -> Organisation:
    """One known entry, so that the search has been built before anybody follows it."""
    known = factories.organisation(tavannes, name="Décolletage Ancien SA", phone="+41320000001")
    rebuild()
    return known


@pytest.fixture
def visitor() -> Client:
    return Client(REMOTE_ADDR=some_address())


def answers(**more: str) -> dict[str, str]:
    values = {"email": READER, "rhythm": "weekly", "website": "", "proof": ""}
    return {**values, "opened": spam.stamp(AlertForm, seconds_ago=30), **more}


# -- agreeing twice ----------------------------------------------------------------------------------------------------


def test_every_pair_of_state_and_action_is_allowed_or_refused() -> None:
    done = 0
    for state in AlertState.values:
        for action in tables.ALERT_ACTIONS:
            if (state, action) in tables.ALERT:
                next_state(tables.ALERT, state, action)
                done += 1
            else:
                with pytest.raises(TransitionRefused):
                    next_state(tables.ALERT, state, action)
    assert done == len(tables.ALERT) == 4


def test_a_visitor_follows_the_search_before_them_and_nothing_begins_before_the_press_in_the_mailbox(
    directory: Organisation, visitor: Client
) -> None:
    url = f"{reverse('companies:alert_new')}?q=d%C3%A9colletage&municipality=713&sort=name&page=3&utm_source=x"
    listing = visitor.get(f"{reverse('companies:list')}?q=d%C3%A9colletage&municipality=713").content.decode()
    assert f"{reverse('companies:alert_new')}?q=d%C3%A9colletage&amp;municipality=713" in listing
    assert "«\u202fdécolletage\u202f» · Tavannes" in visitor.get(url).content.decode()

    sent = visitor.post(url, answers())

    assert sent.status_code == 302
    assert sent["Location"] == reverse("companies:alert_sent")
    search = SavedSearch.objects.get()
    assert (search.query, search.state, search.rhythm) == ("q=d%C3%A9colletage&municipality=713", "waiting", "weekly")
    assert search.association == directory.association
    mail = OutgoingMail.objects.get(kind="companies.alert_confirm")
    text = render_sample(mail).text
    assert "décolletage" in text
    link = reverse("companies:alert_confirm", args=[alert_token(ALERT_CONFIRM, search.key)])

    visitor.get(link)
    assert SavedSearch.objects.get().state == "waiting"
    visitor.post(link)
    visitor.post(link)

    assert SavedSearch.objects.get().state == "active"
    assert Transition.unscoped.filter(subject_kind="companies.savedsearch", action="confirm").count() == 1
    assert mail_kind(mail.kind).entitled(mail)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"email": "pas une adresse"}, 422),
        ({"email": ""}, 422),
        ({"rhythm": "hourly"}, 422),
        ({"website": "http://spam.example"}, 422),
        ({"opened": ""}, 422),
    ],
)
def test_what_cannot_be_followed_is_said_and_not_saved(
    more: dict[str, str], status: int, directory: Organisation, visitor: Client
) -> None:
    answer = visitor.post(reverse("companies:alert_new"), answers(**more))

    assert answer.status_code == status
    assert not AlertReader.objects.exists()


def test_one_network_and_one_address_save_a_few_searches_an_hour(directory: Organisation, fresh_cache: object) -> None:
    robot = Client(REMOTE_ADDR=some_address())
    url = reverse("companies:alert_new")

    statuses = [robot.post(url, answers(email=f"r{number}@robot.example")).status_code for number in range(4)]
    others = [
        Client(REMOTE_ADDR=some_address()).post(f"{url}?q=mot{number}", answers()).status_code for number in range(7)
    ]

    assert statuses == [302, 302, 429, 429]
    assert others == [302] * 5 + [429] * 2


def test_the_page_answers_the_same_whether_somebody_follows_the_search_already(
    directory: Organisation, visitor: Client
) -> None:
    followed("q=tour")

    again = visitor.post(f"{reverse('companies:alert_new')}?q=tour", answers())

    assert again["Location"] == reverse("companies:alert_sent")
    assert SavedSearch.objects.count() == 1
    assert SavedSearch.objects.get().rhythm == "daily"
    mail = OutgoingMail.objects.get(kind="companies.alert_known")
    assert reverse("companies:alerts", args=["x"])[:-2] in render_sample(mail).text


def test_an_address_follows_twenty_searches_at_most(directory: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "MOST_SEARCHES", 2)
    followed("q=un")
    followed("q=deux")

    third = save_search(email=READER.upper(), query="q=trois", rhythm="daily", language="de", now=clock.now())

    assert third is None
    assert "2 Suchen" in render_sample(OutgoingMail.objects.get(kind="companies.alert_known")).text


# -- what is new -----------------------------------------------------------------------------------------------------------


def test_who_follows_a_withdrawn_cluster_does_not_hear_of_the_whole_directory(
    directory: Organisation, tavannes: Municipality
) -> None:
    ClusterFactory(slug="precision", association=directory.association)
    followed("cluster=precision")
    Cluster.objects.update(state="draft")
    listed(tavannes, "Boulangerie Nouvelle SA")

    assert alert_pass(now=morning(1)) == 0
    assert told(1) == []


def test_the_morning_after_readers_hear_of_new_entries_and_of_those_that_begin_to_fit(
    directory: Organisation, tavannes: Municipality, nidau: Municipality
) -> None:
    turning = factories.capability()
    silent = listed(tavannes, "Horlogerie Muette SA")
    search = followed("municipality=713&capability=turning")
    followed("q=brasserie", email="autre@lecture.example")

    listed(nidau, "Drechslerei Nidau GmbH")
    OrganisationCapability.objects.create(organisation=silent, capability=turning)
    organisations_changed([silent.pk])
    fresh = listed(tavannes, "Tournage Neuf SA")
    OrganisationCapability.objects.create(organisation=fresh, capability=turning)
    organisations_changed([fresh.pk])

    assert alert_pass(now=morning(1)) == 1
    assert sorted(told(1)) == ["Horlogerie Muette SA", "Tournage Neuf SA"]
    mail = OutgoingMail.objects.get(kind="companies.alert")
    assert (mail.mail_class, mail.to_address, mail.language) == (MailClass.BROADCAST, READER, "fr")
    message = render_sample(mail)
    assert "2 nouvelles fiches" in message.subject
    assert reverse("companies:detail", args=[fresh.pk, fresh.slug]) in message.text
    assert read(ALERT_STOP, message.unsubscribe_url.rstrip("/").rpartition("/")[2]).key == search.key  # type: ignore[union-attr]


def test_an_import_is_news_too(directory: Organisation, tavannes: Municipality, tmp_path: Path) -> None:
    followed("q=brasserie")
    file = tmp_path / "registre.csv"
    file.write_text(
        "name;street;zip;town;seat;purpose\n"
        "Brasserie Neuve SA;Rue du Pont 1;2710;Tavannes;Tavannes;Brasserie artisanale et vente de bière\n"
    )

    call_command("import_companies", str(file), stdout=StringIO())

    assert alert_pass(now=morning(1)) == 1
    assert told(1) == ["Brasserie Neuve SA"]


def test_a_new_phone_number_or_another_confirmation_is_no_news(directory: Organisation) -> None:
    followed("q=décolletage")

    directory.phone = "+41320000002"
    directory.confirmed_on = clock.today()
    directory.save()
    organisations_changed([directory.pk])

    assert alert_pass(now=morning(1)) == 0
    assert not SearchNews.objects.exists()


def test_no_entry_is_told_twice_and_no_day_has_two_mails(directory: Organisation, tavannes: Municipality) -> None:
    followed("municipality=713")
    fresh = listed(tavannes, "Tournage Neuf SA")
    assert [alert_pass(now=morning(1)), alert_pass(now=morning(1)), alert_pass(now=morning(1))] == [1, 0, 0]

    with clock.standing_still(morning(1) + timedelta(hours=2)):
        for state in (OrganisationState.HIDDEN, OrganisationState.PUBLISHED):
            Organisation.objects.filter(pk=fresh.pk).update(state=state)
            organisations_changed([fresh.pk])
    assert SearchNews.objects.count() == 1

    assert alert_pass(now=morning(2)) == 0
    assert OutgoingMail.objects.filter(kind="companies.alert").count() == 1


def test_a_weekly_reader_hears_once_a_week_of_all_that_came_meanwhile(
    directory: Organisation, tavannes: Municipality
) -> None:
    followed("municipality=713", rhythm="weekly")
    listed(tavannes, "Un SA")
    listed(tavannes, "Deux SA")

    made = [alert_pass(now=morning(day)) for day in range(1, 9)]

    assert made == [0, 0, 0, 0, 0, 0, 1, 0]
    assert sorted(told(7)) == ["Deux SA", "Un SA"]


def test_before_seven_nothing_leaves(directory: Organisation, tavannes: Municipality) -> None:
    followed("")
    listed(tavannes, "Un SA")

    assert alert_pass(now=morning(1) - timedelta(hours=1)) == 0
    assert alert_pass(now=morning(1)) == 1


def test_whoever_ends_a_search_or_takes_no_mail_gets_none(directory: Organisation, tavannes: Municipality) -> None:
    over, lost = followed("q=tournage"), followed("q=tournage", email="perdu@lecture.example")
    listed(tavannes, "Tournage Neuf SA")
    alert_pass(now=morning(1))
    end_searches(searches=[over], now=clock.now())
    AddressSuppression.objects.create(email="perdu@lecture.example", reason="bounced")
    with clock.standing_still(morning(1) + timedelta(hours=2)):
        listed(tavannes, "Tournage Autre SA")

    alert_pass(now=morning(2))

    first = OutgoingMail.objects.get(to_address=READER, kind="companies.alert")
    assert mail_kind(first.kind).entitled(first)
    assert OutgoingMail.objects.filter(subject_id=over.pk, kind="companies.alert").count() == 1
    assert (
        OutgoingMail.objects.get(subject_id=lost.pk, idempotency_key__endswith=str(morning(2).date())).state
        == MailState.CANCELLED
    )


def test_an_entry_that_is_hidden_before_the_mail_leaves_is_not_named(
    directory: Organisation, tavannes: Municipality
) -> None:
    followed("municipality=713")
    fresh = listed(tavannes, "Tournage Neuf SA")
    alert_pass(now=morning(1))
    mail = OutgoingMail.objects.get(kind="companies.alert")
    assert mail_kind(mail.kind).entitled(mail) is None

    Organisation.objects.filter(pk=fresh.pk).update(state=OrganisationState.HIDDEN)

    assert mail_kind(mail.kind).entitled(mail)


def test_the_first_build_of_the_search_is_no_news_and_old_news_is_forgotten(
    directory: Organisation, tavannes: Municipality
) -> None:
    search = followed("")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM companies_search_document")
    rebuild()
    assert not SearchNews.objects.exists()
    listed(tavannes, "Un SA")
    assert SearchNews.objects.count() == 1

    end_searches(searches=[search], now=clock.now())
    alert_pass(now=morning(1))

    assert not SearchNews.objects.exists()


@pytest.mark.parametrize("searches", [1, 30])
def test_thirty_searches_cost_as_many_statements_as_one(
    searches: int, directory: Organisation, tavannes: Municipality
) -> None:
    for number in range(searches):
        followed("q=brasserie", email=f"l{number}@lecture.example")
    listed(tavannes, "Un SA")

    with CaptureQueriesContext(connection) as seen:
        alert_pass(now=morning(1))

    assert len(seen) <= 24


def test_each_of_many_searches_gets_its_own_answer_in_one_run(
    directory: Organisation, tavannes: Municipality, nidau: Municipality
) -> None:
    """Words, a place, a UID, everything, nothing; one confirmed between two changes, one told of an entry already."""
    uid = factories.uid_number(3)
    searches = {
        name: followed(query, email=f"{name}@lecture.example")
        for name, query in {
            "word": "q=brasserie",
            "place": "municipality=743",
            "both": "q=brasserie&municipality=743",
            "uid": f"q={uid}",
            "all": "",
            "nothing": "q=de",
        }.items()
    }
    known = listed(nidau, "Connue SA")
    listed(nidau, "Avant SA")
    SavedSearchAlert.objects.create(search=searches["place"], day=morning(0).date(), organisations=[known.pk])
    with clock.standing_still(clock.now() + timedelta(minutes=2)):
        searches["late"] = followed("municipality=743", email="late@lecture.example")
    with clock.standing_still(clock.now() + timedelta(minutes=4)):
        listed(nidau, "Brasserie du Lac SA")
        listed(tavannes, "Numéro SA", uid=uid)
        Organisation.objects.filter(pk=known.pk).update(purpose_fr="Brasserie artisanale.")
        organisations_changed([known.pk])

    alert_pass(now=morning(1))

    def names(search: SavedSearch) -> list[str]:
        row = search.alerts.filter(day=morning(1).date()).first()
        numbers = row.organisations if row else []
        return sorted(Organisation.objects.filter(pk__in=numbers).values_list("name", flat=True))

    assert {name: names(search) for name, search in searches.items()} == {
        "word": ["Brasserie du Lac SA", "Connue SA"],
        "place": ["Avant SA", "Brasserie du Lac SA"],
        "both": ["Brasserie du Lac SA", "Connue SA"],
        "uid": ["Numéro SA"],
        "all": ["Avant SA", "Brasserie du Lac SA", "Connue SA", "Numéro SA"],
        "nothing": [],
        "late": ["Brasserie du Lac SA"],
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False], ids=["as it is", "control: without the lock"])
def test_two_workers_at_once_send_one_mail(
    is_locked: bool, tavannes: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.organisation(tavannes, name="Décolletage Ancien SA")
    rebuild()
    followed("municipality=713")
    listed(tavannes, "Un SA")
    both_look, looks = threading.Barrier(2), []

    def look(*arguments: Any, **more: Any) -> dict[int, list[int]]:
        looks.append(1)
        found = new_matches(*arguments, **more)
        if not is_locked:
            both_look.wait(timeout=30)
        return found

    monkeypatch.setattr(alerts, "new_matches", look)
    if not is_locked:
        monkeypatch.setattr(SavedSearch.objects, "select_for_update", lambda **more: SavedSearch.objects.all())

    made = at_once(lambda number: alert_pass(now=morning(1)), 2)

    assert len(looks) == (1 if is_locked else 2), "the second finds the search taken"
    assert sorted(made) == [0, 1], "without the lock the rule of one alert a day is the last wall"
    assert OutgoingMail.objects.filter(kind="companies.alert").count() == 1


# -- the reader's own pages ------------------------------------------------------------------------------------------------


def test_the_readers_list_changes_one_ends_one_and_ends_all(directory: Organisation, visitor: Client) -> None:
    one, two, three = (followed(f"q={word}") for word in ("un", "deux", "trois"))
    other = followed("q=un", email="autre@lecture.example")
    url = reverse("companies:alerts", args=[alert_token(ALERT_MANAGE, one.reader.key)])
    page = visitor.get(url).content.decode()
    assert READER not in page
    assert "l…@lecture.example" in page

    visitor.post(url, {"answer": "change", "search": str(one.pk), "rhythm": "weekly"})
    visitor.post(url, {"answer": "change", "search": str(one.pk), "rhythm": "yearly"})
    visitor.post(url, {"answer": "end", "search": str(two.pk)})
    visitor.post(url, {"answer": "end", "search": str(other.pk)})
    visitor.post(url, {"answer": "end", "search": "x" * 50})
    states = dict(SavedSearch.objects.values_list("pk", "state"))
    assert states == {one.pk: "active", two.pk: "ended", three.pk: "active", other.pk: "active"}
    assert SavedSearch.objects.get(pk=one.pk).rhythm == Rhythm.WEEKLY

    visitor.post(url, {"answer": "end all"})
    assert set(SavedSearch.objects.filter(reader=one.reader).values_list("state", flat=True)) == {"ended"}
    assert SavedSearch.objects.get(pk=other.pk).state == "active"


def test_one_press_in_the_mail_program_ends_a_search_without_a_page(directory: Organisation) -> None:
    search, other = followed("q=un"), followed("q=deux")
    url = reverse("companies:alert_stop", args=[alert_token(ALERT_STOP, search.key)])
    program = Client(enforce_csrf_checks=True)

    program.get(url)
    assert SavedSearch.objects.get(pk=search.pk).state == "active"
    program.post(url, {"List-Unsubscribe": "One-Click"})
    program.post(url, {"List-Unsubscribe": "One-Click"})

    assert SavedSearch.objects.get(pk=search.pk).state == "ended"
    assert SavedSearch.objects.get(pk=other.pk).state == "active"
    assert Transition.unscoped.filter(subject_kind="companies.savedsearch", action="end").count() == 1


def test_what_nobody_confirmed_and_what_ended_is_forgotten_with_its_address(directory: Organisation) -> None:
    save_search(email="jamais@lecture.example", query="", rhythm="daily", language="fr", now=clock.now())
    end_searches(searches=[followed("q=un")], now=clock.now())
    followed("q=deux", email="fidele@lecture.example")

    assert forget_searches(now=clock.now() + timedelta(days=6)) == 0
    assert forget_searches(now=clock.now() + timedelta(days=8)) == 1
    assert forget_searches(now=clock.now() + timedelta(days=31)) == 1

    assert [reader.email for reader in AlertReader.objects.all()] == ["fidele@lecture.example"]


# -- staff -----------------------------------------------------------------------------------------------------------------


def test_staff_see_the_searches_of_their_municipalities_and_act_for_nobody(
    directory: Organisation, officer: User, foreign_manager: User, administrator: User, sign_in: SignIn
) -> None:
    search = followed("municipality=713")
    followed("", email="partout@lecture.example")
    url, record = "/admin/companies/savedsearch/", f"/admin/companies/savedsearch/{search.pk}/change/"
    desk = sign_in(officer)

    page = desk.get(url, {"q": "lecture"}).content.decode()

    assert READER in page
    assert "partout@" not in page
    assert "partout@" in sign_in(administrator).get(url).content.decode()
    assert READER not in sign_in(foreign_manager).get(url).content.decode()
    assert sign_in(foreign_manager).get(record).status_code == 404
    assert desk.post(record, {"state": "ended"}).status_code in {403, 404}
    assert SavedSearch.objects.get(pk=search.pk).state == "active"


def test_nothing_is_queued_where_saving_is_undone(directory: Organisation) -> None:
    with transaction.atomic():
        save_search(email=READER, query="", rhythm="daily", language="fr", now=clock.now())
        transaction.set_rollback(True)

    assert not OutgoingMail.objects.exists()
