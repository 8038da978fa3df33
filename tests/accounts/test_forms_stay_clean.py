"""A form is made anew for everybody: what one person got wrong never marks the next person's page."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.coaching.conftest import some_address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("route", ["account_password_login", "account_login", "account_reset_password"])
def test_a_refused_sign_in_leaves_no_mark_on_the_next_visitors_page(route: str) -> None:
    refused = Client(REMOTE_ADDR=some_address()).post(reverse(route), {})

    fresh = Client(REMOTE_ADDR=some_address()).get(reverse(route))

    assert "is-invalid" in refused.content.decode()
    assert "is-invalid" not in fresh.content.decode()
