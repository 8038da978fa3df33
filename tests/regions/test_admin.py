"""Official lists in the admin: searched as people write, never deleted."""

from datetime import date

import pytest
from django.contrib import admin
from django.test import RequestFactory

from promo_portal.accounts.models import User
from promo_portal.regions.admin import MunicipalityAdmin
from promo_portal.regions.loading import load_regions
from promo_portal.regions.models import (
    ActivityCode,
    Association,
    Canton,
    District,
    Funder,
    FundingKey,
    LegalForm,
    Municipality,
    PostalLocality,
    Region,
)
from promo_portal.regions.search import find_municipalities
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "model",
    [
        Canton,
        Association,
        Region,
        District,
        Municipality,
        ActivityCode,
        LegalForm,
        PostalLocality,
        Funder,
        FundingKey,
    ],
)
def test_lists_open_with_search_and_no_filter_on(model: type, administrator: User, sign_in: SignIn) -> None:
    load_regions()
    name = model.__name__.lower()

    answer = sign_in(administrator).get(f"/admin/regions/{name}/?q=tramelan")
    full = sign_in(administrator).get(f"/admin/regions/{name}/")

    assert answer.status_code == full.status_code == 200
    assert full.context["cl"].result_count == model._default_manager.count()


def test_municipalities_are_searched_without_accents_and_filtered_by_validity(rf: RequestFactory) -> None:
    load_regions()
    page = MunicipalityAdmin(Municipality, admin.site)

    found, _ = page.get_search_results(rf.get("/"), Municipality.objects.all(), "Crémines")

    assert [place.bfs for place in found] == [691]


def test_nobody_deletes_a_list_entry(rf: RequestFactory, administrator: User) -> None:
    request = rf.get("/")
    request.user = administrator

    assert not MunicipalityAdmin(Municipality, admin.site).has_delete_permission(request)


def test_a_merger_entered_by_staff_ends_a_municipality_and_finds_the_new_one(rf: RequestFactory) -> None:
    load_regions()
    reconvilier = Municipality.objects.get(bfs=703)
    clairval = Municipality(
        bfs=6999,
        official_name="Clairval",
        name_fr="Clairval",
        name_de="Clairval",
        canton=reconvilier.canton,
        district=reconvilier.district,
        valid_from=date(2027, 1, 1),
    )
    page = MunicipalityAdmin(Municipality, admin.site)

    page.save_model(rf.post("/"), clairval, form=None, change=False)
    Municipality.objects.filter(bfs__in=[703, 707]).update(valid_to=date(2026, 12, 31), successor=clairval)

    assert [place.bfs for place in find_municipalities("Clairval", on=date(2027, 1, 1))] == [6999]
    assert find_municipalities("Reconvilier", 1, on=date(2026, 12, 31))[0].bfs == 703
    assert find_municipalities("Reconvilier", 1, on=date(2027, 1, 1))[0].bfs == 6999


def test_a_funding_key_whose_shares_do_not_make_the_whole_is_refused(administrator: User, sign_in: SignIn) -> None:
    load_regions()
    key = FundingKey.objects.get(association__code="cep")
    first, *others = key.shares.order_by("pk")
    form = {
        "association": key.association_id,
        "valid_from": "01.01.2024",
        "valid_to": "",
        "shares-TOTAL_FORMS": 3,
        "shares-INITIAL_FORMS": 3,
    }
    for at, share in enumerate([first, *others]):
        form |= {f"shares-{at}-id": share.pk, f"shares-{at}-key": key.pk, f"shares-{at}-funder": share.funder_id}
        form[f"shares-{at}-share"] = share.share if at else share.share - 1
    client = sign_in(administrator)

    refused = client.post(f"/admin/regions/fundingkey/{key.pk}/change/", form)
    taken = client.post(f"/admin/regions/fundingkey/{key.pk}/change/", form | {"shares-0-share": first.share})

    assert refused.status_code == 200
    assert "9999" in refused.content.decode()
    assert taken.status_code == 302
