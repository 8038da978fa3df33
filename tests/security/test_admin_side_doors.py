"""A4: nothing of another association comes in by the admin's side doors."""

import contextlib
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from coaching.models import CaseFile
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User, UserQuerySet
from promo_portal.audit.models import AccessLog
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from tests.house.scenery import World

pytestmark = pytest.mark.django_db
FOREIGN = ["Anderswo", "Xaver", "Brasserie", "Kunz"]


@pytest.fixture
def world(cep: Association, seeland: Association, tavannes: Municipality, nidau: Municipality) -> World:
    return World.build(cep, seeland, tavannes, nidau)


@pytest.fixture(params=[Role.COACH, Role.MANAGER, Role.OFFICER])
def staff(request: pytest.FixtureRequest, world: World, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(world.people[request.param])


def foreign_names(text: str) -> list[str]:
    """As whole words: among thousands of pages some token drawn by lot has four letters of a name in it."""
    return [name for name in FOREIGN if re.search(rf"(?<![A-Za-z0-9]){name}(?![A-Za-z0-9])", text)]


def models() -> list[tuple[str, str]]:
    return [(model._meta.app_label, model._meta.model_name or "") for model in admin.site._registry]


def test_control_the_foreign_names_are_there(world: World, sign_in: Callable[[User], Client]) -> None:
    page = sign_in(world.people[Role.ADMINISTRATOR]).get(reverse("admin:accounts_user_changelist")).content.decode()

    assert "Anderswo" in page


def test_no_list_popup_filter_or_search_shows_a_foreign_name(staff: Client) -> None:
    visited = 0
    for app, model in models():
        url = reverse(f"admin:{app}_{model}_changelist")
        for query in ("", "?_popup=1", *(f"?q={name}" for name in FOREIGN)):
            answer = staff.get(url + query)
            text = answer.content.decode().replace(f'value="{query.removeprefix("?q=")}"', "")
            leaked = [name for name in foreign_names(text) if name != query.removeprefix("?q=")]
            assert leaked == [], f"{app}.{model}{query}"
            assert "Xaver Anderswo" not in text, f"{app}.{model}{query}"
            visited += 1

    assert visited >= 6 * 15


def test_no_page_of_ones_own_records_shows_a_foreign_name(staff: Client, world: World) -> None:
    """A4: form, history, confirmation of deleting."""
    opened = 0
    for stem, (own, _foreign) in world.rows.items():
        for kind in ("change", "history", "delete"):
            with contextlib.suppress(NoReverseMatch):
                answer = staff.get(reverse(f"admin:{stem}_{kind}", args=[own.pk]))
                assert foreign_names(answer.content.decode()) == [], f"{stem} {kind}"
                opened += answer.status_code == 200

    assert opened >= 20


def test_control_without_the_limits_of_people_a_foreign_name_is_in_the_list_and_in_the_choices(
    world: World, sign_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A4's control: the same person at the same doors, with the one filter left out that they all draw from."""
    monkeypatch.setattr(UserQuerySet, "visible_to", lambda self, rights: self.all())
    client = sign_in(world.people[Role.MANAGER])

    listed = client.get(reverse("admin:accounts_user_changelist")).content.decode()
    offered = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "reminders", "model_name": "absence", "field_name": "deputy", "term": "Anderswo"},
    )

    assert foreign_names(listed) != []
    assert offered.status_code != 200 or foreign_names(offered.content.decode()) != []


def test_no_form_offers_a_foreign_name(staff: Client) -> None:
    visited = 0
    for app, model in models():
        answer = staff.get(reverse(f"admin:{app}_{model}_add"))
        assert foreign_names(answer.content.decode()) == [], f"{app}.{model}"
        visited += 1

    assert visited >= 15


def test_no_autocomplete_offers_a_foreign_name(staff: Client) -> None:
    visited = 0
    for model, page in admin.site._registry.items():
        for field in page.autocomplete_fields:
            for term in ("", *FOREIGN):
                answer = staff.get(
                    reverse("admin:autocomplete"),
                    {
                        "app_label": model._meta.app_label,
                        "model_name": model._meta.model_name,
                        "field_name": field,
                        "term": term,
                    },
                )
                visited += 1
                if answer.status_code == 200:
                    assert foreign_names(answer.content.decode()) == []
                else:  # refused; the page repeats what was asked for in its own address, and nothing else
                    assert answer.status_code in {403, 404}
                    assert foreign_names(answer.content.decode().replace(term or "\0", "")) == []

    assert visited >= 5


@pytest.mark.parametrize(
    "lookup",
    [
        "founder__last_name__startswith=A", "founder__password__startswith=p", "lead__email__contains=k", "title__startswith=B",
        "request__key__startswith=a", "association__case_files__title__startswith=B", "memberships__association=2",
        "password__startswith=p", "email__startswith=a", "user__password__startswith=p",
    ],
)  # fmt: skip
def test_an_address_cannot_probe_fields_letter_by_letter(lookup: str, staff: Client) -> None:
    for app, model in models():
        url = f"{reverse(f'admin:{app}_{model}_changelist')}?{quote(lookup, safe='=')}"
        answer = staff.get(url)
        # Refused (400), unknown field (redirect to the list with a word), no such page for this role; or ignored.
        if answer.status_code == 200:
            other = staff.get(url.rpartition("=")[0] + "=nothing-begins-like-this")
            assert without_addresses(answer) == without_addresses(other), url
        else:
            assert answer.status_code in {302, 400, 404}, f"{url}: {answer.status_code}"


def without_addresses(answer: HttpResponse) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    return re.sub(r'(href|value|action)="[^"]*"', "", text)


def test_a_foreign_person_can_be_neither_closed_nor_reset_by_an_action(
    world: World, sign_in: Callable[[User], Client]
) -> None:
    foreign = world.rows["accounts_user"][1]
    client = sign_in(world.people[Role.MANAGER])

    for action in ("close_accounts", "reset_second_factor"):
        client.post(reverse("admin:accounts_user_changelist"), {"action": action, "_selected_action": [foreign.pk]})

    foreign.refresh_from_db()
    assert foreign.is_active


def test_an_inline_cannot_take_over_a_foreign_row(world: World, sign_in: Callable[[User], Client]) -> None:
    own, foreign = world.rows["accounts_membership"]
    client = sign_in(world.people[Role.MANAGER])

    client.post(
        reverse("admin:accounts_user_change", args=[own.user_id]),
        {
            "first_name": "Léa", "last_name": "Chappuis", "phone": "", "language": "fr",
            "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "1",
            "memberships-0-id": str(foreign.pk), "memberships-0-user": str(own.user_id),
            "memberships-0-role": "founder", "memberships-0-valid_from": "01.01.2024", "memberships-0-valid_to": "01.01.2025",
        },
    )  # fmt: skip

    before = (foreign.user_id, foreign.valid_to)
    foreign.refresh_from_db()
    assert (foreign.user_id, foreign.valid_to) == before


def test_a_manager_gives_roles_in_their_association_only_and_none_above_their_own(
    world: World, sign_in: Callable[[User], Client]
) -> None:
    person = world.people[Role.FOUNDER]
    client = sign_in(world.people[Role.MANAGER])

    def give(role: str, association: int) -> None:
        client.post(
            reverse("admin:accounts_user_change", args=[person.pk]),
            {
                "first_name": "Léa", "last_name": "Chappuis", "phone": "", "language": "fr",
                "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0",
                "memberships-0-role": role, "memberships-0-association": str(association), "memberships-0-valid_from": "01.11.2026",
            },
        )  # fmt: skip

    give("administrator", world.here.pk)
    give("canton_officer", world.here.pk)
    give("coach", world.there.pk)

    given = Membership.objects.filter(user=person).exclude(role="founder")
    assert [(m.role, m.association_id) for m in given] == [
        ("coach", world.here.pk)
    ]  # the form's association is not believed


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_nobody_changes_their_own_roles(role: Role, world: World, sign_in: Callable[[User], Client]) -> None:
    person = world.people[role]
    client = sign_in(person)

    answer = client.post(
        reverse("admin:accounts_user_change", args=[person.pk]),
        {
            "email": person.email, "first_name": "X", "last_name": "Y", "language": "fr",
            "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0",
            "memberships-0-role": "manager", "memberships-0-association": str(world.there.pk),
        },
    )  # fmt: skip

    assert answer.status_code == 404
    assert Membership.objects.filter(user=person).count() == 1


def test_the_shortcut_past_the_scope_does_not_exist(world: World, sign_in: Callable[[User], Client]) -> None:
    answer = sign_in(world.people[Role.COACH]).get(f"/admin/r/1/{world.foreign_case.pk}/")

    assert answer.status_code == 404


def test_opening_a_file_in_the_admin_is_written_down(world: World, sign_in: Callable[[User], Client]) -> None:
    coach = world.people[Role.COACH]

    sign_in(coach).get(reverse("admin:coaching_casefile_change", args=[world.case.pk]))

    line = AccessLog.objects.get(actor_id=coach.pk, subject_kind="coaching.casefile")
    assert (line.subject_id, line.act, line.role, line.association_id) == (
        world.case.pk,
        "view",
        "coach",
        world.here.pk,
    )


def test_choices_of_people_are_the_associations(world: World, sign_in: Callable[[User], Client]) -> None:
    with association_scope(world.here.pk):
        own = CaseFile.objects.get(pk=world.case.pk)
    page = (
        sign_in(world.people[Role.MANAGER]).get(reverse("admin:coaching_casefile_edit", args=[own.pk])).content.decode()
    )

    assert foreign_names(page) == []
