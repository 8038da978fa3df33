"""A7: who stands outside a file reads the fields meant for them and no other: every text of the file is marked, every
page they may open is read, and the marks found are those of a list.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.apps import apps
from django.db import Error, models, transaction
from django.test import Client
from django.urls import reverse

from coaching.enums import EngagementState
from coaching.models import CaseDocument, CaseNote, Engagement, SharedDocument
from coaching.models.specialists import READING_ENGAGEMENTS
from promo_portal.accounts.enums import Role
from promo_portal.accounts.routes import all_routes
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from tests import factories
from tests.client import rendering_unwatched
from tests.coaching.rows import AT
from tests.house.scenery import World

pytestmark = pytest.mark.django_db
MARK = re.compile(r"Zz([a-z_]+)zZ")
PUBLIC = {f"specialist_{field}" for field in ("about_fr", "company", "first_name", "last_name", "website")}
KEYS = {"reference", "key", "token", "email", "language", "series"}  # found by, not read


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    with rendering_unwatched():
        yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def marked(cep: Association, seeland: Association, tavannes: Municipality, nidau: Municipality) -> World:
    """A world in which every text of our file, its request and all their parts says which field it is."""
    world = World.build(cep, seeland, tavannes, nidau)
    with association_scope(cep.pk):
        for model in apps.get_app_config("coaching").get_models():
            if hasattr(model, "association_id"):
                mark(model, cep)
        CaseNote.objects.filter(is_shared=False).update(text="Zzinternal_notezZ")
        CaseDocument.objects.filter(pk__in=SharedDocument.objects.values("document")).update(
            title="Zzshared_documentzZ"
        )
    return world


def mark(model: type[models.Model], association: Association) -> None:
    rows = model._base_manager.filter(association_id=association.pk)
    for field in model._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and not field.choices and field.name not in KEYS:
            text = f"Zz{model._meta.model_name}_{field.name}zZ"
            with suppress(Error), transaction.atomic():
                rows.update(**{field.name: text})


def read_by(world: World, role: Role) -> set[str]:
    """The marks on all pages of coaching that somebody may open, signed links of other people left out."""
    client = Client(raise_request_exception=False)
    if role != Role.VISITOR:
        factories.sign_in(client, world.people[role])
    found: set[str] = set()
    opened = 0
    for route in all_routes():
        if not route.name.startswith(("coaching:", "portal:space")) or route.parameters & {"token", "key"}:
            continue
        addresses = world.addresses(route.name, route.parameters, role)
        with transaction.atomic():
            answer = client.get(reverse(route.name, kwargs=addresses.own))
            content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
            transaction.set_rollback(True)
        opened += answer.status_code == 200
        found |= set(MARK.findall(content.decode("utf-8", "replace")))
    assert opened >= 1
    return found - PUBLIC


MEANT_FOR: dict[Role, set[str]] = {
    Role.VISITOR: set(),
    Role.COMPANY_CONTACT: set(),
    Role.MUNICIPALITY_DELEGATE: set(),
    Role.CANTON_OFFICER: set(),
    Role.FOUNDER: {
        *("casefile_title", "casefile_next_what", "casenote_text", "casemessage_text", "shared_document"),
        *("task_title", "task_detail", "planline_label", "plancomment_text", "engagement_mandate"),
    },
    Role.COMMISSION_MEMBER: {
        *("agendaitem_title", "agendaitem_summary", "commissionsession_place", "commissionsession_video_url"),
        *("coachingrequest_idea", "coachingrequest_need_detail", "coachingrequest_start"),
    },
}
OWN_PROFILE = {"specialist_about_de", "specialist_about_en"}
ENGAGED = {"engagement_mandate", "engagement_report", "shared_document"}
WITH_PLAN = {"casefile_title", "planline_label"}
AFTERWARDS = {"engagement_mandate", "engagement_report"}


def test_an_outsider_reads_what_is_meant_for_them_and_nothing_else(marked: World) -> None:
    assert {role: read_by(marked, role) for role in MEANT_FOR} == MEANT_FOR


def test_control_what_is_marked_is_on_the_coachs_own_pages(marked: World) -> None:
    client = Client()
    factories.sign_in(client, marked.people[Role.COACH])
    pages = [
        client.get(reverse(f"admin:coaching_casefile_{tab}", args=[marked.case.pk])).content.decode()
        for tab in ("change", "milestones", "documents", "hours", "engagements")
    ]

    assert {"internal_note", "meeting_text", "casenote_text", "shared_document"} <= set(MARK.findall(" ".join(pages)))


def test_a_specialist_reads_the_shared_part_while_engaged(marked: World) -> None:
    for state in EngagementState.values:
        for shares_plan in (True, False) if state in READING_ENGAGEMENTS else (True,):
            reported = AT if state == EngagementState.REPORTED else None
            with association_scope(marked.here.pk):
                Engagement.objects.update(state=state, shares_plan=shares_plan, reported_at=reported)

            found = read_by(marked, Role.SPECIALIST) - OWN_PROFILE

            if state in READING_ENGAGEMENTS:
                assert found == ENGAGED | (WITH_PLAN if shares_plan else set()), state
            else:
                assert found <= AFTERWARDS, state
