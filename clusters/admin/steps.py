"""Steps of the workflow as buttons above a record, and records of one's own association.

States move by a step only; the form below it changes words and numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from promo_portal.accounts.access import require
from promo_portal.accounts.admin_base import AssociationAdmin, MatrixPermissions, rights_of_staff
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.accounts.permissions import object_of
from promo_portal.core import clock
from promo_portal.core.forms.fields import visible
from promo_portal.core.transitions import Table, TransitionRefused

LONGEST_REASON = 300


def person(request: HttpRequest) -> User:
    """Who is at the desk; the site lets nobody else in."""
    return cast("User", request.user)


@dataclass(frozen=True)
class Step:
    """A button: its words, what it runs, and what is said afterwards. ``asks`` is the label of a reason to give."""

    label: Any
    run: Callable[..., Any]  # run(row, by=, now=, reason=)
    done: Any
    asks: Any = ""
    is_destructive: bool = False


class StepsAdmin(AssociationAdmin):
    """Records of the association on the desk, with the steps that their state allows."""

    steps: ClassVar[Mapping[str, Step]] = {}
    table: ClassVar[Table] = {}
    actions = None
    formfield_overrides: ClassVar[Any] = {
        **MatrixPermissions.formfield_overrides,
        models.URLField: {"assume_scheme": "https"},
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The association's own; administrators, who work for none, see all that is public anyway."""
        rights = rights_of_staff(request)
        if rights.association_id is None and rights.has(Role.ADMINISTRATOR) and not self.confidential:
            rows, ordering = self.model._default_manager.all(), self.get_ordering(request)  # noqa: SLF001
            return rows.order_by(*ordering) if ordering else rows
        return super().get_queryset(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A new record belongs to the association that one works for."""
        return super().has_add_permission(request) and rights_of_staff(request).association_id is not None

    def get_urls(self) -> list[URLPattern]:
        """One address for all steps, where there are any."""
        if not self.steps:
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        view = self.admin_site.admin_view(require_POST(self.step))
        return [path("<int:pk>/step/<slug:step>/", view, name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The stock form, with the buttons of the possible steps."""
        found = self.get_object(request, object_id) if str(object_id).isdecimal() else None
        shown = {**(extra_context or {}), "steps": self.possible(request, found), "step_links": self.links(found)}
        return super().change_view(request, object_id, form_url, shown)

    def links(self, row: Any) -> list[dict[str, str]]:
        """Further pages of a record: label and address."""
        return []

    def possible(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """The steps that the record's state and the person's rights allow."""
        if row is None or not self.has_change_permission(request, row):
            return []
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_step"
        return [
            {"step": step, "url": reverse(name, args=[row.pk, key])}
            for key, step in self.steps.items()
            if (row.state, key) in self.table
        ]

    def step(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Run a step; what refuses it is said in words."""
        require(request, self.matrix_object or object_of(self.opts.label_lower) or "", "write")
        wanted, row = self.steps.get(step), self.get_queryset(request).filter(pk=pk).first() if pk < 2**63 else None
        if wanted is None or row is None:
            raise Http404
        reason = visible(request.POST.get("reason", "")).strip()[:LONGEST_REASON]
        if wanted.asks and not reason:
            messages.warning(request, _("Fill in: %(label)s") % {"label": wanted.asks})
            return self._back(pk)
        try:
            with transaction.atomic():
                wanted.run(row, by=person(request), now=clock.now(), reason=reason)
        except TransitionRefused as refusal:
            messages.warning(request, refusal.message)
        except ValidationError as refusal:
            messages.warning(request, " ".join(refusal.messages))
        else:
            messages.success(request, str(wanted.done))
        return self._back(pk)

    def _back(self, pk: int) -> HttpResponse:
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", pk)
