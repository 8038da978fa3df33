"""What the staff's pages of premises share: rows of the association on the desk, and how a refused step is told."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from premises.permissions import PATHS, stock_for_staff
from promo_portal.accounts.admin_base import AssociationAdmin, MatrixPermissions, rights_of_staff
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.core.transitions import TransitionRefused
from promo_portal.regions.models import Municipality


class StockChoices(MatrixPermissions):
    """Offers only what belongs to the association on the desk: its places, sites, buildings, units and plots."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        rights, model = rights_of_staff(request), db_field.remote_field.model
        if model in PATHS:
            kwargs["queryset"] = stock_for_staff(rights, model)
        elif model is Municipality and not rights.has(Role.ADMINISTRATOR):
            kwargs["queryset"] = Municipality.objects.filter(district__region__association=rights.association_id or 0)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class StockAdmin(StockChoices, AssociationAdmin):
    """A page of stock: rows of the association on the desk, internal ones for those who look after them."""

    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows, ordering = stock_for_staff(rights_of_staff(request), self.model), self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows


def person(request: HttpRequest) -> User:
    """Who is at the desk; the site lets nobody else in."""
    return cast("User", request.user)


def page(
    site: Any, request: HttpRequest, template: str, context: dict[str, Any], *, form: Any = None, status: int = 200
) -> HttpResponse:
    """A page of our own within the staff's shell; a refused form answers 422."""
    if form is not None and form.is_bound and form.errors:
        status = 422
    return TemplateResponse(request, template, {**site.each_context(request), "form": form, **context}, status=status)


def attempt(request: HttpRequest, step: Callable[[], Any], done: Any) -> bool:
    """Run a step of the workflow, and say what came of it."""
    try:
        step()
    except TransitionRefused as refusal:
        messages.warning(request, refusal.message)
        return False
    messages.success(request, str(done))
    return True
