"""What is always true of a row, and who may see it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from clusters.models import CheckIn, Event, Guest, Introduction, NeedOffer, Registration
from promo_portal.accounts.models import User
from promo_portal.core.scope import Scope, association_scope, scope
from promo_portal.regions.models import Association, Municipality
from tests.clusters import factories
from tests.clusters.factories import NOW

pytestmark = pytest.mark.django_db
CLOSED = ("registration", "guest", "checkin", "needoffer", "introduction")


def register(event: Event, **values: Any) -> Registration:
    values = {"state": "confirmed", "email": "ines@valtour.example", "last_name": "Favre", **values}
    return Registration.objects.create(association=event.association, event=event, **values)


@pytest.fixture
def own_rows(cep: Association, tavannes: Municipality, officer: User, founder: User) -> Registration:
    """One row of each confidential table."""
    event = factories.event(cep, tavannes)
    cluster = factories.ClusterFactory(association=cep)
    first, second = (factories.OrganisationFactory(municipality=tavannes) for _ in range(2))
    with association_scope(cep.pk):
        made = register(event, user=founder)
        guest = Guest.objects.create(association=cep, registration=made, number=1, name="Inès Favre")
        CheckIn.objects.create(association=cep, guest=guest, event=event, by=officer)
        NeedOffer.objects.create(association=cep, cluster=cluster, organisation=first, kind="need", title="Tour")
        Introduction.objects.create(
            association=cep, cluster=cluster, first=first, second=second, reason="Même matière", made_by=officer
        )
    return made


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM clusters_{table}")
        return cursor.fetchone()[0]


def test_without_a_scope_the_database_shows_nobodys_registration(own_rows: Registration, founder: User) -> None:
    tables = [*CLOSED, *(f"{name}history" for name in CLOSED)]

    outside = [rows_of(table) for table in tables]
    with association_scope(own_rows.association_id):
        inside = [rows_of(table) for table in tables]
    with association_scope(own_rows.association_id + 1_000):
        elsewhere = [rows_of(table) for table in tables]
    with scope(Scope(user_id=founder.pk)):
        of_the_person = {table: rows_of(table) for table in CLOSED}

    assert outside == elsewhere == [0] * 10
    assert all(count >= 1 for count in inside)
    assert of_the_person == {"registration": 1, "guest": 1, "checkin": 0, "needoffer": 0, "introduction": 0}


def test_a_published_need_may_be_read_by_everybody(own_rows: Registration) -> None:
    with association_scope(own_rows.association_id):
        NeedOffer.objects.update(state="open", published_at=NOW)

    assert NeedOffer.unscoped.published(NOW.date()).count() == 1
    assert NeedOffer.unscoped.published(NOW.date() + timedelta(days=1)).count() == 1


IMPOSSIBLE: list[tuple[str, dict[str, Any]]] = [
    ("registration_address_once", {"email": "INES@valtour.example"}),
    ("registration_waiting_has_number", {"email": "a@b.example", "state": "waiting"}),
    ("registration_offer_ends", {"email": "a@b.example", "state": "offered", "waiting_number": 1}),
    ("registration_offer_ends", {"email": "a@b.example", "offer_until": NOW}),
    ("registration_seats_within_reason", {"email": "a@b.example", "seats": 11}),
    ("registration_online_has_address", {"email": ""}),
    ("registration_cancelled_has_time", {"email": "a@b.example", "state": "cancelled"}),
]


def test_registrations_that_cannot_be(own_rows: Registration) -> None:
    for name, values in IMPOSSIBLE:
        with (
            association_scope(own_rows.association_id),
            pytest.raises(IntegrityError, match=name),
            transaction.atomic(),
        ):
            register(own_rows.event, **values)


def test_a_cancelled_registration_leaves_the_address_free(own_rows: Registration) -> None:
    with association_scope(own_rows.association_id):
        own_rows.state, own_rows.cancelled_at = "cancelled", NOW
        own_rows.save()

        assert register(own_rows.event, email="Ines@valtour.example").pk


MENDED: list[tuple[str, Callable[[Event], None]]] = [
    ("finir avant", lambda event: setattr(event, "ends_at", event.starts_at - timedelta(hours=1))),
    ("inscriptions se terminent", lambda event: setattr(event, "registration_until", event.ends_at)),
    ("annulation est possible", lambda event: setattr(event, "cancel_until", event.ends_at)),
    ("motif", lambda event: setattr(event, "state", "cancelled")),
]


@pytest.mark.parametrize(("words", "spoil"), MENDED, ids=[words for words, _spoil in MENDED])
def test_an_event_that_cannot_be_says_why(
    words: str, spoil: Callable[[Event], None], cep: Association, tavannes: Municipality
) -> None:
    event = factories.event(cep, tavannes)
    spoil(event)

    with pytest.raises(ValidationError, match=words):
        event.full_clean()


def test_counting_places_leaves_no_line_in_an_events_history(cep: Association, tavannes: Municipality) -> None:
    event = factories.event(cep, tavannes)

    Event.objects.filter(pk=event.pk).update(seats_taken=1, seats_waiting=2)
    counted = event.history.count()  # type: ignore[attr-defined]
    Event.objects.filter(pk=event.pk).update(capacity=50)

    assert counted == 1
    assert event.history.count() == 2  # type: ignore[attr-defined]


def test_a_member_counts_from_its_first_to_its_last_day(cep: Association, tavannes: Municipality) -> None:
    cluster = factories.ClusterFactory(association=cep)
    factories.member(cluster, tavannes, valid_from=date(2025, 3, 1), valid_to=date(2025, 9, 30))

    found = [cluster.memberships.active(date(2025, *day)).count() for day in ((2, 28), (3, 1), (9, 30), (10, 1))]

    assert found == [0, 1, 1, 0]


def test_a_text_falls_back_to_french() -> None:
    event = Event(title_fr="Journée", title_de="", title_en="Day")

    from django.utils import translation

    found = []
    for language in ("fr", "de", "en"):
        with translation.override(language):
            found.append(event.title)

    assert found == ["Journée", "Journée", "Day"]
