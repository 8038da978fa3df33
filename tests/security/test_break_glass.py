"""A8: an administrator sees no confidential file without an open, reasoned break-glass session; with one, all is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coaching.models import CaseFile
from promo_portal.accounts import rights
from promo_portal.accounts.models import User
from promo_portal.accounts.rights import OpenGlass
from promo_portal.audit.models import AccessLog, BreakGlass, Transition
from promo_portal.core import clock
from promo_portal.mailing.models import OutgoingMail
from promo_portal.portal.break_glass import NotAnAdministrator, open_session
from promo_portal.regions.models import Association, Municipality
from tests.security.rows import case_in

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
REASON = "Demande de la direction du 22 novembre"


@pytest.fixture
def cases(
    cep: Association,
    seeland: Association,
    tavannes: Municipality,
    nidau: Municipality,
    founder: User,
    coach: User,
    foreign_coach: User,
) -> tuple[CaseFile, CaseFile]:
    return case_in(cep, tavannes, founder, coach), case_in(seeland, nidau, founder, foreign_coach)


def confidential_pages(case: CaseFile) -> list[str]:
    return [
        reverse("admin:coaching_casefile_changelist"),
        reverse("admin:coaching_casefile_change", args=[case.pk]),
        reverse("admin:coaching_casefile_history", args=[case.pk]),
        reverse("admin:coaching_coachingrequest_changelist"),
        reverse("admin:coaching_coachingrequest_change", args=[case.request_id]),
    ]


def statuses(client: Client, case: CaseFile) -> set[int]:
    return {client.get(url).status_code for url in confidential_pages(case)}


def test_without_a_session_every_confidential_page_is_missing(
    cases: tuple[CaseFile, CaseFile], administrator: User, sign_in: SignIn
) -> None:
    assert statuses(sign_in(administrator), cases[0]) == {404}


def test_control_if_no_session_were_needed_the_files_would_lie_open_and_nobody_would_hear(
    cases: tuple[CaseFile, CaseFile],
    cep: Association,
    manager: User,
    administrator: User,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A8's control: the same person, the same pages, without the question for an open session."""
    now = clock.now()
    ended = BreakGlass.objects.create(
        actor_id=administrator.pk, actor_name="Ada Minder", association_id=cep.pk, reason=REASON,
        at=now - timedelta(days=1), expires_at=now - timedelta(hours=23),
    )  # fmt: skip
    client = sign_in(administrator)
    assert statuses(client, cases[0]) == {404}

    glass = OpenGlass(ended.pk, cep.pk, now + timedelta(hours=1))
    monkeypatch.setattr(rights, "open_glass", lambda _person: glass)

    assert statuses(client, cases[0]) == {200}
    assert not OutgoingMail.objects.exists()


def test_the_page_opens_one_associations_files_for_an_hour_and_writes_everything_down(
    cases: tuple[CaseFile, CaseFile],
    cep: Association,
    manager: User,
    foreign_manager: User,
    administrator: User,
    sign_in: SignIn,
) -> None:
    own, foreign = cases
    client = sign_in(administrator)
    assert client.get(reverse("admin:break_glass")).status_code == 200

    answer = client.post(reverse("admin:break_glass"), {"association": cep.pk, "reason": REASON})

    assert answer.status_code == 302
    assert statuses(client, own) == {200}
    assert client.get(confidential_pages(foreign)[1]).status_code == 404
    session = BreakGlass.objects.get()
    assert (session.association_id, session.actor_id, session.expires_at - session.at) == (
        cep.pk,
        administrator.pk,
        timedelta(hours=1),
    )
    lines = AccessLog.objects.filter(actor_id=administrator.pk)
    assert lines.count() >= 3
    assert set(lines.values_list("break_glass_id", flat=True)) == {session.pk}
    assert [mail.to_user for mail in OutgoingMail.objects.filter(kind="portal.break_glass")] == [manager]
    assert Transition.unscoped.filter(subject_kind="audit.breakglass", action="open", reason=REASON).exists()


def test_a_banner_reminds_on_every_page(
    cases: tuple[CaseFile, CaseFile], cep: Association, administrator: User, sign_in: SignIn
) -> None:
    open_session(by=administrator, association=cep, reason=REASON)

    page = sign_in(administrator).get(reverse("admin:index")).content.decode()

    assert cep.name_fr in page
    assert reverse("admin:break_glass") in page


def test_closing_shuts_the_files_at_once(
    cases: tuple[CaseFile, CaseFile], cep: Association, administrator: User, sign_in: SignIn
) -> None:
    open_session(by=administrator, association=cep, reason=REASON)
    client = sign_in(administrator)
    assert statuses(client, cases[0]) == {200}

    client.post(reverse("admin:break_glass"))  # as the banner's button does, on whatever page

    assert statuses(client, cases[0]) == {404}
    assert BreakGlass.objects.get().closed_at is not None


def test_after_an_hour_the_files_are_closed_by_themselves(
    cases: tuple[CaseFile, CaseFile], cep: Association, administrator: User, sign_in: SignIn
) -> None:
    open_session(by=administrator, association=cep, reason=REASON)
    client = sign_in(administrator)
    clock.move(timedelta(minutes=59))
    assert statuses(client, cases[0]) == {200}

    clock.move(timedelta(minutes=61))

    assert statuses(client, cases[0]) == {404}


def test_a_reason_is_needed(cep: Association, administrator: User, sign_in: SignIn) -> None:
    client = sign_in(administrator)

    for reason in ("", "   ", "weil"):
        answer = client.post(reverse("admin:break_glass"), {"association": cep.pk, "reason": reason})
        assert answer.status_code == 422
    assert not BreakGlass.objects.exists()


def test_nobody_else_breaks_the_glass(
    cep: Association, manager: User, coach: User, officer: User, sign_in: SignIn
) -> None:
    for person in (manager, coach, officer):
        client = sign_in(person)
        assert client.get(reverse("admin:break_glass")).status_code == 404
        assert client.post(reverse("admin:break_glass"), {"association": cep.pk, "reason": REASON}).status_code == 404
        with pytest.raises(NotAnAdministrator):
            open_session(by=person, association=cep, reason=REASON)
    assert not BreakGlass.objects.exists()


def test_a_second_session_ends_the_first(cep: Association, seeland: Association, administrator: User) -> None:
    first = open_session(by=administrator, association=cep, reason=REASON)

    open_session(by=administrator, association=seeland, reason=REASON)

    first.refresh_from_db()
    assert first.closed_at is not None


def test_an_ended_administrator_has_no_open_glass(
    cases: tuple[CaseFile, CaseFile], cep: Association, administrator: User, sign_in: SignIn
) -> None:
    open_session(by=administrator, association=cep, reason=REASON)
    client = sign_in(administrator)

    administrator.memberships.update(valid_to=clock.today() - timedelta(days=1))

    assert statuses(client, cases[0]) == {404}


def test_the_mail_says_who_why_and_until_when(cep: Association, manager: User, administrator: User) -> None:
    from promo_portal.mailing.kinds import mail_kind

    open_session(by=administrator, association=cep, reason=REASON)
    mail = OutgoingMail.objects.get(kind="portal.break_glass")

    message = mail_kind(mail.kind).render(mail)

    for part in (message.text, message.html):
        assert REASON in part
        assert "Ada Minder" in part
    assert "CEP" in message.subject
