"""Every page type of the portal as data: who opens it, where it is, and in which state it is looked at.

``test_pages`` measures each row in all looks; another test compares the rows with the resolver, so a page without a row
fails. Admin lists and records come from the registry: a newly registered model is measured at once.
"""

from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser.coaching_pages import COACHING_ROWS, COMMISSION_ROWS, COURSE_ROWS, SPACE_ROWS
from tests.browser.looks import STOCK, Find, Row, at
from tests.browser.public_pages import (
    ALERT_ROWS,
    CLUSTER_ROWS,
    COMPANY_ROWS,
    DEMO_ROWS,
    OWN_ROWS,
    PEOPLE_ROWS,
    PREMISES_ROWS,
    PUBLIC_ROWS,
    TROUBLE_ROWS,
)
from tests.browser.staff_pages import DIRECTORY_ROWS, STAFF_ROWS


def _list_path(label: str, query: str = "") -> Find:
    return at(f"admin:{label}_changelist", query=query)


def _record_path(label: str, page_name: str) -> Find:
    return lambda scene, language: scene.path(f"admin:{label}_{page_name}", scene.record(label), language=language)


# Pages that look like their neighbours: looked at in `make browser` only.
ALIKE = {"regions_canton", "regions_region", "regions_district", "reminders_heartbeat", "audit_breakglass"}


def admin_rows() -> list[Row]:
    """A list and a record of every registered model; histories by `make browser`."""
    rows = []
    for model in sorted(admin.site._registry, key=lambda one: one._meta.label_lower):
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        shared: dict[str, Any] = {"role": f"staff of {label}", "kind": STOCK}
        is_rare = label in ALIKE
        rows += [
            Row(f"list {label}", f"admin:{label}_changelist", _list_path(label), is_rare=is_rare, **shared),
            Row(f"record {label}", f"admin:{label}_change", _record_path(label, "change"), is_rare=is_rare, **shared),
            Row(f"history {label}", f"admin:{label}_history", _record_path(label, "history"), is_rare=True, **shared),
        ]
    return rows


ROWS = [
    *PUBLIC_ROWS,
    *COMPANY_ROWS,
    *OWN_ROWS,
    *ALERT_ROWS,
    *COACHING_ROWS,
    *CLUSTER_ROWS,
    *PREMISES_ROWS,
    *PEOPLE_ROWS,
    *TROUBLE_ROWS,
    *DEMO_ROWS,
    *STAFF_ROWS,
    *COMMISSION_ROWS,
    *COURSE_ROWS,
    *SPACE_ROWS,
    *DIRECTORY_ROWS,
    *admin_rows(),
]


def route_names(patterns: Any = None, namespace: str = "") -> set[str]:
    """The name of every route, with its namespace; a route without a name is a fault that shows as its pattern."""
    found: set[str] = set()
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = ":".join(part for part in (namespace, entry.namespace) if part)
            found |= route_names(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            found.add(f"{namespace}:{entry.name}" if namespace and entry.name else entry.name or str(entry.pattern))
    return found
