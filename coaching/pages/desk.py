"""Through which door a shared page was opened: whose file, under which addresses, within which surroundings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from coaching.models import CaseFile
from promo_portal.accounts.models import User

UNFIT = 422


@dataclass(frozen=True)
class Desk:
    """One request for a shared page."""

    request: HttpRequest
    case: CaseFile
    is_staff: bool
    render: Callable[[str, dict[str, Any], int], HttpResponse]
    surroundings: dict[str, Any] = field(default_factory=dict)

    @property
    def person(self) -> User:
        """Who sits at it; both doors let signed-in people in only."""
        return self.request.user  # type: ignore[return-value]

    def url(self, page: str, *arguments: Any) -> str:
        """Where a page of this file is on this side."""
        name = f"admin:coaching_casefile_{page}" if self.is_staff else f"coaching:{page}"
        return reverse(name, args=[self.case.pk, *arguments])

    def show(self, template: str, context: dict[str, Any]) -> HttpResponse:
        """The page within its surroundings; a refused form answers 422."""
        base = "coaching/admin/case_base.html" if self.is_staff else "coaching/space/base.html"
        form = context.get("form")
        status = UNFIT if form is not None and form.is_bound and form.errors else 200
        values = {**self.surroundings, "case": self.case, "is_staff": self.is_staff, "base": base, **context}
        return self.render(template, values, status)

    def go(self, page: str, *arguments: Any, said: str = "", fragment: str = "") -> HttpResponse:
        """Lead on, with a word on what was done."""
        if said:
            messages.success(self.request, said)
        return redirect(self.url(page, *arguments) + (f"#{fragment}" if fragment else ""))
