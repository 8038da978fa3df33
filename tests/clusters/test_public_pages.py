"""What visitors see and do: pages in three languages, registering, the pages behind one's own link, the feeds."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from clusters.forms.registration import RegistrationForm
from clusters.links import MANAGE, path_to
from clusters.models import Event, Registration
from clusters.workflow.registrations import cancel_registration
from promo_portal.core.spam import stamp
from promo_portal.mailing.kinds import mail_kind
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Municipality
from tests.clusters import factories
from tests.clusters.conftest import sent
from tests.clusters.factories import NOW
from tests.clusters.rows import CONFIRM, token

pytestmark = pytest.mark.django_db


@pytest.fixture
def proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers have done their work; the proof itself is tested with the coaching request."""
    monkeypatch.setattr("clusters.views.registering.accept_proof", lambda payload: True)


def filled(**values: Any) -> dict[str, Any]:
    opened = stamp(RegistrationForm, seconds_ago=60)
    return {
        "first_name": "Inès", "last_name": "Favre", "company": "Valtour SA", "email": "ines@valtour.example",
        "others": "", "remark": "", "form_key": "k" * 20, "opened": opened, "website": "", "proof": "", **values,
    }  # fmt: skip


def register_url(event: Event) -> str:
    return reverse("clusters:register", args=[event.pk, event.slug])


def test_a_visitor_registers_on_one_page_and_sees_the_place_with_the_link(
    client: Client, event: Event, proved: None
) -> None:
    page = client.get(register_url(event))
    answer = client.post(register_url(event), filled(others="Luc Favre\n\n  Anne   Rossel "), follow=True)
    again = client.post(register_url(event), filled(others="Luc Favre"), follow=True)

    assert page.status_code == HTTPStatus.OK
    assert answer.redirect_chain[-1][1] == HTTPStatus.FOUND
    assert answer.redirect_chain[-1][0].split("~")[0] == again.redirect_chain[-1][0].split("~")[0]
    found = Registration.objects.get()
    assert list(found.guests.values_list("name", flat=True)) == ["Inès Favre", "Luc Favre", "Anne Rossel"]
    assert (found.state, found.waiting_number) == ("waiting", 1)  # three people, two places
    assert "liste d’attente" in answer.content.decode().lower()


def test_whoever_types_a_registered_address_learns_nothing_and_its_owner_gets_the_link(
    client: Client, event: Event, proved: None
) -> None:
    sent(event, now=NOW - timedelta(hours=2))

    answer = client.post(register_url(event), filled(first_name="Xavier"), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("clusters:mail_sent")
    assert "Favre" not in answer.content.decode()
    assert OutgoingMail.objects.filter(kind="clusters.link").count() == 1


def test_without_script_the_place_is_given_by_the_button_behind_the_mailed_link(client: Client, event: Event) -> None:
    answer = client.post(register_url(event), filled(), follow=True)
    made = Registration.objects.get()
    url = reverse("clusters:confirm", kwargs=token(CONFIRM, made))

    assert answer.redirect_chain[-1][0] == reverse("clusters:mail_sent")
    assert client.get(url).status_code == HTTPStatus.OK
    made.refresh_from_db()
    assert made.state == "pending"
    client.post(url)
    made.refresh_from_db()
    assert made.state == "confirmed"


MISTAKES = [
    {"email": "ines@"},
    {"last_name": ""},
    {"others": "\n".join(["Nom"] * 10)},
    {"website": "x"},
    {"opened": ""},
]


def test_a_mistake_keeps_what_was_typed_and_registers_nobody(client: Client, event: Event, proved: None) -> None:
    for mistake in MISTAKES:
        answer = client.post(register_url(event), filled(**mistake))

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, mistake
        assert "Valtour SA" in answer.content.decode()
        assert f'name="form_key" value="{"k" * 20}"' in answer.content.decode()
    assert not Registration.objects.exists()


def test_the_own_page_cancels_changes_and_accepts_only_by_a_press(client: Client, event: Event) -> None:
    ines, cloe = sent(event, others=("Luc Favre",))[0], sent(event, "cloe")[0]
    own = {
        name: reverse(f"clusters:{name}", kwargs=token(MANAGE, ines)) for name in ("change", "cancel", "registration")
    }
    accept = reverse("clusters:accept", kwargs=token(MANAGE, cloe))

    assert all(client.get(url).status_code == HTTPStatus.OK for url in own.values())
    assert client.get(accept).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert client.post(accept).status_code == HTTPStatus.CONFLICT
    refused = client.post(own["change"], {"first_name": "Inès", "last_name": "Favre", "others": "A B\nC D\nE F"})
    client.post(own["change"], {"first_name": "Inès", "last_name": "Favre-Rossel", "others": ""})
    ines.refresh_from_db()
    cloe.refresh_from_db()
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert (ines.seats, ines.last_name, cloe.state) == (1, "Favre-Rossel", "offered")
    client.post(accept)
    client.post(own["cancel"])
    ines.refresh_from_db()
    cloe.refresh_from_db()
    assert (ines.state, cloe.state) == ("cancelled", "confirmed")
    assert client.get(own["registration"]).status_code == HTTPStatus.OK


def test_a_link_of_another_purpose_or_registration_opens_nothing(client: Client, event: Event) -> None:
    made = sent(event)[0]

    assert client.get(reverse("clusters:registration", kwargs=token(CONFIRM, made))).status_code == HTTPStatus.NOT_FOUND
    assert client.get(path_to(MANAGE, made)[:-3] + "x/").status_code == HTTPStatus.NOT_FOUND


def test_pages_say_full_past_cancelled_and_closed(client: Client, event: Event, tavannes: Municipality) -> None:
    cep = event.association
    full = factories.event(cep, tavannes, seats_taken=2)
    past = factories.event(cep, tavannes, starts_at=NOW - timedelta(days=3))
    off = factories.event(cep, tavannes, state="cancelled", state_reason="Salle inondée")
    closed = factories.event(cep, tavannes, registration_until=NOW - timedelta(days=1))
    draft = factories.event(cep, tavannes, state="draft", published_at=None)

    def shown(row: Event) -> str:
        return client.get(reverse("clusters:event", args=[row.pk, row.slug])).content.decode()

    assert "2 places libres" in shown(event)
    assert "Complet" in shown(full)
    assert "Salle inondée" in shown(off)
    for row in (past, off, closed):
        assert register_url(row) not in shown(row)
        assert client.get(register_url(row)).status_code == HTTPStatus.FOUND
    assert client.get(reverse("clusters:event", args=[draft.pk, draft.slug])).status_code == HTTPStatus.NOT_FOUND
    moved = client.get(reverse("clusters:event", args=[event.pk, "autre"]))
    assert moved.status_code == HTTPStatus.MOVED_PERMANENTLY
    listed = client.get(reverse("clusters:events") + "?when=\x00&page=x")
    assert listed.status_code == HTTPStatus.OK
    assert "when" in listed.content.decode()


def test_a_cluster_names_its_gaps_and_shows_published_entries_only(
    client: Client, event: Event, cep: Association, tavannes: Municipality
) -> None:
    cluster = factories.ClusterFactory(association=cep)
    covered = factories.step(cluster, 1, "Taillage")
    factories.step(cluster, 2, "Traitement de surface")
    shown = factories.member(cluster, tavannes)
    hidden = factories.OrganisationFactory(municipality=tavannes, name="Cachée SA", state="hidden")
    covered.coverage.create(membership=shown)
    covered.coverage.create(membership=factories.member(cluster, tavannes, organisation=hidden))

    page = client.get(reverse("clusters:detail", args=[cluster.slug])).content.decode()

    assert "C’est vous" in page
    assert shown.organisation.name in page
    assert "Cachée SA" not in page
    cluster.state = "draft"
    cluster.save()
    assert client.get(reverse("clusters:detail", args=[cluster.slug]) + "?x").status_code == HTTPStatus.NOT_FOUND


def test_the_feed_names_the_zone_and_strikes_out_what_is_cancelled(
    client: Client, event: Event, tavannes: Municipality
) -> None:
    factories.event(
        event.association, tavannes, state="cancelled", state_reason="Salle", starts_at=NOW + timedelta(days=2)
    )

    calendar = Calendar.from_ical(client.get("/events.ics?lang=de").content)
    one = Calendar.from_ical(client.get(reverse("clusters:event_calendar", args=[event.pk, event.slug])).content)

    assert [str(entry["summary"]) for entry in calendar.events] == ["Tag der Präzision"] * 2
    assert [str(entry["status"]) for entry in calendar.events] == ["CANCELLED", "CONFIRMED"]
    assert [str(zone["tzid"]) for zone in calendar.timezones] == ["Europe/Zurich"]
    assert one.events[0].start == event.starts_at


def test_every_mail_reads_well_in_each_language(event: Event) -> None:
    ines, cloe = sent(event, others=("Luc",))[0], sent(event, "cloe")[0]
    cancel_registration(registration=ines, now=NOW)
    cloe.refresh_from_db()
    Event.objects.filter(pk=event.pk).update(state_reason="Salle inondée")
    subjects = set()
    for kind in (
        "confirm",
        "confirmed",
        "changed",
        "waiting",
        "offer",
        "lapsed",
        "cancelled",
        "link",
        "event_cancelled",
        "event_changed",
    ):
        for language in ("fr", "de", "en"):
            with translation.override(language):
                mail = OutgoingMail(
                    kind=f"clusters.{kind}", subject_id=cloe.pk, language=language, to_address="a@b.example"
                )
                message = mail_kind(mail.kind).render(mail)
            assert len(message.subject) <= 75
            assert "%(" not in message.text
            subjects.add(message.subject)

    assert len(subjects) == 30


@pytest.mark.parametrize("guests", [60, pytest.param(1000, marks=pytest.mark.endurance)])
def test_a_thousand_guests_may_register_from_one_network(client: Client, event: Event, guests: int) -> None:
    """F9: a whole hall in one network; e-mail and proof of work limit here, not the address."""
    answers = [
        client.post(register_url(event), filled(email=f"hote{number}@valtour.example", form_key=f"{number:020}"))
        for number in range(guests)
    ]

    assert {answer.status_code for answer in answers} == {HTTPStatus.FOUND}
    assert Registration.objects.count() == guests


def test_the_list_counts_members_of_today_whose_entries_are_public(
    client: Client, cep: Association, tavannes: Municipality
) -> None:
    cluster = factories.ClusterFactory(association=cep, state="published")
    factories.ClusterFactory(association=cep, state="published", slug="still-empty")
    factories.member(cluster, tavannes)
    factories.member(cluster, tavannes, valid_to=(NOW - timedelta(days=1)).date())
    hidden = factories.member(cluster, tavannes)
    type(hidden.organisation).objects.filter(pk=hidden.organisation_id).update(state="hidden")

    page = client.get(reverse("clusters:list"), {"_": "1"}, headers={"accept-language": "en"})

    assert [count for _cluster, count in page.context["clusters"]] == [1, 0]
