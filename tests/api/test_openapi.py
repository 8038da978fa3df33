"""The interface describes itself, holds to its description under odd requests, and tells readers how to use it."""

from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from companies.models import Organisation

PATHS = 9
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.django_db
def test_the_document_names_every_list_with_its_parameters_and_errors(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    found = answer.json()

    assert found["openapi"].startswith("3.1")
    assert len(found["paths"]) == PATHS
    assert answer["Access-Control-Allow-Origin"] == "*"
    names = {row["name"] for row in found["paths"]["/api/v1/companies"]["get"]["parameters"]}
    assert names == {
        *("q", "municipality", "activity", "kind", "size", "capability", "cluster", "sort", "limit", "cursor", "lang")
    }
    errors = found["paths"]["/api/v1/companies/{number}"]["get"]["responses"]["404"]["content"]
    assert list(errors) == ["application/problem+json"]
    rows = [row for path in found["paths"].values() for row in path["get"]["parameters"] if row["in"] == "query"]
    assert all(row["description"] for row in rows)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_readers_find_every_parameter_in_their_language(client: Client, language: str) -> None:
    page = client.get("/api/v1/docs", headers={"accept-language": language}).content.decode()

    assert f'lang="{language}' in page
    for word in ("companies.geojson", "municipality", "cursor", "openapi.json", "level"):
        assert word in page
    assert "style=" not in page


def fuzz(examples: int) -> int:
    """Ask what the document allows, and what it does not; return how many requests were answered."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        return _fuzz(examples)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def _fuzz(examples: int) -> int:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    answered = 0
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        for found in schema.get_all_operations():
            operation: Any = found.ok()  # type: ignore[union-attr]

            @settings(
                max_examples=examples,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                nonlocal answered
                case.call_and_validate(
                    checks=CHECKS, headers={"Accept-Encoding": "identity"}
                )  # its client unpacks nothing
                answered += 1

            ask()
    return answered


def test_odd_requests_get_answers_that_the_document_declares(directory: list[Organisation]) -> None:
    assert fuzz(6) >= PATHS * 2


@pytest.mark.endurance
def test_many_odd_requests_get_answers_that_the_document_declares(directory: list[Organisation]) -> None:
    assert fuzz(200) >= PATHS * 100
