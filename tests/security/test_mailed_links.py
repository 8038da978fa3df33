"""F11: a link in a mail opens one door, until one second, and its sender's pages tell nobody else where it is.

That opening changes nothing is asked of every route in ``tests/house/test_routes.py``; that what a link does is done once,
beside each app's own links; that no log holds one, in ``tests/core/test_links.py`` and ``tests/house/test_compose.py``.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse

from clusters.links import CONFIRM as PLACE_CONFIRM
from clusters.links import MANAGE
from coaching.check_links import AFTERWARDS
from coaching.engagement_links import CONSENT
from coaching.links import CONFIRM, FOLLOW, RESUME
from companies.links import ALERT_DAYS, ENTRY, STOP
from premises.links import OWNER, SENDER
from promo_portal.accounts.enums import Role
from promo_portal.accounts.routes import all_routes
from promo_portal.core import clock, links
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from tests.clusters.rows import pending_in, token
from tests.house.scenery import World

pytestmark = pytest.mark.django_db
PURPOSES = [
    RESUME,
    CONFIRM,
    FOLLOW,
    MANAGE,
    PLACE_CONFIRM,
    OWNER,
    SENDER,
    ENTRY,
    STOP,
    *ALERT_DAYS,
    AFTERWARDS,
    CONSENT,
]
FOR_GOOD = {"companies:entry_stop", "companies:alert_stop"}  # whoever still holds the mail may stop further ones


@pytest.fixture
def doors(cep: Association, seeland: Association, tavannes: Municipality, nidau: Municipality) -> dict[str, str]:
    """Every public route that takes a link, with a good one."""
    world = World.build(cep, seeland, tavannes, nidau)
    found: dict[str, str] = {}
    for route in all_routes():
        if route.parameters == {"token"}:
            own = world.addresses(route.name, route.parameters, Role.VISITOR).own
            assert own is not None
            found[route.name] = own["token"]
    with association_scope(cep.pk):
        event = world.rows["clusters_event"][0]
        found["clusters:confirm"] = token(PLACE_CONFIRM, pending_in(event))["token"]
    return found


def purpose_of(mailed: str) -> str:
    return next(purpose for purpose in PURPOSES if links.read(purpose, mailed))


def foreign_doors_that_open(doors: dict[str, str]) -> list[str]:
    return [
        f"{door} by a link for {purpose_of(other)}"
        for door, own in doors.items()
        for other in sorted(set(doors.values()))
        if purpose_of(other) != purpose_of(own)
        and any(ask(reverse(door, args=[other])).status_code not in {404, 405} for ask in methods_of(door))
    ]


def methods_of(door: str) -> list[Callable[..., object]]:
    client = Client()
    return [client.post] if door == "clusters:accept" else [client.get, client.post]  # it has no page


def test_a_link_of_one_purpose_fails_at_every_other_door(doors: dict[str, str]) -> None:
    assert {purpose_of(own) for own in doors.values()} == set(PURPOSES)
    assert len(doors) >= 14

    assert foreign_doors_that_open(doors) == []


def test_control_with_one_signature_for_all_purposes_foreign_doors_open(
    doors: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F11's control: what the purpose in the signature is good for."""
    monkeypatch.setattr(links, "_signer", lambda purpose: Signer(salt="link", sep="~"))
    again = {door: links.sign("", found.key, days=90) for door, own in doors.items() if (found := _without_check(own))}
    confirm, resume = again["coaching:confirm"], again["coaching:resume_link"]

    assert Client().get(reverse("coaching:resume_link", args=[confirm])).status_code != 404
    assert Client().get(reverse("coaching:confirm", args=[resume])).status_code != 404


def _without_check(mailed: str) -> links.SignedLink:
    key, seconds, _signature = mailed.rsplit("~", 2)
    return links.SignedLink(key, clock.now() + timedelta(seconds=int(seconds) * 0))


def last_page(door: str, mailed: str) -> int:
    """The status a person ends up with, who opens the link (or presses its button, where it has no page)."""
    client, url = Client(), reverse(door, args=[mailed])
    answer = client.post(url, follow=True) if door == "clusters:accept" else client.get(url, follow=True)
    return answer.status_code


def test_every_link_ends_to_the_second(doors: dict[str, str]) -> None:
    for door, mailed in doors.items():
        link = links.read(purpose_of(mailed), mailed)
        assert link is not None
        with clock.standing_still(link.ends_at - timedelta(seconds=1)):
            before = last_page(door, mailed)
        with clock.standing_still(link.ends_at):
            after = last_page(door, mailed)
        assert (before != 410, after == 410) == (True, door not in FOR_GOOD), f"{door}: {before}, then {after}"


def test_control_a_link_whose_end_nobody_reads_never_ends(
    doors: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F11's control: the pages above end for the link's sake."""
    monkeypatch.setattr(links.SignedLink, "has_ended", lambda self, now=None: False)
    mailed = doors["coaching:follow"]
    link = links.read(FOLLOW, mailed)
    assert link is not None

    with clock.standing_still(link.ends_at + timedelta(days=1)):
        assert last_page("coaching:follow", mailed) == 200


def test_no_page_behind_a_link_tells_other_sites_or_caches_its_address(doors: dict[str, str]) -> None:
    for door, mailed in doors.items():
        answer = (
            Client().post(reverse(door, args=[mailed]))
            if door == "clusters:accept"
            else Client().get(reverse(door, args=[mailed]))
        )
        assert answer.headers["Referrer-Policy"] == "same-origin", door
        assert "no-store" in answer.headers["Cache-Control"], door
        assert 'src="http' not in answer.content.decode(), door
