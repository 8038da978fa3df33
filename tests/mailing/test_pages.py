"""The staff's pages of mail: who sees which, and what can be done with what failed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from promo_portal.accounts.models import User
from promo_portal.mailing.models import AddressSuppression, MailState, OutgoingMail
from promo_portal.mailing.policy import REASON_NO_ADDRESS
from promo_portal.mailing.suppression import suppress
from promo_portal.regions.models import Association

Queue = Callable[..., OutgoingMail]
SignIn = Callable[[User], Client]
FAILED = "/admin/mailing/outgoingmail/failed/"
OUTBOX = "/admin/mailing/outgoingmail/"


@pytest.fixture
def failed(queue: Queue, cep: Association, seeland: Association) -> list[OutgoingMail]:
    """A failed mail of each association."""
    mails = [
        queue(to="lea@cep.example", association_id=cep.pk),
        queue(to="beat@seeland.example", association_id=seeland.pk),
    ]
    OutgoingMail.objects.update(
        state=MailState.FAILED, state_reason=REASON_NO_ADDRESS, last_error="550 5.1.1 No such mailbox"
    )
    return mails


def test_the_failed_mails_of_ones_own_association_with_their_causes(
    failed: list[OutgoingMail], officer: User, sign_in: SignIn
) -> None:
    page = sign_in(officer).get(FAILED)

    text = page.content.decode()
    assert page.status_code == 200
    assert "lea@cep.example" in text
    assert "L’adresse n’existe pas." in text
    assert "550 5.1.1" in text
    assert "beat@seeland.example" not in text


def test_a_failed_mail_is_sent_again_or_closed(failed: list[OutgoingMail], officer: User, sign_in: SignIn) -> None:
    client = sign_in(officer)

    answer = client.post(FAILED, {"action": "retry", "mail": [failed[0].pk], "reason": "Adresse corrigée"}, follow=True)

    assert "1 e-mail repart." in answer.content.decode()
    assert OutgoingMail.objects.get(pk=failed[0].pk).state == MailState.QUEUED
    OutgoingMail.objects.update(state=MailState.FAILED)
    client.post(FAILED, {"action": "dismiss", "mail": [failed[0].pk]})
    assert OutgoingMail.objects.get(pk=failed[0].pk).state == MailState.CANCELLED


def test_nobody_repeats_another_associations_mail(failed: list[OutgoingMail], officer: User, sign_in: SignIn) -> None:
    sign_in(officer).post(FAILED, {"action": "retry", "mail": [failed[1].pk]})

    assert OutgoingMail.objects.get(pk=failed[1].pk).state == MailState.FAILED


def test_coaches_and_administrators_look_and_do_not_decide(
    failed: list[OutgoingMail], coach: User, administrator: User, sign_in: SignIn
) -> None:
    for person in (coach, administrator):
        client = sign_in(person)
        assert client.get(FAILED).status_code == 200
        assert client.post(FAILED, {"action": "retry", "mail": [failed[0].pk]}).status_code == 404
    assert OutgoingMail.objects.filter(state=MailState.FAILED).count() == 2


@pytest.mark.parametrize(
    "nonsense", [{"action": "explode"}, {"action": "retry"}, {"action": "retry", "mail": ["x", "1' OR 1=1"]}]
)
def test_nonsense_changes_nothing(
    failed: list[OutgoingMail], officer: User, sign_in: SignIn, nonsense: dict[str, Any]
) -> None:
    answer = sign_in(officer).post(FAILED, nonsense)

    assert answer.status_code in (302, 404)
    assert OutgoingMail.objects.filter(state=MailState.FAILED).count() == 2


def test_the_outbox_shows_only_ones_own(failed: list[OutgoingMail], manager: User, sign_in: SignIn) -> None:
    client = sign_in(manager)

    text = client.get(OUTBOX).content.decode()
    assert "lea@cep.example" in text
    assert "beat@seeland.example" not in text
    assert client.get(f"{OUTBOX}{failed[0].pk}/change/").status_code == 200
    assert client.get(f"{OUTBOX}{failed[1].pk}/change/").status_code == 404
    assert "beat@seeland.example" not in client.get(OUTBOX, {"q": "seeland"}).content.decode()


def test_a_coach_sees_their_own_mail_and_all_where_the_association_says_so(
    failed: list[OutgoingMail], queue: Queue, coach: User, cep: Association, sign_in: SignIn
) -> None:
    queue(to_user=coach, association_id=cep.pk)
    client = sign_in(coach)
    text = client.get(OUTBOX).content.decode()
    assert coach.email in text
    assert "lea@cep.example" not in text

    Association.objects.filter(pk=cep.pk).update(coaches_see_all_files=True)

    assert "lea@cep.example" in client.get(OUTBOX).content.decode()


def test_administrators_see_that_mail_went_and_not_what_it_said(
    queue: Queue, administrator: User, cep: Association, sign_in: SignIn
) -> None:
    mail = queue(association_id=cep.pk, params={"number": 424242})
    OutgoingMail.objects.update(subject="Projet confidentiel")
    client = sign_in(administrator)

    for url in (OUTBOX, f"{OUTBOX}{mail.pk}/change/", f"{OUTBOX}?q=confidentiel"):
        page = client.get(url)
        assert page.status_code == 200
        assert "Projet confidentiel" not in page.content.decode()
        assert "424242" not in page.content.decode()


def test_a_code_is_shown_to_nobody(
    queue: Queue, administrator: User, manager: User, cep: Association, sign_in: SignIn
) -> None:
    mail = queue("engine.code", params={"code": "482913"}, association_id=cep.pk)

    for person in (administrator, manager):
        assert "482913" not in sign_in(person).get(f"{OUTBOX}{mail.pk}/change/").content.decode()


def test_founders_and_visitors_find_no_such_pages(failed: list[OutgoingMail], founder: User, sign_in: SignIn) -> None:
    assert sign_in(founder).get(FAILED).status_code == 404
    assert Client().get(FAILED).status_code == 302


def test_nothing_can_be_added_changed_or_deleted_in_the_outbox(
    failed: list[OutgoingMail], manager: User, sign_in: SignIn
) -> None:
    client = sign_in(manager)

    assert client.get(f"{OUTBOX}add/").status_code == 404
    assert client.post(f"{OUTBOX}{failed[0].pk}/change/", {"state": "sent"}).status_code == 404
    assert client.post(f"{OUTBOX}{failed[0].pk}/delete/", {"post": "yes"}).status_code == 404


def test_a_blocked_address_is_known_to_those_who_wrote_to_it(
    failed: list[OutgoingMail], manager: User, sign_in: SignIn
) -> None:
    for address in ("lea@cep.example", "beat@seeland.example"):
        suppress(address=address, reason=AddressSuppression.Reason.BOUNCED)

    text = sign_in(manager).get("/admin/mailing/addresssuppression/").content.decode()

    assert "lea@cep.example" in text
    assert "beat@seeland.example" not in text


def test_the_list_asks_no_more_often_with_twenty_rows(
    queue: Queue, officer: User, cep: Association, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(officer)
    counts = []
    for rows in (1, 19):
        for _ in range(rows):
            queue(association_id=cep.pk)
        OutgoingMail.objects.update(state=MailState.FAILED)
        for url in (FAILED, OUTBOX):
            client.get(url)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(url)
            counts.append(len(asked))

    assert counts[:2] == counts[2:]


@pytest.mark.parametrize("name", ["admin:mailing_failed", "admin:mailing_planned"])
def test_the_addresses_have_names(name: str) -> None:
    assert reverse(name).startswith("/admin/")
