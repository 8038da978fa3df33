"""The founder's door to the financial plan, the messages: the pages themselves are shared with the coach."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching.pages import messages, plan
from coaching.pages.desk import Desk
from coaching.permissions import case_for_user
from coaching.views.tabs import file_tabs
from promo_portal.accounts.access import require


def desk_of(request: HttpRequest, pk: int, tab: str) -> Desk:
    """The founder's desk for a page of their own file."""
    case = case_for_user(request, pk)
    require(request, "case document", "write" if request.method == "POST" else "read")

    def shown(template: str, context: dict[str, Any], status: int) -> HttpResponse:
        return render(request, template, context, status=status)

    return Desk(request, case, False, shown, {"tabs": file_tabs(case, tab)})


@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan at a glance."""
    return plan.overview(desk_of(request, pk, "plan"))


@require_http_methods(["GET", "POST"])
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin, tax, money at hand."""
    return plan.frame(desk_of(request, pk, "plan"))


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A new line."""
    return plan.add(desk_of(request, pk, "plan"), kind)


@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """One line."""
    return plan.line(desk_of(request, pk, "plan"), line_pk)


@require_POST
def comment(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """A comment on a line."""
    return plan.comment(desk_of(request, pk, "plan"), line_pk)


@require_POST
def settle(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """A comment settled or opened again."""
    return plan.settle(desk_of(request, pk, "plan"), comment_pk)


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """A version kept."""
    return plan.keep(desk_of(request, pk, "plan"))


@require_GET
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions side by side."""
    return plan.comparison(desk_of(request, pk, "plan"))


@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan for Excel."""
    return plan.export(desk_of(request, pk, "plan"))


@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Messages with the coach."""
    return messages.thread(desk_of(request, pk, "messages"))
