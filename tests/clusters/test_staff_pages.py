"""Staff plan events, see who comes, and welcome them at the door; every step through the workflow."""

import re
from http import HTTPStatus

import pytest
from django.urls import reverse

from clusters.models import CheckIn, Event, Guest, Registration
from clusters.slots import search_tokens
from promo_portal.accounts.models import User
from promo_portal.regions.models import Municipality
from tests.clusters import factories
from tests.clusters.conftest import sent
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def test_an_event_is_planned_published_changed_and_called_off(
    sign_in: SignIn, officer: User, event: Event, tavannes: Municipality
) -> None:
    client = sign_in(officer)
    form = {
        "title_fr": "Journée des outilleurs", "place": "Halle", "municipality": tavannes.pk, "languages": "fr de",
        "capacity": "40", "price": "0", "starts_at_0": "10.12.2026", "starts_at_1": "13:30", "ends_at_0": "10.12.2026",
        "ends_at_1": "18:00", "sessions-TOTAL_FORMS": "0", "sessions-INITIAL_FORMS": "0",
    }  # fmt: skip

    added = client.post(reverse("admin:clusters_event_add"), form)
    made = Event.objects.get(title_fr="Journée des outilleurs")
    change = reverse("admin:clusters_event_change", args=[made.pk])
    client.post(reverse("admin:clusters_event_step", args=[made.pk, "publish"]))
    sent(made, "beat")
    seen = re.findall(r'name="_seen" value="(\w+)"', client.get(change).content.decode())[0]
    client.post(change, {**form, "capacity": "30", "_seen": seen})
    stale = client.post(change, {**form, "capacity": "20", "_seen": seen})
    unsaid = client.post(reverse("admin:clusters_event_step", args=[made.pk, "cancel"]))
    made.refresh_from_db()

    assert added.status_code == HTTPStatus.FOUND
    assert (made.association_id, made.state, made.capacity, unsaid.status_code) == (
        event.association_id,
        "published",
        30,
        302,
    )
    assert stale.status_code == HTTPStatus.OK
    assert "collègue" in stale.content.decode()
    client.post(reverse("admin:clusters_event_step", args=[made.pk, "cancel"]), {"reason": "Salle inondée"})
    made.refresh_from_db()
    assert (made.state, made.state_reason) == ("cancelled", "Salle inondée")


def test_at_the_door_one_press_is_an_arrival_and_a_slip_is_undone(sign_in: SignIn, officer: User, event: Event) -> None:
    client, door = sign_in(officer), reverse("admin:clusters_event_check_in", args=[event.pk])
    guest = Guest.objects.get(registration=sent(event)[0])

    client.post(door, {"guest": guest.pk})
    again = client.post(door, {"guest": guest.pk}, follow=True)
    client.post(door, {"walk_in": "1", "name": "Paul Rossel", "company": "Rossel SA"})
    page = client.get(door + "?q=Favre").content.decode()

    assert "10:00" in again.content.decode() or "09:00" in again.content.decode()
    assert CheckIn.objects.count() == 2
    assert "Paul Rossel" in page
    client.post(door, {"guest": guest.pk, "action": "undo"})
    assert CheckIn.objects.count() == 1
    assert client.post(door, {"guest": "0"}).status_code == HTTPStatus.NOT_FOUND


def test_a_registration_by_phone_and_its_cancelling_by_staff(sign_in: SignIn, officer: User, event: Event) -> None:
    client, add = sign_in(officer), reverse("admin:clusters_registration_add")
    form = {"event": event.pk, "first_name": "Luc", "last_name": "Rossel", "language": "fr", "email": ""}

    client.post(add, form)
    made = Registration.objects.get()
    url = reverse("admin:clusters_registration_change", args=[made.pk])
    client.post(reverse("admin:clusters_registration_step", args=[made.pk, "cancel"]), {"reason": "Malade"})
    made.refresh_from_db()

    assert (made.state, made.channel) == ("cancelled", "staff")
    assert "Malade" in client.get(url).content.decode()


def test_a_foreign_association_sees_nothing_of_it(
    sign_in: SignIn, foreign_manager: User, foreign_coach: User, event: Event
) -> None:
    made = sent(event)[0]
    client = sign_in(foreign_manager)

    assert client.get(reverse("admin:clusters_registration_change", args=[made.pk])).status_code == HTTPStatus.NOT_FOUND
    assert client.get(reverse("admin:clusters_event_check_in", args=[event.pk])).status_code == HTTPStatus.NOT_FOUND
    assert "Favre" not in client.get(reverse("admin:clusters_registration_changelist")).content.decode()
    assert made.email not in client.get(reverse("admin:search") + "?q=Favre").content.decode()


def test_clusters_bring_a_token_to_the_directory(event: Event, tavannes: Municipality) -> None:
    cluster = factories.ClusterFactory(association=event.association)
    closed = factories.ClusterFactory(association=event.association, state="closed")
    membership = factories.member(cluster, tavannes)
    factories.member(closed, tavannes, organisation=membership.organisation)

    found = search_tokens([membership.organisation_id, 0])

    assert found == {membership.organisation_id: [f"g:{cluster.pk}"]}
