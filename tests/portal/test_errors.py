"""When something goes wrong, people read what happened, what was kept and what to do next."""

import logging
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from promo_portal.portal.views import errors

pytestmark = pytest.mark.django_db


def test_a_missing_page_and_a_refused_one_look_the_same(client: Client, rf: RequestFactory) -> None:
    request = rf.get("/fr/nulle-part/")

    missing, refused = errors.not_found(request), errors.refused(request, PermissionDenied())

    assert missing.status_code == refused.status_code == 404
    assert missing.content == refused.content


def test_a_form_from_an_ended_session_says_so(rf: RequestFactory) -> None:
    answer = errors.csrf_failure(rf.post("/fr/contact/"))

    assert answer.status_code == 403
    assert b"<h1>" in answer.content


def test_a_fault_of_ours_gives_a_code_that_stands_in_the_log(
    rf: RequestFactory, caplog: pytest.LogCaptureFixture, django_assert_num_queries: object
) -> None:
    with caplog.at_level(logging.ERROR), django_assert_num_queries(0):  # type: ignore[operator]
        answer = errors.server_error(rf.get("/fr/"))

    code = re.search(r'class="code">([A-Z2-9]{4})<', answer.content.decode())
    assert answer.status_code == 500
    assert code
    assert code[1] in caplog.text
