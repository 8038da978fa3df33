"""The public pages: what is found, what each state says, what a visitor can do, and what stays unsaid."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from companies.models import Organisation
from premises.addresses import offer_url
from premises.enums import EnquiryState, OfferKind, OfferState, Visibility
from premises.links import OWNER, SENDER, token_for
from premises.models import Enquiry, Offer
from premises.published import offer_row, published_offers
from premises.slots import organisation_panel, sitemap_pages
from premises.views import enquiry as enquiry_views
from premises.views.compare import compared
from promo_portal.core import spam
from promo_portal.core.scope import association_scope
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Municipality
from tests import factories as people
from tests.coaching.conftest import some_address
from tests.core.proofs import solved
from tests.premises import factories
from tests.premises.factories import TODAY

pytestmark = pytest.mark.django_db
LIST = "/fr/locaux/"


def text_of(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return str(answer.content.decode())


@pytest.fixture
def halls(tavannes: Municipality) -> list[Offer]:
    """Three halls of 200, 800 and 2000 m², and a plot."""
    small = factories.unit(
        tavannes, name="Petite", area_gross=None, area_usable=200, smallest_divisible=None, use="office"
    )
    middle = factories.unit(tavannes, name="Moyenne", ceiling_height="5.20", floor_load=2000, docks=2)
    large = factories.unit(
        tavannes, name="Grande", area_gross=2200, area_usable=2000, smallest_divisible=1000, largest_contiguous=1200
    )
    return [
        factories.offer(small, price=150),
        factories.offer(middle, price=95, available_on=date(2027, 6, 1)),
        factories.offer(large, kind=OfferKind.SALE, price=1400),
        factories.offer(factories.plot(tavannes), kind=OfferKind.BUILDING_RIGHT, price=12),
    ]


def test_the_list_answers_what_was_asked(monday: Any, visitor: Client, halls: list[Offer]) -> None:
    expected = {
        "": 3,
        "?kind=plots": 1,
        "?terms=rent": 2,
        "?terms=buy": 1,
        "?kind=plots&terms=buy": 1,
        "?area_from=500": 2,
        "?area_from=1500": 0,  # its largest contiguous part has 1200 m²
        "?area_from=300&area_to=600": 1,  # divisible from 200 m²
        "?municipality=713": 3,
        "?use=office": 1,
        "?height=5&load=1500": 1,
        "?with=dock": 1,
        "?free=12": 1,
        "?q=tavan": 3,
        "?q=combe": 3,
        "?q=moutier": 0,
    }
    found = {query: visitor.get(f"{LIST}{query}").context["listing"].page.count for query in expected}

    assert found == expected


def test_broken_parameters_are_said_and_the_rest_applies(monday: Any, visitor: Client, halls: list[Offer]) -> None:
    query = "?area_from=abc&municipality=999999999&use=castle&sort=zz&page=-3&zzz=1&q=%00"
    answer = visitor.get(f"{LIST}{query}&terms=rent")

    assert answer.status_code == 200
    listing = answer.context["listing"]
    assert (listing.page.count, len(listing.hints)) == (2, 5)
    assert visitor.get(f"{LIST}?area_from=600&area_to=300").context["listing"].page.count == 1


def test_a_former_municipality_leads_to_the_one_that_it_became(
    monday: Any, visitor: Client, halls: list[Offer], tavannes: Municipality
) -> None:
    people.MunicipalityFactory(
        bfs=9991, official_name="Ancienne", valid_to=date(2020, 12, 31), successor=tavannes, district=tavannes.district
    )

    listing = visitor.get(f"{LIST}?municipality=9991").context["listing"]

    assert listing.page.count == 3
    assert "Tavannes" in listing.hints[0]


def test_an_empty_list_shows_ways_on(monday: Any, visitor: Client, halls: list[Offer]) -> None:
    listing = visitor.get(f"{LIST}?area_from=2400&municipality=713").context["listing"]
    ways = {way.label: way.count for way in listing.ways_on}
    close = visitor.get(f"{LIST}?area_from=1300&terms=buy").context["listing"]

    assert listing.empty_title == "Aucun local ne convient à Tavannes"
    assert len(ways) == 2  # without the last filter; a person
    assert close.ways_on[0].count == 1  # 1200 m² lie within a fifth


def test_rows_say_what_is_unusual(monday: Any, visitor: Client, halls: list[Offer]) -> None:
    Offer.objects.filter(pk=halls[0].pk).update(confirmed_on=TODAY - timedelta(days=50))
    Offer.objects.filter(pk=halls[1].pk).update(state=OfferState.RESERVED, price=None, price_on_request=True)

    rows = {row["offer"].pk: row for row in visitor.get(LIST).context["listing"].page.rows}

    assert rows[halls[0].pk]["is_stale"]
    assert rows[halls[1].pk]["is_reserved"]
    assert rows[halls[1].pk]["price"] == "Sur demande"
    assert rows[halls[2].pk]["price"] == "CHF\u00a01’400.00 / m²"


def test_the_page_tells_twelve_facts_and_what_nobody_has_told(monday: Any, visitor: Client, halls: list[Offer]) -> None:
    answer = visitor.get(offer_url(halls[1]))
    facts = {fact.label: fact for fact in answer.context["facts"]}

    assert len(facts) == 12
    assert facts["Hauteur libre"].value == "5.2\u00a0m"
    assert facts["Quais de chargement"].value == "2"
    assert facts["Pont roulant"].missing
    assert answer.content.decode().count("Non communiqué") > 5
    assert len(answer.context["similar"]) == 2
    plot_facts = visitor.get(offer_url(halls[3])).context["facts"]
    assert len(plot_facts) == 12


def test_each_state_has_its_page(monday: Any, visitor: Client, tavannes: Municipality) -> None:
    def status(**fields: Any) -> tuple[int, str]:
        hall = factories.unit(tavannes, name=str(fields))
        answer = visitor.get(offer_url(factories.offer(hall, **fields)))
        return answer.status_code, answer.content.decode()

    stale = TODAY - timedelta(days=95)
    published, on_request = status(), status(visibility=Visibility.ON_REQUEST)
    taken = status(state=OfferState.LET)
    assert published[0] == on_request[0] == taken[0] == 200
    assert "Rue de la Combe 4" in published[1]
    assert "Rue de la Combe 4" not in on_request[1]
    assert "Zone de la Combe" not in on_request[1]
    assert "Attribué" in taken[1]
    assert "Envoyer ma demande" not in taken[1]
    assert status(state=OfferState.WITHDRAWN)[0] == status(confirmed_on=stale)[0] == 410
    assert status(state=OfferState.DRAFT)[0] == status(visibility=Visibility.INTERNAL)[0] == 404
    assert visitor.get("/fr/locaux/99999999999999999999-x/").status_code == 404


def test_each_language_has_its_own_address_and_a_wrong_name_is_put_right(
    monday: Any, visitor: Client, halls: list[Offer]
) -> None:
    hall = halls[1].thing
    moved = visitor.get(f"/de/raeume/{hall.pk}-x/")

    assert moved.status_code == 301
    assert moved["Location"] == f"/de/raeume/{hall.pk}-industriehalle-tavannes/"
    page = text_of(visitor, offer_url(halls[1]))
    assert f"/en/premises/{hall.pk}-industrial-hall-tavannes/" in page


def test_the_comparison_takes_two_to_four_and_can_show_differences_only(
    monday: Any, visitor: Client, halls: list[Offer], tavannes: Municipality
) -> None:
    more = factories.offer(factories.unit(tavannes, name="Cinquième"))
    numbers = "&".join(f"o={offer.pk}" for offer in [*halls, more])

    answer = visitor.get(f"/fr/locaux/comparer/?{numbers}&o=987654")
    few = visitor.get(f"/fr/locaux/comparer/?o={halls[0].pk}&o={halls[1].pk}&only=differences")

    assert len(answer.context["columns"]) == 4
    assert len(answer.context["hints"]) == 2
    every = [row for group in few.context["groups"] for row in group["rows"]]
    assert every
    assert all(row["differs"] for row in every)
    assert visitor.get("/fr/locaux/comparer/?o=x").status_code == 200
    assert compared([]) == []


def test_the_comparison_tells_apart_what_is_not_known_and_what_does_not_apply(
    monday: Any, visitor: Client, halls: list[Offer]
) -> None:
    """A hall for sale beside one to let and a plot."""
    answer = visitor.get(f"/fr/locaux/comparer/?o={halls[0].pk}&o={halls[2].pk}&o={halls[3].pk}")

    rows = {row["label"]: row["values"] for group in answer.context["groups"] for row in group["rows"]}
    assert all(rows["Prix"])
    assert "Loyer" not in rows
    assert rows["Charge au sol"] == ["", "", None]


def test_the_feed_and_the_row_of_the_api_tell_what_is_public(
    monday: Any, visitor: Client, halls: list[Offer], tavannes: Municipality
) -> None:
    factories.offer(factories.unit(tavannes, name="Secret"), visibility=Visibility.INTERNAL)
    Offer.objects.filter(pk=halls[0].pk).update(visibility=Visibility.ON_REQUEST)

    feed = text_of(visitor, "/premises.rss?lang=de")
    rows = {row["id"]: row for row in map(offer_row, published_offers(TODAY))}

    assert feed.count("<item>") == 4
    assert "Industriehalle" in feed
    assert rows[halls[0].pk]["address"] is None
    assert rows[halls[1].pk]["address"] == "Rue de la Combe 4, 2710 Tavannes"
    assert (rows[halls[1].pk]["area"], rows[halls[1].pk]["area_is"]) == (800, "usable")


def test_companies_and_search_engines_learn_of_offers(
    monday: Any, halls: list[Offer], cep: Association, tavannes: Municipality
) -> None:
    firm = Organisation.objects.create(name="Immo SA", municipality=tavannes, association=cep)
    Offer.objects.filter(pk=halls[1].pk).update(owner=firm, owner_is_public=True)
    Offer.objects.filter(pk=halls[0].pk).update(owner=firm)

    panel = organisation_panel(None, firm)  # type: ignore[arg-type]

    assert panel is not None
    assert [item["row"].pk for item in panel["offers"]] == [halls[1].pk]
    assert len(list(sitemap_pages())) == 5


# -- enquiries and owners ------------------------------------------------------------------------------------------------


def enquiry_values(offer: Offer, **more: Any) -> dict[str, Any]:
    from premises.forms.public import EnquiryForm

    values = {
        "name": "Anna Frei",
        "email": f"anna{offer.pk}@exemple.example",
        "phone": "032 000 00 00",
        "message": "Oui ?",
    }
    return {**values, "opened": spam.stamp(EnquiryForm, seconds_ago=30), **more}


def test_an_enquiry_with_a_proof_is_sent_once_and_leads_to_its_page(
    monday: Any, visitor: Client, halls: list[Offer], cep: Association
) -> None:
    url = reverse("premises:enquire", args=[halls[0].pk])
    values = enquiry_values(halls[0], proof=solved(spam.new_challenge()))

    first = visitor.post(url, values)
    second = visitor.post(url, values)

    assert first.status_code == second.status_code == 302
    with association_scope(cep.pk):
        enquiry = Enquiry.objects.get()
    assert enquiry.state == EnquiryState.RECEIVED
    assert enquiry.phone == "+41320000000"
    page = text_of(visitor, first["Location"])
    assert enquiry.reference in page
    assert "26.11.2026" in page


def test_an_enquiry_without_script_is_sent_by_a_press_in_the_mailbox(
    monday: Any, visitor: Client, halls: list[Offer], cep: Association
) -> None:
    answer = visitor.post(reverse("premises:enquire", args=[halls[0].pk]), enquiry_values(halls[0]))
    with association_scope(cep.pk):
        enquiry = Enquiry.objects.get()
    link = reverse("premises:enquiry_confirm", args=[token_for(SENDER, cep.pk, enquiry.key)])

    assert "a…@exemple.example" in answer.content.decode()
    assert enquiry.key not in answer.content.decode()
    assert enquiry.state == EnquiryState.UNCONFIRMED
    assert "Envoyer ma demande" in text_of(visitor, link)
    assert visitor.post(link, follow=True).status_code == 200
    assert visitor.post(link).status_code == 200
    with association_scope(cep.pk):
        assert Enquiry.objects.get().state == EnquiryState.RECEIVED
    assert OutgoingMail.objects.filter(kind="premises.enquiry_received").count() == 1


def posted_by_a_robot(offer: Offer, posts: int) -> int:
    """So many different enquiries from one address; how many of them are stored."""
    robot = Client(REMOTE_ADDR=some_address())
    for number in range(posts):
        mail = f"robot{number}.{robot.defaults['REMOTE_ADDR']}@exemple.example"
        robot.post(reverse("premises:enquire", args=[offer.pk]), enquiry_values(offer, email=mail))
    with association_scope(offer.association_id):
        return Enquiry.objects.count()


@pytest.mark.parametrize("posts", [30, pytest.param(1000, marks=pytest.mark.endurance)])
def test_scripted_posts_leave_five_enquiries_an_hour(monday: Any, halls: list[Offer], posts: int) -> None:
    """F9."""
    assert posted_by_a_robot(halls[0], posts) == 5


def test_control_without_the_limit_every_enquiry_is_stored(
    monday: Any, halls: list[Offer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F9's control."""
    monkeypatch.setattr(enquiry_views, "within_limit", lambda request, form: True)

    assert posted_by_a_robot(halls[0], 30) == 30


def test_a_refused_enquiry_keeps_what_was_typed(monday: Any, visitor: Client, halls: list[Offer]) -> None:
    url = reverse("premises:enquire", args=[halls[0].pk])

    missing = visitor.post(url, enquiry_values(halls[0], email=""))
    quick = visitor.post(url, enquiry_values(halls[0], opened=""))

    assert missing.status_code == quick.status_code == 422
    assert "Anna Frei" in missing.content.decode()
    assert "id_email" in missing.content.decode()


def test_an_owner_confirms_by_one_press_and_opening_changes_nothing(
    monday: Any, visitor: Client, halls: list[Offer], cep: Association
) -> None:
    offer = halls[0]
    Offer.objects.filter(pk=offer.pk).update(confirmed_on=TODAY - timedelta(days=40))
    link = reverse("premises:owner", args=[token_for(OWNER, cep.pk, str(offer.pk))])

    text_of(visitor, link)
    offer.refresh_from_db()
    assert offer.confirmed_on == TODAY - timedelta(days=40)
    visitor.post(link, {"answer": "free"})
    offer.refresh_from_db()
    assert offer.confirmed_on == TODAY
    visitor.post(link, {"answer": "taken"})
    offer.refresh_from_db()
    assert offer.state == OfferState.RESERVED
    Offer.objects.filter(pk=offer.pk).update(state=OfferState.LET, ended_on=TODAY)
    text_of(visitor, link, 410)
    assert visitor.get(reverse("premises:owner", args=["x"])).status_code == 404
