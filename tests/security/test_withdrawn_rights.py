"""A5: a right that is withdrawn ends with the very next request, whatever the session was opened with.

Queued mail is asked about in ``tests/reminders/test_overtaking.py``, queued work in ``tests/companies/test_import_pages.py``.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coaching.models import CaseDocument, CaseFile
from promo_portal.accounts import middleware, workflow
from promo_portal.accounts.models import Membership, User
from promo_portal.accounts.rights import rights_of_person
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from tests import factories
from tests.coaching import rows
from tests.security.rows import case_in

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def case(cep: Association, tavannes: Municipality, founder: User, coach: User) -> CaseFile:
    return case_in(cep, tavannes, founder, coach)


def page_of(case: CaseFile) -> str:
    return reverse("admin:coaching_casefile_change", args=[case.pk])


def test_a_role_that_ended_yesterday_opens_nothing_today(case: CaseFile, coach: User, sign_in: SignIn) -> None:
    client = sign_in(coach)
    assert client.get(page_of(case)).status_code == 200

    Membership.objects.filter(user=coach).update(valid_to=clock.today() - timedelta(days=1))

    assert client.get(page_of(case)).status_code == 404
    assert client.get(reverse("admin:index")).status_code == 404


def test_a_kept_address_of_a_file_hands_nothing_out_any_more(case: CaseFile, coach: User, sign_in: SignIn) -> None:
    rows.parts_of(case)
    with association_scope(case.association_id):
        document = CaseDocument.objects.get(case_file=case)
    download = reverse("admin:coaching_casefile_download", args=[case.pk, document.pk, 1])
    client = sign_in(coach)
    assert client.get(download).status_code == 200

    Membership.objects.filter(user=coach).update(valid_to=clock.today() - timedelta(days=1))

    assert client.get(download).status_code == 404


def test_control_rights_remembered_from_signing_in_would_outlive_their_end(
    case: CaseFile, coach: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A5's control: the same withdrawal, with rights that are not read afresh."""
    client, remembered = sign_in(coach), {}
    real = middleware.rights_of
    monkeypatch.setattr(middleware, "rights_of", lambda r: remembered.setdefault(r.user.pk, real(r)))
    client.get(page_of(case))

    Membership.objects.filter(user=coach).update(valid_to=clock.today() - timedelta(days=1))

    assert client.get(page_of(case)).status_code == 200


def test_control_a_role_that_ends_today_is_still_in_force(case: CaseFile, coach: User, sign_in: SignIn) -> None:
    Membership.objects.filter(user=coach).update(valid_to=clock.today())

    assert sign_in(coach).get(page_of(case)).status_code == 200


def test_a_closed_account_is_a_visitor_at_once(
    case: CaseFile, coach: User, administrator: User, sign_in: SignIn
) -> None:
    client = sign_in(coach)

    workflow.close_account(person=coach, by=administrator)

    assert client.get(page_of(case)).url.startswith(reverse("account_login"))


def test_a_founder_without_membership_no_longer_reads_their_file(
    case: CaseFile, founder: User, sign_in: SignIn
) -> None:
    client = sign_in(founder)
    assert client.get(reverse("coaching:case", args=[case.pk])).status_code == 200

    Membership.objects.filter(user=founder).delete()

    assert client.get(reverse("coaching:case", args=[case.pk])).status_code == 404


def test_a_coach_moved_to_another_association_sees_none_of_the_former(
    case: CaseFile, coach: User, seeland: Association, sign_in: SignIn
) -> None:
    client = sign_in(coach)

    Membership.objects.filter(user=coach).update(association=seeland)

    assert client.get(page_of(case)).status_code == 404


def test_a_founder_who_becomes_a_coach_must_enrol_before_anything_else(
    founder: User, cep: Association, sign_in: SignIn
) -> None:
    client = sign_in(founder)

    Membership.objects.create(user=founder, role="coach", association=cep, valid_from=clock.today())

    assert client.get(reverse("admin:index")).url.startswith(reverse("accounts:second_factor"))


def test_whoever_works_for_two_associations_sees_one_at_a_time_and_picks(
    cep: Association,
    seeland: Association,
    tavannes: Municipality,
    nidau: Municipality,
    founder: User,
    coach: User,
    sign_in: SignIn,
) -> None:
    Membership.objects.create(user=coach, role="coach", association=seeland, valid_from=clock.today())
    here = case_in(cep, tavannes, founder, coach)
    there = case_in(seeland, nidau, founder, coach)
    client = sign_in(coach)

    assert [client.get(page_of(case)).status_code for case in (here, there)] == [200, 404]
    answer = client.post(reverse("accounts:switch_association"), {"association": seeland.pk})

    assert answer.url == reverse("admin:index")
    assert [client.get(page_of(case)).status_code for case in (here, there)] == [404, 200]


def test_an_association_that_is_not_ones_own_cannot_be_picked(
    coach: User, seeland: Association, sign_in: SignIn
) -> None:
    client = sign_in(coach)

    for wanted in (str(seeland.pk), "0", "x", ""):
        assert client.post(reverse("accounts:switch_association"), {"association": wanted}).status_code == 404
    assert "association" not in client.session


def test_a_switch_leads_to_no_other_site(coach: User, cep: Association, sign_in: SignIn) -> None:
    answer = sign_in(coach).post(
        reverse("accounts:switch_association"), {"association": cep.pk, "next": "https://evil.example/"}
    )

    assert answer.url == reverse("admin:index")


def test_rights_cost_one_query_for_the_memberships(
    coach: User, django_assert_num_queries: Callable[[int], object]
) -> None:
    with django_assert_num_queries(1):
        rights = rights_of_person(coach.pk)

    assert rights.association is not None


def test_a_signed_in_request_costs_three_queries_before_its_view(
    founder: User, sign_in: SignIn, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    client = sign_in(founder)
    client.get("/fr/")

    # Session, person, memberships; in a test also the scope's settings, which otherwise ride on the transaction.
    with django_assert_max_num_queries(3 + 2 + 6):
        client.get(reverse("accounts:profile"))


def test_taking_off_second_factors_ends_the_sessions_and_tells_the_person(
    coach: User, administrator: User, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    from promo_portal.mailing.models import OutgoingMail

    client = Client()
    factories.sign_in(client, coach)
    assert client.get(reverse("admin:index")).status_code == 200

    workflow.reset_second_factor(person=coach, by=administrator)

    assert client.get(reverse("admin:index")).url.startswith(reverse("account_login"))
    assert OutgoingMail.objects.get(to_user=coach).params == {"event": "second_factor_reset"}


def test_a_new_address_ends_sessions_and_the_old_one_gets_no_code(coach: User, administrator: User) -> None:
    from promo_portal.mailing.models import OutgoingMail

    old = coach.email
    client = Client()
    factories.sign_in(client, coach)

    workflow.change_address(person=coach, email="Neue.Adresse@exemple.example", by=administrator)
    Client().post(reverse("account_login"), {"login": old})

    assert client.get(reverse("admin:index")).url.startswith(reverse("account_login"))
    assert User.objects.get(pk=coach.pk).email == "neue.adresse@exemple.example"
    assert not OutgoingMail.objects.filter(kind="accounts.login_code").exists()
